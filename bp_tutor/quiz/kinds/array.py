"""A whole vector or matrix: its shape first, then entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import ONE, Address
from bp_tutor.quiz.kinds.kind import MALFORMED, Kind, Samples, asked_steps, verdict_on
from bp_tutor.quiz.kinds.number import mark_entry
from bp_tutor.quiz.model import NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.typed import TypedMatrix, read_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.typed import Typed

LARGEST = 36
"""More entries are never typed in a quiz."""


def make(context: Context) -> Iterator[Question]:
    """A question for each array of two axes that can be typed."""
    for step in asked_steps(context):
        quantity = step.quantity
        if len(quantity.shape) == 2 and 1 < quantity.size <= LARGEST and not quantity.removed:
            rule = context.words.rule(step.line.rule)
            values = (("name", context.page.name(quantity, None)), ("rule", rule))
            prompt = "quiz.prompt.array"
            yield Question("array", quantity.name, step.line.rule, step.update, prompt, values)


def understand(question: Question, text: str, _: Context) -> Understood:
    """The matrix that was typed."""
    matrix = read_matrix(text, dict(question.values).get("name", question.identifier))
    return Understood(matrix.text, matrix)


def mark(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    """The shape, and then each entry as a number of its own."""
    context, matrix = student.context, understood.value
    assert isinstance(matrix, TypedMatrix)
    quantity = _quantity(question, context)
    name = context.page.name(quantity, None)
    typed = _entries(context, quantity, matrix)
    if typed is None:
        return wrong_shape(question, understood, name, shown_shape(context, quantity), matrix.shape)
    verdicts, refused = {}, None
    for address, number in typed.items():
        try:
            verdicts[address] = mark_entry(student, address, number)
        except NotUnderstood as more:
            refused = refused or more
    if refused is not None:
        raise refused
    wrong = [address for address, verdict in verdicts.items() if not verdict.right]
    cut = tuple(each for verdict in verdicts.values() for each in verdict.cut)
    if not wrong:
        carried = next((verdict for verdict in verdicts.values() if verdict.carried), None)
        found = carried or next(iter(verdicts.values()))
        return found._replace(
            understood=understood.text, values=(("name", name), *found.values[1:]), cut=cut
        )
    names = ", ".join(context.page.name(*address) for address in wrong)
    first = verdicts[wrong[0]]
    return Verdict(
        right=False,
        credit=1 - len(wrong) / len(verdicts),
        first_wrong=first.first_wrong,
        understood=understood.text,
        diagnoses=first.diagnoses,
        wrong_entries=tuple(address.identifier for address in wrong),
        key="quiz.verdict.entries",
        values=(("name", name), ("entries", names)),
        cut=cut,
    )


def _quantity(question: Question, context: Context) -> Quantity:
    quantity = context.graph.array(question.identifier)
    if quantity is None:
        raise KeyError(question.identifier)
    return quantity


def shown_shape(context: Context, quantity: Quantity) -> tuple[int, int]:
    """Rows and columns of an array as this course writes it."""
    rows, columns = (*quantity.shape, 1, 1)[:2]
    return (columns, rows) if context.page.settings.columns else (rows, columns)


def wrong_shape(
    question: Question,
    understood: Understood,
    name: str,
    right: tuple[int, ...],
    given: tuple[int, ...],
) -> Verdict:
    """What is said of an answer of another shape; that of the transpose is called so."""
    values = (("name", name), ("right", times(right)), ("given", times(given) or "1"))
    found = verdict_on(question, understood, values, right=False, key="shape")
    return found._replace(key="quiz.of_transpose.shape") if given == right[::-1] else found


def times(shape: tuple[int, ...]) -> str:
    """A shape as it is said, `2×3`."""
    return "×".join(map(str, shape))


def _at(context: Context, quantity: Quantity, row: int, column: int) -> Address:
    """The entry at a place of the array as this course writes it."""
    return Address(quantity, (column, row) if context.page.settings.columns else (row, column))


def _entries(
    context: Context, quantity: Quantity, matrix: TypedMatrix
) -> dict[Address, Typed] | None:
    """Each entry with its number; None where the shape is another one."""
    if len(quantity.shape) != 2:
        return None
    shape = shown_shape(context, quantity)
    rows = matrix.rows
    vector = 1 in shape or ONE in quantity.axes
    if matrix.flat and vector and shape[1] == 1:
        # A vector typed in one go is no row and no column.
        rows = tuple((number,) for number in rows[0])
    if (len(rows), len(rows[0])) != shape:
        return None
    return {
        _at(context, quantity, row, column): typed
        for row, numbers in enumerate(rows)
        for column, typed in enumerate(numbers)
    }


def samples(question: Question, context: Context) -> Samples:
    """The matrix in several ways of typing, with an entry wrong, and in the wrong shape."""
    quantity, graph = _quantity(question, context), context.graph
    rows, columns = shown_shape(context, quantity)
    numbers = [
        [f"{graph.exact(_at(context, quantity, r, c)):#.8g}" for c in range(columns)]
        for r in range(rows)
    ]

    def matrix(rows: list[list[str]]) -> str:
        return "[" + "; ".join(", ".join(row) for row in rows) + "]"

    lists = "[" + ", ".join("[" + ", ".join(row) + "]" for row in numbers) + "]"
    right = (
        matrix(numbers),
        lists,
        f"np.array({lists})",
        "【" + "；".join("，".join(row) for row in numbers) + "】",
        "\n".join(" ".join(row) for row in numbers),
    )
    wrong = [(matrix([["1.00", *row] for row in numbers]), "")]
    first = Address(quantity, (0, 0))
    candidates, lookup = context.candidates.singles(first), StudentAnswers(context).value
    for candidate, value in zip(candidates.found, candidates.values(lookup), strict=True):
        exact = graph.exact(first)
        if value and abs(value - exact) > 0.1 * abs(value):
            changed = [[f"{value:#.9g}", *numbers[0][1:]], *numbers[1:]]
            wrong.append((matrix(changed), candidate.name))
            break
    malformed = ("[1, 2; 3", "[1, 2; 3]", "[[1, 2], [3]]", "[]", "[a, b]", "[[[[1]]]]", "1)",
                 *[text for text in MALFORMED if text != "1,234"])  # fmt: skip
    return Samples(right, tuple(wrong), malformed)


def _same(one: Understood, other: Understood, _: Context) -> bool:
    """Whether two answers are the same numbers in the same rows."""
    first, second = one.value, other.value
    assert isinstance(first, TypedMatrix)
    assert isinstance(second, TypedMatrix)
    numbers = [[[each.value for each in row] for row in typed.rows] for typed in (first, second)]
    return numbers[0] == numbers[1]


ARRAY = Kind(make, understand, mark, samples, form="matrix", same=_same)

"""A whole vector or matrix: its shape first, then entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import ONE
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import MALFORMED, Samples, asked_steps, mark_entry
from bp_tutor.quiz.matrices import TypedMatrix, read_matrix
from bp_tutor.quiz.mistakes.candidates import singles
from bp_tutor.quiz.model import NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.model import Context
    from bp_tutor.quiz.reading import Typed

LARGEST = 36
"""More entries are never typed in a quiz."""


def make(context: Context) -> Iterator[Question]:
    """A question for each array of two axes that can be typed."""
    for step in asked_steps(context):
        quantity = step.quantity
        if len(quantity.shape) == 2 and 1 < quantity.size <= LARGEST:
            yield Question(
                "array",
                quantity.name,
                step.line.rule,
                step.update,
                "quiz.prompt.array",
                (
                    ("name", context.page.name(quantity, None)),
                    ("rule", context.words.rule(step.line.rule)),
                ),
            )


def understand(question: Question, text: str, _: Context) -> Understood:
    """The matrix that was typed."""
    matrix = read_matrix(text, dict(question.values).get("name", question.identifier))
    return Understood(matrix.text, matrix)


def mark(question: Question, understood: Understood, sheet: Sheet, context: Context) -> Verdict:
    """The shape, and then each entry as a number of its own."""
    matrix = understood.value
    assert isinstance(matrix, TypedMatrix)
    quantity = _quantity(question, context)
    shape = shown_shape(context, quantity)
    given = matrix.shape
    by_index = _entries(context, quantity, matrix)
    name = context.page.name(quantity, None)
    if by_index is None:
        values = (("name", name), ("right", _times(shape)), ("given", _times(given)))
        return Verdict(
            right=False,
            credit=0.0,
            first_wrong=question.full_name,
            understood=understood.text,
            key="quiz.verdict.shape",
            values=values,
        )
    verdicts = {}
    for index, typed in by_index.items():
        try:
            verdicts[index] = mark_entry(context, sheet, (quantity, index), typed)
        except NotUnderstood:
            sheet.forget((quantity, index))
            raise
    wrong = [index for index, verdict in verdicts.items() if not verdict.right]
    cut = tuple(each for verdict in verdicts.values() for each in verdict.cut)
    if not wrong:
        carried = next((verdict for verdict in verdicts.values() if verdict.carried), None)
        found = carried or next(iter(verdicts.values()))
        return found._replace(
            understood=understood.text, values=(("name", name), *found.values[1:]), cut=cut
        )
    names = ", ".join(context.page.name(quantity, index) for index in wrong)
    first = verdicts[wrong[0]]
    return Verdict(
        right=False,
        credit=1 - len(wrong) / len(verdicts),
        first_wrong=first.first_wrong,
        understood=understood.text,
        diagnoses=first.diagnoses,
        wrong_entries=tuple(quantity.identifier(index) for index in wrong),
        key="quiz.verdict.entries",
        values=(("name", name), ("entries", names)),
        cut=cut,
    )


def _quantity(question: Question, context: Context) -> Quantity:
    quantity = book_of(context).array(question.identifier)
    if quantity is None:
        raise KeyError(question.identifier)
    return quantity


def shown_shape(context: Context, quantity: Quantity) -> tuple[int, int]:
    """Rows and columns of an array as this course writes it."""
    rows, columns = (*quantity.shape, 1, 1)[:2]
    return (columns, rows) if context.page.settings.columns else (rows, columns)


def _times(shape: tuple[int, int]) -> str:
    return f"{shape[0]}×{shape[1]}"


def _entries(
    context: Context, quantity: Quantity, matrix: TypedMatrix
) -> dict[tuple[int, ...], Typed] | None:
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
        ((column, row) if context.page.settings.columns else (row, column)): typed
        for row, numbers in enumerate(rows)
        for column, typed in enumerate(numbers)
    }


def samples(question: Question, context: Context) -> Samples:
    """The matrix in several ways of typing, with an entry wrong, and in the wrong shape."""
    quantity = _quantity(question, context)
    book = book_of(context)
    rows, columns = shown_shape(context, quantity)

    def exact(row: int, column: int) -> float:
        return book.exact(
            (quantity, (column, row) if context.page.settings.columns else (row, column))
        )

    numbers = [[f"{exact(r, c):#.8g}" for c in range(columns)] for r in range(rows)]
    lists = "[" + ", ".join("[" + ", ".join(row) + "]" for row in numbers) + "]"
    right = [
        "[" + "; ".join(", ".join(row) for row in numbers) + "]",
        lists,
        f"np.array({lists})",
        "【" + "；".join("，".join(row) for row in numbers) + "】",
        "\n".join(" ".join(row) for row in numbers),
    ]
    wrong = [("[" + "; ".join(["1.00, " + ", ".join(row) for row in numbers]) + "]", "")]
    key = (quantity, (0, 0))
    found = singles(context, book, key)
    sheet = Sheet(context)
    for candidate, value in zip(found.found, found.values(sheet.lookup), strict=True):
        if value and candidate.decimals is None and abs(value - book.exact(key)) > 0.1 * abs(value):
            changed = [list(row) for row in numbers]
            changed[0][0] = f"{value:#.9g}"
            wrong.append(("[" + "; ".join(", ".join(row) for row in changed) + "]", candidate.name))
            break
    malformed = ("[1, 2; 3", "[1, 2; 3]", "[[1, 2], [3]]", "[]", "[a, b]", "[[[[1]]]]", "1)",
                 *[text for text in MALFORMED if text != "1,234"])  # fmt: skip
    return Samples(tuple(right), tuple(wrong), malformed)

"""A formula, for one entry or in matrix form: compared at random points, never by its looks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bp_tutor.explain import style_named
from bp_tutor.explain.columns import in_columns, plain_sums
from bp_tutor.formula import (
    CANONICAL,
    Add,
    Apply,
    Formula,
    Mul,
    Reduce,
    replace,
    spell,
    walk,
)
from bp_tutor.formula.quantity import Address
from bp_tutor.quiz.entry_graph import KEPT_BIAS
from bp_tutor.quiz.kinds.array import wrong_shape
from bp_tutor.quiz.kinds.formula_compared import first_wrong, give_the_same, is_right
from bp_tutor.quiz.kinds.formula_text import ENTRY, asked_of, understand
from bp_tutor.quiz.kinds.kind import (
    IN_NUMBERS,
    HintStep,
    Kind,
    Samples,
    asked_steps,
    prompt_values,
    verdict_on,
)
from bp_tutor.quiz.mistakes.diagnosis import diagnose_values
from bp_tutor.quiz.model import Question, Understood, Verdict
from bp_tutor.quiz.points import number_of
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.quiz.typed_names import (
    can_be_typed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.solve import Step

    Asked = tuple[Quantity, tuple[int, ...] | None]
    """The quantity that is asked for, and the index of an entry; None for the whole array."""

MATRIX = "matrix_formula"
MOST_NODES = 120
"""Nobody types a longer formula."""
MOST_ENTRIES = 2
MALFORMED = ("", "  ", "((1", "1 +", "nonsense_99", "Z[99,99]", "__import__('os')", "9**9**9**9",
             "\x00", "🙂", "(" * 1_000, "a" * 10_000, "1 2")  # fmt: skip


def make(context: Context) -> Iterator[Question]:
    """A question for the first entries of each step."""
    for step in _steps(context):
        for place, address in enumerate(step.quantity.addresses()):
            formula = context.graph.formula(address)
            if place >= MOST_ENTRIES or len(walk(formula)) > MOST_NODES:
                break
            yield _question(context, ENTRY, address.identifier, address)


def make_matrices(context: Context) -> Iterator[Question]:
    """A question for the matrix form of each step that has one."""
    for step in _steps(context):
        matrix = len(step.quantity.shape) == 2 and step.quantity.size > 1
        if matrix and not any(map(_has_options, walk(step.formula))):
            first = Address(step.quantity, (0, 0))
            question = _question(context, MATRIX, step.quantity.name, first)
            name = context.page.name(step.quantity, None)
            yield question._replace(values=(("name", name), *question.values[1:]))


def _has_options(node: Formula) -> bool:
    """Whether it needs numbers that no course writes: which part, at which place."""
    return isinstance(node, Apply) and bool(node.options)


def _steps(context: Context) -> list[Step]:
    if not context.graph.points:
        return []
    numbered = [step for step in asked_steps(context) if step.line.rule != KEPT_BIAS]
    found = numbered or [
        step for step in context.run.steps if not (step.line.inlined and step.quantity.kind)
    ]
    # What the formulas of a graph are only its file can say.
    return [step for step in found if step.quantity.kind or context.problem.graph is None]


def _question(context: Context, kind: str, identifier: str, address: Address) -> Question:
    step = context.graph.steps[address.quantity]
    values = prompt_values(context, address)
    return Question(kind, identifier, step.line.rule, step.update, f"quiz.prompt.{kind}", values)


# Marking


def mark(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    """Right where it gives the same numbers at every point."""
    context, graph, formula = student.context, student.graph, understood.value
    assert isinstance(formula, Formula)
    quantity, index = asked_of(question, graph)
    name = dict(question.values)["name"]
    if index is None:
        transposed = context.page.settings.columns
        shape = quantity.shape[::-1] if transposed else quantity.shape
        readings = _readings(formula, samples=1 if transposed else 0)
        number = [formula] if not formula.shape and quantity.size == 1 else []
        fitting = [each for each in readings if each.shape == shape] or number
        if not fitting:
            return wrong_shape(question, understood, name, shape, readings[-1].shape)
        found = [first_wrong(graph, each, quantity, transposed=transposed) for each in fitting]
        wrong = None if None in found else found[0]
    else:
        address = Address(quantity, index)
        wrong = None if is_right(graph, formula, address) else (formula, address)
    if wrong is None:
        return verdict_on(question, understood, (("name", name),), right=True)
    entry, address = wrong
    numbers = [number_of(entry, point) for point in graph.points]
    diagnoses = diagnose_values(student, address, numbers)
    named = (("name", name), ("first", ""))
    return verdict_on(question, understood, named, right=False, diagnoses=diagnoses)


def _readings(formula: Formula, *, samples: int) -> list[Formula]:
    """What an array's formula may mean; `samples` is the axis of these.

    The page writes no axis behind a sum or mean: it may go over everything, over the units, or
    over the samples.
    """
    readings = [formula]
    if any(isinstance(node, Reduce) and node.scalar for node in walk(formula)):
        readings += [replace(formula, partial(_along, axis)) for axis in (1 - samples, samples)]
    return readings


def _along(axis: int, node: Formula) -> Formula | None:
    if not (isinstance(node, Reduce) and node.scalar):
        return None
    arg = replace(node.arg, partial(_along, axis))
    return Reduce(node.kind, arg, (axis,)) if axis < len(arg.shape) else node


def samples(question: Question, context: Context) -> Samples:
    """The formula in canonical names, in the course's symbols, turned round; and with mistakes."""
    graph, page = context.graph, context.page
    quantity, index = asked_of(question, graph)
    if index is None:
        formula = graph.steps[quantity].formula
        matrix = spell(
            plain_sums(in_columns(formula) if page.settings.columns else formula), CANONICAL
        )
        return Samples((matrix,), ((f"2*({matrix})", ""),), MALFORMED)
    address = Address(quantity, index)
    formula = graph.formula(address)
    texts = [spell(formula, CANONICAL), spell(_turned_round(formula), CANONICAL)]
    if all(can_be_typed(graph, page.name(*leaf)) for leaf in entries_of(formula)):
        texts.append(spell(formula, page))
    if graph.spelled:
        texts.append(spell(formula, page._replace(style=style_named("ascii"))))
    wrong = []
    for candidate in context.candidates.singles(address).found:
        alike = is_right(graph, candidate.formula, address)
        entries = entries_of(candidate.formula)
        later = any(
            one.quantity == quantity or quantity in graph.ancestors(one.quantity) for one in entries
        )
        # A number is no formula, and the logarithm of a negative one has no value at any point.
        known = any(number_of(candidate.formula, point) is not None for point in graph.points)
        if entries and known and not alike and not later:
            wrong.append((spell(candidate.formula, CANONICAL), candidate.name))
    return Samples(tuple(texts), tuple(wrong), MALFORMED)


def _turned_round(formula: Formula) -> Formula:
    """The same with its terms and factors in another order."""

    def turn(node: Formula) -> Formula | None:
        match node:
            case Add(terms):
                return Add(tuple(replace(term, turn) for term in reversed(terms)))
            case Mul(factors):
                return Mul(tuple(replace(factor, turn) for factor in reversed(factors)))
        return None

    return replace(formula, turn)


def _hints(_: Question) -> tuple[HintStep, ...]:
    return HintStep("rule", 0.3), HintStep("formula", 0.7)


def _same(one: Understood, other: Understood, context: Context) -> bool:
    """Whether two formulas give the same wherever they are compared."""
    first, second = one.value, other.value
    assert isinstance(first, Formula)
    assert isinstance(second, Formula)
    return first == second or give_the_same(context.graph, first, second)


FORMULA = Kind(
    make, understand, mark, samples, same=_same,
    level="formulas", numeric=False, shows_values=False, hints=_hints,
)  # fmt: skip
MATRIX_FORMULA = FORMULA._replace(make=make_matrices, form="matrix", hints=lambda _: IN_NUMBERS)

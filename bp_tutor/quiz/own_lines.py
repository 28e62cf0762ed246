"""Lines of the derivation as they follow from what a student answered before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.lines import entry_line
from bp_tutor.explain.numbers import format_given
from bp_tutor.formula import Number, replace
from bp_tutor.quiz.student import RIGHT
from bp_tutor.quiz.tolerance import value_of

if TYPE_CHECKING:
    from bp_tutor.explain import Line
    from bp_tutor.formula import Address, Formula, Shown
    from bp_tutor.quiz.student import Position, StudentAnswers
    from bp_tutor.solve import Run


def carried_from(student: StudentAnswers, address: Address) -> Position | None:
    """The wrong answer whose numbers stand in the line of an entry; None where the true ones do.

    They do as well where the student's own answer is right by them.
    """
    if not student.graph.known(address) or _own_result(student, address) is None:
        return None
    if address in student.answers and student.judged(address).status == RIGHT:
        return None
    return student.first_wrong_on_page(address)


def _own_result(student: StudentAnswers, address: Address) -> float | None:
    """What the line on the page gives with the student's numbers.

    The student's own way may be another one, such as by the own derivatives; that is no line here.
    """
    return value_of(student.graph.formula(address), student.value)


def line_of(student: StudentAnswers, address: Address, kinds: tuple[str, ...]) -> Line | None:
    """The line of an entry, with the student's own numbers where one before it was wrong.

    None where nothing calculates it.
    """
    context = student.context
    step, settings = context.graph.step(address), context.page.settings
    if step is None:
        return None
    if carried_from(student, address) is None:
        return entry_line(settings, context.run, step, address.index, kinds)
    line = entry_line(settings, _own_run(student, address), step, address.index, kinds)
    parts = (
        part._replace(formula=_as_typed(student, part.formula, address)) for part in line.parts
    )
    return line._replace(parts=tuple(parts))


def result_of(student: StudentAnswers, address: Address) -> tuple[float, Shown]:
    """The result of that line, in full and as it is shown."""
    context = student.context
    own = _own_result(student, address) if carried_from(student, address) is not None else None
    value = student.graph.exact(address) if own is None else own
    return value, context.page.settings.shown(context.run, address.quantity, value)


def _own_run(student: StudentAnswers, address: Address) -> Run:
    """The run with the student's values in the formula of an entry, and what follows from them."""
    run = student.context.run
    changed = {leaf: student.value(leaf) for leaf in student.graph.inputs(address)}
    changed[address] = result_of(student, address)[0]
    values = dict(run.values)
    for (quantity, index), value in changed.items():
        if quantity in values:
            place = quantity.row_major(index)
            values[quantity] = (*values[quantity][:place], value, *values[quantity][place + 1 :])
    return run._replace(values=values)


def _as_typed(student: StudentAnswers, formula: Formula, result: Address) -> Formula:
    """The formula with the digits of the student's own answers; the result is none of them."""

    def typed(node: Formula) -> Formula | None:
        if not isinstance(node, Number) or node.of is None or node.of == result:
            return None
        answer = student.answers.get(node.of)
        if answer is None or not answer.value:
            return None
        shown = format_given(abs(answer.value), student.context.page.settings.digits)
        return Number(node.number, shown if node.number > 0 else shown.negative(), node.of)

    return replace(formula, typed)

"""The numbers that a student may have worked with.

Who writes every value down goes on with what is written; who reads the page goes on with what
is printed there; a calculator keeps all digits. A mistake gives another last digit each time,
so it is looked for in each of these ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.student import CARRIED, RIGHT
from bp_tutor.quiz.tolerance import value_of
from bp_tutor.solve.rounding import round_quickly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Address
    from bp_tutor.quiz.mistakes.printed import PrintedValues
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.quiz.tolerance import Answer, Lookup

MOST_FIGURES = 8
"""Nobody writes down more of them on the way."""


def ways_of(
    student: StudentAnswers,
    address: Address,
    answer: Answer,
    printed: PrintedValues,
    *,
    right_before: bool,
) -> Iterator[Lookup]:
    """The numbers that may have been put into an entry's formula, the likeliest first.

    What was answered counts as it was typed; the rest as it follows from that, as it is printed,
    and rounded to as many figures as the answer has. Or all of it has all its digits, which are
    those of the calculation where all before it is right (`right_before`).
    """

    def as_printed(entry: Address) -> float:
        value = student.value(entry)
        return value if entry in student.answers else printed.of(entry, value)

    yield student.value
    if student.touches(address.quantity):
        yield student.graph.exact if right_before else InFull(student).value
    leaves = student.graph.leaves(address)
    if all(leaf in student.answers or not student.graph.is_calculated(leaf) for leaf in leaves):
        return
    yield as_printed
    if answer.figures <= MOST_FIGURES:
        figures = answer.figures

        def as_short(entry: Address) -> float:
            value = student.value(entry)
            if entry in student.answers or not student.graph.is_calculated(entry):
                return value
            return round_quickly(value, figures, significant=True)

        yield as_short


class InFull:
    """A student's values with all their digits, as a calculator keeps them."""

    def __init__(self, student: StudentAnswers) -> None:
        self._student = student
        self._values: dict[Address, float] = {}

    def value(self, address: Address) -> float:
        """A value before it was rounded to be typed; of a wrong one, what its mistake gives."""
        values, student = self._values, self._student
        if not student.touches(address.quantity):
            return student.value(address)
        if address in student.answers and student.judged(address).status == RIGHT:
            return student.graph.exact(address)
        waiting = [address]
        while waiting:
            last = waiting[-1]
            missing = self._before(last) if last not in values else []
            if missing:
                waiting += missing
                continue
            if last not in values:
                values[last] = self._worked_out(last)
            waiting.pop()
        return values[address]

    def _is_carried(self, address: Address) -> bool:
        """Whether it follows from other values of the student."""
        student = self._student
        if address not in student.answers:
            return student.touches(address.quantity) and student.graph.step(address) is not None
        return student.judged(address).status == CARRIED

    def _before(self, address: Address) -> list[Address]:
        if not self._is_carried(address):
            return []
        return [leaf for leaf in self._student.graph.inputs(address) if leaf not in self._values]

    def _worked_out(self, address: Address) -> float:
        student = self._student
        if self._is_carried(address):
            found = value_of(student.graph.formula(address), self._values.__getitem__)
            return student.value(address) if found is None else found
        if address in student.answers:
            if student.judged(address).status == RIGHT:
                return student.graph.exact(address)
            return student.meant.get(address, student.answers[address].value)
        return student.value(address)

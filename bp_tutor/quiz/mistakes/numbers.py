"""The numbers that a student may have worked with.

Who writes every value down goes on with what is written; who reads the page goes on with what
is printed there; a calculator keeps all digits. A mistake gives another last digit each time,
so it is looked for in each of these ways.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.quiz.kept import work_out
from bp_tutor.quiz.student import CARRIED, RIGHT
from bp_tutor.solve.rounding import round_quickly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Address
    from bp_tutor.quiz.mistakes.leaves import Leaves, Numbers
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.quiz.tolerance import Answer

MOST_FIGURES = 8
"""Nobody writes down more of them on the way."""


class Ways:
    """The numbers that may have been put into an entry's formula, the likeliest first.

    What was answered counts as it was typed; the rest as it follows from that, as it is printed,
    and rounded to as many figures as the answer has. Or all of it has all its digits, which are
    those of the calculation where all before it is right (`right_before`).
    """

    def __init__(
        self,
        student: StudentAnswers,
        address: Address,
        answer: Answer,
        *,
        right_before: bool,
    ) -> None:
        self._student, self._figures = student, answer.figures
        self._in_full = None if right_before else InFull(student)
        self._touches = student.touches(address.quantity)
        self._before = student.graph.leaves(address)
        self._whole: Leaves | None = None
        self._known: list[Numbers] = []
        self._rest: Iterator[Numbers] = iter(())

    def numbers(self, leaves: Leaves) -> Iterator[Numbers]:
        """What stood in place of these entries, in each way; the likeliest first.

        Those asked for first are kept: what is among them is taken from there.
        """
        if self._whole is None:
            self._whole, self._rest = leaves, self._worked_out(leaves)
        taken = leaves.taken_from(self._whole)
        return map(taken, self._of_whole()) if taken is not None else self._worked_out(leaves)

    def _of_whole(self) -> Iterator[Numbers]:
        yield from self._known
        for numbers in self._rest:
            self._known.append(numbers)
            yield numbers

    def _worked_out(self, leaves: Leaves) -> Iterator[Numbers]:
        student = self._student
        touched = list(map(student.touches, leaves.quantities))
        changed = [place for place, one in enumerate(leaves.places) if touched[one]]
        own = list(leaves.exact)
        for place in changed:
            own[place] = student.value(leaves.addresses[place])
        yield tuple(own)
        if self._touches:
            yield self._with_all_digits(leaves, changed)
        if not self._some_unseen:
            return
        unseen = [
            place
            for place in changed
            if leaves.calculated[place] and leaves.addresses[place] not in student.answers
        ]

        def with_own(numbers: Numbers) -> list[float]:
            found = list(numbers)
            for place in changed:
                found[place] = own[place]
            return found

        as_printed = with_own(leaves.printed)
        for place in unseen:
            as_printed[place] = student.graph.printed(leaves.addresses[place], own[place])
        yield tuple(as_printed)
        if self._figures <= MOST_FIGURES:
            as_short = with_own(leaves.short(self._figures))
            for place in unseen:
                as_short[place] = round_quickly(own[place], self._figures, significant=True)
            yield tuple(as_short)

    def _with_all_digits(self, leaves: Leaves, changed: list[int]) -> Numbers:
        if self._in_full is None:
            return leaves.exact
        found = list(leaves.exact)
        for place in changed:
            found[place] = self._in_full.value(leaves.addresses[place])
        return tuple(found)

    @cached_property
    def _some_unseen(self) -> bool:
        """Whether something before the answer was calculated and not answered."""
        student = self._student
        return any(
            leaf not in student.answers and student.graph.is_calculated(leaf)
            for leaf in self._before
        )


class InFull:
    """A student's values with all their digits, as a calculator keeps them."""

    def __init__(self, student: StudentAnswers) -> None:
        self._student, self._exact = student, student.graph.exact

    def value(self, address: Address) -> float:
        """A value before it was rounded to be typed; of a wrong one, what its mistake gives."""
        student = self._student
        if not student.touches(address.quantity):
            return self._exact(address)
        known = student.in_full.get(address)
        if known is None:
            known = work_out(address, student.in_full, self._before, self._worked_out)
        return known

    def _is_carried(self, address: Address) -> bool:
        """Whether what was touched follows from other values of the student."""
        student = self._student
        if address not in student.answers:
            return student.graph.step(address) is not None
        return student.judged(address).status == CARRIED

    def _before(self, address: Address) -> list[Address]:
        if not self._is_carried(address):
            return []
        touches = self._student.touches
        return [one for one in self._student.graph.inputs(address) if touches(one.quantity)]

    def _worked_out(self, address: Address) -> float:
        student = self._student
        if self._is_carried(address):
            found = student.graph.line(address).value(self.value)
            return student.value(address) if found is None else found
        if address in student.answers:
            if student.judged(address).status == RIGHT:
                return self._exact(address)
            return student.meant.get(address, student.answers[address].value)
        return student.value(address)

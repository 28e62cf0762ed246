"""A problem opened for judging its numbers: what is calculated, and what can go wrong in it.

Everything here hangs on the formulas alone. It is worked out once, and holds for any numbers
that are put in for those of the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Call, Ref
from bp_tutor.formula.quantity import DERIVATIVE, SAMPLE, STEP, UPDATED, VALUE
from bp_tutor.quiz import MISCONCEPTIONS, context_of
from bp_tutor.quiz.book import Book
from bp_tutor.quiz.mistakes.candidates import Candidates, singles
from bp_tutor.quiz.moving import leaves_of, value_of
from bp_tutor.quiz.points import number_at, points_of
from bp_tutor.solve.evaluate import SMALL, work

if TYPE_CHECKING:
    from bp_tutor.authoring.weakness import Key
    from bp_tutor.explain import Page
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.quiz.mistakes.candidates import Candidate
    from bp_tutor.solve import Trace
    from bp_tutor.solve.trace import Values

    Numbers = dict[Quantity, Values]

MOST_ENTRIES = 400
"""In how many entries mistakes are looked for."""
ASKED = (VALUE, DERIVATIVE, UPDATED, STEP)
"""What is looked at of each quantity; the inner states of an optimiser start at 0 by nature."""
SAME = 1e-7
"""Two formulas for the same number differ by less at any point, relatively."""


class Subject:
    """The first update of a problem, its units, and the mistakes that can be made in it."""

    def __init__(self, trace: Trace, page: Page, mistakes: tuple[str, ...] = ()) -> None:
        self.problem, self.run = trace.problem, trace.runs[0]
        self.program = self.run.program
        self.digits = trace.problem.digits
        self.mistakes = frozenset(mistakes or MISCONCEPTIONS)
        self.large = sum(work(line.formula) for line in self.program.lines) > SMALL
        self.book = Book(self.run, page)
        self._context = context_of(trace, page)
        self._candidates: dict[Key, Candidates] = {}
        self._same: dict[tuple[Key, int, int], bool] = {}
        self.activations = [
            (line.quantity, line.formula)
            for line in self.program.model.definitions
            if line.phase == "forward"
            and isinstance(line.formula, Call)
            and line.formula.function.activation
            and isinstance(line.formula.args[0], Ref)
        ]
        self.keys = () if self.large else tuple(self._keys())

    def _keys(self) -> list[Key]:
        """The entries that a student works out, of one sample: the one with the fewest zeros."""
        found: list[Key] = []
        sample = self._telling_sample()
        for step in self.run.steps:
            if step.line.carried or step.value is None or step.quantity.kind not in ASKED:
                continue
            samples = [at for at, axis in enumerate(step.quantity.axes) if axis == SAMPLE]
            found += [
                (step.quantity, index)
                for index in step.quantity.indices()
                if all(index[at] == sample for at in samples)
            ]
        return found[:MOST_ENTRIES]

    def _telling_sample(self) -> int:
        first = next(iter(self.program.model.given), None)
        if first is None or first.samples == 1 or first not in self.run.values:
            return 0
        numbers, width = self.run.values[first], first.size // first.samples
        rows = [numbers[start : start + width] for start in range(0, len(numbers), width)]
        return min(range(len(rows)), key=lambda row: rows[row].count(0.0))

    def candidates(self, key: Key) -> Candidates:
        """What each mistake makes of an entry; rounding too early is no mistake of formulas."""
        found = self._candidates.get(key)
        if found is None:
            every = singles(self._context, self.book, key).found
            kept = [one for one in every if one.decimals is None]
            found = self._candidates[key] = Candidates(
                tuple(one for one in kept if self.mistakes.issuperset(one.keys))
            )
        return found

    def right(self, key: Key) -> Formula:
        """The formula of an entry."""
        return self.book.formula(key)

    def same(self, key: Key, first: int, second: int) -> bool:
        """Whether two candidates (-1: the right formula) agree whatever the numbers are."""
        known = self._same.get((key, first, second))
        if known is None:
            found = self.candidates(key).found
            one = self.right(key) if first < 0 else found[first].formula
            known = _agree(self.book, one, found[second].formula)
            self._same[key, first, second] = known
        return known


def _agree(book: Book, one: Formula, other: Formula) -> bool:
    """Whether two formulas have the same values at random points."""
    for point in points_of(book):
        values = [
            value_of(formula, lambda key, point=point: number_at(point, *key))  # type: ignore[misc]
            for formula in (one, other)
        ]
        if values[0] is None or values[1] is None:
            return False
        if abs(values[0] - values[1]) > SAME * max(abs(values[0]), SAME):
            return False
    return True


def is_zero(candidate: Candidate, numbers: Numbers) -> bool:
    """Whether what a mistake leaves out is 0 anyway."""
    place = candidate.place
    if place is None or not leaves_of(place):
        return False
    return value_of(place, lambda key: value_at(numbers, key)) == 0


def value_at(numbers: Numbers, key: Key) -> float:
    """One entry."""
    quantity, index = key
    place = 0
    for position, length in zip(index, quantity.shape, strict=True):
        place = place * length + position
    return numbers[quantity][place]

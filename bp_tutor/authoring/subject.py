"""A problem opened for judging its numbers: what is calculated, and what can go wrong in it.

Everything here hangs on the formulas alone. It is worked out once, and holds for any numbers
that are put in for those of the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Add, Apply, Call, Mul, Neg, Number, Ref
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, SAMPLE, STEP, UPDATED, VALUE
from bp_tutor.quiz import MISCONCEPTIONS, context_of
from bp_tutor.quiz.book import Book
from bp_tutor.quiz.mistakes.candidates import Candidates, singles
from bp_tutor.quiz.moving import leaves_of
from bp_tutor.quiz.points import number_of, points_of
from bp_tutor.solve.evaluate import SMALL, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.weakness import Key
    from bp_tutor.explain import Presentation
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


class Unit(NamedTuple):
    """One activated value: the value in front of it, its slope, and where that jumps."""

    unit: Key
    """The unit or channel that it belongs to, by its entry of the first sample."""
    before: Key | None
    slope: Formula | None
    """None where there is none, or where it is 1 everywhere."""
    kinks: tuple[float, ...]


class Subject:
    """The first update of a problem, its units, and the mistakes that can be made in it."""

    def __init__(self, trace: Trace, page: Presentation, mistakes: tuple[str, ...] = ()) -> None:
        self.problem, self.run = trace.problem, trace.runs[0]
        self.program = self.run.program
        self.digits = trace.problem.digits
        self.moved = {
            new: (old, old.as_kind(DERIVATIVE))
            for old, new in self.program.carried_on
            if (old.kind, new.kind) == (VALUE, UPDATED)
        }
        """Each new value with the old one, and with the gradient that it goes along."""
        self.mistakes = frozenset(mistakes or MISCONCEPTIONS)
        self.large = sum(work(line.formula) for line in self.program.lines) > SMALL
        self.book = Book(self.run, page)
        self._context = context_of(trace, page)
        self._candidates: dict[Key, Candidates] = {}
        self._same: dict[tuple[Key, int, int], bool] = {}
        self.keys = () if self.large else tuple(self._keys())
        self.units = () if self.large else tuple(self._units())

    def _keys(self) -> list[Key]:
        """The entries that a student works out, of one sample: the one with the fewest zeros."""
        found: list[Key] = []
        sample = self._telling_sample()
        for step in self.run.steps:
            line = step.line
            if line.inlined or line.may_fail or step.value is None:
                continue
            if step.quantity.kind not in ASKED:
                continue
            samples = [at for at, axis in enumerate(step.quantity.axes) if axis == SAMPLE]
            found += [
                (step.quantity, index)
                for index in step.quantity.indices()
                if all(index[at] == sample for at in samples)
            ]
        return found[:MOST_ENTRIES]

    def _units(self) -> Iterator[Unit]:
        """Every activated value, entry by entry."""
        for line in self.program.model.definitions:
            formula = line.formula
            if line.phase != "forward" or line.quantity not in self.run.values:
                continue
            if line.rule == "activation" and isinstance(formula, Apply):
                share = Ref(line.quantity)
                slope: Formula | None = Mul((share, Add((Number(1), Neg(share)))))
                yield from _entries(line.quantity, None, slope, ())
            elif isinstance(formula, Call) and formula.function.activation:
                before, function = formula.args[0], formula.function
                if isinstance(before, Ref):
                    flat = function.name == "identity"
                    slope = None if flat else formula.slope(Ref(line.quantity))
                    yield from _entries(line.quantity, before.quantity, slope, function.kinks)

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


def _entries(
    quantity: Quantity, before: Quantity | None, slope: Formula | None, kinks: tuple[float, ...]
) -> Iterator[Unit]:
    for index in quantity.indices():
        pairs = zip(index, quantity.axes, strict=False)
        own = tuple(0 if axis in (SAMPLE, "row", "column") else at for at, axis in pairs)
        yield Unit(
            (quantity, own if quantity.axes else index),
            None if before is None else (before, index),
            None if slope is None else entry_of(slope, index),
            kinks,
        )


def _agree(book: Book, one: Formula, other: Formula) -> bool:
    """Whether two formulas have the same values at random points."""
    for point in points_of(book):
        value, also = number_of(one, point), number_of(other, point)
        if value is None or also is None or abs(value - also) > SAME * max(abs(value), SAME):
            return False
    return True


def is_zero(candidate: Candidate, numbers: Numbers) -> bool:
    """Whether what a mistake leaves out is 0 anyway."""
    place = candidate.place
    if place is None or not leaves_of(place):
        return False
    return number_of(place, numbers) == 0

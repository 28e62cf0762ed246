"""A problem opened for judging its numbers: what is calculated, and what can go wrong in it.

Everything here hangs on the formulas alone. It is worked out once, and holds for any numbers
that are put in for those of the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.authoring.drawn_mistakes import candidates_of
from bp_tutor.formula import Add, Address, Apply, Call, Mul, Neg, Number, Ref
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, SAMPLE, STEP, UPDATED, VALUE
from bp_tutor.quiz.context import Context
from bp_tutor.quiz.mistakes.candidates import Candidates, Rewritings
from bp_tutor.quiz.mistakes.rewrites import OFTEN
from bp_tutor.quiz.points import agree
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.solve.evaluate import SMALL, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Formula, Quantity
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

    unit: Address
    """The unit or channel that it belongs to, by its entry of the first sample."""
    before: Address | None
    slope: Formula | None
    """None where there is none, or where it is 1 everywhere."""
    kinks: tuple[float, ...]


class Subject:
    """The first update of a problem, its units, and the mistakes that can be made in it."""

    def __init__(self, trace: Trace, page: Presentation, *, drawing: bool = False) -> None:
        self.problem, self.run = trace.problem, trace.runs[0]
        self.program = self.run.program
        self.digits = trace.problem.digits
        self.updated = {
            new: (old, old.as_kind(DERIVATIVE))
            for old, new in self.program.next_values
            if (old.kind, new.kind) == (VALUE, UPDATED)
        }
        """Each new value with the old one, and with the gradient that it goes along."""
        self._drawing = drawing
        self.large = sum(work(line.formula) for line in self.program.lines) > SMALL
        self._context = Context(trace, self.run, page)
        self.graph = self._context.graph
        self._candidates: dict[Address, Candidates] = {}
        self._same: dict[tuple[Address, int, int], bool] = {}
        self.entries = () if self.large else tuple(self._entries())
        self.units = () if self.large else tuple(self._units())

    def _entries(self) -> list[Address]:
        """The entries that a student works out, of one sample: the one with the fewest zeros."""
        found: list[Address] = []
        sample = self._fullest_sample()
        for step in self.run.steps:
            line = step.line
            if line.inlined or line.may_fail or step.value is None:
                continue
            if step.quantity.kind not in ASKED:
                continue
            samples = [at for at, axis in enumerate(step.quantity.axes) if axis == SAMPLE]
            found += [
                entry
                for entry in step.quantity.addresses()
                if all(entry.index[at] == sample for at in samples)
            ]
        return found[:MOST_ENTRIES]

    def _units(self) -> Iterator[Unit]:
        """Every activated value, entry by entry."""
        for line in self.program.model.definitions:
            formula = line.formula
            if line.phase != "forward" or line.quantity not in self.run.values:
                continue
            if line.activates is not None and isinstance(formula, Apply):
                share = Ref(line.quantity)
                slope: Formula | None = Mul((share, Add((Number(1), Neg(share)))))
                yield from _units_of(line.quantity, None, slope, ())
            elif isinstance(formula, Call) and formula.function.activation:
                before, function = formula.args[0], formula.function
                if isinstance(before, Ref):
                    flat = function.name == "identity"
                    slope = None if flat else formula.slope(Ref(line.quantity))
                    yield from _units_of(line.quantity, before.quantity, slope, function.kinks)

    def _fullest_sample(self) -> int:
        first = next(iter(self.program.model.given), None)
        if first is None or first.samples == 1 or first not in self.run.values:
            return 0
        numbers, width = self.run.values[first], first.size // first.samples
        rows = [numbers[start : start + width] for start in range(0, len(numbers), width)]
        return min(range(len(rows)), key=lambda row: rows[row].count(0.0))

    def candidates(self, entry: Address) -> Candidates:
        """What each mistake makes of an entry."""
        found = self._candidates.get(entry)
        if found is None:
            found = self._candidates[entry] = (
                candidates_of(self.graph, entry) if self._drawing else self._frequent(entry)
            )
        return found

    def _frequent(self, entry: Address) -> Candidates:
        """What the most frequent mistakes make of an entry, of numbers that this calculation has.

        Of rare mistakes so many can be made anywhere that two of them always come to the same.
        """
        every = self._context.candidates.singles(entry).found
        frequent = tuple(
            one
            for one in every
            if one.often == OFTEN
            and all(leaf.quantity in self.run.values for leaf in entries_of(one.formula))
        )
        return Candidates(Rewritings(frequent))

    def same(self, entry: Address, first: int, second: int) -> bool:
        """Whether two candidates (-1: the right formula) agree whatever the numbers are."""
        which = (entry, first, second)
        if which not in self._same:
            found = self.candidates(entry).found
            one = self.graph.formula(entry) if first < 0 else found[first].formula
            self._same[which] = agree(self.graph.points, found[second].formula, one, SAME)
        return self._same[which]


def _units_of(
    quantity: Quantity, before: Quantity | None, slope: Formula | None, kinks: tuple[float, ...]
) -> Iterator[Unit]:
    for index in quantity.indices():
        pairs = zip(index, quantity.axes, strict=False)
        own = tuple(0 if axis in (SAMPLE, "row", "column") else at for at, axis in pairs)
        yield Unit(
            Address(quantity, own if quantity.axes else index),
            None if before is None else Address(before, index),
            None if slope is None else entry_of(slope, index),
            kinks,
        )

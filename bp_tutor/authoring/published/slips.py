"""Slips that would explain a figure: those of the pen, and those at its own step, with mistakes."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.judged import FOLLOWING, TRUNCATED, Reason
from bp_tutor.formula import Add, Entry, replace
from bp_tutor.quiz.figure import (
    Budget,
    Printed,
    printed,
)
from bp_tutor.quiz.mistakes.case import entries_in, sums_of
from bp_tutor.quiz.mistakes.diagnosis import MOST_SHOWN, diagnosis_of
from bp_tutor.quiz.mistakes.pen import plain, replaced, slips_of_the_pen, turned
from bp_tutor.quiz.mistakes.rewrites import SELDOM
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.tolerance import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.published.calculation import Calculation
    from bp_tutor.authoring.published.follow_through import PrintedBefore
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.authoring.published.meant import Meant
    from bp_tutor.formula import Address, Formula
    from bp_tutor.quiz.mistakes.candidates import Candidate

    Slip = tuple[str, tuple[tuple[str, object], ...], float | None]
    """The key of its sentence, what stands in it, and the number that it gives."""


def slips_of_pen(printed: Printed, value: float | None) -> tuple[Reason, ...]:
    """The slips of the pen that make the printed figure of the right value."""
    return tuple(
        Reason(
            f"published.slip.{slip.key}",
            (("figure", plain(slip.meant)),),
            None,
            float(printed.number),
        )
        for slip in slips_of_the_pen(printed, value)
    )


CHANCE = 0.03
"""So much chance the known mistakes may use up together, the likeliest first."""
CHANCE_OF_SLIP = 0.004
"""And so much the slips in a formula, where no mistake explains the figure."""
CHANCE_NEARBY = 0.05
"""And at most such a part of the numbers that are as near to the right one may be explained."""
MOST_SIGNS = 8
MOST_SLIPS = 3_000
MOST_TERMS = 6
"""Any terms of a sum of so few may be missing; of a longer one, those at its beginning or end."""


class FigureStep:
    """One figure at its own step, with the printed figures that follow put in or not."""

    def __init__(
        self, meant: Meant, calculation: Calculation, before: PrintedBefore, others: list[Judged]
    ) -> None:
        self.meant, self.page = meant, calculation.page
        context, address = calculation.context(meant.moment), meant.address
        self.sources: list[StudentAnswers] = []
        """The calculation itself, and the one with the figures as a student's answers."""
        if context is None or address is None or meant.own or not meant.printed.number:
            return
        if context.graph.step(address) is None:
            return
        self.address = address
        follow = [one for one in others if one.verdict in FOLLOWING]
        here = [one.meant for one in follow if one.meant.moment == meant.moment]
        self.figures = {one.address: one for one in here if not one.own}
        self.cuts = any(one.verdict == TRUNCATED for one in follow)
        entries = [one.meant for one in follow if not one.meant.own]
        sources = StudentAnswers(context), before.source(meant, entries, finest=True, plain=True)
        self.sources = [source for source in sources if source is not None]

    def mistakes(self) -> tuple[Reason, ...]:
        """The mistakes that many make and that give this figure, to its last digit."""
        for source in self.sources:
            hits = self._met(source)
            if hits:
                alone = len(hits) == 1
                return tuple(
                    self._explained(source, *hit, alone=alone) for hit in hits[:MOST_SHOWN]
                )
        return ()

    def _explained(
        self, source: StudentAnswers, candidate: Candidate, value: float, *, alone: bool
    ) -> Reason:
        found = diagnosis_of(source, self.address, candidate, alone=alone)
        return Reason(f"misconception.{found.misconception}.name", found.values, found, value)

    def _met(self, source: StudentAnswers) -> list[tuple[Candidate, float]]:
        """The mistakes that give the figure, tried until their chance is used up."""
        budget = Budget(self.meant.printed, CHANCE, cut=self.cuts)
        table = source.context.candidates
        for group in (table.singles, table.pairs, table.roundings):
            candidates = group(self.address)
            values = candidates.values(source.value)
            hits: dict[str, tuple[Candidate, float]] = {}
            for candidate, own in zip(candidates.found, values, strict=True):
                value = None if own is None else self.meant.sign * own
                # What is seldom made would explain too many figures, and what gives the same as a
                # cause that was found is one too.
                if (
                    value is not None
                    and candidate.often < SELDOM
                    and budget.allows(value)
                    and budget.met(value)
                ):
                    hits.setdefault(candidate.name, (candidate, value))
            if hits:
                return list(hits.values())
        return []

    def slips(self) -> tuple[Reason, ...]:
        """The slips in the figure's formula that give it."""
        for source in self.sources:
            right = self.meant.sign * source.context.graph.exact(self.address)
            budget = Budget(self.meant.printed, CHANCE_OF_SLIP, cut=False)
            found: dict[str, Reason] = {}
            for key, values, own in islice(self._slips(source), MOST_SLIPS):
                value = None if own is None else self.meant.sign * own
                if value is None:
                    continue
                if not budget.allows(value):
                    break
                if budget.met(value):
                    found.setdefault(key, Reason(f"published.slip.{key}", values, None, value))
            if found and budget.around(right) <= CHANCE_NEARBY:
                return tuple(found.values())
        return ()

    def _slips(self, source: StudentAnswers) -> Iterator[Slip]:
        formula = source.graph.formula(self.address)
        yield from self._totals(source)
        yield from self._parts(source, formula)
        yield from self._missing(source, formula)
        yield from self._operands(source, formula)

    def _totals(self, source: StudentAnswers) -> Iterator[Slip]:
        """The sum that the figure is a term of."""
        for quantity in source.graph.steps:
            above = source.graph.ancestors(quantity)
            if self.address.quantity not in above or quantity.size > 1:
                continue
            total = next(quantity.addresses())
            formula = source.graph.formula(total)
            if isinstance(formula, Add) and Entry(*self.address) in formula.terms:
                yield "total", (("figure", self.page.name(*total)),), source.value(total)

    def _parts(self, source: StudentAnswers, formula: Formula) -> Iterator[Slip]:
        """One term of the sum that the figure is."""
        for node in _sums(formula):
            for term in node.terms:
                value = _put(source, formula, node, term)
                yield "part", (("figure", self.page.spell(term)),), value

    def _missing(self, source: StudentAnswers, formula: Formula) -> Iterator[Slip]:
        """The sum without several of its terms."""
        for node in _sums(formula):
            terms = node.terms
            for count in range(len(terms) - 2, 1, -1):
                chosen = (
                    combinations(terms, count)
                    if len(terms) <= MOST_TERMS
                    else (terms[:count], terms[-count:])
                )
                for kept in chosen:
                    gone = tuple(term for term in terms if not any(term is one for one in kept))
                    text = self.page.spell(Add(gone))
                    yield "terms", (("figure", text),), _put(source, formula, node, Add(kept))

    def _operands(self, source: StudentAnswers, formula: Formula) -> Iterator[Slip]:
        """One number of the formula copied wrongly: its point, its sign, one of its digits."""
        leaves = [one for one in source.graph.leaves(self.address) if source.graph.known(one)]
        # A number that stands on the paper rightly was copied rightly once.
        leaves.sort(key=self.figures.__contains__)
        ways = (lambda one: (wrong for _, wrong in turned(one)), replaced)
        for way in ways:
            for leaf in leaves:
                right = self._as_written(source, leaf)
                for wrong in way(right) if right.number else ():
                    other = float(wrong.number)
                    value = _with_other(source, formula, leaf, other)
                    said = (
                        ("figure", plain(wrong)),
                        ("right", plain(right)),
                        ("name", self.page.name(*leaf)),
                    )
                    yield "operand", said, value

    def _as_written(self, source: StudentAnswers, leaf: Address) -> Printed:
        """A number as it stands on the paper: as it is printed, as it is given, or rounded."""
        if leaf in self.figures:
            figure = self.figures[leaf]
            return figure.printed._replace(number=figure.sign * figure.printed.number)
        value = source.graph.exact(leaf)
        if source.graph.step(leaf) is None and len(text := repr(value)) <= MOST_SIGNS:
            return printed(text)
        return printed(f"{value:.{self.meant.printed.decimals}f}")


def _sums(formula: Formula) -> list[Add]:
    """The sums of products or of several numbers in a formula, the outermost first."""
    return [
        found
        for found in sums_of(formula)
        if len(found.terms) > 1 and all(map(_has_entry, found.terms))
    ]


def _has_entry(formula: Formula) -> bool:
    return any(entries_in(formula))


def _put(source: StudentAnswers, formula: Formula, old: Formula, new: Formula) -> float | None:
    changed = replace(formula, lambda node: new if node is old else None)
    return value_of(changed, source.value)


def _with_other(
    source: StudentAnswers, formula: Formula, leaf: Address, other: float
) -> float | None:
    """The number of a formula with another value for one of its entries."""
    return value_of(formula, lambda one: other if one == leaf else source.value(one))

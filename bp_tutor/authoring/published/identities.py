"""Which numbers of a calculation are one and the same, whatever a source calls them.

Two formulas are the same where they agree at random points and at the numbers of the update:
no algebra, and whoever writes a derivative as a quotient, as a course symbol or as arithmetic
has named the same number.
"""

from __future__ import annotations

from itertools import combinations
from math import isclose
from typing import TYPE_CHECKING

from bp_tutor.explain.arithmetic import literal
from bp_tutor.formula import Add, Entry, Mul, Number, walk
from bp_tutor.formula.algebra import mul, neg, number
from bp_tutor.frozen import Frozen
from bp_tutor.quiz.points import number_of
from bp_tutor.solve import NumberError
from bp_tutor.solve.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.formula import Address, Formula
    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.points import Point

    Numbers = tuple[float, ...]

NEARLY = 1e-9
MOST_PARTS = 6
"""Of so many factors or terms any choice may have a name; of more, only all of them."""


class NamedNumber(Frozen):
    """A number under a name: the entry that stands for it, and its values at the points."""

    address: Address
    numbers: tuple[float, ...]
    formula: Formula | None = None
    """What it is made of, where it is no entry of the calculation but a figure's own number."""

    def times(self, numbers: Numbers | None) -> float | None:
        """How many times it these numbers are, if it is always the same: 1, -1, 2; else None."""
        if numbers is None or not self.numbers[0] or not numbers[0]:
            return None
        times = numbers[0] / self.numbers[0]
        pairs = zip(numbers, self.numbers, strict=True)
        if all(isclose(one, times * own, rel_tol=NEARLY) for one, own in pairs):
            return times
        return None


class Identities:
    """The numbers of one update, at the points and as they are."""

    def __init__(self, graph: EntryGraph) -> None:
        self._graph = graph
        self._points: list[Point] = [*graph.points]
        self._entries: dict[str | None, tuple[NamedNumber, ...]] = {}
        self._parts_of: dict[Formula, tuple[Numbers, ...]] = {}
        given = graph.run.program.model.given
        start = {q: graph.run.values[q] for q in given if q in graph.run.values}
        try:
            # Without the rounding of the file: it would hide that two are the same.
            self._points.append(evaluate(graph.run.program.lines, start))
        except NumberError:
            self._points = []

    def entries(self, kind: str | None = None) -> tuple[NamedNumber, ...]:
        """Every entry of the calculation, or those of one kind."""
        if kind not in self._entries:
            self._entries[kind] = tuple(
                NamedNumber(address, numbers)
                for quantity in self._graph.order
                if kind is None or quantity.kind == kind
                for address in quantity.addresses()
                if (numbers := self.at(Entry(*address))) is not None
            )
        return self._entries[kind]

    def at(self, formula: Formula) -> Numbers | None:
        """What a formula is at each point; None where it is nothing, or the same everywhere."""
        found = []
        for point in self._points:
            try:
                value = number_of(formula, point)
            except KeyError:
                return None
            if value is None:
                return None
            found.append(value)
        return tuple(found) if len({*found}) > 1 else None

    def named(
        self, formula: Formula, known: Iterable[NamedNumber]
    ) -> tuple[NamedNumber, int] | None:
        """The number that a formula is, and the sign with which it is that; None for none."""
        numbers = self.at(formula)
        for one in known if numbers is not None else ():
            times = one.times(numbers)
            if times is not None and isclose(abs(times), 1, rel_tol=NEARLY):
                return one, 1 if times > 0 else -1
        return None

    def through(self, formula: Formula, known: Iterable[NamedNumber]) -> Formula:
        """The formula with every part of it that has a name put in by that name."""
        known = tuple(known)
        shown = literal(formula)
        if not any(one.times(part) is not None for part in self._parts(shown) for one in known):
            return formula
        return self._through(shown, known)

    def _parts(self, formula: Formula) -> tuple[Numbers, ...]:
        """What each part of a formula is at the points that may have a name."""
        if formula not in self._parts_of:
            groups = [
                group
                for node in dict.fromkeys(walk(formula))
                if not isinstance(node, Entry | Number)
                for group in (node, *(group for group, _ in _groups(node)))
            ]
            found = (self.at(group) for group in groups)
            self._parts_of[formula] = tuple(numbers for numbers in found if numbers is not None)
        return self._parts_of[formula]

    def _through(self, formula: Formula, known: tuple[NamedNumber, ...]) -> Formula:
        if (whole := self._stands_for(formula, known)) is not None:
            return whole
        for group, rest in _groups(formula):
            name = self._stands_for(group, known)
            if name is not None:
                return formula.rebuild((name, *(self._through(one, known) for one in rest)))
        inside = tuple(self._through(child, known) for child in formula.children)
        changed = any(new is not old for new, old in zip(inside, formula.children, strict=True))
        return formula.rebuild(inside) if changed else formula

    def _stands_for(self, formula: Formula, known: tuple[NamedNumber, ...]) -> Formula | None:
        if isinstance(formula, Entry | Number):
            return None
        numbers = self.at(formula)
        for one in known if numbers is not None else ():
            times = one.times(numbers)
            if times is None:
                continue
            entry = Entry(*one.address)
            if isclose(abs(times), 1, rel_tol=NEARLY):
                return entry if times > 0 else neg(entry)
            return mul(number(times), entry)
        return None


def _groups(formula: Formula) -> Iterator[tuple[Formula, list[Formula]]]:
    """Some of the factors or terms of a formula, most of them first, each with the others."""
    parts = formula.children
    if not isinstance(formula, Mul | Add) or len(parts) > MOST_PARTS:
        return
    for size in range(len(parts) - 1, 1, -1):
        for places in combinations(range(len(parts)), size):
            group = formula.rebuild(tuple(parts[place] for place in places))
            yield group, [part for place, part in enumerate(parts) if place not in places]

"""The derivative of one value by another, `∂A/∂Z`, along every path between the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue import Definition
from bp_tutor.formula import Call, Entry, Indicator, Quantity, Ref, as_shown, replace, walk
from bp_tutor.formula.algebra import ONE, ZERO, add, mul, number, tidy
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import VALUE, Address, PartialDerivative
from bp_tutor.frozen import Frozen
from bp_tutor.solve.backward import handed_on
from bp_tutor.solve.program import used
from bp_tutor.solve.rounding import rounder
from bp_tutor.solve.trace import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.problem.model import Rounding
    from bp_tutor.solve.program import Program
    from bp_tutor.solve.trace import Run

    Path = tuple[Address, ...]

MOST_PLACES = 2_000
"""Entries on the way from one value to the other; nobody asks for more by name."""
MOST_NODES = 3_000
MOST_BETWEEN = 60
"""Values that one path leads through."""


class PartialError(ValueError):
    """Two values of which one has no derivative by the other; says why by a key."""


class Partial(Frozen):
    """What one value's derivative by another is, over single entries."""

    along_all: Formula
    """The derivative along all paths."""
    direct: Formula
    """Where the lower value stands in the upper one's own line, that part alone: it is what
    a chain rule written out means. Else the same as along all paths."""

    @property
    def readings(self) -> tuple[Formula, ...]:
        """What it can mean: both, where there are other paths beside the direct one."""
        return tuple(dict.fromkeys((self.direct, self.along_all)))


def partial(program: Program, of: Address, over: Address) -> Partial:
    """The derivative of `of` by `over`.

    Raises:
        PartialError: `over` is made from `of`, one of them is no value of the calculation, or
            there is too much between them.
    """
    if of[0].kind != VALUE or over[0].kind != VALUE:
        raise PartialError("of_values")
    found = _Partials(program, over).partial(of)
    if found.along_all == ZERO and _Partials(program, of).partial(over).along_all != ZERO:
        raise PartialError("backwards")
    return found


def with_partial(run: Run, of: Address, over: Address, rounding: Rounding | None = None) -> Run:
    """The run with a step more, which gives the derivative of one value by another.

    On paper it is rounded like every number (`rounding`).

    Raises:
        PartialError: there is none, or what is meant is open.
    """
    found = partial(run.program, of, over)
    if len(found.readings) > 1:
        raise PartialError("two_ways")
    ratio = PartialDerivative(of, over)
    if ratio in run.values:
        return run
    one_step = all(len(way) <= 2 for way in ways(run.program, of, over))
    rule = "derivative" if one_step else "chain_rule"
    line = Definition(ratio, found.direct, "derivative", rule)
    value = None
    if all(q in run.values for q in used(found.direct)):
        try:
            number_there = found.direct.value(run.value)
            rounded = rounder(rounding) if rounding is not None else None
            value = (rounded(ratio, number_there) if rounded else number_there,)
        except ArithmeticError as error:
            raise PartialError("no_value") from error
    values = run.values if value is None else {**run.values, ratio: value}
    steps = (*run.steps, Step(line, run.update, value))
    return run._replace(steps=steps, values=values)


def ways(program: Program, of: Address, over: Address) -> Iterator[Path]:
    """The paths from `of` down to `over`, each with both its ends; there may be very many."""
    return _Partials(program, over).ways(of)


class _Partials:
    """Derivatives of any value by one and the same."""

    def __init__(self, program: Program, over: Address) -> None:
        self.over = over
        self.model = program.model
        self.lines: dict[Quantity, Definition] = {}
        reached = {over[0]}
        for line in (*self.model.definitions, *self.model.asides):
            if not reached.isdisjoint(used(line.formula)):
                reached.add(line.quantity)
                self.lines[line.quantity] = line
        self.known: dict[Address, Formula] = {over: ONE}
        self.below: dict[Address, list[tuple[Address, Formula]]] = {}

    def partial(self, of: Address) -> Partial:
        # A factor that the course drops is dropped where an error is differentiated.
        lines = (*self.model.definitions, *self.model.asides)
        errors = {line.quantity for line in lines if line.phase == "loss"}
        drops = of[0] in errors and self.over[0] not in errors
        share = number(abs(self.model.factor)) if drops else ONE
        along_all = self._by(of, 0)
        if len(walk(along_all)) > MOST_NODES:
            raise PartialError("too_long")
        here = dict(self._below(of)) if of != self.over else {}
        direct = here.get(self.over, along_all)
        return Partial(mul(share, along_all), mul(share, direct))

    def ways(self, of: Address) -> Iterator[Path]:
        if of == self.over:
            yield (of,)
            return
        for below, _ in self._below(of):
            for way in self.ways(below):
                yield (of, *way)

    def _by(self, of: Address, depth: int) -> Formula:
        if of not in self.known:
            if len(self.known) > MOST_PLACES or depth > MOST_BETWEEN:
                raise PartialError("too_long")
            terms = [mul(slope, self._by(below, depth + 1)) for below, slope in self._below(of)]
            self.known[of] = add(*terms)
        return self.known[of]

    def _below(self, of: Address) -> list[tuple[Address, Formula]]:
        """The entries in the line of `of` that lead on, each with its slope there."""
        if of not in self.below:
            self.below[of] = [
                (place, slope)
                for place in self._inside(of)
                if (slope := self._slope(of, place)) != ZERO
            ]
        return self.below[of]

    def _inside(self, of: Address) -> list[Address]:
        line = self.lines.get(of[0])
        if line is None:
            return []
        nodes = walk(as_shown(line.entry(of[1])))
        found = dict.fromkeys(n.address for n in nodes if isinstance(n, Entry))
        if len(found) > MOST_PLACES:
            raise PartialError("too_long")
        return [place for place in found if place == self.over or place[0] in self.lines]

    def _slope(self, of: Address, over: Address) -> Formula:
        """How one entry of a line moves with one entry in it, by what the line hands on."""
        line = self.lines[of[0]]
        seed = Quantity("seed", (), of[0].shape, of[0].axes)
        parts = [
            part
            for child, part in handed_on(line.formula, Ref(seed), Ref(of[0]), {over[0]})
            if child == over[0]
        ]

        def chosen(node: Formula) -> Formula | None:
            match node:
                case Entry(quantity, index) if quantity == seed:
                    return ONE if index == of[1] else ZERO
                case Ref(quantity) if quantity == seed:
                    return ONE
            return None

        if not parts:
            # Nothing is handed on to targets, nor through a comparison.
            jumps = (isinstance(node, Indicator) or _is_flat(node) for node in walk(line.formula))
            raise PartialError("jump" if any(jumps) else "no_slope")
        return tidy(replace(entry_of(add(*parts), over[1]), chosen))


def _is_flat(node: Formula) -> bool:
    return isinstance(node, Call) and None in node.function.slopes[:1]

"""The derivation checks itself: every gradient against central differences.

The difference quotient needs the forward formulas only, so it proves the backward ones. In floats
it costs little, and where it agrees with the gradient to five figures, nothing is left to chance:
that settles nearly all. Where it does not, floats may simply be too coarse (a term of 1e16 beside
one of 100, a gradient of 1e-20), or the gradient is wrong. Then quotient and gradient are worked
out again in decimal numbers (`exactly.py`), and only these can find a gradient wrong. What they
cannot decide is said to be undecided.
"""

from __future__ import annotations

from functools import cached_property
from math import isclose
from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.optimisers import AHEAD
from bp_tutor.formula import Apply, Call, Formula, Indicator, IsLargest, Quantity, walk
from bp_tutor.formula.algebra import number, sub
from bp_tutor.formula.compiling import compile_arrays, compile_scalars
from bp_tutor.formula.quantity import DERIVATIVE, Address
from bp_tutor.frozen import Frozen
from bp_tutor.solve.backward import derivatives
from bp_tutor.solve.evaluate import SMALL, evaluate, work
from bp_tutor.solve.program import used

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bp_tutor.catalogue import Definition
    from bp_tutor.solve.exactly import Exactly, Verdict
    from bp_tutor.solve.trace import Run, Values

STEP = 6e-6
"""Relative width of the quotient: near the cube root of the precision, where it is best."""
FLAT = 0.0625
"""Relative width within which a function of floats that does not change at all is constant."""
TOLERANCE = 1e-6
"""How far gradient and quotient may differ, beside the larger of them."""
SAME = 1e-9
"""How far a given value may be from what leads to it, relatively, and still be the same."""
DIRECTIONS = 3
BENT = 1e-6
"""A change of the slope within the quotient's width that is no noise."""
LARGEST_EXACT = 20_000
"""Multiplications of a network up to which decimal numbers are tried at all ..."""
EXACT_BUDGET = 100_000
"""... and multiplications of decimal numbers that one check may take."""
VISIBLE, STEADY = 1e-2, 1e-3
"""Of a network too large for decimal numbers: a gradient is wrong where it differs visibly from
quotients of three widths that agree with each other."""
OBJECTIVE = Quantity("objective")
FORWARD = ("forward", "loss")


class Check(Frozen):
    """What the comparison found; differences are relative to the larger of 1 and the value."""

    checked: int = 0
    """Gradients compared, entry by entry (or arrays, along directions)."""
    largest: float = 0.0
    skipped: tuple[str, ...] = ()
    """Identifiers at whose value a function has a kink, so that there is no slope."""
    failed: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    """Identifiers of which differences cannot tell here whether they are right."""
    beyond: tuple[Quantity, ...] = ()
    """Gradients that lie behind values that are given: differences do not reach there."""
    overridden: tuple[tuple[Address, float], ...] = ()
    """Entries that are given, where what leads to them makes them another number: this one. The
    gradients are then compared with calculated values in place of the given ones."""
    along_directions: bool = False
    """A large network: each gradient along random directions instead of entry by entry."""
    recalculated: bool = False
    """The reported numbers follow a convention that is not the plain gradient (rounded by
    hand, or sequential updates): checked were the gradients without it."""


def check(run: Run) -> Check | None:
    """The gradients of a run against central differences; None where there are none."""
    model = run.program.model
    forward, backward = model.definitions, derivatives(model)
    wanted = [quantity for quantity in model.wanted if quantity in run.values]
    start = {quantity: run.values[quantity] for quantity in model.given if quantity in run.values}
    beyond: tuple[Quantity, ...] = ()
    if model.stated:
        forward, wanted, beyond = _apart_from_stated(run)
        backward = tuple(line for line in backward if line.quantity in run.values)
        defined = {line.quantity for line in forward}
        start = {quantity: values for quantity, values in start.items() if quantity not in defined}
    known = start.keys() | {line.quantity for line in forward}
    unknown = any(not known.issuperset(used(line.formula)) for line in forward)
    if not wanted or not backward or unknown:
        return Check(beyond=beyond) if beyond else None
    # Some optimisers take the gradient at a point ahead of the weights.
    points = ((quantity, quantity.as_kind(AHEAD)) for quantity in start)
    start |= {quantity: run.values[point] for quantity, point in points if point in run.values}
    formulas = (*forward, *backward)
    exact = evaluate(formulas, start)
    differs = any(exact.get(q) != run.values.get(q) for q in (line.quantity for line in formulas))
    found = exact if differs else run.values
    lines = [
        *((line.quantity, line.formula) for line in forward),
        (OBJECTIVE, model.objective),
    ]
    gradients = {q: found[q.as_kind(DERIVATIVE)] for q in wanted if q.as_kind(DERIVATIVE) in found}
    size = sum(work(formula) for _, formula in lines)
    bends = _bends((*forward, *backward), large=size > SMALL)
    back = [(line.quantity, line.formula) for line in backward]
    case = _Case(lines, bends, back, start, gradients, size)
    compare = _along_directions if size > SMALL else _entry_by_entry
    return compare(case)._replace(
        recalculated=differs, beyond=beyond, overridden=_overridden(run, exact, start)
    )


def _overridden(
    run: Run, exact: Mapping[Quantity, Values], start: Mapping[Quantity, Values]
) -> tuple[tuple[Address, float], ...]:
    """The entries of given values that were calculated as well, and came out otherwise."""
    return tuple(
        (Address(quantity, index), exact[quantity][place])
        for quantity in run.program.model.stated
        if quantity not in start and quantity in exact
        for place, index in enumerate(quantity.indices())
        if not isclose(exact[quantity][place], run.value(quantity, index), rel_tol=SAME)
    )


def _apart_from_stated(
    run: Run,
) -> tuple[tuple[Definition, ...], list[Quantity], tuple[Quantity, ...]]:
    """Forward lines that differences can go by where values are given, and what is left to them.

    Where all that leads to the given values is known, they are calculated after all. Else the
    loss follows from the given values, and nothing that only leads to them moves it: those
    derivatives are named.
    """
    model = run.program.model
    found = [q for q in model.wanted if q.as_kind(DERIVATIVE) in run.values]
    known = {q for q in model.given if q in run.values and q not in model.stated}
    for line in model.definitions:
        if known.issuperset(used(line.formula)):
            known.add(line.quantity)
    if known.issuperset(line.quantity for line in model.definitions):
        return model.definitions, [q for q in found if q not in model.stated], ()
    hidden = model.behind_stated
    forward = tuple(line for line in run.program.lines if line.phase in FORWARD)
    beyond = tuple(q.as_kind(DERIVATIVE) for q in found if q in hidden)
    return forward, [q for q in found if q not in hidden and q in run.values], beyond


class _Case(Frozen):
    """What is compared: forward lines, what tells the branches, backward lines, numbers."""

    lines: list[tuple[Quantity, Formula]]
    bends: list[tuple[Quantity, Formula]]
    backward: list[tuple[Quantity, Formula]]
    start: dict[Quantity, Values]
    gradients: dict[Quantity, Values]
    size: int
    """About how many multiplications the forward lines take."""

    @property
    def outputs(self) -> list[Quantity]:
        """The objective, then what tells the branches."""
        return [OBJECTIVE, *(quantity for quantity, _ in self.bends)]

    @cached_property
    def exactly(self) -> Exactly:
        """The same in decimal numbers."""
        from bp_tutor.solve.exactly import Exactly

        forward = (*self.lines, *self.bends)
        affordable = EXACT_BUDGET if self.size <= LARGEST_EXACT else 0
        return Exactly(
            forward, self.backward, self.start, self.outputs, self.gradients, self.size, affordable
        )


class _Tally:
    """Verdicts counted and named."""

    def __init__(self) -> None:
        self.count, self.largest = 0, 0.0
        self.names: dict[str, dict[str, None]] = {"kink": {}, "wrong": {}, "open": {}}

    def add(self, name: str, verdict: str, error: float) -> None:
        """One comparison: what came of it, and how large the difference is."""
        if verdict in ("right", "wrong"):
            self.count += 1
            self.largest = max(self.largest, error)
        if verdict != "right":
            self.names[verdict][name] = None

    def check(self) -> Check:
        """What was found; one found wrong is nothing else besides."""
        wrong = self.names["wrong"]
        skipped, undecided = (
            tuple(name for name in self.names[verdict] if name not in wrong)
            for verdict in ("kink", "open")
        )
        return Check(self.count, self.largest, skipped, tuple(wrong), undecided)


def _bends(lines: tuple[Definition, ...], *, large: bool) -> list[tuple[Quantity, Formula]]:
    """Everything that tells, by being positive or not, which branch of a function holds."""
    found: dict[Formula, Quantity] = {}
    for line in lines:
        for argument in _branching(line.formula) + ([] if large else _winners(line)):
            if any(quantity.kind for quantity in used(argument)):
                continue
            name = f"bend{len(found)}"
            found.setdefault(argument, Quantity(name, (), argument.shape, _axes(argument)))
    return [(quantity, argument) for argument, quantity in found.items()]


def _branching(formula: Formula) -> list[Formula]:
    found: list[Formula] = []
    for node in walk(formula):
        if isinstance(node, IsLargest):
            found.append(node)
        elif isinstance(node, Indicator):
            found.append(node.arg)
        elif isinstance(node, Call):
            kinks = node.function.kinks
            found += [sub(node.args[0], number(kink)) for kink in kinks]
    return found


def _winners(line: Definition) -> list[Formula]:
    """Which candidate each maximum takes: another one at once, where two tie."""
    if not any(isinstance(node, Apply) for node in walk(line.formula)):
        return []
    return [
        node
        for index in line.quantity.indices()
        for node in walk(line.entry(index))
        if isinstance(node, IsLargest)
    ]


def _axes(formula: Formula) -> tuple[str, ...]:
    return tuple(f"axis{axis}" for axis in range(len(formula.shape)))


def _entry_by_entry(case: _Case) -> Check:
    inputs = list(case.start)
    function = _quiet(compile_scalars(inputs, [*case.lines, *case.bends], case.outputs))
    numbers = [number for quantity in inputs for number in case.start[quantity]]
    tally, offset = _Tally(), 0
    for quantity in inputs:
        for place, index in enumerate(quantity.indices()):
            if quantity not in case.gradients:
                break
            gradient = case.gradients[quantity][place]
            error = _difference(function, numbers, offset + place, gradient)
            verdict: Verdict = "right"
            if error is None:
                here = function(*numbers)
                verdict, error = case.exactly.verdict(quantity, {place: 1.0}, gradient, here)
            tally.add(quantity.as_kind(DERIVATIVE).identifier(index), verdict, error)
        offset += len(case.start[quantity])
    return tally.check()


def _quiet(function: Callable[..., Values]) -> Callable[..., Values]:
    """The function; empty where it has no value."""

    def quiet(*numbers: float) -> Values:
        try:
            return function(1, *numbers)
        except (ArithmeticError, ValueError, TypeError):
            # TypeError: a root of a negative number is complex, and has no order.
            return ()

    return quiet


def _difference(
    function: Callable[..., Values], numbers: list[float], place: int, gradient: float
) -> float | None:
    """How far a gradient is from the central difference; None where that does not settle it."""
    middle = numbers[place]
    before, behind = numbers[:place], numbers[place + 1 :]
    unit = max(1.0, abs(middle))

    def beside(width: float) -> tuple[Values, Values]:
        return (
            function(*before, middle + width, *behind),
            function(*before, middle - width, *behind),
        )

    up, down = beside(STEP * unit)
    if _turns(up, down):
        return None
    difference = (up[0] - down[0]) / (2 * STEP * unit)
    if gradient == 0 and difference == 0:
        up, down = beside(FLAT * unit)
        here = function(*numbers)
        constant = up == down == here and bool(here)
        return 0.0 if constant else None
    error = abs(gradient - difference)
    settled = error <= TOLERANCE * max(abs(gradient), abs(difference))
    return error / max(1.0, abs(difference)) if settled else None


def _turns(up: Values, down: Values) -> bool:
    """Whether a branch changes between two points, or one of them has no value."""
    if not up or not down:
        return True
    return any(
        (above != below and (above > 0) != (below > 0)) or above * below < 0
        for above, below in zip(up[1:], down[1:], strict=True)
    )


def _along_directions(case: _Case) -> Check:
    from random import Random

    import numpy as np

    inputs = list(case.start)
    function = compile_arrays(inputs, [*case.lines, *case.bends], case.outputs)
    arrays = {each: np.array(case.start[each]).reshape(each.shape) for each in inputs}
    draw = Random(1)  # noqa: S311 - directions need no secrecy, but must stay the same
    tally = _Tally()
    for quantity, values in case.gradients.items():
        gradient = np.array(values).reshape(quantity.shape)
        usual = float(np.sqrt((gradient**2).mean()))
        for _ in range(DIRECTIONS):
            direction = np.array([draw.gauss(0, 1) for _ in values]).reshape(quantity.shape)
            direction /= np.sqrt((direction**2).sum())
            at = _along(function, arrays, quantity, direction)
            expected = float((gradient * direction).sum())
            verdict, error = _settled(at, expected, usual)
            if verdict != "right":
                moved = dict(enumerate(direction.reshape(-1).tolist()))
                here = tuple(float(one) for each in at(0.0) for one in np.ravel(each))
                found = case.exactly.verdict(quantity, moved, expected, here)
                if found[0] != "open" or case.exactly.tried:
                    verdict, error = found
            tally.add(quantity.as_kind(DERIVATIVE).name, verdict, error)
    return tally.check()._replace(checked=len(case.gradients), along_directions=True)


def _settled(at: Callable[[float], Any], expected: float, usual: float) -> tuple[Verdict, float]:
    """What quotients of floats say of a slope along a direction, where such slopes are `usual`."""
    up, down = at(STEP), at(-STEP)
    turns = any(((a > 0) != (b > 0)).any() for a, b in zip(up[1:], down[1:], strict=True))
    difference = float((up[0] - down[0]) / (2 * STEP))
    error = abs(expected - difference)
    relative = error / max(1.0, abs(difference))
    if turns:
        return "kink", relative
    if expected == 0 and difference == 0:
        flat = [float(at(way)[0]) for way in (-FLAT, 0.0, FLAT)]
        return "right" if flat[0] == flat[1] == flat[2] else "open", relative
    if error <= TOLERANCE * max(abs(expected), abs(difference), usual):
        return "right", relative
    if _bent(at):
        return "kink", relative
    others = [float((at(way)[0] - at(-way)[0]) / (2 * way)) for way in (STEP / 8, 8 * STEP)]
    steady = difference and all(abs(one - difference) <= STEADY * abs(difference) for one in others)
    return "wrong" if steady and error > VISIBLE * abs(difference) else "open", relative


def _along(
    function: Callable[..., Any], arrays: Mapping[Quantity, Any], moved: Quantity, direction: Any
) -> Callable[[float], Any]:
    """The values after going some way from where the run is."""

    def at(way: float) -> Any:
        shifted = {**arrays, moved: arrays[moved] + way * direction}
        return function(1, *shifted.values())

    return at


def _bent(at: Callable[[float], Any]) -> bool:
    """Whether the slope jumps here, as it does where candidates for a maximum tie.

    Of a smooth function the slopes on both sides differ half as much at half the width.
    """
    here = float(at(0.0)[0])
    wide, narrow = (
        abs(float(at(way)[0]) + float(at(-way)[0]) - 2 * here) / way for way in (STEP, STEP / 2)
    )
    return wide > BENT * max(1.0, abs(here)) and narrow > 0.75 * wide

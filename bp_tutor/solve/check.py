"""The derivation checks itself: every gradient against central differences.

The difference quotient needs the forward formulas only, so it proves the backward ones.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.formula import Apply, Call, Formula, Indicator, Quantity, Ref, Winner, walk
from bp_tutor.formula.build import add, mul
from bp_tutor.formula.compiling import compile_arrays, compile_scalars, entry_of
from bp_tutor.formula.quantity import DERIVATIVE
from bp_tutor.solve.backward import derivatives
from bp_tutor.solve.evaluate import SMALL, evaluate, work
from bp_tutor.solve.program import used

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bp_tutor.catalog import Definition
    from bp_tutor.solve.trace import Run, Values

STEP = 6e-6
"""Relative width of the quotient: near the cube root of the precision, where it is best."""
TOLERANCE = 1e-6
DIRECTIONS = 3
OBJECTIVE = Quantity("objective")


class Check(NamedTuple):
    """What the comparison found; differences are relative to the larger of 1 and the value."""

    checked: int = 0
    """Gradients compared, entry by entry (or arrays, along directions)."""
    largest: float = 0.0
    skipped: tuple[str, ...] = ()
    """Identifiers at whose value a function has a kink, so that there is no slope."""
    failed: tuple[str, ...] = ()
    along_directions: bool = False
    """A large network: each gradient along random directions instead of entry by entry."""
    recalculated: bool = False
    """The reported numbers follow a convention that is not the plain gradient (rounded by
    hand, or sequential updates): checked were the gradients without it."""


def check(run: Run) -> Check | None:
    """The gradients of a run against central differences; None where there are none."""
    model = run.program.model
    backward = derivatives(model)
    wanted = [quantity for quantity in model.wanted if quantity in run.values]
    needed = [quantity for line in model.definitions for quantity in used(line.formula)]
    unknown = any(quantity not in run.values for quantity in needed)
    if not wanted or not backward or unknown:
        return None
    start = {quantity: run.values[quantity] for quantity in model.given if quantity in run.values}
    exact = evaluate((*model.definitions, *backward), start)
    differs = any(exact.get(q) != run.values.get(q) for q in exact)
    found = exact if differs else run.values
    objective = add(*(mul(seed, Ref(quantity)) for quantity, seed in model.seeds.items()))
    lines = [
        *((line.quantity, line.formula) for line in model.definitions),
        (OBJECTIVE, objective),
    ]
    gradients = {q: found[q.as_kind(DERIVATIVE)] for q in wanted if q.as_kind(DERIVATIVE) in found}
    large = sum(work(formula) for _, formula in lines) > SMALL
    bends = _bends((*model.definitions, *backward), large=large)
    compare = _along_directions if large else _entry_by_entry
    return compare(lines + bends, [q for q, _ in bends], start, gradients, recalculated=differs)


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
        if isinstance(node, Winner):
            found.append(node)
        elif isinstance(node, Indicator) or (isinstance(node, Call) and node.function.kinks):
            found.append(node.children[0])
    return found


def _winners(line: Definition) -> list[Formula]:
    """Which candidate each maximum takes: another one at once, where two tie."""
    if not any(isinstance(node, Apply) for node in walk(line.formula)):
        return []
    return [
        node
        for index in line.quantity.indices()
        for node in walk(entry_of(line.formula, index))
        if isinstance(node, Winner)
    ]


def _axes(formula: Formula) -> tuple[str, ...]:
    return tuple(f"axis{axis}" for axis in range(len(formula.shape)))


def _entry_by_entry(
    lines: list[tuple[Quantity, Formula]],
    bends: list[Quantity],
    start: dict[Quantity, Values],
    gradients: dict[Quantity, Values],
    *,
    recalculated: bool,
) -> Check:
    inputs = list(start)
    function = compile_scalars(inputs, lines, [OBJECTIVE, *bends])
    numbers = [number for quantity in inputs for number in start[quantity]]
    offset, count, largest = 0, 0, 0.0
    skipped, failed = [], []
    for quantity in inputs:
        for place, index in enumerate(quantity.indices()):
            if quantity not in gradients:
                break
            difference = _difference(function, numbers, offset + place)
            name = quantity.as_kind(DERIVATIVE).identifier(index)
            if difference is None:
                skipped.append(name)
                continue
            gradient = gradients[quantity][place]
            error = abs(gradient - difference) / max(1.0, abs(difference))
            count, largest = count + 1, max(largest, error)
            if not error <= TOLERANCE:
                failed.append(name)
        offset += len(start[quantity])
    return Check(count, largest, tuple(skipped), tuple(failed), recalculated=recalculated)


def _difference(function: Callable[..., Values], numbers: list[float], place: int) -> float | None:
    """The central difference by one number; None where a branch changes within it."""
    middle = numbers[place]
    width = STEP * max(1.0, abs(middle))
    before, behind = numbers[:place], numbers[place + 1 :]
    up = function(1, *before, middle + width, *behind)
    down = function(1, *before, middle - width, *behind)
    for above, below in zip(up[1:], down[1:], strict=True):
        if (above != below and (above > 0) != (below > 0)) or above * below < 0:
            return None
    return (up[0] - down[0]) / (2 * width)


def _along_directions(
    lines: list[tuple[Quantity, Formula]],
    bends: list[Quantity],
    start: dict[Quantity, Values],
    gradients: dict[Quantity, Values],
    *,
    recalculated: bool,
) -> Check:
    import numpy as np

    inputs = list(start)
    function = compile_arrays(inputs, lines, [OBJECTIVE, *bends])
    arrays = {quantity: np.array(start[quantity]).reshape(quantity.shape) for quantity in inputs}
    draw = Random(1)  # noqa: S311 - directions need no secrecy, but must stay the same
    count, largest = 0, 0.0
    skipped, failed = [], []
    for quantity, values in gradients.items():
        gradient = np.array(values).reshape(quantity.shape)
        for _ in range(DIRECTIONS):
            direction = np.array([draw.gauss(0, 1) for _ in values]).reshape(quantity.shape)
            direction /= np.sqrt((direction**2).sum())
            at = _along(function, arrays, quantity, direction)
            up, down = at(STEP), at(-STEP)
            if any(((a > 0) != (b > 0)).any() for a, b in zip(up[1:], down[1:], strict=True)):
                skipped.append(quantity.as_kind(DERIVATIVE).name)
                continue
            difference = float((up[0] - down[0]) / (2 * STEP))
            expected = float((gradient * direction).sum())
            error = abs(expected - difference) / max(1.0, abs(difference))
            if not error <= TOLERANCE and _bent(at):
                skipped.append(quantity.as_kind(DERIVATIVE).name)
                continue
            largest = max(largest, error)
            if not error <= TOLERANCE:
                failed.append(quantity.as_kind(DERIVATIVE).name)
        count += 1
    return Check(
        count, largest, tuple(dict.fromkeys(skipped)), tuple(dict.fromkeys(failed)),
        along_directions=True, recalculated=recalculated,
    )  # fmt: skip


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
    return wide > TOLERANCE * max(1.0, abs(here)) and narrow > 0.75 * wide

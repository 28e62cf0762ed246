"""The layers of a new problem file: what each says of itself, and which numbers it needs."""

from __future__ import annotations

from itertools import cycle, islice, pairwise
from typing import TYPE_CHECKING

from bp_tutor.authoring.symbols import weight_order
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.authoring.plan import Plan

STEPS = 3
START = ("0.5", "-0.3", "0.8", "0.2", "-0.6", "0.4", "0.7", "-0.1", "0.9", "0.3", "-0.4", "0.6")
INPUTS = ("0.5", "0.9", "0.2", "0.7", "0.4", "0.8")
"""Numbers to begin with; what is drawn is like them."""


class Block(Frozen):
    """A layer: its lines without numbers, and the shape of each array by its key."""

    head: tuple[str, ...]
    arrays: tuple[tuple[str, tuple[int, ...]], ...] = ()


def _dense(plan: Plan) -> tuple[Block, ...]:
    return tuple(
        _units(plan, before, after, activation)
        for (before, after), activation in zip(pairwise(plan.units), plan.activations, strict=True)
    )


def _units(plan: Plan, before: int, after: int, activation: str) -> Block:
    shape = (before, after) if order_of(plan) == "from-to" else (after, before)
    head = (f"units: {after}", f"activation: {activation}")
    return Block(head, (("weights", shape), ("bias", (after,))))


def _sequence(plan: Plan) -> tuple[Block, ...]:
    before, states, outputs = plan.units
    shape = (before, states) if order_of(plan) == "from-to" else (states, before)
    head = (f"recurrent: {{units: {states}, returns: last}}", "activation: tanh")
    arrays = (("weights", shape), ("recurrent_weights", (states, states)), ("bias", (states,)))
    return Block(head, arrays), _units(plan, states, outputs, plan.activations[-1])


def _image(plan: Plan) -> tuple[Block, ...]:
    side, kernel, outputs = plan.units
    head = (f"convolution: {{channels: 1, kernel: {kernel}}}", "activation: sigmoid")
    arrays = (("weights", (kernel, kernel)), ("bias", (1,)))
    after = (side - kernel + 1) ** 2
    last = _units(plan, after, outputs, plan.activations[-1])
    return Block(head, arrays), Block(("flatten",)), last


BLOCKS: dict[str, Callable[[Plan], tuple[Block, ...]]] = {
    "network": _dense,
    "sequence": _sequence,
    "image": _image,
}


def count_of(units: tuple[int, ...]) -> int:
    """How many weights and biases dense layers have."""
    return sum(before * after + after for before, after in pairwise(units))


def order_of(plan: Plan) -> str:
    """How the file writes its matrices: as the course does."""
    return weight_order(plan.notation)


def inputs_of(plan: Plan) -> str:
    """What one sample is like."""
    first = plan.units[0]
    if plan.kind == "image":
        return f"{{channels: 1, height: {first}, width: {first}}}"
    return f"{{steps: {STEPS}, units: {first}}}" if plan.kind == "sequence" else str(first)


def sample_of(plan: Plan) -> Iterator[str]:
    """What one sample is a list of."""
    first, numbers = plan.units[0], cycle(INPUTS)
    if plan.kind == "network":
        return islice(numbers, first)
    rows = first if plan.kind == "image" else STEPS
    return (row(numbers, first) for _ in range(rows))


def row(numbers: Iterator[str], count: int) -> str:
    """The next numbers as a list."""
    return f"[{', '.join(islice(numbers, count))}]"

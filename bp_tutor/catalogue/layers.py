"""What layers are built from: their arrays as quantities, activations, dense layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.catalogue.activations import ACTIVATIONS, activated
from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.kinds import KINDS, Signal
from bp_tutor.formula import Formula, MatMul, Mul, Number, Quantity, Ref, Role
from bp_tutor.formula.algebra import add, neg

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer

_CONSTANT_INPUT = {"plus_input": 1, "minus_input": -1}

ROLES = {
    "Z": Role.WEIGHTED_SUM,
    "A": Role.ACTIVATION,
    "W": Role.WEIGHT,
    "B": Role.BIAS,
    "R": Role.RECURRENT_WEIGHT,
    "H": Role.INITIAL_STATE,
    "C": Role.INITIAL_STATE,
    "g": Role.SCALE,
}
Flow = tuple[Quantity, ...]
"""What a layer hands on: one quantity, or one for each time step."""


class Place(NamedTuple):
    """A layer in its network: its number, what reaches it, and its arrays by letter."""

    layer: Layer
    number: int
    """The input is layer 1."""
    flow: Flow
    signal: Signal
    """The form of what reaches it."""
    arrays: dict[str, Quantity]

    def at(self, letter: str, step: int | None, shape: tuple[int, ...]) -> Quantity:
        """A quantity of this layer over all samples, at a time step where there are several."""
        place: tuple[int, ...] = (self.number,) if step is None else (self.number, step)
        axes = axes_of(shape, self.signal.form)
        return Quantity(letter, place, shape, axes, role=ROLES.get(letter[0], Role.INNER))

    def steps(self) -> list[tuple[int | None, Quantity]]:
        """Each time step's number, counted from 1, with what reaches the layer then."""
        if self.signal.form != "sequence":
            return [(None, self.flow[0])]
        return list(enumerate(self.flow, 1))


class Built(NamedTuple):
    """A layer as formulas, and what it hands on."""

    lines: tuple[Definition, ...]
    flow: Flow


def axes_of(shape: tuple[int, ...], form: str) -> tuple[str, ...]:
    """What the axes of a layer's values count."""
    first = "position" if form == "positions" else "sample"
    if len(shape) == 4:
        return first, "channel", "row", "column"
    return first, "unit"


def array_quantities(layer: Layer, number_of_layer: int, signal: Signal) -> dict[str, Quantity]:
    """The arrays of a layer by letter; weights are known by the layer that they leave."""
    found = {}
    for array in KINDS[layer.kind].arrays(layer, signal):
        place: tuple[int, ...] = (number_of_layer - (1 if array.leaves else 0),)
        letter = array.letter
        if not array.trained:
            # An initial state is the state at step 0.
            letter, place = {"H": "A", "C": "C"}[letter], (number_of_layer, 0)
        role = ROLES[array.letter[0]]
        found[array.letter] = Quantity(letter, place, array.shape, array.axes, role=role)
    return found


def dense(place: Place) -> Built:
    """`Z = A @ W + B` and `A = f(Z)`, at every time step with the same weights."""
    lines, flow = [], []
    for step, source in place.steps():
        shape = (source.shape[0], place.layer.units)
        before, after = place.at("Z", step, shape), place.at("A", step, shape)
        weighted: Formula = MatMul(Ref(source), Ref(place.arrays["W"]))
        lines += [
            Definition(
                before, biased(place, weighted), "forward", "weighted_sum", preactivation=True
            ),
            activation_line(place.layer, before, after),
        ]
        flow.append(after)
    return Built(tuple(lines), tuple(flow))


def activation_line(layer: Layer, before: Quantity, after: Quantity) -> Definition:
    """The line of a layer's activation; its derivative is written into the delta's line."""
    carried = not ACTIVATIONS[layer.activation].primitive
    return Definition(after, activated(layer, Ref(before)), "forward", "activation", carried)


def biased(place: Place, weighted: Formula, letter: str = "B") -> Formula:
    """A weighted sum with the layer's bias, in the way in which the course brings it in."""
    if letter not in place.arrays:
        return weighted
    shift: Formula = Ref(place.arrays[letter])
    kind = place.layer.bias.kind
    if kind in _CONSTANT_INPUT:
        shift = Mul((Number(_CONSTANT_INPUT[kind]), shift))
    return add(weighted, neg(shift) if kind == "threshold" else shift)

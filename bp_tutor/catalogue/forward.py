"""All layers of a network as formulas, one after another."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bp_tutor.catalogue.layer import LayerContext, axes_of, layer_kind
from bp_tutor.formula import Quantity, Ref, Role, Transpose
from bp_tutor.formula.quantity import SAMPLE
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bp_tutor.catalogue.definition import Definition
    from bp_tutor.catalogue.layer import Array, Layer, LayerFormulas, Outputs, Signal, Tie
    from bp_tutor.formula import Formula


class Placed(Frozen):
    """A layer in its network: its arrays as quantities, and its formulas."""

    layer: Layer
    arrays: dict[Quantity, Array]
    formulas: LayerFormulas
    tied: Mapping[Quantity, Formula] = MappingProxyType({})
    """The arrays that it would have of its own, each with the earlier layer's in its place."""


class Forward(Frozen):
    """The forward pass of a network, without numbers."""

    inputs: Outputs
    layers: tuple[Placed, ...]

    @property
    def lines(self) -> tuple[Definition, ...]:
        """Everything that is calculated, in order."""
        return tuple(line for placed in self.layers for line in placed.formulas.lines)

    @property
    def outputs(self) -> Outputs:
        """What the last layer hands on."""
        return self.layers[-1].formulas.outputs


def forward_of(
    layers: Iterable[Layer], signal: Signal, samples: int, inputs: Outputs = ()
) -> Forward:
    """The formulas of `layers` for so many samples, where `signal` reaches the first.

    `inputs` are the quantities in which it does, where more is known of them.
    """
    inputs = inputs or inputs_of(signal, samples)
    signals, outputs, placed = [signal], [inputs], []
    known: dict[tuple[int, str], Formula] = {}
    for number, layer in enumerate(layers, 2):
        signal = signals[layer.sources_at(number)[0] - 1]
        table = {
            _of_samples(array.quantity(number), samples): array
            for array in layer.arrays_after(signal)
        }
        arrays = {array.key: quantity for quantity, array in table.items()}
        known |= {(number, key): Ref(quantity) for key, quantity in arrays.items()}
        tied = {tie.key: _shared(tie, known) for tie in layer.ties}
        known |= {(number, key): formula for key, formula in tied.items()}
        context = LayerContext(layer, number, signal, arrays, tuple(outputs), tied)
        formulas = layer_kind(layer.kind).formulas(context)
        every = layer_kind(layer.kind).arrays(layer, signal) if tied else ()
        shared = {array.quantity(number): tied[array.key] for array in every if array.key in tied}
        placed.append(Placed(layer, table, formulas, shared))
        signals.append(layer.hands_on(signal))
        outputs.append(formulas.outputs)
    return Forward(inputs, tuple(placed))


def _shared(tie: Tie, known: dict[tuple[int, str], Formula]) -> Formula:
    """The array of an earlier layer, which may itself be another's."""
    found = known[tie.layer, tie.of]
    if not tie.transposed:
        return found
    return found.arg if isinstance(found, Transpose) else Transpose(found)


def _of_samples(quantity: Quantity, samples: int) -> Quantity:
    """A state that differs from sample to sample, for so many of them."""
    if SAMPLE not in quantity.axes:
        return quantity
    shape = (samples, *quantity.shape[1:])
    return Quantity(quantity.symbol, quantity.place, shape, quantity.axes, role=quantity.role)


def inputs_of(signal: Signal, samples: int) -> Outputs:
    """The quantities in which the inputs arrive: one, or one for each time step."""
    shape = signal.shape if signal.form == "positions" else (samples, *signal.shape)
    steps = [(step,) for step in range(1, signal.steps + 1)] if signal.form == "sequence" else [()]
    axes = axes_of(shape, signal.form)
    return tuple(Quantity("A", (1, *step), shape, axes, role=Role.INPUT) for step in steps)

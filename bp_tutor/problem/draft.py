"""A network while it is being put together: shapes, and the values found so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import layer_kind

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerKind, Signal
    from bp_tutor.fields.numbers import Generated, Matrix, Row
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Quantity
    from bp_tutor.reader import Node, Scalar


Given = dict[tuple[int, ...], tuple[float, "Node"]]
"""Index -> the number there, and where its name stands."""
"""Units (from and to, or one) -> value and place in the file."""


class LayerDraft:
    """One layer: what the file says of it, and its values as they come in.

    `number` counts the inputs as layer 1, as the canonical identifiers do; `signal` is what
    reaches the layer. The layer itself is in the making: kind, sizes and settings are known,
    its numbers not yet.
    """

    __slots__ = ("arrays", "bias", "layer", "names", "number", "section", "signal")

    def __init__(
        self,
        number: int,
        section: Section,
        signal: Signal,
        layer: Layer,
        names: tuple[str, ...] = (),
    ) -> None:
        self.number = number
        self.section = section
        self.signal = signal
        self.layer = layer
        self.names = names
        self.bias = Bias()
        self.arrays: dict[str, Matrix | Row | Generated | None] = {}
        """By canonical letter, in row-major order; `BAD` where something is wrong with them."""

    @property
    def kind(self) -> LayerKind:
        """What kind of layer it is."""
        return layer_kind(self.layer.kind)

    @property
    def units(self) -> int:
        """How many units or channels it has."""
        return self.layer.units

    @property
    def biases(self) -> int:
        """How many biases it has."""
        return 0 if self.bias.kind == "none" else 1 if self.bias.shared else self.units

    def table(self) -> tuple[Array, ...]:
        """Its arrays with their shapes."""
        return self.layer._replace(bias=self.bias).arrays_after(self.signal)


class Draft:
    """All layers, and what the second pass finds out.

    `weight_names` maps canonical identifiers to the file's own names; `given` holds, for each
    array, the values that are given by name; `blank` the names that stand there without one.
    """

    __slots__ = (
        "blank", "given", "input_names", "layers", "signals", "weight_names", "whole",
    )  # fmt: skip

    def __init__(self, signal: Signal, input_names: tuple[str, ...]) -> None:
        self.signals = [signal]
        """What the inputs and each layer hand on."""
        self.input_names = input_names
        self.layers: list[LayerDraft] = []
        self.whole = True
        """False where a layer cannot stand where it stands, so that none after it is known."""
        self.weight_names: dict[str, str] = {}
        self.given: dict[Quantity, Given] = {}
        self.blank: dict[Quantity, list[Scalar]] = {}

    @property
    def signal(self) -> Signal:
        """What one sample is."""
        return self.signals[0]

    @property
    def output(self) -> Signal:
        """What the last layer hands on."""
        return self.signals[-1]

    @property
    def inputs(self) -> int:
        """How many numbers one sample has."""
        return self.signal.size * self.signal.steps

    @property
    def plain(self) -> bool:
        """Whether vectors go through wired layers and nothing else."""
        chain = all(one.kind.wired and one.layer.chained for one in self.layers)
        return chain and self.signal.form == "vector"

    @property
    def units(self) -> tuple[int, ...]:
        """Units of every layer, inputs first."""
        return (self.inputs, *(layer.units for layer in self.layers))

    @property
    def unit_names(self) -> tuple[tuple[str, ...], ...]:
        """The file's names of all units, a tuple a layer; empty where it names none."""
        names = (self.input_names, *(layer.names for layer in self.layers))
        return names if any(names) else ()

    @property
    def shared_biases(self) -> tuple[int, ...]:
        """The layers that share one bias."""
        return tuple(layer.number for layer in self.layers if layer.bias.shared)

    @property
    def edges(self) -> tuple[Quantity, ...]:
        """The weights of edges that stand by themselves."""
        return tuple(edge.quantity for one in self.layers for edge in one.layer.edges if edge.own)

    @property
    def gaps(self) -> tuple[int, ...]:
        """The layers that have no matrix of wires from the layer before."""
        return tuple(one.number for one in self.layers if one.layer.gaps)

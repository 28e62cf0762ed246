"""A network while it is being put together: shapes, and the values found so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.problem.model import Bias

if TYPE_CHECKING:
    from bp_tutor.problem.model import Generated, Matrix
    from bp_tutor.problem.shapes import Section
    from bp_tutor.reader import Node


Given = dict[tuple[int, ...], tuple[float, "Node"]]
"""Units (from and to, or one) -> value and place in the file."""


class LayerDraft:
    """One layer: what the file says of it, and its values as they come in.

    `number` counts the inputs as layer 1, as the canonical identifiers do.
    """

    __slots__ = ("before", "bias", "names", "number", "section", "units", "weights")

    def __init__(
        self, number: int, section: Section, before: int, units: int, names: tuple[str, ...] = ()
    ) -> None:
        self.number = number
        self.section = section
        self.before = before
        self.units = units
        self.names = names
        self.weights: Matrix | Generated | None = None
        self.bias = Bias()

    @property
    def biases(self) -> int:
        """How many biases it has."""
        return 0 if self.bias.kind == "none" else 1 if self.bias.shared else self.units


class Draft:
    """All layers, and what the second pass finds out.

    `weight_names` maps canonical identifiers to the file's own names; `given` holds, for `W`
    or `B` and a layer number, the values that are given by name.
    """

    __slots__ = ("given", "input_names", "inputs", "layers", "weight_names")

    def __init__(self, inputs: int, input_names: tuple[str, ...], layers: list[LayerDraft]) -> None:
        self.inputs = inputs
        self.input_names = input_names
        self.layers = layers
        self.weight_names: dict[str, str] = {}
        self.given: dict[tuple[str, int], Given] = {}

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

"""A network while it is being put together: shapes, and the values found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bp_tutor.problem.model import Bias

if TYPE_CHECKING:
    from bp_tutor.problem.model import Generated, Matrix
    from bp_tutor.problem.shapes import Section
    from bp_tutor.reader import Node


Given = dict[tuple[int, ...], tuple[float, "Node"]]
"""Units (from and to, or one) -> value and place in the file."""


@dataclass(slots=True, eq=False, repr=False)
class LayerDraft:
    """One layer: what the file says of it, and its values as they come in."""

    number: int
    """Counted from 1 with the inputs as layer 1, as the canonical identifiers count."""
    section: Section
    before: int
    units: int
    names: tuple[str, ...] = ()
    weights: Matrix | Generated | None = None
    bias: Bias = field(default_factory=Bias)

    @property
    def biases(self) -> int:
        """How many biases it has."""
        return 0 if self.bias.kind == "none" else 1 if self.bias.shared else self.units


@dataclass(slots=True, eq=False, repr=False)
class Draft:
    """All layers, and what the second pass finds out."""

    inputs: int
    input_names: tuple[str, ...]
    layers: list[LayerDraft]
    weight_names: dict[str, str] = field(default_factory=dict)
    """Canonical identifier -> the file's own name."""
    named_biases: dict[str, tuple[int, ...]] = field(default_factory=dict)
    given: dict[tuple[str, int], Given] = field(default_factory=dict)
    """For `W` or `B` and a layer number: the values that are given by name."""

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

"""The kinds of layers: which arrays each has, and what shape it hands on.

One table for the file's checks and for the formulas, so that both speak of the same shapes.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from bp_tutor.formula.windows import size_after
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.catalogue.layer import Layer

Shape = tuple[int, ...]


class Signal(Frozen):
    """What one layer hands to the next for one sample.

    `shape` is (units,), (channels, height, width) or, where all positions are seen at once,
    (positions, units); `steps` counts the time steps of a sequence, each of that shape.
    """

    form: str
    shape: Shape
    steps: int = 1

    @property
    def size(self) -> int:
        """How many numbers one step has."""
        return prod(self.shape)


class Array(Frozen):
    """An array of a layer, by its canonical letter: shape, what its axes count, its place."""

    letter: str
    shape: Shape
    axes: tuple[str, ...]
    leaves: bool = False
    """Known by the layer that it leaves, as dense weights are, not by the one it belongs to."""
    rule: str = "weight_gradient"
    trained: bool = True

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


class Kind(Frozen):
    """A kind of layer."""

    arrays: Callable[[Layer, Signal], tuple[Array, ...]]
    hands_on: Callable[[Layer, Signal], Signal]
    takes: tuple[str, ...]
    """The forms of input that it understands."""
    activation: bool = True
    """Whether an activation may be given."""
    wired: bool = False
    """Whether it is units with a wire from every unit before, and so can be drawn."""


GATES = {"recurrent": ("",), "lstm": ("i", "f", "o", "g"), "gru": ("r", "z", "n")}
"""The gates of each recurrent cell, in the order in which they are calculated: input,
forget, output, candidate; reset, update, candidate."""


def _matrix(letter: str, sources: int, units: int, *, leaves: bool = False) -> Array:
    return Array(letter, (sources, units), ("from", "to"), leaves)


def _bias(letter: str, units: int) -> Array:
    return Array(letter, (1, units), ("one", "unit"), rule="bias_gradient")


def _dense(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    weights = _matrix("W", signal.shape[-1], layer.units, leaves=True)
    if layer.bias.kind == "none":
        return (weights,)
    shared = layer.bias.shared
    shift = _bias("B", 1 if shared else layer.units)
    return weights, shift._replace(rule="shared_bias_gradient" if shared else "bias_gradient")


def _convolution(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    kernel = (layer.units, signal.shape[0], layer.setting("rows"), layer.setting("columns"))
    weights = Array("W", kernel, ("to", "from", "row", "column"), leaves=True)
    if layer.bias.kind == "none":
        return (weights,)
    return weights, Array(
        "B", (1, layer.units, 1, 1), ("one", "unit", "one", "one"), rule="bias_gradient"
    )


def _recurrent(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    found = []
    for gate in GATES[layer.kind]:
        found += [
            _matrix(f"W{gate}", signal.shape[0], layer.units, leaves=True),
            _matrix(f"R{gate}", layer.units, layer.units),
        ]
        if layer.bias.kind != "none":
            found.append(_bias(f"B{gate}", layer.units))
    first = Array("H", (1, layer.units), ("one", "unit"), trained=False)
    states = (first, first._replace(letter="C")) if layer.kind == "lstm" else (first,)
    return (*found, *states)


def _gated(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    found: list[Array] = []
    for letter in ("g", "v"):
        found.append(_matrix(f"W{letter}", signal.shape[-1], layer.units, leaves=True))
        if layer.bias.kind != "none":
            found.append(_bias(f"B{letter}", layer.units))
    return tuple(found)


def _attention(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    units, keys = signal.shape[1], layer.setting("keys")
    return (
        _matrix("Wq", units, keys, leaves=True),
        _matrix("Wk", units, keys, leaves=True),
        _matrix("Wv", units, layer.units, leaves=True),
    )


def _normalisation(_: Layer, signal: Signal) -> tuple[Array, ...]:
    scale = _bias("gamma", signal.shape[-1])._replace(rule="weight_gradient")
    return scale, _bias("B", signal.shape[-1])


def _to_units(layer: Layer, signal: Signal) -> Signal:
    return signal._replace(shape=(*signal.shape[:-1], layer.units))


def _convolved(layer: Layer, signal: Signal) -> Signal:
    return signal._replace(shape=(layer.units, *_windowed(layer, signal)))


def _pooled(layer: Layer, signal: Signal) -> Signal:
    return signal._replace(shape=(signal.shape[0], *_windowed(layer, signal)))


_SIDES = (("rows", "down", "top", "bottom"), ("columns", "across", "left", "right"))


def _windowed(layer: Layer, signal: Signal) -> Shape:
    settings = dict(layer.settings)
    return tuple(
        size_after(
            length,
            layer.setting(window),
            layer.setting(stride),
            *(int(settings.get(side, 0)) for side in (before, after)),
        )
        for length, (window, stride, before, after) in zip(signal.shape[1:], _SIDES, strict=True)
    )


def padded_size(layer: Layer, signal: Signal) -> tuple[int, int]:
    """Height and width of the image with the padding of a layer that has windows."""
    settings = dict(layer.settings)
    height, width = (
        length + sum(int(settings.get(side, 0)) for side in padding)
        for length, (_, _, *padding) in zip(signal.shape[1:], _SIDES, strict=True)
    )
    return height, width


def dropped(layer: Layer, signal: Signal) -> tuple[int, int]:
    """The rows and columns at the end of the padded image that no window reaches.

    Strides that leave a remainder drop them; (0, 0) where nothing is lost, and for layers
    without windows.
    """
    if "rows" not in dict(layer.settings):
        return 0, 0
    height, width = padded_size(layer, signal)
    rows, columns = (
        (length - layer.setting(window)) % layer.setting(stride)
        for length, (window, stride, _, _) in zip((height, width), _SIDES, strict=True)
    )
    return rows, columns


def _cell(layer: Layer, signal: Signal) -> Signal:
    if dict(layer.settings).get("returns", "all") == "all":
        return Signal("sequence", (layer.units,), signal.steps)
    return Signal("vector", (layer.units,))


def _nothing(_: Layer, __: Signal) -> tuple[Array, ...]:
    return ()


_UNITS = ("vector", "sequence", "positions")
KINDS: dict[str, Kind] = {
    "dense": Kind(_dense, _to_units, _UNITS, wired=True),
    "convolution": Kind(_convolution, _convolved, ("image",)),
    "max_pooling": Kind(_nothing, _pooled, ("image",), activation=False),
    "average_pooling": Kind(_nothing, _pooled, ("image",), activation=False),
    "global_average": Kind(
        _nothing, lambda _, signal: Signal("vector", signal.shape[:1]), ("image",), activation=False
    ),
    "flatten": Kind(
        _nothing, lambda _, signal: Signal("vector", (signal.size,)), ("image",), activation=False
    ),
    "recurrent": Kind(_recurrent, _cell, ("sequence",)),
    "lstm": Kind(_recurrent, _cell, ("sequence",), activation=False),
    "gru": Kind(_recurrent, _cell, ("sequence",), activation=False),
    "swiglu": Kind(_gated, _to_units, _UNITS, activation=False),
    "attention": Kind(_attention, _to_units, ("positions",), activation=False),
    "normalisation": Kind(_normalisation, lambda _, signal: signal, _UNITS, activation=False),
}

"""The examples of each kind of layer, and the inputs that can reach it."""

from __future__ import annotations

from typing import Any

from bp_tutor.catalogue.layer import LAYERS, USUAL, LayerKind, layer_kind
from bp_tutor.reader import plain, read_text

EXAMPLES = [(name, text) for name in LAYERS for text in layer_kind(name).examples]
"""Each kind of layer with an example of it; weights that are left out are symbols."""

INPUTS: dict[str, tuple[Any, list[Any]]] = {
    "vector": (2, [[0.35, 0.9], [0.5, 0.1]]),
    "image": (
        {"channels": 1, "height": 4, "width": 4},
        [[1, 0, 2, -1], [0, 3, 1, 0], [2, -2, 0, 1], [1, 0.5, 0, 4]],
    ),
    "sequence": ({"steps": 3, "units": 2}, [[1, 0], [0.5, -1], [0, 2]]),
    "positions": ({"positions": 2, "units": 2}, [[1, 0], [0.5, 2]]),
}
"""Form -> `inputs` of the network, and the numbers of a sample."""


def layer_in(text: str) -> Any:
    """A layer as plain values."""
    return plain(read_text(text))


def kind_of(layer: Any) -> LayerKind:
    """The kind of a layer as a file has it."""
    names = [layer] if isinstance(layer, str) else [name for name in LAYERS if name in layer]
    return layer_kind(names[0] if names else USUAL)


def inputs_for(layer: Any) -> tuple[Any, list[Any]]:
    """Inputs that the layer takes, and the numbers of a sample."""
    return INPUTS[kind_of(layer).takes[0]]

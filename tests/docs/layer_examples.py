"""One line of a problem file for each kind of layer, and the inputs that can reach it."""

from __future__ import annotations

from typing import Any

from bp_tutor.catalogue.kinds import KINDS
from bp_tutor.reader import plain, read_text

EXAMPLES: dict[str, str] = {
    "dense": "{units: 3, activation: sigmoid}",
    "convolution": "{convolution: {channels: 2, kernel: 3, padding: 1}, activation: relu}",
    "max_pooling": "{pooling: {max: 2}}",
    "average_pooling": "{pooling: {average: [2, 3], stride: 1}}",
    "global_average": "{pooling: {average: global}}",
    "flatten": "flatten",
    "recurrent": "{recurrent: {units: 3, returns: all}, activation: tanh}",
    "lstm": "{lstm: {units: 3, returns: last}}",
    "gru": "{gru: {units: 3, returns: mean}}",
    "swiglu": "{swiglu: {units: 3, beta: 1}}",
    "attention": "{attention: {keys: 2, values: 3}}",
    "normalisation": "{normalisation: {epsilon: 1e-5}}",
}
"""Kind -> the layer as a file has it; weights that are left out are symbols."""

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


def example(kind: str) -> Any:
    """The example of a kind as plain values."""
    return plain(read_text(EXAMPLES[kind]))


def kind_of(layer: Any) -> str:
    """The kind of a layer as a file has it."""
    if isinstance(layer, str):
        return layer
    for kind in KINDS:
        if kind in layer:
            return kind
    if "pooling" in layer:
        window = layer["pooling"]
        average = "global_average" if window.get("average") == "global" else "average_pooling"
        return "max_pooling" if "max" in window else average
    return "dense"

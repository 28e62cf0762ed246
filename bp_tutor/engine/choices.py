"""The activations and the loss that a file names, and what could stand there instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.problem_text import line_starts
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mapping, Scalar, Sequence, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.reader import Node

LOSS = "loss"
ACTIVATION = "activation"


class Choice(Frozen):
    """A name in the text of a problem file that another could stand for."""

    key: str
    """`loss`, or `activation` with the number of the layer."""
    start: int
    """The offset of its first character."""
    text: str
    names: tuple[str, ...]
    """What can stand there; whether it suits the rest of the file, the reader of files tells."""

    @property
    def kind(self) -> str:
        """`loss` or `activation`, as the words have it."""
        return self.key.partition(" ")[0]


def choices_in(text: str) -> tuple[Choice, ...]:
    """Every activation and the loss, where they are named."""
    starts = line_starts(text)
    found = []
    for key, node in _named(read_text(text)):
        start = starts[node.mark.line - 1] + node.mark.column - 1
        names = tuple(LOSSES if key == LOSS else ACTIVATIONS)
        if node.text in names and text.startswith(node.text, start):
            found.append(Choice(key, start, node.text, names))
    return tuple(found)


def _named(root: Node) -> Iterator[tuple[str, Scalar]]:
    network = _of(root, "network")
    layers = _of(network, "layers")
    for number, layer in enumerate(layers.items if isinstance(layers, Sequence) else (), 2):
        name = _of(layer, "activation")
        if isinstance(name, Scalar):
            yield f"{ACTIVATION} {number}", name
    loss = _of(root, LOSS)
    name = loss if isinstance(loss, Scalar) else _of(loss, "name")
    if network is not None and isinstance(name, Scalar):
        yield LOSS, name


def _of(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None

"""What a new problem file is to be like."""

from __future__ import annotations

from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.frozen import Frozen

KINDS: dict[str, tuple[int, ...]] = {
    "network": (2, 2, 1),
    "sequence": (2, 2, 1),
    "image": (3, 2, 1),
    "graph": (),
}
"""Kinds of problems, each with the sizes that it has unless others are asked for."""
FILLS = ("drawn", "blank")
NO_LOSS = "none"


class Plan(Frozen):
    """A new problem before it is written."""

    kind: str = "network"
    units: tuple[int, ...] = (2, 2, 1)
    """Units of every layer, inputs first; of an image its side, the kernel's, and the outputs."""
    activations: tuple[str, ...] = ("sigmoid", "sigmoid")
    """One for each layer after the inputs."""
    loss: str = "half_squared_error"
    notation: str = "layered"
    title: str = ""
    fill: str = "drawn"
    seed: int = 1

    @property
    def drawn(self) -> bool:
        """Whether it has numbers."""
        return self.fill == "drawn"


def activations_for(units: tuple[int, ...], asked: tuple[str, ...]) -> tuple[str, ...] | None:
    """An activation for each layer: one for all, hidden and output, or each by itself."""
    layers = len(units) - 1
    if len(asked) == 2:
        return (*asked[:1] * (layers - 1), asked[1])
    if len(asked) == 1:
        return asked * layers
    return asked if len(asked) == layers else None


def usual_activations(loss: str | None) -> tuple[str, ...]:
    """Sigmoid, but for an output whose loss asks for another."""
    kind = LOSSES.get(loss or "")
    if kind is None or not kind.shares:
        return ("sigmoid",)
    return ("sigmoid", "log_softmax" if kind.logarithms else "softmax")


def usual_loss(activations: tuple[str, ...]) -> str:
    """The loss that goes with the last activation; none where nothing can be learnt."""
    if not all(ACTIVATIONS[name].has_slope for name in activations):
        return NO_LOSS
    return "cross_entropy" if ACTIVATIONS[activations[-1]].shares else "half_squared_error"

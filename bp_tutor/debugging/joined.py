"""Activations that are layers of their own, taken as those of the layers before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.layer import layer_kind

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.problem.model import Network


def joined(network: Network) -> Network | None:
    """The same network with fewer layers; None where there is none, or where layers go by number.

    A program that has `relu(X @ W1 + b1)` calls that the first layer, whatever the file says.
    """
    by_number = network.given or network.states
    if by_number or any(layer.ties or not layer.chained for layer in network.layers):
        return None
    layers: list[Layer] = []
    for layer in network.layers:
        kind = layer_kind(layer.kind)
        before = layers[-1] if layers and kind.activation_key == kind.key else None
        if before is not None and _has_room(before):
            layers[-1] = before._replace(activation=layer.activation, parameters=layer.parameters)
        else:
            layers.append(layer)
    fewer = len(layers) < len(network.layers)
    return network._replace(layers=tuple(layers)) if fewer else None


def _has_room(layer: Layer) -> bool:
    """Whether it can have an activation, and has none."""
    return bool(layer_kind(layer.kind).activation) and layer.activation == "identity"

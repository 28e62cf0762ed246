"""What the layers of a network hand on, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.layer import Signal

if TYPE_CHECKING:
    from bp_tutor.problem.model import Network


def input_signal(network: Network) -> Signal:
    """What the inputs hand to the first layer."""
    if network.form == "sequence":
        return Signal("sequence", network.sizes[1:], network.sizes[0])
    return Signal(network.form, network.sizes or (network.inputs,))


def signals(network: Network) -> tuple[Signal, ...]:
    """What each layer hands on, the inputs first."""
    found = [input_signal(network)]
    for layer in network.layers:
        found.append(layer.hands_on(found[-1]))
    return tuple(found)


def has_order(network: Network) -> bool:
    """Whether it can be updated layer by layer, which a layer through time cannot."""
    return all(
        array.trained
        for layer, signal in zip(network.layers, signals(network), strict=False)
        for array in layer.arrays_after(signal)
    )

"""What the layers of a network hand on, one after another, and their arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.layer import Signal

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array
    from bp_tutor.problem.model import Network


def input_signal(network: Network) -> Signal:
    """What the inputs hand to the first layer."""
    if network.form == "sequence":
        return Signal("sequence", network.sizes[1:], network.sizes[0])
    return Signal(network.form, network.sizes or (network.inputs,))


def signals(network: Network) -> tuple[Signal, ...]:
    """What each layer hands on, the inputs first."""
    found = [input_signal(network)]
    for number, layer in enumerate(network.layers, 2):
        found.append(layer.hands_on(found[layer.sources_at(number)[0] - 1]))
    return tuple(found)


def arrays_of(network: Network) -> tuple[tuple[Array, ...], ...]:
    """The arrays of each layer."""
    found = signals(network)
    return tuple(
        layer.arrays_after(found[layer.sources_at(number)[0] - 1])
        for number, layer in enumerate(network.layers, 2)
    )


def has_order(network: Network) -> bool:
    """Whether it can be updated layer by layer.

    A layer through time cannot, and what layers share needs the gradients of all of them.
    """
    if any(layer.shares for layer in network.layers):
        return False
    return not any(array.through_time for arrays in arrays_of(network) for array in arrays)

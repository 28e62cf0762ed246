"""What an exercise is about and how hard it is, told from the exercise itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bp_tutor.problem.model import Network, Problem

(
    GRAPHS, FORWARD, NETWORKS, CLASSES, SAMPLES, OPTIMISERS, IMAGES, SEQUENCES, LAYERS, ATTENTION,
) = TOPICS = (
    "graphs", "forward", "networks", "classes", "samples", "optimisers", "images", "sequences",
    "layers", "attention",
)  # fmt: skip
"""Every topic, as they build on each other."""
EASY, MEDIUM, HARD = DIFFICULTIES = ("easy", "medium", "hard")
BY_FORM = {"image": IMAGES, "sequence": SEQUENCES}
ATTENTIONS = ("attention", "additive_attention")
CROSS_ENTROPIES = ("cross_entropy", "binary_cross_entropy")
PLAIN = "gradient_descent"
MOST_BY_HAND = 60
"""Units and inputs of a network that is not too large for paper."""


def topic_of(problem: Problem) -> str:
    """One of `TOPICS`."""
    network = problem.network
    if network is None:
        graph = problem.graph
        return OPTIMISERS if graph is not None and graph.optimiser.name != PLAIN else GRAPHS
    if network.form in BY_FORM:
        return BY_FORM[network.form]
    if any(layer.kind in ATTENTIONS for layer in network.layers):
        return ATTENTION
    if not _is_dense(network):
        return LAYERS
    if not network.goes_back:
        return FORWARD
    if network.optimiser.name != PLAIN:
        return OPTIMISERS
    if network.loss is not None and network.loss.name in CROSS_ENTROPIES:
        return CLASSES
    return SAMPLES if network.sample_count > 1 else NETWORKS


def difficulty_of(problem: Problem) -> str:
    """`easy`, `medium` or `hard`: by what the chain rule has to go through."""
    network = problem.network
    if network is None:
        graph = problem.graph
        return MEDIUM if graph is not None and graph.optimiser.name != PLAIN else EASY
    backward, dense = network.goes_back, _is_dense(network)
    points = [
        not dense,
        backward and (not dense or len(network.layers) > 1),
        backward and len(network.layers) > 2,
        network.inputs + sum(layer.units for layer in network.layers) > MOST_BY_HAND,
    ]
    return DIFFICULTIES[min(sum(points), len(DIFFICULTIES) - 1)]


def _is_dense(network: Network) -> bool:
    return all(layer.is_dense or layer.entrywise for layer in network.layers)

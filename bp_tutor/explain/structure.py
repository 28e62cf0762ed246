"""What a notation must know of a problem to name everything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from bp_tutor.catalogue.optimisers import formula_symbols
from bp_tutor.notations import Structure, Symbols, laid_over, load_notation, told_apart
from bp_tutor.problem.graph_arrays import formulas_of, leaves_of
from bp_tutor.problem.signals import signals

if TYPE_CHECKING:
    from bp_tutor.problem.model import Graph, Network, Problem


def is_plain(network: Network) -> bool:
    """Whether each layer is wired to the one before over vectors: units and wires can be drawn."""
    chain = all(layer.wired and layer.chained for layer in network.layers)
    return chain and network.form == "vector"


def structure_of(problem: Problem, samples: int | None = None) -> Structure:
    """The layers, names and shared biases of a problem; `samples` where a batch has others."""
    graph, network = problem.graph, problem.network
    if graph is not None:
        names = (*(name for name, _ in graph.values), *(name for name, _ in graph.formulas))
        given = tuple(
            (f"d{name}", normalize("NFKC", value))
            for name, value in graph.given
            if isinstance(value, str)
        )
        loss = graph.differentiate or graph.loss_symbol
        return Structure(names=names, arrays=_arrays(graph), weight_names=given, loss=loss)
    assert network is not None
    shared = tuple(
        position for position, layer in enumerate(network.layers, 2) if layer.bias.shared
    )
    units = tuple(
        signal.size if signal.form == "image" else signal.shape[-1] for signal in signals(network)
    )
    return Structure(
        units=units,
        samples=network.sample_count if samples is None else samples,
        unit_names=network.names.units,
        weight_names=network.names.weights,
        shared_biases=shared,
        downhill=problem.conventions.delta == "descent",
        alone=network.alone,
        kinds=() if is_plain(network) else tuple(layer.called for layer in network.layers),
        sources=_sources(network),
        edges=tuple(edge.quantity for layer in network.layers for edge in layer.edges if edge.own),
        gaps=tuple(number for number, layer in enumerate(network.layers, 2) if layer.gaps),
    )


def _arrays(graph: Graph) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The shapes of arrays by name; numbers have none."""
    if not any(isinstance(leaf, tuple) for _, leaf in graph.values):
        return ()
    quantities = (*leaves_of(graph.values).values(), *formulas_of(graph))
    return tuple((each.symbol, each.shape) for each in quantities if each.shape)


def _sources(network: Network) -> tuple[tuple[int, ...], ...]:
    """From which layers each takes; nothing where it is a chain."""
    if all(layer.chained for layer in network.layers):
        return ()
    return tuple(
        (*(() if layer.gaps else layer.sources_at(number)), *(edge.source for edge in layer.edges))
        for number, layer in enumerate(network.layers, 2)
    )


def symbols_of(problem: Problem, notation: str | None = None) -> Symbols:
    """The problem's symbols in its own notation, or in another."""
    problem = in_notation(problem, notation)
    name = "plain" if problem.graph is not None else problem.notation
    structure = structure_of(problem)
    own = laid_over(load_notation(name), problem.own_names)
    part = problem.network or problem.graph
    assert part is not None
    apart = told_apart(own, formula_symbols(part.optimiser), structure)
    return Symbols(apart, structure)


def in_notation(problem: Problem, notation: str | None) -> Problem:
    """The problem in another notation: the symbols that the file gives belong to its own.

    What the file calls things in words stays, and so do the names of units and weights where
    the other notation has none of its own for them.
    """
    if notation is None or notation == problem.notation or problem.graph is not None:
        return problem
    network = problem.network
    edges = network is not None and any(layer.edges for layer in network.layers)
    # What stands on an edge by itself has no other name than the file's.
    if network is not None and not edges and not load_notation(notation).takes_names:
        network = network._replace(names=network.names._replace(weights=()))
    own = tuple(
        each._replace(symbol="", ascii="") if each.symbol else each for each in problem.own_names
    )
    return problem._replace(notation=notation, own_names=own, network=network)

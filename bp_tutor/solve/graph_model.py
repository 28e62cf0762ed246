"""A computation graph written as formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Model
from bp_tutor.formula import Formula, Quantity, Ref, Role
from bp_tutor.formula.algebra import number
from bp_tutor.problem.graph_arrays import formulas_of, leaves_of, numbers_of

if TYPE_CHECKING:
    from bp_tutor.problem.model import Problem

RATE = Quantity("eta", role=Role.RATE)


def graph_model(problem: Problem) -> Model:
    """The formulas of a graph, in an order in which each uses only earlier ones."""
    graph = problem.graph
    assert graph is not None
    leaves, parsed = leaves_of(graph.values), formulas_of(graph)
    names = leaves | {quantity.symbol: quantity for quantity in parsed}
    definitions = tuple(
        Definition(quantity, formula, "forward", "definition")
        for quantity, formula in parsed.items()
    )
    given: dict[Quantity, tuple[float, ...] | None] = {
        leaves[name]: numbers_of(leaf) for name, leaf in graph.values
    }
    seeds: dict[Quantity, Formula] = {}
    for name, value in graph.given:
        derivative = names[name].as_kind("d")
        first = value[0] if isinstance(value, tuple) else value
        given[derivative] = None if isinstance(first, str) else (float(first),)
        seeds[names[name]] = Ref(derivative)
    if graph.differentiate is not None:
        seeds[names[graph.differentiate]] = number(1)
    wanted = tuple(names[name] for name in graph.with_respect_to)
    trained = wanted if graph.learning_rate is not None else ()
    if trained:
        given[RATE] = None
    return Model(
        definitions,
        given,
        seeds,
        wanted,
        trained,
        rules=dict.fromkeys(names.values(), "chain_rule"),
        loss=names[graph.differentiate] if graph.differentiate is not None else None,
        rate=RATE if trained else None,
    )

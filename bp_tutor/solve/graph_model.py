"""A computation graph of scalars written as formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Model
from bp_tutor.formula import Formula, Quantity, Ref, Role, parse, walk
from bp_tutor.formula.algebra import number

if TYPE_CHECKING:
    from bp_tutor.problem.model import Problem

RATE = Quantity("eta", role=Role.RATE)


def graph_model(problem: Problem) -> Model:
    """The formulas of a graph, in an order in which each uses only earlier ones."""
    graph = problem.graph
    assert graph is not None
    leaves = {name: Quantity(name, role=Role.LEAF) for name, _ in graph.values}
    names = leaves | {name: Quantity(name, role=Role.NODE) for name, _ in graph.formulas}

    def resolve(name: str) -> Formula | None:
        return Ref(names[name]) if name in names else None

    parsed = {names[name]: parse(text, resolve) for name, text in graph.formulas}
    definitions = tuple(
        Definition(quantity, parsed[quantity], "forward", "definition")
        for quantity in _in_order(parsed)
    )
    given: dict[Quantity, tuple[float, ...] | None] = {
        leaves[name]: None if value is None else (value,) for name, value in graph.values
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


def _in_order(parsed: dict[Quantity, Formula]) -> list[Quantity]:
    ordered: list[Quantity] = []

    def place(quantity: Quantity) -> None:
        if quantity in ordered or quantity not in parsed:
            return
        for node in walk(parsed[quantity]):
            if isinstance(node, Ref):
                place(node.quantity)
        ordered.append(quantity)

    for quantity in parsed:
        place(quantity)
    return ordered

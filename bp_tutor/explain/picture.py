"""The picture at the top: the network or graph with this problem's own names."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.explain.drawing import draw
from bp_tutor.explain.numbers import format_given
from bp_tutor.explain.schematic import is_plain, schematic
from bp_tutor.formula import Quantity
from bp_tutor.solve import used

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run

MOST_LABELS = 24


def picture_of(page: Page, problem: Problem, run: Run, width: int) -> tuple[str, ...]:
    """The network or graph as rows of text."""
    ascii_only = page.style.name == "ascii"
    if problem.graph is not None:
        return _graph_picture(page, run, width, ascii_only=ascii_only)
    network = problem.network
    if network is not None and not is_plain(network):
        return schematic(page, network, width)
    units = page.symbols.structure.units
    labels = [_units(page, run, layer) for layer in range(1, len(units) + 1)]
    edges = _edges(page, run, units)
    trunks = [
        page.name(Quantity("W", (layer,), (1, 1), ("from", "to")), None)
        for layer in range(1, len(units))
    ]
    return tuple(draw(labels, edges, trunks, width=width, ascii_only=ascii_only))


def _graph_picture(page: Page, run: Run, width: int, *, ascii_only: bool) -> tuple[str, ...]:
    """The leaves with their numbers, and each node with its formula."""
    from bp_tutor.explain.graph_drawing import draw_graph
    from bp_tutor.explain.layering import GraphNode

    model = run.program.model
    nodes = []
    for leaf, numbers in model.given.items():
        if leaf.kind or leaf.name not in page.symbols.structure.names:
            continue
        name = page.name(leaf, ())
        shown = "" if numbers is None else f" = {page.result(run, leaf, ()).text}"
        nodes.append(GraphNode(leaf.name, name + shown))
    for line in model.definitions:
        uses = tuple(dict.fromkeys(quantity.name for quantity in used(line.formula)))
        label = f"{page.name(line.quantity, ())} = {page.spell(line.formula)}"
        nodes.append(GraphNode(line.quantity.name, label, uses))
    return tuple(draw_graph(nodes, width=width, ascii_only=ascii_only))


def _units(page: Page, run: Run, layer: int) -> list[str]:
    """The symbol of each unit, with the number of an input where there is one sample."""
    count = page.symbols.structure.units[layer - 1]
    quantity = Quantity("A", (layer,), (len(run.rows), count), ("sample", "unit"))
    if count > MOST_LABELS:
        return [""] * count
    if len(run.rows) > 1:
        return [_without_sample(page, layer, count, unit) for unit in range(count)]
    names = [page.name(quantity, (0, unit)) for unit in range(count)]
    if layer > 1 or quantity not in run.values:
        return names
    return [
        f"{name} = {page.result(run, quantity, (0, unit)).text}" for unit, name in enumerate(names)
    ]


def _without_sample(page: Page, layer: int, count: int, unit: int) -> str:
    single = Quantity("A", (layer,), (1, count), ("sample", "unit"))
    return page.name(single, (0, unit))


def _edges(page: Page, run: Run, units: tuple[int, ...]) -> list[list[list[str]]] | None:
    """The weight on each wire, as a number where it has one."""
    if sum(a * b for a, b in pairwise(units)) > MOST_LABELS:
        return None
    edges = []
    for layer, (sources, targets) in enumerate(pairwise(units), 1):
        weight = Quantity("W", (layer,), (sources, targets), ("from", "to"))
        edges.append(
            [[_label(page, run, weight, (i, j)) for j in range(targets)] for i in range(sources)]
        )
    return edges


def _label(page: Page, run: Run, weight: Quantity, index: tuple[int, int]) -> str:
    if weight not in run.values:
        return page.name(weight, index)
    return format_given(run.value(weight, index), page.digits, page.style.name).text

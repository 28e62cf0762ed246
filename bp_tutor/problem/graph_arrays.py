"""The quantities of a computation graph: numbers, and arrays whose shapes follow from formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import FormulaError, Ref, Role, parse
from bp_tutor.formula.quantity import in_graph
from bp_tutor.formula.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.problem.model import Graph, Leaf


def shape_of(leaf: Leaf) -> tuple[int, ...]:
    """The shape of a leaf: none of a number, rows and columns of an array."""
    return (len(leaf), len(leaf[0])) if isinstance(leaf, tuple) else ()


def numbers_of(leaf: Leaf) -> tuple[float, ...] | None:
    """The numbers of a leaf in row-major order; None where it is a symbol only."""
    if leaf is None:
        return None
    return tuple(each for row in leaf for each in row) if isinstance(leaf, tuple) else (leaf,)


def in_order(texts: Mapping[str, str]) -> tuple[str, ...]:
    """The names of formulas so that each stands behind those it uses, else as they stand."""
    found: dict[str, None] = {}
    open_ones: set[str] = set()

    def place(name: str) -> None:
        if name in found or name in open_ones or name not in texts:
            return
        open_ones.add(name)
        for used in names_in(texts[name]):
            place(used)
        found[name] = None

    for name in texts:
        place(name)
    return tuple(found)


def without_end(texts: Mapping[str, str]) -> set[str]:
    """The names of formulas that need their own value, or that of one which does."""
    left = {name: set(names_in(text)) & texts.keys() for name, text in texts.items()}
    while ready := [name for name, used in left.items() if not used & left.keys()]:
        for name in ready:
            del left[name]
    return set(left)


def names_in(text: str) -> list[str]:
    """The names that stand in the text of a formula; none where it cannot be read."""
    try:
        return [token.text for token in tokens_of(text) if token.kind == "name"]
    except FormulaError:
        return []


def leaves_of(values: Iterable[tuple[str, Leaf]]) -> dict[str, Quantity]:
    """The leaves by name."""
    return {name: in_graph(name, shape_of(leaf), Role.LEAF) for name, leaf in values}


def formulas_of(graph: Graph) -> dict[Quantity, Formula]:
    """The quantity of each formula, in an order in which each uses only earlier ones."""
    names = leaves_of(graph.values)
    texts = dict(graph.formulas)

    def resolve(name: str) -> Formula | None:
        return Ref(names[name]) if name in names else None

    found: dict[Quantity, Formula] = {}
    for name in in_order(texts):
        formula = parse(texts[name], resolve)
        names[name] = in_graph(name, formula.shape)
        found[names[name]] = formula
    return found

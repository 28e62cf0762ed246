"""Sums that are written out over layers or steps, as sums over a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Number, replace
from bp_tutor.formula.indexed import At, Place, places_in, summed, with_places

if TYPE_CHECKING:
    from bp_tutor.formula import Formula

LETTERS = {"step": "t", "layer": "i"}


def folded(formula: Formula, depth: int, steps: int) -> Formula:
    """The formula with each sum of terms that only count on as one sum; n for the output layer.

    Where there is no depth, the output layer keeps its number.
    """
    found = replace(
        formula, lambda node: _fold(node, depth, steps) if isinstance(node, Add) else None
    )

    def output(_: str, place: Place) -> Place:
        return Place("n") if place == Place("", depth) else place

    return with_places(found, output, ("layer",))


def _fold(node: Add, depth: int, steps: int) -> Formula | None:
    """A sum over steps or layers, where every term is the one before it, counted on."""
    for kind, letter in LETTERS.items():
        numbers = [_first(term, kind) for term in node.terms]
        first = numbers[0]
        if first is None or numbers != list(range(first, first + len(numbers))):
            continue
        body = node.terms[0]
        if all(_counted_on(body, kind, by) == term for by, term in enumerate(node.terms)):
            last = first + len(numbers) - 1
            high, number = ("T", steps) if kind == "step" else ("n", depth)
            near = number - 1 <= last <= number
            top = At(Place(high, last - number)) if near else Number(last)
            return summed(letter, _lettered(body, kind, first), Number(first), top)
    return None


def _first(formula: Formula, kind: str) -> int | None:
    """The first layer or step that a term names by its number."""
    numbers = (place.offset for place in places_in(formula, kind) if not place.letter)
    return min(numbers, default=None)


def _counted_on(formula: Formula, kind: str, by: int) -> Formula:
    """The formula with its plain numbers of a kind so many higher."""
    return with_places(formula, lambda _, p: p if p.letter else p.plus(by), (kind,))


def _lettered(formula: Formula, kind: str, first: int) -> Formula:
    """Plain numbers of a kind as the letter, counted from `first`."""

    def put(_: str, place: Place) -> Place:
        return place if place.letter else Place(LETTERS[kind], place.offset - first)

    return with_places(formula, put, (kind,))

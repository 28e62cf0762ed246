"""Sums that are written out over layers or steps, as sums over a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Number, replace
from bp_tutor.formula.indexed import At, Place, places_in, summed, with_places

if TYPE_CHECKING:
    from bp_tutor.formula import Formula


def folded(
    formula: Formula, depth: int, steps: int, counter: tuple[str, str] = ("t", "T")
) -> Formula:
    """The formula with each sum of terms that only count on as one sum; n for the output layer.

    Where there is no depth, the output layer keeps its number. `counter` has the letter of the
    steps, and that of the last one.
    """
    ends = {"step": (*counter, steps), "layer": ("i", "n", depth)}
    found = replace(formula, lambda node: _fold(node, ends) if isinstance(node, Add) else None)

    def output(_: str, place: Place) -> Place:
        return Place("n") if place == Place("", depth) else place

    return with_places(found, output, ("layer",))


def _fold(node: Add, ends: dict[str, tuple[str, str, int]]) -> Formula | None:
    """A sum over steps or layers, where every term is the one before it, counted on."""
    for kind, (letter, high, number) in ends.items():
        numbers = [_first(term, kind) for term in node.terms]
        first = numbers[0]
        if first is None or numbers != list(range(first, first + len(numbers))):
            continue
        body = node.terms[0]
        if all(_counted_on(body, kind, by) == term for by, term in enumerate(node.terms)):
            last = first + len(numbers) - 1
            near = number - 1 <= last <= number
            top = At(Place(high, last - number)) if near else Number(last)
            return summed(letter, _lettered(body, kind, letter, first), Number(first), top)
    return None


def _first(formula: Formula, kind: str) -> int | None:
    """The first layer or step that a term names by its number."""
    numbers = (place.offset for place in places_in(formula, kind) if not place.letter)
    return min(numbers, default=None)


def _counted_on(formula: Formula, kind: str, by: int) -> Formula:
    """The formula with its plain numbers of a kind so many higher."""
    return with_places(formula, lambda _, p: p if p.letter else p.plus(by), (kind,))


def _lettered(formula: Formula, kind: str, letter: str, first: int) -> Formula:
    """Plain numbers of a kind as the letter, counted from `first`."""

    def put(_: str, place: Place) -> Place:
        return place if place.letter else Place(letter, place.offset - first)

    return with_places(formula, put, (kind,))

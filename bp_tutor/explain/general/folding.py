"""Sums that are written out over layers or steps, as sums over a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Number, Role, replace, walk
from bp_tutor.formula.indexed import At, Indexed, Place, places_in, summed, with_places

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

    def ended(kind: str, place: Place) -> Place:
        if kind == "layer":
            return Place("n") if place == Place("", depth) else place
        # The first step is 1, whatever comes after it.
        return Place(counter[1]) if steps > 1 and place == Place("", steps) else place

    return _shifted(with_places(found, ended), steps, counter)


def _shifted(formula: Formula, steps: int, counter: tuple[str, str]) -> Formula:
    """The formula with inputs that come after all those of another layer counted from there."""
    letter, last = counter
    places = {
        node.step
        for node in walk(formula)
        if isinstance(node, Indexed) and node.like.role is Role.INPUT
    }
    if steps < len(("one", "two")) or places != {Place(letter, steps)}:
        return formula
    behind = Place(letter, more=((1, last),))
    return with_places(
        formula, lambda _, place: behind if place == Place(letter, steps) else place, ("step",)
    )


def _fold(node: Add, ends: dict[str, tuple[str, str, int]]) -> Formula | None:
    """A sum over steps or layers, where every term is the one before it, counted on.

    Through time the first term may have another layer's state: it stands by itself.
    """
    for kind, end in ends.items():
        whole = _run(node.terms, kind, end)
        if whole is not None:
            return whole
    first, *rest = node.terms
    last = ends["step"][-1]
    if len(rest) == last - 1 and _first(first, "step") == 1 and _steps(rest[0]) == {1, 2}:
        others = _run(tuple(rest), "step", ends["step"])
        return others and Add((first, others))
    return None


def _run(terms: tuple[Formula, ...], kind: str, end: tuple[str, str, int]) -> Formula | None:
    letter, high, number = end
    numbers = [_first(term, kind) for term in terms]
    first = numbers[0]
    if first is None or numbers != list(range(first, first + len(numbers))):
        return None
    body = terms[0]
    if not all(_counted_on(body, kind, by) == term for by, term in enumerate(terms)):
        return None
    last = first + len(numbers) - 1
    near = number - 1 <= last <= number
    top = At(Place(high, last - number)) if near else Number(last)
    return summed(letter, _lettered(body, kind, letter, first), Number(first), top)


def _steps(formula: Formula) -> set[int]:
    return {place.offset for place in places_in(formula, "step") if not place.letter}


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

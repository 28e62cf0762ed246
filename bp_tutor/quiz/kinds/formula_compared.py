"""Whether a formula is the right one: compared at random points, never by its looks.

Whoever puts numbers in for names is right where the names would be right.
"""

from __future__ import annotations

from itertools import islice, product
from math import e, floor, isclose, log10
from typing import TYPE_CHECKING

from bp_tutor.formula import Address, Entry, Neg, Number, Quantity, Ref, Role, fit, replace, walk
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.parse import EULER
from bp_tutor.formula.pieces import replaced
from bp_tutor.quiz.points import agree, are_close, number_at, number_of
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.solve import Definition, NumberError
from bp_tutor.solve.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.points import Point

CLOSE = 1e-7
MOST_LITERALS, MOST_TRIES, MOST_PLACES = 80, 200, 400
"""So many numbers put in for names are looked at, in so many ways, in arrays of that size."""
MOST_ENTRIES = 64
"""Of an array with numbers put in, so many entries are looked at one by one."""
STRUCTURAL = (0.0, 1.0, 2.0)
"""Numbers that stand in formulas of their own accord: each is tried for a name by itself."""
LEAST_PUT_IN = 3
"""A calculated value may be put in with so many figures at least, or as the page shows it."""


def is_right(graph: EntryGraph, formula: Formula, address: Address) -> bool:
    """Whether a formula is right for an entry, in names or with numbers put in for some."""
    return same(graph, formula, address) or _is_right_in_numbers(graph, formula, address)


def first_wrong(
    graph: EntryGraph, formula: Formula, quantity: Quantity, *, transposed: bool
) -> tuple[Formula, Address] | None:
    """The first entry for which an array's formula is not right, with what it has there."""

    def own(address: Address) -> Formula:
        return entry_of(formula, address.index[::-1] if transposed else address.index)

    axes = tuple(f"axis{axis}" for axis in range(len(formula.shape)))
    own_array = quantity.transposed if transposed else quantity
    removed = own_array.removed if formula.shape == own_array.shape else frozenset()
    typed = Quantity("typed", (), formula.shape, axes, removed=removed)
    line = Definition(typed, formula, "", "")
    first = next(quantity.addresses())
    # Where in the values of the formula each entry stands.
    indices = (index[::-1] if transposed else index for index in quantity.indices())
    places = [typed.row_major(fit(index, typed.shape)) for index in indices]
    wrong = None
    for point in graph.points_for(first, own(first)):
        try:
            found = evaluate([line], point)[typed]
        except NumberError:
            wrong = first
            break
        rights = (point[quantity][one.offset] for one in quantity.addresses())
        pairs = zip(places, rights, strict=True)
        differ = (not are_close(found[place], right, CLOSE) for place, right in pairs)
        at = next((number for number, differs in enumerate(differ) if differs), None)
        if at is not None:
            wrong = next(islice(quantity.addresses(), at, None))
            break
    if wrong is None or not any(isinstance(node, Number) for node in walk(formula)):
        return None if wrong is None else (own(wrong), wrong)
    few = islice(quantity.addresses(), MOST_ENTRIES)
    found_wrong = next((one for one in few if not is_right(graph, own(one), one)), None)
    if found_wrong is None and quantity.size > MOST_ENTRIES:
        found_wrong = wrong
    return None if found_wrong is None else (own(found_wrong), found_wrong)


def same(graph: EntryGraph, formula: Formula, address: Address) -> bool:
    """Whether a formula gives the entry's number at every point, on every side of its kinks."""
    own = graph.formula(address) if address.quantity.name in graph.ratios else None

    def right(point: Point) -> float | None:
        # What was asked for by name stands beside the calculation.
        return number_at(point, address) if own is None else number_of(own, point)

    def are_same(points: Iterable[Point]) -> bool:
        return all(are_close(number_of(formula, point), right(point), CLOSE) for point in points)

    return are_same(graph.points) and are_same(graph.points_for(address, formula))


def give_the_same(graph: EntryGraph, one: Formula, other: Formula) -> bool:
    """Whether two formulas, of entries or of arrays, have the same values at every point."""
    if one.shape != other.shape:
        return False
    if not one.shape:
        pairs = [(number_of(one, point), number_of(other, point)) for point in graph.points]
        return bool(pairs) and all(are_close(*pair, CLOSE) for pair in pairs)
    lines = [Definition(Quantity("typed", (), each.shape), each, "", "") for each in (one, other)]
    for point in graph.points:
        try:
            found, again = (evaluate([line], point)[line.quantity] for line in lines)
        except NumberError:
            return False
        if not all(are_close(*pair, CLOSE) for pair in zip(found, again, strict=True)):
            return False
    return bool(graph.points)


def _is_right_in_numbers(graph: EntryGraph, formula: Formula, address: Address) -> bool:
    """Whether it is right with numbers of this exercise in the places of names.

    A value that is not named in the formula, and stands there as a number, has that number.
    """
    literals = [node for node in walk(formula) if isinstance(node, Number)]
    if only_numbers(formula) or len(literals) > MOST_LITERALS:
        return False
    in_loss = _in_cross_entropy(graph, address)
    if not (literals or in_loss):
        return False
    typed = {abs(float(literal.number)) for literal in literals}.difference(STRUCTURAL)
    named, ancestors = {*entries_of(formula)}, graph.ancestors(address.quantity)
    places = [
        place
        for quantity in graph.order
        if quantity in ancestors and quantity in graph.run.values and quantity.size <= MOST_PLACES
        for place in quantity.addresses()
    ]
    own = graph.formula(address)
    pinned: dict[Address, float] = {}
    # What is 0 whatever the numbers are is nothing that a value which came to 0 explains.
    nothing = not any(number_of(formula, point) for point in graph.points)
    in_outputs = not nothing and all(place.role is not Role.OUTPUT_LOSS for place in named)
    for place in places:
        size = abs(graph.exact(place))
        if place in named:
            continue
        if in_loss and in_outputs and place.role is Role.TARGET and graph.exact(place) in (0, 1):
            # A target of 0 or 1 of a cross-entropy: `-ln(p)` is all that is left then.
            pinned[place] = graph.exact(place)
        elif place.quantity not in graph.steps:
            if any(isclose(number, size, rel_tol=1e-12) for number in typed):
                pinned[place] = graph.exact(place)
        elif number := next((one for one in typed if _stands_for(graph, one, place)), None):
            signed = Number(number if graph.exact(place) > 0 else -number)
            own = replaced(own, Entry(*place), signed)
    if not (literals or pinned):
        return False
    points = graph.points_with(pinned, address, formula)
    leaves = [
        leaf for leaf in graph.leaves(address) if not (nothing and leaf.quantity in graph.steps)
    ]
    choices = [[None, *_meant(graph, literal, places, named, leaves)] for literal in literals]
    for chosen, _ in zip(product(*choices), range(MOST_TRIES), strict=False):
        found = _put(formula, iter(chosen))
        if points and agree(points, found, own, CLOSE):
            return True
    return False


def _in_cross_entropy(graph: EntryGraph, address: Address) -> bool:
    """Whether it belongs to a loss whose targets are probabilities."""
    step = graph.step(address)
    return step is not None and step.line.phase == "loss" and bool(graph.run.program.model.targets)


def _meant(
    graph: EntryGraph,
    literal: Number,
    places: list[Address],
    named: set[Address],
    leaves: list[Address],
) -> Iterator[Formula]:
    """The entries whose value a number may be: given ones exactly, others as rounded.

    A minus sign before it stays. What is not named elsewhere has its number already.
    """
    number = float(literal.number)
    if _is_rounded(abs(number), e):
        yield EULER
    structural = abs(number) in STRUCTURAL
    for place in leaves if structural else places:
        if (place in named) == structural or not graph.known(place):
            continue
        value = graph.exact(place)
        if place.quantity in graph.steps:
            fits = _stands_for(graph, abs(number), place)
        else:
            fits = isclose(abs(number), abs(value), rel_tol=1e-12)
        if fits and number * value >= 0:
            yield Entry(*place)
        if fits and number * value <= 0:
            yield Neg(Entry(*place))


def _stands_for(graph: EntryGraph, number: float, place: Address) -> bool:
    """Whether a number is what a calculated value comes to, without its sign."""
    value = abs(graph.exact(place))
    if not number or not value:
        return number == value
    if isclose(number, value, rel_tol=1e-12) or _is_rounded(number, value):
        return True
    return number == abs(graph.page.settings.result(graph.run, *place).value)


def _is_rounded(number: float, value: float) -> bool:
    """Whether the value, rounded to as many figures as the number has, is the number."""
    digits = len(f"{abs(number):.12g}".replace(".", "").lstrip("0").partition("e")[0])
    if digits < LEAST_PUT_IN:
        return False
    unit = 10.0 ** (floor(log10(abs(number))) + 1 - digits)
    return abs(value - number) <= unit / 2 * (1 + 1e-9)


def _put(formula: Formula, chosen: Iterator[Formula | None]) -> Formula:
    """The formula with an entry for each number, in the order in which they stand there."""

    def named(node: Formula) -> Formula | None:
        if not isinstance(node, Number):
            return None
        return next(chosen, None) or node

    return replace(formula, named)


def only_numbers(formula: Formula) -> bool:
    """Whether no name stands in a formula."""
    return not any(isinstance(node, Entry | Ref) for node in walk(formula))

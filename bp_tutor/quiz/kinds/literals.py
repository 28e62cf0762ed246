"""Numbers that somebody put in for names: right where the names would be right."""

from __future__ import annotations

from itertools import product
from math import floor, log10
from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, Neg, Number, Ref, replace, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.book import Book, Key

MOST_LITERALS, MOST_TRIES = 8, 200
MOST_ENTRIES = 400
STRUCTURAL = (1.0, 2.0)
"""Numbers that stand in formulas of their own accord: nobody can tell what they were meant for."""
FIGURES = 3
"""A calculated value may be put in with so many figures at least."""


def with_names(
    book: Book, formula: Formula, key: Key, right: Callable[[Formula], bool]
) -> Formula | None:
    """The formula with names for some of its numbers with which it is right, if there is one.

    What is nothing but numbers stays so: asked for was a formula.
    """
    literals = [node for node in walk(formula) if isinstance(node, Number)]
    if only_numbers(formula) or not (0 < len(literals) <= MOST_LITERALS):
        return None
    above = book.above(key[0])
    places = [
        (quantity, index)
        for quantity in book.order
        if quantity in above and quantity in book.run.values and quantity.size <= MOST_ENTRIES
        for index in quantity.indices()
    ]
    choices = [[None, *_meant(book, literal, places)] for literal in literals]
    for tried, chosen in enumerate(product(*choices)):
        if tried > MOST_TRIES:
            break
        if any(chosen):
            found = _put(formula, iter(chosen))
            if right(found):
                return found
    return None


def _meant(book: Book, literal: Number, places: list[Key]) -> list[Formula]:
    """The entries whose value a number may be: given ones exactly, others as rounded.

    A minus sign before it stays.
    """
    number = float(literal.number)
    found: list[Formula] = []
    if abs(number) in STRUCTURAL:
        return found
    for place in places:
        value = book.exact(place)
        if _is(number, value, calculated=place[0] in book.steps):
            found.append(Entry(*place))
        if _is(-number, value, calculated=place[0] in book.steps):
            found.append(Neg(Entry(*place)))
    return found


def _is(number: float, value: float, *, calculated: bool) -> bool:
    exact = abs(value - number) <= 1e-12 * max(1.0, abs(value))
    return exact or (calculated and _rounded(number, value))


def _rounded(number: float, value: float) -> bool:
    """Whether the value, rounded to as many figures as the number has, is the number."""
    if not number or not value:
        return False
    digits = len(f"{abs(number):.12g}".replace(".", "").lstrip("0").partition("e")[0])
    if digits < FIGURES:
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

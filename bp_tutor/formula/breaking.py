"""Formulas over several rows, parted where their nodes say, not where a text looks like it.

A style whose signs carry break places spells the formula once more; the places come along through
sums, products and brackets, each with how deep in the tree it lies. One algorithm then takes, row
by row, the shallowest place that fills the row well.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import TYPE_CHECKING

from bp_tutor.formula.parted import Parted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bp_tutor.formula.style import Style

SUM, PRODUCT, GAP = 0, 5, 7
"""How unwillingly a formula is parted: at a sum's sign, at a product's, behind a comma."""
FILLED = 3
"""A row is well filled if it takes at least one part in so many of the room."""


@cache
def parting(style: Style, *, signs_first: bool = False) -> Style:
    """The style with break places in its signs; spelled in it, a formula can be parted.

    In a line of text a sign that touches its factors stays with the first of them; with
    `signs_first` every sign goes to the next row, as in what is set in two dimensions.
    """
    made = copy(style)
    at_sum, at_product, at_gap = (Parted("", [(0, level)]) for level in (SUM, PRODUCT, GAP))
    made.plus, made.subtract = at_sum + style.plus, at_sum + style.subtract
    made.elementwise = at_sum + style.elementwise
    made.over, made.comma = at_gap + style.over, style.comma.rstrip() + at_gap + " "
    made.times, made.matmul = (
        at_product + sign if signs_first or sign[0] == " " else sign + at_product
        for sign in (style.times, style.matmul)
    )
    return made


def rows_of(
    text: str,
    room: int,
    measure: Callable[[str], int] = len,
    *,
    ruler: str | None = None,
    alone: Style | None = None,
    filled: int = FILLED,
) -> list[str]:
    """A text in rows of at most `room` by `measure`, parted where it says; else anywhere.

    Markup is measured by a `ruler`: the same formula in a text that is about as wide as what is
    set. Where a row ends between two brackets, they are written as the style `alone` says. A row
    is well filled if it takes at least one part of the room in `filled`.

    >>> rows_of(Parted("a·b + c·d", [(3, 0), (7, 5)]), 6)
    ['a·b', '+ c·d']
    """
    breaks = text.breaks if isinstance(text, Parted) else ()
    end = len(text)
    along = {0: 0, end: end} | {place: place for place, _ in breaks}
    if isinstance(ruler, Parted):
        along |= {own: its for (own, _), (its, _) in zip(breaks, ruler.breaks, strict=True)}
    if ruler is not None:
        along[end] = len(ruler)
    measured = str(text if ruler is None else ruler)

    def width(start: int, stop: int) -> int:
        return measure(measured[along.get(start, start) : along.get(stop, stop)].strip())

    cuts = [0]
    while width(cuts[-1], end) > room:
        place = _best(breaks, cuts[-1], (room, filled), width)
        if place is None and ruler is None:
            place = cuts[-1] + _longest(str(text)[cuts[-1] :], room, measure)
        if place is None:
            # What is set cannot be cut just anywhere.
            place = next((place for place, _ in breaks if place > cuts[-1]), None)
        if place is None:
            break
        cuts.append(place)
    spans = list(zip(cuts, [*cuts[1:], end], strict=True))
    return [_row(text, start, stop, alone) for start, stop in spans]


def _best(
    breaks: Sequence[tuple[int, int]],
    start: int,
    row: tuple[int, int],
    width: Callable[[int, int], int],
) -> int | None:
    """The shallowest place that fills the row well, else the last that fits."""
    room, part = row
    fitting: dict[int, int] = {}
    filled: dict[int, int] = {}
    for place, level in breaks:
        if place <= start:
            continue
        taken = width(start, place)
        if taken > room:
            break
        if taken:
            fitting[level] = place
        if taken * part >= room:
            filled[level] = place
    return filled[min(filled)] if filled else max(fitting.values(), default=None)


def _longest(text: str, room: int, measure: Callable[[str], int]) -> int:
    """How many letters of a text there is room for, at least one."""
    place = len(text) - len(text.lstrip()) + 1
    while place < len(text) and measure(text[: place + 1].strip()) <= room:
        place += 1
    return place


def _row(text: str, start: int, stop: int, alone: Style | None) -> str:
    """A piece of the text; brackets that are closed in another row stand alone in it."""
    row = str(text)[start:stop]
    if alone is None or not isinstance(text, Parted):
        return row.strip()
    apart = {
        place: side
        for pair in text.brackets
        if (start <= pair[0] < stop) != (start <= pair[1] < stop)
        for side, place in enumerate(pair)
        if start <= place < stop
    }
    for place in sorted(apart, reverse=True):
        at = place - start
        behind = at + len(alone.close if apart[place] else alone.open)
        sign = alone.close_alone if apart[place] else alone.open_alone
        row = row[:at] + sign + row[behind:]
    return row.strip()

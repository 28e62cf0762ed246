"""Slips of the pen: a number that was worked out rightly and written down wrongly."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.figure import CUT, CUT_OR_ROUNDED, ROUNDED, Printed
from bp_tutor.solve.rounding import PAPER_FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterator


class PenSlip(NamedTuple):
    """What the pen did, and which number was meant."""

    key: str
    """`point`, `sign`, `digits` (two of them exchanged), `put_in` or `lost`."""
    meant: Printed


KEYS = ("point", "sign", "digits", "put_in", "lost")

PREFIX = "pen_"
"""What the key of a slip begins with where it is named among the mistakes."""

CHANCE_OF_THE_PEN = 0.008
"""At most so often a number that nobody calculated may be explained by a slip."""


BOTH_WAYS = 2
"""So many ways there are for a decimal point to move; they come first."""
FAR = Decimal(10**12)
MOST_LEFT_OUT = 1000
"""So many numbers are remembered without each of their digits: the right ones, of most students."""


def slips_of_the_pen(
    printed: Printed, value: float | None, *, doubled: bool = False
) -> tuple[PenSlip, ...]:
    """The slips that make a figure of the right value, as far as chance would hardly do so.

    Of digits that were put in, those alone count that are `doubled` where that is asked for.
    """
    return () if value is None else Pen(printed, doubled=doubled).slips(value)


class Pen:
    """A figure, and what may have been meant by it."""

    def __init__(self, printed: Printed, *, doubled: bool = False) -> None:
        self._printed, self._left = printed, CHANCE_OF_THE_PEN
        self._tried: list[tuple[str, Printed, tuple[str, ...]]] = []
        for key, meant, how, cost in _tries(printed, doubled=doubled):
            if cost <= self._left:
                self._left -= cost
                self._tried.append((key, meant, how))

    def slips(self, value: float) -> tuple[PenSlip, ...]:
        """The slips that make it of the right value, as far as chance would hardly do so."""
        found = [
            PenSlip(key, meant) for key, meant, how in self._tried if meant.stands_for(value) in how
        ]
        left, cost = self._left, CUT_OR_ROUNDED * self._printed.room
        for shown, meant in _lost(self._printed, value) if cost <= left else ():
            if cost <= left:
                left -= cost
                if shown == self._printed.number:
                    found.append(PenSlip("lost", meant))
        return tuple(found)


def is_of_the_pen(misconception: str) -> bool:
    """Whether the key of a mistake is that of a slip of the pen."""
    return misconception.startswith(PREFIX)


def may_be_meant(printed: Printed, value: float) -> bool:
    """Whether a figure begins so like a value that a slip of the pen may have made it."""
    if not printed.number or not value:
        return False
    own, right = f"{abs(printed.number):e}", f"{abs(value):.3e}"
    # Alike, the first one lost or put in or moved behind the second, or rounded up.
    return own[0] in (right[0], right[2]) or own[2:3] == right[0] or "9" in right[:4]


def _tries(
    printed: Printed, *, doubled: bool
) -> Iterator[tuple[str, Printed, tuple[str, ...], float]]:
    """What may have been meant, whether rounded or cut off, and which chance that takes.

    The likeliest goes first, a point moved in the right value rounded; both ways cost alike.
    """
    meanings = (*turned(printed), *_put_in(printed, doubled=doubled))
    for key, meant in meanings[:BOTH_WAYS]:
        yield key, meant, (ROUNDED,), meant.room
    for key, meant in meanings[:BOTH_WAYS]:
        yield key, meant, (CUT,), (CUT_OR_ROUNDED - 1) * meant.room
    for key, meant in meanings[BOTH_WAYS:]:
        yield key, meant, (ROUNDED, CUT), CUT_OR_ROUNDED * meant.room


def plain(figure: Printed) -> str:
    """A figure that was meant, in digits."""
    return f"{figure.number:f}" if abs(figure.number.adjusted()) < 7 else str(figure.number)


def turned(printed: Printed) -> Iterator[tuple[str, Printed]]:
    """What may have been meant with the same digits, the likeliest first."""
    for places in (-1, 1):
        yield "point", printed.moved(places)
    yield "sign", printed._replace(number=-printed.number)
    digits = printed.number.as_tuple().digits
    for place in range(len(digits) - 1):
        if digits[place] != digits[place + 1]:
            other = list(digits)
            other[place : place + 2] = other[place + 1], other[place]
            number = Decimal((0, tuple(other), printed.unit.adjusted()))
            yield "digits", printed._replace(number=number.copy_sign(printed.number))


def replaced(printed: Printed) -> Iterator[Printed]:
    """The figure with one of its digits replaced, by its neighbours first."""
    digits = printed.number.as_tuple().digits
    for near in (True, False):
        for place, digit in enumerate(digits):
            for other in range(10):
                if other == digit or (abs(other - digit) == 1) != near:
                    continue
                changed = (*digits[:place], other, *digits[place + 1 :])
                number = Decimal((0, changed, printed.unit.adjusted()))
                yield printed._replace(number=number.copy_sign(printed.number))


def _put_in(printed: Printed, *, doubled: bool) -> Iterator[tuple[str, Printed]]:
    """What may have been meant where a digit does not belong there; doubled ones first."""
    whole, fraction = _parts(printed.number, printed.decimals)
    seen = {printed.number, printed.moved(1).number, printed.moved(-1).number}
    removals = []
    # One more at the end would be another number, cut off where it stands.
    for place in range(len(whole) + len(fraction) - 1):
        before, behind = _taken_out(whole, fraction, place)
        text = whole + fraction
        single = text[place] not in (text[place - 1 : place], text[place + 1 : place + 2])
        if before and not (single and doubled):
            removals.append((single, before, behind))
    for _, before, behind in sorted(removals, key=lambda one: one[0]):
        number = Decimal(f"{before}.{behind}" if behind else before).copy_sign(printed.number)
        if number and number not in seen:
            seen.add(number)
            yield "put_in", Printed("", number, Decimal(1).scaleb(-len(behind)))


def _lost(printed: Printed, value: float) -> Iterator[tuple[Decimal, Printed]]:
    """The right value with one of its digits left out, and as it was meant."""
    seen = {printed.moved(1).number, printed.moved(-1).number}
    for number, meant in _left_out(value, printed.decimals):
        if number not in seen:
            yield number, meant


@lru_cache(MOST_LEFT_OUT)
def _left_out(value: float, shown: int) -> tuple[tuple[Decimal, Printed], ...]:
    """A value with each of its digits left out so that so many decimals are `shown`."""
    exact = Decimal(f"{value:.{PAPER_FIGURES}g}")
    if shown < 0 or abs(exact) > FAR:
        return ()
    found: dict[Decimal, Printed] = {}
    # In front of the point one digit fewer leaves the decimals, behind it one fewer of them.
    for decimals in (shown + 1, shown):
        unit = Decimal(1).scaleb(-decimals)
        right = exact.quantize(unit, ROUND_HALF_UP)
        whole, fraction = _parts(right, decimals)
        behind = decimals > shown
        # The last one left out would be a figure cut off, and nobody loses the only one in front.
        places = range(len(whole), len(whole) + decimals - 1) if behind else range(len(whole))
        for place in places if behind or len(whole) > 1 else ():
            before, after = _taken_out(whole, fraction, place)
            number = Decimal(f"{before}.{after}" if after else before).copy_sign(right)
            found.setdefault(number, Printed("", right, unit))
    return tuple(found.items())


def _parts(number: Decimal, decimals: int) -> tuple[str, str]:
    whole, _, fraction = f"{abs(number):.{max(decimals, 0)}f}".partition(".")
    return whole, fraction


def _taken_out(whole: str, fraction: str, place: int) -> tuple[str, str]:
    if place < len(whole):
        return whole[:place] + whole[place + 1 :], fraction
    place -= len(whole)
    return whole, fraction[:place] + fraction[place + 1 :]

"""How far rounding may move a number: the digits of an answer, and what was rounded before it."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Address, Entry, number_of, walk
from bp_tutor.solve.rounding import LEAST_FIGURES, NEARLY, NOTHING, ROUNDED_TWICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Formula

    Lookup = Callable[[Address], float]

__all__ = [
    "EXACT",
    "LEAST_FIGURES",
    "MOST_PROPAGATED",
    "NEARLY",
    "NOTHING",
    "ROUNDED_TWICE",
    "Answer",
    "cut_off",
    "entries_of",
    "span",
    "value_of",
    "within",
]

EXACT = 99
"""So many figures has a number that nobody rounded."""
MOST_PROPAGATED = 0.01
"""Rounding that nobody sees, on scrap paper or in an expression, explains at most this part of a
value, and of an updated weight this part of its step."""


class Answer(NamedTuple):
    """A number that a student gave, and by how much rounding may have moved it."""

    value: float
    radius: float = 0.0
    figures: int = EXACT

    @property
    def decimals(self) -> int | None:
        """Its decimals; None of what nobody rounded."""
        if not self.radius or self.figures == EXACT:
            return None
        return -floor(log10(2 * self.radius) + 0.5)


def within(answer: Answer, value: float, slack: float = 0.0) -> bool:
    """Whether its digits, rounded or cut off, explain an answer; zero is no small number.

    `slack` is what rounding before it may have done to the value.
    """
    size = abs(value)
    if answer.value == 0 and size > NOTHING:
        return False
    allowed = answer.radius * ROUNDED_TWICE + slack
    near = abs(answer.value - value) <= allowed + max(NEARLY * size, NOTHING)
    return near or cut_off(answer, value)


def span(value: float, radius: float, slack: float = 0.0) -> tuple[float, float]:
    """The lowest and the highest answer with such digits that `within` finds near a value."""
    size = abs(value)
    allowed = radius * ROUNDED_TWICE + slack + max(NEARLY * size, NOTHING)
    # Digits that are cut off bring an answer nearer to 0, by less than a whole unit.
    short = max(allowed, 2 * radius - NOTHING * size) if radius else allowed
    below, above = (short, allowed) if value > 0 else (allowed, short)
    return (value - below, value + above) if value else (-allowed, allowed)


def cut_off(answer: Answer, value: float) -> bool:
    """Whether an answer has the digits of a value, cut off where they are rounded up."""
    lost, half = abs(value) - abs(answer.value), answer.radius
    typed = answer.figures < EXACT and answer.value * value > 0
    # A whole unit is lost of the next number, never of this one; floats tell these apart.
    return typed and half < lost < 2 * half - NOTHING * abs(value)


_as_address = tuple.__new__
"""Makes an address of what it consists of, without a Python function in between."""


def entries_of(formula: Formula) -> tuple[Address, ...]:
    """The entries in a scalar formula, each once."""
    found = (Address(n.quantity, n.index) for n in walk(formula) if isinstance(n, Entry))
    return tuple(dict.fromkeys(found))


def value_of(formula: Formula, value: Lookup) -> float | None:
    """The number of a scalar formula; None where it has none."""
    return number_of(formula, lambda *entry: value(_as_address(Address, entry)))

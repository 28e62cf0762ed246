"""What the digits of an answer allow: rounded or cut off, and rounded on the way to it."""

from __future__ import annotations

from typing import NamedTuple

from bp_tutor.quiz.book import NEARLY
from bp_tutor.quiz.reading import EXACT

NOTHING = 1e-12
MOST_CARRIED = 0.05
"""Rounding on the way explains at most this part of a value."""


class Answer(NamedTuple):
    """A number that a student gave, and by how much rounding may have moved it."""

    value: float
    radius: float = 0.0
    figures: int = 99


def within(answer: Answer, value: float, carried: float) -> bool:
    """Whether its digits, rounded or cut off, explain an answer; zero is no small number."""
    size = abs(value)
    if answer.value == 0 and size > NOTHING:
        return False
    allowed = answer.radius * (1 + NEARLY) + min(carried, MOST_CARRIED * size)
    near = abs(answer.value - value) <= allowed + max(NEARLY * size, NOTHING)
    return near or cut_off(answer, value)


def cut_off(answer: Answer, value: float) -> bool:
    """Whether an answer has the digits of a value, cut off where they are rounded up."""
    lost, half = abs(value) - abs(answer.value), answer.radius
    typed = answer.figures < EXACT and answer.value * value > 0
    return typed and half + NEARLY * abs(value) < lost < 2 * half - NEARLY * abs(value)

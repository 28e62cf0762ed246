"""Steps that nobody sees: the new weight looks like the old one with the digits that are shown."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from bp_tutor.authoring.weakness import Weakness
from bp_tutor.quiz.points import number_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.subject import Numbers, Subject
    from bp_tutor.authoring.weakness import Key
    from bp_tutor.formula import Quantity

ZERO = 1e-12
"""What floats leave of a 0."""


def radius(value: float, digits: int) -> float:
    """Half a unit of the last digit that the page shows of a value."""
    size = abs(value)
    if size >= 0.1 or size == 0:
        return 0.5 * 10.0**-digits
    return float(0.5 * 10.0 ** (floor(log10(size)) - max(digits, 1) + 1))


def step_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """New values that look like the old ones, though their gradients are not 0."""
    unseen: list[Key] = []
    for new in subject.moved if not subject.large else ():
        if new in numbers and any(_unseen(subject, numbers, new)):
            found = zip(new.indices(), _unseen(subject, numbers, new), strict=True)
            unseen += [(new, index) for index, small in found if small]
    values = (("digits", str(subject.digits)),)
    return (Weakness("small_step", tuple(unseen), values),) if unseen else ()


def _unseen(subject: Subject, numbers: Numbers, new: Quantity) -> Iterator[bool]:
    old, gradient = subject.moved[new]
    after, before = numbers[new], numbers[old]
    slopes = numbers.get(gradient, after)
    for value, was, slope in zip(after, before, slopes, strict=True):
        yield abs(slope) > ZERO and abs(value - was) < radius(value, subject.digits)


def shows_nothing(subject: Subject, numbers: Numbers, key: Key) -> bool:
    """Whether it is a new weight that is the old one, or looks like it."""
    quantity, index = key
    if quantity not in subject.moved:
        return False
    old, gradient = subject.moved[quantity]
    if gradient in numbers and abs(number_at(numbers, (gradient, index))) <= ZERO:
        return True
    new = number_at(numbers, key)
    return abs(new - number_at(numbers, (old, index))) < radius(new, subject.digits)

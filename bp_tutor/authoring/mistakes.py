"""Mistakes that numbers hide: those that give the right number, and those that look alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.steps import ZERO, radius, shows_nothing
from bp_tutor.authoring.subject import is_zero
from bp_tutor.authoring.weakness import Weakness
from bp_tutor.quiz.points import number_at
from bp_tutor.reader import Key as WordKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.subject import Numbers, Subject
    from bp_tutor.authoring.weakness import Key


def mistake_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Mistakes that give the right number, and pairs that give the same wrong one."""
    found: dict[tuple[str, ...], list[Key]] = {}
    for names, key in unnoticed(subject, numbers):
        found.setdefault(names, []).append(key)
    kinds = {1: "hidden_mistake", 2: "alike_mistakes"}
    listed = sorted(found.items(), key=lambda pair: len(pair[0]))
    return tuple(_weakness(kinds[len(names)], names, keys) for names, keys in listed)


def unnoticed(subject: Subject, numbers: Numbers) -> Iterator[tuple[tuple[str, ...], Key]]:
    """The mistake that gives the right number, or the two that give the same wrong one, and where.

    Left to sentences of their own are entries that are 0, steps that nobody sees, and mistakes
    that leave out a term that is 0. Two formulas that agree for any numbers cannot be told
    apart by any.
    """
    for key in subject.keys:
        right = number_at(numbers, key)
        if abs(right) <= ZERO or shows_nothing(subject, numbers, key):
            continue
        reach = radius(right, subject.digits)
        wrong: list[tuple[float, int]] = []
        for place, value in _values(subject, key, numbers):
            if abs(value - right) > reach:
                wrong.append((value, place))
            elif _counts(subject, key, place, numbers):
                yield (subject.candidates(key).found[place].name,), key
        for pair in _pairs(subject, key, wrong):
            yield pair, key


def _values(subject: Subject, key: Key, numbers: Numbers) -> Iterator[tuple[int, float]]:
    values = subject.candidates(key).values(lambda leaf: number_at(numbers, leaf))
    for place, value in enumerate(values):
        if value is not None:
            yield place, value


def _counts(subject: Subject, key: Key, place: int, numbers: Numbers) -> bool:
    """Whether it is the numbers that hide the mistake."""
    candidate = subject.candidates(key).found[place]
    gone = candidate.keys == ("path_left_out",) and is_zero(candidate, numbers)
    return not gone and not subject.same(key, -1, place)


def _pairs(
    subject: Subject, key: Key, wrong: list[tuple[float, int]]
) -> dict[tuple[str, str], None]:
    """The names of mistakes that give one and the same wrong number."""
    found: dict[tuple[str, str], None] = {}
    candidates = subject.candidates(key).found
    wrong.sort()
    for at, (value, first) in enumerate(wrong):
        if at + 1 == len(wrong) or wrong[at + 1][0] - value > 1:
            continue
        reach = radius(value, subject.digits)
        for other, second in wrong[at + 1 :]:
            if other - value > reach:
                break
            names = sorted((candidates[first].name, candidates[second].name))
            if names[0] != names[1] and not subject.same(key, *sorted((first, second))):
                found[names[0], names[1]] = None
    return found


def _weakness(key: str, names: tuple[str, ...], entries: list[Key]) -> Weakness:
    values = zip(("mistake", "other"), names, strict=False)
    told = tuple((place, WordKey(f"misconception.{name}.name")) for place, name in values)
    return Weakness(key, tuple(dict.fromkeys(entries)), told)

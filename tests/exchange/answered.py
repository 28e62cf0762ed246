"""Answers to exported questions, each with what `bp_tutor.mark` says of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import bp_tutor
from bp_tutor.api.exporting import Asking, Wanted
from bp_tutor.exchange import FORMATS, Exercise
from bp_tutor.quiz.record import NumberRecord


class Given(NamedTuple):
    """An answer with what marking says of it."""

    name: str
    text: str
    right: bool
    mistakes: tuple[str, ...]
    """The names of the mistakes in words."""


@cache
def exercise(name: str = "exercise", wanted: Wanted | None = None, lang: str = "en") -> Exercise:
    """What a problem that comes along is exported as, with the numbers of its file."""
    problem = bp_tutor.load(name, lang=lang)
    (context, *_) = problem._contexts(None)
    asked = wanted or Wanted(("Z", "A", "dZ"))
    variant = Asking(context.page, asked).variant(problem._record)
    return Exercise(name, problem._record.title, context.page, (variant,), problem.text)


def written(exercise: Exercise, name: str) -> bytes:
    """The file of a format that writes one."""
    content = FORMATS[name].write(exercise)
    assert isinstance(content, bytes)
    return content


@cache
def answers() -> tuple[Given, ...]:
    """Right, near, mistaken and nonsense answers to numbers of `exercise`, each marked alone."""
    records = [item.record for item in exercise().variants[0].items]
    numbers = [record for record in records if isinstance(record, NumberRecord)]
    pairs = []
    for place, record in enumerate(numbers[::7]):
        figures = record.figures
        size = 10.0 ** -(figures - 1) * record.value
        texts = [f"{record.value:.{more + 2}e}" for more in (figures - 3, figures)]
        texts += [f"{wrong.value:.{figures - 1}e}" for wrong in record.wrong[place::5]]
        texts.append((f"{record.value + 5 * size:.3e}", "7777")[place % 2])
        pairs += [(record.name, text) for text in texts]
    return tuple(_marked("exercise", pairs))


def _marked(problem: str, pairs: list[tuple[str, str]]) -> Iterator[Given]:
    """Each answer as the only one of a student."""
    rows = [(str(place), name, text) for place, (name, text) in enumerate(pairs)]
    for row, mark in zip(rows, bp_tutor.mark(bp_tutor.load(problem, lang="en"), rows), strict=True):
        assert mark.verdict is not None, mark
        yield Given(row[1], row[2], mark.verdict.right, mark.verdict.mistakes)

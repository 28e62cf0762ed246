"""Formulas as answers: every right way written out, and every wrong one that is truly another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

from tests.mistakes.sheet import Exercise, typed, value_of, worked_out
from tests.mistakes.slips import wrong_ways

DRAWS = 24
SAME = 1e-7
FIXED = ("eta", "t", "epsilon", "mu", "rho", "beta1", "beta2", "vw", "mw", "sw")
"""What keeps its value: a rate or a share has its own bounds, a state starts at 0."""


class Typed(NamedTuple):
    """A formula as it is typed for a value; `label` is the mistake in it, or empty."""

    name: str
    text: str
    label: str


class Formulas:
    """The formulas of one exercise, compared at numbers drawn anew."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.draw = Random(exercise.seed + 20_000)  # noqa: S311
        self._points = list(self._drawn())

    def _drawn(self) -> Iterator[Mapping[str, float]]:
        softmax = "softmax" in self.exercise.problem
        for _ in range(DRAWS):
            given = {
                name: value
                if name in FIXED or (softmax and name.startswith("Y"))
                else self._number(name)
                for name, value in self.exercise.given.items()
            }
            values = worked_out(self.exercise.lines, given)
            if values is not None:
                yield values

    def _number(self, name: str) -> float:
        if name.startswith(("Y", "s")):
            return self.draw.uniform(0.05, 0.95)
        return self.draw.uniform(-1.5, 1.5)

    def answers(self, asked: tuple[str, ...]) -> Iterator[Typed]:
        """Right and wrong formulas for these values."""
        lines = self.exercise.by_name
        for name in asked:
            line = lines[name]
            rights = [line.text, *([line.by_way] if line.by_way else [])]
            for text in rights:
                yield Typed(name, typed(text), "")
            for way in wrong_ways(line):
                if self._is_other(line.text, way.text):
                    yield Typed(name, typed(way.text), way.label)

    def _is_other(self, right: str, wrong: str) -> bool:
        """Whether two formulas differ at some point of all that were drawn."""
        for values in self._points:
            one, other = value_of(right, values), value_of(wrong, values)
            if one is None or other is None or abs(one - other) > SAME * max(1.0, abs(one)):
                return True
        return False

"""Wrong answers and right chains, each with what was done; nothing of the tutor's helps.

A student works either on paper, where each value is rounded as it is written down and used so, or
with a calculator that carries all digits, of which only the answers are rounded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from random import Random
from typing import NamedTuple

from tests.mistakes.sheet import (
    Exercise,
    Line,
    Rounding,
    Values,
    below,
    names_in,
    value_of,
    worked_out,
)
from tests.mistakes.slips import Way, slips_of_the_pen, two_wrong_ways, wrong_ways

PAPER, CALCULATOR = "paper", "calculator"
WAYS = (PAPER, CALCULATOR)
DIGITS = (3, 4, 5, 6)
FARTHEST = 3
"""So many steps above the answer a slip is made at most."""
MOST_RANDOM = 8
DOUBT = 1.2
"""A wrong value is told from the right one where they differ by more than this many doubts."""
ANOTHER = "another known value"
NOTHING = 1e-12
"""What floats leave of a 0."""


class Case(NamedTuple):
    """One wrong answer, and what the student had answered before it."""

    kind: str
    """`single`, `above`, `pair`, `pen`, `known` or `random`."""
    label: str
    name: str
    text: str
    way: str
    digits: int
    before: Mapping[str, str]
    slip: str
    """Where the mistake was made: the value itself, or one above it."""
    doing: str = ""
    """The line as it was worked out."""

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.label.split(" + "))


class Chain(NamedTuple):
    """All answers of a student; where something is wrong, the first one that is."""

    answers: Mapping[str, str]
    how: str
    slip: str = ""
    label: str = ""


class Bank:
    """What can be answered to one exercise."""

    def __init__(self, exercise: Exercise, combinations: int = len(DIGITS) * len(WAYS)) -> None:
        """`combinations` are so many of a way and digits, drawn for each mistake."""
        self.exercise = exercise
        self.combinations = combinations
        self.lines = exercise.by_name
        self.draw = Random(exercise.seed + 10_000)  # noqa: S311
        exact = worked_out(exercise.lines, exercise.given)
        assert exact is not None
        self.exact = exact
        self._papers: dict[Rounding, dict[str, float]] = {}
        self._ways: dict[str, list[Way]] = {}
        self._below: dict[str, dict[str, int]] = {}

    def paper(self, rounding: Rounding) -> dict[str, float]:
        """The right values, each rounded before it is used."""
        if rounding not in self._papers:
            found = worked_out(self.exercise.lines, self.exercise.given, rounding=rounding)
            self._papers[rounding] = found if found is not None else self.exact
        return self._papers[rounding]

    def with_slip(
        self, name: str, wrong: Way, rounding: Rounding | None
    ) -> dict[str, float] | None:
        """Every value as it follows from one that is worked out wrongly."""
        later = self.paper(rounding) if rounding else self.exact
        given = self.exercise.given
        return worked_out(self.exercise.lines, given, {name: wrong.text}, rounding, later=later)

    def ways(self, name: str) -> list[Way]:
        """Every wrong way to a value."""
        if name not in self._ways:
            self._ways[name] = list(wrong_ways(self.lines[name]))
        return self._ways[name]

    def below(self, name: str) -> dict[str, int]:
        """What depends on a value, with the number of steps."""
        if name not in self._below:
            self._below[name] = below(self.exercise.lines, name)
        return self._below[name]

    @cached_property
    def by_label(self) -> dict[str, list[tuple[str, Way]]]:
        """Every wrong way in the exercise by its label, with the value it leads to."""
        found: dict[str, list[tuple[str, Way]]] = {}
        for line in self.exercise.lines:
            for way in self.ways(line.name):
                found.setdefault(way.label, []).append((line.name, way))
        return found

    # What stood there before

    def values(self, way: str, digits: int) -> dict[str, float]:
        return self.paper(Rounding(digits)) if way == PAPER else self.exact

    def before(self, name: str, way: str, digits: int) -> dict[str, str]:
        """The right answers to all that comes before a value."""
        values, rounding = self.values(way, digits), Rounding(digits)
        found = {}
        for line in self.exercise.lines:
            if line.name == name:
                break
            found[line.name] = rounding.written(values[line.name])
        return found

    def doubt(self, name: str, digits: int) -> float:
        """By how much a right answer may be off: its own digits, and those of what it is from."""
        rounding, line = Rounding(digits), self.lines[name]
        right = self.exact[name]
        found = rounding.unit(rounding.written(right)) + abs(self.paper(rounding)[name] - right)
        for one in names_in(line.text):
            if one in self.lines:
                unit = rounding.unit(rounding.written(self.exact[one]))
                moved = value_of(line.text, self.exact | {one: self.exact[one] + unit / 2})
                found += abs(moved - right) if moved is not None else 0.0
        return found

    def is_told(self, name: str, text: str, digits: int) -> bool:
        """Whether an answer is apart from every right one."""
        value, doubt = float(text), DOUBT * self.doubt(name, digits)
        unit = Rounding(digits).unit(text)
        rights = (self.exact[name], self.paper(Rounding(digits))[name])
        return value != 0 and all(abs(value - right) > max(doubt, 2 * unit) for right in rights)

    def _all_ways(self) -> list[tuple[str, int]]:
        """Ways of calculating with the digits that are handed in, as many as are wanted."""
        every = [(way, digits) for way in WAYS for digits in DIGITS]
        return (
            every if self.combinations >= len(every) else self.draw.sample(every, self.combinations)
        )

    # Wrong answers

    def singles(self) -> Iterator[Case]:
        """Each mistake that can be made, at one place, in all ways and with all digits."""
        for label, places in self.by_label.items():
            name, wrong = self.draw.choice(places)
            for way, digits in self._all_ways():
                case = self.single(label, name, wrong, way, digits)
                if case is not None:
                    yield case
        yield from self._pens()
        yield from self._known()

    def single(
        self, label: str, name: str, wrong: Way, way: str, digits: int, kind: str = "single"
    ) -> Case | None:
        value = value_of(wrong.text, self.values(way, digits))
        if value is None or value == 0 or not math.isfinite(value):
            return None
        text = Rounding(digits).written(value)
        if not self.is_told(name, text, digits):
            return None
        before = self._maybe_before(name, way, digits)
        return Case(kind, label, name, text, way, digits, before, name, wrong.text)

    def _maybe_before(self, name: str, way: str, digits: int) -> dict[str, str]:
        """On paper everything before was handed in; with a calculator sometimes nothing."""
        if way == CALCULATOR and self.draw.random() < 0.4:
            return {}
        return self.before(name, way, digits)

    def pairs(self) -> Iterator[Case]:
        """Two frequent mistakes in one line."""
        found: dict[str, list[tuple[str, Way]]] = {}
        for line in self.exercise.lines:
            for together in two_wrong_ways(line):
                found.setdefault(together.label, []).append((line.name, together))
        for label, places in found.items():
            name, both = self.draw.choice(places)
            for way, digits in self._all_ways():
                case = self.single(label, name, both, way, digits, "pair")
                if case is not None:
                    yield case

    def above(self) -> Iterator[Case]:
        """Each mistake made one to three steps before what is asked, the rest done rightly."""
        for label, places in self.by_label.items():
            name, wrong = self.draw.choice(places)
            reached = [one for one, steps in self.below(name).items() if steps <= FARTHEST]
            if not reached:
                continue
            asked = self.draw.choice(reached)
            for way, digits in self._all_ways():
                rounding = Rounding(digits) if way == PAPER else None
                values = self.with_slip(name, wrong, rounding)
                if values is None or values[asked] == 0:
                    continue
                text = Rounding(digits).written(values[asked])
                if self.is_told(asked, text, digits):
                    before = self._maybe_before(name, way, digits)
                    yield Case("above", label, asked, text, way, digits, before, name, wrong.text)

    def _pens(self) -> Iterator[Case]:
        for way, digits in self._all_ways():
            name = self.draw.choice(self.exercise.lines).name
            right = Rounding(digits).written(self.values(way, digits)[name])
            if abs(float(right)) < NOTHING:
                continue
            slips: dict[str, list[str]] = {}
            for label, text in slips_of_the_pen(right):
                slips.setdefault(label, []).append(text)
            for label, texts in slips.items():
                text = self.draw.choice(texts)
                figures = len(text.partition("e")[0].replace(".", "").lstrip("-0"))
                # Whoever hands in fewer digits may have had fewer all along.
                fewest = min(figures, digits)
                if figures >= 3 and float(text) and self.is_told(name, text, fewest):
                    before = self._maybe_before(name, way, digits)
                    yield Case("pen", label, name, text, way, digits, before, name)

    def _known(self) -> Iterator[Case]:
        """The answer to another question of the same part."""
        for way, digits in self._all_ways():
            line = self.draw.choice(self.exercise.lines)
            others = [
                one.name
                for one in self.exercise.lines
                if one.phase == line.phase and one.name != line.name and self.exact[one.name]
            ]
            if others:
                other = self.draw.choice(others)
                text = Rounding(digits).written(self.values(way, digits)[other])
                if self.is_told(line.name, text, digits):
                    before = self._maybe_before(line.name, way, digits)
                    yield Case(
                        "known", ANOTHER, line.name, text, way, digits, before, line.name, other
                    )

    def randoms(self, count: int) -> Iterator[Case]:
        """Numbers that nobody calculated, at some of the values."""
        names = self.draw.sample(list(self.lines), min(MOST_RANDOM, len(self.lines)))
        for _ in range(count):
            name = self.draw.choice(names)
            exact = self.exact[name]
            for value in (
                self.draw.uniform(-1, 1),
                exact * self.draw.uniform(0.3, 3),
                -exact * self.draw.random(),
            ):
                for digits in DIGITS:
                    text = Rounding(digits).written(value) if value else "0"
                    if float(text) and self.is_told(name, text, digits):
                        before = self._maybe_before(name, CALCULATOR, digits)
                        yield Case("random", "", name, text, "", digits, before, "")

    # Chains

    def right_chains(self) -> Iterator[Chain]:
        """Everything answered rightly, rounded or cut off, on paper and with a calculator."""
        ways = frozenset(line.name for line in self.exercise.lines if line.by_way)
        roundings = [
            *(Rounding(digits, cut=cut) for digits in DIGITS for cut in (False, True)),
            Rounding(4, decimals=True),
        ]
        for rounding in roundings:
            told = "4 decimals" if rounding.decimals else f"{rounding.digits} digits"
            told += ", cut off" if rounding.cut else ""
            for by_way in {frozenset[str](), ways}:
                through = " by own derivatives" if by_way else ""
                paper = worked_out(self.exercise.lines, self.exercise.given, None, rounding, by_way)
                if paper is not None:
                    yield Chain(self._written(paper, rounding), f"paper, {told}{through}")
            yield Chain(self._written(self.exact, rounding), f"calculator, {told}")

    def _written(self, values: Mapping[str, float], rounding: Rounding) -> dict[str, str]:
        """The answers of a chain; what the digits leave nothing of is not handed in."""
        found = {}
        for line in self.exercise.lines:
            text = rounding.written(values[line.name])
            if float(text) or not self.exact[line.name]:
                found[line.name] = text
        return found

    def wrong_chains(self, count: int) -> Iterator[Chain]:
        """One mistake, and everything after it worked out from it."""
        labels = self.draw.sample(list(self.by_label), min(count, len(self.by_label)))
        for label in labels:
            name, wrong = self.draw.choice(self.by_label[label])
            for way, digits in self._all_ways():
                rounding = Rounding(digits) if way == PAPER else None
                values = self.with_slip(name, wrong, rounding)
                if values is None or not values[name]:
                    continue
                if self.is_told(name, Rounding(digits).written(values[name]), digits):
                    answers = self._written(values, Rounding(digits))
                    yield Chain(answers, f"{way}, {digits} digits", name, label)

    # What else gives the same number

    def gives(self, case: Case, wanted: tuple[str, ...]) -> bool:
        """Whether one of these mistakes gives a case's number as well, within its digits."""
        return any(
            self._gives_here(case, wanted, values)
            or self._gives_above(case, wanted, rounding)
            or (ANOTHER in wanted and self._another_above(case, rounding))
            for values, rounding in self._calculated(case)
        )

    def _calculated(self, case: Case) -> Iterator[tuple[dict[str, float], Rounding | None]]:
        """The right values as the student had them, and exactly."""
        if case.way == PAPER:
            yield self.values(PAPER, case.digits), Rounding(case.digits)
        yield self.exact, None

    def _gives_here(self, case: Case, wanted: tuple[str, ...], values: Values) -> bool:
        ways = (way for way in self.ways(case.name) if way.label in wanted)
        found = [value_of(way.text, values) for way in ways]
        found += self._plain(case.name, wanted, values)
        if ANOTHER in wanted:
            found += [value for name, value in values.items() if name != case.name]
        right = Rounding(case.digits).written(values[case.name])
        return any(_meets(case.text, value) for value in found) or any(
            label in wanted and float(text) == float(case.text)
            for label, text in slips_of_the_pen(right)
        )

    def _gives_above(self, case: Case, wanted: tuple[str, ...], rounding: Rounding | None) -> bool:
        """Whether it follows from one of these mistakes one to three steps before."""
        for name in self._above(case.name):
            for wrong in self.ways(name):
                if wrong.label in wanted and self._follows(case, name, wrong, rounding):
                    return True
        return False

    def _above(self, asked: str) -> list[str]:
        """What a value depends on, one to three steps before it."""
        return [name for name in self.lines if 0 < self.below(name).get(asked, 0) <= FARTHEST]

    def _follows(self, case: Case, name: str, wrong: Way, rounding: Rounding | None) -> bool:
        found = self.with_slip(name, wrong, rounding)
        return found is not None and _meets(case.text, found[case.name])

    def _another_above(self, case: Case, rounding: Rounding | None) -> bool:
        """Whether it follows from the answer to another question, one to three steps before."""
        for name in self._above(case.name):
            letter, _, index = name.partition("[")
            for other in self.lines:
                of_letter, _, of_index = other.partition("[")
                if other != name and (of_letter == letter or of_index == index):
                    wrong = Way(ANOTHER, Line(name, "", whole=f"{{{other}}}"))
                    if self._follows(case, name, wrong, rounding):
                        return True
        return False

    def _plain(self, name: str, wanted: tuple[str, ...], values: Values) -> Iterator[float | None]:
        """What some mistakes make of any line: twice and half of it, its negative, a factor."""
        line = self.lines[name]
        right = value_of(line.text, values)
        times = {"factor two put in": 2.0, "half put in": 0.5, "sign lost": -1.0}
        for label, by in times.items():
            if label in wanted and right is not None:
                yield right * by
        if "only the slope" in wanted:
            factors = [*line.outer, *(line.terms[0].factors if len(line.terms) == 1 else ())]
            for factor in factors:
                yield value_of(factor.text, values)

    def gives_together(self, case: Case, first: tuple[str, ...], second: tuple[str, ...]) -> bool:
        """Whether one of the first and one of the second mistakes together give its number."""
        for values, _ in self._calculated(case):
            for one in self.ways(case.name):
                if one.label not in first and one.label not in second:
                    continue
                rest = second if one.label in first else first
                for other in wrong_ways(one.line):
                    if other.label in rest and _meets(case.text, value_of(other.text, values)):
                        return True
        return False

    def rounded_early(self, case: Case) -> bool:
        """Whether rounding to few decimals, here or all along, gives a case's number."""
        line: Line = self.lines[case.name]
        for decimals in (1, 2, 3):
            rounding = Rounding(decimals, decimals=True)
            here = {name: float(rounding.written(value)) for name, value in self.exact.items()}
            for values in (here, self.paper(rounding)):
                if _meets(case.text, value_of(line.text, values)):
                    return True
        return False


def _meets(text: str, value: float | None) -> bool:
    """Whether a value, rounded or cut off, is the number that was typed."""
    if value is None:
        return False
    number, unit = float(text), _unit(text)
    return abs(value - number) <= unit * 0.5000001 or (
        value * number > 0 and 0 <= abs(value) - abs(number) < unit
    )


def _unit(text: str) -> float:
    return Rounding(1).unit(text)

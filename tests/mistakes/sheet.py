"""A calculation as it stands on paper: lines of plain text, worked out in order by Python.

Nothing of the tutor's helps. A value stands in a text as `{dZ[2,1]}`; the rest is arithmetic.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from types import CodeType
from typing import NamedTuple

Values = Mapping[str, float]

Also = tuple[tuple[str, str], ...]
"""Labels of mistakes, each with what is written because of it."""

NAME = re.compile(r"\{([^}]+)\}")


class Factor(NamedTuple):
    """One factor of a product, and what may be taken for it by mistake."""

    kind: str
    """`slope`, `weight`, `input`, `delta`, `error`, `rate`, `share`, `bias` ..."""
    text: str
    others: Also = ()
    """A mistake's label, and what stands there with it; `all:` where it is made in every term."""


class Term(NamedTuple):
    """A product in a sum."""

    factors: tuple[Factor, ...]
    kind: str = "term"
    """`term`, `bias`, `time`, `sample`, `decay`, `old`, `step`."""
    sign: int = 1

    @property
    def text(self) -> str:
        return "*".join(factor.text for factor in self.factors) or "1"


class Line(NamedTuple):
    """How one value is worked out: a sum of products, times factors, in a function."""

    name: str
    phase: str
    """`forward`, `loss`, `backward`, `gradient` or `update`."""
    terms: tuple[Term, ...] = ()
    outer: tuple[Factor, ...] = ()
    """Factors of the whole sum: a slope, a share, the half of a square."""
    whole: str = "%s"
    """What is done with the sum, as `sigmoid(%s)`; without a place for it the whole line."""
    also: Also = ()
    """More wrong ways to this value, each a label and the whole line with it."""
    by_way: str = ""
    """Another right way to it, through a value that stands on the sheet as well."""

    @property
    def body(self) -> str:
        """The sum with its factors."""
        if not self.terms:
            return "*".join(factor.text for factor in self.outer) or "0"
        added = self.terms[0].text if self.terms[0].sign > 0 else f"-{self.terms[0].text}"
        for term in self.terms[1:]:
            added += f" {'+' if term.sign > 0 else '-'} {term.text}"
        if not self.outer:
            return added
        inner = f"({added})" if len(self.terms) > 1 or self.terms[0].sign < 0 else added
        return "*".join((*(factor.text for factor in self.outer), inner))

    @property
    def text(self) -> str:
        return self.whole.replace("%s", self.body)


class Exercise(NamedTuple):
    """A problem file, its given numbers, and the lines that it takes, in order."""

    family: str
    seed: int
    problem: str
    given: Values
    lines: tuple[Line, ...]
    updates: int = 1

    @property
    def by_name(self) -> dict[str, Line]:
        return {line.name: line for line in self.lines}


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


FUNCTIONS: dict[str, object] = {
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "I": float,
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "max": max,
}


@cache
def _code(text: str) -> CodeType:
    return compile(NAME.sub(lambda found: f"v[{found[1]!r}]", text), text, "eval")


def value_of(text: str, values: Values) -> float | None:
    """What a text comes to; None where it has no value."""
    try:
        # The texts are the sheets' own: nothing that anybody typed comes here.
        found = float(eval(_code(text), FUNCTIONS, {"v": values}))  # noqa: S307
    except (ArithmeticError, ValueError):
        return None
    return found if math.isfinite(found) else None


@cache
def names_in(text: str) -> tuple[str, ...]:
    """The values that stand in a text, each once."""
    return tuple(dict.fromkeys(NAME.findall(text)))


def typed(text: str) -> str:
    """A line as a student types it for a formula."""
    return NAME.sub(lambda found: found[1], text)


class Rounding(NamedTuple):
    """How numbers are written down: to significant digits or to decimals, rounded or cut off."""

    digits: int
    decimals: bool = False
    cut: bool = False

    def written(self, value: float) -> str:
        if value == 0:
            return "0"
        places = self.digits if self.decimals else self.digits - 1 - exponent_of(value)
        if self.cut:
            scaled = abs(value) * 10.0**places
            whole = math.floor(scaled + 1e-9 * max(1.0, scaled))
            value = math.copysign(whole / 10.0**places, value)
            if value == 0:
                return f"{0:.{max(places, 0)}f}"
            places = self.digits if self.decimals else self.digits - 1 - exponent_of(value)
        if places < 0 or places > 9:
            return f"{value:.{max(self.digits - 1, 0)}e}"
        return f"{value:.{places}f}"

    def unit(self, text: str) -> float:
        """A unit of the last digit of a written number."""
        digits, _, power = text.partition("e")
        return 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))


def exponent_of(value: float) -> int:
    return math.floor(math.log10(abs(value)))


def worked_out(
    lines: tuple[Line, ...] | list[Line],
    given: Values,
    changed: Mapping[str, str] | None = None,
    rounding: Rounding | None = None,
    by_way: frozenset[str] = frozenset(),
    later: Values | None = None,
) -> dict[str, float] | None:
    """Every value in order, each from those that stand there already; None where one has none.

    `changed` are the lines that are worked out another way. With `rounding` each value is carried
    on as it is written down. `later` are values that a changed line may take from further down.
    """
    changed = changed or {}
    values = {**(later or {}), **given}
    for line in lines:
        right = line.by_way if line.name in by_way and line.by_way else line.text
        value = value_of(changed.get(line.name, right), values)
        if value is None:
            return None
        values[line.name] = float(rounding.written(value)) if rounding else value
    return values


def below(lines: tuple[Line, ...], name: str) -> dict[str, int]:
    """What depends on a value, each with the number of steps to it."""
    found = {name: 0}
    for line in lines:
        steps = [found[one] for one in names_in(line.text) if one in found]
        if line.name not in found and steps:
            found[line.name] = min(steps) + 1
    del found[name]
    return found

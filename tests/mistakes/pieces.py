"""Factors and lines that many families share."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.mistakes.sheet import Also, Factor, Line, Term

SLOPES = {
    "sigmoid": "{a}*(1 - {a})",
    "tanh": "(1 - {a}**2)",
    "relu": "I({z} > 0)",
    "identity": "1",
}


def factor(kind: str, name: str, *others: tuple[str, str]) -> Factor:
    """A value as a factor, and the values that are taken for it; none that is not there."""
    wrong = tuple((label, f"{{{other}}}") for label, other in others if other not in ("", name))
    return Factor(kind, f"{{{name}}}", wrong)


def slope_at(activation: str, a: str, z: str) -> str:
    return SLOPES[activation].replace("{a}", f"{{{a}}}").replace("{z}", f"{{{z}}}")


def slope_factor(activation: str, a: str, z: str, *more: tuple[str, str]) -> Factor:
    """The slope of an activation, and what is taken for it."""
    others: list[tuple[str, str]] = []
    if activation in ("sigmoid", "tanh"):
        others.append(("slope at the net input", slope_at(activation, z, z)))
        another = "tanh" if activation == "sigmoid" else "sigmoid"
        others.append(("slope of another activation", slope_at(another, a, z)))
    if activation == "sigmoid":
        others.append(("only a of the slope", f"{{{a}}}"))
        others.append(("only 1 - a of the slope", f"(1 - {{{a}}})"))
    if activation == "tanh":
        others.append(("slope not squared", f"(1 - {{{a}}})"))
    return Factor("slope", slope_at(activation, a, z), (*others, *more))


def activated(name: str, net: str, activation: str, *more: tuple[str, str]) -> Line:
    """An activation, and what is taken for it; `more` are other lines."""
    z = f"{{{net}}}"
    if activation == "identity":
        return Line(name, "forward", whole=z)
    also = [("activation left out", z)]
    also += [
        ("another activation", f"{other}({z})")
        for other in ("sigmoid", "tanh", "relu")
        if other != activation
    ]
    if activation == "sigmoid":
        also += [
            ("sign of the exponent", f"1/(1 + exp({z}))"),
            ("only the exponential", f"exp(-{z})"),
        ]
    return Line(name, "forward", whole=f"{activation}({z})", also=(*also, *more))


def error_of(a: str, y: str, loss: str, *more: tuple[str, str]) -> Factor:
    """What an output is off by."""
    others = (
        ("error turned", f"({{{y}}} - {{{a}}})"),
        ("loss for error", f"{{{loss}}}"),
        ("activation for error", f"{{{a}}}"),
    )
    return Factor("error", f"({{{a}}} - {{{y}}})", (*others, *more))


def half_square(name: str, a: str, y: str) -> Line:
    inner = f"({{{a}}} - {{{y}}})"
    also = (("half left out", f"{inner}**2"), ("error not squared", f"1/2*{inner}"))
    return Line(name, "loss", whole=f"1/2*{inner}**2", also=also)


def half_square_outputs(a: str, y: str, loss: str, z: str, activation: str) -> list[Line]:
    """The derivative of a half squared error by an output, and by its net input."""
    error = error_of(a, y, loss)
    doubled = (("factor two put in", f"2*{error.text}"), ("half put in", f"1/2*{error.text}"))
    derivative = Line(f"d{a}", "backward", (), (error,), also=doubled)
    if activation == "identity":
        return [derivative, Line(f"d{z}", "backward", (), (error,), also=doubled)]
    slope = slope_factor(activation, a, z)
    way = f"{{d{a}}}*{slope.text}"
    return [derivative, Line(f"d{z}", "backward", (), (error, slope), by_way=way)]


def gradient_line(name: str, terms: Sequence[Term], *more: tuple[str, str]) -> Line:
    """The gradient of a weight or bias, and what is taken for it."""
    right = " + ".join(term.text for term in terms)
    new = updated(name)
    also: Also = (
        ("weight for gradient", f"{{{name}}}"),
        ("new weight for gradient", f"{{{new}}}"),
        ("step for gradient", f"{{eta}}*({right})"),
        *more,
    )
    return Line(f"d{name}", "gradient", tuple(terms), also=also)


def updated(name: str) -> str:
    letter, bracket, index = name.partition("[")
    return f"{letter}'{bracket}{index}"


def update_line(name: str, other: str = "", delta: str = "") -> Line:
    """One step of gradient descent; `other` is another gradient, `delta` what is taken for it."""
    wrong = [("other gradient", f"{{{other}}}")] if other else []
    if delta:
        wrong.append(("delta for gradient", delta))
    gradient = f"{{d{name}}}"
    old = Term((Factor("old", f"{{{name}}}"),), "old")
    step = Term((Factor("rate", "{eta}"), Factor("gradient", gradient, tuple(wrong))), "step", -1)
    also = (
        ("not updated", f"{{{name}}}"),
        ("gradient for the new value", gradient),
        ("step for the new value", f"{{eta}}*{gradient}"),
        ("step for the new value", f"-{{eta}}*{gradient}"),
    )
    return Line(updated(name), "update", (old, step), also=also)


def all_updates(gradients: Sequence[Line]) -> list[Line]:
    """An update for each gradient; another gradient of its array stands near."""
    names = [line.name.removeprefix("d") for line in gradients]
    found = []
    for place, name in enumerate(names):
        array = name.partition("[")[0]
        others = [one for one in names if one != name and one.partition("[")[0] == array]
        found.append(update_line(name, f"d{others[place % len(others)]}" if others else ""))
    return found


class Numbers:
    """Numbers drawn for a problem, noted as given by their names."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.given: dict[str, float] = {}

    def one(self, name: str, least: float = 0.15, most: float = 0.95) -> float:
        value = round(self.draw.uniform(least, most) * self.draw.choice((1, 1, -1)), 2)
        self.given[name] = value
        return value

    def row(self, name: str, count: int) -> list[float]:
        """`name` has one place for the number of the entry."""
        return [self.one(name.format(j)) for j in range(1, count + 1)]

    def matrix(self, name: str, rows: int, columns: int) -> list[list[float]]:
        """`name` has two places, for row and column."""
        return [
            [self.one(name.format(i, j)) for j in range(1, columns + 1)] for i in range(1, rows + 1)
        ]


def other_of(number: int, among: int) -> int:
    """Another number than this one; itself where there is none."""
    return number % among + 1


def row_text(row: Sequence[float]) -> str:
    return "[" + ", ".join(f"{x:g}" for x in row) + "]"


def rows_text(rows: Sequence[Sequence[float]]) -> str:
    """Numbers as a problem file has them."""
    return "[" + ", ".join(map(row_text, rows)) + "]"

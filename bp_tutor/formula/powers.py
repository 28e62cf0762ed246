"""Elementwise quotients and powers, with broadcasting."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from bp_tutor.formula import build, functions
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.node import Formula, broadcast, entries_of
from bp_tutor.formula.style import Binding, first_factor, text_of

if TYPE_CHECKING:
    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller


class Div(Formula):
    """An elementwise quotient."""

    __slots__ = __match_args__ = ("top", "bottom")
    leads_bare = True

    def __init__(self, top: Formula, bottom: Formula) -> None:
        self.top: Final = top
        self.bottom: Final = bottom

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.top, self.bottom)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Div(*children)

    @property
    def shape(self) -> Shape:
        return broadcast(self.top.shape, self.bottom.shape)

    def entry(self, index: Index) -> Formula:
        return Div(*entries_of(self.children, index))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        by_top = build.div(upstream, self.bottom)
        by_bottom = build.neg(build.div(build.mul(upstream, self.top), build.power(self.bottom, 2)))
        return build.sum_to(by_top, self.top.shape), build.sum_to(by_bottom, self.bottom.shape)

    def value(self, lookup: Lookup) -> float:
        return self.top.value(lookup) / self.bottom.value(lookup)

    def scalar_code(self, coder: Coder) -> str:
        return f"({self.top.scalar_code(coder)}/{self.bottom.scalar_code(coder)})"

    def array_code(self, coder: Coder) -> str:
        return f"({self.top.array_code(coder)} / {self.bottom.array_code(coder)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        if style.stacked:
            top, bottom = (child.spelled(speller)[0] for child in self.children)
            return style.fraction(top, bottom), Binding.POWER
        if style.half and self == HALF:
            return style.half, Binding.ATOM
        top = first_factor(self.top, speller)
        return f"{top}/{text_of(self.bottom, speller, Binding.POWER)}", Binding.PRODUCT


class Pow(Formula):
    """A power with a number as its exponent, or with a formula."""

    __slots__ = __match_args__ = ("base", "exponent")

    def __init__(self, base: Formula, exponent: Formula) -> None:
        self.base: Final = base
        self.exponent: Final = exponent

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.base, self.exponent)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Pow(*children)

    @property
    def shape(self) -> Shape:
        return broadcast(self.base.shape, self.exponent.shape)

    def entry(self, index: Index) -> Formula:
        return Pow(*entries_of(self.children, index))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        lowered = build.add(self.exponent, Number(-1))
        by_base = build.mul(upstream, self.exponent, build.power(self.base, lowered))
        if isinstance(self.exponent, Number):
            return build.sum_to(by_base, self.base.shape), None
        by_exponent = build.mul(upstream, itself, functions.call("log", self.base))
        return build.sum_to(by_base, self.base.shape), build.sum_to(
            by_exponent, self.exponent.shape
        )

    def value(self, lookup: Lookup) -> float:
        # Unlike `**`, this has no answer for a root of a negative number, and says so.
        return math.pow(self.base.value(lookup), self.exponent.value(lookup))

    def scalar_code(self, coder: Coder) -> str:
        base = self.base.scalar_code(coder)
        if self.exponent == Number(2):
            name = coder.variable(base)
            return f"({name}*{name})"
        exponent = self.exponent.scalar_code(coder)
        if isinstance(self.exponent, Number) and float(self.exponent.number).is_integer():
            return f"({base}**{exponent})"
        # Where `value` has no number, Python's own sign would go on with a complex one.
        return f"pow({base}, {exponent})"

    def array_code(self, coder: Coder) -> str:
        return f"({self.base.array_code(coder)} ** {self.exponent.array_code(coder)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        base = style.raisable(text_of(self.base, speller, Binding.ATOM))
        exponent, binding = self.exponent.spelled(speller)
        number = self.exponent.number if isinstance(self.exponent, Number) else 0.5
        whole = int(number) if float(number).is_integer() else None
        return style.power(base, exponent, binding, whole), Binding.POWER


HALF = Div(Number(1), Number(2))

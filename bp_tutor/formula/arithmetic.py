"""Elementwise arithmetic with broadcasting: sums, products, quotients, powers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bp_tutor.formula import build, functions
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.node import Formula, broadcast, fit
from bp_tutor.formula.style import RAISED, Binding, superscript, text_of

if TYPE_CHECKING:
    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller


@dataclass(frozen=True, slots=True)
class Add(Formula):
    """A sum of two or more terms; a term that is subtracted is a `Neg`."""

    terms: tuple[Formula, ...]

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.terms

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Add(children)

    @property
    def shape(self) -> Shape:
        return broadcast(*(term.shape for term in self.terms))

    def entry(self, index: Index) -> Formula:
        flat: list[Formula] = []
        for term in _entries(self.terms, index):
            flat.extend(term.terms if isinstance(term, Add) else (term,))
        return Add(tuple(flat))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return tuple(build.sum_to(upstream, term.shape) for term in self.terms)

    def value(self, lookup: Lookup) -> float:
        total = self.terms[0].value(lookup)
        for term in self.terms[1:]:
            total += term.value(lookup)
        return total

    def scalar_code(self, coder: Coder) -> str:
        return f"({'+'.join(term.scalar_code(coder) for term in self.terms)})"

    def array_code(self, coder: Coder) -> str:
        return f"({' + '.join(term.array_code(coder) for term in self.terms)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        minus = speller.style.minus
        text = text_of(self.terms[0], speller, Binding.PRODUCT)
        if isinstance(self.terms[0], Neg | Number) or text.startswith(minus):
            text = self.terms[0].spelled(speller)[0]
        for term in self.terms[1:]:
            if isinstance(term, Neg):
                text += f" {minus} {text_of(term.arg, speller, Binding.PRODUCT)}"
            elif isinstance(term, Number) and term.number < 0:
                text += f" {minus} {term.spelled(speller)[0].removeprefix(minus)}"
            else:
                text += f" + {_unsigned(term, speller)}"
        return text, Binding.SUM


@dataclass(frozen=True, slots=True)
class Neg(Formula):
    """The negative of a formula."""

    arg: Formula

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Neg(children[0])

    @property
    def shape(self) -> Shape:
        return self.arg.shape

    def entry(self, index: Index) -> Formula:
        return build.neg(self.arg.entry(index))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return (build.neg(upstream),)

    def value(self, lookup: Lookup) -> float:
        return -self.arg.value(lookup)

    def scalar_code(self, coder: Coder) -> str:
        return f"(-{self.arg.scalar_code(coder)})"

    def array_code(self, coder: Coder) -> str:
        return f"(-{self.arg.array_code(coder)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        text = text_of(self.arg, speller, Binding.PRODUCT)
        # "−2" would be read as the number; brackets keep the sign apart from it.
        if text[0].isdigit() or text[0] in ".½":
            text = f"{speller.style.open}{text}{speller.style.close}"
        return speller.style.minus + text, Binding.SUM


@dataclass(frozen=True, slots=True)
class Mul(Formula):
    """An elementwise product of two or more factors."""

    factors: tuple[Formula, ...]

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.factors

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Mul(children)

    @property
    def shape(self) -> Shape:
        return broadcast(*(factor.shape for factor in self.factors))

    def entry(self, index: Index) -> Formula:
        flat: list[Formula] = []
        for factor in _entries(self.factors, index):
            flat.extend(factor.factors if isinstance(factor, Mul) else (factor,))
        return Mul(tuple(flat))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return tuple(
            build.sum_to(
                build.mul(upstream, *self.factors[:position], *self.factors[position + 1 :]),
                factor.shape,
            )
            for position, factor in enumerate(self.factors)
        )

    def value(self, lookup: Lookup) -> float:
        product = self.factors[0].value(lookup)
        for factor in self.factors[1:]:
            product *= factor.value(lookup)
        return product

    def scalar_code(self, coder: Coder) -> str:
        return f"({'*'.join(factor.scalar_code(coder) for factor in self.factors)})"

    def array_code(self, coder: Coder) -> str:
        return f"({' * '.join(factor.array_code(coder) for factor in self.factors)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        text = _first_factor(self.factors[0], speller)
        shape = self.factors[0].shape
        for factor in self.factors[1:]:
            sign = speller.style.elementwise if shape and factor.shape else speller.style.times
            text += sign + text_of(factor, speller, Binding.POWER)
            shape = shape or factor.shape
        return text, Binding.PRODUCT


@dataclass(frozen=True, slots=True)
class Div(Formula):
    """An elementwise quotient."""

    top: Formula
    bottom: Formula

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.top, self.bottom)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Div(*children)

    @property
    def shape(self) -> Shape:
        return broadcast(self.top.shape, self.bottom.shape)

    def entry(self, index: Index) -> Formula:
        return Div(*_entries(self.children, index))

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
        if speller.style.name == "latex":
            top, bottom = (child.spelled(speller)[0] for child in self.children)
            return rf"\frac{{{top}}}{{{bottom}}}", Binding.POWER
        if speller.style.name == "unicode" and self == HALF:
            return "½", Binding.ATOM
        top = _first_factor(self.top, speller)
        return f"{top}/{text_of(self.bottom, speller, Binding.POWER)}", Binding.PRODUCT


@dataclass(frozen=True, slots=True)
class Pow(Formula):
    """A power with a number as its exponent, or with a formula."""

    base: Formula
    exponent: Formula

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.base, self.exponent)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Pow(*children)

    @property
    def shape(self) -> Shape:
        return broadcast(self.base.shape, self.exponent.shape)

    def entry(self, index: Index) -> Formula:
        return Pow(*_entries(self.children, index))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        lowered = build.add(self.exponent, Number(-1))
        by_base = build.mul(upstream, self.exponent, build.power(self.base, lowered))
        if isinstance(self.exponent, Number):
            return build.sum_to(by_base, self.base.shape), None
        by_exponent = build.mul(upstream, itself, functions.call("log", self.base))
        return build.sum_to(by_base, self.base.shape), build.sum_to(by_exponent, self.exponent.shape)

    def value(self, lookup: Lookup) -> float:
        result = self.base.value(lookup) ** self.exponent.value(lookup)
        if isinstance(result, complex):
            raise ValueError("a root of a negative number")
        return result

    def scalar_code(self, coder: Coder) -> str:
        base = self.base.scalar_code(coder)
        if self.exponent == Number(2):
            name = coder.variable(base)
            return f"({name}*{name})"
        return f"({base}**{self.exponent.scalar_code(coder)})"

    def array_code(self, coder: Coder) -> str:
        return f"({self.base.array_code(coder)} ** {self.exponent.array_code(coder)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        base = text_of(self.base, speller, Binding.ATOM)
        if base[-1] in RAISED:
            base = f"{speller.style.open}{base}{speller.style.close}"
        exponent = self.exponent.spelled(speller)[0]
        if speller.style.name == "latex":
            return f"{base}^{{{exponent}}}", Binding.POWER
        whole = isinstance(self.exponent, Number) and float(self.exponent.number).is_integer()
        if speller.style.name == "unicode" and whole:
            assert isinstance(self.exponent, Number)
            return base + superscript(str(int(self.exponent.number))), Binding.POWER
        return f"{base}**{text_of(self.exponent, speller, Binding.ATOM)}", Binding.POWER


HALF = Div(Number(1), Number(2))


def _entries(operands: tuple[Formula, ...], index: Index) -> list[Formula]:
    return [
        operand.entry(fit(index, operand.shape) if index else ()) for operand in operands
    ]


def _first_factor(factor: Formula, speller: Speller) -> str:
    """A product's first factor: a negative number or a quotient needs no bracket there."""
    text, binding = factor.spelled(speller)
    bare = binding == Binding.PRODUCT and isinstance(factor, Div | Number)
    if binding >= Binding.POWER or bare or (isinstance(factor, Number) and binding == Binding.SUM):
        return text
    return f"{speller.style.open}{text}{speller.style.close}"


def _unsigned(term: Formula, speller: Speller) -> str:
    """A term behind a plus sign; a product that starts with a sign is put in brackets."""
    text = text_of(term, speller, Binding.PRODUCT)
    if not text.startswith(speller.style.minus):
        return text
    if isinstance(term, Mul | Div):
        head = text_of(term.children[0], speller, Binding.ATOM)
        return head + text[len(_first_factor(term.children[0], speller)) :]
    return f"{speller.style.open}{text}{speller.style.close}"

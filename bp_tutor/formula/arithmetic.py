"""Elementwise sums and products, with broadcasting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bp_tutor.formula import build, powers
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.node import NOISE, Formula, broadcast, entries_of
from bp_tutor.formula.style import Binding, first_factor, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller


LONGEST = 500
"""Operands in one expression of Python."""


class Add(Formula):
    """A sum of two or more terms; a term that is subtracted is a `Neg`."""

    __slots__ = __match_args__ = ("terms",)

    def __init__(self, terms: tuple[Formula, ...]) -> None:
        self.terms: Final = terms

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
        for term in entries_of(self.terms, index):
            flat.extend(term.terms if isinstance(term, Add) else (term,))
        return Add(tuple(flat))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return tuple(build.sum_to(upstream, term.shape) for term in self.terms)

    def value(self, lookup: Lookup) -> float:
        total = largest = 0.0
        for term in self.terms:
            value = term.value(lookup)
            total += value
            largest = max(largest, abs(value))
        # On paper 0.1 + 0.2 - 0.3 is 0, and a unit right at its kink must not tip over.
        return 0.0 if abs(total) < NOISE * largest else total

    def scalar_code(self, coder: Coder) -> str:
        return self._code("+", "-", lambda term: term.scalar_code(coder), coder)

    def array_code(self, coder: Coder) -> str:
        return self._code(" + ", " - ", lambda term: term.array_code(coder), coder)

    def _code(self, plus: str, minus: str, code: Callable[[Formula], str], coder: Coder) -> str:
        """The terms with their signs; what is subtracted is not first made negative."""
        signed = (
            minus + code(term.arg) if isinstance(term, Neg) else plus + code(term)
            for term in self.terms[1:]
        )
        return _joined("", [code(self.terms[0]), *signed], coder)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        text, binding = self.terms[0].spelled(speller)
        if binding < Binding.PRODUCT and not isinstance(self.terms[0], Neg | Number):
            text = style.bracketed(text)
        for term in self.terms[1:]:
            if isinstance(term, Neg):
                text += style.subtract + _unsigned(term.arg, speller)
            elif isinstance(term, Number) and term.number < 0:
                text += style.subtract + term.spelled(speller)[0].removeprefix(style.minus)
            else:
                text += style.plus + _unsigned(term, speller)
        return text, Binding.SUM


class Neg(Formula):
    """The negative of a formula."""

    __slots__ = __match_args__ = ("arg",)

    def __init__(self, arg: Formula) -> None:
        self.arg: Final = arg

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
        text = _unsigned(self.arg, speller)
        # "−2" would be read as the number; brackets keep the sign apart from it.
        if speller.style.starts_with_digit(text):
            text = speller.style.bracketed(text)
        return speller.style.minus + text, Binding.SUM


class Mul(Formula):
    """An elementwise product of two or more factors."""

    __slots__ = __match_args__ = ("factors",)

    def __init__(self, factors: tuple[Formula, ...]) -> None:
        self.factors: Final = factors

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
        for factor in entries_of(self.factors, index):
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
        return _joined("*", [factor.scalar_code(coder) for factor in self.factors], coder)

    def array_code(self, coder: Coder) -> str:
        return _joined(" * ", [factor.array_code(coder) for factor in self.factors], coder)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        text = first_factor(self.factors[0], speller)
        shape = self.factors[0].shape
        for factor in self.factors[1:]:
            sign = speller.style.elementwise if shape and factor.shape else speller.style.times
            text += sign + text_of(factor, speller, Binding.POWER)
            shape = shape or factor.shape
        return text, Binding.PRODUCT


def _joined(sign: str, codes: list[str], coder: Coder) -> str:
    """Operands in their order; long lists in several statements, as Python nests each sign."""
    while len(codes) > LONGEST:
        codes[:LONGEST] = [coder.variable(f"({sign.join(codes[:LONGEST])})")]
    return f"({sign.join(codes)})"


def _unsigned(term: Formula, speller: Speller) -> str:
    """A term behind a sign: none of its own follows it, but a bracket."""
    text = text_of(term, speller, Binding.PRODUCT)
    if not text.startswith(speller.style.minus):
        return text
    if isinstance(term, Mul | powers.Div) and isinstance(term.children[0], Number):
        head = text_of(term.children[0], speller, Binding.ATOM)
        return head + text[len(first_factor(term.children[0], speller)) :]
    return speller.style.bracketed(text)

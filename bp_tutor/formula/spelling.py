"""From a formula to text, in a speller's notation and style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.style import ASCII, Binding, Style
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.formula.node import Formula, Index, Speller
    from bp_tutor.formula.quantity import Quantity


def text_of(formula: Formula, speller: Speller, at_least: Binding) -> str:
    """The spelled formula, in brackets where it holds together less than `at_least`."""
    text, binding = formula.spelled(speller)
    return text if binding >= at_least else speller.style.bracketed(text)


def first_factor(factor: Formula, speller: Speller) -> str:
    """A product's first factor, in brackets only where it needs them."""
    text, binding = factor.spelled(speller)
    if binding >= Binding.POWER or factor.leads_bare:
        return text
    return speller.style.bracketed(text)


def spell(formula: Formula, speller: Speller) -> str:
    """The formula in the speller's notation and style."""
    return formula.spelled(speller)[0]


class Canonical(Frozen):
    """Spells canonical identifiers in ASCII: what files, JSON and tests are written in."""

    style: Style = ASCII

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """`Z[2,1]`, or `Z[2]` for the whole array."""
        return quantity.name if index is None else quantity.identifier(index)


CANONICAL = Canonical()

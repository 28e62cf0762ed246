"""Signs and brackets: how the same formula is written in Unicode, ASCII and LaTeX."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bp_tutor.formula.node import Formula, Index, Speller
    from bp_tutor.formula.quantity import Quantity


class Binding(IntEnum):
    """How tightly a spelled formula holds together; looser ones need brackets inside."""

    SUM = 1
    PRODUCT = 2
    POWER = 3
    ATOM = 4


class Style(NamedTuple):
    """The signs of one way of writing."""

    name: str
    times: str
    elementwise: str
    matmul: str
    minus: str
    open: str = "("
    close: str = ")"


UNICODE = Style("unicode", times="·", elementwise=" ⊙ ", matmul="·", minus="−")
ASCII = Style("ascii", times="*", elementwise="*", matmul=" @ ", minus="-")
LATEX = Style(
    "latex",
    times=r" \cdot ",
    elementwise=r" \odot ",
    matmul=r" \, ",
    minus="-",
    open=r"\left(",
    close=r"\right)",
)

STYLES = {style.name: style for style in (UNICODE, ASCII, LATEX)}

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁾⁺ʷ"
"""A symbol that ends in one of these must stand in brackets before it is raised itself."""


def superscript(text: str) -> str:
    """Digits and minus sign raised: `-12` becomes `⁻¹²`."""
    return text.translate(_SUPERSCRIPTS)


def text_of(formula: Formula, speller: Speller, at_least: Binding) -> str:
    """The spelled formula, in brackets where it holds together less than `at_least`."""
    text, binding = formula.spelled(speller)
    if binding >= at_least:
        return text
    return f"{speller.style.open}{text}{speller.style.close}"


def first_factor(factor: Formula, speller: Speller) -> str:
    """A product's first factor, in brackets only where it needs them."""
    text, binding = factor.spelled(speller)
    if binding >= Binding.POWER or factor.leads_bare:
        return text
    return f"{speller.style.open}{text}{speller.style.close}"


def spell(formula: Formula, speller: Speller) -> str:
    """The formula in the speller's notation and style."""
    return formula.spelled(speller)[0]


class Canonical(NamedTuple):
    """Spells canonical identifiers in ASCII: what files, JSON and tests are written in."""

    style: Style = ASCII

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """`Z[2,1]`, or `Z[2]` for the whole array."""
        return quantity.name if index is None else quantity.identifier(index)


CANONICAL = Canonical()

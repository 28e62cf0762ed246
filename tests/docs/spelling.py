"""Tables in Markdown, and formulas of the catalogue as a reader writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bp_tutor.formula import UNICODE, Formula, Quantity, spell
from bp_tutor.formula.algebra import template

Rows = Iterable[tuple[str, ...]]
ALPHABET = {
    "alpha": "α", "delta": "δ", "beta": "β", "beta1": "β₁", "beta2": "β₂", "eta": "η",
    "epsilon": "ε", "mu": "μ", "rho": "ρ", "mhat": "m̂", "shat": "ŝ",
    "qhat": "q̂", "gamma": "γ",
}  # fmt: skip


def markdown(head: tuple[str, ...], rows: Rows) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    cells = ([cell.replace("|", r"\|") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def plainly(value: Any) -> str:
    """A number as a file has it: 1e-8 and not 1e-08."""
    return f"{value:g}".replace("e-0", "e-")


class Names:
    """Spells the parameters of a function as a reader writes them."""

    style = UNICODE

    def name(self, quantity: Quantity, index: object) -> str:
        symbol = quantity.symbol.removesuffix("_new")
        return ALPHABET.get(symbol, symbol) + "′" * (symbol != quantity.symbol)


def spelled(formula: str | Formula) -> str:
    """A formula of the catalogue in Unicode."""
    return spell(template(formula) if isinstance(formula, str) else formula, Names())

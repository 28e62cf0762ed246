"""Chains of right numbers as students keep them: rounded or cut off at every step."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from bp_tutor.formula import Address
from bp_tutor.quiz import Context
from bp_tutor.quiz.tolerance import value_of

WAYS = ("rounded", "cut", "calculator", "calculator cut", "one more", "decimals", "decimals cut")


def kept_chain(context: Context, way: str, digits: int) -> dict[Address, str]:
    """Every number of an update as it is typed, each worked out from those before it.

    `rounded` and `cut` keep significant figures on paper, `decimals` decimals; a calculator
    keeps all of them, and `one more` keeps one more than is typed.
    """
    kept: dict[Address, float] = {}
    typed: dict[Address, str] = {}

    def known(entry: Address) -> float:
        return kept[entry] if entry in kept else context.graph.exact(entry)

    for step in context.graph.run.steps:
        for address in step.quantity.addresses():
            found = value_of(context.graph.formula(address), known)
            assert found is not None
            held, text = found, written(found, way, digits)
            if way == "one more":
                held = float(written(found, way, digits + 1))
                text = written(held, way, digits)
            elif not way.startswith("calculator"):
                held = float(text)
            kept[address], typed[address] = held, text
    return {one: text for one, text in typed.items() if _is_asked(context, one)}


def _is_asked(context: Context, address: Address) -> bool:
    step = context.graph.steps[address.quantity]
    asked = {one.quantity for one in context.run.steps}
    return address.quantity in asked and not (step.line.inlined and address.quantity.kind)


def written(value: float, way: str, digits: int) -> str:
    """A number with so many significant figures, or decimals."""
    number = Decimal(f"{value:.13g}")
    if not number:
        return "0"
    last = -digits if "decimals" in way else number.adjusted() + 1 - digits
    mode = ROUND_DOWN if "cut" in way else ROUND_HALF_UP
    kept = number.quantize(Decimal(1).scaleb(last), mode)
    return f"{kept:f}"

"""How a file rounds by hand, in words: which quantities keep how many digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.sections import layer_name
from bp_tutor.formula import Quantity
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.explain.page import Page
    from bp_tutor.problem.model import Rounding

CALLED = {
    "Z": "sums", "A": "activations", "E": "losses", "L": "loss", "dZ": "deltas", "dA": "errors",
    "dW": "weight_gradients", "dB": "bias_gradients",
    "stepW": "weight_steps", "stepB": "bias_steps", "W'": "new_weights", "B'": "new_biases",
}  # fmt: skip
"""Canonical letters that have a word; whatever else is rounded is told by its symbol."""


def rounding_told(page: Page, rounding: Rounding) -> str:
    """Which quantities are rounded on the way, and how; empty where all are exact."""
    words = page.words
    if not rounding.by_hand:
        return ""
    way = "truncated" if rounding.truncate else "rounded"
    by_digits: dict[int | None, list[str]] = {}
    for name, digits in rounding.by_quantity:
        by_digits.setdefault(digits, []).append(_called(page, name))
    told = []
    for digits, names in by_digits.items():
        key = "exact" if digits is None else way
        kept = _digits(page, digits or 0, rounding)
        told.append(words.text(f"fact.hand.{key}", names=_listed(page, names), digits=kept))
    listed = words.text("fact.hand.join").join(told)
    if rounding.mode != "hand":
        return words.text("fact.hand.partly", list=listed)
    every = words.text(f"fact.{way}", digits=_digits(page, rounding.digits, rounding))
    return words.text("fact.hand.except", every=every, list=listed) if listed else every


def _digits(page: Page, count: int, rounding: Rounding) -> str:
    kind = "significant" if rounding.significant else "decimals"
    return page.words.text(f"fact.hand.{'one_' if count == 1 else ''}{kind}", count=count)


def _listed(page: Page, names: list[str]) -> str:
    words = page.words
    *first, last = names
    if not first:
        return last
    return words.text("fact.hand.and", names=words.text("fact.name_join").join(first), last=last)


def _called(page: Page, name: str) -> str:
    """A quantity or all of a kind in words, `W'[1]`; by its symbol where it has none."""
    words = page.words
    kind, _, numbers = name.rstrip("]").partition("[")
    quantity = _quantity(kind, numbers, page.symbols.structure.names)
    known = kind in CALLED and quantity.symbol not in page.symbols.structure.names
    if not known or len(quantity.place) > 1:
        return page.style.inline(page.name(quantity, None))
    called = words.text(f"fact.hand.{CALLED[kind]}")
    if not quantity.place:
        return called
    enters = quantity.symbol == "W"
    where = layer_name(page, quantity.place[0] + enters)
    return words.text(f"fact.hand.{'into' if enters else 'of'}", name=called, layer=where)


def _quantity(kind: str, numbers: str, graph: Collection[str]) -> Quantity:
    """What a name of the file stands for; the names of a graph may begin with a d."""
    place = tuple(int(number) for number in numbers.split(",") if number)
    if kind not in graph:
        for before in (STEP, DERIVATIVE):
            if kind.startswith(before) and kind != before:
                return Quantity(kind.removeprefix(before), place, kind=before)
        if kind.endswith(UPDATED):
            return Quantity(kind.removesuffix(UPDATED), place, kind=UPDATED)
    return Quantity(kind, place)

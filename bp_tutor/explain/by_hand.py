"""How a file rounds by hand, in words: which quantities keep how many digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, Sentence, sentence
from bp_tutor.explain.naming import layer_name
from bp_tutor.formula import Quantity, Ref
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.explain.document import Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.problem.model import Rounding

CALLED = {
    "Z": "sums", "A": "activations", "E": "losses", "L": "loss", "dZ": "deltas", "dA": "errors",
    "dW": "weight_gradients", "dB": "bias_gradients",
    "stepW": "weight_steps", "stepB": "bias_steps", "W'": "new_weights", "B'": "new_biases",
}  # fmt: skip
"""Canonical letters that have a word; whatever else is rounded is told by its symbol."""
OF_WEIGHTS = ("weight_gradients", "weight_steps", "new_weights")
"""What is told by the layer that it leads into, one behind the layer that it is known by."""


def rounding_told(settings: Settings, rounding: Rounding) -> Sentence | None:
    """Which quantities are rounded on the way, and how; None where all are exact."""
    if not rounding.by_hand:
        return None
    way = "truncated" if rounding.truncate else "rounded"
    by_digits: dict[int | None, list[Said]] = {}
    for name, digits in rounding.by_quantity:
        by_digits.setdefault(digits, []).append(_called(settings, name))
    told = []
    for digits, names in by_digits.items():
        key = "exact" if digits is None else way
        kept = _digits(digits or 0, rounding)
        told.append(sentence(f"fact.hand.{key}", names=_listed(names), digits=kept))
    listed = Joined(tuple(told), Sentence("fact.hand.join"))
    if rounding.mode != "hand":
        return sentence("fact.hand.partly", list=listed)
    every = sentence(f"fact.{way}", digits=_digits(rounding.digits, rounding))
    return sentence("fact.hand.except", every=every, list=listed) if told else every


def _digits(count: int, rounding: Rounding) -> Sentence:
    kind = "significant" if rounding.significant else "decimals"
    return sentence(f"fact.hand.{'one_' if count == 1 else ''}{kind}", count=count)


def _listed(names: list[Said]) -> Said:
    *first, last = names
    if not first:
        return last
    joined = Joined(tuple(first), Sentence("fact.name_join"))
    return sentence("fact.hand.and", names=joined, last=last)


def _called(settings: Settings, name: str) -> Said:
    """A quantity or all of a kind in words, `W'[1]`; by its symbol where it has none."""
    kind, _, numbers = name.rstrip("]").partition("[")
    quantity = _quantity(kind, numbers, settings.structure.names)
    known = kind in CALLED and quantity.symbol not in settings.structure.names
    if not known or len(quantity.place) > 1:
        return Ref(quantity)
    called = Sentence(f"fact.hand.{CALLED[kind]}")
    if not quantity.place:
        return called
    enters = CALLED[kind] in OF_WEIGHTS
    where = layer_name(settings, quantity.place[0] + enters)
    return sentence(f"fact.hand.{'into' if enters else 'of'}", name=called, layer=where)


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

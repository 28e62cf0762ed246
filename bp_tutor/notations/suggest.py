"""Names that a problem has, to tell whoever typed one that it has not."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula.quantity import DERIVATIVE, SAMPLE, UPDATED, VALUE, Address, Role
from bp_tutor.reader import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.formula.addresses import Meaning
    from bp_tutor.notations.names import Names

MOST = 1_500
"""Names that are compared."""
MOST_LISTED = 12
CLOSE = 0.75
_ORDER = {VALUE: 0, DERIVATIVE: 1, UPDATED: 2}
_ROLES = (
    (Role.WEIGHTED_SUM,),
    (Role.INPUT, Role.ACTIVATION),
    (Role.WEIGHT,),
    (Role.BIAS,),
    (Role.OUTPUT_LOSS,),
    (Role.TARGET,),
    (Role.LOSS,),
)
_PLACES = {role: place for place, roles in enumerate(_ROLES) for role in roles}
"""Role -> its place in a list of names of a dense network."""
_RUNS = re.compile(r"[0-9]+")


class Hint(NamedTuple):
    """What to tell whoever typed a name that means nothing here, or not enough."""

    key: str
    """The last part of the key of a sentence about it."""
    near: str = ""
    """The name that was probably meant."""
    names: tuple[str, ...] = ()
    """Names to choose from, where no single one is near."""

    @property
    def listed(self) -> str:
        """Some of them, for a sentence."""
        return ", ".join(self.names[:MOST_LISTED]) + ", ..." * (len(self.names) > MOST_LISTED)


def hint(names: Names, text: str, among: Collection[Quantity] | None = None) -> Hint:
    """What a name that does not stand for one entry could have meant.

    Each name that is offered is read as an entry, of one of the quantities `among` where only
    some are accepted.
    """
    found = names.read(text)
    if found is not None:
        return _of_several(names, found, text, among)
    if turned := _turned(names, text, among):
        first = "from" if _counts_from(names, text) else "to"
        return Hint(f"turned_{first}", turned)
    if sample := _sampled(names, text, among) or _at_steps(names, text, among):
        return sample
    known = _typed(names, text, among)
    family = tuple(name for name in known if _letters(name) == _letters(text))
    if len(family) > 1:
        return Hint("unknown", "", tuple(sorted(family, key=_numbers)))
    near = nearest(text, known, close=CLOSE)
    return Hint("unknown", near) if near else Hint("unknown", "", known)


def _of_several(
    names: Names, found: Meaning, text: str, among: Collection[Quantity] | None
) -> Hint:
    """A name of several entries where one is wanted: all that it can mean."""
    keys = list(found.keys)
    if found.short:
        # A[2,1] may be unit 1 of layer 2 at each step, as in a network without time.
        place = found.quantity.place
        for other in names.quantities:
            alike = other.head == found.quantity.head
            if alike and len(other.place) == len(place) and other.place[:-1] == place[:-1]:
                keys += [
                    Address(other, index)
                    for index in other.indices()
                    if other.shown_index(index)[0] == place[-1:]
                ]
    several = not found.short and len(found.indices) > 1
    kept = [key for key in keys if among is None or key[0] in among][:MOST]
    spelled = tuple(dict.fromkeys(names.typed(key, text) for key in kept))
    return Hint("which_sample" if several else "which_entry", "", spelled)


def _turned(names: Names, text: str, among: Collection[Quantity] | None) -> str:
    """A weight's name whose two indices stand the wrong way round, put right."""
    runs = list(_RUNS.finditer(text))
    if not runs:
        return ""
    last = runs[-1]
    tries = []
    if len(last[0]) > 1:
        tries.append(f"{text[: last.end() - 2]}{last[0][-1]}{last[0][-2]}{text[last.end() :]}")
    if len(runs) > 1:
        before = runs[-2]
        between = text[before.end() : last.start()]
        tries.append(f"{text[: before.start()]}{last[0]}{between}{before[0]}{text[last.end() :]}")
    if len(runs) > 1 and len(runs[-2][0]) > 1:
        # w_12^(2): the layer stands behind them.
        end = runs[-2].end()
        tries.append(f"{text[: end - 2]}{text[end - 1]}{text[end - 2]}{text[end:]}")
    for one in tries:
        found = names.read(one)
        if one == text or found is None or found.key is None:
            continue
        weight = found.quantity.role is Role.WEIGHT and len(found.quantity.axes) == 2
        if weight and (among is None or found.quantity in among):
            return one
    return ""


def _counts_from(names: Names, text: str) -> bool:
    return "[" in text or names.symbols.notation.weight_order == "from-to"


def _sampled(names: Names, text: str, among: Collection[Quantity] | None) -> Hint | None:
    """A name of a sample that there is not, or of what no sample has: without it, with others."""
    bare, sign, _ = text.rpartition("@")
    found = names.read(bare) if sign else None
    if found is None or found.array is not None:
        return None
    keys = list(found.keys)
    if found.quantity.shape == ():
        # Of the loss those of single samples, which have its name.
        keys += [
            Address(quantity, index)
            for quantity in names.quantities
            if quantity.name == found.quantity.name and quantity.shape
            for index in quantity.indices()
        ]
    kept = [key for key in keys if among is None or key[0] in among]
    return Hint("unknown", "", tuple(names.typed(key, bare) for key in kept)) if kept else None


def _at_steps(names: Names, text: str, among: Collection[Quantity] | None) -> Hint | None:
    """A unit's name as where there is no time: it has one number for each step."""
    plain = names.symbols.reader.read(text)
    if plain is None or plain.quantity.layer is None:
        return None
    of, first = plain.quantity, plain.keys[0]
    numbers = first.numbers if plain.indices else ()
    keys = [
        Address(quantity, index)
        for quantity in names.quantities
        if quantity.head == of.head
        and quantity.place[:1] == of.place
        and (among is None or quantity in among)
        for index in quantity.indices()
        if quantity.shown_index(index)[0] == numbers
    ]
    if not keys:
        return None
    return Hint("which_entry", "", tuple(names.typed(key, text) for key in keys))


def _letters(name: str) -> str:
    return re.sub(r"[\d_,\[\]^()<>@]", "", name).lower()


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _typed(names: Names, like: str, among: Collection[Quantity] | None) -> tuple[str, ...]:
    """The names of values, then those of derivatives and of updated weights, as one types them."""
    keys = islice((key for key in _keys(names) if among is None or key[0] in among), MOST)
    return tuple(dict.fromkeys(names.typed(key, like) for key in keys))


def _keys(names: Names) -> Iterator[Address]:
    """Single entries, values first, dense layers' in the order of the letters; one sample each."""
    dense = not names.symbols.structure.names and not names.symbols.structure.kinds

    def order(quantity: Quantity) -> tuple[int, int]:
        # Of other layers what is worked out goes first, in the order of the calculation.
        place = int(quantity.is_weight or quantity.role is Role.BIAS)
        if dense:
            place = _PLACES.get(quantity.role, len(_PLACES))
        return _ORDER.get(quantity.kind, len(_ORDER)), place

    for quantity in sorted(names.quantities, key=order):
        alone = quantity.samples > 1 and not quantity.place and quantity.role is Role.LOSS
        for index in quantity.indices():
            sample = index[quantity.axes.index(SAMPLE)] if SAMPLE in quantity.axes else 0
            if sample == 0 or alone:
                yield Address(quantity, index)

"""What somebody asks for by name: kinds, layers, entries, one value's derivative by another."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError
from bp_tutor.formula import Address, Ref, Transpose, walk
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE
from bp_tutor.notations import quotient
from bp_tutor.notations.names import Names
from bp_tutor.notations.suggest import hint
from bp_tutor.reader.text import shown
from bp_tutor.solve.partial import PartialError, with_partial

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.notations import Symbols
    from bp_tutor.problem.model import Rounding
    from bp_tutor.solve import Run


def with_asked(
    runs: Iterable[Run], symbols: Symbols, texts: Iterable[str], rounding: Rounding
) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """The runs with a step for everything that some names ask for, and its identifiers in order.

    Where there are several samples and a name says none, it asks for that of each.
    """
    found = tuple(runs)
    names = Names(symbols, found[0].named())
    derived = {step.quantity for step in found[0].with_asides().steps}
    asked: list[str] = []
    for text in texts:
        meaning = names.read(text)
        if meaning is None and quotient(text) is not None:
            found, new = _with_quotient(found, names, text, rounding)
            asked += dict.fromkeys(new)
            continue
        if meaning is None or meaning.short:
            raise refusal(names, text, derived, tied=found[0].program.model.tied)
        if meaning.quantity not in derived:
            given = meaning.quantity in found[0].program.model.given
            raise RefusalError("error.given" if given else "error.not_derived", name=shown(text))
        found = tuple(run.with_asides({meaning.quantity}) for run in found)
        asked.append(meaning.identifier)
    return found, tuple(asked)


def with_one(run: Run, symbols: Symbols, text: str, rounding: Rounding) -> tuple[Run, Address]:
    """The one entry that a name means, and the run with a step for it where it has one.

    Raises:
        RefusalError: it means nothing here, or several entries.
    """
    names = Names(symbols, run.named())
    meaning = names.read(text)
    if meaning is None and "/" in text:
        (run,), (wanted, *others) = with_asked((run,), symbols, (text,), rounding)
        if others:
            several = ", ".join((wanted, *others))
            raise RefusalError("naming.which_sample", name=shown(text), names=several)
        found = run.find(wanted)
    else:
        alone = meaning is not None and meaning.array is not None and meaning.array.size == 1
        if meaning is None or meaning.short or not (meaning.key or alone):
            raise refusal(names, text, tied=run.program.model.tied)
        found = meaning.keys[0]
        run = run.with_asides({found.quantity})
    if found is None:
        raise RefusalError("error.not_derived", name=shown(text))
    return run, found


def _with_quotient(
    runs: tuple[Run, ...], names: Names, text: str, rounding: Rounding
) -> tuple[tuple[Run, ...], list[str]]:
    """The runs with a step for `∂A/∂Z`, and the identifiers of these steps."""
    places = names.quotient(text)
    tied = runs[0].program.model.tied
    if not places:
        if (unread := names.unread(text)) != text:
            raise refusal(names, unread, tied=tied)
        sides = quotient(text) or ()
        unmeant = next((side for side in sides if not _is_one(names, side)), text)
        raise refusal(names, unmeant, tied=tied)
    known = len(runs[0].steps)
    for upper, lower in places:
        try:
            runs = tuple(with_partial(run, upper, lower, rounding) for run in runs)
        except PartialError as error:
            raise RefusalError(f"error.partial.{error}", name=shown(text)) from error
    return runs, [step.quantity.name for step in runs[0].steps[known:]]


def _is_one(names: Names, text: str) -> bool:
    found = names.read(text)
    return found is not None and not found.short and found.array is None


def refusal(
    names: Names,
    text: str,
    among: Collection[Quantity] | None = None,
    tied: Mapping[Quantity, Formula] = MappingProxyType({}),
) -> RefusalError:
    """What is wrong with a name: out of the range of its array, of several things, or of none.

    `tied` are the arrays that layers have not for themselves, with those in their place.
    """
    if tied and names.read(text) is None and (other := _in_its_place(names, text, tied)):
        return RefusalError("error.tied", name=shown(text), other=other)
    offered = names.quantities if among is None else [q for q in names.quantities if q in among]
    for quantity in offered if names.read(text) is None else ():
        if text.startswith(f"{quantity.name[:-1]},") and quantity.size > 1:
            first, *_, last = (quantity.identifier(i).partition("@")[0] for i in quantity.indices())
            return RefusalError("error.out_of_range", name=shown(text), first=first, last=last)
    found = hint(names, text, among)
    values = {"name": shown(text), "names": found.listed}
    if found.key != "unknown":
        return RefusalError(f"naming.{found.key}", found.near, **values)
    key = "unknown_symbol_of" if found.names else "unknown_symbol"
    return RefusalError(f"error.{key}", found.near, **values, examples=_examples(names, offered))


def _in_its_place(names: Names, text: str, tied: Mapping[Quantity, Formula]) -> str:
    """What to ask for instead of an array, or an entry of one, that is another layer's."""
    kinds = dict.fromkeys(quantity.kind for quantity in names.quantities)
    found = Names(names.symbols, [own.as_kind(kind) for own in tied for kind in kinds]).read(text)
    if found is None:
        return ""
    whole = tied[found.quantity.as_kind(VALUE)]
    (own,) = (node.quantity for node in walk(whole) if isinstance(node, Ref))
    other = own.as_kind(found.quantity.kind)
    if other not in names.quantities:
        return ""
    if not found.indices:
        return other.name if "[" in text else names.symbols.name(other, None, "ascii")
    (index,) = found.indices
    turned = isinstance(whole, Transpose)
    return names.typed(Address(other, index[::-1] if turned else index), text)


def _examples(names: Names, offered: Iterable[Quantity]) -> str:
    """Canonical names that are read here, one of each kind: a value, a derivative, a new value."""
    found: dict[str, str] = {}
    for quantity in offered:
        if quantity.kind not in (VALUE, DERIVATIVE, UPDATED):
            continue
        index = next(quantity.indices())
        identifier = quantity.identifier(index)
        meaning = names.read(identifier)
        if meaning is not None and meaning.key == (quantity, index):
            found.setdefault(quantity.kind, identifier)
    return ", ".join(found.values())

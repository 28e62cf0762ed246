"""Names in a formula that somebody typed: those of several pieces, unknown ones, the asked one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula import Address, Entry, FormulaError, Ref
from bp_tutor.formula.quantity import DERIVATIVE, VALUE, Role
from bp_tutor.formula.tokens import upright
from bp_tutor.formula.typed_text import parse_typed
from bp_tutor.notations.suggest import hint
from bp_tutor.quiz.entry_graph import is_one_token
from bp_tutor.quiz.model import NotUnderstood
from bp_tutor.quiz.typed import normalised, refused, shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.quiz.entry_graph import EntryGraph

_STEP = re.compile(r"(?<!\s)\s*⟨\s*(\d+)\s*⟩")
_BRACED_INDEX = re.compile(r"_\{(\w+)\}(?=<\d)")
_UNDER_HAT = re.compile("(?<=\u0302)_\\{(\\w+)\\}")
STAND_IN = 0xA000
"""The first of a thousand letters that nobody types in a formula."""
MOST_STAND_INS = 1_000


def with_stand_ins(graph: EntryGraph, text: str) -> tuple[str, dict[str, str]]:
    """The text with a stand-in of the same length for each name of several pieces.

    Those are `step w5`, `A11<1>`, letters with hats. Gives what each stand-in stands for.
    """
    found: dict[str, str] = {}
    if graph.compound_names is None:
        return text, found
    if "\\" in text:
        # `A_{21}\langle 0\rangle` as one types it, A21<0>; `\hat{m}_{w}` as it is spelled.
        text = _BRACED_INDEX.sub(r"\1", _STEP.sub(r"<\1>", upright(text)))
        text = _UNDER_HAT.sub(r"_\1", text)

    def stand_in(match: re.Match[str]) -> str:
        # The d of dZ[1] stays, for it may belong to the quotient dZ[1]/dR.
        d = "d" if match.group()[0] == "d" else ""
        name = match.group().removeprefix(d)
        own = next((piece for piece, whole in found.items() if whole == name), None)
        if own is None:
            own = chr(STAND_IN + len(found) % MOST_STAND_INS) * len(name)
            found[own] = name
        return d + own

    return graph.compound_names.sub(stand_in, text), found


def without_stand_ins(text: str, stand_ins: dict[str, str]) -> str:
    """The text with the names that its stand-ins stand for."""
    for own, name in stand_ins.items():
        text = text.replace(own, name)
    return text


def unreadable(
    graph: EntryGraph, error: FormulaError, among: Collection[Quantity] | None = None
) -> NotUnderstood:
    """What keeps an answer from being a formula; of an unknown name, which may be meant.

    `among` are the quantities that may stand in the formula.
    """
    if error.key != "formula.unknown_name":
        return refused(error, 0)
    return undefined(graph, str(error.values["name"]), error.position, error.length, among)


def undefined(
    graph: EntryGraph,
    name: str,
    start: int,
    length: int,
    among: Collection[Quantity] | None = None,
) -> NotUnderstood:
    """That a name is none, or of several numbers, and what may be meant."""
    names = graph.names
    part = names.unread(name)
    found = hint(names, part, among)
    told = {"found": shown(name), "name": shown(part), "near": found.near, "names": found.listed}
    if found.key != "unknown":
        room = "quiz.answer" if found.near else "naming"
        return NotUnderstood(f"{room}.{found.key}", start, length, **told)
    key = "near" if found.near else "of" if found.names else "name"
    return NotUnderstood(f"quiz.answer.not_defined_{key}", start, length, **told)


def is_formula(graph: EntryGraph, text: str) -> bool:
    """Whether a text is a formula in names that stand for something here."""

    def resolve(name: str) -> Formula | None:
        found = graph.read(without_stand_ins(name, stand_ins))
        if found is None:
            return None
        return Entry(*found) if isinstance(found, Address) else Ref(found)

    plain, stand_ins = with_stand_ins(graph, normalised(text))
    try:
        parse_typed(plain, resolve, lambda _: None)
    except FormulaError:
        return False
    return True


def without_name(graph: EntryGraph, identifier: str, text: str) -> str:
    """The text without the name that is asked for and its equals sign; the rest stays in place.

    Raises:
        NotUnderstood: the name in front is that of another quantity.
    """
    name, sign, rest = normalised(text).partition("=")
    if not sign:
        return text
    asked = graph.find(identifier) or graph.array(identifier)
    sample = identifier.partition("@")[2]
    found = graph.read(name, sample)
    if found is not None and asked is not None and found != asked:
        start = len(name) - len(name.lstrip())
        told = {"found": _named(graph, found), "name": _named(graph, asked)}
        raise NotUnderstood("quiz.answer.other_name", start, len(name.strip()), **told)
    return " " * (len(name) + 1) + text[-len(rest) :] if rest and found == asked else text


def _named(graph: EntryGraph, found: Address | Quantity) -> str:
    """An entry or an array as the page spells it."""
    return graph.page.name(*found) if isinstance(found, Address) else graph.page.name(found, None)


def examples(graph: EntryGraph) -> list[tuple[str, str]]:
    """A weight, a value and a derivative as the page spells them, and as one can type them."""
    found: dict[str, tuple[str, str]] = {}
    symbols, style = graph.page.symbols, graph.page.style.name
    for quantity in graph.order:
        kind = quantity.kind or ("W" if quantity.role is Role.WEIGHT else VALUE)
        # In a graph every name is one that shows how it is typed.
        shows = quantity.shape or quantity.symbol in symbols.structure.names
        if kind in found or kind not in ("W", VALUE, DERIVATIVE) or not shows:
            continue
        first = next(quantity.addresses())
        name = symbols.name(*first, "ascii")
        # A quotient shows nothing of how indices are typed.
        if "/" not in name and can_be_typed(graph, name) and graph.read(name) == first:
            found[kind] = symbols.name(*first, style), name
    return list(found.values())


def can_be_typed(graph: EntryGraph, name: str) -> bool:
    """Whether the reader of formulas knows a name as it stands on the page."""
    return normalised(name) in graph.spelled or is_one_token(normalised(name))

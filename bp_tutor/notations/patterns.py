"""Patterns: what a template looks like once written, and which entry the numbers in it mean."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE
from bp_tutor.frozen import Frozen
from bp_tutor.notations.identifiers import FIRST_LAYER, KINDS
from bp_tutor.notations.template import Slot, Template
from bp_tutor.notations.writing import OFFSETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.notations.structure import Counting
    from bp_tutor.notations.symbols import Symbols
    from bp_tutor.notations.template import Part

Values = dict[str, int]
_LONGEST_RUN = 12


class Pattern(Frozen):
    """One way in which a symbol may be written: `W#`, with the slots that `#` stands for."""

    skeleton: str
    slots: tuple[tuple[str, ...], ...]
    """For each run of digits the slots that it fills."""
    symbol: str
    kind: str
    role: str
    nodes: tuple[tuple[str, str], ...]
    """Slots that hold a unit's name, and the kind of layer whose names have this form."""
    whole: bool
    alias: bool


def patterns(symbols: Symbols) -> Iterator[Pattern]:
    """Every pattern of a notation: entries, whole arrays, and what is read but never written."""
    notation = symbols.notation
    for table, whole, alias in (
        (notation.entry, False, False),
        (notation.array, True, False),
        (notation.reads, False, True),
    ):
        for key, by_role in table.items():
            kind, symbol = _meant(key)
            for role, template in by_role.items():
                for nodes in _node_roles(template, role, notation.nodes):
                    skeleton, slots = _skeleton(symbols, template, nodes)
                    yield Pattern(
                        skeleton, slots, symbol, kind, role, tuple(nodes.items()), whole, alias
                    )


def _meant(key: str) -> tuple[str, str]:
    """The kind and the canonical letter that a key of a table stands for: `dZ`, `W'`."""
    if key.endswith("'"):
        return UPDATED, key[:-1]
    return (VALUE, key) if key in KINDS else (DERIVATIVE, key[1:])


def _node_roles(template: Template, role: str, nodes: dict[str, str]) -> Iterator[dict[str, str]]:
    """Each way of saying which kinds of layers the units named in a template belong to."""
    parts = (*template.base, *template.sub, *template.sup)
    slots = [part.name for part in parts if isinstance(part, Slot) and part.name[:4] == "node"]
    roles = [role] if role in nodes else list(nodes)
    for chosen in product(roles, repeat=len(slots)):
        yield dict(zip(slots, chosen, strict=True))


def _skeleton(
    symbols: Symbols, template: Template, nodes: dict[str, str]
) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The skeleton of a template, and the slots behind each of its runs."""
    ascii_letters = symbols.notation.spelling.ascii
    names: list[str] = []

    def written(parts: tuple[Part, ...]) -> str:
        text = ""
        for part in parts:
            if isinstance(part, str):
                text += ascii_letters(part)
            elif part.name in nodes:
                text += symbols.notation.nodes[nodes[part.name]].replace("{n}", "#")
                names.append(part.name)
            else:
                text += "#"
                names.append(part.name)
        return text

    head = written(template.base) + written(template.sub)
    sup = written(template.sup).replace("(", "").replace(")", "")
    skeleton = ""
    runs: list[list[str]] = []
    node_names = symbols.notation.nodes
    following = iter(n for n in names if n not in nodes or "{n}" in node_names[nodes[n]])
    for letter in head + (f"^{sup}" if sup else ""):
        if letter != "#":
            skeleton += letter
        elif skeleton.endswith("#"):
            runs[-1].append(next(following))
        else:
            skeleton += letter
            runs.append([next(following)])
    return skeleton, tuple(tuple(run) for run in runs)


def split_run(slots: tuple[tuple[str, ...], ...], runs: tuple[str, ...]) -> Iterator[Values]:
    """Every way of sharing out the digits of `runs` among the slots."""
    if len(slots) != len(runs):
        return
    for shares in product(
        *(_shares(run, len(names)) for names, run in zip(slots, runs, strict=True))
    ):
        values: Values = {}
        for names, share in zip(slots, shares, strict=True):
            values.update(zip(names, share, strict=True))
        yield values


def _shares(run: str, count: int) -> list[tuple[int, ...]]:
    """`run` as `count` numbers: by its commas, else one digit each, else in any way.

    >>> _shares("1,11", 2), _shares("123", 3), _shares("123", 2)
    ([(1, 11)], [(1, 2, 3)], [(1, 23), (12, 3)])
    """
    if "," in run:
        parts = run.strip(",").split(",")
        return [tuple(map(int, parts))] if len(parts) == count and all(parts) else []
    if len(run) == count:
        return [tuple(map(int, run))]
    if len(run) > _LONGEST_RUN:
        return []
    shares = []
    for cuts in combinations(range(1, len(run)), count - 1):
        pieces = [run[a:b] for a, b in zip((0, *cuts), (*cuts, len(run)), strict=True)]
        if not any(len(piece) > 1 and piece[0] == "0" for piece in pieces):
            shares.append(tuple(map(int, pieces)))
    return shares


def locate(counting: Counting, pattern: Pattern, values: Values) -> tuple[int, ...] | None:
    """The canonical numbers of the entry whose slots have these values, if there is one."""
    if pattern.symbol not in FIRST_LAYER:
        if pattern.whole or pattern.symbol not in "EY":
            return ()
        found = _unit(counting, pattern, values)
        return None if found is None else found[1:]
    if pattern.whole:
        layer = _layer(counting, pattern, values)
        return None if layer is None else (layer,)
    if pattern.symbol == "W":
        return _weight(counting, pattern, values)
    return _unit(counting, pattern, values)


def _unit(counting: Counting, pattern: Pattern, values: Values) -> tuple[int, ...] | None:
    for slot, role in pattern.nodes:
        return counting.unit_at(values.get(slot, 1), role)
    if "number" in values:
        return counting.bias_at(values["number"])
    layer = _layer(counting, pattern, values)
    return None if layer is None else (layer, values.get("unit", 1))


def _weight(counting: Counting, pattern: Pattern, values: Values) -> tuple[int, ...] | None:
    if "number" in values:
        return counting.weight_at(values["number"])
    if pattern.nodes:
        roles = dict(pattern.nodes)
        source = counting.unit_at(values.get("node_from", 1), roles["node_from"])
        target = counting.unit_at(values.get("node_to", 1), roles["node_to"])
        if source is None or target is None or source[0] + 1 != target[0]:
            return None
        return (*source, target[1])
    layer = _layer(counting, pattern, values)
    return None if layer is None else (layer, values.get("from", 1), values.get("to", 1))


def _layer(counting: Counting, pattern: Pattern, values: Values) -> int | None:
    """The layer that the slots, or else the kind of layer, say."""
    for slot, offset in OFFSETS.items():
        if slot in values:
            return values[slot] - offset
    if pattern.symbol not in FIRST_LAYER:
        return counting.structure.depth
    layers = counting.structure.layers(pattern.role)
    return layers[0] if len(layers) == 1 else None

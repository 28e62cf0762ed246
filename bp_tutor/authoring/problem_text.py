"""The text of a problem file: where its numbers stand, and the same text with other numbers.

Every layer and every spelling (matrices either way round, names, gates, columns as samples)
has its own way from the text to the quantities. Instead of telling these ways a second time,
each number is changed by an amount of its own, far too small to matter, and the file is read
again: where the changed number shows up, there the number belongs.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bp_tutor.catalogue.optimisers import COUNT
from bp_tutor.catalogue.ties import TIED
from bp_tutor.fields.regular import REGULAR
from bp_tutor.formula import Role
from bp_tutor.frozen import Frozen
from bp_tutor.problem.load import read_problem
from bp_tutor.reader import Mapping, Node, Scalar, Sequence, plain, read_text, scalar_value
from bp_tutor.solve.program import program_of
from bp_tutor.words import languages, load_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.catalogue import Model
    from bp_tutor.formula import Address
    from bp_tutor.problem import Problem
    from bp_tutor.problem.model import Variant

    NewTexts = dict[int, str]
    """The new text of each place, by its number in the list of places."""


NUDGE = 2.0**-40
_LINE = re.compile(r"\r\n|\n|\r")
_OF_LAYERS = ("weights", "recurrent_weights", "bias")
SEED = "seed"
_NAMED = {
    ("network", "values"): "weights",
    ("graph", "values"): "values",
    ("graph", "given"): "given",
    ("given",): "given",
}
"""The keys under which numbers stand by name, and their roles."""


class Place(Frozen):
    """A number in the text of a problem file."""

    start: int
    """The offset of its first character."""
    text: str
    role: str
    """`weights`, `biases`, `inputs`, `targets`, `learning_rate`, `values`, `given`, or `seed`
    where it is the seed of a generator."""
    name: str = ""
    """Of a leaf of a graph its name; of what is given, the name that the file calls it by."""
    update: int = 1
    """For which update it is, where a list has a number for each."""
    entries: tuple[Address, ...] = ()
    """What it is the value of, over all samples."""
    sign: int = 1
    """-1 where the calculation has the opposite: derivatives, where deltas count downhill."""

    @property
    def value(self) -> Decimal:
        """The number as it was typed."""
        return Decimal(repr(_number(self.text)))


def places_of(text: str, problem: Problem) -> tuple[Place, ...]:
    """Every number that a variant could change, in the order of the text."""
    starts = line_starts(text)
    found = []
    tokens = problem.network is not None and problem.network.tokens
    for role, name, update, scalar in _numbers(read_text(text)):
        # Another token is another word, no other number.
        if tokens and role == "inputs":
            continue
        start = starts[scalar.mark.line - 1] + scalar.mark.column - 1
        if text.startswith(scalar.text, start):
            found.append(Place(start, scalar.text, role, name, update))
    found.sort(key=lambda place: place.start)
    return tuple(_placed(text, found, problem))


def line_starts(text: str) -> list[int]:
    """The offset where each line begins."""
    return [0, *(found.end() for found in _LINE.finditer(text))]


def rewritten(text: str, changes: Iterable[tuple[int, str, str]]) -> str:
    """The text with pieces replaced: (offset, old, new)."""
    pieces, end = [], 0
    for start, old, new in sorted(changes):
        pieces += [text[end:start], new]
        end = start + len(old)
    return "".join([*pieces, text[end:]])


def _numbers(root: Node) -> Iterator[tuple[str, str, int, Scalar]]:
    """Role, name, update and node of every number, by the keys under which it stands."""
    for role in ("inputs", "targets", "learning_rate"):
        yield from _below(_at(root, role), role)
    yield from _below(_at(root, "logits"), "inputs")
    yield from _below(_at(root, "predictions"), "given", "predictions")
    for layer in _items(_at(root, "network", "layers")):
        for part in _OF_LAYERS:
            yield from _below(_at(layer, part), "weights")
    for keys, role in _NAMED.items():
        named = _at(root, *keys)
        for key, below in named.items if isinstance(named, Mapping) else ():
            name = key.text.replace("∂", "d")
            if keys == ("graph", "given") and isinstance(below, Sequence):
                for update, item in enumerate(below.items, 1):
                    yield from _below(item, role, name, update)
            elif name != COUNT:
                yield from _below(below, role, name)
    yield from _below(_at(root, "graph", "learning_rate"), "learning_rate")


def _below(
    node: Node | None, role: str, name: str = "", update: int = 1
) -> Iterator[tuple[str, str, int, Scalar]]:
    """Every number at a node and below; of a generator, the seed."""
    if isinstance(node, Scalar):
        if type(scalar_value(node)) in (int, float):
            yield role, name, update, node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _below(item, role, name, update)
    elif isinstance(node, Mapping):
        if any(node.get(field.name) is not None for field in REGULAR):
            # An array by a formula is what it is.
            return
        seed = node.get(SEED)
        if isinstance(seed, Scalar):
            yield SEED, role, 1, seed
            return
        if node.get(TIED) is not None:
            # The number of a layer.
            return
        for _, below in node.items:
            yield from _below(below, role, name, update)


def _at(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _placed(text: str, places: list[Place], problem: Problem) -> Iterator[Place]:
    """The places with the entries that they are the values of."""
    moved = {}
    changes = []
    for count, place in enumerate(places, 1):
        if place.role in (SEED, "learning_rate"):
            continue
        value = _number(place.text)
        # A target of 1 must not grow: it may be a probability.
        new = value + NUDGE * count * max(1.0, abs(value)) * (-1 if value > 0.5 else 1)
        moved[new] = place.start
        changes.append((place.start, place.text, repr(new)))
    entries: dict[int, list[Address]] = {}
    opposite = set()
    model = _whole_model(read_problem(rewritten(text, changes), problem.path))
    for quantity, values in model.given.items():
        for entry, value in zip(quantity.addresses(), values or (), strict=False):
            start = moved.get(value)
            if start is None and (start := moved.get(-value)) is not None:
                opposite.add(start)
            if start is not None:
                entries.setdefault(start, []).append(entry)
    first = {place.name: place for place in places if place.update == 1}
    for place in places:
        start = place.start if place.update == 1 else first[place.name].start
        own = tuple(entries.get(start, ()))
        bias = own and own[0].role is Role.BIAS and place.role == "weights"
        yield place._replace(
            entries=own, role="biases" if bias else place.role, sign=-1 if start in opposite else 1
        )


def _whole_model(problem: Problem) -> Model:
    samples = problem.network.sample_count if problem.network is not None else 1
    return program_of(problem, tuple(range(samples))).model


def _number(text: str) -> float:
    value = scalar_value(Scalar(text, quoted=False, mark=read_text("0").mark))
    assert isinstance(value, int | float)
    return float(value)


GONE = ("published", "variant")
"""Keys that say nothing true of a variant."""
TOLD = ("title", "text")
_LONGEST = 200


def variant_text(text: str, places: tuple[Place, ...], drawn: NewTexts, variant: Variant) -> str:
    """The file with the drawn numbers, without printed figures, and with `variant:` at its head."""
    root = _root(text)
    changes = list(_renumbering(root, text, places, drawn))
    head = _head(variant)
    if not _in_lines(root, text):
        return _as_json(rewritten(text, changes), head, variant)
    # Numbers that vary never stand in what goes.
    changes += [(start, old, "") for name, start, old in _blocks(root, text) if name in GONE]
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    first_key = line_starts(text)[root.mark.line - 1]
    changes.append((first_key, "", end.join([*head, _key(variant), ""])))
    new = rewritten(text, changes)
    return new if new.endswith(("\n", "\r")) else new + end


def renumbered(text: str, places: tuple[Place, ...], drawn: NewTexts) -> str:
    """The file with the drawn numbers, also where title and text tell them; all else stays."""
    return rewritten(text, _renumbering(_root(text), text, places, drawn))


def changed(
    text: str, places: tuple[Place, ...], drawn: NewTexts, more: Iterable[tuple[int, str, str]]
) -> str:
    """The file with other numbers, and with `more` pieces replaced: (offset, old, new).

    Figures that were printed are those of the old numbers, and go.
    """
    root = _root(text)
    changes = [*_renumbering(root, text, places, drawn), *more]
    if all(root.get(name) is None for name in GONE):
        return rewritten(text, changes)
    if not _in_lines(root, text):
        return _dumped(_kept(rewritten(text, changes)))
    changes += [(start, old, "") for name, start, old in _blocks(root, text) if name in GONE]
    return rewritten(text, changes)


def _root(text: str) -> Mapping:
    root = read_text(text)
    assert isinstance(root, Mapping)
    return root


def _renumbering(
    root: Mapping, text: str, places: tuple[Place, ...], drawn: NewTexts
) -> Iterator[tuple[int, str, str]]:
    """What changes with the numbers: (offset, old, new)."""
    for number, new in drawn.items():
        if new != places[number].text:
            yield places[number].start, places[number].text, new
    if told := dict(_told(places, drawn)):
        for name, start, old in _blocks(root, text):
            if name in TOLD:
                yield start, old, _retold(old, told)


def _head(variant: Variant) -> list[str]:
    """The comment above `variant:`, in every language."""
    values = {"of": variant.of, "seed": variant.seed}
    return [f"# {load_words(name).text('variant.comment', **values)}" for name in languages()]


def _key(variant: Variant) -> str:
    parts = [f"of: {json.dumps(variant.of, ensure_ascii=False)}", f"seed: {variant.seed}"]
    parts.append(f"drawing: {variant.drawing}")
    if variant.student:
        parts.append(f"student: {json.dumps(variant.student, ensure_ascii=False)}")
    return f"variant: {{{', '.join(parts)}}}"


def as_data(text: str) -> str:
    """A name as a file can hold it: on one line, without signs that nobody sees."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:_LONGEST]


def _in_lines(root: Mapping, text: str) -> bool:
    """Whether every key of the file begins a line of its own."""
    first = text.split("\n")[root.mark.line - 1].lstrip() if text else ""
    lines = [key.mark.line for key, _ in root.items]
    return (
        not first.startswith("{")
        and len(set(lines)) == len(lines)
        and all(key.mark.column == 1 for key, _ in root.items)
        and "\r" not in text.replace("\r\n", "")
    )


def _blocks(root: Mapping, text: str) -> Iterator[tuple[str, int, str]]:
    """Each key, the offset where it begins, and the text in which it and its value stand."""
    lines = line_starts(text)
    starts = [lines[key.mark.line - 1] + key.mark.column - 1 for key, _ in root.items]
    for (key, _), start, end in zip(root.items, starts, [*starts[1:], len(text)], strict=True):
        own = text[start:end].splitlines(keepends=True)
        while len(own) > 1 and _is_between(own[-1]):
            own.pop()
        yield key.text, start, "".join(own)


def _is_between(line: str) -> bool:
    """Whether a line belongs to what follows: empty, or a comment at its very beginning."""
    return not line.strip() or line.startswith(("#", "..."))


def _told(places: tuple[Place, ...], drawn: NewTexts) -> Iterator[tuple[tuple[str, str], str]]:
    """What a text may say of the leaves of a graph: name and old number, and the new one.

    And of the derivatives that are given, written with either sign.
    """
    for number, new in drawn.items():
        place = places[number]
        if place.name and place.role in ("values", "given") and place.update == 1:
            yield (place.name, place.text), new
        if place.role == "given":
            yield ("∂" + place.name[1:].replace("/d", "/∂"), place.text), new


def _retold(block: str, told: dict[tuple[str, str], str]) -> str:
    """`a = 2` with the number that `a` has now."""
    names = "|".join(sorted({re.escape(name) for name, _ in told}, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])({names})(\s*=\s*)([-−+]?[\d.]*\d)(?![\w.]*\d)")

    def new(found: re.Match[str]) -> str:
        number = told.get((found[1], found[3].replace("−", "-")))
        return found[0] if number is None else f"{found[1]}{found[2]}{number}"

    return pattern.sub(new, block)


def _as_json(text: str, head: list[str], variant: Variant) -> str:
    """A file whose keys do not stand line by line, written anew: JSON is YAML as well."""
    about = plain(read_text(_key(variant)))
    assert isinstance(about, dict)
    return "\n".join([*head, _dumped({**about, **_kept(text)})])


def _kept(text: str) -> dict[str, object]:
    """What a file says, without what holds for its old numbers alone."""
    data = plain(read_text(text))
    assert isinstance(data, dict)
    return {key: value for key, value in data.items() if key not in GONE}


def _dumped(data: dict[str, object]) -> str:
    return f"{json.dumps(data, ensure_ascii=False, indent=1)}\n"

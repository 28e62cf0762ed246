"""Where the numbers of a problem stand in its text, and what each of them is.

Every layer and every spelling (matrices either way round, names, gates, columns as samples)
has its own way from the text to the quantities. Instead of telling these ways a second time,
each number is moved by an amount of its own, far too small to matter, and the file is read
again: where the moved number shows up, there the number belongs.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.problem.load import read_problem
from bp_tutor.reader import Mapping, Node, Scalar, Sequence, read_text, scalar_value
from bp_tutor.solve.program import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.authoring.weakness import Key
    from bp_tutor.catalogue import Model
    from bp_tutor.problem import Problem

NUDGE = 2.0**-40
_LINE = re.compile(r"\r\n|\n|\r")
_OF_LAYERS = ("weights", "recurrent_weights", "bias")
SEED = "seed"


class Place(Frozen):
    """A number in the text of a problem file."""

    start: int
    """The offset of its first character."""
    text: str
    role: str
    """`weights`, `biases`, `inputs`, `targets`, `learning_rate`, `values`, `given`, or `seed`
    where it is the seed of a generator."""
    name: str = ""
    """Of a leaf of a graph its name; of a derivative that is given, `dL/da`."""
    entries: tuple[Key, ...] = ()
    """What it is the value of, over all samples."""

    @property
    def value(self) -> Decimal:
        """The number as it was typed."""
        return Decimal(repr(_number(self.text)))


def places_of(text: str, problem: Problem) -> tuple[Place, ...]:
    """Every number that a variant could change, in the order of the text."""
    starts = line_starts(text)
    found = []
    for role, name, scalar in _numbers(read_text(text)):
        start = starts[scalar.mark.line - 1] + scalar.mark.column - 1
        if text.startswith(scalar.text, start):
            found.append(Place(start, scalar.text, role, name))
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


def _numbers(root: Node) -> Iterator[tuple[str, str, Scalar]]:
    """Role, name and node of every number, by the keys under which it stands."""
    for role in ("inputs", "targets", "learning_rate"):
        yield from _below(_at(root, role), role)
    for layer in _items(_at(root, "network", "layers")):
        for part in _OF_LAYERS:
            yield from _below(_at(layer, part), "weights")
    parts = (("network", "values", "weights"), ("graph", "values", "values"))
    for section, part, role in (*parts, ("graph", "given", "given")):
        named = _at(root, section, part)
        for key, below in named.items if isinstance(named, Mapping) else ():
            for _, _, number in _below(below, role):
                yield role, key.text.replace("∂", "d"), number
    yield from _below(_at(root, "graph", "learning_rate"), "learning_rate")


def _below(node: Node | None, role: str) -> Iterator[tuple[str, str, Scalar]]:
    """Every number at a node and below; of a generator, the seed."""
    if isinstance(node, Scalar):
        if type(scalar_value(node)) in (int, float):
            yield role, "", node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _below(item, role)
    elif isinstance(node, Mapping):
        seed = node.get(SEED)
        if isinstance(seed, Scalar):
            yield SEED, role, seed
            return
        for _, below in node.items:
            yield from _below(below, role)


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
    entries: dict[int, list[Key]] = {}
    model = _whole_model(read_problem(rewritten(text, changes), problem.path))
    for quantity, values in model.given.items():
        for index, value in zip(quantity.indices(), values or (), strict=False):
            if value in moved:
                entries.setdefault(moved[value], []).append((quantity, index))
    for place in places:
        own = tuple(entries.get(place.start, ()))
        bias = own and own[0][0].symbol.startswith("B") and place.role == "weights"
        yield place._replace(entries=own, role="biases" if bias else place.role)


def _whole_model(problem: Problem) -> Model:
    samples = problem.network.sample_count if problem.network is not None else 1
    return model_of(problem, tuple(range(samples)))


def _number(text: str) -> float:
    value = scalar_value(Scalar(text, quoted=False, mark=read_text("0").mark))
    assert isinstance(value, int | float)
    return float(value)

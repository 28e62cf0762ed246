"""Notations: loading one from its file, and binding it to a network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.notations.template import NotationError, Spelling, Template, parse_template
from bp_tutor.reader import nearest, plain, read_file

if TYPE_CHECKING:
    from collections.abc import Mapping


_FOLDER = Path(__file__).parent
ROLES = ("input", "hidden", "only_output", "output", "shared", "all")
Table = dict[str, dict[str, Template]]
"""Canonical letter, with `d` in front for a derivative -> role of the layer -> template."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "layout": ("rows", "columns"),
    "weight_order": ("from-to", "to-from"),
    "count_units": ("role", "network"),
    "count_weights": ("destination", "source"),
}
_TABLES = ("entry", "array", "reads")
_OTHERS = ("title", "takes_names", "letters", "nodes", "updated", "step", "sample")


class Notation(Frozen):
    """How one course writes everything; pure data from its file."""

    name: str
    title: dict[str, str]
    layout: str
    """How it writes a layer in matrix form: `rows` (x·W) or `columns` (W·x)."""
    weight_order: str
    """The order of a weight's two indices, and so of the rows and columns of a matrix."""
    count_units: str
    """Whether units are counted anew for each `role` or through the whole `network`."""
    count_weights: str
    """Whether weights are counted by `destination` or by `source`."""
    takes_names: bool
    """Whether the names that a problem file gives go before the notation's own."""
    spelling: Spelling
    nodes: dict[str, str]
    """Role of a layer -> the name of unit {n}."""
    entry: Table
    array: Table
    reads: Table
    """Further ways of writing that are understood, though never written."""
    updated: str
    """The superscript of a value after the update."""
    step: str
    """What stands before a parameter to mean its step."""
    sample: dict[str, str]
    """Style -> what stands behind a symbol where there are several samples."""
    own: Mapping[str, str] = {}
    """Letters that a problem file has changed: canonical -> its own."""


@cache
def notation_names() -> tuple[str, ...]:
    """The names of all notations there are, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def load_notation(name: str) -> Notation:
    """The notation called `name`.

    Raises:
        NotationError: there is none; its `nearest` and `names` say which are near.
    """
    if name not in notation_names():
        raise UnknownNotationError(name)
    return read_notation(_FOLDER / f"{name}.yaml")


class UnknownNotationError(NotationError):
    """A notation that does not exist, with the nearest name that does."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.names = notation_names()
        self.nearest = nearest(name, self.names)
        hint = f", did you mean {self.nearest!r}?" if self.nearest else ""
        super().__init__(
            f"unknown notation {name!r}{hint or '.'} There are {', '.join(self.names)}."
        )


def read_notation(path: Path) -> Notation:
    """The notation of a file; a NotationError that names the file where it is no notation."""
    content = plain(read_file(path))
    try:
        if not isinstance(content, dict):
            raise NotationError("a notation is a mapping")
        return _notation(path.stem, content)
    except NotationError as error:
        raise NotationError(f"{path.name}: {error}") from None


def _notation(name: str, content: Mapping[str, object]) -> Notation:
    for key in content:
        if key not in (*_CHOICES, *_TABLES, *_OTHERS):
            raise NotationError(f"unknown key {key!r}")
    choices = {key: _choice(key, content.get(key)) for key in _CHOICES}
    own = {letter: str(text) for letter, text in _mapping(content, "letters").items()}
    tables = {key: _table(_mapping(content, key)) for key in _TABLES}
    return Notation(
        name=name,
        title={key: str(text) for key, text in _mapping(content, "title").items()},
        layout=choices["layout"],
        weight_order=choices["weight_order"],
        count_units=choices["count_units"],
        count_weights=choices["count_weights"],
        takes_names=content.get("takes_names") is True,
        spelling=Spelling(tuple(own.items())),
        nodes={role: str(text) for role, text in _mapping(content, "nodes").items()},
        entry=tables["entry"],
        array=tables["array"],
        reads=tables["reads"],
        updated=str(content.get("updated", "′")),
        step=str(content.get("step", "Δ")),
        sample={key: str(text) for key, text in _mapping(content, "sample").items()},
    )


def _choice(key: str, value: object) -> str:
    allowed = _CHOICES[key]
    if value is None:
        return allowed[0]
    if value not in allowed:
        raise NotationError(f"{key} must be one of {', '.join(allowed)}, not {value!r}")
    return str(value)


def _mapping(content: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = content.get(key, {})
    if not isinstance(value, dict):
        raise NotationError(f"{key} must be a mapping")
    return value


def _table(content: Mapping[str, object]) -> Table:
    table: Table = {}
    for symbol, value in content.items():
        by_role = value if isinstance(value, dict) else {"all": value}
        for role in by_role:
            if role not in ROLES:
                raise NotationError(f"{symbol}: unknown kind of layer {role!r}")
        table[symbol] = {role: parse_template(str(text)) for role, text in by_role.items()}
    return table

"""What goes along while a file is read: it collects mistakes, so that all are told at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bp_tutor.reader import (
    Key,
    Mapping,
    Mark,
    Mistake,
    Node,
    ReadError,
    Scalar,
    Sequence,
    nearest,
    shown,
)
from bp_tutor.reader.mistake import LIMIT
from bp_tutor.reader.signs import in_scalar, numbers_in, without

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Table

_SIMPLE = re.compile(r"\w+")
_OF_KEYS = ("problem.unknown_key", "problem.unknown_symbol")
_LISTS = ("expected.data", "expected.row")
_MAPPINGS = ("expected.mapping", "expected.layer", "expected.list")


_OF_SHAPE = frozenset(
    f"problem.{key}"
    for key in (
        "row_count", "ragged", "uneven_lists", "weights_shape", "weights_turned", "kernel_shape",
        "kernel_channels", "sample_shape", "inputs_count", "inputs_turned", "inputs_one_each",
        "targets_count", "targets_turned", "targets_one_each", "bias_count", "sample_count",
        "list_length",
    )
)  # fmt: skip
"""What is said of a list that has too many or too few numbers."""


class ProblemError(ReadError):
    """A problem file with mistakes: all that were found, sorted by line."""


class TooManyMistakesError(Exception):
    """Enough mistakes were found."""


class Context:
    """The mistakes found so far in one file."""

    def __init__(self, file: str, already: Iterable[Mistake] = ()) -> None:
        self.file = file
        self._found: list[tuple[Node | None, str, Mistake]] = [(None, "", m) for m in already]

    def __len__(self) -> int:
        return len(self._found)

    def mistake(
        self,
        node: Node,
        key: str,
        *,
        expected: str = "",
        nearest: str = "",
        child: str = "",
        mark: Mark | None = None,
        **values: Any,
    ) -> None:
        """Remember a mistake at `node` (or at a `child` that ought to be there), and go on."""
        told = Mistake(key, mark or node.mark, values, expected, nearest, file=self.file)
        self._found.append((node, child, told))
        if len(self._found) >= LIMIT:
            raise TooManyMistakesError
        if key in _OF_SHAPE and (comma := decimal_comma(node)) is not None:
            first, text = comma
            values = {"found": text, "point": text.replace(",", ".")}
            self.mistake(first, "problem.decimal_comma_in_list", **values)

    def missing(self, node: Node, name: str, example: str) -> None:
        """Remember that a key is missing in a mapping."""
        self.mistake(node, "problem.missing_key", child=name, name=name, example=example)

    def wrong(self, node: Node, expected: str, **values: Any) -> None:
        """Remember that something else was expected here, or which sign spoils it."""
        if isinstance(node, Scalar) and (sign := in_scalar(node, key=expected in _MAPPINGS)):
            self.mistake(node, sign.key, mark=sign.mark, **sign.values)
            return
        if expected in _LISTS and isinstance(node, Scalar) and not node.quoted:
            values["nearest"] = numbers_in(node.text, ", ")
        self.mistake(node, "problem.found", expected=expected, found=found(node), **values)

    def unknown(
        self,
        node: Node,
        key: str,
        name: str,
        names: Iterable[str],
        also: Table[str, str] | None = None,
        mark: Mark | None = None,
    ) -> str:
        """Remember a name that nobody knows; gives the nearest that is known, or nothing."""
        names = tuple(names)
        if isinstance(node, Scalar) and node.text == name:
            sign = in_scalar(node, key=key in _OF_KEYS)
            if sign:
                self.mistake(node, sign.key, mark=sign.mark, **sign.values)
                return nearest(without(name), names, also)
        near = nearest(name, names, also)
        choices = "" if near else ", ".join(names[:30])
        expected = "expected.one_of" if choices else ""
        self.mistake(
            node, key, expected=expected, nearest=near, mark=mark, name=shown(name),
            choices=choices,
        )  # fmt: skip
        return near

    def mistakes(self, root: Node | None) -> tuple[Mistake, ...]:
        """All mistakes, each with its path inside the file."""
        paths = _paths(root) if root is not None else {}
        result = []
        for node, child, told in self._found:
            path = paths.get(id(node), "") if node is not None else told.path
            result.append(told._replace(path=_step(path, child) if child else path))
        return tuple(result)


def found(node: Node) -> str:
    """What stands there, for a message: the word itself, or the kind of thing it is."""
    if not isinstance(node, Scalar):
        return Key("kind.mapping" if isinstance(node, Mapping) else "kind.list")
    if not node.text.strip():
        return Key("kind.nothing")
    return f'"{shown(node.text)}"' if node.quoted or node.block else shown(node.text)


def decimal_comma(node: Node) -> tuple[Node, str] | None:
    """The first `0,5` in lists of numbers that are parted by commas and spaces; None for none.

    In a list of several numbers some comma must have a space behind it: 0,1,1,0 are four.
    """
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Sequence):
            pairs = list(zip(here.items, here.items[1:], strict=False))
            tight = [(one, other) for one, other in pairs if _touch(one, other)]
            if tight and (len(pairs) == 1 or len(tight) < len(pairs)):
                first, second = tight[0]
                assert isinstance(first, Scalar)
                assert isinstance(second, Scalar)
                return first, f"{first.text},{second.text}"
            waiting += reversed(here.items)
    return None


def _touch(one: Node, other: Node) -> bool:
    """Whether two whole numbers stand with nothing but a comma between them."""
    if not (isinstance(one, Scalar) and isinstance(other, Scalar)) or one.quoted or other.quoted:
        return False
    whole = one.text.lstrip("+-").isdecimal() and other.text.isdecimal()
    behind = one.mark.column + len(one.text) + 1
    return whole and one.mark.line == other.mark.line and other.mark.column == behind


def _paths(root: Node) -> dict[int, str]:
    paths: dict[int, str] = {}
    waiting: list[tuple[Node, str]] = [(root, "")]
    while waiting:
        node, path = waiting.pop()
        paths[id(node)] = path
        if isinstance(node, Mapping):
            for key, value in node.items:
                below = _step(path, key.text)
                paths[id(key)] = below
                waiting.append((value, below))
        elif not isinstance(node, Scalar):
            waiting.extend((item, f"{path}[{place}]") for place, item in enumerate(node.items))
    return paths


def _step(path: str, key: str) -> str:
    if not _SIMPLE.fullmatch(key):
        return f'{path}["{shown(key)}"]'
    return f"{path}.{shown(key)}" if path else shown(key)

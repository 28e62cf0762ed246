"""From YAML text to nodes, safely: over the parser's events, which build nothing by themselves.

Anchors, aliases and tags are refused, and so are deep and endless files: a problem file needs
none of them, and each of them has been used to hang or crash a YAML loader.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from bp_tutor.frozen import Frozen
from bp_tutor.reader.mistake import LIMIT, Mistake, ReadError
from bp_tutor.reader.nodes import Mapping, Mark, Node, Scalar, Sequence
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 64
MOST_NODES = 250_000
LARGEST = 16 * 2**20

# Control characters, and those that turn the direction of writing or break lines unseen.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


class Document(Frozen):
    """A whole text: its node, and the mistakes that do not keep it from being read."""

    root: Node
    mistakes: tuple[Mistake, ...]


class _Pure(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's own parser, where the C library is not there."""

    def __init__(self, stream: bytes) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def _event_parser() -> Callable[[bytes], Any]:
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _Pure
    return CParser


def parse_document(
    data: bytes, file: str, parser: Callable[[bytes], Any] | None = None
) -> Document:
    """The nodes of a YAML text, with the mistakes that do not keep it from being read.

    Raises:
        ReadError: it cannot be read at all.
    """
    if len(data) > LARGEST:
        raise ReadError([Mistake("reader.too_large", values={"most": LARGEST >> 20}, file=file)])
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadError([_not_utf8(data, error.start, file)]) from None
    if found := _FORBIDDEN.search(text):
        code = f"U+{ord(found[0]):04X}"
        mark = _position(text, found.start())
        raise ReadError([Mistake("reader.control", mark, {"code": code}, file=file)])
    builder = _Builder((parser or _event_parser())(text.encode()), file)
    try:
        root = builder.document()
    except yaml.MarkedYAMLError as error:
        from bp_tutor.reader.syntax import syntax_mistake

        raise ReadError([syntax_mistake(error, text, file)]) from None
    except yaml.YAMLError:
        raise ReadError([Mistake("reader.syntax", Mark(1, 1), file=file)]) from None
    return Document(root, tuple(builder.mistakes))


class _Builder:
    """Puts nodes together from events."""

    def __init__(self, parser: Any, file: str) -> None:
        self.next = parser.get_event
        self.file = file
        self.count = 0
        self.mistakes: list[Mistake] = []

    def document(self) -> Node:
        """The one document of the text."""
        self.next()
        event = self.next()
        if type(event) is yaml.StreamEndEvent:
            raise ReadError([Mistake("reader.empty", file=self.file)])
        root = self.node(self.next(), 0)
        self.next()
        event = self.next()
        if type(event) is not yaml.StreamEndEvent:
            self.refuse("reader.second_document", event)
        return root

    def refuse(self, key: str, event: Any, **values: object) -> None:
        """Stop here: reading on would be unsafe or senseless."""
        raise ReadError([*self.mistakes, Mistake(key, _mark(event), values, file=self.file)])

    def note(self, key: str, mark: Mark, **values: object) -> None:
        """Remember a mistake and read on."""
        self.mistakes.append(Mistake(key, mark, values, file=self.file))
        if len(self.mistakes) >= LIMIT:
            raise ReadError(self.mistakes)

    def node(self, event: Any, depth: int) -> Node:
        """The node that starts with `event`."""
        self.count += 1
        if self.count > MOST_NODES:
            self.refuse("reader.too_many_nodes", event, most=MOST_NODES)
        if event.anchor is not None:
            kind = "alias" if type(event) is yaml.AliasEvent else "anchor"
            self.refuse(f"reader.{kind}", event, name=shown(event.anchor))
        if event.tag is not None:
            self.refuse("reader.tag", event, tag=shown(event.tag))
        if type(event) is yaml.ScalarEvent:
            return self.scalar(event)
        if depth >= DEEPEST:
            self.refuse("reader.too_deep", event, most=DEEPEST)
        if type(event) is yaml.SequenceStartEvent:
            return self.sequence(event, depth + 1)
        return self.mapping(event, depth + 1)

    def scalar(self, event: Any) -> Scalar:
        """One word, with control characters that were written as escapes refused."""
        start = event.start_mark
        mark = Mark(start.line + 1, start.column + 1)
        style = event.style
        if style == '"' and (sign := _escaped(event.value)):
            self.note("reader.control", mark, code=f"U+{ord(sign):04X}")
        block = style in ("|", ">") or event.end_mark.line != start.line
        return Scalar(event.value, style in ("'", '"'), mark, block)

    def sequence(self, start: Any, depth: int) -> Sequence:
        """A list, up to its end."""
        items = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            items.append(self.node(event, depth))
        return Sequence(tuple(items), _mark(start))

    def mapping(self, start: Any, depth: int) -> Mapping:
        """A mapping, up to its end; of a key that stands twice the first one counts."""
        items: dict[str, tuple[Scalar, Node]] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            key = self.node(event, depth)
            if not isinstance(key, Scalar):
                self.refuse("reader.key", event)
                break
            value = self.node(self.next(), depth)
            if key.text in items:
                first = items[key.text][0].mark.line
                self.note("reader.duplicate_key", key.mark, name=shown(key.text), first=first)
            else:
                items[key.text] = key, value
        return Mapping(tuple(items.values()), _mark(start))


def _escaped(text: str) -> str:
    """The first character that an escape may not stand for; empty where all are right."""
    found = _FORBIDDEN.search(text)
    return found[0] if found else "\r" if "\r" in text else ""


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _position(text: str, offset: int) -> Mark:
    start = text.rfind("\n", 0, offset) + 1
    return Mark(text.count("\n", 0, offset) + 1, offset - start + 1)


def _not_utf8(data: bytes, offset: int, file: str) -> Mistake:
    start = data.rfind(b"\n", 0, offset) + 1
    column = len(data[start:offset].decode("utf-8", "replace")) + 1
    mark = Mark(data.count(b"\n", 0, offset) + 1, column)
    return Mistake("reader.not_utf8", mark, {"byte": f"0x{data[offset]:02X}"}, file=file)

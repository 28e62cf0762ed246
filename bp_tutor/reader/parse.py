"""From bytes to nodes: what is no readable text is refused, and what is usual is read directly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.reader.direct import read_directly
from bp_tutor.reader.mistake import Document, Mistake, ReadError
from bp_tutor.reader.nodes import Mark
from bp_tutor.reader.text import hidden

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 16 * 2**20


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
    if sign := hidden(text):
        code = f"U+{ord(sign):04X}"
        mark = _position(text, text.index(sign))
        raise ReadError([Mistake("reader.control", mark, {"code": code}, file=file)])
    if parser is None and (root := read_directly(text)) is not None:
        return Document(root, ())
    from bp_tutor.reader.events import read_events

    return read_events(text, file, parser)


def _position(text: str, offset: int) -> Mark:
    start = text.rfind("\n", 0, offset) + 1
    return Mark(text.count("\n", 0, offset) + 1, offset - start + 1)


def _not_utf8(data: bytes, offset: int, file: str) -> Mistake:
    start = data.rfind(b"\n", 0, offset) + 1
    column = len(data[start:offset].decode("utf-8", "replace")) + 1
    mark = Mark(data.count(b"\n", 0, offset) + 1, column)
    return Mistake("reader.not_utf8", mark, {"byte": f"0x{data[offset]:02X}"}, file=file)

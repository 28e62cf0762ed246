"""Columns of tables of other libraries, by the protocols that these share.

The Arrow PyCapsule interface (`__arrow_c_stream__`) and the dataframe interchange protocol
(`__dataframe__`) hand out the addresses of columns in memory, as the Arrow C data interface lays
them out (https://arrow.apache.org/docs/format/CDataInterface.html); so no library is needed.
"""

from __future__ import annotations

import ctypes
import struct
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Column = list[Any]
NUMBERS = {
    "c": "b", "C": "B", "s": "h", "S": "H", "i": "i", "I": "I", "l": "q", "L": "Q", "e": "e",
    "f": "f", "g": "d",
}  # fmt: skip
"""The formats of Arrow that are numbers, and what the module `struct` calls them."""
OFFSETS = {"u": "i", "U": "q"}
"""Texts, by what their offsets are."""
INLINE = 12
"""So many bytes of a text stand in its view itself."""


class UnreadableColumnError(Exception):
    """A column of a type that holds neither texts nor numbers."""


def columns_of(table: Any, wanted: Sequence[str]) -> dict[str, Column]:
    """The wanted columns that a table has, None for what is missing in them.

    Raises:
        UnreadableColumnError: one is of another type.
    """
    if hasattr(table, "__arrow_c_stream__"):
        return _of_stream(table.__arrow_c_stream__(), wanted)
    return _of_frame(table.__dataframe__(), wanted)


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


def _release(kind: type[ctypes.Structure]) -> Any:
    return ctypes.CFUNCTYPE(None, ctypes.POINTER(kind))


_Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))), ("dictionary", ctypes.POINTER(_Schema)),
    ("release", _release(_Schema)), ("private", ctypes.c_void_p),
]  # fmt: skip
_Array._fields_ = [
    *((name, ctypes.c_int64) for name in ("length", "nulls", "offset", "n_buffers", "n_children")),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))), ("dictionary", ctypes.POINTER(_Array)),
    ("release", _release(_Array)), ("private", ctypes.c_void_p),
]  # fmt: skip
_ASKED = ctypes.POINTER(_Stream)
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, _ASKED, ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, _ASKED, ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.c_void_p), ("release", ctypes.c_void_p),
    ("private", ctypes.c_void_p),
]  # fmt: skip


def _of_stream(capsule: object, wanted: Sequence[str]) -> dict[str, Column]:
    """The columns of all batches of a stream; the capsule lets go of the stream itself."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    stream = ctypes.cast(pointer(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))
    schema = _Schema()
    if stream.contents.get_schema(stream, ctypes.byref(schema)):
        raise UnreadableColumnError
    try:
        fields = [schema.children[place].contents for place in range(schema.n_children)]
        names = [(field.name or b"").decode("utf-8") for field in fields]
        places = {name: names.index(name) for name in wanted if name in names}
        found: dict[str, Column] = {name: [] for name in places}
        for batch in _batches(stream):
            for name, place in places.items():
                column = batch.children[place].contents
                whole = _arrow_column(fields[place], column, batch.offset, batch.length)
                found[name] += whole
        return found
    finally:
        schema.release(ctypes.byref(schema))


def _batches(stream: Any) -> Iterator[_Array]:
    while True:
        batch = _Array()
        if stream.contents.get_next(stream, ctypes.byref(batch)):
            raise UnreadableColumnError
        if not batch.release:
            return
        try:
            yield batch
        finally:
            batch.release(ctypes.byref(batch))


def _arrow_column(field: _Schema, column: _Array, skipped: int, length: int) -> Column:
    """The entries of one column of a batch; `skipped` stand before those of the batch."""
    told = (field.format or b"").decode("ascii")
    start, buffers = column.offset + skipped, column.buffers
    if told == "n":
        return [None] * length
    if told == "vu":
        values = _views(buffers, column.n_buffers, start, length)
    else:
        second = buffers[2] if column.n_buffers > 2 else None
        # Of a text the offsets come first.
        data, offsets = (second, buffers[1]) if told in OFFSETS else (buffers[1], None)
        values = _values(told, data, offsets, start, length)
    if column.dictionary:
        inner = column.dictionary.contents
        names = _arrow_column(field.dictionary.contents, inner, 0, inner.length)
        there = _bits(buffers[0], start, length)
        values = [names[int(v)] if is_there else None
                  for v, is_there in zip(values, there, strict=True)]  # fmt: skip
    return _masked(values, _bits(buffers[0], start, length))


def _values(told: str, data: int | None, offsets: int | None, start: int, length: int) -> Column:
    """So many entries of a format of Arrow, from memory.

    Raises:
        UnreadableColumnError: they are neither numbers nor texts.
    """
    if told in NUMBERS:
        return _unpacked(NUMBERS[told], data, start, length)
    if told in OFFSETS:
        ends = _unpacked(OFFSETS[told], offsets, start, length + 1)
        return [_text((data or 0) + begin, end - begin) for begin, end in pairwise(ends)]
    if told == "b":
        return _bits(data, start, length)
    raise UnreadableColumnError


def _unpacked(kind: str, address: int | None, start: int, count: int) -> Column:
    size = struct.calcsize(kind)
    if not count or not address:
        return []
    raw = ctypes.string_at(address + start * size, count * size)
    return [*struct.unpack(f"={count}{kind}", raw)]


def _text(address: int, length: int) -> str:
    return ctypes.string_at(address, length).decode("utf-8", "replace") if length else ""


def _views(buffers: Any, count: int, start: int, length: int) -> Column:
    """Texts that stand in their views, or in one of several buffers."""
    found = []
    for place in range(start, start + length):
        address = buffers[1] + 16 * place
        size, _, buffer, offset = struct.unpack("=iiii", ctypes.string_at(address, 16))
        inside = size <= INLINE or buffer >= count
        found.append(_text(address + 4 if inside else buffers[2 + buffer] + offset, size))
    return found


def _bits(address: int | None, start: int, length: int) -> list[bool]:
    """Bits from the lowest on; without an address all are set."""
    if not address:
        return [True] * length
    raw = ctypes.string_at(address, (start + length + 7) // 8)
    return [bool(raw[place // 8] >> place % 8 & 1) for place in range(start, start + length)]


def _masked(values: Column, there: Sequence[bool]) -> Column:
    return [value if is_there else None for value, is_there in zip(values, there, strict=True)]


def _of_frame(frame: Any, wanted: Sequence[str]) -> dict[str, Column]:
    """The columns of all chunks of a frame."""
    names = [name for name in wanted if name in {*frame.column_names()}]
    found: dict[str, Column] = {name: [] for name in names}
    for chunk in frame.get_chunks():
        for name in names:
            found[name] += _frame_column(chunk.get_column_by_name(name))
    return found


NAN, SENTINEL, BIT_MASK, BYTE_MASK = 1, 2, 3, 4
"""How a column of the interchange protocol says that an entry is missing."""
CATEGORICAL = 23
BYTE = 8


def _frame_column(column: Any) -> Column:
    buffers, length, start = column.get_buffers(), column.size(), column.offset
    data, (_, bits, told, _) = buffers["data"]
    offsets = buffers["offsets"][0].ptr if buffers["offsets"] else None
    if column.dtype[0] == CATEGORICAL:
        told = column.dtype[2] if told not in NUMBERS else told
    elif column.dtype[2] in OFFSETS:
        # The data of texts are bytes; that they are texts is said of the column.
        told = "U" if buffers["offsets"][1][1] == 64 else "u"
    in_bytes = told == "b" and bits == BYTE
    values = _values("C" if in_bytes else told, data.ptr, offsets, start, length)
    if in_bytes:
        values = [*map(bool, values)]
    way, missing = column.describe_null
    there = [True] * length
    if way == SENTINEL:
        there = [value != missing for value in values]
    elif way == NAN:
        there = [not isnan(value) for value in values]
    elif way in (BIT_MASK, BYTE_MASK) and buffers["validity"]:
        mask = buffers["validity"][0].ptr
        bits = (
            _bits(mask, start, length) if way == BIT_MASK else _unpacked("?", mask, start, length)
        )
        there = [bool(bit) != bool(missing) for bit in bits]
    if column.dtype[0] == CATEGORICAL:
        names = _frame_column(column.describe_categorical["categories"])
        values = [names[int(value)] if is_there else None
                  for value, is_there in zip(values, there, strict=True)]  # fmt: skip
    return _masked(values, there)

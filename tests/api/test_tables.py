"""Tables that speak a protocol alone: laid out in memory by hand, as the protocols say it."""

from __future__ import annotations

import ctypes
import struct
from types import SimpleNamespace
from typing import Any

import pytest

import bp_tutor
from bp_tutor.api import tables
from bp_tutor.api.tables import UnreadableColumnError, columns_of

EXERCISE = bp_tutor.load("exercise", lang="en")
STUDENTS = ["Wang", "王", None, "Li"]
NAMES = ["Z[2,1]", "a name that is longer than its view", "A[2,1]", "Z[2,1]"]
VALUES = [1.5, 0.25, None, 1.3]


class Memory:
    """Buffers that live as long as this does."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def put(self, data: bytes) -> int:
        self.kept.append(ctypes.create_string_buffer(data, max(len(data), 1)))
        return ctypes.addressof(self.kept[-1])

    def bits(self, there: list[bool]) -> int:
        whole = sum(1 << place for place, is_there in enumerate(there) if is_there)
        return self.put(whole.to_bytes(len(there) // 8 + 1, "little"))

    def texts(self, texts: list[str | None], offset: str = "i") -> tuple[int, int]:
        """The addresses of the offsets and of the data."""
        data, ends = b"", [0]
        for text in texts:
            data += (text or "").encode()
            ends.append(len(data))
        return self.put(struct.pack(f"={len(ends)}{offset}", *ends)), self.put(data)

    def views(self, texts: list[str]) -> tuple[int, int]:
        """The addresses of the views, and of what does not stand in them."""
        data, views = b"", b""
        for text in texts:
            raw = text.encode()
            if len(raw) <= 12:
                views += struct.pack("=i12s", len(raw), raw)
            else:
                views += struct.pack("=i4sii", len(raw), raw[:4], 0, len(data))
                data += raw
        return self.put(views), self.put(data)


def there(values: list[Any]) -> list[bool]:
    return [value is not None for value in values]


class Stream:
    """An Arrow stream of batches of one table, each column as (format, buffers, length)."""

    def __init__(self, names: list[str], *batches: list[tuple[str, list[int], int]]) -> None:
        self.names, self.batches, self.kept = names, [*batches], list[Any]()
        self.released = 0

    def _filled(self, kind: Any, place: Any, **values: Any) -> Any:
        def released(pointer: Any) -> None:
            self.released += 1
            pointer.contents.release = type(pointer.contents.release)()

        found = place if place is not None else kind()
        for name, value in values.items():
            setattr(found, name, value)
        found.release = dict(kind._fields_)["release"](released)
        self.kept += [found, found.release, *values.values()]
        return found

    def _children(self, kind: Any, found: list[Any]) -> Any:
        pointers = (ctypes.POINTER(kind) * len(found))(*map(ctypes.pointer, found))
        self.kept.append(pointers)
        return ctypes.cast(pointers, ctypes.POINTER(ctypes.POINTER(kind)))

    def _schema(self, _: Any, place: Any) -> int:
        fields = [
            self._filled(tables._Schema, None, name=name.encode(), format=told.encode())
            for name, (told, _, _) in zip(self.names, self.types, strict=True)
        ]
        self._filled(
            tables._Schema, place.contents, format=b"+s", n_children=len(fields),
            children=self._children(tables._Schema, fields),
        )  # fmt: skip
        return 0

    def _next(self, _: Any, place: Any) -> int:
        if not self.batches:
            place.contents.release = type(place.contents.release)()
            return 0
        columns = []
        batch = self.batches.pop(0)
        for _, buffers, length in batch:
            pointers = (ctypes.c_void_p * len(buffers))(*buffers)
            self.kept.append(pointers)
            columns.append(
                self._filled(
                    tables._Array,
                    None,
                    length=length,
                    n_buffers=len(buffers),
                    buffers=ctypes.cast(pointers, ctypes.POINTER(ctypes.c_void_p)),
                )
            )
        self._filled(
            tables._Array, place.contents, length=batch[0][2], n_children=len(columns),
            children=self._children(tables._Array, columns),
        )  # fmt: skip
        return 0

    def __arrow_c_stream__(self, _: object = None) -> object:
        self.types = self.batches[0]
        fields: Any = tables._Stream._fields_
        told = dict(fields)
        stream = tables._Stream(told["get_schema"](self._schema), told["get_next"](self._next))
        new = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        self.kept += [stream, name := b"arrow_array_stream"]
        capsule: object = new(ctypes.addressof(stream), name, None)
        return capsule


def stream_of(memory: Memory) -> Stream:
    """Two batches: the numbers as float64, students as texts, names as views."""
    batches = []
    for own in (slice(0, 3), slice(3, 4)):
        students, values, length = STUDENTS[own], VALUES[own], len(NAMES[own])
        packed = struct.pack(f"={length}d", *(value or 0.0 for value in values))
        sizes = memory.put(struct.pack("=q", 99))
        batches.append([
            ("u", [memory.bits(there(students)), *memory.texts(students)], length),
            ("vu", [0, *memory.views(NAMES[own]), sizes], length),
            ("g", [memory.bits(there(values)), memory.put(packed)], length),
        ])  # fmt: skip
    return Stream(["student", "id", "value"], *batches)


def test_an_arrow_stream_is_read_without_a_library() -> None:
    memory = Memory()
    stream = stream_of(memory)
    found = columns_of(stream, ("student", "id", "value", "none"))
    assert found == {"student": STUDENTS, "id": NAMES, "value": VALUES}
    # The schema and both batches were given back, each once.
    assert stream.released == 3


def frame_of(memory: Memory) -> Any:
    """A frame of the interchange protocol: texts, categories, NaN for what is missing."""

    def column(
        kind: int, told: str, length: int, data: Any, null: Any = (0, None), **more: Any
    ) -> Any:
        buffers = {"data": data, "validity": None, "offsets": None}
        buffers |= {name: more.pop(name) for name in buffers.keys() & more.keys()}
        return SimpleNamespace(
            dtype=(kind, 0, told, "="), size=lambda: length, offset=more.pop("offset", 0),
            get_buffers=lambda: buffers, describe_null=null, **more,
        )  # fmt: skip

    def buffer(address: int, bits: int, told: str) -> Any:
        return SimpleNamespace(ptr=address), (0, bits, told, "=")

    offsets, data = memory.texts(["not seen", *STUDENTS], "q")
    mask = buffer(memory.bits([False, *there(STUDENTS)]), 1, "b")
    students = column(
        21, "u", 4, buffer(data, 8, "C"), (3, 0), validity=mask, offset=1,
        offsets=buffer(offsets, 64, "l"),
    )  # fmt: skip
    known = sorted(set(NAMES))
    offsets, data = memory.texts([*known])
    words = column(21, "u", len(known), buffer(data, 8, "C"), offsets=buffer(offsets, 32, "i"))
    codes = bytes(known.index(name) for name in NAMES)
    names = column(
        23, "c", 4, buffer(memory.put(codes), 8, "c"), (2, -1),
        describe_categorical={"categories": words},
    )  # fmt: skip
    raw = struct.pack("=4d", *(float("nan") if value is None else value for value in VALUES))
    values = column(2, "g", 4, buffer(memory.put(raw), 64, "g"), (1, None))
    parts = {"student": students, "id": names, "value": values}
    frame = SimpleNamespace(column_names=parts.keys, get_column_by_name=parts.__getitem__)
    frame.get_chunks = lambda: [frame]
    return SimpleNamespace(__dataframe__=lambda: frame)


def test_a_frame_of_the_interchange_protocol_is_read_without_a_library() -> None:
    memory = Memory()
    found = columns_of(frame_of(memory), ("student", "id", "value"))
    assert found == {"student": STUDENTS, "id": NAMES, "value": VALUES}


@pytest.mark.parametrize("made", [stream_of, frame_of])
def test_marks_of_a_table_are_those_of_its_rows(made: Any) -> None:
    memory = Memory()
    students = ["" if name is None else name for name in STUDENTS]
    values = ["" if value is None else str(value) for value in VALUES]
    rows = [*zip(students, NAMES, values, strict=True)]
    marks = bp_tutor.mark(EXERCISE, made(memory))
    assert marks.to_dicts() == bp_tutor.mark(EXERCISE, rows).to_dicts()
    assert [one.credit for one in marks] == [1.0, 0.0, 0.0, 0.0]


def test_a_missing_value_is_no_answer() -> None:
    for nothing in (None, float("nan")):
        (mark,) = bp_tutor.mark(EXERCISE, [{"id": "Z[2,1]", "value": nothing}])
        assert (mark.answer, mark.reason) == ("", "nothing was typed")


def test_a_column_of_another_type_is_refused() -> None:
    memory = Memory()
    dates = [("tdD", [0, memory.put(bytes(4))], 1)]
    with pytest.raises(UnreadableColumnError):
        columns_of(Stream(["value"], dates), ("value",))
    with pytest.raises(bp_tutor.BpTutorError, match="hold texts or numbers"):
        bp_tutor.mark(EXERCISE, Stream(["value"], dates))
    ids = [("u", [0, *memory.texts(["Z[2,1]"])], 1)]
    with pytest.raises(bp_tutor.BpTutorError, match="the columns student, id, value"):
        bp_tutor.mark(EXERCISE, Stream(["id"], ids))

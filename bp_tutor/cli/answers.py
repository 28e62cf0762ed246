"""Reading a file of answers: student, id, value; what cannot be read is said with its line."""

from __future__ import annotations

import csv
from array import array
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.cli.reasons import reason_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown
from bp_tutor.reader import Mapping, Scalar, Sequence, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bp_tutor.reader import Node

COLUMNS = ("student", "id", "value")


class Cells(NamedTuple):
    """One answer as it stands in the file."""

    student: str
    identifier: str
    value: str
    line: int


class BadRow(NamedTuple):
    """A row that is no answer: where, and a key of the words with its values."""

    line: int
    key: str
    values: tuple[tuple[str, str], ...] = ()


class Row(NamedTuple):
    """One answer of a student."""

    place: int
    """Where it stands among all answers, from 0."""
    line: int
    identifier: int
    """The number of its id among those of the file."""
    value: str


class _Rows:
    """The answers of one student, kept small: there may be hundreds of thousands in all."""

    __slots__ = ("identifiers", "lines", "places", "values")

    def __init__(self) -> None:
        self.places, self.lines, self.identifiers = array("L"), array("L"), array("L")
        self.values: list[str] = []


class Answers:
    """All answers of a file, by student."""

    def __init__(self) -> None:
        self.count = 0
        self.bad: list[BadRow] = []
        self._numbers: dict[str, int] = {}
        self._students: dict[str, _Rows] = {}

    @property
    def identifiers(self) -> list[str]:
        """Every id in the file, once, by its number."""
        return list(self._numbers)

    def add(self, cells: Cells) -> None:
        """Take in a row."""
        rows = self._students.get(cells.student)
        if rows is None:
            rows = self._students[cells.student] = _Rows()
        rows.places.append(self.count)
        rows.lines.append(cells.line)
        rows.identifiers.append(self._numbers.setdefault(cells.identifier, len(self._numbers)))
        rows.values.append(cells.value)
        self.count += 1

    def by_student(self) -> Iterator[tuple[str, list[Row]]]:
        """Each student with the rows, which are not kept any longer."""
        for student in list(self._students):
            rows = self._students.pop(student)
            columns = zip(rows.places, rows.lines, rows.identifiers, rows.values, strict=True)
            yield student, [Row(*cells) for cells in columns]


def read_answers(path: Path) -> Answers:
    """The rows of a YAML, JSON or CSV file.

    Raises:
        RefusalError: it is none of these, or cannot be read at all.
        ReadError: it is no valid YAML or JSON.
    """
    readers = {".csv": _csv_rows, ".yaml": _node_rows, ".yml": _node_rows, ".json": _node_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise RefusalError("marking.format", where=shown(str(path)))
    answers = Answers()
    for found in reader(path):
        if isinstance(found, BadRow):
            answers.bad.append(found)
        else:
            answers.add(found)
    return answers


def _csv_rows(path: Path) -> Iterator[Cells | BadRow]:
    where = shown(str(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream)
            head = [name.strip().lower() for name in next(lines, [])]
            missing = [name for name in COLUMNS if name not in head]
            if missing:
                raise RefusalError("marking.columns", where=where, names=", ".join(missing))
            places = [head.index(name) for name in COLUMNS]
            for pieces in lines:
                cells = _joined(pieces)
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) <= max(places) or not cells[places[0]] or not cells[places[1]]:
                    yield BadRow(lines.line_num, "marking.row")
                    continue
                student, identifier, value = (cells[place].strip() for place in places)
                yield Cells(student, identifier, value, lines.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = reason_of(error)
        raise RefusalError("marking.unreadable", where=where, reason=reason) from None


def _joined(pieces: list[str]) -> list[str]:
    """Cells in which a comma inside brackets parts nothing, though nobody put quotes there."""
    cells: list[str] = []
    for piece in pieces:
        if cells and cells[-1].count("[") > cells[-1].count("]"):
            cells[-1] += f",{piece}"
        else:
            cells.append(piece)
    return cells


def _node_rows(path: Path) -> Iterator[Cells | BadRow]:
    """A list of rows, or a mapping of students to their answers."""
    root = read_file(path)
    if isinstance(root, Mapping):
        for student, answers in root.items:
            if not isinstance(answers, Mapping):
                yield BadRow(answers.mark.line, "marking.row")
                continue
            for identifier, value in answers.items:
                yield Cells(student.text, identifier.text, _text(value), identifier.mark.line)
        return
    for item in root.items if isinstance(root, Sequence) else ():
        cells = {key.text: value for key, value in item.items} if isinstance(item, Mapping) else {}
        named = [cells.get(name) for name in COLUMNS]
        if not (isinstance(named[0], Scalar) and isinstance(named[1], Scalar) and named[2]):
            yield BadRow(item.mark.line, "marking.row")
            continue
        yield Cells(named[0].text, named[1].text, _text(named[2]), item.mark.line)


def _text(node: Node) -> str:
    """A value as somebody would type it; digits stay as they are."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return f"[{', '.join(_text(item) for item in node.items)}]"
    return "{" + ", ".join(f"{key.text}: {_text(value)}" for key, value in node.items) + "}"

"""Reading a file of answers: student, id, value; what cannot be read is said with its line."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.cli.names import HEADS as NAMES
from bp_tutor.cli.names import NUMBERS
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown
from bp_tutor.reader import Mapping, Scalar, Sequence, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.cli.tables import File
    from bp_tutor.reader import Node

COLUMNS = ("student", "id", "value")
HEADS: dict[str, tuple[str, ...]] = {
    "student": ("student", *(name for name in NUMBERS if name != "id"), *NAMES),
    "id": ("id", "question", "symbol", "题目", "题号", "题", "符号"),
    "value": ("value", "answer", "答案", "数值", "值", "回答"),
}
"""What each column may be called, the surest first."""


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


def read_answers(file: File) -> Answers:
    """The rows of a YAML, JSON or CSV file.

    Raises:
        RefusalError: it is none of these, or no table.
        ReadError: it is no valid YAML or JSON.
    """
    readers = {".csv": _csv_rows, ".yaml": _node_rows, ".yml": _node_rows, ".json": _node_rows}
    reader = readers.get(file.path.suffix.lower())
    if reader is None:
        raise RefusalError("marking.format", where=shown(str(file.path)))
    answers = Answers()
    for found in reader(file):
        if isinstance(found, BadRow):
            answers.bad.append(found)
        else:
            answers.add(found)
    return answers


def _csv_rows(file: File) -> Iterator[Cells | BadRow]:
    rows = file.rows()
    head, _ = next(rows, ([], 0))
    places = _places(head)
    missing = [name for name, place in zip(COLUMNS, places, strict=True) if place is None]
    if missing:
        where, names = shown(str(file.path)), ", ".join(missing)
        raise RefusalError("marking.columns", where=where, names=names)
    columns = [place for place in places if place is not None]
    for pieces, line in rows:
        cells = [cell.strip() for cell in _joined(pieces)]
        if any(cells[len(head) :]):
            yield BadRow(line, "file.spilt")
        elif len(cells) <= max(columns) or not cells[columns[0]] or not cells[columns[1]]:
            yield BadRow(line, "marking.row")
        else:
            student, identifier, value = (cells[place] for place in columns)
            yield Cells(student, identifier, value, line)


def _places(head: list[str]) -> list[int | None]:
    """Where each column stands, by what is written above it."""
    names = [name.strip().casefold() for name in head]
    return [
        next((names.index(known) for known in HEADS[column] if known in names), None)
        for column in COLUMNS
    ]


def _joined(pieces: list[str]) -> list[str]:
    """Cells in which a comma inside brackets parts nothing, though nobody put quotes there."""
    cells: list[str] = []
    for piece in pieces:
        if cells and cells[-1].count("[") > cells[-1].count("]"):
            cells[-1] += f",{piece}"
        else:
            cells.append(piece)
    return cells


def _node_rows(file: File) -> Iterator[Cells | BadRow]:
    """A list of rows, or a mapping of students to their answers."""
    root = read_text(file.text(), str(file.path))
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

"""Tables as spreadsheets of any language write them: CSV in any encoding, with any mark between.

Above the files stand what the program takes from them: lists of names, and answers.
"""

from __future__ import annotations

import csv
import re
from array import array
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.cli.saving import note_read
from bp_tutor.reader import Key, Mapping, Scalar, Sequence, read_text
from bp_tutor.reader.encoding import UnknownEncodingError, writing_of
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.roster import Student
    from bp_tutor.cli.output import Output
    from bp_tutor.reader import Node
    from bp_tutor.reader.encoding import Writing


MARKS = ",;\t"
"""What may stand between two cells."""
LARGEST = 32 * 2**20
_SAID = re.compile(r'"?sep=([,;\t|])"?', re.IGNORECASE)
"""The line by which a spreadsheet is told what stands between the cells."""


class Row(NamedTuple):
    """The cells of a row, and its line in the file."""

    cells: list[str]
    line: int


class File(NamedTuple):
    """A file that was read, and how it is written."""

    path: Path
    data: bytes
    writing: Writing

    def stream(self) -> TextIOWrapper:
        """Its text, line ends as they are."""
        found = TextIOWrapper(BytesIO(self.data), encoding=self.writing.encoding, newline="")
        found.buffer.seek(self.writing.start)
        return found

    def text(self) -> str:
        """All of its text.

        Raises:
            RefusalError: it is no text in the encoding that was named.
        """
        try:
            return self.data[self.writing.start :].decode(self.writing.encoding)
        except UnicodeDecodeError:
            raise self._not_in() from None

    def rows(self) -> Iterator[Row]:
        """The rows in which something stands.

        Raises:
            RefusalError: it is no table.
        """
        try:
            with self.stream() as stream:
                first = next((line for line in stream if line.strip()), "")
            with self.stream() as stream:
                mark = _SAID.fullmatch(first.strip())
                if mark:
                    stream.readline()
                lines = csv.reader(stream, delimiter=mark[1] if mark else _mark_in(first))
                for cells in lines:
                    if any(cell.strip() for cell in cells):
                        yield Row(cells, lines.line_num)
        except UnicodeDecodeError:
            raise self._not_in() from None
        except csv.Error:
            reason = Key("reason.no_table")
            raise RefusalError("file.unreadable", path=self._where(), reason=reason) from None

    def tell(self, output: Output) -> None:
        """Say which encoding was taken, where only what the text says told it."""
        if not self.writing.guessed:
            return
        with self.stream() as stream:
            other = next((line.strip() for line in stream if not line.isascii()), "")
        name = output.words.text(f"encoding.{self.writing.encoding}")
        values = {"path": self._where(), "name": name, "option": "--encoding"}
        output.line(output.words.text("file.encoding", **values, text=shown(other)), "note")

    def _where(self) -> str:
        return shown(str(self.path))

    def _not_in(self) -> RefusalError:
        name = self.writing.encoding
        return RefusalError("file.not_in", path=self._where(), name=name, option="--encoding")


def read_table(path: Path, encoding: str | None, most: int = LARGEST) -> File:
    """A file of text, with the encoding that is named or that it gives away.

    Raises:
        RefusalError: it cannot be read, or is too large, or nothing tells its encoding.
    """
    where = shown(str(path))
    note_read(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:
        raise RefusalError("file.unreadable", path=where, reason=reason_of(error)) from None
    if len(data) > most:
        raise RefusalError("file.too_large", path=where, most=most >> 20)
    try:
        return File(path, data, writing_of(data, encoding or ""))
    except UnknownEncodingError:
        raise RefusalError("file.no_encoding", path=where, option="--encoding") from None


def _mark_in(line: str) -> str:
    """What stands between the cells of a line: the mark that parts it into the most of them."""
    return max(MARKS, key=lambda mark: len(next(csv.reader([line], delimiter=mark))))


LARGEST_LIST, MOST_NAMES = 2**20, 10_000
"""Bytes of a list, and names in it."""
NAMES = (
    "student",
    "name",
    "full name",
    "学生",
    "姓名",
    "学生姓名",
    "名字",
)
"""What the column of names may be called, the surest first."""
FIRST = ("first name", "first names", "firstname", "given name", "given names", "forename",
         "vorname", "名")  # fmt: skip
LAST = ("last name", "lastname", "surname", "family name", "nachname", "familienname", "姓")
"""What the columns may be called where first and last names stand in columns of their own."""
NUMBERS = (
    "学号",
    "student number",
    "student no",
    "student no.",
    "student id",
    "id number",
    "matriculation number",
    "matrikelnummer",
    "matrikel",
    "number",
    "no.",
    "no",
    "id",
    "编号",
)
"""What the column of student numbers may be called."""


def students_in(path: str | None, encoding: str | None, output: Output) -> list[Student] | None:
    """The students of a list, where one is named; says which encoding was taken for it."""
    if path is None:
        return None
    file = read_table(Path(path), encoding, LARGEST_LIST)
    found = read_names(file)
    file.tell(output)
    return found


def read_names(file: File) -> list[Student]:
    """The students of the column of names, with the numbers of the column of numbers.

    Without headings it must be clear which columns these are: one of texts, or one of numbers
    and one of texts behind it.

    Raises:
        RefusalError: the file is no table, or there are no names in it, or too many.
    """
    where = shown(str(file.path))
    lines = [row for row in file.rows() if any(map(_seen, row.cells))]
    rows = [row.cells for row in lines]
    columns = _headed(rows)
    if columns is not None:
        _refuse_spilt(where, lines)
        rows = rows[1:]
    elif (columns := _unheaded(rows)) is None:
        heads = shown(", ".join(cell.strip() for cell in rows[0]))
        raise RefusalError("variant.no_heading", path=where, heads=heads)
    found = list(_students(rows, columns))
    if not found:
        raise RefusalError("variant.no_names", path=where)
    if len(found) > MOST_NAMES:
        raise RefusalError("variant.names_too_many", path=where, most=f"{MOST_NAMES:,}")
    return found


def _refuse_spilt(where: str, rows: list[Row]) -> None:
    """A name with a comma that nobody put into quotes would be cut."""
    width = len(rows[0].cells)
    for row in rows[1:]:
        if any(_cell(row.cells, at) for at in range(width, len(row.cells))):
            raise RefusalError("file.spilt", where=f"{where}:{row.line}")


class Columns(NamedTuple):
    """In which columns names and numbers stand."""

    names: tuple[int, ...]
    """One column, or first names and last names."""
    number: int | None = None


def _students(rows: list[list[str]], columns: Columns) -> Iterator[Student]:
    from bp_tutor.authoring.roster import Student

    for row in rows:
        called = _full_name([text for at in columns.names if (text := _cell(row, at))])
        counted = _cell(row, columns.number)
        if called or counted:
            yield Student(called, counted) if called else Student(counted)


def _full_name(parts: list[str]) -> str:
    """First and last name as one: 李 before 雷 and without a space, Ada before Lovelace."""
    if len(parts) > 1 and all("\u2e80" <= sign <= "\U0003ffff" for sign in "".join(parts)):
        return "".join(reversed(parts))
    return " ".join(parts)


def _headed(rows: list[list[str]]) -> Columns | None:
    """The columns by what is written above them; None where nothing known is."""
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    name, number, first, last = (
        next((heads.index(head) for head in known if head in heads), None)
        for known in (NAMES, NUMBERS, FIRST, LAST)
    )
    # "Name, first name": beside first names, a name is the last name.
    if first is not None and last is None and name is not None and heads[name] == "name":
        name, last = None, name
    if name is not None:
        return Columns((name,), number)
    if names := tuple(column for column in (first, last) if column is not None):
        return Columns(names, number)
    only = number is not None and not _texts(rows[1:]) - {number}
    return Columns((), number) if only else None


def _unheaded(rows: list[list[str]]) -> Columns | None:
    """The columns by what stands in them; None where that does not tell."""
    texts = _texts(rows)
    if all(len(row) <= 1 for row in rows):
        # Numbers below a text: that is no student, but a heading that nobody knows.
        heading = len(rows) > 1 and _is_text(_cell(rows[0], 0)) and not _texts(rows[1:])
        return None if heading else Columns((0,))
    if len(texts) != 1:
        return None
    (name,) = texts
    if not all(_is_text(_cell(row, name)) for row in rows):
        return None
    number = 0 if name and all(_cell(row, 0).isdecimal() for row in rows) else None
    return Columns((name,), number)


def _texts(rows: list[list[str]]) -> set[int]:
    """The columns in which there is a text that is no number."""
    return {at for row in rows for at in range(len(row)) if _is_text(_cell(row, at))}


def _is_text(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)


def _cell(row: list[str], column: int | None) -> str:
    """What stands in a column; nothing where nobody could see it."""
    return _seen(row[column]) if column is not None and column < len(row) else ""


def _seen(cell: str) -> str:
    text = cell.strip()
    return text if any(sign.isprintable() for sign in text) else ""


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


class Answer(NamedTuple):
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

    def by_student(self) -> Iterator[tuple[str, list[Answer]]]:
        """Each student with the rows, which are not kept any longer."""
        for student in list(self._students):
            rows = self._students.pop(student)
            columns = zip(rows.places, rows.lines, rows.identifiers, rows.values, strict=True)
            yield student, [Answer(*cells) for cells in columns]


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

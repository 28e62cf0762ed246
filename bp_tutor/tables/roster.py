"""The list of a class: who is on it, by whatever headings it has, or by none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.reader.text import shown
from bp_tutor.tables.error import TableError
from bp_tutor.tables.headings import Columns, columns_of, is_total, plain
from bp_tutor.tables.people import Student, seen, student_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.tables.file import File
    from bp_tutor.tables.row import Row

MOST_NAMES = 10_000
"""Names in a list."""


class Roster(tuple[Student, ...]):
    """The students of a list, in its order."""

    left_out: tuple[str, ...] = ()
    """What stood on the list and is no student: points that are possible, averages."""


def read_names(file: File) -> Roster:
    """The students of a list, each with what else it has of them.

    Without headings it must be clear which columns these are: one of texts, or one of numbers
    and one of texts behind it.

    Raises:
        TableError: the file is no table, or there are no names in it, or too many.
    """
    where = file.where
    lines = [row for row in file.rows() if any(seen(row.cells, at) for at in range(len(row.cells)))]
    rows = [row.cells for row in lines]
    heads = [cell.strip() for cell in rows[0]] if rows else []
    columns = _headed(rows)
    if columns is not None:
        refuse_spilt(where, lines)
        rows = rows[1:]
    elif (columns := _unheaded(rows)) is None:
        raise TableError("variant.no_heading", path=where, heads=shown(", ".join(heads)))
    else:
        heads = []
    totals = [row for row in rows if is_total(_who(row, columns))]
    found = Roster(_students([row for row in rows if row not in totals], columns, heads))
    found.left_out = tuple(next(filter(None, _who(row, columns)), "") for row in totals)
    if not found:
        raise TableError("variant.no_names", path=where)
    if len(found) > MOST_NAMES:
        raise TableError("variant.names_too_many", path=where, most=f"{MOST_NAMES:,}")
    return found


def _who(row: Sequence[str], columns: Columns) -> list[str]:
    return [seen(row, at) for at in columns.places]


def refuse_spilt(where: str, rows: Sequence[Row]) -> None:
    """A name with a comma that nobody put into quotes would be cut."""
    width = len(rows[0].cells)
    for row in rows[1:]:
        if any(seen(row.cells, at) for at in range(width, len(row.cells))):
            raise TableError("file.spilt", where=f"{where}:{row.line}")


def _students(
    rows: Sequence[Sequence[str]], columns: Columns, heads: Sequence[str]
) -> Iterator[Student]:
    used = set(columns.places)
    more = [at for at, head in enumerate(heads) if head and at not in used]
    for row in rows:
        found = student_of(row, columns, heads, more)
        if found.name or (found.number and columns.names):
            yield found
        elif found.label:
            yield found._replace(name=found.label, number="")


def _headed(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns by what is written above them; None where nothing known is."""
    heads = [plain(cell) for cell in rows[0]] if rows else []
    columns = columns_of(heads)
    if columns.names:
        return columns
    known = {*columns.places}
    # Numbers, addresses or user names alone will do where nothing else could be a name.
    return columns if known and not _texts(rows[1:]) - known else None


def _unheaded(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns by what stands in them; None where that does not tell."""
    texts = _texts(rows)
    if all(len(row) <= 1 for row in rows):
        # Numbers below a text: that is no student, but a heading that nobody knows.
        heading = len(rows) > 1 and _is_text(seen(rows[0], 0)) and not _texts(rows[1:])
        return None if heading else Columns((0,))
    if len(texts) != 1:
        return None
    (name,) = texts
    if not all(_is_text(seen(row, name)) for row in rows):
        return None
    number = 0 if name and all(seen(row, 0).isdecimal() for row in rows) else None
    return Columns((name,), number)


def _texts(rows: Sequence[Sequence[str]]) -> set[int]:
    """The columns in which there is a text that is no number."""
    return {at for row in rows for at in range(len(row)) if _is_text(seen(row, at))}


def _is_text(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)

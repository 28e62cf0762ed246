"""Tables and matrices: figures lined up at their decimal points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.output.wrapping import wrapped
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bp_tutor.explain import Said, Table
    from bp_tutor.output.spelled import MatrixRows
    from bp_tutor.output.wrapping import Row, Span

_WIDE_GAP, _NARROW_GAP = 3, 1


def table_rows(table: Table, margin: int, width: int, say: Callable[[Said], str]) -> Iterator[Row]:
    """Heads and rows; where the columns do not fit, each row becomes a sentence of its own."""
    heads = [say(head) for head in table.heads]
    rows = [[say(cell) for cell in row] for row in table.rows]
    columns = [list(column) for column in zip(*rows, strict=True)]
    if table.numbers:
        columns[1:] = [_at_the_point(column) for column in columns[1:]]
    pairs = zip(heads, columns, strict=True)
    shown = [
        _padded([head, *column], right=table.numbers and (place > 0 or table.counted))
        for place, (head, column) in enumerate(pairs)
    ]
    total = margin + sum(cells(column[0]) for column in shown)
    gaps = len(shown) - 1
    gap = _WIDE_GAP if total + _WIDE_GAP * gaps <= width else _NARROW_GAP
    if total + gap * gaps > width:
        yield from _sentences(heads, rows, margin, width)
        return
    for position, row in enumerate(zip(*shown, strict=True)):
        spans: list[Span] = [(" " * margin, "")]
        for place, text in enumerate(row):
            look = "head" if position == 0 else "cell" if place else "name"
            spans += [(" " * gap if place else "", ""), (text, look)]
        yield tuple(spans)


def _sentences(
    heads: Sequence[str], rows: Sequence[Sequence[str]], margin: int, width: int
) -> Iterator[Row]:
    """A row of a table as a sentence; of a cell that is empty nothing is said."""
    for name, *values in rows:
        pairs = zip(heads[1:], values, strict=True)
        said = [f"{head} {value}" for head, value in pairs if value.strip()]
        yield ((" " * margin, ""), (name, "name"))
        if said:
            yield from wrapped(", ".join(said), "cell", margin + 2, width)


def _padded(column: list[str], *, right: bool) -> list[str]:
    width = max(map(cells, column))
    fill = [" " * (width - cells(text)) for text in column]
    pairs = zip(column, fill, strict=True)
    return [space + text if right else text + space for text, space in pairs]


def _at_the_point(column: list[str]) -> list[str]:
    """The figures of a column, padded so that their decimal points stand below each other."""
    tails = [_behind_the_point(text) for text in column]
    longest = max(tails, default=0)
    return [text + " " * (longest - tail) for text, tail in zip(column, tails, strict=True)]


def _behind_the_point(text: str) -> int:
    before, point, _ = text.partition(".")
    return cells(text) - cells(before) if point else 0


def box(matrix: MatrixRows, room: int) -> list[str] | None:
    """The lines of a matrix in brackets; None where it is wider than `room`."""
    lines = _boxed(matrix.rows)
    return lines if cells(lines[0]) <= room else None


def matrix_rows(matrix: MatrixRows, room: int) -> list[str]:
    """The lines of a matrix that must fit into `room`: cut, or in parts where all is asked for."""
    found = box(matrix, room)
    if found is not None:
        return found
    if matrix.whole:
        return _parts(matrix, room)
    count = len(matrix.rows[0])
    for kept in range(count - 1, 1, -1):
        rows = [(*row[: kept - 1], matrix.dots, row[-1]) for row in _without_dots(matrix)]
        lines = _boxed(rows)
        if cells(lines[0]) <= room:
            return lines
    return _boxed([(row[0], matrix.dots) for row in matrix.rows])


def _without_dots(matrix: MatrixRows) -> list[tuple[str, ...]]:
    """The rows without a column that only says that columns are left out."""
    dotted = {i for i, text in enumerate(matrix.rows[0]) if text == matrix.dots}
    return [tuple(t for i, t in enumerate(row) if i not in dotted) for row in matrix.rows]


def _parts(matrix: MatrixRows, room: int) -> list[str]:
    lines: list[str] = []
    first, count = 0, len(matrix.rows[0])
    while first < count:
        last = first + 1
        while last < count and cells(_boxed([r[first : last + 1] for r in matrix.rows])[0]) <= room:
            last += 1
        note = matrix.columns_note.replace("{first}", str(first + 1)).replace("{last}", str(last))
        lines += [note, *_boxed([row[first:last] for row in matrix.rows])]
        first = last
    return lines


def _boxed(rows: Sequence[Sequence[str]]) -> list[str]:
    columns = [
        _padded(_at_the_point(list(column)), right=True) for column in zip(*rows, strict=True)
    ]
    return [f"[ {'  '.join(row)} ]" for row in zip(*columns, strict=True)]

"""Files of arrays by their names: of NumPy, JSON with lists of numbers, CSV."""

from __future__ import annotations

import csv
import json
import zlib
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

HEADS = ("name", "row", "column", "value")
"""The columns of a CSV in which each row is one number, places counted from 0."""


def arrays_of(paths: Sequence[Path]) -> Mapping[str, Any]:
    """The arrays of some files, by their names.

    Raises:
        RefusalError: one cannot be read or holds something else, or two have the same name.
    """
    found: dict[str, Any] = {}
    for path in paths:
        for name, array in _arrays_in(path).items():
            if name in found:
                raise RefusalError("debug.twice", name=shown(str(name)), file=shown(path.name))
            found[name] = array
    return found


def is_file_of_arrays(text: str) -> bool:
    """Whether a name ends as a file of arrays does."""
    return text.lower().endswith(tuple(READERS))


def _arrays_in(path: Path) -> dict[str, Any]:
    name = shown(path.name)
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise RefusalError("debug.values_ending", name=name)
    try:
        found = read(path)
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        raise RefusalError("debug.no_json", name=name, line=line, column=column) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RefusalError("debug.no_values", name=name, reason=reason_of(error)) from None
    except (ValueError, EOFError, BadZipFile, RecursionError, zlib.error, csv.Error):
        raise RefusalError("debug.not_arrays", name=name) from None
    if not isinstance(found, dict):
        raise RefusalError("debug.not_a_mapping", name=name)
    return found


def _of_numpy(path: Path) -> Any:
    """An archive by the names in it; a single array by the name of its file."""
    import numpy as np

    # Nothing in the file is run: objects are refused.
    opened = np.load(path, allow_pickle=False)
    return {path.stem: opened} if isinstance(opened, np.ndarray) else dict(opened)


def _of_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8-sig"))


def _of_csv(path: Path) -> dict[str, Any]:
    """A number in each row, behind its name and place; else one array, by the name of its file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(line, row) for line, row in enumerate(csv.reader(file), 1) if any(row)]
    if not rows:
        raise RefusalError("debug.csv.empty", name=shown(path.name))
    heads = [cell.strip().lower() for cell in rows[0][1]]
    if set(HEADS) & set(heads):
        return _by_place(path, heads, rows[1:])
    numbers = [[_number(path, line, cell) for cell in row] for line, row in rows]
    return {path.stem: numbers[0][0] if len(numbers) == len(numbers[0]) == 1 else numbers}


def _by_place(path: Path, heads: list[str], rows: list[tuple[int, list[str]]]) -> dict[str, Any]:
    """Arrays from rows of a name, a place and a number; both parts of the place may be empty."""
    import numpy as np

    if sorted(heads) != sorted(HEADS):
        raise RefusalError("debug.csv.heads", name=shown(path.name), heads=",".join(HEADS))
    entries: dict[str, dict[tuple[int, ...], float]] = {}
    for line, row in rows:
        if len(row) != len(heads):
            raise RefusalError("debug.csv.cells", name=shown(path.name), line=line, count=4)
        told = dict(zip(heads, (cell.strip() for cell in row), strict=True))
        place = tuple(_place(path, line, told[axis]) for axis in ("row", "column") if told[axis])
        array = entries.setdefault(told["name"], {})
        if place in array:
            file, called = shown(path.name), shown(told["name"])
            raise RefusalError(
                "debug.csv.again", name=file, line=line, array=called, place=list(place)
            )
        array[place] = _number(path, line, told["value"])
    found = {}
    for name, array in entries.items():
        axes = {len(place) for place in array}
        lengths = tuple(max(along) + 1 for along in zip(*array, strict=False))
        at = {"name": shown(path.name), "array": shown(name)}
        if len(axes) > 1:
            raise RefusalError("debug.csv.axes", **at)
        # Where a place is far out the first gap comes early.
        gap = next((one for one in np.ndindex(lengths) if one not in array), None)
        if gap is not None:
            raise RefusalError("debug.csv.gap", **at, place=list(gap))
        found[name] = np.array([array[one] for one in np.ndindex(lengths)]).reshape(lengths)
    return found


def _number(path: Path, line: int, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        name, told = shown(path.name), shown(cell.strip())
        raise RefusalError("debug.csv.number", name=name, line=line, cell=told) from None


def _place(path: Path, line: int, cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) < 7):
        name = shown(path.name)
        raise RefusalError("debug.csv.place", name=name, line=line, cell=shown(cell))
    return int(cell)


READERS: dict[str, Callable[[Path], Any]] = {
    ".npz": _of_numpy, ".npy": _of_numpy, ".json": _of_json, ".csv": _of_csv,
}  # fmt: skip
"""What reads a file, by its ending."""

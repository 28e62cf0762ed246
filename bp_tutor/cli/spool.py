"""Texts that wait to be written, in the order of their places: few in memory, many in a file."""

from __future__ import annotations

from array import array
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_MEMORY = 4 * 2**20
"""So many bytes before they go to a temporary file."""
MISSING = -1


class Spool:
    """Texts by their place; they stand in a temporary file where there are many."""

    def __init__(self) -> None:
        self._starts, self._sizes = array("q"), array("L")
        self._end = 0
        # It lives as long as this object, and has no name that anybody could open.
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def put(self, place: int, text: str) -> None:
        """Keep the text of a place."""
        if lacking := place + 1 - len(self._starts):
            self._starts.extend([MISSING] * max(lacking, 0))
            self._sizes.extend([0] * max(lacking, 0))
        data = text.encode("utf-8", "surrogatepass")
        self._starts[place], self._sizes[place] = self._end, len(data)
        self._end += len(data)
        self._file.write(data)

    def __iter__(self) -> Iterator[str]:
        """Every text, in the order of the places."""
        at = MISSING
        for start, size in zip(self._starts, self._sizes, strict=True):
            if start == MISSING:
                continue
            if start != at:
                self._file.seek(start)
            at = start + size
            yield self._file.read(size).decode("utf-8", "surrogatepass")
        self._file.seek(self._end)

    def close(self) -> None:
        """Let go of the temporary file."""
        self._file.close()

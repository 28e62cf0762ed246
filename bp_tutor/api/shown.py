"""What spells itself as text, and shows itself in a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.output.wrapping import Row

WIDTH = 80


class Shown(ABC):
    """What spells itself as text, and in a notebook."""

    @abstractmethod
    def text(self, *, width: int = WIDTH, ascii_only: bool = False) -> str:
        """As a terminal shows it, at most `width` columns wide."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.text()}

    def __str__(self) -> str:
        return self.text()


def text_of(rows: Iterable[Row]) -> str:
    """Rows of styled text as a plain one."""
    from bp_tutor.output.terminal import write_rows

    stream = StringIO()
    write_rows(rows, stream, colour=False)
    return stream.getvalue()

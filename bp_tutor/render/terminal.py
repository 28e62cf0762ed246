"""Rows on a terminal, in quiet colours; or as plain text where there are none."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from bp_tutor.render.rows import Layout, document_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Document
    from bp_tutor.render.rows import Row

LOOKS = {
    "title": "bold",
    "fact": "dim",
    "picture": "cyan",
    "current": "bold reverse",
    "used": "bold yellow",
    "number": "dim",
    "heading": "bold cyan",
    "name": "bold",
    "sign": "dim",
    "rule": "blue",
    "formula": "",
    "numbers": "",
    "result": "bold green",
    "reason": "dim italic",
    "note": "dim",
    "head": "dim",
    "cell": "",
    "sound": "green",
    "broken": "bold red",
    "error": "red",
}


def write_document(document: Document, stream: IO[str], *, width: int, colour: bool) -> None:
    """The derivation on `stream`, at most `width` columns wide."""
    write_rows(document_rows(document, Layout(width)), stream, colour=colour)


def write_rows(rows: Iterable[Row], stream: IO[str], *, colour: bool) -> None:
    """Rows of styled text; Rich is only loaded where there are colours to show."""
    if not colour:
        stream.write("".join("".join(text for text, _ in row).rstrip() + "\n" for row in rows))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, highlight=False, markup=False, width=10_000)
    for row in rows:
        line = Text.assemble(*((text, LOOKS.get(look, "")) for text, look in row))
        console.print(line, soft_wrap=True)

"""Rows on a terminal, in quiet colours; or as plain text where there are none."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from bp_tutor.output.rows import document_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Document, Presentation
    from bp_tutor.output.wrapping import Row

GREEN, RED, PURPLE, PINK, GREY = (f"color({number})" for number in (29, 131, 98, 163, 243))
"""Colours that can be read on black as well as on white; a test works out the contrast.

They are those that are the same everywhere: the first sixteen are what each terminal likes, and
dim letters nobody knows how dim.
"""
LOOKS = {
    "title": "bold",
    "fact": GREY,
    "picture": PURPLE,
    "current": "bold reverse",
    "used": f"bold {PINK}",
    "number": GREY,
    "heading": f"bold {PURPLE}",
    "name": "bold",
    "sign": GREY,
    "rule": "italic",
    "formula": "",
    "numbers": "",
    "result": f"bold {GREEN}",
    "reason": f"italic {GREY}",
    "note": GREY,
    "command": "",
    "commands": GREY,
    "head": GREY,
    "cell": "",
    "sound": GREEN,
    "broken": f"bold {RED}",
    "error": RED,
}
FIXED = ("256", "truecolor")
"""The terminals that have those colours; elsewhere letters are only bold or italic."""


def write_document(
    document: Document, presentation: Presentation, stream: IO[str], *, width: int, colour: bool
) -> None:
    """The derivation on `stream`, at most `width` columns wide."""
    write_rows(document_rows(document, presentation, width), stream, colour=colour)


def write_rows(rows: Iterable[Row], stream: IO[str], *, colour: bool) -> None:
    """Rows of styled text; Rich is only loaded where there are colours to show."""
    if not colour:
        stream.write("".join("".join(text for text, _ in row).rstrip() + "\n" for row in rows))
        return
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, highlight=False, markup=False, width=10_000)
    styles = {look: Style.parse(text) for look, text in LOOKS.items()}
    if console.color_system not in FIXED:
        styles = {look: style.without_color for look, style in styles.items()}
    for row in rows:
        line = Text.assemble(*((text, styles.get(look, "")) for text, look in row))
        console.print(line, soft_wrap=True)

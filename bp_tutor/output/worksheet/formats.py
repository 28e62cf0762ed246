"""The formats of worksheets, by their endings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.explain import Presentation
    from bp_tutor.output.worksheet.pen import SheetPen


class Format(Frozen):
    """One format: who writes it, and what becomes of what is written."""

    name: str
    pen: Callable[[Presentation], SheetPen]
    made: Callable[[str], str | bytes]
    binary: bool = False

    @property
    def ending(self) -> str:
        """What the names of its files end in."""
        return f".{self.name}"


def _typst(presentation: Presentation) -> SheetPen:
    from bp_tutor.output.worksheet.typst import TypstSheetPen

    return TypstSheetPen(presentation)


def _markdown(presentation: Presentation) -> SheetPen:
    from bp_tutor.output.worksheet.markdown import MarkdownSheetPen

    return MarkdownSheetPen(presentation)


def _html(presentation: Presentation) -> SheetPen:
    from bp_tutor.output.worksheet.html import HtmlSheetPen

    return HtmlSheetPen(presentation)


def _pdf(source: str) -> bytes:
    from bp_tutor.output.paper.paper import library_of
    from bp_tutor.output.paper.pdf import pdf_of

    library_of("pdf")
    return pdf_of(source)


def _as_it_is(source: str) -> str:
    return source


FORMATS = {
    row.name: row
    for row in (
        Format("pdf", _typst, _pdf, binary=True),
        Format("typ", _typst, _as_it_is),
        Format("html", _html, _as_it_is),
        Format("md", _markdown, _as_it_is),
    )
}

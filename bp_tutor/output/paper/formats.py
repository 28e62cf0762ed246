"""The formats in which a derivation is written to a file, by their endings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import document_of, style_named
from bp_tutor.frozen import Frozen
from bp_tutor.output.diagram import picture_lines
from bp_tutor.output.paper.paper import library_of
from bp_tutor.output.paper.pen import PICTURE_WIDTH, written
from bp_tutor.output.paper.picture import given_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.explain import Document
    from bp_tutor.output.paper.paper import Paper
    from bp_tutor.output.paper.pen import Pen


class Format(Frozen):
    """One format; `write` gives its file, and whether everything in it was found right."""

    name: str
    write: Callable[[Paper], tuple[str | bytes, bool]]
    binary: bool = False

    @property
    def ending(self) -> str:
        """What the names of its files end in."""
        return f".{self.name}"


def _with_pen(paper: Paper, kind: type[Pen]) -> tuple[str, bool]:
    pen = kind(paper.reader)
    document = document_of(paper.reader.settings, paper.trace, paper.view)
    picture, beside = _pictures(document, paper, pen)
    return written(document, pen, picture, beside), document.sound


def _pictures(document: Document, paper: Paper, pen: Pen) -> tuple[str, str]:
    """The picture at the head, and what of it needs a page of its own."""
    if document.picture is None:
        return "", ""
    signs = paper.reader._replace(style=style_named(pen.picture_signs))
    lines = picture_lines(document.picture, signs, PICTURE_WIDTH)
    if not pen.draws:
        return pen.picture(lines), ""
    found = given_picture(paper.reader, paper.trace, paper.trace.runs[0])
    if found.fits:
        return pen.drawing(found, lines), ""
    if found.fits_sideways:
        return pen.picture(lines), pen.sideways(found)
    told = pen.paragraph(paper.reader.words.text("paper.too_wide"), quiet=True)
    return f"{pen.picture(lines)}\n\n{told}", ""


def _markdown(paper: Paper) -> tuple[str, bool]:
    from bp_tutor.output.paper.markdown import MarkdownPen

    return _with_pen(paper, MarkdownPen)


def _latex(paper: Paper) -> tuple[str, bool]:
    from bp_tutor.output.paper.latex import LatexPen

    return _with_pen(paper, LatexPen)


def _typst(paper: Paper) -> tuple[str, bool]:
    from bp_tutor.output.paper.typst import TypstPen

    return _with_pen(paper, TypstPen)


def _pdf(paper: Paper) -> tuple[bytes, bool]:
    from bp_tutor.output.paper.pdf import pdf_of

    library_of("pdf")
    source, sound = _typst(paper)
    return pdf_of(source), sound


def _notebook(paper: Paper) -> tuple[str, bool]:
    from bp_tutor.output.paper.notebook import notebook_of

    library_of("ipynb")
    return notebook_of(paper)


def _json(paper: Paper) -> tuple[str, bool]:
    from io import StringIO

    from bp_tutor.output.json_trace import write_trace

    stream = StringIO()
    sound = write_trace(paper.trace, paper.reader.symbols, paper.view, stream)
    return stream.getvalue(), sound


FORMATS = {
    row.name: row
    for row in (
        Format("md", _markdown),
        Format("tex", _latex),
        Format("typ", _typst),
        Format("pdf", _pdf, binary=True),
        Format("ipynb", _notebook),
        Format("json", _json),
    )
}

"""The formats in which a derivation is written to a file, by their endings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import derivation, style_named
from bp_tutor.explain.picture import picture_of
from bp_tutor.formula import UNICODE
from bp_tutor.frozen import Frozen
from bp_tutor.render.paper.pen import written
from bp_tutor.render.paper.picture import given_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.explain import Page, View
    from bp_tutor.render.paper.pen import Pen
    from bp_tutor.solve import Trace


PICTURE_WIDTH = 80


class Paper(Frozen):
    """What is to be written."""

    page: Page
    """How the reader sees it; the format brings a style of its own."""
    trace: Trace
    view: View


class Format(Frozen):
    """One format; `write` gives its file, and whether everything in it was found right."""

    name: str
    write: Callable[[Paper], tuple[str | bytes, bool]]
    binary: bool = False

    @property
    def ending(self) -> str:
        """What the names of its files end in."""
        return f".{self.name}"


class PaperError(Exception):
    """A file that cannot be made here: a key of the words, and values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def library(name: str) -> None:
    """Make sure that a library of the extra `paper` is there.

    Raises:
        PaperError: it is not.
    """
    from importlib.util import find_spec

    if find_spec(name) is None:
        raise PaperError("paper.library", name=name, command="pip install 'bp-tutor[paper]'")


def _with_pen(paper: Paper, pen: Pen) -> tuple[str, bool]:
    page = paper.page._replace(style=pen.style)
    document = derivation(page, paper.trace, paper.view)
    drawing = plate = ""
    if pen.draws and document.picture:
        found = given_picture(paper.page, paper.trace, paper.trace.runs[0])
        drawing = pen.drawing(found) if found.fits else ""
        plate = pen.plate(found.svg) if found.fits_turned else ""
    elif document.picture and pen.picture_signs != UNICODE.name:
        plain = page._replace(style=style_named(pen.picture_signs))
        lines = picture_of(plain, paper.trace.problem, paper.trace.runs[0], PICTURE_WIDTH)
        document = document._replace(picture=lines)
        found = given_picture(paper.page, paper.trace, paper.trace.runs[0])
        drawing = pen.sketch(found, lines) if found.fits else ""
        plate = pen.turned(found) if found.fits_turned else ""
    return written(document, pen, page.words.language, drawing, plate), document.sound


def _markdown(paper: Paper) -> tuple[str, bool]:
    from bp_tutor.render.paper.markdown import MarkdownPen

    return _with_pen(paper, MarkdownPen())


def _latex(paper: Paper) -> tuple[str, bool]:
    from bp_tutor.render.paper.latex import LatexPen

    return _with_pen(paper, LatexPen())


def _typst(paper: Paper) -> tuple[str, bool]:
    from bp_tutor.render.paper.typst import TypstPen

    return _with_pen(paper, TypstPen())


def _pdf(paper: Paper) -> tuple[bytes, bool]:
    from bp_tutor.render.paper.pdf import pdf_of

    library("typst")
    source, sound = _typst(paper)
    return pdf_of(source), sound


def _notebook(paper: Paper) -> tuple[str, bool]:
    from bp_tutor.render.paper.notebook import notebook_of

    library("nbformat")
    return notebook_of(paper)


def _json(paper: Paper) -> tuple[str, bool]:
    from io import StringIO

    from bp_tutor.render.json_trace import write_trace

    stream = StringIO()
    sound = write_trace(paper.trace, paper.page.symbols, paper.view, stream)
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

"""The derivation as a notebook: its text in Markdown, and below each section its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.explain import derivation
from bp_tutor.output.code.numpy_program import CellWriter
from bp_tutor.output.diagram import picture_lines
from bp_tutor.output.paper.markdown import MarkdownPen
from bp_tutor.output.paper.pen import PICTURE_WIDTH, section_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.output.paper.paper import Paper

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook_of(paper: Paper) -> tuple[str, bool]:
    """A notebook that runs from top to bottom, and whether everything in it was found right."""
    pen = MarkdownPen(paper.reader)
    document = derivation(paper.reader.settings, paper.trace, paper.view)
    code = CellWriter(paper.reader, paper.trace, paper.view).cells(document)
    head = [pen.heading(document.title, 1), *map(pen.paragraph, document.facts)]
    if document.picture is not None:
        head.append(pen.picture(picture_lines(document.picture, paper.reader, PICTURE_WIDTH)))
    cells = [("markdown", _joined(head)), ("code", code[-1])]
    for place, section in enumerate(document.sections):
        cells.append(("markdown", _joined(section_blocks(section, pen))))
        if place in code:
            cells.append(("code", code[place]))
    cells.append(("markdown", _joined(map(pen.paragraph, document.closing))))
    return _written(cells), document.sound


def _joined(blocks: Iterable[str]) -> str:
    return "\n\n".join(blocks)


def _written(cells: list[tuple[str, str]]) -> str:
    import nbformat

    new = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    # Numbered, because random names would make a new file every time.
    listed: list[Any] = []
    for number, (kind, text) in enumerate(cells, 1):
        make: Callable[..., Any] = new[kind]
        listed.append(make(text, id=f"cell-{number}"))
    notebook = nbformat.v4.new_notebook(cells=listed, metadata={"kernelspec": KERNEL})
    return str(nbformat.writes(notebook)) + "\n"

"""The picture of a document as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import GraphPicture, UnitPicture
from bp_tutor.formula import ASCII, UNICODE
from bp_tutor.words import cells

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.explain.document import Named, Picture, SizePicture

INDENT = "  "
EQUALS = " = "


def picture_lines(picture: Picture, presentation: Presentation, width: int) -> tuple[str, ...]:
    """The network or graph as rows of text, no wider than `width` where that can be."""
    if presentation.style.typeset:
        presentation = presentation._replace(style=UNICODE)
    ascii_only = presentation.style is ASCII
    if isinstance(picture, GraphPicture):
        from bp_tutor.output.diagram.graph import draw_graph
        from bp_tutor.pictures.layering import GraphNode

        nodes = [
            GraphNode(node.name, _label(node.label, presentation), node.uses)
            for node in picture.nodes
        ]
        return tuple(draw_graph(nodes, width=width, ascii_only=ascii_only))
    if isinstance(picture, UnitPicture):
        from bp_tutor.output.diagram.network import draw_network

        columns = [[_label(unit, presentation) for unit in layer] for layer in picture.layers]
        edges = [
            [[presentation.say(each) for each in goals] for goals in layer]
            for layer in picture.weights or ()
        ]
        trunks = [presentation.say(array) for array in picture.arrays]
        return tuple(draw_network(columns, edges, trunks, width=width, ascii_only=ascii_only))
    return _in_turn(picture, presentation, width)


def picture_in_words(picture: Picture, presentation: Presentation) -> str:
    """What a picture shows, in one line that can be read aloud."""
    if isinstance(picture, GraphPicture):
        return ", ".join(_label(node.label, presentation) for node in picture.nodes)
    if isinstance(picture, UnitPicture):
        return presentation.style.arrow.join(str(len(layer)) for layer in picture.layers)
    return presentation.style.arrow.join(map(presentation.say, picture.stages))


def _label(named: Named | None, presentation: Presentation) -> str:
    if named is None:
        return ""
    shown = (named.symbol, named.value) if named.value is not None else (named.symbol,)
    return EQUALS.join(map(presentation.say, shown))


def _in_turn(picture: SizePicture, presentation: Presentation, width: int) -> tuple[str, ...]:
    arrow = presentation.style.arrow
    first, *others = map(presentation.say, picture.stages)
    lines = [INDENT + first]
    for stage in others:
        if cells(lines[-1] + arrow + stage) > width - len(INDENT):
            lines.append(INDENT * 2)
        lines[-1] += arrow + stage
    return tuple(lines)

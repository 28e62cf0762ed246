"""Nothing on a printed worksheet lies over the edge of a box: measured on the pages themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw
import pytest

from bp_tutor.output.worksheet import FORMATS
from tests.worksheet.making import SMALL, pair

THIN, SHORT = 1.5, 12.0
"""In points: an edge is thinner than the one, and longer than the other."""
SLACK = 0.7


class Mark(NamedTuple):
    """Where something was printed: left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Mark) -> bool:
        return (
            self.left < other.right - SLACK and other.left < self.right - SLACK
            and self.bottom < other.top - SLACK and other.bottom < self.top - SLACK
        )  # fmt: skip

    def reaches(self, level: Mark) -> bool:
        """Whether an upright edge ends at a level one."""
        return level.left - 2 < self.left < level.right + 2 and any(
            abs(end - level.bottom) < 2 for end in (self.bottom, self.top)
        )


class Sheet(NamedTuple):
    """The glyphs and the straight edges of one page, and its width."""

    glyphs: list[Mark]
    edges: list[Mark]
    width: float


def pages_of(source: str) -> Iterator[Sheet]:
    made = FORMATS["pdf"].made(source)
    assert isinstance(made, bytes)
    for page in pypdfium2.PdfDocument(made):
        glyphs, edges = [], []
        for each in page.get_objects(max_depth=6):
            mark = Mark(*each.get_bounds())
            wide, high = mark.right - mark.left, mark.top - mark.bottom
            if each.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT:
                # A blank has no ink.
                glyphs += [mark] if wide and high else []
            elif min(wide, high) < THIN and max(wide, high) > SHORT:
                edges.append(mark)
        yield Sheet(glyphs, edges, page.get_width())


@pytest.mark.parametrize("formulas", [False, True])
@pytest.mark.parametrize("name", SMALL)
def test_nothing_is_printed_over_an_edge(name: str, formulas: bool) -> None:
    for page in pages_of(pair(name, "typ", "en", formulas).sheet):
        for glyph in page.glyphs:
            assert 40 < glyph.left < glyph.right < page.width - 40, (glyph, page.width)
            for edge in page.edges:
                assert not glyph.meets(edge), (glyph, edge)


@pytest.mark.parametrize("name", SMALL)
def test_there_is_room_to_write_in(name: str) -> None:
    """Two upright edges beside each other, of one height, are the sides of a box or lie between."""
    for page in pages_of(pair(name, "typ").sheet):
        level = [edge for edge in page.edges if edge.right - edge.left > edge.top - edge.bottom]
        # The wires of a drawing are no sides: no other edge begins where they end.
        upright = sorted(
            edge
            for edge in page.edges
            if edge.top - edge.bottom > 24 and any(edge.reaches(other) for other in level)
        )
        rows: dict[int, list[float]] = {}
        for edge in upright:
            rows.setdefault(round(edge.bottom), []).append(edge.left)
        for sides in rows.values():
            if len(sides) % 2 == 0:
                for left, right in zip(sides[::2], sides[1::2], strict=True):
                    assert right - left > 55, (left, right)

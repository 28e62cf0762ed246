"""Lines of a derivation as one reader sees them: every part spelled, none of them said twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bp_tutor.explain.document import Joined, Relation
from bp_tutor.explain.nodes import Matrix, Written
from bp_tutor.formula import replace, spell
from bp_tutor.formula.breaking import parting
from bp_tutor.formula.style import Binding
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.explain import Line, Presentation, Said, Section
    from bp_tutor.explain.asked import Question
    from bp_tutor.explain.worksheet import Part as SheetPart
    from bp_tutor.formula import Formula, Speller, Style
    from bp_tutor.formula.node import Shape

_FIRST_SLOT = 0xE000
"""Signs that no text has; each stands for a matrix until the formula around it is spelled."""


class MatrixRows(Frozen):
    """The figures of a matrix, spelled; a large one is cut in the middle, unless it is `whole`."""

    rows: tuple[tuple[str, ...], ...]
    whole: bool
    dots: str
    columns_note: str
    """What stands above some of the columns, with {first} and {last}."""


class SpelledPart(Frozen):
    """One way in which a line says its value."""

    kind: str
    relation: str
    text: str
    formula: Formula
    reason: Said = ""
    pieces: tuple[str | MatrixRows, ...] = ()
    """Where there are matrices: these with the signs between them, instead of a text."""


class SpelledLine(Frozen):
    """A line of a derivation in one style, notation and language."""

    name: str
    parts: tuple[SpelledPart, ...]
    reason: str
    shapes: tuple[str, ...] = ()
    """The shapes of what goes in and of what comes out, in matrix form."""


class _Slot(Written):
    """The place of a matrix in a formula that is spelled around it."""

    __slots__ = __match_args__ = ("number", "size")

    def __init__(self, number: int, size: Shape) -> None:
        self.number: Final = number
        self.size: Final = size

    @property
    def shape(self) -> Shape:
        return self.size

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return chr(_FIRST_SLOT + self.number), Binding.ATOM


def spelled_line(line: Line, presentation: Presentation, *, in_pieces: bool = False) -> SpelledLine:
    """A line in one style, notation and language.

    Matrices are spelled as the style has them; `in_pieces` they stand for themselves.
    """
    style = presentation.style
    parts = []
    for part in line.parts:
        relation = getattr(style, part.relation.value)
        pieces: tuple[str | MatrixRows, ...] = ()
        if in_pieces and (line.index is None or part.relation is Relation.IS):
            pieces = _around_matrices(part.formula, presentation)
        text = "" if pieces else presentation.say(part.formula)
        parts.append(SpelledPart(part.kind, relation, text, part.formula, part.reason, pieces))
    return SpelledLine(
        presentation.say(line.name),
        _said_once(parts),
        presentation.say(line.reason),
        shapes_of(line, presentation),
    )


def parted(formula: Formula, presentation: Presentation) -> str:
    """The spelled formula with the places at which it may be parted over rows."""
    return spell(formula, presentation._replace(style=parting(presentation.style)))


def _said_once(parts: list[SpelledPart]) -> tuple[SpelledPart, ...]:
    """The parts without those that the next one only repeats, as in ∂Z/∂B = 1 = 1."""
    said = [(part.text, part.pieces) for part in parts]
    return tuple(
        part for place, part in enumerate(parts) if said[place : place + 1] != said[place + 1 :][:1]
    )


def shapes_of(line: Line, presentation: Presentation) -> tuple[str, ...]:
    """`A₁ 1×3`, `W₁ 3×3 → Z₂ 1×3`."""
    if not line.arrays:
        return ()
    style = presentation.style
    *first, last, own = (
        presentation.name(array, None)
        + style.gap
        + style.by.join(style.number(str(length)) for length in array.shape)
        for array in line.arrays
    )
    return (*first, last + style.arrow + own)


def _around_matrices(formula: Formula, presentation: Presentation) -> tuple[str | MatrixRows, ...]:
    """The matrices of a formula with the signs between them; nothing where it has none."""
    found: list[MatrixRows] = []

    def slot(node: Formula) -> Formula | None:
        if not isinstance(node, Matrix):
            return None
        found.append(_rows_of(node, presentation))
        return _Slot(len(found) - 1, node.shape)

    reader = presentation._replace(style=parting(presentation.style, signs_first=True))
    text = spell(replace(formula, slot), reader)
    if not found:
        return ()
    pieces: list[str | MatrixRows] = []
    start = 0
    for place, sign in enumerate(text):
        if 0 <= ord(sign) - _FIRST_SLOT < len(found):
            pieces += [text[start:place]] if start < place else []
            pieces.append(found[ord(sign) - _FIRST_SLOT])
            start = place + 1
    return (*pieces, text[start:]) if start < len(text) else tuple(pieces)


def _rows_of(matrix: Matrix, presentation: Presentation) -> MatrixRows:
    note = presentation.words.text("elided.columns", first="{first}", last="{last}")
    rows = tuple(tuple(map(presentation.say, row)) for row in matrix.rows)
    return MatrixRows(rows, matrix.whole, presentation.dots, note)


def heading_of(section: Section | Question | SheetPart, style: Style) -> Said:
    """A heading behind the update that it belongs to."""
    if not section.occasion:
        return section.heading
    return Joined((section.occasion, section.heading), style.between)

"""Formulas in markup over several lines: about how wide they are, and where they may part.

How wide a formula becomes is only known once it is set. A rough count is enough here: a line
that ends a little early is still a good line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Style

_GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_FRACTION = re.compile(r"\\frac" + _GROUP + _GROUP)
_SCRIPT = re.compile(r"[_^]\{((?:[^{}]|\{[^{}]*\})*)\}")
_COMMAND = re.compile(r"\\(?:left|right|bigl|bigr|mathrm|mathcal|operatorname|text|hat|sqrt|,|\s)")
_WORD = re.compile(r"\\[a-z]+")
_MATRIX = re.compile(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}")
_ARGUMENT = r"((?:[^(),]|\((?:[^()]|\([^()]*\))*\))*)"
_TYPST_FRACTION = re.compile(rf"frac\({_ARGUMENT},{_ARGUMENT}\)")
_TYPST_SCRIPT = re.compile(r"[_^]\(((?:[^()]|\([^()]*\))*)\)")
_TYPST_MATRIX = re.compile(r'mat\(delim: "\[", ([^;]*)((?:;[^;)]*)*)\)')
_TYPST_WORD = re.compile(r"\\(?=[(),:])|op\(\"|\"\)|prime|space|hat|sqrt")
_GAP = 2
"""Columns between two entries of a matrix."""


class _Group(NamedTuple):
    """An open bracket: where it stands, and whether a line may end inside it."""

    place: int
    plain: bool


@lru_cache(maxsize=8192)
def width(text: str, style: str) -> int:
    """About how many characters of running text a formula is wide."""
    return _latex_width(text) if style == "latex" else _typst_width(text)


def _latex_width(text: str) -> int:
    text = _MATRIX.sub(lambda found: _widest(found[1].split(r"\\"), "&", _latex_width), text)
    before = ""
    while before != text:
        before = text
        text = _FRACTION.sub(lambda found: max(found[1], found[2], key=_latex_width), text)
    text = _SCRIPT.sub(lambda found: _small(_latex_width(found[1])), text)
    text = _WORD.sub("x", _COMMAND.sub("", text))
    return len(re.sub(r"[{}\s]", "", text)) + _spaces(text, "+-=x")


def _typst_width(text: str) -> int:
    text = _TYPST_MATRIX.sub(
        lambda found: _widest((found[1] + found[2]).split(";"), ",", _typst_width), text
    )
    before = ""
    while before != text:
        before = text
        text = _TYPST_FRACTION.sub(lambda found: max(found[1], found[2], key=_typst_width), text)
    text = _TYPST_SCRIPT.sub(lambda found: _small(_typst_width(found[1])), text)
    return len(re.sub(r"\s", "", _TYPST_WORD.sub("", text))) + _spaces(text, "+-=⋅⊙")


def _widest(rows: list[str], between: str, measure: Callable[[str], int]) -> str:
    """A stand-in as wide as a matrix: the widest entry of every column."""
    cells: list[list[int]] = [[measure(cell) for cell in row.split(between)] for row in rows]
    columns: list[int] = [max(column) for column in zip(*cells, strict=False)]
    return "m" * (sum(columns) + _GAP * len(columns) + 1)


def _small(width_: int) -> str:
    """What stands for a script: its figures are smaller."""
    return "s" * -(-width_ * 7 // 10)


def _spaces(text: str, signs: str) -> int:
    """The room around signs."""
    return sum(text.count(f" {sign} ") for sign in signs) * 3 // 4


def broken(text: str, style: Style, room: int) -> list[str]:
    """A formula over as many lines as it needs: parted at its signs, sums before products."""
    if width(text, style.name) <= room:
        return [text]
    sums = (style.plus, style.subtract, style.elementwise)
    for inside in (False, True):
        for signs in (sums, (*sums, style.times)):
            lines = _filled(_split(text, style, signs, inside=inside), style, room)
            if all(width(line, style.name) <= room for line in lines):
                return lines
    return lines


def _filled(chunks: list[str], style: Style, room: int) -> list[str]:
    lines = [chunks[0]]
    for chunk in chunks[1:]:
        if width(lines[-1] + chunk, style.name) <= room:
            lines[-1] += chunk
        else:
            lines.append(chunk)
    return lines


def _split(text: str, style: Style, signs: tuple[str, ...], *, inside: bool) -> list[str]:
    """The text cut before its signs; `inside` within the outermost brackets as well."""
    groups: list[_Group] = []
    cuts = [0]
    opened: list[tuple[int, int]] = []
    for place, letter in enumerate(text):
        if (
            text.startswith(signs, place)
            and place
            and (not groups or (inside and len(groups) == 1 and groups[0].plain))
        ):
            cuts.append(place)
        if letter in "({[":
            groups.append(_Group(place, _is_plain(text, place, style)))
        elif letter in ")}]" and groups:
            group = groups.pop()
            if not groups and group.plain:
                opened.append((group.place, place))
    chunks = [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return (
        [_loose(chunk, start, opened, style) for chunk, start in zip(chunks, cuts, strict=True)]
        if inside
        else chunks
    )


def _is_plain(text: str, place: int, style: Style) -> bool:
    """Whether a bracket is one of the formula's own, and not of the markup."""
    if text[place] != "(":
        return False
    if style.name == "latex":
        return text[:place].endswith(r"\left")
    return text[place - 1 : place] in ("", " ", "(")


def _loose(chunk: str, start: int, groups: list[tuple[int, int]], style: Style) -> str:
    """A part of a formula in which brackets that are closed in another part stand alone."""
    end = start + len(chunk)
    parted = {
        place - start
        for group in groups
        for place in group
        if start <= place < end and not (start <= group[0] and group[1] < end)
    }
    pieces = []
    for place, letter in enumerate(chunk):
        if place in parted and style.name == "typst":
            pieces.append("\\" + letter)
        else:
            pieces.append(letter)
    if style.name != "latex" or not parted:
        return "".join(pieces)
    for place in sorted(parted, reverse=True):
        size = r"\bigl" if chunk[place] == "(" else r"\bigr"
        sign = r"\left" if chunk[place] == "(" else r"\right"
        chunk = chunk[: place - len(sign)] + size + chunk[place:]
    return chunk

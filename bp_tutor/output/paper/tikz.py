"""Pictures in LaTeX, drawn by TikZ: the same shapes as in SVG, before the first step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.output.svg import DESCENT
from bp_tutor.pictures import Box, Label, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.output.paper.picture import Picture
    from bp_tutor.pictures.moment import Moment

POINTS = 0.75
"""Points in a unit of the picture."""
_WIRES = {"curve": "thick", "bias": "gray, densely dotted", "trail": "gray, densely dotted"}
_BOXES = {"group": "gray, dashed", "zero": "gray, densely dotted"}
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
_HAT = re.compile("(.)\u0302")


def tikz_of(picture: Picture, escaped: Callable[[str], str], room: tuple[float, float]) -> str:
    """The picture, in so many points to either side; `escaped` writes words."""
    scene, moment = picture.scene, picture.moment
    wide, high = scene.width * POINTS, scene.height * POINTS
    scale = min(1.0, room[0] / wide, room[1] / high)
    units = f"x={POINTS}pt, y=-{POINTS}pt, scale={scale:.3f}"
    lines = [rf"\begin{{tikzpicture}}[{units}, transform shape, >=stealth]"]
    lines += (_wire(shape, moment) for shape in scene.shapes if isinstance(shape, Wire))
    lines += (_box(shape, moment) for shape in scene.shapes if isinstance(shape, Box))
    lines += _labels(picture, escaped)
    return "\n".join([*filter(None, lines), r"\end{tikzpicture}"])


def _hidden(keys: tuple[str, ...], moment: Moment) -> bool:
    """Whether a shape stands for what is not known yet."""
    return bool(keys) and all(moment.state(key) == "unknown" for key in keys)


def _wire(wire: Wire, moment: Moment) -> str:
    if wire.role in ("step", "tangent") and _hidden(wire.keys, moment):
        return ""
    style = _WIRES.get(wire.role, "gray")
    points = " -- ".join(f"({x:.1f},{y:.1f})" for x, y in wire.points)
    return rf"\draw[{style}{', ->' if wire.arrow else ''}] {points};"


def _box(box: Box, moment: Moment) -> str:
    if box.role == "window" or (box.role == "point" and _hidden(box.keys, moment)):
        return ""
    if box.role == "point":
        middle = f"({box.x + box.width / 2:.1f},{box.y + box.height / 2:.1f})"
        return rf"\fill {middle} circle[radius={box.width / 2 * POINTS:.1f}pt];"
    style = _BOXES.get(box.role, "gray, fill=black!3")
    corners = f", rounded corners={min(box.round, box.height / 2) * POINTS:.1f}pt"
    far = f"({box.x + box.width:.1f},{box.y + box.height:.1f})"
    start = f"({box.x:.1f},{box.y:.1f})"
    return rf"\draw[{style}{corners if box.round else ''}] {start} rectangle {far};"


def _labels(picture: Picture, escaped: Callable[[str], str]) -> Iterator[str]:
    for label, text, known in picture.labels:
        yield _label(label, _written(text, escaped), known=known)


def _label(label: Label, text: str, *, known: bool) -> str:
    size = label.size * POINTS
    style = [f"anchor={_ANCHORS[label.anchor]}", "inner sep=1pt"]
    style += [] if label.inside else ["fill=white", "inner ysep=0.5pt"]
    style += [] if known and label.role != "caption" else ["text=black!65"]
    font = rf"\fontsize{{{size:.1f}}}{{{size * 1.2:.1f}}}\selectfont\sffamily"
    place = f"({label.x:.1f},{label.y + DESCENT * label.size:.1f})"
    return rf"\node[{', '.join(style)}] at {place} {{{font} {text}}};"


def _written(text: str, escaped: Callable[[str], str]) -> str:
    """The text with hats that stand over their letters."""
    pieces = _HAT.split(text)
    return "".join(
        rf"\ensuremath{{\hat{{{piece}}}}}" if place % 2 else escaped(piece)
        for place, piece in enumerate(pieces)
    )

"""A picture as SVG: every shape with the values it stands for, every text escaped."""

from __future__ import annotations

from itertools import count
from math import ceil, copysign
from typing import TYPE_CHECKING

from bp_tutor.output.svg_style import ARROWS, arrows, style_of
from bp_tutor.pictures import Box, Label, Wire
from bp_tutor.pictures.hits import hits_of
from bp_tutor.pictures.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.pictures import Area, Scene, Shape
    from bp_tutor.pictures.moment import Moment

LEVELS = 4
"""Of the strength of a weight, by the width of its wire; 0 is a weight of 0."""
DESCENT = 0.35
"""From the middle of a row down to the line on which letters stand, in heights of letters."""
CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0x7F, 0xFFFE, 0xFFFF), "")
_IN_TEXT = CONTROL | str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_VALUE = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
"""What becomes of signs that are markup, and of those that XML does not allow.

(The standard library's own functions for this bring half of its network modules along.)
"""


def svg_of(
    scene: Scene,
    moment: Moment | None = None,
    *,
    look: str = "file",
    labels: bool = True,
    titles: bool = True,
    before: Scene | None = None,
) -> str:
    """A picture as SVG.

    At a `moment` only what is shown then is there, marked by what the step does with it;
    without one everything is there, for a page that shows and hides it by itself, and that takes
    hold of labels where it has the look of pages. `look` is
    `file` (colours inside, dark where the reader's screen is dark), `paper` (light colours
    inside) or `page` (none: the page's style rules). Without `labels` there is no text in it,
    without `titles` nothing that is said where something is pointed at. A page can have another
    drawing `before` it, for wider screens, behind whose wires its own are counted.
    """
    width, height = _number(scene.width), _number(scene.height)
    size = "" if look == "page" else f' width="{width}" height="{height}"'
    title = _text(scene.title)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"{size}'
        f' class="scene {scene.kind}{" narrow" if before else ""}" role="img"'
        f" aria-label={_value(scene.title)}>"
    )
    lines = [head, *([f"<title>{title}</title>"] if titles else [])]
    if look != "page":
        lines.append(f"<style>{style_of(dark=look == 'file')}</style>")
    lines.append(arrows())
    if look != "page":
        lines.append(f'<rect class="paper" width="{width}" height="{height}"/>')
    # Wires lie under boxes, and the edge of a cell that is looked at over its neighbours.
    shapes = list(scene.shapes if moment is None else _in_update(scene))
    numbers = count(Routes(before).count if before else 0)
    for wire in shapes:
        if isinstance(wire, Wire):
            number = next(numbers) if wire.route is not None else None
            lines.append(_wire(wire, moment, number, scene.update))
    boxes = [shape for shape in shapes if isinstance(shape, Box)]
    if moment is not None:
        boxes.sort(key=lambda box: _rank(box, moment))
    lines += (_box(box, moment) for box in boxes)
    if look == "page" and moment is None:
        lines += (_hit(key, area) for key, area in hits_of(scene))
    lines += (
        (_symbol_alone(scene, label) if before else _label(scene, label, moment, titles=titles))
        for label in (scene.labels if labels else ())
        if moment is None or not label.key or moment.shown.get(label.place) == label.key
    )
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def _in_update(scene: Scene) -> Iterator[Shape]:
    """The shapes in the picture of one update: of earlier ones only their way."""
    for shape in scene.shapes:
        if isinstance(shape, Label) or shape.update in (0, scene.update):
            yield shape
        elif shape.update < scene.update and shape.role != "tangent":
            role = "trail" if shape.role == "step" else shape.role
            yield shape._replace(keys=(), role=role)


def _rank(box: Box, moment: Moment) -> int:
    """Which boxes are drawn later, over others."""
    states = {moment.state(key) for key in box.keys}
    return 2 * (box.role == "window") + ("used" in states) + 2 * ("gives" in states)


def _wire(wire: Wire, moment: Moment | None, number: int | None, update: int) -> str:
    role, strengths = wire.role, list(map(_level, wire.strengths))
    if strengths:
        # A picture of one update alone knows nothing of those before it.
        now = strengths[min(update, len(strengths)) - 1]
        role += f" weight-{abs(now)}" + (" minus" if now < 0 else "")
    classes = _classes(role, wire.keys, moment)
    if moment is not None and number in moment.wires:
        classes = f"{role} gives {moment.direction}"
    arrow = ""
    if wire.arrow:
        name = next((part for part in classes.split() if part in ARROWS), "plain")
        side = "start" if name == "backward" else "end"
        arrow = f' marker-{side}="url(#arrow-{name})"'
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in wire.points)
    place = "" if number is None or moment is not None else f' data-wire="{number}"'
    # Where they are all alike, the class has said it.
    if len(set(strengths)) > 1 and moment is None:
        place += f' data-strengths="{" ".join(map(str, strengths))}"'
    more = _keys(wire.keys) + place + _update(wire, moment)
    return f'<polyline class="{classes}"{more} points="{points}"{arrow}/>'


def _level(strength: float) -> int:
    """How strong a weight is, in four levels, with its sign."""
    return int(copysign(ceil(LEVELS * abs(strength)), strength))


def _box(box: Box, moment: Moment | None) -> str:
    corner = f' rx="{_number(box.round)}"' if box.round else ""
    return (
        f'<rect class="{_classes(box.role, box.keys, moment)}"'
        f"{_keys(box.keys)}{_update(box, moment)}"
        f' x="{_number(box.x)}" y="{_number(box.y)}"'
        f' width="{_number(box.width)}" height="{_number(box.height)}"{corner}/>'
    )


def _hit(key: str, area: Area) -> str:
    """Where a label is taken hold of, which is larger than the label itself."""
    x, y, width, height = map(_number, (area.x, area.y, area.width, area.height))
    return (
        f'<rect class="hit" data-key={_value(key)} x="{x}" y="{y}"'
        f' width="{width}" height="{height}"/>'
    )


def _label(scene: Scene, label: Label, moment: Moment | None, *, titles: bool) -> str:
    classes = _classes(label.role, (label.key,) if label.key else (), moment)
    symbol, number = _symbol(scene, label), _text(label.number)
    known = bool(number) and (moment is None or moment.state(label.key) != "unknown")
    values = label.written(scene.values)
    parts = []
    if not known or values != "numbers" or moment is None:
        parts.append(f'<tspan class="symbol">{symbol}</tspan>')
    if known and values in ("both", "named"):
        parts.append('<tspan class="equals"> = </tspan>')
    if known and values != "symbols":
        parts.append(f'<tspan class="number">{number}</tspan>')
    more = _more(label)
    title = (
        f"<title>{symbol}{' = ' + number if known else ''}</title>" if label.key and titles else ""
    )
    head = _text_head(f"{classes}{more}", label, placed=moment is not None)
    return f"{head}{title}{''.join(parts)}</text>"


def _symbol_alone(scene: Scene, label: Label) -> str:
    """A label whose number the page's script writes, after a sign where it is `both`."""
    both = " both" if label.number and label.written(scene.values) == "both" else ""
    return f"{_text_head(f'{label.role}{_more(label)}{both}', label)}{_symbol(scene, label)}</text>"


def _more(label: Label) -> str:
    """How it stands there."""
    return "".join(
        f" {word}"
        for word, holds in (
            (label.anchor, label.anchor != "middle"),
            ("small", label.small),
            ("inside", label.inside),
            ("crowded", label.crowded),
            ("bare", label.bare),
            ("aside", label.aside),
        )
        if holds
    )


def _text_head(classes: str, label: Label, *, placed: bool = False) -> str:
    # On a page, a label without a place has one of its own name.
    named = label.place != label.key or (placed and label.key)
    place = f" data-place={_value(label.place)}" if named else ""
    return (
        f'<text class="label {classes}"{_keys((label.key,) if label.key else ())}{place}'
        f' x="{_number(label.x)}" y="{_number(label.y + DESCENT * label.size)}">'
    )


def _symbol(scene: Scene, label: Label) -> str:
    """What stands there; a word in each language, of which the page shows one."""
    if not label.versions:
        return _text(label.symbol)
    pairs = zip(scene.languages, label.versions, strict=True)
    return "".join(f'<tspan lang="{language}">{_text(text)}</tspan>' for language, text in pairs)


def _classes(role: str, keys: Iterable[str], moment: Moment | None) -> str:
    """The role, and at a moment whether the shape is looked at, and in which direction."""
    if moment is None or not keys:
        return role
    states = {moment.state(key) for key in keys}
    for state in ("gives", "used"):
        if state in states:
            return f"{role} {state} {moment.direction}"
    return f"{role} {'known' if 'known' in states else 'unknown'}"


def _keys(keys: tuple[str, ...]) -> str:
    return f" data-key={_value(' '.join(keys))}" if keys else ""


def _update(shape: Wire | Box, moment: Moment | None) -> str:
    """For a page that shows several updates one after the other."""
    return f' data-update="{shape.update}"' if shape.update and moment is None else ""


def _number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _text(text: str) -> str:
    return text.translate(_IN_TEXT)


def _value(text: str) -> str:
    return f'"{text.translate(_IN_VALUE)}"'

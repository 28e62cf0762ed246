"""How pictures look: colours, lines and letters, for files of their own and for pages.

What goes forward is blue and drawn through, what comes back is orange and dashed, updates are
green; a wire is as wide as its weight is strong, and broken by short gaps where that is negative:
nothing is told by colour alone.
"""

from __future__ import annotations

ARROWS = ("plain", "forward", "backward", "update")
_CHINESE = (
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'WenQuanYi Zen Hei'"
)
FONTS = f"'Helvetica Neue', Arial, 'Noto Sans', 'Liberation Sans', {_CHINESE}, sans-serif"
LIGHT = {
    "paper": "#ffffff",
    "ink": "#1b1f24",
    "quiet": "#59636e",
    "line": "#b4bcc6",
    "plus": "#6d8fb3",
    "minus": "#b5739a",
    "fill": "#f6f8fa",
    "forward": "#0b57c4",
    "backward": "#b24300",
    "update": "#1a7031",
    "forward-fill": "#dcebff",
    "backward-fill": "#ffe9d9",
    "update-fill": "#dbf5e1",
}
DARK = {
    "paper": "#14181d",
    "ink": "#e8edf2",
    "quiet": "#9fabb7",
    "line": "#4d5965",
    "plus": "#56789c",
    "minus": "#9c5c83",
    "fill": "#1f262d",
    "forward": "#7cb5ff",
    "backward": "#ffab70",
    "update": "#6fd98a",
    "forward-fill": "#14325c",
    "backward-fill": "#55290c",
    "update-fill": "#12401f",
}
"""The names of the colours, and what they are on a light and on a dark screen."""

_RULES = """
.paper { fill: %paper; }
.label { font-family: %fonts; font-size: 13px; text-anchor: middle; fill: %ink;
  stroke: %paper; stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
.label.start { text-anchor: start; }
.label.end { text-anchor: end; }
.label.small { font-size: 11px; }
.label.inside { stroke: none; }
.label.caption { fill: %quiet; }
.label.step-number { font-weight: bold; }
.label.unknown { fill: %quiet; }
.label.delta, .label.gradient { fill: %backward; }
.label.updated, .label.step { fill: %update; }
.label.gives, .label.used { font-weight: bold; }
.wire, .bias, .axis, .curve, .tangent, .trail, polyline.step {
  fill: none; stroke: %line; stroke-width: 1.3px; }
.weight-1 { stroke: %plus; stroke-width: 0.9px; }
.weight-2 { stroke: %plus; stroke-width: 1.6px; }
.weight-3 { stroke: %plus; stroke-width: 2.4px; }
.weight-4 { stroke: %plus; stroke-width: 3.3px; }
.weight-0 { stroke-width: 0.6px; }
.minus { stroke: %minus; stroke-dasharray: 11 3; }
polyline.curve { stroke: %ink; stroke-width: 1.8px; }
.tangent { stroke: %backward; stroke-dasharray: 7 4; }
.trail { stroke-dasharray: 2 3; }
polyline.step { stroke: %update; stroke-width: 2px; }
.point { fill: %ink; }
.point.unknown, .step.unknown, .tangent.unknown { visibility: hidden; }
.bias { stroke-dasharray: 2 3; }
.unit, .node, .target, rect.loss, .cell, .kernel, .group {
  fill: %fill; stroke: %line; stroke-width: 1.3px;
}
.group { fill: none; stroke-dasharray: 4 4; }
.zero { fill: none; stroke: %line; stroke-width: 1px; stroke-dasharray: 2 3; }
rect.window { fill: none; stroke: none; }
.label.head { font-size: 13px; }
"""
_ACTIVE = """
.label.gives.{name}, .label.used.{name} {{ fill: %{name}; }}
polyline.gives.{name}, polyline.used.{name} {{ stroke: %{name}; stroke-width: 2.6px;{dash} }}
rect.used.{name} {{ stroke: %{name}; stroke-width: 2.2px;{dash} }}
rect.window.gives.{name} {{ stroke: %{name}; stroke-width: 3.2px; }}
rect.gives.{name}:not(.window) {{ stroke: %{name}; stroke-width: 3.2px; fill: %{name}-fill;{dash} }}
"""


def chinese_first(svg: str) -> str:
    """The same picture for a compiler that takes one font for a whole text.

    Where that font lacks Chinese, it would fall back to any other, also to one of handwriting.
    """
    return svg.replace(FONTS, f"{_CHINESE}, {FONTS}")


def style_of(*, dark: bool) -> str:
    """The style of a file that stands alone, with its colours written in."""
    rules = _with_colours(LIGHT)
    if dark:
        rules += "@media (prefers-color-scheme: dark) {" + _with_colours(DARK) + "}"
    return rules


def page_rules() -> str:
    """The same rules with the page's own variables `--forward`, `--paper`, ... for colours."""
    return _with_colours({name: f"var(--{name})" for name in LIGHT})


def page_colours(*, dark: bool) -> str:
    """What the variables of `page_rules` are, `--ink: #1b1f24; ...`."""
    return " ".join(f"--{name}: {value};" for name, value in (DARK if dark else LIGHT).items())


def _with_colours(colours: dict[str, str]) -> str:
    text = _RULES
    for name, dash in (("forward", ""), ("backward", " stroke-dasharray: 7 4;"), ("update", "")):
        text += _ACTIVE.format(name=name, dash=dash)
        text += f"#arrow-{name} path {{ fill: %{name}; }}\n"
    text += "#arrow-plain path { fill: %line; }\n"
    for name in sorted(colours, key=len, reverse=True):
        text = text.replace(f"%{name}", colours[name])
    return text.replace("%fonts", FONTS)


def arrows() -> str:
    """The heads of the wires; what comes back has its head at the other end."""
    found = []
    for name in ARROWS:
        path = "M9,0 L0,4 L9,8 Z" if name == "backward" else "M0,0 L9,4 L0,8 Z"
        x = 0 if name == "backward" else 9
        found.append(
            f'<marker id="arrow-{name}" markerWidth="9" markerHeight="8" refX="{x}" refY="4"'
            f' orient="auto" markerUnits="userSpaceOnUse"><path d="{path}"/></marker>'
        )
    return f"<defs>{''.join(found)}</defs>"

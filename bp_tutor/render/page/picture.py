"""The picture on the page: as SVG whose words stand there in every language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.render.page.html import Html
from bp_tutor.render.svg import svg_of
from bp_tutor.words.both import OPEN, apart

if TYPE_CHECKING:
    from bp_tutor.explain.scene import Scene
    from bp_tutor.render.page.prose import Prose

_TITLE = re.compile(r"<title>[^<]*</title>")
_INSIDE = re.compile(f">([^<>]*{OPEN}[^<>]*)<")
_ATTRIBUTE = re.compile(f'="([^"]*{OPEN}[^"]*)"')


def picture_html(scene: Scene, prose: Prose) -> Html:
    """The picture; its script shows and hides what is known at each step."""
    svg = _TITLE.sub("", svg_of(scene, look="page"))

    def words(found: re.Match[str]) -> str:
        spans = (
            f'<tspan lang="{language}">{apart(found[1], place)}</tspan>'
            for place, language in enumerate(prose.languages)
        )
        return f">{''.join(spans)}<"

    if OPEN in svg:
        svg = _INSIDE.sub(words, svg)
        svg = _ATTRIBUTE.sub(lambda found: f'="{apart(found[1], 0)}"', svg)
    return Html(svg)

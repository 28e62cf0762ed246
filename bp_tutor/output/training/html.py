"""A training as a web page of its own: the picture, and its numbers as tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.formula import style_named
from bp_tutor.output.page.html import Html, joined, tag
from bp_tutor.output.page.lines import Numbering, section_html
from bp_tutor.output.page.policy import policy_of_styles
from bp_tutor.output.page.prose import Prose
from bp_tutor.output.training.tidy import readable

if TYPE_CHECKING:
    from bp_tutor.explain import Document, Presentation


def training_page(svg: str, document: Document, presentation: Presentation) -> str:
    """One file that needs nothing else; its formulas are MathML."""
    reader = presentation._replace(style=style_named("mathml"))
    prose = Prose([reader])
    language = reader.words.language
    style = _style()
    inside = Html(svg[svg.index("<svg ") :])
    rules = inside.partition("<style")[2].partition(">")[2].partition("</style>")[0]
    allowed = policy_of_styles(style, rules)
    head = joined(
        (
            Html('<meta charset="utf-8">'),
            Html(f'<meta http-equiv="Content-Security-Policy" content="{allowed}">'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            tag("title", {}, readable(reader.say(document.title))),
            tag("style", {}, Html(style)),
        )
    )
    sections = (section_html(part, prose, Numbering({}, {})) for part in document.sections)
    body = tag(
        "main",
        {},
        tag("h1", {}, prose.write(document.title)),
        joined(tag("p", {"class": "facts"}, prose.write(fact)) for fact in document.facts),
        tag("figure", {"tabindex": "0"}, inside),
        tag("div", {"class": "tables"}, *sections),
    )
    page = tag("html", {"lang": language}, tag("head", {}, head), tag("body", {}, body))
    return f"<!DOCTYPE html>\n{page}\n"


@cache
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")

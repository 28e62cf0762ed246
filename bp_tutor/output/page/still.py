"""A derivation as a piece of a page: no script, no picture, nothing loaded; for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import Line
from bp_tutor.output.page.html import Html, joined, tag
from bp_tutor.output.page.lines import Numbering, section_html
from bp_tutor.output.page.prose import Prose

if TYPE_CHECKING:
    from bp_tutor.explain import Document, Presentation, Section

STYLE = Html("""
.bp-tutor { line-height: 1.5; overflow-x: auto; }
.bp-tutor h1 { font-size: 1.3em; margin: .5em 0; }
.bp-tutor h2 { font-size: 1.1em; margin: 1em 0 .3em; }
.bp-tutor math { math-style: normal; font-size: 1.15em; }
.bp-tutor .line { display: grid; grid-template-columns: auto 1fr; gap: 0 .4em; margin: .6em 0;
  align-items: baseline; }
.bp-tutor .parts > div { display: flex; gap: .4em; align-items: baseline; padding: .2em 0; }
.bp-tutor .why, .bp-tutor .note { color: gray; font-style: italic; margin-left: auto; }
.bp-tutor .listing math { margin-right: .8em; }
.bp-tutor td, .bp-tutor th { text-align: right; padding: 0 .8em; }
""")
"""Colours of its own it has none: notebooks are light or dark."""


def still_html(document: Document, reader: Presentation) -> Html:
    """The derivation with its formulas in MathML, one language and one form; `reader` spells it."""
    prose = Prose((reader,))
    nowhere = Numbering({}, {})
    head = tag("h1", {}, prose.write(document.title))
    facts = [tag("p", {"class": "note"}, prose.write(fact)) for fact in document.facts]
    parts = [section_html(_unlinked(part), prose, nowhere) for part in document.sections]
    closing = [tag("p", {"class": "note"}, prose.write(said)) for said in document.closing]
    inside = joined((tag("style", {}, STYLE), head, *facts, *parts, *closing))
    return tag("div", {"class": "bp-tutor"}, inside)


def _unlinked(section: Section) -> Section:
    """A section whose lines lead to no proofs: these stand on the page that plays."""
    blocks = tuple(
        block._replace(proofs=()) if isinstance(block, Line) else block for block in section.blocks
    )
    return section._replace(blocks=blocks)

"""What stands below the derivation on a page: its general form, and proofs of the slopes in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import Line, Note, Table, View, sentence
from bp_tutor.explain.general import general_sections
from bp_tutor.explain.proofs import proof_named, proof_section, proof_symbols
from bp_tutor.explain.slopes import slopes_in
from bp_tutor.output.page.html import Html, joined, tag
from bp_tutor.output.page.prose import Prose, anchor_of, maths
from bp_tutor.output.spelled import spelled_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Section
    from bp_tutor.solve import Trace


def appendix(trace: Trace, prose: Prose) -> Html:
    """Closed parts that a click opens; the proofs also by the links of the lines."""
    run = trace.runs[0]
    settings = prose.readers[0].settings
    parts: list[Html] = []
    if settings.structure.units:
        sections = list(general_sections(settings, run, View()))
        heads = [tag("h3", {}, prose.heading(section)) + section_table(section, prose)
                 for section in sections]  # fmt: skip
        parts.append(_part("general", prose.write(sentence("general.title")), *map(Html, heads)))
    symbols = proof_symbols()
    proofs = Prose(tuple(reader._replace(symbols=symbols) for reader in prose.readers))
    for name in _proofs(trace):
        proof = proof_named(name)
        if proof is not None:
            section = proof_section(proof)
            parts.append(
                _part(anchor_of(name), proofs.heading(section), section_table(section, proofs))
            )
    return joined(parts)


def _proofs(trace: Trace) -> tuple[str, ...]:
    """The proofs that lines rest on, in the order of the lines."""
    program = trace.runs[0].program
    names = (name for line in program.lines for name in slopes_in(program, line.quantity))
    return tuple(dict.fromkeys(names))


def _part(name: str, title: Html, *inside: Html) -> Html:
    return tag("details", {"class": "appendix"}, tag("summary", {"id": name}, title), *inside)


def section_table(section: Section, prose: Prose) -> Html:
    """Lines with a reason behind each formula, and sentences between them."""
    found: list[Html] = []
    rows: list[Html] = []
    for block in section.blocks:
        if isinstance(block, Line):
            rows += _rows(block, prose)
            continue
        if rows:
            found.append(tag("table", {}, *rows))
            rows = []
        if isinstance(block, Note) and not isinstance(block, Table):
            found.append(tag("p", {"class": "note"}, prose.write(block.text)))
    if rows:
        found.append(tag("table", {}, *rows))
    return tag("div", {"class": "wide", "tabindex": "0"}, *found)


def _rows(line: Line, prose: Prose) -> Iterator[Html]:
    spelled = spelled_line(line, prose.readers[0])
    name = maths(spelled.name)
    for part in spelled.parts:
        reason = part.reason or line.reason
        sign = tag("math", {}, Html(part.relation))
        why = tag("span", {"class": "why"}, prose.write(reason)) if reason else Html("")
        yield tag("tr", {}, tag("td", {}, name), tag("td", {}, sign, maths(part.text)),
                  tag("td", {}, why))  # fmt: skip
        name = Html("")

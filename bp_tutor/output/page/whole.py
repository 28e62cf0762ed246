"""The whole page: the frame with everything put into it."""

from __future__ import annotations

import re
from binascii import b2a_base64
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.explain import sentence
from bp_tutor.explain.numbers import format_number
from bp_tutor.frozen import Frozen
from bp_tutor.output.page.appendix import appendix
from bp_tutor.output.page.data import as_shown, dumped, numbered
from bp_tutor.output.page.html import Html, escaped, joined, tag
from bp_tutor.output.page.lines import blocks_html, section_of
from bp_tutor.output.page.packing import gathered
from bp_tutor.output.page.policy import policy
from bp_tutor.output.page.prose import Prose
from bp_tutor.output.page.views import Views, packed, text_of
from bp_tutor.output.svg import svg_of
from bp_tutor.output.svg_style import page_colours, page_rules
from bp_tutor.solve.rounding import LEAST_FIGURES, NEARLY, NOTHING, ROUNDED_TWICE
from bp_tutor.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.explain import Document, Presentation
    from bp_tutor.pictures import Scene
    from bp_tutor.solve import Trace

ASSETS = Path(__file__).with_name("assets")
FONT = "maths.woff2"
"""A subset of a free font; what it is and its licence stand beside it in `maths.txt`."""
HASHES = "hashes.txt"
"""The hashes of script and style, `policy.py`."""
SCRIPTS = (
    "base", "views", "state", "predict", "lines", "card", "player", "loss", "fit",
    "picture", "settings", "pointing", "start",
)  # fmt: skip
"""The parts of the script, in the order in which they need each other."""
DIGITS = (2, 3, 4, 5, 6, 8)
"""What the reader can choose from, beside the digits that the page was made with."""
MOST_TICK = 4
"""Digits beside a curve."""
MARKING = {
    "twice": ROUNDED_TWICE, "nearly": NEARLY, "nothing": NOTHING, "figures": LEAST_FIGURES,
}  # fmt: skip
"""The rules by which an answer counts as a number, rounded or cut off, as marking has them."""
WORDS = "page."
KEYS = ("right", "left", "space", "back", "ends", "phases", "predict", "form", "help")
"""The rows of the help, by the keys that they are about."""
PRESSED = {
    "right": "→", "left": "←", "space": "Space", "back": "Shift Space", "ends": "Home End",
    "phases": "Page↑ Page↓", "predict": "p", "form": "m", "help": "?",
}  # fmt: skip
_SLOT = re.compile(r"\{\{(?:(\w+):)?([\w.]+)\}\}")
_COMMENT = re.compile(r"^(?<!\n\n)\s*+(?://.*|/\*[\s\S]*?\*/)\n", re.MULTILINE)
"""A run of empty lines is looked at from its first one alone, or it would take the square of it."""
_INDENT = re.compile(r"^ +", re.MULTILINE)
_KEYS = re.compile(r'data-key="([^"]+)"')


class PageParts(Frozen):
    """What a page is made of."""

    readers: tuple[Presentation, ...]
    """How the derivation is spelled in each language: in MathML, in one notation."""
    language: str
    """The language in which it opens."""
    asked: bool
    """Whether that language was asked for, so that no other one is remembered instead."""
    trace: Trace
    document: Document
    """In both forms."""
    scene: Scene
    narrow: Scene
    """The same for a narrow screen; the same scene where that is narrow already."""
    losses: tuple[tuple[int, float], ...]
    """The loss after so many updates."""
    mistakes: tuple[Any, ...] = ()
    """By update and value: wrong answers, each from where to where, with what explains it."""

    @property
    def reader(self) -> Presentation:
        """Who reads the page as it opens."""
        return next(each for each in self.readers if each.words.language == self.language)


class Frame(Frozen):
    """What a page brings along around what it shows: in one file, or beside others of a site."""

    policy: str
    """Its content security policy."""
    style: Html
    script: Html
    tools: Html = Html("")
    """What can be done on a site and not on a single page."""
    more: tuple[str, ...] = ()
    """Sections of the words that its script needs beside those of every page."""


def write_page(parts: PageParts, frame: Frame | None = None) -> str:
    """The page as one text; without a `frame` it needs nothing else."""
    frame = frame or _alone()
    prose, reader = Prose(parts.readers), parts.reader
    pieces = pieces_of(parts, frame.more)
    filled = {
        "lang": parts.language,
        "policy": frame.policy,
        "version": __version__,
        "title_text": reader.say(parts.document.title),
        "style": frame.style,
        "languages": joined(_language(each, parts.language) for each in parts.readers),
        "digits": _digits(reader.settings.digits),
        "help": _help(prose),
        "data": Html(dumped(pieces.data)),
        "tools": frame.tools,
        "script": frame.script,
        **pieces.shown,
    }
    return filled_in(asset("frame.html"), prose, reader, filled)


def _alone() -> Frame:
    script, style = script_of_pages(), style_of_pages()
    return Frame(
        policy(script, style, asset(HASHES)),
        tag("style", {}, Html(style)),
        tag("script", {}, Html(script)),
    )


def filled_in(template: str, prose: Prose, reader: Presentation, filled: Mapping[str, str]) -> Html:
    """A template with its words and labels, and with what else is to stand in it."""

    def put(slot: re.Match[str]) -> str:
        kind, name = slot.groups()
        key = name if "." in name else f"{WORDS}{name}"
        if kind == "word":
            return prose.write(sentence(key))
        if kind == "label":
            text = reader.words.text(key)
            return f'data-label="{name}" aria-label="{escaped(text)}"'
        return escaped(filled[name])

    return Html(_SLOT.sub(put, template))


class Pieces(Frozen):
    """What of a page changes with its numbers."""

    shown: dict[str, Html]
    """By the slot of the frame."""
    blocks: tuple[Html, ...]
    """The blocks of the derivation, as they stand in it one after the other."""
    data: dict[str, Any]
    """For the script."""
    views: Views
    """The numbers, from which those of other inputs are made."""


def pieces_of(parts: PageParts, more: Sequence[str] = (), digits: Sequence[int] = ()) -> Pieces:
    """The pieces of a page.

    `digits`: those that there is to be a view for; without any, all that can be chosen.
    """
    prose = Prose(parts.readers)
    rules = {step.quantity: step.line.rule for run in parts.trace.runs for step in run.steps}
    scenes = tuple(dict.fromkeys((parts.scene, parts.narrow)))
    numbering, steps = numbered(parts.document, rules, scenes)
    blocks = [blocks_html(section, prose, numbering) for section in parts.document.sections]
    several = zip(parts.document.sections, blocks, strict=True)
    sections = joined(section_of(*each, prose, numbering) for each in several)
    picture = svg_of(parts.scene, look="page", titles=False)
    for scene in scenes[1:]:
        picture += svg_of(scene, look="page", titles=False, before=parts.scene)
    shown = {
        "title": prose.write(parts.document.title),
        "facts": joined(
            tag("p", {"class": "facts"}, prose.write(fact)) for fact in parts.document.facts
        ),
        "picture": Html(picture),
        "derivation": sections,
        "closing": _closing(parts.document, prose),
        "appendix": appendix(parts.trace, prose),
    }
    keys = set(" ".join(_KEYS.findall(sections + picture)).split())
    views = Views.made(parts.reader.settings, parts.trace, parts.document, numbering, keys)
    data = _data(parts, steps, keys, more) | _numbers(parts, views, digits)
    return Pieces(shown, tuple(block for group in blocks for block in group), data, views)


def _numbers(parts: PageParts, views: Views, digits: Sequence[int]) -> dict[str, Any]:
    """Every number of the page, with the digits that can be chosen."""
    own = parts.reader.settings.digits
    chosen = sorted(digits or {*DIGITS, own}) if views.free else [own]
    losses = [loss for _, loss in parts.losses if isfinite(loss)]
    ticks = [losses[0], losses[-1], max(losses), min(losses)] if losses else []
    return {
        **views.layout(),
        "views": packed([views.at(count) for count in chosen]),
        "free": views.free,
        "loss": [list(point) for point in parts.losses],
        "loss_key": _loss_key(parts.trace),
        "ticks": {
            count: [text_of(format_number(tick, min(count, MOST_TICK))) for tick in ticks]
            for count in chosen
        },
    }


def _loss_key(trace: Trace) -> str:
    """What the loss is called among the values; empty where there is none."""
    loss = trace.runs[0].program.model.loss
    return "" if loss is None else loss.identifier(())


def _data(
    parts: PageParts, steps: dict[str, Any], keys: set[str], more: Sequence[str]
) -> dict[str, Any]:
    """What the script works with."""
    several = [reader.words for reader in parts.readers]
    runs = list(parts.trace.runs)
    before, after = parts.trace.before, parts.trace.after
    ends = [run for run in (before, after) if run is not None]
    used = {step[2] for found in steps.values() for step in found} - {""}
    settings = parts.reader.settings
    return {
        "languages": [words.language for words in several],
        "asked": parts.asked,
        "title": {
            reader.words.language: reader.say(parts.document.title) for reader in parts.readers
        },
        "digits": settings.digits,
        "first": parts.trace.problem.conventions.first_update,
        "steps": {form: as_shown(found, keys) for form, found in steps.items()},
        "before": len(runs) + 1,
        "after": len(runs) + len(ends),
        "marking": MARKING,
        **gathered(parts.mistakes),
        "rules": {
            rule: {
                words.language: [words.rule(rule, size) for size in ("short", "long")]
                for words in several
            }
            for rule in sorted(used)
        },
        "words": {
            words.language: {
                key.removeprefix(WORDS): text
                for section in ("page", *more)
                for key, text in words.section(section).items()
            }
            for words in several
        },
    }


def _language(reader: Presentation, opened: str) -> Html:
    name = reader.words.language
    pressed = "true" if name == opened else "false"
    names = {"type": "button", "data-language": name, "lang": None, "aria-pressed": pressed}
    return tag("button", names, reader.words.text("page.own_name"))


def _digits(usual: int) -> Html:
    return joined(
        tag("option", {"value": str(count), "selected": count == usual}, str(count))
        for count in sorted({*DIGITS, usual})
    )


def _closing(document: Document, prose: Prose) -> Html:
    names = {"class": "closing" if document.sound else "closing broken"}
    lines = [tag("p", {}, prose.write(line)) for line in document.closing]
    return tag("div", names, *lines) if lines else Html("")


def _help(prose: Prose) -> Html:
    rows = [
        joined(
            (
                tag("dt", {}, *(tag("kbd", {}, key) for key in PRESSED[name].split())),
                tag("dd", {}, prose.write(sentence(f"page.key_{name}"))),
            )
        )
        for name in KEYS
    ]
    more = tag("p", {}, prose.write(sentence("page.help_pointing")))
    return joined((tag("dl", {}, *rows), more))


@cache
def asset(name: str) -> str:
    """A file that pages are made of."""
    return (ASSETS / name).read_text(encoding="utf-8")


def script_of_pages(more: str = "") -> str:
    """All parts in one function, so that nothing of them lies about in the page.

    `more` parts, which the others do not know of, come before the last one, which starts all.
    """
    *parts, start = (asset(f"{name}.js") for name in SCRIPTS)
    body = _plain("".join((*parts, more, start)))
    return f'"use strict";\n(() => {{\n{body}}})();\n'


def _plain(text: str) -> str:
    """Without comments and indents: who reads them reads them where they are written."""
    return _INDENT.sub("", _COMMENT.sub("", text))


@cache
def _font() -> str:
    """The font of formulas, which a page brings along: not every computer has one."""
    kept = b2a_base64((ASSETS / FONT).read_bytes(), newline=False).decode()
    source = f'url("data:font/woff2;base64,{kept}") format("woff2")'
    return f'@font-face {{ font-family: "bp-tutor maths"; src: {source}; }}\n'


def style_of_pages() -> str:
    """The font of formulas, the colours in both lights, the look of the picture, the rest."""
    light, dark = page_colours(dark=False), page_colours(dark=True)
    return (
        f"{_font()}:root {{ {light} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
        f':root[data-theme="dark"] {{ {dark} }}\n'
        f"@media print {{ :root, :root[data-theme] {{ {light} }} }}\n"
        f"{page_rules()}{_plain(asset('page.css'))}"
    )

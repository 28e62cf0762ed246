"""The whole page: the frame with everything put into it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor import __version__
from bp_tutor.frozen import Frozen
from bp_tutor.render.page.data import as_shown, dumped, numbered, values_of
from bp_tutor.render.page.html import Html, escaped, joined, tag
from bp_tutor.render.page.lines import section_html
from bp_tutor.render.page.picture import picture_html
from bp_tutor.render.page.policy import policy
from bp_tutor.render.page.prose import Prose
from bp_tutor.render.svg_style import page_colours, page_rules
from bp_tutor.words.both import apart

if TYPE_CHECKING:
    from bp_tutor.explain import Document, Page
    from bp_tutor.explain.scene import Scene
    from bp_tutor.solve import Trace
    from bp_tutor.words.both import AllWords

ASSETS = Path(__file__).with_name("assets")
HASHES = "hashes.txt"
"""The hashes of script and style, `policy.py`."""
SCRIPTS = (
    "base", "numbers", "arithmetic", "state", "predict", "lines", "card", "player", "loss", "fit",
    "picture", "settings", "pointing", "start",
)  # fmt: skip
"""The parts of the script, in the order in which they need each other."""
DIGITS = (2, 3, 4, 5, 6, 8)
"""What the reader can choose from, beside the digits that the page was made with."""
WORDS = "page."
KEYS = ("right", "left", "space", "back", "ends", "phases", "predict", "form", "help")
"""The rows of the help, by the keys that they are about."""
PRESSED = {
    "right": "→", "left": "←", "space": "Space", "back": "Shift Space", "ends": "Home End",
    "phases": "Page↑ Page↓", "predict": "p", "form": "m", "help": "?",
}  # fmt: skip
_SLOT = re.compile(r"\{\{(?:(\w+):)?(\w+)\}\}")
_KEYS = re.compile(r'data-key="([^"]+)"')


class PageParts(Frozen):
    """What a page is made of."""

    page: Page
    """How the derivation was spelled: in MathML, in all languages at once."""
    words: AllWords
    language: str
    """The language in which it opens."""
    asked: bool
    """Whether that language was asked for, so that no other one is remembered instead."""
    trace: Trace
    document: Document
    """In both forms."""
    scene: Scene
    losses: tuple[tuple[int, float], ...]
    """The loss after so many updates."""


def write_page(parts: PageParts) -> str:
    """The page as one text that needs nothing else."""
    languages = [words.language for words in parts.words.several]
    prose = Prose(languages)
    rules = {step.quantity: step.line.rule for run in parts.trace.runs for step in run.steps}
    numbering, steps = numbered(parts.document, rules, parts.scene, whole=parts.page.whole)
    sections = joined(
        section_html(section, prose, numbering) for section in parts.document.sections
    )
    picture = picture_html(parts.scene, prose)
    script, style = script_of_pages(), style_of_pages()
    place = languages.index(parts.language)
    filled = {
        "lang": parts.language,
        "policy": policy(script, style, asset(HASHES)),
        "version": __version__,
        "title_text": apart(parts.document.title, place),
        "style": Html(style),
        "title": prose.write(parts.document.title),
        "facts": joined(
            tag("p", {"class": "facts"}, prose.write(fact)) for fact in parts.document.facts
        ),
        "languages": joined(_language(parts, name) for name in languages),
        "digits": _digits(parts.page.digits),
        "picture": picture,
        "derivation": sections,
        "closing": _closing(parts.document, prose),
        "help": _help(parts.words, prose),
        "data": Html(dumped(_data(parts, steps, _KEYS.findall(sections + picture)))),
        "script": Html(script),
    }

    def put(slot: re.Match[str]) -> str:
        kind, name = slot.groups()
        if kind == "word":
            return prose.write(parts.words.text(f"page.{name}"))
        if kind == "label":
            text = apart(parts.words.text(f"page.{name}"), place)
            return f'data-label="{name}" aria-label="{escaped(text)}"'
        return escaped(filled[name])

    return _SLOT.sub(put, asset("frame.html"))


def _data(parts: PageParts, steps: dict[str, Any], shown: list[str]) -> dict[str, Any]:
    """What the script works with."""
    several = parts.words.several
    runs = list(parts.trace.runs)
    before, after = parts.trace.before, parts.trace.after
    ends = [run for run in (before, after) if run is not None]
    keys = set(" ".join(shown).split())
    used = {step[2] for found in steps.values() for step in found} - {""}
    return {
        "languages": [words.language for words in several],
        "asked": parts.asked,
        "title": {
            words.language: apart(parts.document.title, place)
            for place, words in enumerate(several)
        },
        "digits": parts.page.digits,
        "first": parts.trace.problem.conventions.first_update,
        "steps": {form: as_shown(found, keys) for form, found in steps.items()},
        "runs": [values_of(run, keys, parts.page) for run in runs + ends],
        "before": len(runs) + 1,
        "after": len(runs) + len(ends),
        "loss": [list(point) for point in parts.losses],
        "rules": {
            rule: {
                words.language: [words.rule(rule, size) for size in ("short", "long")]
                for words in several
            }
            for rule in sorted(used)
        },
        "words": {
            words.language: {
                key.removeprefix(WORDS): text for key, text in words.section("page").items()
            }
            for words in several
        },
    }


def _language(parts: PageParts, name: str) -> Html:
    pressed = "true" if name == parts.language else "false"
    names = {"type": "button", "data-language": name, "lang": None, "aria-pressed": pressed}
    own = next(words for words in parts.words.several if words.language == name)
    return tag("button", names, own.text("page.own_name"))


def _digits(usual: int) -> Html:
    return joined(
        tag("option", {"value": str(count), "selected": count == usual}, str(count))
        for count in sorted({*DIGITS, usual})
    )


def _closing(document: Document, prose: Prose) -> Html:
    names = {"class": "closing" if document.sound else "closing broken"}
    lines = [tag("p", {}, prose.write(line)) for line in document.closing]
    return tag("div", names, *lines) if lines else Html("")


def _help(words: AllWords, prose: Prose) -> Html:
    rows = [
        joined(
            (
                tag("dt", {}, *(tag("kbd", {}, key) for key in PRESSED[name].split())),
                tag("dd", {}, prose.write(words.text(f"page.key_{name}"))),
            )
        )
        for name in KEYS
    ]
    more = tag("p", {}, prose.write(words.text("page.help_pointing")))
    return joined((tag("dl", {}, *rows), more))


@cache
def asset(name: str) -> str:
    """A file that pages are made of."""
    return (ASSETS / name).read_text(encoding="utf-8")


def script_of_pages() -> str:
    """All parts in one function, so that nothing of them lies about in the page."""
    body = "".join(asset(f"{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{body}}})();\n'


def style_of_pages() -> str:
    """The colours in both lights, the look of the picture, the page's own rules."""
    light, dark = page_colours(dark=False), page_colours(dark=True)
    return (
        f":root {{ {light} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
        f':root[data-theme="dark"] {{ {dark} }}\n'
        f"@media print {{ :root, :root[data-theme] {{ {light} }} }}\n"
        f"{page_rules()}{asset('page.css')}"
    )

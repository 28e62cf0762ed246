"""The index of a site: its exercises by topic and difficulty, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from bp_tutor.frozen import Frozen
from bp_tutor.output.page.html import Html, escaped, joined, tag
from bp_tutor.problem.topics import DIFFICULTIES, TOPICS
from bp_tutor.site.frame import asset
from bp_tutor.words import languages, load_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.problem.model import Text
    from bp_tutor.words import Words

INDEX = "index.html"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none';"
    " form-action 'none'"
)


class Entry(Frozen):
    """An exercise as the index has it."""

    name: str
    title: Text
    topic: str
    difficulty: str


def index_names(language: str) -> dict[str, str]:
    """How the index of each language is called, where that of a site is `language`."""
    others = (name for name in languages() if name != language)
    return {language: INDEX} | {name: f"index.{name}.html" for name in others}


def index_pages(entries: Sequence[Entry], language: str, style: str) -> dict[str, bytes]:
    """The index in every language by its name; that of the site's `language` is `index.html`."""
    names = index_names(language)
    return {
        name: _index_page(entries, load_words(each), names, style) for each, name in names.items()
    }


def _index_page(
    entries: Sequence[Entry], words: Words, names: Mapping[str, str], style: str
) -> bytes:
    groups = joined(
        _topic(topic, [entry for entry in entries if entry.topic == topic], words)
        for topic in TOPICS
        if any(entry.topic == topic for entry in entries)
    )
    jumps = joined(
        tag("a", {"href": f"#{topic}"}, words.text(f"menu.topic.{topic}"))
        for topic in TOPICS
        if any(entry.topic == topic for entry in entries)
    )
    others = joined(
        tag("a", {"href": names[name], "hreflang": name, "lang": name},
            load_words(name).text("page.own_name"))
        for name in languages() if name != words.language
    )  # fmt: skip
    filled = {
        "lang": words.language, "policy": POLICY, "style": style,
        "title": words.text("site.title"), "lead": words.text("site.lead"),
        "languages": others, "jumps": jumps, "jump": words.text("site.topics"), "groups": groups,
    }  # fmt: skip
    page = asset("index.html")
    for name, value in filled.items():
        page = page.replace(f"{{{{{name}}}}}", escaped(value))
    return page.encode()


def _topic(topic: str, entries: list[Entry], words: Words) -> Html:
    ordered = sorted(entries, key=lambda entry: (DIFFICULTIES.index(entry.difficulty), entry.name))
    return tag(
        "section",
        {"id": topic},
        tag("h2", {}, words.text(f"menu.topic.{topic}")),
        tag("ul", {}, *(_entry(entry, words) for entry in ordered)),
    )


def _entry(entry: Entry, words: Words) -> Html:
    picture = tag("img", {"src": quote(f"pictures/{entry.name}.svg"), "alt": "", "loading": "lazy"})
    level = tag("span", {"class": f"level {entry.difficulty}"},
                words.text(f"menu.level.{entry.difficulty}"))  # fmt: skip
    title = tag("span", {"class": "title"}, words.choose(entry.title.in_language))
    name = tag("span", {"class": "name"}, entry.name)
    address = f"{quote(entry.name)}.html#lang={words.language}"
    return tag("li", {}, tag("a", {"href": address}, picture, title, name, level))

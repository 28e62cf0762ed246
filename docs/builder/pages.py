"""Texts of pages as the site has them: links, pictures, live pages."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container

ROOT = Path(__file__).parents[2]
FROM_ROOT = {
    "CONTRIBUTING.md": "developer/contributing.md",
    "CHANGELOG.md": "developer/changes.md",
}
"""Pages that stand at the root, where readers of the code look for them, and on the site."""
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
DIRECTIVE = re.compile(r"^<!-- (picture|page): (.*?) \| bp-tutor (.*?) -->$", re.MULTILINE)
CATALOGUE = re.compile(r"^<!-- catalogue: (\w+) -->$", re.MULTILINE)
FRAME = "<!-- frame: "
ENGLISH_ONLY = Path(__file__).with_name("only-english.zh.txt")


FORMULAS = re.compile(r'^<div class="bp-tutor">.*</div>$', re.MULTILINE)
"""Formulas as the program writes them, each on a line."""
KEPT = re.compile(r"<!-- formulas (\d+) -->")


class Asset(NamedTuple):
    """A file that the program makes while the site is built: a picture, or a page that plays."""

    file: str
    arguments: tuple[str, ...]


class Place(NamedTuple):
    """Where a page stands, among `docs/` and on the site."""

    source: str
    """From `docs/`, such as `student/quiz.zh.md`."""
    language: str
    """Of the pages among which it is shown: not its own where it has not been translated."""

    @property
    def up(self) -> str:
        """The way from the page to the root of the site."""
        return "../" * (self.source.count("/") + (self.language != "en"))


def linked(text: str, place: Place, known: Container[str]) -> str:
    """The text with links as the site has them.

    MkDocs takes a link to a page for one to its translation. Where the other language is meant, it
    becomes an address. `known` are all pages, from `docs/`.
    """

    def link(found: re.Match[str]) -> str:
        told, target, anchor = found.groups(default="")
        if not target.endswith(".md") or "://" in target:
            return found[0]
        there = _there(target, place)
        meant = "zh" if there.endswith(".zh.md") else "en"
        page = there.removesuffix(".md").removesuffix(".zh")
        translated = f"{page}.zh.md" in known
        own = place.source.endswith(f".{place.language}.md") or place.language == "en"
        if place.language != meant and translated and (own or anchor):
            language = "" if meant == "en" else f"{meant}/"
            return f'<a href="{place.up}{language}{page}.html{anchor}">{told}</a>'
        relative = os.path.relpath(f"{page}.md", PurePosixPath(place.source).parent)
        return f"[{told}]({relative}{anchor})"

    return "".join(
        part if part.startswith("```") else LINK.sub(link, part) for part in FENCED.split(text)
    )


def _there(target: str, place: Place) -> str:
    """The page that a link of a page means, from `docs/`."""
    at_root = {there: name for name, there in FROM_ROOT.items()}
    origin = PurePosixPath(at_root.get(place.source, f"docs/{place.source}"))
    there = os.path.normpath(origin.parent / target)
    return FROM_ROOT.get(there, there.removeprefix("docs/"))


def language_of(place: str) -> str:
    """The language of a page, by the end of its name."""
    return "zh" if place.endswith(".zh.md") else "en"


def assets_of(text: str, place: str) -> tuple[str, list[Asset]]:
    """The text with pictures where it asks for them, and what has to be made for it."""
    found: list[Asset] = []
    language = language_of(place)
    up = "../" * place.count("/")

    def put(directive: re.Match[str]) -> str:
        kind, title, command = directive.groups()
        ending = {"picture": "svg", "page": "html"}[kind]
        name = re.sub(r"[^a-z0-9]+", "-", command.lower()).strip("-")
        file = f"made/{name}-{language}.{ending}"
        found.append(Asset(file, (*command.split(), "--lang", language, "-o")))
        if kind == "picture":
            return f"![{title}]({up}{file}){{ .made }}"
        return f"{FRAME}{file} | {title} -->"

    return DIRECTIVE.sub(put, text), found


def with_assets(text: str, up: str) -> str:
    """The text with its live pages in frames; `up` leads from the page to the root of the site."""
    return re.sub(
        rf"^{FRAME}(\S+) \| (.*?) -->$",
        rf'<iframe class="made" src="{up}\1" title="\2" loading="lazy"></iframe>'
        rf'\n\n<a href="{up}\1">\2</a>',
        text,
        flags=re.MULTILINE,
    )


def without_formulas(text: str, kept: list[str]) -> str:
    """The text with a mark for each piece of formulas, which is added to those that are kept.

    They are markup already, and much of it: neither Markdown nor the search has to read it.
    """

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"<!-- formulas {len(kept) - 1} -->"

    return FORMULAS.sub(keep, text)


def with_formulas(text: str, kept: list[str]) -> str:
    """The text with the formulas in the places of their marks."""
    return KEPT.sub(lambda mark: kept[int(mark[1])], text)


def with_word_on_language(text: str) -> str:
    """An English page among Chinese ones says at its head that it is English."""
    heading, _, rest = text.partition("\n")
    said = ENGLISH_ONLY.read_text(encoding="utf-8")
    return f"{heading}\n\n{said}\n{rest}"

"""What MkDocs calls while it builds the site (`hooks` in mkdocs.yml).

The pages are prepared in a folder of their own: those of `docs/`, those of the root, and those
of the catalogue, with the pictures and live pages that they ask for. MkDocs builds from there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docs.builder.pages import (
    Place,
    language_of,
    linked,
    with_assets,
    with_formulas,
    with_word_on_language,
    without_formulas,
)
from docs.builder.prepare import prepare

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

_FORMULAS: list[str] = []
_PAGES: set[str] = set()


def on_config(config: MkDocsConfig) -> None:
    """Prepare the pages, once for all languages."""
    folder = Path(config.site_dir).with_name("pages")
    if Path(config.docs_dir) != folder:
        _PAGES.update(prepare(folder))
        config.docs_dir = str(folder)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: object) -> str:
    """A page of one language: where it is not in that language, it says so."""
    place = Place(page.file.src_uri, str(config.theme["language"]))
    markdown = linked(markdown, place, _PAGES)
    if place.language != "en" and language_of(place.source) == "en":
        markdown = with_word_on_language(markdown)
    return without_formulas(with_assets(markdown, place.up), _FORMULAS)


def on_post_page(output: str, **_: object) -> str:
    """The finished page, with its formulas."""
    return with_formulas(output, _FORMULAS)

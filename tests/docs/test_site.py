"""The documentation as a site: built strictly, whole in both languages, loading nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from bp_tutor.api.names import NAMES
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.layer import LAYERS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.catalogue.optimisers import OPTIMISERS
from bp_tutor.words import languages
from docs.builder.catalogue import entries_of
from docs.builder.doctests import fenced
from docs.builder.pages import (
    Place,
    assets_of,
    linked,
    with_assets,
    with_formulas,
    with_word_on_language,
    without_formulas,
)
from docs.builder.prepare import make
from tests.docs.blocks import ROOT

LOADED = re.compile(r"<(?:script|img|iframe|link|source)\b[^>]*?\b(?:src|href)=\"?([^\"\s>]+)")
FOLLOWED = re.compile(r"<a\b[^>]*?\bhref=\"?([^\"\s>]+)")
IN_STYLES = re.compile(r"url\(['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


def leads_somewhere(target: str, page: Path) -> bool:
    """Whether an address on a page of the built site is a file of the site, and a place in it."""
    address = urlsplit(target)
    there = page.parent / unquote(address.path) if address.path else page
    if not there.exists():
        return False
    place = unquote(address.fragment)
    return (
        not place
        or place == "__codelineno"
        or bool(re.search(rf'id="?{re.escape(place)}[" >]', _text(there)))
    )


@cache
def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_site_is_built_strictly_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(site)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html")}
    english = {name for name in pages if not name.startswith(("zh/", "made/", "404"))}
    chinese = {name.removeprefix("zh/") for name in pages if name.startswith("zh/")}
    assert english == chinese
    assert len(english) > 30
    for page in pages.values():
        text = _text(page)
        for target in LOADED.findall(text):
            assert not urlsplit(target).netloc, f"{page.name} loads {target}"
        for target in [*LOADED.findall(text), *FOLLOWED.findall(text)] * (page.name != "404.html"):
            if not urlsplit(target).scheme:
                assert leads_somewhere(target, page), f"{page.name} leads to {target}"
    for style in site.rglob("*.css"):
        for found in IN_STYLES.findall(style.read_text(encoding="utf-8")):
            assert not urlsplit("".join(found)).netloc, f"{style.name} loads {found}"
    # What is made from the program is on its pages.
    assert "<math" in pages["zh/catalogue/losses.html"].read_text(encoding="utf-8")
    api = pages["programmer/api.html"].read_text(encoding="utf-8")
    assert "<blockquote" not in api
    for name in NAMES:
        assert f'id="bp_tutor.{name}"' in api, name


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("activations", ACTIVATIONS),
        ("losses", LOSSES),
        ("fused", [f"{row.fused.activation}+{key}" for key, row in LOSSES.items() if row.fused]),
        ("optimisers", OPTIMISERS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_row_of_the_catalogue_has_its_entry(
    table: str, names: list[str], language: str
) -> None:
    text = entries_of(table, language)
    entries = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n?)*)", text, re.MULTILINE))
    for name in names:
        found = [
            body for head, body in entries.items() if re.search(rf"\b{re.escape(name)}\b", head)
        ]
        assert found, name
        assert all("<math" in body for body in found), name


def test_each_kind_of_layer_is_shown_forward_and_back() -> None:
    text = entries_of("layers", "en")
    for name in LAYERS:
        assert name == "dense" or re.search(rf"\b{name}\b", text), name
    assert text.count("Forward") == text.count("Gradients") == text.count("```yaml")


def test_links_are_those_of_the_site() -> None:
    known = {"index.md", "index.zh.md", "a/b.md", "a/b.zh.md", "a/c.md"}
    text = "[r](../CONTRIBUTING.md) [e](a/b.md#x) [z](a/b.zh.md#键) [c](a/c.md#y) [w](https://a.b/x.zh.md)"
    english = linked(text, Place("index.md", "en"), known)
    assert english == (
        '[r](developer/contributing.md) [e](a/b.md#x) <a href="zh/a/b.html#键">z</a> '
        "[c](a/c.md#y) [w](https://a.b/x.zh.md)"
    )
    chinese = linked(text, Place("index.zh.md", "zh"), known)
    assert chinese == (
        '[r](developer/contributing.md) <a href="../a/b.html#x">e</a> [z](a/b.md#键) '
        "[c](a/c.md#y) [w](https://a.b/x.zh.md)"
    )
    # An English page among Chinese ones leads to Chinese pages, but not to places in them.
    fallen_back = linked("[e](b.md#x) [f](b.md)", Place("a/c.md", "zh"), known)
    assert fallen_back == '<a href="../../a/b.html#x">e</a> [f](b.md)'
    root = linked(
        "[r](CONTRIBUTING.md) [b](docs/a/b.md)", Place("developer/changes.md", "en"), known
    )
    assert root == "[r](contributing.md) [b](../a/b.md)"
    assert (
        linked("```sh\n[d](x.zh.md)\n```", Place("index.md", "en"), known)
        == "```sh\n[d](x.zh.md)\n```"
    )


def test_pictures_and_live_pages_are_made_and_shown(tmp_path: Path) -> None:
    text = (
        "<!-- picture: A net | bp-tutor draw xor -->\n\n<!-- page: To play | bp-tutor page xor -->"
    )
    shown, (picture, page) = assets_of(text, "student/x.zh.md")
    assert "![A net](../made/draw-xor-zh.svg)" in shown
    assert picture.arguments == ("draw", "xor", "--lang", "zh", "-o")
    framed = with_assets(shown, "../../")
    assert f'<iframe class="made" src="../../{page.file}" title="To play"' in framed
    make(picture, tmp_path)
    assert (tmp_path / picture.file).read_text(encoding="utf-8").startswith("<svg")
    with pytest.raises(RuntimeError, match="no-such"):
        make(picture._replace(arguments=("draw", "no-such", "-o")), tmp_path)


def test_examples_of_docstrings_are_blocks_of_code() -> None:
    text = "One line.\n\n>>> f(\n...     1\n... )\n2\n\nMore."
    example = "```pycon\n>>> f(\n...     1\n... )\n2\n```"
    assert fenced(text) == f"One line.\n\n{example}\n\nMore."


def test_formulas_are_neither_read_nor_lost() -> None:
    text = '# A\n\n<div class="bp-tutor"><math>1</math></div>\n\nb'
    kept: list[str] = []
    without = without_formulas(text, kept)
    assert "math" not in without
    assert with_formulas(without, kept) == text


def test_an_english_page_among_chinese_ones_says_so() -> None:
    assert with_word_on_language("# JSON\n\ntext").splitlines()[:3] == [
        "# JSON",
        "",
        '!!! note "本页只有英文"',
    ]

"""What the documents say is there: links, make targets, problem files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, place_of

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README_LINES = 200
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TARGET = re.compile(r"`make ([a-z-]+)[^`]*`|^\s*\$? ?make ([a-z-]+)", re.MULTILINE)
PROBLEM = re.compile(r"problems/[\w-]+\.yaml")
INSIDE = re.compile(r"`((?:bp_tutor|tests|problems|docs)/[\w./-]*)`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SCREEN = 50
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=place_of)


def anchor_of(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


@every_document
def test_links_lead_somewhere(path: Path) -> None:
    prose = FENCED.sub("", path.read_text(encoding="utf-8"))
    for link in LINK.findall(prose):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        there = path.parent / file if file else path
        assert there.exists(), f"{path.name} links to {link}"
        if anchor:
            headings = HEADING.findall(there.read_text(encoding="utf-8"))
            assert anchor in map(anchor_of, headings), f"{path.name} links to {link}"


@every_document
def test_make_targets_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for pair in TARGET.findall(path.read_text(encoding="utf-8")):
        assert "".join(pair) in targets


@every_document
def test_problem_files_exist(path: Path) -> None:
    for name in PROBLEM.findall(path.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), f"{path.name} speaks of {name}"


@every_document
def test_paths_exist(path: Path) -> None:
    for name in INSIDE.findall(path.read_text(encoding="utf-8")):
        if name != "tests/golden/":
            assert (ROOT / name).exists(), f"{path.name} speaks of {name}"


def section(heading: str, page: str) -> str:
    """A section of a page, down to the next heading of its level."""
    text = (ROOT / page).read_text(encoding="utf-8")
    match = re.search(rf"^(#+) {heading}\n(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, heading
    return match[2]


def test_the_architecture_fits_on_a_screen() -> None:
    assert len(section("Architecture", "docs/developer/architecture.md").splitlines()) <= SCREEN


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_every_make_target_is_told_of() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^([a-z-]+):.*## \w", makefile, re.MULTILINE):
        if target != "help":
            assert f"`make {target}" in section("Make targets", "CONTRIBUTING.md"), target


def test_every_make_target_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE), target

"""Every recipe of CONTRIBUTING.md is done on a copy of the program, and does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Block, blocks
from tests.docs.console import exchanges, fits, run
from tests.docs.recipes import add, addition_of, copied

PAGE = ROOT / "CONTRIBUTING.md"
HEADING = re.compile(r"^### (.*)$", re.MULTILINE)
MANY = 3
"""Files beyond which a concept is no longer in one place; a word file each counts for itself."""


def recipes() -> dict[str, list[Block]]:
    """The blocks under each heading of the page that adds something."""
    text = PAGE.read_text(encoding="utf-8")
    starts = [(text.count("\n", 0, found.start()), found[1]) for found in HEADING.finditer(text)]
    found: dict[str, list[Block]] = {}
    for block in blocks("python", "yaml", "console", documents=[PAGE]):
        before = [name for line, name in starts if line < block.line]
        if before:
            found.setdefault(before[-1], []).append(block)
    return found


RECIPES = recipes()


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_does_what_it_says(name: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    for block in RECIPES[name]:
        if block.language != "console":
            add(addition_of(block), folder)
            continue
        told = exchanges(block.text)
        printed = run([each.command for each in told], folder, program=folder)
        for exchange, lines in zip(told, printed, strict=True):
            assert fits(exchange.output, lines), "\n".join([exchange.command, *lines])


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_tried(name: str) -> None:
    assert RECIPES[name][-1].language == "console"


@pytest.mark.parametrize("name", RECIPES)
def test_a_concept_is_in_few_places(name: str) -> None:
    files = {addition_of(each).file for each in RECIPES[name] if each.language != "console"}
    assert len([file for file in files if "/words/" not in file]) <= MANY

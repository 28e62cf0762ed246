"""Recipes: what a page says to add to which file is done on a copy of the program, and tried.

The first line of a block says where the rest of it goes:

    # new: bp_tutor/notations/mine.yaml             a file of its own
    # bp_tutor/words/en.yaml: activation            under a key of a YAML file
    # bp_tutor/catalogue/losses.py: LOSSES          the last rows of a table
    # bp_tutor/catalogue/losses.py: before LOSSES   right above the table, or a function
    # bp_tutor/catalogue/losses.py: import          with the other imports
"""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from tests.docs.blocks import ROOT, Block

WHERE = re.compile(r"# (new: )?([\w/.-]+?)(?:: (before )?([\w.]+))?\n")
LEFT_BEHIND = shutil.ignore_patterns("__pycache__")


class Addition(NamedTuple):
    """A text, and the file that it goes into: whole, into or above a table, under a key."""

    file: str
    text: str
    new: bool = False
    above: bool = False
    place: str = ""


def addition_of(block: Block) -> Addition:
    """What a block adds; its first line says where."""
    where = WHERE.match(block.text)
    assert where, f"{block.place}: the first line says where the rest of the block goes"
    text = block.text[where.end() :]
    return Addition(where[2], text, bool(where[1]), bool(where[3]), where[4] or "")


def copied(folder: Path) -> Path:
    """A copy of the program, which a recipe may change."""
    for part in ("bp_tutor", "problems"):
        shutil.copytree(ROOT / part, folder / part, ignore=LEFT_BEHIND)
    return folder


def add(addition: Addition, folder: Path) -> None:
    """Put an addition where it says."""
    path = folder / addition.file
    assert path.exists() != addition.new, f"{addition.file} is new: {addition.new}"
    if addition.new:
        path.write_text(addition.text, encoding="utf-8")
        return
    old = path.read_text(encoding="utf-8")
    path.write_text(_added(old, addition), encoding="utf-8")


def _added(old: str, addition: Addition) -> str:
    if addition.file.endswith(".yaml"):
        start = 0
        for depth, key in enumerate(addition.place.split(".")):
            found = re.compile(rf"^{'  ' * depth}{key}:\n", re.MULTILINE).search(old, start)
            assert found, f"{addition.file} has no key {addition.place}"
            start = found.end()
        return old[:start] + addition.text + old[start:]
    lines = old.splitlines(keepends=True)
    body = ast.parse(old).body
    if addition.place == "import":
        last = max(node.end_lineno or 0 for node in body if isinstance(node, ast.ImportFrom))
        return "".join([*lines[:last], addition.text, *lines[last:]])
    for node in body:
        if addition.above and isinstance(node, ast.FunctionDef) and node.name == addition.place:
            lines.insert(node.lineno - 1, f"{addition.text}\n\n")
            return "".join(lines)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(each, ast.Name) and each.id == addition.place for each in targets):
            if addition.above:
                lines.insert(node.lineno - 1, f"{addition.text}\n\n")
                return "".join(lines)
            rows = getattr(node, "value", None)
            rows = rows.generators[0].iter if isinstance(rows, ast.DictComp) else rows
            assert isinstance(rows, ast.expr)
            assert rows.end_lineno is not None
            last = rows.end_lineno - 1
            assert lines[last].partition("#")[0].strip(" )]},\n") == "", (
                "a table ends in its bracket"
            )
            lines.insert(last, addition.text)
            return "".join(lines)
    raise AssertionError(f"{addition.file} has no table {addition.place}")

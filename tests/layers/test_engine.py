"""The engine, the explanation and the output know no layer and no primitive by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bp_tutor.catalogue.layer import LAYERS
from bp_tutor.formula import PRIMITIVES
from tests.test_architecture import PACKAGE

ROOMS = ("solve", "explain", "pictures", "output", "quiz")
MODULES = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))
NAMES = {*LAYERS, *PRIMITIVES}


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every text in the code, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def test_no_layer_and_no_primitive_is_named() -> None:
    named = [
        f"{path.relative_to(PACKAGE)}:{line} names {text!r}"
        for path in MODULES
        for line, text in literals(path)
        if not NAMES.isdisjoint(text.split("."))
    ]
    assert not named

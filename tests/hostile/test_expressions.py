"""No regular expression of the tutor takes more than about linear time, whatever is read."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from time import thread_time

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "bp_tutor"
COMPILED = re.compile(r"^\s*([A-Z_][A-Z_0-9]*)(?:\s*:[^=\n]*)?\s*=\s*re\.compile", re.MULTILINE)
NAME = re.compile(r"\b[A-Z_][A-Z_0-9]*\b")
METHODS = ("match", "fullmatch", "search", "sub", "split", "finditer", "findall")
SIGNS = 8_000
QUICK = 0.02
"""A quadratic expression takes half a second and more for so many, a linear one a millisecond."""
MOST = 8
"""So many times as long for four times as many: a linear one takes 4 times, a quadratic one 16."""
ALONE = "1a_ .,'\"\\[](){}<>=:;+-*/|#@^$&%~·\t\n，：（é"
TOGETHER = "1a .,[({\"\\-'_=:"


def used() -> Iterator[tuple[str, str, str]]:
    """Module, name and method of each compiled expression, as it is used."""
    texts = {
        ".".join(("bp_tutor", *path.relative_to(PACKAGE).with_suffix("").parts)): path.read_text(
            encoding="utf-8"
        )
        for path in sorted(PACKAGE.rglob("*.py"))
    }
    names = {name for text in texts.values() for name in COMPILED.findall(text)}
    for module, text in texts.items():
        # Only what speaks of one of them is taken apart: that takes long.
        if names.isdisjoint(NAME.findall(text)):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                owner = node.value
                if isinstance(owner, ast.Name) and owner.id in names:
                    yield module, owner.id, node.attr


def texts(signs: int) -> Iterator[str]:
    """Texts that repeat a sign or two, with something at the end that does not belong there."""
    for start in ("", "1", '"', "["):
        for sign in ALONE:
            yield start + sign * signs + "\x00"
    for pair in permutations(TOGETHER, 2):
        yield "".join(pair) * (signs // 2) + "\x00"


def seconds(expression: re.Pattern[str], method: str, text: str) -> float:
    start = thread_time()
    if method == "sub":
        expression.sub("", text)
    elif method == "finditer":
        list(expression.finditer(text))
    else:
        getattr(expression, method)(text)
    return thread_time() - start


USED = sorted(set(used()))


@pytest.mark.parametrize(("module", "name", "method"), USED, ids=map(".".join, USED))
def test_an_expression_is_quick(module: str, name: str, method: str) -> None:
    expression = getattr(importlib.import_module(module), name)
    assert isinstance(expression, re.Pattern)
    for short, long in zip(texts(SIGNS // 4), texts(SIGNS), strict=True):
        if seconds(expression, method, long) < QUICK:
            continue
        # Only what looks slow is compared, at its best, with a quarter of itself.
        least = [min(seconds(expression, method, text) for _ in range(5)) for text in (short, long)]
        assert least[1] < max(QUICK, MOST * least[0]), (repr(long[:8]), least)


def test_there_are_expressions_to_look_at() -> None:
    assert len(USED) > 50

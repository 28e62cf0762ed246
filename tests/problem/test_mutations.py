"""Sound files with anything dropped, doubled or changed: read, or refused with a message."""

from __future__ import annotations

import copy
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.problem import Mistake, ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.words import load_words
from tests.problem.own import OWN

FILES = sorted((Path(__file__).parents[2] / "problems").glob("*.yaml"))
TEXTS = [path.read_text(encoding="utf-8") for path in FILES]
WRITTEN = [OWN, *(text for path, text in zip(FILES, TEXTS, strict=True) if "784" not in path.stem)]
WORDS = [load_words(language).text for language in ("en", "zh")]
JUNK: list[object] = [
    None, True, 0, -1, 1, 3, 1e308, -2.5, "", " ", "none", "x", "W[1,1,1]", "sigmoid", "softmax",
    "step", "cross_entropy", "binary_cross_entropy", "a + b", "e^^", "9**9**9", "[", "\x1b[31m",
    "x" * 300, "δ₁", [], {}, [[]], [1], [[1], [2, 3]], ["a", "b"], {"a": 1}, {"seed": 1},
    {"seed": 1, "scale": 1}, {"shared": 1}, {"name": "squared_error"}, {"relu": {}},
    float("nan"), float("inf"), 10**400, "columns", "to-from", "hand:2",
]  # fmt: skip


@cache
def tree_of(text: str) -> Any:
    """A file as data; to be copied before it is changed."""
    return yaml.safe_load(text)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every list or mapping of a tree with each of its keys."""
    found: list[tuple[Any, Any]] = []
    if isinstance(tree, dict | list):
        inside = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for key, value in list(inside):
            found.append((tree, key))
            found.extend(places(value))
    return found


def mutate(tree: Any, how: str, rng: random.Random) -> None:
    holder, key = rng.choice(places(tree))
    if how == "drop":
        del holder[key]
    elif how == "retype":
        holder[key] = rng.choice(JUNK)
    elif how == "move":
        other, place = rng.choice(places(tree))
        holder[key] = copy.deepcopy(other[place])
    elif isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[f"{key}{rng.choice('1_x')}"] = copy.deepcopy(holder[key])


def check(text: str) -> None:
    mistakes: tuple[Mistake, ...] = ()
    problem = None
    try:
        problem = read_problem(text)
    except ProblemError as error:
        mistakes = error.mistakes
    assert (problem is None) == bool(mistakes)
    for mistake in mistakes:
        assert mistake.mark is not None or mistake.key.startswith("reader.")
        for word in WORDS:
            assert mistake.format(word).isprintable()


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(WRITTEN),
    st.lists(st.sampled_from(["drop", "retype", "double", "move"]), min_size=1, max_size=3),
    st.integers(0, 2**32),
)
def test_mutated_trees(text: str, changes: list[str], seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    tree = copy.deepcopy(tree_of(text))
    for how in changes:
        if places(tree):
            mutate(tree, how, rng)
    check(yaml.safe_dump(tree, allow_unicode=True))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.integers(0, 3000),
    st.integers(0, 20),
    st.text(st.sampled_from("a1:-[]{}'\"\n\t &*!|>#,?%@\\：é\x1b"), max_size=6),
)
def test_mutated_texts(text: str, at: int, length: int, new: str) -> None:
    check(text[:at] + new + text[at + length :])


@pytest.mark.parametrize(
    "text", ["[]", "a", "1", "{}", "null", "- 1", "network:", "graph:", "graph: {}"]
)
def test_hardly_anything(text: str) -> None:
    with pytest.raises(ProblemError):
        read_problem(text)

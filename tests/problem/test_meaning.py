"""No change of a sound file is swallowed: it is refused, or the problem is another one."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.reader import plain, read_text
from tests.cli.running import LARGE
from tests.problem.test_mutations import FILES, places
from tests.problem.test_schema import FIELDS

SMALL = [path for path in FILES if path.stem not in LARGE]
SAID_ANYWAY = {(field.name, field.default) for _, field in FIELDS if not callable(field.default)}
"""Keys with what they are if left out."""
USUAL = {
    ("loss", "half_squared_error"), ("activation", "identity"), ("activation", "tanh"),
    ("stride", 1), ("stride", 2), ("default", "exact"), ("en", "SwiGLU"), ("zh", "SwiGLU"),
}  # fmt: skip
"""What those tables say in another form: the activation of a recurrent layer, the stride of a
pooling (its window), the rounding of the rest, a part of a source that is the same in both
languages."""


def meaning(tree: Any) -> str | None:
    """All that is known of a file but where it stands; None where it is refused with a line."""
    try:
        problem = read_problem(json.dumps(tree, ensure_ascii=False))
    except ProblemError as error:
        mistakes = error.mistakes
    else:
        return re.sub(r"Mark\([^)]*\)", "", repr(problem))
    assert mistakes
    assert all(mistake.mark for mistake in mistakes)
    return None


@cache
def tree_of(path: Path) -> Any:
    """A sound file as data; to be copied before it is changed."""
    return plain(read_text(path.read_text(encoding="utf-8")))


@cache
def meaning_of(path: Path) -> str | None:
    return meaning(tree_of(path))


def at(data: st.DataObject, wanted: Any) -> tuple[str | None, Any, Any, Any]:
    """What a file means, a copy of it, and a holder and a key in the copy, of a wanted value."""
    path = data.draw(st.sampled_from(SMALL))
    tree = copy.deepcopy(tree_of(path))
    found = [(holder, key) for holder, key in places(tree) if wanted(holder, key)]
    holder, key = data.draw(st.sampled_from(found)) if found else (None, None)
    return meaning_of(path), tree, holder, key


def is_number(holder: Any, key: Any) -> bool:
    return type(holder[key]) in (int, float)


def test_the_files_mean_something() -> None:
    meanings = [meaning_of(path) for path in SMALL]
    assert None not in meanings
    assert len(set(meanings)) == len(meanings)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_another_number_is_another_problem(data: st.DataObject) -> None:
    before, tree, holder, key = at(data, is_number)
    if holder is not None:
        holder[key] += 1 if isinstance(holder[key], int) else 1 / 64
        assert meaning(tree) != before


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_number_in_quotes_is_refused_or_means_the_same(data: st.DataObject) -> None:
    before, tree, holder, key = at(data, is_number)
    if holder is not None:
        holder[key] = str(holder[key])
        assert meaning(tree) in (None, before)


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_what_is_left_out_is_missed_unless_it_goes_without_saying(path: Path) -> None:
    for place in range(len(places(tree_of(path)))):
        tree = copy.deepcopy(tree_of(path))
        holder, key = places(tree)[place]
        value = holder.pop(key)
        if meaning(tree) == meaning_of(path):
            assert isinstance(holder, dict)
            assert value is None or (key, value) in SAID_ANYWAY | USUAL


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_key_that_stands_twice_is_refused(data: st.DataObject) -> None:
    _, tree, holder, key = at(data, lambda holder, _key: isinstance(holder, dict))
    holder[f"{key}\u2063"] = copy.deepcopy(holder[key])
    text = json.dumps(tree, ensure_ascii=False).replace("\u2063", "")
    with pytest.raises(ProblemError) as refused:
        read_problem(text)
    assert "reader.duplicate_key" in {mistake.key for mistake in refused.value.mistakes}


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_another_shape_is_another_problem(data: st.DataObject) -> None:
    before, tree, holder, key = at(data, lambda holder, key: isinstance(holder[key], list | dict))
    value = holder[key]
    if isinstance(value, list):
        holder[key] = [*value, copy.deepcopy(value[-1])]
    else:
        holder[key] = [value]
    assert meaning(tree) != before

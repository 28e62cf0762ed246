"""Shapes among printed figures: rows and columns as the course writes the array."""

from __future__ import annotations

import pytest

from bp_tutor.authoring.published.judge import judge
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.problem.model import Published
from tests.authoring.pages import page_of

SIZES = [
    # 3-3-3-2 with rows for vectors: the last weights lead from 3 units to 2.
    ("exercise", "rows(W[3])", 3), ("exercise", "columns(W[3])", 2),
    ("exercise", "rows(A[4])", 1), ("exercise", "columns(A[4])", 2),
    ("exercise", "rows(dW[3])", 3),
    # 2-2-1 with columns for vectors.
    ("sigmoid-2-2-1", "rows(W[2])", 1), ("sigmoid-2-2-1", "columns( W[2] )", 2),
    ("sigmoid-2-2-1", "rows(A[2])", 2), ("sigmoid-2-2-1", "columns(A[2])", 1),
    # Four samples are four rows.
    ("logic-gates", "rows(Z[2])", 4), ("logic-gates", "columns(Z[2])", 3),
    # (6 + 2 - 3)/2 + 1 = 3 windows, rounded down, on a 6 x 6 image.
    ("conv-stride-padding", "rows(A[1])", 6), ("conv-stride-padding", "rows(Z[2])", 3),
    ("conv-stride-padding", "columns(Z[2])", 3), ("conv-stride-padding", "columns(W[1])", 3),
    # Neither a single number nor a sum of some has rows.
    ("exercise", "rows(W[1,1,1])", None), ("exercise", "columns(L)", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "size", "count"), SIZES)
def test_the_size_of_an_array(name: str, size: str, count: int | None) -> None:
    problem = load_problem(find_problem(name))
    asked = problem._replace(published=(Published(name=size, value=str(count or 3)),))
    (one,) = judge(asked, page_of(asked))
    assert one.value == count
    assert one.verdict == ("agrees" if count else "not_found")


def test_a_wrong_size_does_not_follow() -> None:
    problem = load_problem(find_problem("exercise"))
    figures = (Published(name="rows(W[3])", value="2"), Published(name="columns(W[3])", value="3"))
    found = judge(problem._replace(published=figures), page_of(problem))
    assert [(one.verdict, one.value, one.reasons) for one in found] == [
        ("does_not_follow", 3, ()), ("does_not_follow", 2, ()),
    ]  # fmt: skip


def test_a_number_as_a_name_is_judged_like_any_other() -> None:
    problem = load_problem(find_problem("exercise"))
    figures = (Published(name="2*3", value="7"), Published(name="L", value="0.5"))
    found = judge(problem._replace(published=figures), page_of(problem))
    assert [one.verdict for one in found] == ["does_not_follow", "does_not_follow"]

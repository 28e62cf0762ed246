"""The everyday mistakes of attention, dropout and batch normalisation get their names.

What each comes to is worked out here, with NumPy, from the numbers of the problem files.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import isclose

import numpy as np
import pytest

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import Context, StudentAnswers
from bp_tutor.quiz.kinds.number import mark_entry
from bp_tutor.quiz.typed import read_number
from bp_tutor.words import languages
from tests.quiz.networks import context_of_problem

Wrong = tuple[str, str, float]
"""What is asked for, the mistake, and the number that it comes to."""


def of_attention() -> Iterator[Wrong]:
    inputs = np.array([[1, 0], [1, 1]])
    queries = {1: [[1, 0], [0, 1]], 2: [[0, 1], [1, 1]]}
    keys = {1: [[1, 1], [0, 1]], 2: [[2, 0], [0, 1]]}
    for head in (1, 2):
        products = (inputs @ queries[head]) @ (inputs @ keys[head]).T
        shares = np.exp(products / np.sqrt(2))
        shares /= shares.sum(axis=1, keepdims=True)
        yield f"P[2,{head},1,1]", "mask_left_out", shares[0, 0]
        for i, j in ((0, 0), (1, 0), (1, 1)):
            asked = f"S[2,{head},{i + 1},{j + 1}]"
            yield asked, "scale_left_out", products[i, j]
            yield asked, "scaled_by_length", products[i, j] / 2


def of_dropout() -> Iterator[Wrong]:
    mask, before = (1, 0, 1), np.array([1 + 0.5 * 2, 0.5 + 1 * 2 + 0.5, -1 + 2 * 2 + 0.5])
    for unit, (stays, value) in enumerate(zip(mask, before, strict=True), 1):
        if stays:
            yield f"A[3,{unit}]", "dropout_unscaled", value
        else:
            yield f"A[3,{unit}]", "dropped_kept", value / 0.5
            yield f"A[3,{unit}]", "dropout_left_out", value
    # What comes back meets the mask once more; the hidden units are all open.
    error = (2 * 0.5 + 3.5 * -0.25) / 0.5 + 0.1 - 1
    yield "dA[2,1]", "dropout_unscaled", error * 0.5
    yield "dA[2,2]", "dropped_kept", error * 1 / 0.5
    yield "dA[2,2]", "dropout_left_out", error * 1


def of_batch() -> Iterator[Wrong]:
    values = np.array([1, 2, 6])
    yield "S[3,1]", "variance_by_one_less", values.var(ddof=1)
    # Who divides so goes on with it.
    root = np.sqrt(values.var(ddof=1) + 0.001)
    yield "Sd[3,1]", "variance_by_one_less", root
    yield "N[3,1]@1", "variance_by_one_less", (values[0] - values.mean()) / root
    yield "Sr'[3,1]", "estimate_left_out", 0.9 * 1 + 0.1 * values.var()


PROBLEMS = {
    "multi-head-attention": of_attention,
    "dropout": of_dropout,
    "batch-normalisation": of_batch,
}


@cache
def context(name: str, language: str = "en") -> Context:
    return context_of_problem(load_problem(find_problem(name)), language=language)


def named(of: Context, asked: str, text: str) -> list[str]:
    """What an answer is said to be, one after the other."""
    address = of.graph.find(asked)
    assert address is not None
    found = mark_entry(StudentAnswers(of), address, read_number(text))
    return [one.misconception for one in found.diagnoses]


@pytest.mark.parametrize("name", PROBLEMS)
def test_each_is_named_however_short_its_number_is(name: str) -> None:
    met = set()
    for asked, mistake, value in PROBLEMS[name]():
        address = context(name).graph.find(asked)
        assert address is not None
        if value == 0 or isclose(value, context(name).graph.exact(address)):
            continue
        exact = isclose(value, round(value, 1))
        for text in (f"{value:#.5g}", *([f"{value:g}"] if exact else [])):
            assert named(context(name), asked, text) == [mistake], (asked, text)
            met.add((mistake, exact and len(text) <= 3))
    assert {mistake for mistake, _ in met} == {mistake for _, mistake, _ in PROBLEMS[name]()}
    assert any(short for _, short in met)


@pytest.mark.parametrize(
    ("name", "asked", "answers"),
    [
        ("multi-head-attention", "S[2,1,2,2]", "1 4 5 0.3 6"),
        ("multi-head-attention", "P[2,1,1,1]", "0.3 0.4 0.6 2"),
        ("dropout", "A[3,1]", "3 5 0.3 6"),
        ("dropout", "A[3,2]", "4 5 0.2 9"),
        ("batch-normalisation", "S[3,1]", "3 6 8 0.5"),
    ],
)
def test_another_short_number_gets_no_name(name: str, asked: str, answers: str) -> None:
    for text in answers.split():
        assert named(context(name), asked, text) == [], text


def test_each_is_said_with_the_part_of_the_line() -> None:
    """In every language, with what stands there and what was worked out instead."""
    for language in languages():
        own = context("dropout", language)
        address = own.graph.find("A[3,3]")
        assert address is not None
        (found,) = mark_entry(StudentAnswers(own), address, read_number("3.5")).diagnoses
        values = dict(found.values)
        assert (values["part"], values["instead"]) == ("(M₃₃·A₂₃)/(1 − 0.5)", "M₃₃·A₂₃")

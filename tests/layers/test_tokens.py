"""Dropout, embedding and positions: against plain loops, and what a file may say of them."""

from __future__ import annotations

from math import cos, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.layer import Layer, Signal
from bp_tutor.fields.forms import Setting
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Network
from bp_tutor.solve import Run, solve
from tests.layers.cases import Draw, assert_all, dense, network_of, solved, with_arrays

LAST = ((0.0, 1.0, 0.0, 1.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))


def layer(called: str, /, **settings: Setting) -> Layer:
    return Layer(0, kind=called, settings=tuple(settings.items()))


def dropout(**settings: Setting) -> Layer:
    return layer("dropout", p=0.25, **settings)


def dropped(masks: tuple[tuple[float, ...], ...] | tuple[float, ...], **more: Setting) -> Layer:
    return dropout(**more)._replace(arrays=(("M", masks),))


OF_UNITS: dict[str, list[Layer]] = {
    "one mask": [dropped((1.0, 0.0, 1.0), same=1)],
    "a mask for each": [dropped(((1.0, 0.0, 1.0), (0.0, 0.0, 1.0)))],
    "drawn": [dropout(seed=3)],
    "inference": [dropout(inference=1)],
}
OF_POSITIONS: dict[str, list[Layer]] = {
    "dropped": [dropped((1.0, 0.0, 0.0, 1.0, 1.0, 1.0))],
    "drawn": [dropout(seed=5), dropout(seed=5)],
    "waves": [layer("positional", kind="sine")],
}


@pytest.mark.parametrize("name", OF_UNITS)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_dropout_of_units(name: str, seed: int) -> None:
    draw = Draw(seed)
    layers = [dense(draw, 3, "tanh"), *OF_UNITS[name], dense(draw, 2, "identity")]
    assert_all(network_of(draw, layers, "vector", (2,), samples=2))


@pytest.mark.parametrize("name", OF_POSITIONS)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_layers_over_positions(name: str, seed: int) -> None:
    draw = Draw(seed)
    layers = [*OF_POSITIONS[name], dense(draw, 2, "tanh")]
    assert_all(network_of(draw, layers, "positions", (2, 3)))


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_positions_that_are_learnt(seed: int) -> None:
    draw = Draw(seed)
    learnt = with_arrays(layer("positional", kind="learnt"), draw, ("Pe",))
    assert_all(network_of(draw, [learnt], "positions", (2, 3)))


def with_tokens(form: str, tokens: tuple[tuple[float, ...], ...], seed: int) -> Network:
    draw = Draw(seed)
    table = with_arrays(Layer(2, kind="embedding"), draw, ("W",))
    sizes = {"vector": (3,), "positions": (2, 3), "sequence": (2, 3)}[form]
    network = network_of(draw, [table, dense(draw, 2, "tanh")], form, sizes, samples=len(tokens))
    return network._replace(samples=tokens, tokens=True, ask_inputs=False)


@pytest.mark.parametrize(
    ("form", "tokens"),
    [
        ("vector", ((0.0, 0.0, 1.0), (1.0, 0.0, 0.0))),
        ("positions", (LAST[0],)),
        ("sequence", LAST),
    ],
)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_an_embedding_has_gradients_for_the_rows_that_are_used(
    form: str, tokens: tuple[tuple[float, ...], ...], seed: int
) -> None:
    run = assert_all(with_tokens(form, tokens, seed))
    gradient = run.step("dW[1]")
    used = {place % 3 for row in tokens for place, number in enumerate(row) if number}
    for index in gradient.quantity.indices():
        zero = gradient.entry(index).value(run.value) == 0
        assert zero == (index[0] not in used)


def first_run(text: str) -> Run:
    return solve(read_problem(text)).runs[0]


def numbers_of(run: Run, name: str) -> tuple[float, ...]:
    return run.values[run.program.model.quantity(name)]


TOKENS = """
title: tokens
network:
  inputs: {positions: 2, vocabulary: 3}
  weight_order: from-to
  layers:
    - embedding: {units: 4}
      weights: [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    - positional
inputs: [3, 1]
loss: none
"""


def test_tokens_are_numbers_that_pick_rows() -> None:
    run = first_run(TOKENS)
    assert numbers_of(run, "A[2]") == (9, 10, 11, 12, 1, 2, 3, 4)
    waves = [0, 1, 0, 1, sin(1), cos(1), sin(1 / 100), cos(1 / 100)]
    assert numbers_of(run, "Pe[3]") == pytest.approx(waves)


def test_a_seed_drops_the_same_of_a_sample_in_every_batch() -> None:
    draw = Draw(6)
    layers = [dense(draw, 3, "tanh"), dropout(seed=9), dense(draw, 1, "identity")]
    network = network_of(draw, layers, "vector", (2,), samples=4)
    whole = numbers_of(solved(network).runs[0], "M[3]")
    assert set(whole) == {0.0, 1.0}
    runs = solved(network._replace(batch=1), 4).runs
    assert tuple(one for run in runs for one in numbers_of(run, "M[3]")) == whole
    drawn = dropout(seed=9).arrays_after(Signal("vector", (3,)))
    assert [array.trained for array in drawn] == [False]


def test_about_the_share_is_dropped() -> None:
    network = network_of(Draw(7), [layer("dropout", p=0.3, seed=2)], "vector", (5_000,))
    mask = numbers_of(solved(network).runs[0], "M[2]")
    assert sum(mask) / len(mask) == pytest.approx(0.7, abs=0.03)

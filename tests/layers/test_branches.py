"""Networks that branch: layers that take from any before them, add, concatenate and slice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.layer import Layer
from bp_tutor.problem import ProblemError, find_problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Network
from bp_tutor.solve import solve
from tests.layers.cases import Draw, assert_all, dense, network_of
from tests.layers.test_sequences import cell

SIZES = {
    "vector": (3,), "sequence": (3, 2), "positions": (2, 3), "image": (2, 2, 2),
}  # fmt: skip


def joined(kind: str, *sources: int, activation: str = "identity", length: int = 0) -> Layer:
    settings = (("length", length),) if length else ()
    return Layer(0, activation, kind=kind, sources=sources, settings=settings)


def sliced(of: str, first: int, last: int, source: int) -> Layer:
    span = (("of", of), ("first", first), ("last", last))
    return Layer(0, kind="slice", settings=span, sources=(source,))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Two branches that meet twice, with a part of the inputs beside them."""
    numbers = Draw(draw(st.integers(0, 10**6)))
    form = draw(st.sampled_from(list(SIZES)))
    sizes = SIZES[form]
    function = draw(st.sampled_from(["identity", "tanh", "sigmoid"]))
    if form == "image":
        layers = [
            sliced("channels", 2, 2, 1),
            joined("concatenate", 1, 2, 1, length=5),
            joined("add", 3, 3, activation=function),
            Layer(0, kind="flatten", sources=(4,)),
            dense(numbers, 2),
        ]
    else:
        width = sizes[-1]
        last = draw(st.integers(1, width))
        layers = [
            dense(numbers, width, "tanh"),
            dense(numbers, width)._replace(sources=(1,)),
            joined("add", 1, 3, 2, 1, activation=function),
            sliced("units", 1, last, 1),
            joined("concatenate", 5, 2, 4, length=last + 2 * width),
            dense(numbers, 2),
        ]
        if form == "sequence":
            # Later states come from all steps.
            layers += [cell(numbers, "recurrent", 2, "all"), sliced("steps", 2, 3, 8)]
            layers += [dense(numbers, 1)]
        elif form == "positions":
            layers += [sliced("positions", draw(st.integers(1, 2)), 2, 7), dense(numbers, 2)]
    samples = 1 if form == "positions" else draw(st.integers(1, 2))
    return network_of(numbers, layers, form, sizes, samples=samples)


@settings(max_examples=10, deadline=None)
@given(network=networks())
def test_branches_are_those_of_plain_loops(network: Network) -> None:
    assert_all(network)


LAYERS = "{units: 2}, {units: 3, from: 1}"


@pytest.mark.parametrize(
    ("inputs", "layers", "key", "path"),
    [
        ("2", "{units: 2, from: 2}", "problem.from_later", "[0].from"),
        ("2", "{add: [1, 3]}, {units: 1}", "problem.from_later", "[0].add[1]"),
        ("2", f"{LAYERS}, {{units: 1}}", "problem.layer_unused", "[0]"),
        ("2", f"{LAYERS}, {{add: [2, 3]}}", "problem.join_shapes", "[2]"),
        ("2", "{units: 2}, {add: [2]}", "problem.list_length", "[1].add"),
        ("2", "{units: 2}, {add: [1, x]}", "problem.found", "[1].add[1]"),
        ("2", "{add: [1, 1], from: 1}", "problem.unknown_key", "[0].from"),
        ("2", "{slice: {of: steps}}", "problem.slice_of", "[0].slice.of"),
        ("2", "{slice: {of: units, first: 2, last: 3}}", "problem.slice_span", "[0].slice.last"),
        ("2", "{slice: {of: units, first: 3}}", "problem.slice_span", "[0].slice.first"),
        (
            "{steps: 2, units: 2}",
            "{recurrent: {units: 2, returns: last}}, {concatenate: [1, 2]}",
            "problem.join_shapes",
            "[1]",
        ),
    ],
)
def test_what_cannot_meet_is_told_with_its_place(
    inputs: str, layers: str, key: str, path: str
) -> None:
    text = f"title: T\nnetwork: {{inputs: {inputs}, layers: [{layers}]}}\nloss: none\n"
    with pytest.raises(ProblemError) as error:
        read_problem(text)
    found: Any = error.value.mistakes[0]
    assert (found.key, found.path) == (key, f"network.layers{path}")
    assert found.mark.line == 2


def test_the_residual_block_by_hand() -> None:
    """The second hidden unit is closed; the error passes by it along the sum."""
    run = solve(load_problem(find_problem("residual"))).runs[0]
    found = {quantity.name: values for quantity, values in run.values.items()}
    x, w, v = np.array([1, 2]), np.array([[1, 1], [0.5, -1]]), np.array([[0.5, -1], [1, 2]])
    before = x @ w + [0, 0.5]
    hidden = np.where(before > 0, before, 0)
    total = x + hidden @ v + [0, 0.5]
    delta = (total - [1.5, 1]) * (total > 0)
    back = v @ delta * (before > 0)
    assert before.tolist() == [2, -0.5]
    assert found["A[4]"] == pytest.approx(total.tolist())
    assert found["dZ[2]"] == pytest.approx(back.tolist())
    assert found["dW[2]"] == pytest.approx(np.outer(hidden, delta).ravel().tolist())
    assert found["dA[1]"] == pytest.approx((w @ back + delta).tolist())

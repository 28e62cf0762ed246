"""Losses over the outputs of any layer: batches, steps, positions, weight decay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem.model import Network
from bp_tutor.solve import solve
from tests.layers.cases import (
    Draw,
    assert_all,
    assert_checked,
    assert_gradients,
    assert_values,
    dense,
    network_of,
    problem_of,
    with_arrays,
)
from tests.layers.test_images import padding, pooling, window
from tests.layers.test_mixing import attention, normalisation, swiglu
from tests.layers.test_sequences import cell

SHAPES = {"image": (2, 3, 3), "sequence": (3, 2), "positions": (3, 2), "vector": (3,)}
FITTING = {
    "half_squared_error": ("identity", "sigmoid", "tanh", "softmax"),
    "squared_error": ("identity", "sigmoid", "tanh"),
    "mean_squared_error": ("identity", "sigmoid", "tanh", "softmax"),
    "binary_cross_entropy": ("sigmoid",),
    "cross_entropy": ("softmax",),
}


def body(numbers: Draw, form: str, returns: str) -> list[Layer]:
    """Hidden layers of every sort for samples of a form."""
    if form == "image":
        settings_of = (*window(2, 2, 1, 1), *padding(0, 0, 0, 0))
        slid = Layer(2, "sigmoid", kind="convolution", settings=settings_of)
        pool = pooling("max", 2, 1, 1, 1)
        return [with_arrays(slid, numbers, "WB"), pool, Layer(0, kind="flatten")]
    if form == "sequence":
        return [cell(numbers, "recurrent", 2, returns)]
    if form == "positions":
        return [attention(numbers, 2, 2), normalisation(numbers, 0.3)]
    return [swiglu(numbers, 2)]


@st.composite
def networks(draw: st.DrawFn) -> Network:
    numbers = Draw(draw(st.integers(0, 10**6)))
    form = draw(st.sampled_from(sorted(SHAPES)))
    returns = draw(st.sampled_from(["all", "last", "mean"]))
    name = draw(st.sampled_from(sorted(FITTING)))
    activation = draw(st.sampled_from(FITTING[name]))
    outputs = draw(st.integers(2, 3))
    loss = Loss(
        name,
        outputs=draw(st.sampled_from(["default", "sum", "mean"])),
        samples=draw(st.sampled_from(["sum", "mean"])),
        fused=draw(st.sampled_from([None, False])),
        penalty=draw(st.sampled_from([None, ("weight_decay", 0.3)])),
    )
    samples = 1 if form == "positions" else draw(st.integers(1, 3))
    layers = [*body(numbers, form, returns), dense(numbers, outputs, activation)]
    network = network_of(numbers, layers, form, SHAPES[form], samples=samples, loss=loss)
    steps = 3 if form == "positions" or (form == "sequence" and returns == "all") else 1
    targets = []
    for _ in range(samples):
        row: list[float] = []
        for _ in range(steps):
            raw = [abs(number) + 0.1 for number in numbers.row(outputs)]
            row += [number / sum(raw) for number in raw]
        targets.append(tuple(row))
    return network._replace(targets=tuple(targets))


@settings(max_examples=25, deadline=None)
@given(network=networks())
def test_every_loss_after_every_layer(network: Network) -> None:
    assert_all(network)


@settings(max_examples=20, deadline=None)
@given(network=networks(), batch=st.integers(1, 2))
def test_each_batch_has_its_own_loss(network: Network, batch: int) -> None:
    """Over mini-batches each update's loss and gradients are those of its samples alone."""
    problem = problem_of(network._replace(batch=batch))
    count = network.sample_count
    for update, run in enumerate(solve(problem, 4).runs):
        batches = [range(at, min(at + batch, count)) for at in range(0, count, batch)]
        assert run.rows == tuple(batches[update % len(batches)])
        assert_values(run, network)
        assert_gradients(run, network, most=1)
        assert_checked(run)


def hot(draw: Draw, outputs: int, activation: str, name: str, **more: object) -> Network:
    layers = [*body(draw, "sequence", "last"), dense(draw, outputs, activation)]
    network = network_of(draw, layers, "sequence", (3, 2), loss=Loss(name)._replace(**more))
    return network._replace(targets=((1.0,) + (0.0,) * (outputs - 1),))


@pytest.mark.parametrize(
    ("name", "activation"),
    [("cross_entropy", "softmax"), ("binary_cross_entropy", "sigmoid")],
)
@pytest.mark.parametrize("fused", [None, False])
def test_targets_of_nought_and_one(name: str, activation: str, fused: bool | None) -> None:
    assert_all_but_targets(hot(Draw(3), 3, activation, name, fused=fused))


def assert_all_but_targets(network: Network) -> None:
    run = solve(problem_of(network)).runs[0]
    assert_gradients(run, network)
    assert_checked(run)


@pytest.mark.parametrize("form", sorted(SHAPES))
def test_decay_touches_weights_only(form: str) -> None:
    """Half of lambda times the squares of W and R of every kind; no bias, no scale, no state."""
    numbers = Draw(11)
    layers = [*body(numbers, form, "all"), dense(numbers, 2)]
    plain = network_of(numbers, layers, form, SHAPES[form])
    decayed = plain._replace(loss=Loss("half_squared_error", penalty=("weight_decay", 0.5)))
    without, run = (solve(problem_of(network)).runs[0] for network in (plain, decayed))
    for quantity in run.program.model.wanted:
        gradient, before = (each.values[quantity.as_kind("d")] for each in (run, without))
        share = 0.5 if quantity.symbol[0] in "WR" else 0.0
        expected = [d + share * w for d, w in zip(before, run.values[quantity], strict=True)]
        assert gradient == pytest.approx(expected, rel=1e-9, abs=1e-12)
    touched = {q.symbol for q in run.program.model.wanted if q.symbol[0] in "WR"}
    assert touched >= {"image": {"W"}, "sequence": {"W", "R"}, "vector": {"Wg", "Wv", "W"}}.get(
        form, {"Wq", "Wk", "Wv", "W"}
    )


def test_a_loss_over_an_image_sums_all_of_it() -> None:
    """Where channels, rows and columns come out, each is an output of its own."""
    numbers = Draw(2)
    settings_of = (*window(2, 2, 1, 1), *padding(0, 0, 0, 0))
    slid = with_arrays(Layer(2, kind="convolution", settings=settings_of), numbers, "WB")
    for name in ("half_squared_error", "mean_squared_error"):
        network = network_of(numbers, [slid], "image", (1, 3, 4), samples=2, loss=Loss(name))
        run = solve(problem_of(network)).runs[0]
        (outputs,) = run.program.model.outputs
        target = next(quantity for quantity in run.values if quantity.name == "Y")
        squares = sum(
            (a - y) ** 2 for a, y in zip(run.values[outputs], run.values[target], strict=True)
        )
        share = 2 * (2 if name.startswith("half") else 2 * 2 * 3)
        assert run.step("L").value == pytest.approx((squares / share,))
        assert_checked(run)


@pytest.mark.parametrize("returns", ["all", "last"])
def test_measures_are_over_all_steps(returns: str) -> None:
    numbers = Draw(7)
    layers = [cell(numbers, "recurrent", 2, returns)]
    network = network_of(numbers, layers, "sequence", (3, 2), samples=2)
    run = solve(problem_of(network._replace(measures=("rmse", "r_squared")))).runs[0]
    targets = [q for q in run.values if q.symbol == "Y"]
    pairs = [
        pair
        for output, target in zip(run.program.model.outputs, targets, strict=True)
        for pair in zip(run.values[output], run.values[target], strict=True)
    ]
    missed = sum((a - y) ** 2 for a, y in pairs)
    mean = sum(y for _, y in pairs) / len(pairs)
    spread = sum((y - mean) ** 2 for _, y in pairs)
    assert run.step("RMSE").value == pytest.approx(((missed / len(pairs)) ** 0.5,))
    assert run.step("R2").value == pytest.approx((1 - missed / spread,))

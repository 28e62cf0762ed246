"""Recurrent layers, LSTM and GRU: against plain loops, and differences through time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem.model import Network
from tests.layers.cases import Draw, assert_all, dense, network_of, solved, with_arrays

GATES = {"recurrent": ("",), "lstm": ("i", "f", "o", "g"), "gru": ("r", "z", "n")}
LOSSES = ("half_squared_error", "squared_error", "mean_squared_error")
RETURNS = ("all", "last", "mean")
WAYS = st.sampled_from(["mean", "max"])
OWN = (
    ("peephole", "Pi"), ("peephole", "Pf"), ("peephole", "Po"), ("recurrent_bias", "Bh"),
)  # fmt: skip
"""Settings of cells that have arrays of their own."""
CONVENTIONS = {
    "recurrent": ((),),
    "lstm": ((), (("peephole", 1),)),
    "gru": (
        (),
        (("renews", 1),),
        (("reset_after", 1),),
        (("reset_after", 1), ("renews", 1), ("recurrent_bias", 1)),
    ),
}


def cell(
    draw: Draw,
    kind: str,
    units: int,
    returns: str,
    *,
    activation: str = "tanh",
    bias: str = "added",
    starts: str = "",
    more: tuple[tuple[str, int], ...] = (),
) -> Layer:
    letters = [letter + gate for gate in GATES[kind] for letter in "WRB"]
    layer = Layer(
        units,
        activation if kind == "recurrent" else "identity",
        bias=Bias(bias),
        kind=kind,
        settings=(("returns", returns), *more),
    )
    layer = with_arrays(layer, draw, letters)
    rows = [*starts, *(letter for name, letter in OWN if (name, 1) in more)]
    return layer._replace(arrays=(*layer.arrays, *((letter, draw.row(units)) for letter in rows)))


@st.composite
def sequence_networks(draw: st.DrawFn, kind: str) -> Network:
    numbers = Draw(draw(st.integers(0, 10**6)))
    steps, inputs = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    layers = []
    if draw(st.integers(0, 3)) == 0:
        layers.append(dense(numbers, inputs, "tanh"))
    returns = draw(st.sampled_from(RETURNS))
    cells = [draw(st.sampled_from(sorted(GATES))), kind] if draw(st.integers(0, 3)) == 0 else [kind]
    for number, each in enumerate(cells):
        layers.append(
            cell(
                numbers,
                each,
                draw(st.integers(1, 3)),
                returns if number == len(cells) - 1 else "all",
                activation=draw(st.sampled_from(["tanh", "sigmoid", "relu"])),
                bias=draw(st.sampled_from(["added", "none", "threshold"])),
                starts=draw(st.sampled_from(["", "H", "HC" if each == "lstm" else "H"])),
                more=(
                    *draw(st.sampled_from(CONVENTIONS[each])),
                    *draw(st.sampled_from([(), (("backward_from", steps + 1),)])),
                ),
            )
        )
    if draw(st.booleans()):
        layers.append(
            dense(numbers, draw(st.integers(1, 2)), draw(st.sampled_from(["identity", "sigmoid"])))
        )
    loss = Loss(
        draw(st.sampled_from(LOSSES)),
        samples=draw(st.sampled_from(["sum", "mean"])),
        penalty=draw(st.sampled_from([None, None, ("weight_decay", 0.2)])),
    )
    samples = draw(st.integers(1, 3))
    return network_of(numbers, layers, "sequence", (steps, inputs), samples=samples, loss=loss)


@settings(max_examples=12, deadline=None)
@given(network=sequence_networks("recurrent"))
def test_a_recurrent_layer(network: Network) -> None:
    assert_all(network)


@settings(max_examples=8, deadline=None)
@given(network=sequence_networks("lstm"))
def test_long_short_term_memory(network: Network) -> None:
    assert_all(network)


@settings(max_examples=8, deadline=None)
@given(network=sequence_networks("gru"))
def test_a_gated_recurrent_unit(network: Network) -> None:
    assert_all(network)


@st.composite
def convolutions(draw: st.DrawFn, numbers: Draw, steps: int, units: int) -> Layer:
    """A convolution over so many steps, no window of it over padding alone."""
    groups = units if draw(st.booleans()) else 1
    kernel, stride = draw(st.integers(1, min(3, steps))), draw(st.integers(1, 2))
    apart = draw(st.integers(1, (steps - 1) // (kernel - 1))) if kernel > 1 else 1
    before, after = draw(st.integers(0, kernel - 1)), draw(st.integers(0, kernel - 1))
    layer = Layer(
        groups * draw(st.integers(1, 2)),
        draw(st.sampled_from(["identity", "tanh", "relu"])),
        bias=Bias(draw(st.sampled_from(["added", "none", "threshold"]))),
        kind="convolution_1d",
        settings=(
            ("kernel", kernel), ("stride", stride), ("apart", apart), ("groups", groups),
            ("before", before), ("after", after),
        ),
    )  # fmt: skip
    return with_arrays(layer, numbers, "WB")


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_convolution_over_time(data: st.DataObject) -> None:
    numbers = Draw(data.draw(st.integers(0, 10**6)))
    steps, units = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 2))
    layer = data.draw(convolutions(numbers, steps, units))
    squeezed = Layer(0, kind="over_time", settings=(("way", data.draw(WAYS)),))
    layers = [layer, squeezed, dense(numbers, 1)][: data.draw(st.integers(1, 3))]
    samples = data.draw(st.integers(1, 2))
    assert_all(network_of(numbers, layers, "sequence", (steps, units), samples=samples))


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_outputs_that_are_fed_back(data: st.DataObject) -> None:
    numbers = Draw(data.draw(st.integers(0, 10**6)))
    small = st.integers(1, 3)
    inputs, units, steps = data.draw(small), data.draw(small), data.draw(small)
    more = data.draw(st.sampled_from([(), (("output_bias", 1),)]))
    layer = Layer(
        units, "tanh", bias=Bias(data.draw(st.sampled_from(["added", "none"]))),
        kind="fed_back", settings=(("steps", steps), *more),
    )  # fmt: skip
    layer = with_arrays(layer, numbers, "WRBV")
    own = [("Bv", numbers.row(inputs))] if more else []
    start = [("H", numbers.row(units))] if data.draw(st.booleans()) else []
    layer = layer._replace(arrays=(*layer.arrays, *own, *start))
    samples = data.draw(st.integers(1, 2))
    assert_all(network_of(numbers, [layer], "vector", (inputs,), samples=samples))


@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    kind=st.sampled_from(sorted(GATES)),
    returns=st.sampled_from(["all", "last"]),
)
def test_a_cell_may_begin_with_the_last_state_of_another_layer(
    seed: int, kind: str, returns: str
) -> None:
    numbers = Draw(seed)
    layers = [
        cell(numbers, "recurrent", 2, "all", more=(("backward_from", 4),)),
        cell(numbers, kind, 2, returns, more=(("initial_from", 2),)),
    ]
    run = assert_all(network_of(numbers, layers, "sequence", (3, 2), samples=2))
    names = {quantity.name for quantity in run.values}
    assert "A[3,0]" not in names
    assert "A[2,4]" in names


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_additive_attention_over_an_encoder(data: st.DataObject) -> None:
    """From part of the steps a decoder begins with the encoder's last state, and attends to it."""
    numbers = Draw(data.draw(st.integers(0, 10**6)))
    small = st.integers(1, 3)
    units, read, written = data.draw(small), data.draw(small), data.draw(st.integers(1, 2))
    compared, inputs = data.draw(small), data.draw(st.integers(1, 2))
    attention = Layer(
        units, kind="additive_attention",
        settings=(("compared", compared), ("keys_from", 3), ("keys", units)),
    )  # fmt: skip

    def part(first: int, last: int) -> Layer:
        span = (("of", "steps"), ("first", first), ("last", last))
        return Layer(0, kind="slice", settings=span, sources=(1,))

    layers = [
        part(1, read),
        cell(numbers, "gru", units, "all"),
        part(read + 1, read + written),
        cell(numbers, "recurrent", units, "all", more=(("initial_from", 3),)),
        with_arrays(attention, numbers, ("Wq", "Wk", "Ws")),
    ]
    sizes = (read + written, inputs)
    assert_all(network_of(numbers, layers, "sequence", sizes, samples=data.draw(small)))


@pytest.mark.parametrize("kind", sorted(GATES))
def test_all_steps_share_their_weights(kind: str) -> None:
    """One array for all steps, and one gradient for it; the initial state is not trained."""
    numbers = Draw(5)
    network = network_of(numbers, [cell(numbers, kind, 2, "all", starts="H")], "sequence", (4, 3))
    run = solved(network).runs[0]
    trained = {quantity.name for quantity in run.program.model.trained}
    assert trained == {
        name for gate in GATES[kind] for name in (f"W{gate}[1]", f"R{gate}[2]", f"B{gate}[2]")
    }
    asked = {quantity.name for quantity in run.program.model.wanted} - trained
    assert asked == {f"A[1,{step}]" for step in range(1, 5)}
    for name in trained:
        letter, place = name.split("[")
        assert {step.quantity.name for step in run.steps} >= {f"d{name}", f"{letter}'[{place}"}


def test_the_gradient_through_time_is_a_sum_over_the_steps() -> None:
    """h = w·x + r·h₋ in numbers: dL/dr = Σ dh_t · h_(t-1), written out by hand."""
    x, w, r, start = (1.0, -2.0, 0.5), 0.5, 0.25, 2.0
    layer = Layer(
        1,
        bias=Bias("none"),
        kind="recurrent",
        settings=(("returns", "last"),),
        arrays=(("W", (w,)), ("R", (r,)), ("H", (start,))),
    )
    network = Network(
        3, (layer,), samples=(x,), targets=((0.0,),), learning_rate=1.0,
        loss=Loss("half_squared_error"), form="sequence", sizes=(3, 1),
    )  # fmt: skip
    run = solved(network).runs[0]
    h = [start]
    for each in x:
        h.append(w * each + r * h[-1])
    slopes = [h[3] * r * r, h[3] * r, h[3]]
    assert run.step("dR[2]").value == pytest.approx(
        (sum(d * before for d, before in zip(slopes, h[:3], strict=True)),)
    )
    assert run.step("dW[1]").value == pytest.approx(
        (sum(d * each for d, each in zip(slopes, x, strict=True)),)
    )
    assert run.step("R'[2]").value == pytest.approx(
        (r - sum(d * before for d, before in zip(slopes, h[:3], strict=True)),)
    )


def test_fifty_steps_of_sixteen_units() -> None:
    """Long sequences are solved as a whole, and every gradient agrees along directions."""
    from bp_tutor.solve.check import check

    numbers = Draw(9)
    layers = [cell(numbers, "recurrent", 16, "last"), dense(numbers, 2)]
    run = solved(network_of(numbers, layers, "sequence", (50, 4))).runs[0]
    found = check(run)
    assert found is not None
    assert found.along_directions
    assert not found.failed
    assert np.isfinite(run.step("dR[2]").value or ()).all()


def test_errors_cannot_wait_for_updated_weights_of_every_step(tmp_path: Path) -> None:
    from bp_tutor.problem import ProblemError, load_problem

    path = tmp_path / "order.yaml"
    path.write_text(
        "network:\n  inputs: {steps: 2, units: 1}\n  weight_order: from-to\n  layers:\n"
        "    - {recurrent: {units: 1, returns: last}, weights: [[1]], recurrent_weights: [[1]],"
        " bias: [0]}\ninputs: [[1], [2]]\ntargets: [1]\nlearning_rate: 0.1\n"
        "conventions: {update_order: sequential}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProblemError, match="sequential_through_time"):
        load_problem(path)

"""Batch, group and RMS normalisation against NumPy, running values, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bp_tutor.catalogue.layer import Layer, Signal
from bp_tutor.fields.forms import Setting
from bp_tutor.formula import Quantity
from bp_tutor.problem.model import Network
from bp_tutor.solve import Run
from bp_tutor.solve.training import train
from tests.layers.cases import (
    Draw,
    assert_checked,
    assert_same_in_every_way,
    dense,
    network_of,
    problem_of,
    solved,
)

Array = NDArray[np.float64]
EPSILON, SHARE = 0.05, 0.25
WIDTH = 1e-5


def normal(x: Array, axes: tuple[int, ...]) -> Array:
    found: Array = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + EPSILON)
    return found


def of_batch(x: Array, _: dict[str, Array]) -> Array:
    return normal(x, (0, *range(2, x.ndim)))


def with_running(x: Array, arrays: dict[str, Array]) -> Array:
    found: Array = (x - arrays["Mr"]) / np.sqrt(arrays["Sr"] + EPSILON)
    return found


def of_groups(x: Array, _: dict[str, Array]) -> Array:
    parts = [normal(part, tuple(range(1, x.ndim))) for part in np.split(x, 2, 1)]
    return np.concatenate(parts, 1)


def by_root(x: Array, _: dict[str, Array]) -> Array:
    found: Array = x / np.sqrt((x**2).mean(-1, keepdims=True) + EPSILON)
    return found


Settings = dict[str, Setting]
BATCH: Settings = {"kind": "batch", "momentum": SHARE, "inference": 0}
KINDS: dict[str, tuple[Settings, Callable[[Array, dict[str, Array]], Array]]] = {
    "batch": (BATCH, of_batch),
    "inference": (BATCH | {"inference": 1}, with_running),
    "group": ({"kind": "group", "groups": 2}, of_groups),
    "rms": ({"kind": "rms"}, by_root),
}
FORMS = {"vector": (4,), "positions": (3, 4), "image": (4, 2, 3), "sequence": (2, 4)}
TAKES = [
    (kind, form)
    for kind in KINDS
    for form in FORMS
    if (kind == "rms") == (form == "sequence") or form in ("vector", "positions")
]


def network_with(kind: str, form: str, draw: Draw) -> Network:
    """A dense layer where there can be one, the normalisation, and a dense layer behind it."""
    settings = KINDS[kind][0] | {"epsilon": EPSILON}
    layer = Layer(0, kind="normalisation", settings=tuple(settings.items()))
    sizes = FORMS[form]
    keys = [
        array.letter
        for array in layer.arrays_after(Signal(form, sizes[-1:] if form == "sequence" else sizes))
    ]
    rows = {key: draw.row(4) for key in keys}
    if "Sr" in rows:
        rows["Sr"] = tuple(abs(number) for number in rows["Sr"])
    layer = layer._replace(arrays=tuple(rows.items()))
    behind = [Layer(24, kind="flatten")] if form == "image" else []
    layers = [layer, *behind, dense(draw, 2, "tanh")]
    return network_of(draw, layers, form, sizes, samples=1 if form == "positions" else 3)


def arrays_of(run: Run) -> dict[str, Array]:
    given = run.program.model.given
    return {q.symbol: np.array(run.values[q]).reshape(q.shape) for q in given if q in run.values}


def loss_of(kind: str, run: Run, arrays: dict[str, Array]) -> float:
    """The loss by NumPy, the steps of a sequence one after another."""
    inputs = [q for q in run.program.model.given if q.symbol == "A"]
    targets = [q for q in run.program.model.given if q.symbol == "Y"]
    total = 0.0
    for source, target in zip(inputs, targets, strict=True):
        x = arrays[source.name]
        after = arrays["gamma"] * KINDS[kind][1](x, arrays) + arrays.get("B2", np.zeros(1))
        rows = after.reshape(len(x), -1)
        outputs = np.tanh(rows @ arrays["W"] + arrays["B"])
        total += float(((outputs - arrays[target.name]) ** 2).sum() / 2)
    samples = 1 if "position" in inputs[0].axes else inputs[0].shape[0]
    return total / samples


@pytest.mark.parametrize(("kind", "form"), TAKES)
def test_values_and_gradients_are_numpy_s(kind: str, form: str) -> None:
    run = solved(network_with(kind, form, Draw(len(kind) + len(form)))).runs[0]
    given = {q: np.array(run.values[q]).reshape(q.shape) for q in run.program.model.given}

    def loss(values: dict[Quantity, Array]) -> float:
        named = {}
        for quantity, array in values.items():
            own = quantity.symbol if quantity.symbol not in "AY" else quantity.name
            named["B2" if quantity.name == "B[2]" else own] = array
        return loss_of(kind, run, named)

    model = run.program.model
    assert model.loss is not None
    assert run.values[model.loss][0] == pytest.approx(loss(given), rel=1e-12)
    for quantity in model.wanted:
        for index in list(quantity.indices())[:3]:
            moved = []
            for by in (WIDTH, -WIDTH):
                array = given[quantity].copy()
                array[index] += by
                moved.append(loss(given | {quantity: array}))
            slope = (moved[0] - moved[1]) / (2 * WIDTH)
            assert run.value(quantity.as_kind("d"), index) == pytest.approx(
                slope, rel=1e-6, abs=1e-9
            )
    assert_checked(run)
    assert_same_in_every_way(run)


def test_running_values_take_up_each_batch() -> None:
    """As PyTorch has it: a share of the batch's mean, and of its variance over n - 1."""
    network = network_with("batch", "vector", Draw(3))
    runs = solved(network, 3).runs
    x = np.array(network.samples)
    mean, variance = (arrays_of(runs[0])[letter] for letter in ("Mr", "Sr"))
    for run in runs:
        new = {
            q.name: run.values[q] for q in run.values if q.kind == "'" and q.symbol in ("Mr", "Sr")
        }
        mean = (1 - SHARE) * mean + SHARE * x.mean(0)
        variance = (1 - SHARE) * variance + SHARE * x.var(0, ddof=1)
        assert new["Mr'[2]"] == pytest.approx(mean[0])
        assert new["Sr'[2]"] == pytest.approx(variance[0])


def test_training_keeps_them_as_single_updates_do() -> None:
    network = network_with("batch", "vector", Draw(4))
    trace = solved(network, 3)
    assert trace.after is not None
    last = train(problem_of(network), 3).last
    for quantity in last.program.model.given:
        assert last.values[quantity] == pytest.approx(trace.after.values[quantity])

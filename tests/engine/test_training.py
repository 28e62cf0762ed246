"""Training on a page: slices give what one training gives, and what a plain loop gives."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from bp_tutor.engine.calls import Engine
from bp_tutor.problem import find_problem, list_problems, load_problem
from bp_tutor.solve import training
from bp_tutor.solve.training import train, trainable

SLICES = (1, 10, 9, 180, 800)
"""Updates of each call, 1,000 in all."""
RATE = 2.0
"""That of `xor-sigmoid`."""


class Asked:
    """A page that has opened an exercise."""

    def __init__(self, name: str, language: str = "en") -> None:
        self.engine = Engine()
        text = find_problem(name).read_text(encoding="utf-8")
        self("open", text=text, name=name, language=language)

    def answer(self, call: str, /, **values: Any) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.engine.answer(json.dumps([call, values])))
        return found

    def __call__(self, call: str, /, **values: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.answer(call, **values)["result"]
        return found


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def forward(weights: list[Any], inputs: Any) -> tuple[Any, Any]:
    first, bias, second, last = weights
    hidden = sigmoid(inputs @ first + bias)
    return hidden, sigmoid(hidden @ second + last)


def by_numpy(*rates: float) -> tuple[list[float], list[Any]]:
    """XOR by a 2-2-1 network with the numbers of `xor-sigmoid`: all losses, last weights."""
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    targets = np.array([[0], [1], [1], [0]], dtype=float)
    weights: list[Any] = [
        np.array([[0.5, 0.9], [0.4, 1.0]]), np.array([0.8, -0.1]),
        np.array([[-1.2], [1.1]]), np.array([0.3]),
    ]  # fmt: skip
    losses = []
    for rate in (*rates, 0.0):
        hidden, output = forward(weights, inputs)
        last = weights
        wrong = targets * np.log(output) + (1 - targets) * np.log(1 - output)
        losses.append(float(-np.mean(wrong)))
        delta = (output - targets) / 4
        back = delta @ weights[2].T * hidden * (1 - hidden)
        gradients = (inputs.T @ back, back.sum(0), hidden.T @ delta, delta.sum(0))
        weights = [w - rate * g for w, g in zip(weights, gradients, strict=True)]
    return losses, last


def numbers_of(weights: list[Any]) -> dict[str, float]:
    (a, b), (c, d) = weights[0]
    return {
        "W[1,1,1]": a, "W[1,1,2]": b, "W[1,2,1]": c, "W[1,2,2]": d,
        "B[2,1]": weights[1][0], "B[2,2]": weights[1][1],
        "W[2,1,1]": weights[2][0, 0], "W[2,2,1]": weights[2][1, 0], "B[3,1]": weights[3][0],
    }  # fmt: skip


def test_slices_are_one_training_and_a_plain_loop() -> None:
    page = Asked("xor-sigmoid")
    for updates in SLICES:
        shown = page("train", updates=updates, digits=12, fine=True)
    losses, weights = by_numpy(*[RATE] * sum(SLICES))
    points = shown["curve"]["points"]
    assert [count for count, _ in points][:3] == [0, 1, 11]
    assert points[-1][0] == shown["updates"] == sum(SLICES)
    assert [loss for _, loss in points] == pytest.approx([losses[n] for n, _ in points], rel=1e-4)
    assert shown["curve"]["logarithmic"]
    # To more digits as the exercise would have them; and the same as all at once.
    numbers = {k: float(text) for k, text in page("trained", digits=12)["numbers"].items()}
    assert numbers == pytest.approx(numbers_of(weights), rel=1e-9)
    problem = load_problem(find_problem("xor-sigmoid"))
    last = train(problem, sum(SLICES)).last
    for quantity in last.program.model.trained:
        for address in quantity.addresses():
            assert numbers[address.identifier] == pytest.approx(last.value(*address), rel=1e-11)
    # Every place of the plane by itself, and every sample.
    (surface,) = shown["surface"]
    along = np.linspace(-0.3, 1.3, len(surface["rows"]))
    assert surface["rows"] == surface["columns"] == pytest.approx(list(along), rel=1e-4)
    wanted = [float(forward(weights, np.array([[x, y]]))[1][0, 0]) for y in along for x in along]
    assert surface["heights"] == pytest.approx(wanted, rel=1e-4)
    assert [[*spot[:2], spot[3]] for spot in surface["spots"]] == [
        [0, 0, False], [0, 1, True], [1, 0, True], [1, 1, False],
    ]  # fmt: skip
    assert "4 of 4" in surface["sides"]
    outputs = forward(weights, np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]))[1][:, 0]
    rows = shown["outputs"]["rows"]
    assert [[row[0], row[1], row[3]] for row in rows] == [
        ["0", "0", "0"], ["0", "1", "1"], ["1", "0", "1"], ["1", "1", "0"],
    ]  # fmt: skip
    assert [float(row[2]) for row in rows] == pytest.approx(list(outputs), rel=1e-9)
    assert float(shown["values"]["W[1,1,1]"]) == pytest.approx(weights[0][0, 0], rel=1e-9)


def test_training_goes_on_from_the_numbers_that_the_page_has() -> None:
    page = Asked("xor-sigmoid")
    page("train", updates=5)
    # Another rate: the training goes on with it.
    page("change", numbers={"learning_rate": "0.5"})
    found = page("train", updates=5, digits=9)
    losses, weights = by_numpy(*[RATE] * 5, *[0.5] * 5)
    assert found["updates"] == 10
    assert float(found["loss"]) == pytest.approx(losses[-1], rel=1e-8)
    found = page("train", updates=0, digits=9, afresh=True)
    assert found["updates"] == 0
    assert float(found["loss"]) == pytest.approx(losses[0], rel=1e-8)
    # Other weights: it begins anew with them; and the ones it came to can be put in.
    page("train", updates=5)
    page("change", numbers={key: f"{n:.9f}" for key, n in numbers_of(weights).items()})
    found = page("train", updates=0, digits=9)
    assert found["updates"] == 0
    assert float(found["loss"]) == pytest.approx(losses[-1], rel=1e-7)
    page("train", updates=7)
    taken = page("trained", digits=4)["numbers"]
    exact = page("trained", digits=12)["numbers"]
    for key, text in taken.items():
        assert len(text.lstrip("-0.")) <= 6 < len(exact[key].lstrip("-0."))
        assert float(text) == pytest.approx(float(exact[key]), abs=0.5e-4)
    page("change", numbers=taken)
    assert page("train", updates=0)["updates"] == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [("xor", "no loss"), ("chain-2-2-1", "no numbers"), ("given-deltas", "no loss"),
     ("graph-chain-rule", "no learning rate"), ("logits-cross-entropy", "no weights")],
)  # fmt: skip
def test_what_cannot_be_trained_says_why(name: str, words: str) -> None:
    assert words in Asked(name).answer("train", updates=1)["error"]


def test_a_training_that_leaves_the_numbers_stands_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = Asked("linear-regression", language="zh")
    page("change", numbers={"learning_rate": "100"})
    first = page("train", updates=3)
    assert first["said"] == ""
    found = page("train", updates=5000, language="zh")
    assert "学习率" in found["said"]
    assert found["updates"] >= 3
    # Without NumPy a large one says how large it is, and one that is not goes on as before.
    monkeypatch.setattr(training, "has_arrays", lambda: False)
    refused = Asked("digits-784").answer("train", updates=1)["error"]
    assert "194599" in refused
    assert Asked("transformer-block")("train", updates=1)["updates"] == 1


def test_every_problem_trains_or_says_why_not() -> None:
    trained = 0
    for path in list_problems():
        found = Asked(path.stem).answer("train", updates=2, digits=12)
        problem = load_problem(path)
        reason = trainable(problem)
        assert ("error" in found) == (reason is not None), path.stem
        if reason is None:
            shown, trained = found["result"], trained + 1
            wanted = train(problem, 2).points[-1].loss
            assert shown["curve"]["points"][-1] == [2, pytest.approx(wanted, rel=1e-4)]
            assert len({len(row) for row in shown["outputs"]["rows"]}) <= 1
            assert shown["said"] == ""
    assert trained > 20

"""Training loops compared update by update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.debugging.broken import Arrays

LAYERS = [("dense", 3, "tanh"), ("dense", 1, "sigmoid")]
UPDATES = 5


class Loop:
    """A network that is trained, with a step of its own; `spoil` may change what it does."""

    def __init__(self, step: Callable[[Loop, Arrays, int], None], *, columns: bool = False) -> None:
        draw = np.random.default_rng(6)
        self.x, self.y = draw.normal(size=(6, 2)), draw.integers(0, 2, size=(6, 1))
        self.weights: Arrays = {
            "W1": draw.normal(size=(2, 3)), "b1": np.zeros((1, 3)),
            "W2": draw.normal(size=(3, 1)), "b2": np.zeros((1, 1)),
        }  # fmt: skip
        self.kept: Arrays = {}
        self.step, self.columns = step, columns

    def gradients(self) -> Arrays:
        a1 = np.tanh(self.x @ self.weights["W1"] + self.weights["b1"])
        a2 = 1 / (1 + np.exp(-(a1 @ self.weights["W2"] + self.weights["b2"])))
        d2 = (a2 - self.y) / len(self.x)
        d1 = d2 @ self.weights["W2"].T * (1 - a1**2)
        return {"dW2": a1.T @ d2, "db2": d2.sum(axis=0, keepdims=True),
                "dW1": self.x.T @ d1, "db1": d1.sum(axis=0, keepdims=True)}  # fmt: skip

    def run(self, watched: bp_tutor.Watch, *, told: tuple[str, ...] = ()) -> list[bool]:
        """Train, each update handed in as it is before the step; weights are written in place."""
        answers = []
        for update in range(1, UPDATES + 1):
            gradients = self.gradients()
            before = dict(self.weights)
            arrays = {"X": self.x, "Y": self.y, **before, **gradients}
            arrays = {name: array for name, array in arrays.items() if not told or name in told}
            if self.columns:
                arrays = {name: array.T for name, array in arrays.items()}
            answers.append(watched(arrays=arrays))
            self.weights = {name: array.copy() for name, array in self.weights.items()}
            self.step(self, gradients, update)
        return answers


def descent(loop: Loop, gradients: Arrays, _: int) -> None:
    for name in loop.weights:
        loop.weights[name] -= 0.5 * gradients[f"d{name}"]


def momentum(loop: Loop, gradients: Arrays, _: int) -> None:
    for name in loop.weights:
        loop.kept[name] = 0.9 * loop.kept.get(name, 0) + gradients[f"d{name}"]
        loop.weights[name] -= 0.5 * loop.kept[name]


def adam(loop: Loop, gradients: Arrays, update: int, *, corrected: bool = True) -> None:
    for name in loop.weights:
        gradient = gradients[f"d{name}"]
        first = loop.kept[f"m{name}"] = 0.9 * loop.kept.get(f"m{name}", 0) + 0.1 * gradient
        second = loop.kept[f"v{name}"] = 0.999 * loop.kept.get(f"v{name}", 0) + 0.001 * gradient**2
        if corrected:
            first, second = first / (1 - 0.9**update), second / (1 - 0.999**update)
        loop.weights[name] -= 0.5 * first / (np.sqrt(second) + 1e-8)


def watching(optimiser: Any = None) -> bp_tutor.Watch:
    return bp_tutor.watch(
        LAYERS, loss="binary_cross_entropy", optimiser=optimiser, eta=0.5, lang="en"
    )


RIGHT: dict[str, tuple[Callable[[Loop, Arrays, int], None], Any]] = {
    "descent": (descent, None),
    "momentum": (momentum, {"momentum": {"mu": 0.9}}),
    "adam": (adam, "adam"),
}


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("columns", [False, True])
def test_a_right_loop_follows_to_its_end(name: str, columns: bool) -> None:
    step, optimiser = RIGHT[name]
    watched = watching(optimiser)
    assert Loop(step, columns=columns).run(watched) == [True] * UPDATES
    assert (watched.right, watched.update) == (True, UPDATES)
    assert "5 updates compared" in watched.text()


def test_the_first_update_that_does_not_follow_is_named() -> None:
    """From the third update on the rate is twice as large: the weights of the fourth show it."""

    def step(loop: Loop, gradients: Arrays, update: int) -> None:
        for name in loop.weights:
            loop.weights[name] -= (0.5 if update < 3 else 1.0) * gradients[f"d{name}"]

    watched = watching()
    assert Loop(step).run(watched) == [True, True, True, False, False]
    assert (watched.right, watched.update) == (False, 3)
    assert watched.found is not None
    assert {one.name for one in watched.found.first} == {"W1_new", "b1_new", "W2_new", "b2_new"}
    assert watched.text().startswith("Update 3 is the first that does not follow.")


def test_what_an_optimiser_keeps_is_compared_from_the_second_update_on() -> None:
    watched = watching({"momentum": {"mu": 0.9}})
    Loop(descent).run(watched)
    # The first step is the gradient alone either way.
    assert (watched.right, watched.update) == (False, 2)
    watched = watching("adam")
    Loop(lambda *arguments: adam(*arguments, corrected=False)).run(watched)
    assert (watched.right, watched.update) == (False, 1)
    assert watched.found is not None
    assert {one.causes for one in watched.found.first} == {("not_corrected",)}


def test_weights_that_stay_as_they_were_show_that_no_step_was_made() -> None:
    watched = watching()
    Loop(lambda *_: None).run(watched)
    assert watched.found is not None
    assert {one.causes for one in watched.found.first} == {("step_not_made",)}


def test_gradients_that_are_not_reset_are_told_by_those_of_the_update_before() -> None:
    class Forgetful(Loop):
        def gradients(self) -> Arrays:
            new = super().gradients()
            self.kept = {name: new[name] + self.kept.get(name, 0) for name in new}
            return dict(self.kept)

    watched = watching()
    Forgetful(descent).run(watched)
    assert (watched.right, watched.update) == (False, 2)
    assert watched.found is not None
    assert all(one.causes == ("not_reset",) for one in watched.found.first)


def test_weights_that_are_not_handed_in_again_are_carried_along() -> None:
    loop = Loop(descent)
    watched = watching()
    start = dict(loop.weights)
    for update in range(1, 4):
        gradients = loop.gradients()
        more = start if update == 1 else {}
        assert watched(X=loop.x, Y=loop.y, **more, **gradients)
        loop.weights = {name: array.copy() for name, array in loop.weights.items()}
        descent(loop, gradients, update)
    assert watched.update == 3


@pytest.mark.parametrize(
    "more", [{"optimiser": "adamm"}, {"loss": "mse"}, {"eta": -1}, {"lang": "xx"}]
)
def test_what_cannot_be_watched_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(bp_tutor.BpTutorError):
        bp_tutor.watch(LAYERS, **{"lang": "en", **more})

"""The arrays of every dense problem that comes along, compared with the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor
from bp_tutor.problem import list_problems, load_problem
from bp_tutor.problem.find import shipped_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[np.float64]]

LARGE = ("digits-784",)


def is_dense(name: str) -> bool:
    network = load_problem(shipped_folder() / f"{name}.yaml").network
    found = network is not None and network.loss is not None and network.samples is not None
    return found and network is not None and all(layer.is_dense for layer in network.layers)


NAMES = [path.stem for path in list_problems() if path.stem not in LARGE and is_dense(path.stem)]


def arrays_of(name: str) -> Arrays:
    """What the problem works out, under the names that students have for it."""
    solved = bp_tutor.load(name).solve(updates=1, rounding="exact")
    found = {}
    for layer in range(1, 5):
        for own, canonical in (
            (f"Z{layer}", f"Z[{layer + 1}]"), (f"A{layer}", f"A[{layer + 1}]"),
            (f"dZ{layer}", f"dZ[{layer + 1}]"), (f"dW{layer}", f"dW[{layer}]"),
            (f"db{layer}", f"dB[{layer + 1}]"), (f"W{layer}_new", f"W'[{layer}]"),
        ):  # fmt: skip
            try:
                found[own] = solved.array(canonical)
            except bp_tutor.BpTutorError:
                continue
    return found


def compared(name: str, arrays: Any) -> bp_tutor.Diagnosis:
    return bp_tutor.debug(name, lang="en", arrays=arrays)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_problem_works_out_is_right(name: str) -> None:
    """With its own loss, regulariser, batch, ties and optimiser."""
    found = compared(name, arrays_of(name))
    assert found.right, found.text()
    assert {one.status for one in found.arrays} <= {"agrees"}
    turned = {own: array.T if own[:2] == "dW" or own.endswith("_new") else array
              for own, array in arrays_of(name).items()}  # fmt: skip
    assert compared(name, turned).right


@pytest.mark.parametrize("name", ["exercise", "batch-weight-decay", "softmax-cross-entropy"])
@pytest.mark.parametrize("factor", [1.008, 1.0001])
def test_a_little_wrong_is_wrong(name: str, factor: float) -> None:
    """Some numbers of a calculation are short by themselves; that makes no others rough."""
    arrays = arrays_of(name)
    off = next(own for own in arrays if own.startswith("dW"))
    arrays[off] = arrays[off] * factor
    assert off in [one.name for one in compared(name, arrays).first]


def test_numbers_from_a_print_are_compared_as_far_as_they_go() -> None:
    arrays = {own: np.round(array, 4) for own, array in arrays_of("sigmoid-2-2-2").items()}
    assert compared("sigmoid-2-2-2", arrays).right
    arrays["dW2"] = np.round(arrays["dW2"] * 1.02, 4)
    assert [one.name for one in compared("sigmoid-2-2-2", arrays).first] == ["dW2"]


def test_own_names_for_weights_come_before_those_of_the_problem() -> None:
    solved = bp_tutor.load("sigmoid-2-2-2").solve(updates=1)
    weights = {f"{number}.weight": solved.array(f"W[{layer}]").T * 2
               for layer, number in ((1, 0), (2, 2))}  # fmt: skip
    found = compared("sigmoid-2-2-2", {**weights, "Z1": solved.array("Z[2]")})
    assert [one.name for one in found.first] == ["Z1"]

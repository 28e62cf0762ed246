"""A bank of broken and of right programs, written by somebody who had not seen the slips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor
from bp_tutor.words import languages
from tests.debugging.broken import CASES
from tests.debugging.right import RIGHT

if TYPE_CHECKING:
    from tests.debugging.broken import Arrays, Case

FIRST, NAMED = 0.95, 0.9
SEEDS = 2


def found(case: Case, seed: int, kind: Any = None, lang: str = "en") -> bp_tutor.Diagnosis:
    arrays = case.run(np.random.default_rng(seed))
    if kind is not None:
        arrays = {name: in_precision(array, kind) for name, array in arrays.items()}
    rate = {} if case.learning_rate is None else {"eta": case.learning_rate}
    return bp_tutor.debug(case.layers, loss=case.loss, lang=lang, arrays=arrays, **rate)


def in_precision(array: np.ndarray[Any, Any], kind: Any) -> np.ndarray[Any, Any]:
    return array.astype(kind) if array.dtype.kind == "f" else array


def told(case: Case, answer: bp_tutor.Diagnosis) -> str:
    return f"{case.name}: {case.cause}: {[(one.name, one.causes) for one in answer.first]}"


def test_the_first_wrong_array_is_found_and_explained() -> None:
    # Every second one, as they are many; all of them: 195 first arrays of 201, 192 causes.
    cases = CASES[::2]
    answers = [(case, found(case, 1)) for case in cases]
    missed = [told(case, one) for case, one in answers
              if not {each.name for each in one.first} & {*case.first_wrong}]  # fmt: skip
    unnamed = [told(case, one) for case, one in answers
               if not any(each.causes for each in one.first)]  # fmt: skip
    assert len(CASES) > 180
    assert len(missed) <= (1 - FIRST) * len(cases), missed
    assert len(unnamed) <= (1 - NAMED) * len(cases), unnamed


def test_what_is_right_is_not_blamed() -> None:
    """In whatever convention, in double and in single precision."""
    runs = 0
    for case in RIGHT:
        for seed in range(SEEDS):
            kind = np.float32 if seed % 2 else None
            answer = found(case, seed, kind)
            assert answer.right, told(case, answer)
            runs += 1
    assert runs >= 100


def test_a_report_says_what_was_found_in_every_language() -> None:
    for case in CASES[::20]:
        for language in languages():
            text = found(case, 2, lang=language).text(width=80)
            assert all(len(row) <= 80 for row in text.splitlines())
            assert "debug." not in text
        assert found(case, 2).text(ascii_only=True).isascii()


def arrays_of() -> Arrays:
    draw = np.random.default_rng(3)
    x, w, y = draw.normal(size=(4, 3)), draw.normal(size=(3, 2)), draw.normal(size=(4, 2))
    z = x @ w
    return {"X": x, "W1": w, "b1": np.zeros(2), "Y": y, "Z1": z, "dZ1": (z - y) / 4}


def test_what_follows_from_an_own_mistake_is_not_wrong() -> None:
    given = arrays_of()
    given["dZ1"] = given["dZ1"] * 3
    given["dW1"] = given["X"].T @ given["dZ1"]
    answer = bp_tutor.debug([("dense", 2, "identity")], arrays=given, lang="en")
    assert {one.name: one.status for one in answer.arrays} == {
        "Z1": "agrees", "dZ1": "wrong", "dW1": "follows",
    }  # fmt: skip
    # What was not handed in stands before it: A1 is Z1 in a layer without activation.
    rows = [row.strip() for row in answer.text().splitlines()]
    place = rows.index("It should be:")
    assert rows[place + 1 : place + 3] == ["dA1 = 1/4 * (A1 - Y)", "dZ1 = dA1"]


def test_numbers_of_nothing_known_are_said_to_be_that() -> None:
    given = arrays_of()
    given["dW1"] = np.random.default_rng(5).normal(size=(3, 2))
    answer = bp_tutor.debug([("dense", 2, "identity")], arrays=given, lang="en")
    assert [one.name for one in answer.first] == ["dW1"]
    assert "No mistake that is known here gives these numbers." in answer.text()


SPOILT: dict[str, tuple[dict[str, Any], str]] = {
    "layer": ({"layers": [("conv", 2, "relu")]}, "conv"),
    "activation": ({"layers": [("dense", 2, "rellu")]}, "relu"),
    "loss": ({"loss": "mse"}, "mean_squared_error"),
    "text": ({"X": "ab"}, "X"),
    "cube": ({"X": np.zeros((2, 2, 2, 2, 2))}, "X"),
    "nan": ({"X": [[np.nan]]}, "X"),
    "shape": ({"W1": np.zeros((7, 5))}, "W1"),
    "nothing": ({"arrays": {}}, "X"),
    "rate": ({"eta": "fast"}, "fast"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_cannot_be_understood_is_refused(name: str) -> None:
    more, said = SPOILT[name]
    told_of: dict[str, Any] = {"layers": [("dense", 2, "identity")], "arrays": arrays_of()}
    told_of |= more
    with pytest.raises(bp_tutor.BpTutorError) as caught:
        bp_tutor.debug(told_of.pop("layers"), lang="en", **told_of)
    assert said in str(caught.value)

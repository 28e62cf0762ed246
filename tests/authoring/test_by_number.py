"""A figure is the number that it prints: its verdict never depends on what it is called."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.authoring.nets import NET, judged, keys

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = NET.values()
NAMES = {
    "dA[3,1]": ("∂E/∂out_o1", "dL/dA[3,1]", "out_o1 - target_o1", "-(target_o1 - out_o1)"),
    "dZ[3,1]": ("∂E/∂net_o1", "δ_o1", "∂E/∂out_o1*∂out_o1/∂net_o1", "dL/dA[3,1]*dA[3,1]/dZ[3,1]"),
    "dA[2,1]": ("∂E/∂out_h1", "∂E/∂net_o1*∂net_o1/∂out_h1", "δ_o1*w5"),
    "dW[2,1,1]": ("∂E/∂w5", "∂E/∂out_o1*∂out_o1/∂net_o1*∂net_o1/∂w5", "δ_o1*out_h1"),
    "W'[2,1,1]": ("w5'", "w5 - η*∂E/∂w5", "w5 - η*δ_o1*out_h1"),
}
OWN = ("∂out_o1/∂net_o1", "out_o1*(1 - out_o1)", "dA[3,1]/dZ[3,1]")
"""One number that is no entry of the calculation."""


def verdicts(folder: Path, *figures: tuple[str, str]) -> list[tuple[str, list[str]]]:
    return [(one.verdict, keys(one)) for one in judged(folder, *figures)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("factor", "digits"), [(1.1, 2), (-1, 5)])
def test_a_name_changes_no_verdict(name: str, factor: float, digits: int, tmp_path: Path) -> None:
    value = f"{RIGHT[name] * factor:.{digits}f}"
    found = [verdicts(tmp_path, (spelled, value)) for spelled in (name, *NAMES[name])]
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("digits", [2, 4])
def test_rounding_and_carrying_on_go_through_any_name(digits: int, tmp_path: Path) -> None:
    """A chain of deltas, each worked out from the one before as it is printed."""
    a, o = round(RIGHT["A[2,1]"], digits), round(RIGHT["A[3,1]"], digits)
    error = round(o - NET.y, digits)
    slope = round(o * (1 - o), digits)
    delta = round(error * slope, digits)
    gradient = round(delta * a, digits)
    new = round(NET.v[0] - NET.rate * gradient, digits)
    chain = dict(zip(NAMES, (error, delta, round(delta * NET.v[0], digits), gradient, new),
                     strict=True))  # fmt: skip
    known = [("A[2,1]", f"{a:.{digits}f}"), ("A[3,1]", f"{o:.{digits}f}")]
    found = []
    for place in range(3):
        for own in OWN:
            figures = [(([name, *NAMES[name]])[place], f"{value:.{digits}f}")
                       for name, value in chain.items()]  # fmt: skip
            found.append(verdicts(tmp_path, *known, (own, f"{slope:.{digits}f}"), *figures))
    assert all(one == found[0] for one in found)
    assert "does_not_follow" not in [verdict for verdict, _ in found[0]]


@pytest.mark.parametrize("wrong", [0.747, 0.3125])
def test_a_wrong_error_is_carried_on_under_any_name(wrong: float, tmp_path: Path) -> None:
    loss = f"{wrong * wrong / 2:.4f}"
    o = RIGHT["A[3,1]"]
    delta = f"{wrong * o * (1 - o):.5f}"
    for name, sign in (("dA[3,1]", 1), ("∂E/∂out_o1", 1), ("target_o1 - out_o1", -1)):
        figures = ((name, f"{sign * wrong:.4f}"), ("E", loss), ("∂E/∂net_o1", delta))
        found = verdicts(tmp_path, *figures)
        assert found[0][0] == "does_not_follow"
        assert found[1:] == [("follows_by_hand_rounding", ["how.carried"])] * 2


@pytest.mark.parametrize("own", OWN)
def test_a_number_that_is_no_entry_is_a_source(own: str, tmp_path: Path) -> None:
    delta = (RIGHT["A[3,1]"] - NET.y) * 0.31
    first, second = judged(tmp_path, (own, "0.31"), ("dZ[3,1]", f"{delta:.4f}"))
    assert (first.verdict, second.verdict) == ("does_not_follow", "follows_by_hand_rounding")
    assert keys(second) == ["how.carried"]
    assert dict(second.reasons[0].values)["figure"] == f"{own} = 0.31"


def test_names_for_one_number_are_told_from_those_for_others(tmp_path: Path) -> None:
    names = [name for name in RIGHT if not name.startswith("slope")]
    for name, other in pairwise(names):
        (one,) = judged(tmp_path, (name, f"{RIGHT[other]:.6f}"))
        (own,) = judged(tmp_path, (name, f"{RIGHT[name]:.6f}"))
        assert own.verdict == "agrees"
        assert one.verdict != "agrees" or round(RIGHT[name], 6) == round(RIGHT[other], 6)


def test_deltas_that_count_downhill_keep_their_sign(tmp_path: Path) -> None:
    text = NET.file((("∂E/∂w5", f"{RIGHT['dW[2,1,1]']:.5f}"), ("w5'", "0.5555")))
    text = text.replace("published:", "conventions: {delta: descent}\npublished:")
    gradient, new = judged(tmp_path, text=text)
    assert gradient.verdict == "agrees"
    wrong = f"{RIGHT['dW[2,1,1]'] * 1.7:.5f}"
    made = f"{NET.v[0] - NET.rate * RIGHT['dW[2,1,1]'] * 1.7:.5f}"
    text = text.replace(f"{RIGHT['dW[2,1,1]']:.5f}", wrong).replace("0.5555", made)
    gradient, new = judged(tmp_path, text=text)
    assert (gradient.verdict, keys(new)) == ("does_not_follow", ["how.carried"])

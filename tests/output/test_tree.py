"""The tree of `why` at every width, and nothing of it lost."""

from __future__ import annotations

import re

import pytest

from bp_tutor.words import cells
from tests.cli.running import SMALL, good, trace_of


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", SMALL)
def test_no_row_is_wider_than_asked(name: str, lang: str) -> None:
    steps = trace_of(name)["steps"]
    for step in (steps[-1], steps[len(steps) // 2]):
        for width in (40, 60, 80):
            identifier = step["entries"][0]["id"]
            text = good("why", name, identifier, "--width", str(width), "--lang", lang)
            assert max(map(cells, text.splitlines())) <= width


def test_every_value_stands_in_the_tree_once_with_its_line() -> None:
    text = good("why", "exercise", "dW[1,1,1]")
    made = re.findall(r"^(?:[│ ]*[├└]─ )?([^│├└ ]+) = ", text, re.M)
    derived = [name for name in made if not name.startswith(("given", "shown"))]
    assert len(derived) == len(set(derived))
    assert {"δW₁₁₁", "δZ₂₁", "δZ₃₁", "δZ₄₁", "A₄₁", "Z₂₁"} <= set(derived)
    assert "given: A₁₁ = 1" in text
    assert "shown above: δZ₄₁ = −0.01218, δZ₄₂ = 0.1235, A₃₂ = 0.6850" in text


def test_equals_signs_stand_below_each_other() -> None:
    first, second, third, *_ = good("why", "exercise", "dZ[2,1]").splitlines()
    assert first.index("=") == third.index("=")
    assert second.startswith("│      + ")


def test_large_trees_are_shortened_with_a_word() -> None:
    text = good("why", "digits-784", "Z[2,1]")
    assert "terms left out: 1561; see them all with --all" in text
    assert len(good("why", "digits-784", "Z[2,1]", "--all").splitlines()) > 300


def test_what_is_given_has_no_tree() -> None:
    assert good("why", "exercise", "W[1,1,1]") == "given: W₁₁₁ = 0.5\n"


def test_a_single_further_value_is_named_rather_than_counted() -> None:
    text = good("why", "cnn-backward", "Z[2,1,1,1]")
    assert "B₂₁ = 0" in text
    assert "left out" not in text


def test_the_tree_says_once_what_the_winner_means() -> None:
    assert good("why", "cnn-backward", "dW[1,1,1,1,1]").count("k-th") == 1
    assert good("solve", "cnn-backward", "--only", "dZ").count("k-th") == 1

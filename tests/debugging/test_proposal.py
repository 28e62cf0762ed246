"""Which layers arrays are of, where nobody says it."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import numpy as np
import pytest

import bp_tutor
from tests.cli.running import run
from tests.debugging.right import RIGHT
from tests.debugging.test_report import spoilt

if TYPE_CHECKING:
    from pathlib import Path

TOLD = ("ng-all", "cs231n-gradients", "trask-all", "blog-all")
"""Programs whose arrays leave one network alone."""


@pytest.mark.parametrize("name", TOLD)
def test_layers_and_loss_are_proposed(name: str) -> None:
    case = next(one for one in RIGHT if one.name == f"right-{name}")
    arrays = case.run(np.random.default_rng(3))
    if case.learning_rate is not None:
        arrays["eta"] = np.array(case.learning_rate)
    with pytest.raises(bp_tutor.LayersUnsaidError) as caught:
        bp_tutor.debug(arrays=arrays, lang="en")
    error = caught.value
    assert (list(error.layers), error.loss) == (case.layers, case.loss)
    assert f'loss="{case.loss}"' in str(error)
    assert bp_tutor.debug(error.layers, loss=error.loss, arrays=arrays, lang="en").right


def test_a_wrong_program_shows_its_layers_as_well() -> None:
    with pytest.raises(bp_tutor.LayersUnsaidError) as caught:
        bp_tutor.debug(arrays=spoilt(), lang="en")
    assert 'debug([("dense", 2, "tanh"), ("dense", 1, "sigmoid")]' in str(caught.value)


def test_nothing_is_proposed_where_nothing_shows_it() -> None:
    with pytest.raises(bp_tutor.LayersUnsaidError) as caught:
        bp_tutor.debug(foo=[1.0], lang="en")
    assert caught.value.layers == ()


def test_the_command_says_what_to_type(tmp_path: Path) -> None:
    numbers = {name: array.tolist() for name, array in spoilt().items()}
    path = tmp_path / "my values.json"
    path.write_text(json.dumps(numbers), encoding="utf-8")
    asked = run("debug", str(path), "--lang", "en")
    assert (asked.code, asked.out) == (2, "")
    typed = shlex.split(" ".join(asked.err.split())[asked.err.index("bp-tutor debug") :])
    assert typed[3:] == ["--layers", "3,2,1", "--activation", "tanh,sigmoid",
                         "--loss", "binary_cross_entropy"]  # fmt: skip
    done = run("debug", str(path), *typed[3:], "--lang", "en")
    assert (done.code, "dZ1 is the first array that is wrong." in done.out) == (1, True)
    wrong = run("debug", str(path), "--layers", "3,2,1", "--loss", "none", "--lang", "en")
    assert (wrong.code, "none" in wrong.err) == (2, True)


def test_a_problem_without_values_lacks_them() -> None:
    done = run("debug", "exercise", "--lang", "en")
    assert (done.code, "VALUES" in done.err) == (2, True)

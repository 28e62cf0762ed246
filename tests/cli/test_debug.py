"""`bp-tutor debug`: arrays of a file compared with a problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import bp_tutor
from tests.cli.running import run

if TYPE_CHECKING:
    from pathlib import Path

SOLVED = bp_tutor.load("exercise", lang="en").solve()


def test_arrays_of_a_file_are_compared_with_the_problem(tmp_path: Path) -> None:
    right = {"Z1": SOLVED.array("Z[2]"), "dZ3": SOLVED.array("dZ[4]")}
    # By hand: the error that comes back, without the slope A(1 - A).
    wrong = SOLVED.array("dZ[4]") @ SOLVED.array("W[3]").T
    np.savez(tmp_path / "right.npz", Z1=right["Z1"], dZ3=right["dZ3"])
    done = run("debug", "exercise", str(tmp_path / "right.npz"), "--lang", "en")
    assert (done.code, "No array is wrong." in done.out) == (0, True)
    numbers = {name: array.tolist() for name, array in right.items()} | {"dZ2": wrong.tolist()}
    (tmp_path / "wrong.json").write_text(json.dumps(numbers), encoding="utf-8")
    done = run("debug", "exercise", str(tmp_path / "wrong.json"), "--lang", "en")
    assert done.code == 1
    assert "dZ2 is the first array that is wrong." in done.out
    assert "the slope of the activation is left out" in done.out
    done = run("debug", "exercise", str(tmp_path / "wrong.json"), "--lang", "zh")
    assert "漏乘了激活函数的导数" in done.out


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.npz", b"no archive"), ("a.json", b"{"), ("a.json", b"[1]"), ("a.txt", b"1"),
     ("a.json", b'{"dZ2": "x"}'), ("a.json", b'{"dW1": [[[1]]]}')],
)  # fmt: skip
def test_what_cannot_be_read_is_told(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("debug", "exercise", str(tmp_path / name))
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_objects_in_a_file_are_never_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", dZ2=np.array([{"a": 1}], dtype=object))
    done = run("debug", "exercise", str(tmp_path / "a.npz"))
    assert (done.code, done.out) == (2, "")


def test_only_dense_networks_are_compared(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", dZ2=np.zeros(2))
    done = run("debug", "rnn-bptt", str(tmp_path / "a.npz"), "--lang", "en")
    assert (done.code, "dense layers" in done.err) == (2, True)

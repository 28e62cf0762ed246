"""`bp-tutor debug`: arrays of a file compared with a problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor
from bp_tutor.api.array_files import arrays_of
from bp_tutor.problem import list_problems, load_problem
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
     ("a.json", b'{"dZ2": "x"}'), ("a.json", b'{"dW1": [[[[[1]]]]]}'), ("a.npy", b"no array")],
)  # fmt: skip
def test_what_cannot_be_read_is_told(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("debug", "exercise", str(tmp_path / name))
    assert (done.code, done.out) == (2, "")
    assert done.err


def rows_of(arrays: dict[str, np.ndarray[Any, Any]]) -> str:
    """Each number of some arrays in a row of its own."""
    rows = ["name,row,column,value"]
    for name, array in arrays.items():
        for index, number in np.ndenumerate(array):
            place = [*map(str, index), "", ""][:2]
            rows.append(",".join([name, *place, repr(float(number))]))
    return "\n".join(rows)


def test_a_table_of_numbers_and_a_file_for_each_array_say_the_same(tmp_path: Path) -> None:
    arrays = {"Z1": SOLVED.array("Z[2]"), "dZ3": SOLVED.array("dZ[4]"),
              "db3": SOLVED.array("dB[4]").ravel(), "lr": np.array(0.1)}  # fmt: skip
    (tmp_path / "values.csv").write_text("\ufeff" + rows_of(arrays), encoding="utf-8")
    read = arrays_of([tmp_path / "values.csv"])
    assert {name: np.shape(array) for name, array in read.items()} == {
        name: array.shape for name, array in arrays.items()
    }
    assert all(np.array_equal(read[name], array) for name, array in arrays.items())
    for name, array in arrays.items():
        np.savetxt(tmp_path / f"{name}.csv", np.atleast_1d(array), delimiter=",")
    np.save(tmp_path / "dW1.npy", SOLVED.array("dW[1]") * 2)
    files = [str(tmp_path / f"{name}.csv") for name in arrays]
    done = run("debug", "exercise", *files, str(tmp_path / "dW1.npy"), "--lang", "en")
    assert (done.code, "dW1 is the first array that is wrong." in done.out) == (1, True)


SPOILT = {
    "": "empty",
    "name,row,value\nX,0,1": "name,row,column,value",
    "name,row,column,value\nX,0,0": "a.csv:2",
    "name,row,column,value\nX,0,0,one": "'one'",
    "name,row,column,value\nX,0,x,1": "'x'",
    "name,row,column,value\nX,0,0,1\nX,0,0,2": "a.csv:3",
    "name,row,column,value\nX,1,1,1": "[0, 0]",
    "name,row,column,value\nX,999999,999999,1": "[0, 0]",
    "name,row,column,value\nX,0,0,1\nX,1,,1": "column",
    "1,2\n3,x": "a.csv:2",
}


@pytest.mark.parametrize("text", SPOILT)
def test_a_table_that_cannot_be_read_says_where(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    done = run("debug", "exercise", str(tmp_path / "a.csv"), "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert SPOILT[text] in done.err


def test_one_name_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text('{"dZ2": [1]}', encoding="utf-8")
    done = run("debug", "exercise", str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    assert (done.code, "b.json" in done.err) == (2, True)


def test_objects_in_a_file_are_never_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", dZ2=np.array([{"a": 1}], dtype=object))
    done = run("debug", "exercise", str(tmp_path / "a.npz"))
    assert (done.code, done.out) == (2, "")


def test_recurrent_networks_are_compared_as_well(tmp_path: Path) -> None:
    solved = bp_tutor.load("rnn-bptt", lang="en").solve()
    found = {
        name: solved.array(own)
        for name, own in (("dWhh", "dR[2]"), ("dWxh", "dW[1]"), ("dWhy", "dW[2]"))
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps({name: array.tolist() for name, array in found.items()}))
    done = run("debug", "rnn-bptt", str(path), "--lang", "en")
    assert (done.code, "No array is wrong." in done.out) == (0, True)
    found["dWxh"] = -found["dWxh"]
    path.write_text(json.dumps({name: array.tolist() for name, array in found.items()}))
    done = run("debug", "rnn-bptt", str(path), "--lang", "en")
    assert (done.code, "dWxh is the first array that is wrong." in done.out) == (1, True)
    assert "the sign is turned round" in done.out


def test_a_graph_has_no_arrays_to_compare(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", dZ2=np.zeros(2))
    graph = next(path.stem for path in list_problems() if load_problem(path).graph is not None)
    done = run("debug", graph, str(tmp_path / "a.npz"), "--lang", "en")
    assert (done.code, "network with a loss" in done.err) == (2, True)

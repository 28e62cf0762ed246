"""`bp-tutor solve PROBLEM --code LIBRARY`: where programs go, and what is refused."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import solve
from tests.cli.running import good, run
from tests.code.running import run_all


def test_a_program_is_printed_or_written(tmp_path: Path) -> None:
    path = tmp_path / "exercise.py"
    assert good("solve", "exercise", "--code", "numpy", "-o", str(path)).startswith("Written: ")
    printed = good("solve", "exercise", "--code", "numpy")
    assert path.read_text(encoding="utf-8") == printed
    ast.parse(printed)


def test_options_choose_what_is_in_it() -> None:
    said = good("solve", "exercise", "--code", "numpy", "--only", "dZ", "--notation", "superscript",
                "--digits", "3", "--lang", "zh")  # fmt: skip
    assert "delta2" in said
    assert "precision=6" in said
    assert "隐藏层误差项" in said
    assert "new" not in said


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_derivative_of_one_value_by_another(layout: str, tmp_path: Path) -> None:
    source = Path(find_problem("batch-weight-decay")).read_text(encoding="utf-8")
    path = tmp_path / "batch.yaml"
    assert "layout: columns" in source
    path.write_text(source.replace("layout: columns", f"layout: {layout}"), encoding="utf-8")
    asked = ("solve", str(path), "--entry", "dA[2,2]/dZ[2,2]", "--code", "numpy")
    (ran,) = run_all([good(*asked)])
    outputs = solve(load_problem(path)).runs[0].step("A[2]").value
    assert outputs is not None
    # The second unit of each of four samples.
    expected = [output * (1 - output) for output in outputs[1::2]]
    assert [number for _, (number,) in ran.shown] == pytest.approx(expected)


def test_several_updates_are_a_loop() -> None:
    said = good("solve", "xor-sigmoid", "--code", "pytorch", "--updates", "100")
    assert "for update in range(100):" in said
    assert said.count("optimiser.step()") == 1


def test_rounding_as_by_hand_is_in_the_program() -> None:
    said = good("solve", "exercise", "--code", "numpy", "--rounding", "hand:3s")
    assert "by_hand(A1 @ W1 + B2, 3, significant=True)" in said


def test_a_poor_terminal_does_not_make_a_poor_program() -> None:
    done = run("solve", "momentum-adam", "--code", "numpy", "--lang", "zh", LANG="C")
    assert "从动量法到 Adam：f(w) = w²" in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--code", "jax"), "numpy, pytorch"),
        (("--code", "numpy", "-o", "a.txt"), ".py"),
        (("-o", "a.py"), "--code"),
        (("--code", "numpy", "--json"), "do not go together"),
        (("--code", "numpy", "--symbolic"), "do not go together"),
        (("--code", "numpy", "--format", "md"), "do not go together"),
        (("--code", "numpy", "--play"), "do not go together"),
        (("--code", "numpy", "--only", "dZ", "--layer", "1"), "nothing matches"),
        (("--code", "pytorch", "--rounding", "hand:2"), "--rounding exact"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], said: str) -> None:
    done = run("solve", "exercise", *arguments)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("mine")
    assert run("solve", "exercise", "--code", "numpy", "-o", str(path)).code == 2
    assert path.read_text() == "mine"
    good("solve", "exercise", "--code", "numpy", "-o", str(path), "--force")
    ast.parse(path.read_text(encoding="utf-8"))

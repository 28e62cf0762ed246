"""Graphs without derivatives, and functions without a slope where no derivative passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.authoring.published.judge import judge
from bp_tutor.problem import ProblemError, load_problem
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from tests.authoring.pages import page_of
from tests.cli.running import good, run

FORWARD = """title: forward
graph:
  values: {a: 1}
  formulas: {b: 2*a, c: sign(b) + b}
published:
  - {name: b, value: "2"}
"""
STEP = """title: step
graph:
  values: {v: 2, x: 1}
  formulas: {z: v*x, h: step(z), e: 3*h}
  differentiate: z
  with_respect_to: [v]
published:
  - {name: h, value: "1"}
  - {name: "dz/dv", value: "1"}
"""
VALUES = {"forward": {"b": 2.0, "c": 3.0}, "step": {"z": 2.0, "h": 1.0, "e": 3.0, "dv": 1.0}}
TEXTS = {"forward": FORWARD, "step": STEP}


@pytest.fixture(params=sorted(TEXTS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(name: str, tmp_path: Path) -> str:
    file = tmp_path / f"{name}.yaml"
    file.write_text(TEXTS[name], encoding="utf-8")
    return str(file)


def test_its_values_are_worked_out_and_its_figures_follow(name: str, path: str) -> None:
    problem = load_problem(Path(path))
    (found,) = solve(problem).runs
    assert {step.quantity.name: step.value for step in found.steps} == {
        quantity: (value,) for quantity, value in VALUES[name].items()
    }
    compared = check(found)
    assert compared is None or not compared.failed
    assert {one.verdict for one in judge(problem, page_of(problem))} == {"agrees"}


@pytest.mark.parametrize(
    "command",
    [
        ("solve",), ("solve", "--lang", "zh"), ("solve", "--ascii"), ("solve", "--format", "tex"),
        ("solve", "--format", "md"), ("solve", "--format", "typ"), ("solve", "--format", "ipynb"),
        ("solve", "--json"), ("check",), ("check", "--json"),
    ],
)  # fmt: skip
def test_every_command_takes_it(command: tuple[str, ...], path: str) -> None:
    assert good(command[0], path, *command[1:])


@pytest.mark.parametrize("library", ["numpy", "pytorch"])
def test_its_program_gives_the_same_numbers(library: str, name: str, path: str) -> None:
    if library == "pytorch":
        assert "torch" in good("solve", path, "--code", library)
        return
    scope: dict[str, object] = {}
    exec(good("solve", path, "--code", library), scope)  # noqa: S102 - the program's own
    for quantity, value in VALUES[name].items():
        assert scope[{"dv": "dz_dv"}.get(quantity, quantity)] == value


def test_page_and_worksheet_are_written(path: str, tmp_path: Path) -> None:
    for number, command in enumerate(
        (("page",), ("worksheet", "--format", "md"), ("worksheet", "--format", "html"))
    ):
        out = tmp_path / f"out{number}.{'md' if 'md' in command else 'html'}"
        assert run(command[0], path, *command[1:], "-o", str(out)).code == 0
        assert out.stat().st_size > 100


def test_its_questions_are_marked(name: str, path: str, tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    rows = [f"A,{quantity},{value}" for quantity, value in VALUES[name].items()]
    answers.write_text("\n".join(["student,id,value", *rows, ""]), encoding="utf-8")
    found = good("mark", path, str(answers))
    assert f"{len(rows)} of {len(rows)} answers right" in found


@pytest.mark.parametrize(
    ("formulas", "more", "key"),
    [
        ("{z: v*x, h: step(z)}", "differentiate: h\n  with_respect_to: [v]", "no_slope_formula"),
        ("{z: v*x, e: 3*sign(z) + z}", "differentiate: e\n  with_respect_to: [v]",
         "no_slope_formula"),
        ("{z: v*x, h: step(z)}", "given: {dL/dh: 0.5}\n  with_respect_to: [z]",
         "no_slope_formula"),
        ("{z: v*x}", "with_respect_to: [v]", "no_start"),
        ("{z: v*x}", "learning_rate: 0.1", "no_start"),
        ("{z: v*x}", "differentiate: z", "missing_key"),
    ],
)  # fmt: skip
def test_what_is_differentiated_through_a_jump_or_by_nothing_is_refused(
    formulas: str, more: str, key: str, tmp_path: Path
) -> None:
    file = tmp_path / "graph.yaml"
    text = f"title: t\ngraph:\n  values: {{v: 2, x: 1}}\n  formulas: {formulas}\n  {more}\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemError) as refused:
        load_problem(file)
    assert [mistake.key for mistake in refused.value.mistakes] == [f"problem.{key}"]


@pytest.mark.parametrize(
    ("formulas", "of", "gradient"),
    [
        # The step stands beside the way, or in a factor that does not depend on v.
        ("{s: sign(x), z: v*x*s, y: z**2}", "y", 2 * 2 * -3 * -1 * (-3 * -1)),
        ("{s: step(x) + 2, z: v*s}", "z", 2.0),
    ],
)
def test_a_factor_with_a_jump_is_a_number_like_any_other(
    formulas: str, of: str, gradient: float, tmp_path: Path
) -> None:
    file = tmp_path / "graph.yaml"
    text = (
        f"title: t\ngraph:\n  values: {{v: 2, x: -3}}\n  formulas: {formulas}\n"
        f"  differentiate: {of}\n  with_respect_to: [v]\n"
    )
    file.write_text(text, encoding="utf-8")
    (found,) = solve(load_problem(file)).runs
    assert found.value(*found.find("dv")) == gradient  # type: ignore[misc]

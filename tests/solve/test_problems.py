"""Every problem file solved: the lectures' values, nothing failed, the same in every notation."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.formula import Entry, Formula, Quantity, parse, spell
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.style import ASCII, UNICODE, Style
from bp_tutor.notations import Symbols, notation_names
from bp_tutor.problem import Rounding, load_problem
from bp_tutor.solve import Run, solve, used
from bp_tutor.solve.check import check
from bp_tutor.solve.training import train, trainable
from tests.lectures.exercises import GRAPHS, NETS, expected, linear_by_hand
from tests.solve.networks import identifiers

PROBLEMS = Path(__file__).parents[2] / "problems"
FILES = sorted(path.stem for path in PROBLEMS.glob("*.yaml"))
LARGE = ("digits-784",)
SYMBOLS_ONLY = (
    "chain-2-2-1", "general-formulas", "given-deltas", "three-class-3-2-3", "mlp-shapes",
)  # fmt: skip

every_file = pytest.mark.parametrize("name", FILES)


@pytest.mark.parametrize("update", [1, 2, 3])
@pytest.mark.parametrize("name", [*NETS, *GRAPHS])
def test_the_solver_finds_the_loops_values(name: str, update: int) -> None:
    problem = load_problem(PROBLEMS / f"{name}.yaml")._replace(rounding=Rounding())
    runs = solve(problem, update).runs
    if len(runs) < update:
        pytest.skip("nothing is learnt here")
    found, values = identifiers(runs[update - 1]), expected(name, update)
    shared = found.keys() & values.keys()
    # The loops say nothing of steps that no file writes out, nor of rates.
    assert {key for key in values if not key.startswith(("step", "dA[1"))} <= shared
    assert {key: found[key] for key in shared} == pytest.approx(
        {key: values[key] for key in shared}, rel=1e-12, abs=1e-12
    )


@pytest.mark.parametrize("update", [1, 2, 3])
def test_the_lecture_s_own_rounding(update: int) -> None:
    run = solve(load_problem(PROBLEMS / "linear-2-2-1.yaml"), update).runs[-1]
    found, values = identifiers(run), linear_by_hand(update)
    shared = found.keys() & values.keys()
    assert shared >= {"A[3,1]", "stepW[1,1,1]", "W'[1,1,1]", "W'[2,1,1]"}
    assert {key: found[key] for key in shared} == pytest.approx(
        {key: values[key] for key in shared}, rel=1e-12, abs=1e-12
    )


@pytest.mark.parametrize(
    ("name", "updates"), [("sigmoid-2-2-1", 100), ("sigmoid-2-2-2", 1000), ("xor-sigmoid", 300)]
)
def test_training_finds_the_loops_values(name: str, updates: int) -> None:
    problem = load_problem(PROBLEMS / f"{name}.yaml")
    found, values = identifiers(train(problem, updates).last), expected(name, updates + 1)
    shared = found.keys() & values.keys()
    assert {key: found[key] for key in shared} == pytest.approx(
        {key: values[key] for key in shared}, rel=1e-9, abs=1e-12
    )


@every_file
def test_every_file_is_solved_and_checked(name: str) -> None:
    problem = load_problem(PROBLEMS / f"{name}.yaml")
    trace = solve(problem, 2)
    for run in trace.runs:
        result = check(run)
        if any(step.line.phase == "gradient" for step in run.steps) and name not in SYMBOLS_ONLY:
            assert result is not None
            assert result.checked
        if result is not None:
            assert not result.failed
            assert result.largest < 1e-6
        for step in run.steps:
            assert (step.value is None) == (name in SYMBOLS_ONLY), step.quantity.name
            assert step.value is None or len(step.value) == step.quantity.size


@every_file
def test_every_trainable_file_is_trained(name: str) -> None:
    problem = load_problem(PROBLEMS / f"{name}.yaml")
    if trainable(problem) is not None or name in LARGE:
        pytest.skip("there is nothing to train, or much")
    trace = solve(problem, 3)
    assert trace.after is not None
    last = identifiers(train(problem, 3).last)
    assert last == pytest.approx(identifiers(trace.after), rel=1e-9, abs=1e-12)


class Hand:
    """Spells in one notation and style, as a page does."""

    def __init__(self, symbols: Symbols, style: Style) -> None:
        self.symbols, self.style = symbols, style

    def name(self, quantity: Quantity, index: tuple[int, ...] | None) -> str:
        return self.symbols.name(quantity, index, self.style.name)


def read_back(run: Run, symbols: Symbols, text: str) -> Formula:
    def resolve(name: str) -> Formula | None:
        identifier = symbols.read(name)
        found = run.find(identifier) if identifier is not None else None
        return None if found is None else Entry(*found)

    return parse(text, resolve)


@pytest.mark.parametrize("notation", notation_names())
@pytest.mark.parametrize(
    "name", ["exercise", "linear-2-2-1", "sigmoid-2-2-2", "batch-weight-decay", "xor-sigmoid"]
)
def test_every_line_gives_the_same_number_in_every_notation(name: str, notation: str) -> None:
    problem = load_problem(PROBLEMS / f"{name}.yaml")._replace(rounding=Rounding())
    run = solve(problem).runs[0]
    symbols = symbols_of(problem, notation)
    for style in (UNICODE, ASCII):
        hand = Hand(symbols, style)
        for step in run.steps:
            if any(" " in symbols.name(q, None, style.name) for q in used(step.formula)):
                continue  # two words, such as a step, are for the eye only
            for index in list(step.quantity.indices())[:3]:
                value = run.value(step.quantity, index)
                text = spell(entry_of(step.formula, index), hand)
                again = read_back(run, symbols, text).value(run.value)
                assert again == pytest.approx(value, rel=1e-12, abs=1e-15), text

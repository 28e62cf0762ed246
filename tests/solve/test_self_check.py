"""The check of a derivation by itself: it finds what is wrong, and never what is right."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random

import pytest

from bp_tutor.catalogue import Definition, Model
from bp_tutor.explain import Settings, View, derivation, symbols_of
from bp_tutor.explain.sections import sections_of
from bp_tutor.explain.verifying import wrong_names
from bp_tutor.formula import Mul, Number
from bp_tutor.formula.quantity import DERIVATIVE
from bp_tutor.problem import load_problem
from bp_tutor.solve import NumberError, Run, Trace, solve
from bp_tutor.solve import check as checking
from bp_tutor.solve.backward import derivatives
from bp_tutor.solve.check import Check, check
from bp_tutor.solve.evaluate import evaluate
from tests.presented import presentation_of, presented
from tests.solve.random_problems import problem_of, solved

BLOCKS = range(6)
IN_A_BLOCK = 20
FACTORS = (1.001, 0.999, 1.1, 2.0, -1.0, 0.5)


def traces(block: int) -> list[Trace]:
    seeds = range(1000 * block, 1000 * block + 200)
    return list(islice(filter(None, map(solved, seeds)), IN_A_BLOCK))


def found_in(text: str, updates: int = 1) -> list[Check]:
    runs = solve(problem_of(text), updates).runs
    return [found for run in runs if (found := check(run)) is not None]


@pytest.mark.parametrize("block", BLOCKS)
def test_nothing_right_is_called_wrong(block: int) -> None:
    for trace in traces(block):
        problem = trace.problem
        how = Settings(symbols_of(problem), problem.digits)
        for run in trace.runs:
            found = check(run)
            assert found is None or not found.failed, trace.problem
            assert not wrong_names(how, run, sections_of(how, run, View())), trace.problem


@pytest.mark.parametrize("block", BLOCKS)
def test_nothing_wrong_is_said_to_be_checked(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line of the backward pass is off by a factor: what it changes is named."""
    draw = Random(block)  # noqa: S311
    caught = 0
    for trace in traces(block):
        run = trace.runs[0]
        wrong, changed = spoilt(run, draw)
        monkeypatch.setattr(checking, "derivatives", lambda _, wrong=wrong: wrong)
        found = check(run)
        if found is None:
            assert not changed
            continue
        assert changed <= {*found.failed, *found.skipped, *found.undecided}, trace.problem
        caught += len(changed & set(found.failed))
    assert caught > IN_A_BLOCK


def spoilt(run: Run, draw: Random) -> tuple[tuple[Definition, ...], set[str]]:
    """Backward lines of which one is off, and the gradients that have another value by it."""
    model = run.program.model
    right = derivatives(model)
    if len(right) == 0:
        return right, set()
    at: int = draw.randrange(len(right))
    factor: float = draw.choice(FACTORS)
    formula = Mul((Number(factor), right[at].formula))
    wrong = (*right[:at], right[at]._replace(formula=formula), *right[at + 1 :])
    try:
        before, after = (gradients(run, model, lines) for lines in (right, wrong))
    except NumberError:
        return right, set()
    return wrong, {
        name
        for name, value in before.items()
        if abs(value - after[name]) > 1e-4 * max(abs(value), abs(after[name]))
    }


def gradients(run: Run, model: Model, lines: tuple[Definition, ...]) -> dict[str, float]:
    start = {quantity: run.values[quantity] for quantity in model.given if quantity in run.values}
    values = evaluate((*model.definitions, *lines), start)
    return {
        derivative.identifier(index): value
        for derivative in (quantity.as_kind(DERIVATIVE) for quantity in model.wanted)
        for index, value in zip(derivative.indices(), values.get(derivative, ()), strict=False)
    }


SIZES_APART = """graph:
  values: {a: 1.0e+16, b: 100, w: 2, v: 1.0e-12}
  formulas: {s: a + b*w, e: s - a, f: e**2 + v*w}
  differentiate: f
  with_respect_to: [a, b, w, v]
"""
LINE = """network:
  inputs: 1
  weight_order: from-to
  layers:
    - {units: 1, activation: identity, weights: [[0.5]], bias: [0.1]}
inputs: [[745], [1000]]
targets: [[1], [2]]
loss: mean_squared_error
learning_rate: 0.1
"""


def test_terms_of_very_different_size() -> None:
    # By hand: e = b·w = 200, so f = 200² + v·w, df/db = 2·200·w, df/dw = 2·200·b + v.
    (found,) = found_in(SIZES_APART)
    assert (found.checked, found.failed, found.undecided) == (4, (), ())
    values = solve(problem_of(SIZES_APART)).runs[0].values
    by_name = {quantity.name: value for quantity, value in values.items()}
    assert by_name["db"][0] == 800
    assert by_name["dw"][0] == 40_000


def test_an_update_that_diverges() -> None:
    found = found_in(LINE, 5)
    assert [(one.checked, one.failed, one.undecided) for one in found] == [(2, (), ())] * 5
    assert max(one.largest for one in found) < 1e-5


def test_small_gradients_are_no_longer_lost_beside_one() -> None:
    # y = x·k with k = 1e-9: whatever is 1e-9 large would pass for it, were it compared with 1.
    text = "graph:\n  values: {x: 1, k: 1.0e-9}\n  formulas: {y: x*k + 5}\n"
    (found,) = found_in(text + "  differentiate: y\n  with_respect_to: [x]\n")
    assert (found.checked, found.failed) == (1, ())


@pytest.mark.parametrize("factor", FACTORS)
def test_a_small_wrong_gradient_is_found(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "graph:\n  values: {x: 1, k: 1.0e-9}\n  formulas: {y: x*k + 5}\n"
    run = solve(problem_of(text + "  differentiate: y\n  with_respect_to: [x]\n")).runs[0]
    (line,) = derivatives(run.program.model)
    wrong = (line._replace(formula=Mul((Number(factor), line.formula))),)
    monkeypatch.setattr(checking, "derivatives", lambda _: wrong)
    found = check(run)
    assert found is not None
    assert found.failed == ("dx",)


def test_what_cannot_be_told_is_said() -> None:
    # The slope is e^-740 times 1e300, but no difference shows beside 1 what is 322 figures smaller.
    text = 'graph:\n  values: {x: -740, k: 1.0e+300}\n  formulas: {y: "k*log(1 + exp(x))"}\n'
    text += "  differentiate: y\n  with_respect_to: [x]\n"
    (found,) = found_in(text)
    assert (found.checked, found.failed, found.undecided) == (0, (), ("dx",))
    trace = solve(problem_of(text))
    for language, said in (("en", "Cannot be checked by differences"), ("zh", "无法用差商检验")):
        page = presentation_of(symbols_of(trace.problem), language)
        document = presented(derivation(page.settings, trace, View()), page)
        assert document.sound
        (line,) = [line for line in document.closing if said in line]
        assert "dx" in line


def test_beside_a_kink_there_is_a_slope_all_the_same() -> None:
    # The step of floats, 6e-6, reaches over the kink at 0; ReLU has the slope 1 at 1e-12.
    text = "graph:\n  values: {x: 1.0e-12, w: 3}\n  formulas: {y: relu(x)*w}\n"
    (found,) = found_in(text + "  differentiate: y\n  with_respect_to: [x, w]\n")
    assert (found.checked, found.skipped, found.failed) == (2, (), ())


def test_sympy_stays_away_from_an_ordinary_solve() -> None:
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from bp_tutor.cli.start import main\n"
        "sys.argv = ['bp-tutor', 'solve', 'exercise']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('sympy', 'mpmath') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_the_problems_that_come_along_are_settled_by_floats() -> None:
    for path in sorted((Path(__file__).parents[2] / "problems").glob("*.yaml")):
        trace = solve(load_problem(path))
        found = check(trace.runs[0])
        assert found is None or not (found.failed or found.undecided), path.stem

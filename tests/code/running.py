"""Programs written for problems, run in one fresh Python, and what they print."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from bp_tutor.explain import Presentation, View, symbols_of
from bp_tutor.output.code import code_of
from bp_tutor.output.code.libraries import PYTHON
from bp_tutor.output.code.names import Names
from bp_tutor.output.code.outline import layout_of
from bp_tutor.problem import Problem
from bp_tutor.solve import Run, Trace, solve
from bp_tutor.solve.solver import run_of
from tests.presented import presentation_of

RUNNER = """
import contextlib, io, json, sys, traceback
results = []
for program in json.load(sys.stdin):
    printed, space, failed = io.StringIO(), {"__name__": "__main__"}, ""
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(program, "<program>", "exec"), space)
    except Exception:
        failed = traceback.format_exc()
    values = {}
    for name, value in (space | space.get("_before", {})).items():
        if type(value).__name__ == "Tensor":
            value = value.detach()
        if hasattr(value, "tolist"):
            value = value.tolist()
        if isinstance(value, (float, list)):
            values[name] = value
    results.append((printed.getvalue(), failed, values))
json.dump(results, sys.stdout)
"""
_SHOWN = re.compile(r"^(\w+) = ", re.MULTILINE)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)")
ALL_DIGITS = 17
COLUMNS_OF_PRINT = 10**6
STEP = "\noptimiser.step()"
KEPT = (
    "\n_before = {name: value.detach().clone() for name, value in globals().items()"
    " if isinstance(value, torch.Tensor)}"
)
"""PyTorch's optimisers change weights in place; these are the ones from before."""


class Written(NamedTuple):
    """A problem with its program."""

    problem: Problem
    trace: Trace
    page: Presentation
    text: str


class Ran(NamedTuple):
    """What a program printed, each value under its name, and its variables at the end."""

    shown: list[tuple[str, list[float]]]
    values: dict[str, object]
    failed: str
    printed: str


def page_for(problem: Problem, notation: str | None = None, language: str = "en") -> Presentation:
    symbols = symbols_of(problem, notation)
    layout = problem.conventions.layout or symbols.notation.layout
    columns = layout == "columns"
    return presentation_of(symbols, language, "unicode", problem.digits, problem.rounding, columns)


def write(
    problem: Problem,
    updates: int = 1,
    library: str = "numpy",
    view: View | None = None,
    **more: str,
) -> Written:
    page = page_for(problem, **more)
    trace = solve(problem, updates)
    return Written(problem, trace, page, code_of(library, page, trace, view or View()))


def run_all(texts: Iterable[str], *, python: str = sys.executable) -> list[Ran]:
    """Every program in a namespace of its own; a warning counts as a failure."""
    exact = [
        re.sub(r"set_printoptions\(precision=\d+", f"set_printoptions(precision={ALL_DIGITS}, "
               f"threshold=10**9, linewidth={COLUMNS_OF_PRINT}", text).replace(STEP, KEPT + STEP)
        for text in texts
    ]  # fmt: skip
    done = subprocess.run(
        [python, "-W", "error", "-c", RUNNER],
        input=json.dumps(exact),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [Ran(_shown(printed), values, failed, printed)
            for printed, failed, values in json.loads(done.stdout)]  # fmt: skip


def _shown(printed: str) -> list[tuple[str, list[float]]]:
    """Each name with the numbers behind it; the heads of updates have no name and no number."""
    _, *pieces = _SHOWN.split(re.sub(r"^\S+ \d+$", "", printed, flags=re.MULTILINE))
    return [(name, [float(number) for number in _NUMBER.findall(text)])
            for name, text in zip(pieces[::2], pieces[1::2], strict=True)]  # fmt: skip


def deviation(written: Written, ran: Ran, *, tolerance: float = 1e-9) -> float:
    """The largest difference between what was printed and the trace; the names must be the same."""
    assert not ran.failed, ran.failed
    runs, after = _runs(written, ran)
    names = Names(written.page.symbols, PYTHON)
    names.take(runs[0].quantities())
    expected = {}
    for quantity in runs[0].quantities():
        expected[names.variable(quantity)] = quantity
    assert ran.shown, "nothing was printed"
    columns = layout_of(written.page, written.trace).columns
    seen: dict[str, int] = {}
    worst = 0.0
    for name, numbers in ran.shown:
        quantity = expected[name]
        count = seen[name] = seen.get(name, 0) + 1
        run = runs[count - 1] if count <= len(runs) else after
        assert run is not None, name
        own = next(q for q in run.quantities() if q.name == quantity.name)
        array = np.array(run.values[own]).reshape(own.shape)
        right = (array.T if columns and array.ndim == 2 else array).reshape(-1)
        assert len(numbers) == right.size, (name, len(numbers), right.size)
        # A program may have any number where a mask removes something: nothing comes of it.
        kept = np.ones(own.shape, dtype=bool)
        for index in own.removed:
            kept[index] = False
        at = (kept.T if columns and kept.ndim == 2 else kept).reshape(-1)
        known = right[at]
        difference = np.abs(known - np.array(numbers)[at]) / np.maximum(1.0, np.abs(known))
        worst = max(worst, float(difference.max()))
        assert worst <= tolerance, (name, numbers[:4], right[:4])
    return worst


def _runs(written: Written, ran: Ran) -> tuple[list[Run], Run | None]:
    """The runs of the trace; where the file leaves numbers out, with those of the program."""
    trace = written.trace
    run = trace.runs[0]
    if any(step.value is not None for step in run.steps):
        return list(trace.runs), trace.after
    names = Names(written.page.symbols, PYTHON)
    names.take(run.quantities())
    columns = layout_of(written.page, trace).columns
    known = {}
    for quantity in run.program.model.given:
        found = ran.values.get(names.variable(quantity))
        if found is not None:
            array = np.array(found, dtype=float)
            turned = array.T if columns and array.ndim == 2 else array
            known[quantity] = tuple(turned.reshape(-1).tolist())
    return [run_of(run.program, written.problem, 1, run.rows, known, None)], None

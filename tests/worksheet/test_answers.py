"""No answer gets onto a worksheet: not as text, nor hidden, nor in the picture."""

from __future__ import annotations

import re
from itertools import product
from math import exp

import pytest

from bp_tutor.explain.worksheet import without_answers, worksheet
from bp_tutor.solve import Run
from tests.explain.paper import trace_of
from tests.worksheet.making import PRINTED, SMALL, TEXT, pair, sheets_of


def poisoned(run: Run) -> Run:
    """A run with 0.123456789 for everything that was worked out."""
    given = run.program.model.given
    values = {
        quantity: numbers if quantity in given else (0.123456789,) * len(numbers)
        for quantity, numbers in run.values.items()
    }
    steps = tuple(
        step if step.value is None else step._replace(value=values[step.quantity])
        for step in run.steps
    )
    return run._replace(steps=steps, values=values)


@pytest.mark.parametrize(
    ("name", "ending"),
    [*((name, "typ") for name in SMALL), *product(("exercise", "momentum"), ("html", "md"))],
)
def test_a_sheet_hangs_on_nothing_but_what_is_given(name: str, ending: str) -> None:
    """With every answer changed, the sheet is the same to the last sign, and the key is not."""
    sheets = sheets_of(name, ending)
    paper = sheets.one()
    runs = tuple(map(poisoned, paper.trace.runs))
    other = sheets.one()
    trace = other.trace._replace(runs=runs)
    other = other._replace(
        trace=trace, sheet=worksheet(sheets.reader.settings, trace, sheets.questions)
    )
    assert sheets.written([paper]) == sheets.written([other]) == pair(name, ending).sheet
    assert "0.1234" not in pair(name, ending).sheet
    if any(step.value for step in paper.trace.runs[0].steps):
        assert "0.1235" in sheets.key(other)


@pytest.mark.parametrize("ending", TEXT)
@pytest.mark.parametrize("name", SMALL)
def test_no_number_of_the_key_is_on_the_sheet_but_given_ones(name: str, ending: str) -> None:
    """Numbers with three decimals or more: positions in a picture have one at most."""
    run = trace_of(name).runs[0]
    given = {
        round(abs(number), 9)
        for numbers in run.program.model.given.values()
        for number in numbers or ()
    }
    sheet = set(PRINTED.findall(pair(name, ending).sheet))
    key = set(PRINTED.findall(pair(name, ending).key))
    assert not {text for text in sheet & key if round(float(text), 9) not in given}


def test_the_answers_of_the_exercise_by_hand() -> None:
    """Z₂₁ and A₂₁ from the lecture's numbers; the sheet has neither, the key both."""
    z = 1 * 0.5 + 0 * -0.2 + 1 * 0.8 + 0.2
    a = 1 / (1 + exp(-z))
    assert f"{a:.4f}" == "0.8176"
    for ending in TEXT:
        sheet, key = pair("exercise", ending)
        assert "0.8176" in key
        assert "0.8176" not in sheet
        assert "0.2891" in key
        assert "0.2891" not in sheet
    cells = re.findall(r"\$Z_\(21\) =\$\], box-for\[(.*?)\]", pair("exercise", "typ").key)
    assert cells == ["$1.5$"]
    assert "$Z_(21) =$], box-for[]" in pair("exercise", "typ").sheet


def test_formulas_stand_on_the_key_only() -> None:
    sheet, key = pair("sigmoid-2-2-1", "typ", formulas=True)
    assert "line-for[]" in sheet
    assert not re.search(r"line-for\[\$", sheet)
    assert "line-for[$x_(1) ⋅ w_(31) + x_(2) ⋅ w_(32)$]" in key


def test_what_a_run_is_stripped_of() -> None:
    run = without_answers(trace_of("exercise").runs[0])
    assert {quantity.name[0] for quantity in run.values} == set("AWBY")
    assert all(step.value is None for step in run.steps)

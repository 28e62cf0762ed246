"""What is asked for, and how blanks stand in rows."""

from __future__ import annotations

import pytest

from bp_tutor.explain import View, derivation
from bp_tutor.explain.asked import left_out, questions_of
from bp_tutor.output.worksheet.pen import Blank, rows_of
from bp_tutor.problem import load_problem
from bp_tutor.solve import solve
from tests.explain.paper import PROBLEMS, page_of
from tests.worksheet.making import sheets_of


def names(name: str, updates: int = 1) -> list[list[str]]:
    problem = load_problem(next(path for path in PROBLEMS if path.stem == name))
    trace = solve(problem, updates)
    questions = questions_of(derivation(page_of(name, "unicode").settings, trace, View()), trace)
    return [
        [asked.quantity.identifier(asked.index) for asked in question.asked]
        for question in questions
    ]


def test_the_quantities_of_the_first_update() -> None:
    """A sum and an activation a unit, a delta a unit, a gradient and a new value a parameter."""
    found = [name for part in names("exercise") for name in part]
    units, parameters = 3 + 3 + 2, 9 + 9 + 6 + 3 + 3 + 2
    for letter, count in (("Z", units), ("A", units), ("dZ", units), ("E", 2)):
        assert sum(name.startswith(f"{letter}[") for name in found) == count
    assert sum(name.startswith(("dW[", "dB[")) for name in found) == parameters
    assert sum("'" in name for name in found) == parameters
    assert len(found) == len(set(found))


def test_entries_of_one_quantity_stand_together() -> None:
    assert names("exercise")[0] == ["Z[2,1]", "Z[2,2]", "Z[2,3]", "A[2,1]", "A[2,2]", "A[2,3]"]


def test_a_step_that_is_shown_as_an_example_is_not_asked_for() -> None:
    found = [name for part in names("linear-2-2-1", 2) for name in part]
    assert not [name for name in found if name.startswith("step")]
    assert names("momentum", 2)[2] == ["vw'", "w'"]


def test_what_a_graph_states_is_asked_for_only_as_a_number() -> None:
    assert names("graph-chain-rule")[0] == ["c", "d", "e"]
    assert names("given-deltas") == [["dw2", "dx2"]]


def test_of_large_layers_the_first_values_are_asked_for() -> None:
    sheets = sheets_of("mlp-shapes", "md")
    assert 0 < sheets.asked < 200
    assert left_out(sheets.questions) > 1000
    assert sheets_of("exercise", "md").left_out == 0


def blanks(*rows: str) -> list[Blank]:
    return [Blank(row, row, lined=False, boxed=True) for row in rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("ZZZAAA", ["ZZZ", "AAA"]),
        ("ZZAA", ["ZZAA"]),
        ("WWWWWWWWW", ["WWW", "WWW", "WWW"]),
        ("WWWWWWBB", ["WWW", "WWW", "BB"]),
        ("EEL", ["EEL"]),
        ("abcde", ["abcd", "e"]),
        ("vvWWWW", ["vv", "WWWW"]),
        ("WWWWW", ["WWW", "WW"]),
    ],
)
def test_blanks_in_rows(rows: str, expected: list[str]) -> None:
    assert ["".join(blank.name for blank in row) for row in rows_of(blanks(*rows), 4)] == expected

"""The steps of a derivation: one a line, with what each gives and uses."""

from __future__ import annotations

import pytest

from bp_tutor.explain import Line, View, derivation
from bp_tutor.explain.steps import StepOf, steps_of
from tests.explain.pages import NAMES, solved


def step(steps: tuple[StepOf, ...], gives: str) -> StepOf:
    return next(each for each in steps if each.gives == (gives,))


def test_steps_of_the_exercise_name_what_stands_in_the_line() -> None:
    steps = solved("exercise").document.steps
    assert [each.number for each in steps] == list(range(1, 62))
    first = ("A[1,1]", "W[1,1,1]", "A[1,2]", "W[1,2,1]", "A[1,3]", "W[1,3,1]", "B[2,1]")
    assert (steps[0].gives, steps[0].uses) == (("Z[2,1]",), first)
    delta = step(steps, "dZ[3,1]")
    assert delta.uses == ("dZ[4,1]", "W[3,1,1]", "dZ[4,2]", "W[3,1,2]", "A[3,1]")
    assert (delta.phase, delta.section, delta.update) == ("backward", 7, 1)
    assert step(steps, "dW[2,3,1]").uses == ("A[2,3]", "dZ[3,1]")


def test_the_table_of_updates_is_one_step() -> None:
    last = solved("exercise").document.steps[-1]
    assert not isinstance(last.block, Line)
    assert len(last.gives) == 3 * 3 + 3 + 3 * 3 + 3 + 3 * 2 + 2
    assert {"W'[1,1,1]", "B'[4,2]"} <= set(last.gives)
    assert {"W[1,1,1]", "dW[1,1,1]", "B[4,2]", "dB[4,2]"} <= set(last.uses)


def test_a_shortened_sum_uses_only_what_is_written() -> None:
    done = solved("digits-784")
    few = done.document.steps[0]
    assert few.uses == (
        "A[1,1]", "W[1,1,1]", "A[1,2]", "W[1,2,1]", "A[1,3]", "W[1,3,1]", "B[2,1]",
    )  # fmt: skip
    settings = done.page.settings._replace(whole=True)
    every = steps_of(derivation(settings, done.trace, View()))[0]
    assert len(every.uses) == 2 * 784 + 1


def test_what_only_serves_the_arithmetic_is_not_used() -> None:
    # The number of this loss comes from the weighted sum, the line says the output.
    loss = step(solved("xor-sigmoid").document.steps, "E[1]@1")
    assert set(loss.uses) == {"Y[1]@1", "A[3,1]@1"}


@pytest.mark.parametrize("columns", [False, True])
def test_a_line_in_matrix_form_names_entries_in_canonical_order(columns: bool) -> None:
    steps = solved("sigmoid-2-2-1", form="matrix", columns=columns).document.steps
    assert steps[0].gives == ("Z[2,1]", "Z[2,2]")
    weights = {f"W[1,{i},{j}]" for i in (1, 2) for j in (1, 2)}
    assert set(steps[0].uses) == {"A[1,1]", "A[1,2]"} | weights


def test_steps_say_their_update() -> None:
    steps = solved("momentum").document.steps
    assert [number for number in (1, 2, 3) if any(s.update == number for s in steps)] == [1, 2, 3]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_a_step_and_gives_what_the_trace_knows(name: str) -> None:
    done = solved(name)
    steps = done.document.steps
    sections = [part for part in done.document.tree.sections if part.phase != "given"]
    lines = [block for part in sections for block in part.blocks if isinstance(block, Line)]
    assert [each.block for each in steps if isinstance(each.block, Line)] == lines
    known = set()
    for run in done.trace.runs:
        for quantity in run.quantities():
            known |= {quantity.identifier(index) for index in quantity.indices()}
    for each in steps:
        assert set(each.gives) | set(each.uses) <= known

"""Exercises that differ in their numbers alone share what mistakes make of their formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bp_tutor.authoring.variant import Variants
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz.kinds.kind import asked_steps
from bp_tutor.quiz.mistakes import candidates
from bp_tutor.quiz.mistakes.candidates import CandidateTable
from bp_tutor.quiz.mistakes.likeness import Shared, likeness_of
from tests.quiz.networks import context_of_problem, random_problem

if TYPE_CHECKING:
    from bp_tutor.formula import Address
    from bp_tutor.problem.model import Problem
    from bp_tutor.quiz import Context

PROBLEMS = (
    "exercise", "softmax-cross-entropy", "dropout", "graph-chain-rule", "rnn-bptt", "residual",
    "batch-normalisation", "cnn-2x2",
)  # fmt: skip
ENTRIES = 12


def _variant(problem: Problem, seed: int) -> Problem:
    text = problem.path.read_text(encoding="utf-8")
    return read_problem(Variants(text, problem).filled(seed), problem.path)


def _some_entries(context: Context) -> list[Address]:
    entries = [one for step in asked_steps(context) for one in step.quantity.addresses()]
    return entries[:: max(1, len(entries) // ENTRIES)]


def _told(table: CandidateTable, entry: Address) -> list[object]:
    groups = table.singles(entry), table.pairs(entry)
    return [(one.keys, one.formula, one.changes) for group in groups for one in group.found]


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_mistakes_make_is_the_same_as_without_sharing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = load_problem(find_problem(name))
    first, second = context_of_problem(problem), context_of_problem(_variant(problem, 3))
    monkeypatch.setattr(candidates, "_SHARED", Shared())
    before = {entry: _told(CandidateTable(first.graph), entry) for entry in _some_entries(first)}
    shared = {entry: _told(CandidateTable(second.graph), entry) for entry in before}
    monkeypatch.setattr(candidates, "_SHARED", Shared())
    assert shared == {entry: _told(CandidateTable(second.graph), entry) for entry in before}


def test_numbers_alone_make_no_difference_and_all_else_does() -> None:
    problem = load_problem(find_problem("exercise"))
    graph = context_of_problem(problem).graph
    own = context_of_problem(_variant(problem, 3)).graph
    assert graph.run.values != own.run.values
    assert likeness_of(graph) == likeness_of(own) is not None
    likenesses = [likeness_of(context_of_problem(random_problem(seed)).graph) for seed in range(7)]
    for place, one in enumerate(likenesses):
        assert one not in likenesses[:place]
    # In the second update numbers of the first one are put in the place of others.
    assert likeness_of(context_of_problem(problem, 2).graph) is None


def test_a_derivative_asked_for_by_name_is_a_difference() -> None:
    problem = load_problem(find_problem("exercise"))
    graph, other = context_of_problem(problem).graph, context_of_problem(problem).graph
    assert other.ratio("∂A[2,1]/∂Z[2,1]") is not None
    assert likeness_of(graph) != likeness_of(other)


def test_a_mask_is_a_difference() -> None:
    problem = load_problem(find_problem("dropout"))
    text = problem.path.read_text(encoding="utf-8")
    other = read_problem(text.replace("[1, 0, 1]", "[0, 1, 1]"), problem.path)
    first, second = context_of_problem(problem), context_of_problem(other)
    assert likeness_of(first.graph) != likeness_of(second.graph)

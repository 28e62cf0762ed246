"""Which values are asked for at all."""

from __future__ import annotations

import pytest

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import Choice, Question, make_questions
from bp_tutor.quiz.batch import question_of
from tests.quiz.networks import context_of_problem


@pytest.mark.parametrize("name", ["given-upstream", "linear-2-2-1", "rnn-bptt"])
def test_what_the_identity_hands_on_is_no_question(name: str) -> None:
    """Nothing is to be worked out where A = Z; handed in, such a value is marked all the same."""
    problem = load_problem(find_problem(name))
    assert problem.network is not None
    identity = {
        layer for layer, one in enumerate(problem.network.layers, 2) if one.activation == "identity"
    }
    context = context_of_problem(problem)
    made = make_questions((context,), Choice())
    asked = {one.identifier for one in made if one.kind == "number"}
    values = {
        one.identifier: one.quantity.place[0]
        for step in context.run.steps
        for one in step.quantity.addresses()
        if step.line.rule == "activation"
    }
    assert identity & set(values.values())
    for one, layer in values.items():
        assert (one in asked) == (layer not in identity), one
        assert isinstance(question_of((context,), one), Question)

"""Formulas of whole arrays: all entries marked at once, with numbers put in, large ones as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.problem import load_problem
from bp_tutor.quiz import Context, StudentAnswers, Verdict, mark, understand
from bp_tutor.quiz.kinds.formula import MATRIX
from bp_tutor.quiz.model import Question
from tests.quiz.networks import context_of_problem

FOLDER = Path(__file__).parents[2] / "problems"
EXERCISE = context_of_problem(load_problem(FOLDER / "exercise.yaml"))
RATE = EXERCISE.graph.exact(EXERCISE.graph.find("eta") or pytest.fail("no rate"))


def marked(context: Context, identifier: str, text: str) -> Verdict:
    question = Question(MATRIX, identifier, "", 1, "", (("name", identifier),))
    return mark(question, understand(question, text, context), StudentAnswers(context))


@pytest.mark.parametrize(
    ("identifier", "right", "wrong"),
    [
        ("Z[3]", "A_2@W_2 + B_3", "A_2@W_2 - B_3"),
        ("A[3]", "σ(Z_3)", "tanh(Z_3)"),
        ("A[3]", "1/(1 + np.exp(-Z_3))", "1/(1 + np.exp(Z_3))"),
        ("dZ[3]", "dZ_4 @ W_3.T ⊙ A_3 ⊙ (1 - A_3)", "dZ_4 @ W_3.T"),
        ("dZ[3]", "np.dot(dZ_4, transpose(W_3))*A_3*(1 - A_3)", "dZ_4 @ W_3.T ⊙ A_3"),
        ("dW[2]", "A_2.T @ dZ_3", "2*A_2.T @ dZ_3"),
        ("W'[2]", "W_2 - η*dW_2", "W_2 + η*dW_2"),
        ("W'[2]", f"W_2 - {RATE:g}*dW_2", f"W_2 - {2 * RATE:g}*dW_2"),
    ],
)
def test_matrix_formulas(identifier: str, right: str, wrong: str) -> None:
    assert marked(EXERCISE, identifier, right).right
    assert not marked(EXERCISE, identifier, wrong).right


BLOCK = load_problem(FOLDER / "transformer-block.yaml")
TOKENS = context_of_problem(BLOCK)
COLUMNS = context_of_problem(
    BLOCK._replace(conventions=BLOCK.conventions._replace(layout="columns"))
)
BATCH = context_of_problem(load_problem(FOLDER / "batch-normalisation.yaml"))


@pytest.mark.parametrize(
    ("context", "identifier", "right", "wrong"),
    [
        (TOKENS, "M[2]", "mean(A_1)", "sum(A_1)"),
        (TOKENS, "M[2]", "sum(A_1)/4", "sum(A_1)/8"),
        (TOKENS, "D[2]", "A_1 - mean(A_1)", "A_1 + mean(A_1)"),
        (TOKENS, "S[5]", "mean(D_5**2)", "mean(D_5)**2"),
        (TOKENS, "S[5]", "mean((A_4 - mean(A_4))**2)", "mean((A_4 + mean(A_4))**2)"),
        (TOKENS, "dB[2]", "sum(dA_2)", "mean(dA_2)"),
        (COLUMNS, "M[2]", "mean(A_1)", "sum(A_1)"),
        (COLUMNS, "S[5]", "mean((A_4 - mean(A_4))**2)", "mean((A_4 + mean(A_4))**2)"),
        (COLUMNS, "dB[2]", "sum(dA_2)", "mean(dA_2)"),
        (BATCH, "S[3]", "mean((A_2 - mean(A_2))**2)", "sum((A_2 - mean(A_2))**2)"),
    ],
)
def test_a_mean_goes_over_units_or_samples_as_the_page_writes_it(
    context: Context, identifier: str, right: str, wrong: str
) -> None:
    assert marked(context, identifier, right).right
    assert not marked(context, identifier, wrong).right


def test_a_large_one() -> None:
    context = context_of_problem(load_problem(FOLDER / "digits-784.yaml"))
    answers = (("Z[2]", "A[1] @ W[1] + B[2]"), ("dW[1]", "A[1].T @ dZ[2]"))
    for identifier, text in answers:
        assert marked(context, identifier, text).right
        assert not marked(context, identifier, f"1.01*({text})").right

"""Formulas as people type them are understood, or it is said how they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.problem import load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Context, NotUnderstood, StudentAnswers, Verdict, mark, understand
from bp_tutor.quiz.kinds.formula_text import ENTRY
from bp_tutor.quiz.model import Question
from tests.quiz.networks import context_of_problem

FOLDER = Path(__file__).parents[2] / "problems"
EXERCISE = context_of_problem(load_problem(FOLDER / "exercise.yaml"))
LECTURE = context_of_problem(load_problem(FOLDER / "sigmoid-2-2-2.yaml"))
RELU = context_of_problem(
    read_problem("""
title: ReLU 2-2-1
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: relu, weights: [[0.1, -0.4], [0.8, 0.6]], bias: [0.1, 0.1]}
    - {units: 1, activation: sigmoid, weights: [[0.3], [0.9]], bias: [0.1]}
loss: half_squared_error
inputs: [0.35, 0.9]
targets: [0.5]
learning_rate: 1
""")
)


def marked(context: Context, identifier: str, text: str, kind: str = ENTRY) -> Verdict:
    question = Question(kind, identifier, "", 1, "", (("name", identifier),))
    return mark(question, understand(question, text, context), StudentAnswers(context))


@pytest.mark.parametrize(
    "slope",
    [
        "(Z21 > 0)", "(1 if Z21 > 0 else 0)", "(0 if Z21 <= 0 else 1)", "1(Z21 > 0)", "1[Z21 > 0]",
        "[Z21 > 0]", "𝟙(Z21>0)", "1{Z21 > 0}", "1_{Z21>0}", "1_(Z21>0)", "I[Z21>0]", "I(0 < Z21)",
        r"\\mathbb{1}(Z_{21}>0)", r"\\mathbf{1}_{Z_{21}>0}", "ReLU'(Z21)", "relu_prime(Z21)",
        "f'(Z21)", "g'(Z21)", "step(Z21)", "H(Z21)", "u(Z21)", "heaviside(Z21)", "θ(Z21)",
        "np.where(Z21 > 0, 1, 0)", "where(Z21 > 0, 1, 0)", "(A21 > 0)", "sgn(A21)",
        "(Z21 > 0 and 1)", "max(0, sign(Z21))", "A21/Z21", "∂A21/∂Z21", "[1 - (Z21 < 0)]",
    ],
)  # fmt: skip
def test_the_slope_of_a_rectifier_in_many_ways(slope: str) -> None:
    slope = slope.replace("\\\\", "\\")
    assert marked(RELU, "dZ[2,1]", f"δZ31*W211*{slope}").right
    assert not marked(RELU, "dZ[2,1]", f"δZ31*W221*{slope}").right


@pytest.mark.parametrize(
    "text",
    [
        "dZ31*W211 if Z21 > 0 else 0", "dZ31*W211, if Z21 > 0, else 0", "dZ31*W211 when Z21 > 0",
        "0 if Z21 < 0 else dZ31 W211", "W211dZ31 if A21 > 0 otherwise 0",
    ],
)  # fmt: skip
def test_a_formula_with_a_condition(text: str) -> None:
    assert marked(RELU, "dZ[2,1]", text).right
    assert not marked(RELU, "dZ[2,1]", text.replace(">", "<") if ">" in text else "dZ31*W211").right


@pytest.mark.parametrize(
    "text",
    [
        "max{0, Z21}", "np.maximum(0, Z21)", "(Z21 + |Z21|)/2", "Z21 if Z21 > 0 else 0", "f(Z21)",
        "Z21*(Z21 > 0)", "RELU(Z21)", "max(z21, 0)", "g(A11*W111 + A12*W121 + B21)",
    ],
)  # fmt: skip
def test_a_rectifier_in_many_ways(text: str) -> None:
    assert marked(RELU, "A[2,1]", text).right


def test_f_is_the_activation_of_what_it_is_applied_to() -> None:
    assert marked(RELU, "A[3,1]", "f(Z31)").right
    assert marked(RELU, "dZ[3,1]", "(A31 - Y1)*f'(Z31)").right
    assert not marked(RELU, "A[3,1]", "f(Z21)").right


@pytest.mark.parametrize(
    "text",
    [
        "sigma(Z21)", "sig(Z21)", "Sigmoid(Z21)", "logistic(Z21)", "expit(Z21)", "1/(1+EXP(-Z21))",
        "1/(1 + np.exp(-Z21))", "1/(1 + math.exp(-Z21))", "1/(1+2.718^(-Z21))", "1/[1 + e^(-Z21)]",
        "sigma(A11W111 + A12W121 + A13W131 + B21)", "[1 + e^-z21]^(-1)", "e^Z21/(1+e^Z21)",
    ],
)  # fmt: skip
def test_a_sigmoid_in_many_ways(text: str) -> None:
    assert marked(EXERCISE, "A[2,1]", text).right
    assert not marked(EXERCISE, "A[2,2]", text).right


@pytest.mark.parametrize(
    "text",
    [
        "A11W111+A12W121+A13W131+B21", "A₁₁W₁₁₁ + A₁₂W₁₂₁ + A₁₃W₁₃₁ + B₂₁",
        "W111A11+W121A12+W131A13+B21", "A11 x W111 + A12 x W121 + A13 x W131 + B21",
        "A11xW111 + A12xW121 + A13xW131 + B21", "A11.W111 + A12 . W121 + A13.W131 + B21",
        "W_{111}A_{11} + W_{121}A_{12} + W_{131}A_{13} + B_{21}",
    ],
)  # fmt: skip
def test_a_product_without_a_sign(text: str) -> None:
    found = marked(EXERCISE, "Z[2,1]", text)
    assert found.right
    # It is told as what it was taken for.
    assert "·" in found.understood


@pytest.mark.parametrize("rate", ["lambda", "λ", "eta", "η", "alpha", "lr", "learning_rate"])
def test_the_learning_rate_by_any_of_its_names(rate: str) -> None:
    assert marked(EXERCISE, "W'[2,1,2]", f"W212 - {rate}*dW212").right
    assert not marked(EXERCISE, "W'[2,1,2]", f"W212 + {rate}*dW212").right


def test_written_together_with_a_greek_letter() -> None:
    for text in ("W212 - λA21δZ32", "W212-λdW212", r"W_{212} - \lambda\delta Z_{32}A_{21}"):
        assert marked(EXERCISE, "W'[2,1,2]", text).right


@pytest.mark.parametrize("loss", ["C", "J", "E_total", "L", "Loss"])
def test_the_loss_by_any_of_its_names(loss: str) -> None:
    assert marked(EXERCISE, "W'[2,1,2]", f"W212 - λ*∂{loss}/∂W212").right
    assert marked(EXERCISE, "dZ[4,1]", f"d{loss}/dA41*dA41/dZ41").right


def test_a_target_by_another_letter() -> None:
    assert marked(EXERCISE, "dZ[4,1]", "(A41 - t1)*A41*(1 - A41)").right
    assert marked(LECTURE, "dZ[3,1]", "(out_o1 - y1)*out_o1*(1 - out_o1)").right
    assert not marked(EXERCISE, "dZ[4,1]", "(A41 - t2)*A41*(1 - A41)").right


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("σ Z21", "formula.function_brackets"),
        ("sigma Z21", "formula.function_brackets"),
        ("Σ A1i*W1i1 + B21", "formula.sum_in_index"),
        ("sum_i(A1i*W1i1) + B21", "formula.sum_in_index"),
        ("A11W999", "quiz.answer.not_defined_of"),
        ("1/A11W111", "formula.unexpected"),
        ("[A11", "formula.unexpected_end"),
        ("|A11", "formula.unexpected_end"),
        ("A11 if W111", None),
        ("A11 >", "formula.unexpected_end"),
    ],
)
def test_what_is_not_understood_is_told(text: str, key: str | None) -> None:
    if key is None:
        assert not marked(EXERCISE, "Z[2,1]", text).right
        return
    with pytest.raises(NotUnderstood) as refused:
        marked(EXERCISE, "Z[2,1]", text)
    assert refused.value.key == key
    assert EXERCISE.words.text(key, **dict(refused.value.values))


@pytest.mark.parametrize(
    ("kind", "identifier", "text"),
    [
        ("number", "Z[2,1]", "A11*W111 + A12*W121 + A13*W131 + B21"),
        ("number", "Z[2,1]", "A11W111 + B21"),
        ("number", "A[2,1]", "sigma(Z21)"),
        ("number", "A[2,1]", "1/(1 + e^-Z21)"),
        ("update", "W'[2,1,2]", "W212 - lambda*dW212"),
        ("array", "Z[2]", "A_1·W_1 + B_2"),
        ("array", "Z[2]", "[A11*W111, 2, 3]"),
        ("table", "backward", "dZ41 = A41 - Y1"),
    ],
)
def test_where_a_number_is_asked_for_a_formula_is_told_so(
    kind: str, identifier: str, text: str
) -> None:
    with pytest.raises(NotUnderstood) as refused:
        marked(EXERCISE, identifier, text, kind)
    assert refused.value.key == "quiz.answer.number_wanted"
    with pytest.raises(NotUnderstood) as unknown:
        marked(EXERCISE, "Z[2,1]", "foo*2", "number")
    assert unknown.value.key == "formula.unknown_name"

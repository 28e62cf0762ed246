"""Who works out a loss with the output that was written down, accepted or not, is marked by it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem import Network, Problem
from bp_tutor.quiz import Context
from bp_tutor.quiz.kinds import KINDS
from bp_tutor.quiz.needed import shown_values
from bp_tutor.quiz.student import CARRIED, RIGHT, WRONG, StudentAnswers
from bp_tutor.solve import solve
from bp_tutor.words import load_words
from tests.authoring.pages import page_of
from tests.quiz.talking import program


def context_of(activation: str, row: tuple[float, ...], loss: Loss, *targets: float) -> Context:
    layer = Layer(len(row), activation, weights=(row,), bias=Bias("none"))
    network = Network(
        1, (layer,), samples=((1.0,),), targets=(targets,), loss=loss, learning_rate=0.1
    )
    problem = Problem(Path("carried.yaml"), network=network)
    trace = solve(problem)
    return Context(trace, trace.runs[0], page_of(problem))


def statuses(context: Context, answers: dict[str, str]) -> list[str]:
    student = StudentAnswers(context)
    found = []
    for name, text in answers.items():
        decimals = len(text.partition(".")[2])
        figures = len(text.strip("-0.").replace(".", ""))
        student.answer(name, float(text), 0.5 * 10.0**-decimals, figures)
        key = student.graph.find(name)
        assert key is not None
        found.append(student.judged(key).status)
    return found


BINARY = Loss("binary_cross_entropy")


@pytest.mark.parametrize(
    ("row", "answers", "marks"),
    [
        # Z = 0.31: the output is 0.5769.
        ((0.31,), {"A[2,1]": "0.68", "E[1]": "0.3857"}, [WRONG, CARRIED]),
        ((0.31,), {"A[2,1]": "0.68", "E[1]": "0.5501"}, [WRONG, RIGHT]),
        ((0.31,), {"A[2,1]": "0.68", "E[1]": "0.4857"}, [WRONG, WRONG]),
        # Z = -0.13: the output is 0.46755, and -ln(0.4675) is 0.7604.
        ((-0.13,), {"A[2,1]": "0.4675", "E[1]": "0.7604"}, [RIGHT, RIGHT]),
        ((-0.13,), {"A[2,1]": "0.5325", "E[1]": "0.6302"}, [WRONG, CARRIED]),
        # Nor does a wrong sum count against who has the right output.
        ((-0.13,), {"Z[2,1]": "0.13", "A[2,1]": "0.4675", "E[1]": "0.7604"}, [WRONG, RIGHT, RIGHT]),
        ((-0.13,), {"Z[2,1]": "0.13", "E[1]": "0.6302"}, [WRONG, CARRIED]),
    ],
)  # fmt: skip
def test_binary_cross_entropy(
    row: tuple[float, ...], answers: dict[str, str], marks: list[str]
) -> None:
    assert statuses(context_of("sigmoid", row, BINARY, 1.0), answers) == marks


@pytest.mark.parametrize("fused", [True, False])
@settings(max_examples=25, deadline=None)
@given(output=st.integers(5, 95), y=st.sampled_from([0.0, 1.0]))
def test_any_output_carries_on(*, fused: bool, output: int, y: float) -> None:
    a = output / 100  # of 2.95, the sigmoid is 0.9503
    loss, delta = -math.log(a if y else 1 - a), a - y
    context = context_of("sigmoid", (2.95,), Loss("binary_cross_entropy", fused=fused), y)
    answers = {"A[2,1]": f"{a:.2f}", "E[1]": f"{loss:.4f}", "dZ[2,1]": f"{delta:.4f}"}
    first, *others = statuses(context, answers)
    assert first == (RIGHT if output == 95 else WRONG)
    assert others == [RIGHT if output == 95 else CARRIED] * 2


@pytest.mark.parametrize("fused", [True, False])
@settings(max_examples=25, deadline=None)
@given(output=st.integers(5, 60))
def test_any_output_of_several_carries_on(*, fused: bool, output: int) -> None:
    a = output / 100
    loss = Loss("cross_entropy", fused=fused)
    context = context_of("softmax", (2.0, -1.0, 0.5), loss, 1.0, 0.0, 0.0)
    answers = {"A[2,1]": f"{a:.2f}", "E[1]": f"{-math.log(a):.4f}"}
    assert statuses(context, answers) == [WRONG, CARRIED]


def test_an_output_that_rounds_to_1_leaves_the_loss_to_the_sums() -> None:
    """Z = 12: the output is 1.0000 on paper, and -ln(1 - 1) is worked out from Z: 12.0000."""
    context = context_of("sigmoid", (12.0,), BINARY, 0.0)
    assert statuses(context, {"A[2,1]": "1.0000", "E[1]": "12.0000"}) == [RIGHT, RIGHT]
    answers = {"Z[2,1]": "13.0000", "A[2,1]": "1.0000", "E[1]": "13.0000"}
    assert statuses(context, answers) == [WRONG, RIGHT, CARRIED]


def test_the_question_shows_what_stands_in_the_line() -> None:
    context = context_of("sigmoid", (0.31,), BINARY, 1.0)
    questions = [each for each in KINDS["number"].make(context) if each.identifier == "E[1]"]
    needs = shown_values(questions[0], StudentAnswers(context))
    named = " ".join((*needs.given, *needs.own, *needs.known))
    assert "A₂₁" in named
    assert "Z₂₁" not in named


FAR = """title: far
network:
  inputs: 1
  weight_order: from-to
  layers: [{units: 2, activation: softmax, weights: [[-431, 427]], bias: none}]
inputs: [1]
targets: [1, 0]
loss: cross_entropy
learning_rate: 0.1
"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_line_that_is_shown_says_which_form_has_a_value(tmp_path: Path, language: str) -> None:
    file = tmp_path / "far.yaml"
    file.write_text(FAR, encoding="utf-8")
    options = ("--ask", "E", "--lang", language)
    done = program(tmp_path, "quiz", str(file), *options, typed="show\nquit\n")
    said = "".join(done.stdout.split())
    assert "1·(ln(e^−431+e^427)−(−431))" in said
    assert "".join(load_words(language).text("caution.other_form").split()) in said

"""What follows from a student's own numbers is carried, whichever form the line has.

All expected numbers are worked out here with `math`, from what the student typed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pytest

from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Context, contexts_of
from bp_tutor.quiz.batch import Marked, mark_all, question_of
from bp_tutor.quiz.model import Question, Verdict
from bp_tutor.solve import solve
from tests.authoring.pages import page_of


class Said(NamedTuple):
    """A verdict in short: right, or carried from which answer, or why it is not right."""

    verdict: str
    first_wrong: str | None


def contexts(text: str, updates: int = 1) -> tuple[Context, ...]:
    problem = read_problem(text)
    return contexts_of(solve(problem, updates), page_of(problem))


def marked(found: tuple[Context, ...], **answers: str) -> dict[str, Said]:
    """The verdicts on answers; `dZ_2_1` stands for `dZ[2,1]`, `Z_2_1_u2` for the second update."""
    names = {name: _name(name) for name in answers}
    return dict(zip(answers, said(found, [(names[n], t) for n, t in answers.items()]), strict=True))


def _name(short: str) -> str:
    plain, _, update = short.partition("_u")
    head, *places = plain.split("_")
    head = f"{head[:-1]}'" if head.endswith("N") else head
    index = f"[{','.join(places)}]" if places else ""
    return f"{head}{index}{'#' + update if update else ''}"


def said(found: tuple[Context, ...], answers: list[tuple[str, str]]) -> list[Said]:
    asked: list[tuple[Question, str]] = []
    for name, text in answers:
        question = question_of(found, name)
        assert isinstance(question, Question), name
        asked.append((question, text))
    return [_said(one) for one in mark_all(found, asked)]


def _said(one: Marked) -> Said:
    verdict = one.verdict
    assert isinstance(verdict, Verdict), one.refused
    return Said(verdict.key.rpartition(".")[2], verdict.first_wrong)


SMALL = """title: two layers
network:
  inputs: 1
  weight_order: from-to
  layers:
    - {units: 1, activation: sigmoid, weights: [[0.5]], bias: [0.1]}
    - {units: 1, activation: sigmoid, weights: [[0.7]], bias: [0.1]}
inputs: [0.8]
targets: [1]
learning_rate: 0.5
"""


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_a_delta_from_the_own_derivative_by_the_activation() -> None:
    # A[2,1] = sigmoid(0.5) = 0.62246; dA[2,1] was given with the wrong sign of the weight.
    a = sigmoid(0.5)
    delta = -0.085978 * a * (1 - a)
    found = marked(contexts(SMALL), dA_2_1="-0.085978", dZ_2_1=f"{delta:.6f}")
    assert found == {"dA_2_1": Said("wrong", "dA[2,1]"), "dZ_2_1": Said("carried", "dA[2,1]")}


def test_what_is_not_asked_for_between_follows_from_the_own_derivative_too() -> None:
    a = sigmoid(0.5)
    gradient = -0.085978 * a * (1 - a) * 0.8
    found = marked(contexts(SMALL), dA_2_1="-0.085978", dW_1_1_1=f"{gradient:.6f}")
    assert found["dW_1_1_1"] == Said("carried", "dA[2,1]")
    weight = 0.5 - 0.5 * gradient
    found = marked(contexts(SMALL), dA_2_1="-0.085978", WN_1_1_1=f"{weight:.6f}")
    assert found["WN_1_1_1"] == Said("carried", "dA[2,1]")


@pytest.mark.parametrize("fused", ["", ", fused: false"])
@pytest.mark.parametrize(("name", "targets"), [("binary_cross_entropy", "[1]")])
def test_a_fused_delta_from_the_own_derivative(name: str, targets: str, fused: str) -> None:
    text = f"""title: one unit
network:
  inputs: 1
  weight_order: from-to
  layers: [{{units: 1, activation: sigmoid, weights: [[0.3]], bias: [0.1]}}]
inputs: [0.7]
targets: {targets}
loss: {{name: {name}{fused}}}
"""
    a = sigmoid(0.31)
    # The derivative by the output with its sign lost: 1/a.
    own = 1 / a
    found = marked(contexts(text), dA_2_1=f"{own:.5f}", dZ_2_1=f"{own * a * (1 - a):.5f}")
    assert found["dZ_2_1"] == Said("carried", "dA[2,1]")
    # The line that is fused stays right beside it.
    found = marked(contexts(text), dA_2_1=f"{own:.5f}", dZ_2_1=f"{a - 1:.5f}")
    assert found["dZ_2_1"].verdict == "right"


def test_a_softmax_delta_from_the_own_derivatives() -> None:
    text = """title: softmax
network:
  inputs: 1
  weight_order: from-to
  layers: [{units: 3, activation: softmax, weights: [[0.5, -0.2, 0.1]], bias: none}]
inputs: [1]
targets: [1, 0, 0]
loss: cross_entropy
"""
    powers = [math.exp(z) for z in (0.5, -0.2, 0.1)]
    p = [power / sum(powers) for power in powers]
    own = 1 / p[0]  # instead of -1/p
    deltas = [own * p[0] * ((place == 0) - p[place]) for place in range(3)]
    found = marked(
        contexts(text), dA_2_1=f"{own:.5f}", dZ_2_1=f"{deltas[0]:.5f}", dZ_2_2=f"{deltas[1]:.5f}"
    )
    assert found["dA_2_1"].verdict == "wrong"
    assert found["dZ_2_1"] == found["dZ_2_2"] == Said("carried", "dA[2,1]")


def test_a_delta_through_time_from_the_own_derivative() -> None:
    text = """title: through time
network:
  inputs: {steps: 2, units: 1}
  weight_order: from-to
  layers:
    - recurrent: {units: 1, returns: all}
      weights: [[0.5]]
      recurrent_weights: [[0.4]]
      bias: [0.1]
    - {units: 1, weights: [[0.7]], bias: none}
inputs: [[1], [-0.5]]
targets: [[0.3], [-0.2]]
learning_rate: 0.1
"""
    first = math.tanh(0.6)
    second = math.tanh(-0.25 + 0.4 * first + 0.1)
    later = (0.7 * second + 0.2) * 0.7 * (1 - second**2)
    # What comes back through time was left out of the derivative by the state.
    own = (0.7 * first - 0.3) * 0.7
    delta = own * (1 - first**2)
    found = said(
        contexts(text),
        [("dZ[2,2,1]", f"{later:.5f}"), ("dA[2,1,1]", f"{own:.5f}"), ("dZ[2,1,1]", f"{delta:.5f}")],
    )
    assert [one.verdict for one in found] == ["right", "wrong", "carried"]
    assert found[2].first_wrong == "dA[2,1,1]"


GRAPH = """title: an exponential
notation: plain
graph:
  values: {x: 0.8, w: 0.5, v: 0.3, t: 0.4}
  formulas: {r: w*x, s: exp(r), q: v*r, L: 1/2*(s*q - t)**2}
  differentiate: L
  with_respect_to: [w, v]
  learning_rate: 0.1
"""


def test_the_slope_of_an_exponential_from_either_name_of_it() -> None:
    r, typed_s, v = 0.4, 1.3918, 0.3  # s is exp(0.4) = 1.4918
    q = v * r
    exact_s = math.exp(r)
    for s in (typed_s, exact_s):
        dq = (typed_s * q - 0.4) * typed_s
        ds = (typed_s * q - 0.4) * q
        dr = ds * s + dq * v
        found = said(
            contexts(GRAPH),
            [("r", "0.4"), ("s", str(typed_s)), ("q", f"{q:.4f}"), ("ds", f"{ds:.5f}"),
             ("dq", f"{dq:.5f}"), ("dr", f"{dr:.5f}")],
        )  # fmt: skip
        assert [one.verdict for one in found] == [
            "right", "wrong", "right", "carried", "carried", "carried",
        ]  # fmt: skip


def test_a_zero_that_follows_from_equal_numbers() -> None:
    # The target is 1; an output of 1 is wrong, and 1 - 1 is 0.
    found = marked(contexts(SMALL), A_3_1="1.000", dA_3_1="0")
    assert found["dA_3_1"] == Said("carried", "A[3,1]")
    # A zero that makes all the rest zero leaves nothing to work out.
    found = marked(contexts(SMALL), dZ_3_1="0", dW_2_1_1="0")
    assert found["dW_2_1_1"].verdict == "trivial"


def test_a_zero_among_the_terms_of_a_sum_makes_it_no_gift() -> None:
    text = SMALL.replace("{units: 1, activation: sigmoid, weights: [[0.5]], bias: [0.1]}",
        "{units: 2, activation: sigmoid, weights: [[0.5, -0.4]], bias: [0.1, 0.2]}",
    ).replace("[[0.7]]", "[[0.7], [0.3]]")  # fmt: skip
    second = sigmoid(-0.4 * 0.8 + 0.2)
    found = marked(contexts(text), A_2_1="0", Z_3_1=f"{0.3 * second + 0.1:.5f}")
    assert found == {"A_2_1": Said("zero", "A[2,1]"), "Z_3_1": Said("carried", "A[2,1]")}


def test_a_loss_from_the_numbers_that_stand_there() -> None:
    text = """title: from the written output
network:
  inputs: 1
  weight_order: from-to
  layers: [{units: 1, activation: sigmoid, weights: [[-0.13]], bias: none}]
inputs: [1]
targets: [1]
loss: binary_cross_entropy
"""
    rounded = -math.log(0.4675)  # 0.7604; from the sum it is 0.7603
    assert f"{rounded:.4f}" == "0.7604"
    assert f"{-math.log(sigmoid(-0.13)):.4f}" == "0.7603"
    found = marked(contexts(text), A_2_1="0.4675", E_1="0.7604")
    assert found["E_1"].verdict == "right"
    # Nobody answered the output: it stands on the page with four decimals.
    assert marked(contexts(text), E_1="0.7604")["E_1"].verdict == "right"
    assert marked(contexts(text), E_1="0.7603")["E_1"].verdict == "right"
    found = marked(contexts(text), A_2_1="0.5325", E_1=f"{-math.log(0.5325):.4f}")
    assert found["E_1"] == Said("carried", "A[2,1]")


def test_what_is_right_by_its_own_way_does_not_follow_a_mistake_beside_it() -> None:
    # The hidden output was typed wrong, and its delta as well; the gradient uses the one as it
    # was before it was mistyped, and the other as it stands there.
    a = sigmoid(0.5)
    found = marked(contexts(SMALL), A_2_1="0.26246", dZ_3_1="-0.0500", dW_2_1_1=f"{-0.05 * a:.5f}")
    assert [one.verdict for one in found.values()] == ["wrong", "wrong", "carried"]

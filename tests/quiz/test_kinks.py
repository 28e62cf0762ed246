"""A formula is right only if it is right on both sides of every kink that can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Context, StudentAnswers, mark, understand
from bp_tutor.quiz.kinds.formula_text import ENTRY
from bp_tutor.quiz.model import Question
from tests.quiz.networks import context_of_problem

ALPHA = {"relu": 0.0, "leaky_relu": 0.01}


def marked(context: Context, identifier: str, text: str) -> bool:
    question = Question(ENTRY, identifier, "", 1, "", (("name", identifier),))
    return mark(question, understand(question, text, context), StudentAnswers(context)).right


def network(units: list[int], activations: list[str], seed: int, loss: str) -> Context:
    draw = Random(seed)  # noqa: S311
    lines = ["title: kinks", "network:", f"  inputs: {units[0]}", "  weight_order: from-to"]
    lines.append("  layers:")
    for before, after, activation in zip(units, units[1:], activations, strict=False):
        weights = [[round(draw.uniform(-1, 1), 2) for _ in range(after)] for _ in range(before)]
        bias = [round(draw.uniform(-0.5, 0.5), 2) for _ in range(after)]
        lines.append(
            f"    - {{units: {after}, activation: {activation}, weights: {weights}, bias: {bias}}}"
        )
    inputs = [round(draw.uniform(0.1, 1), 2) for _ in range(units[0])]
    targets = [round(draw.uniform(0, 1), 2) for _ in range(units[-1])]
    lines += [f"inputs: [{inputs}]", f"targets: [{targets}]", f"loss: {loss}", "learning_rate: 1"]
    return context_of_problem(read_problem("\n".join(lines)))


def deltas(units: list[int], activations: list[str]) -> Iterator[tuple[int, int, str, str]]:
    """Layer, unit, activation, and what reaches the unit from behind, of every unit with a kink."""
    for layer, activation in enumerate(activations, 2):
        for unit in range(1, units[layer - 1] + 1):
            behind = f"(A[{layer},{unit}] - Y[{unit}])"
            if layer < len(units):
                behind = " + ".join(
                    f"dZ[{layer + 1},{to}]*W[{layer},{unit},{to}]"
                    for to in range(1, units[layer] + 1)
                )
            if activation in ALPHA:
                yield layer, unit, activation, f"({behind})"


@pytest.mark.parametrize("seed", range(12))
def test_the_slope_of_a_rectifier_is_not_to_be_left_out(seed: int) -> None:
    draw = Random(seed)  # noqa: S311
    units = [draw.randint(1, 3) for _ in range(draw.choice((3, 3, 4, 5)))]
    hidden = draw.choice(list(ALPHA))
    activations = [hidden] * (len(units) - 2) + [draw.choice(("sigmoid", "identity", hidden))]
    context = network(units, activations, seed, "half_squared_error")
    for layer, unit, activation, behind in deltas(units, activations):
        z, a, alpha = f"Z[{layer},{unit}]", f"A[{layer},{unit}]", ALPHA[activation]
        asked = f"d{z}"
        wrong = ["1", z, a, f"{a}*(1 - {a})", f"(1 - {a}^2)", f"I({z} < 0)", f"{alpha}", "0.5"]
        wrong += [f"I({a} >= 0)", f"(1 - I({z} > 0))"]
        if activation == "relu":
            right = [f"I({z} > 0)", f"I({a} > 0)", f"relu'({z})", f"step({z})", f"(1-I({z} <= 0))"]
            wrong += [f"(I({z} > 0) + 0.01*I({z} <= 0))"]
        else:
            right = [f"(I({z} > 0) + 0.01*I({z} <= 0))", f"leaky_relu'({z}, 0.01)"]
            right += [f"max(0.01, I({a} > 0))", f"(0.01 + 0.99*I({z} > 0))"]
            wrong += [f"I({z} > 0)"]
        for slope in right:
            assert marked(context, asked, f"{behind}*{slope}"), slope
        for slope in wrong:
            assert not marked(context, asked, f"{behind}*{slope}"), (asked, slope)


def test_what_is_left_out_one_layer_further_behind_is_seen() -> None:
    context = network([1, 1, 1, 1, 1], ["relu", "relu", "relu", "relu"], 3, "half_squared_error")
    whole = "(A[5,1] - Y[1])*I(Z[5,1] > 0)*W[4,1,1]*I(Z[4,1] > 0)*W[3,1,1]*I(Z[3,1] > 0)*W[2,1,1]"
    right = f"{whole}*I(Z[2,1] > 0)"
    assert marked(context, "dZ[2,1]", right)
    for layer in (2, 3, 4, 5):
        assert not marked(context, "dZ[2,1]", right.replace(f"*I(Z[{layer},1] > 0)", ""))
    # What stands in front of a rectifier is not what stands behind it.
    assert marked(context, "Z[4,1]", "W[3,1,1]*A[3,1] + B[4,1]")
    assert not marked(context, "Z[4,1]", "W[3,1,1]*Z[3,1] + B[4,1]")
    assert not marked(context, "A[4,1]", "Z[4,1]")
    assert not marked(context, "A[4,1]", "abs(Z[4,1])")
    assert marked(context, "A[4,1]", "(Z[4,1] + abs(Z[4,1]))/2")
    assert not marked(context, "dW[1,1,1]", "abs(A[1,1])*dZ[2,1]")


GRAPH = """
title: kinks
graph:
  values: {{{values}}}
  formulas: {{{formulas}}}
  differentiate: L
  with_respect_to: [{by}]
"""


@pytest.mark.parametrize(
    ("values", "formulas", "asked", "right", "wrong"),
    [
        # A hinge, a clipped value, a distance, a maximum, and a threshold that no small number
        # reaches; Huber's error, which grows straight from 1 on.
        (
            "w: 0.5, x: 1.2, t: -1", "s: w*x, L: 'max(0, 1 - t*s)'", "dL/ds",
            ["-t*I(1 - t*s > 0)", "-t*step(1 - t*s)", "-t*I(t*s < 1)"],
            ["-t", "t*I(1 - t*s > 0)", "-t*I(s > 0)", "0*s"],
        ),
        (
            "w: 0.5, x: 1.2, t: 0.2", "s: 'max(-1, min(1, w*x))', L: (s - t)**2", "dL/dw",
            ["2*(s - t)*x*I(w*x < 1)*I(w*x > -1)", "2*(s - t)*x*I(abs(w*x) < 1)"],
            ["2*(s - t)*x", "2*(s - t)*x*I(w*x < 1)", "2*(s - t)*x*I(w*x > -1)", "2*(s - t)*w"],
        ),
        (
            "w: 0.5, x: 1.2, t: 0.2", "s: w*x, L: abs(s - t)", "dL/ds",
            ["sign(s - t)", "(s - t)/abs(s - t)", "I(s > t) - I(s < t)"],
            ["sign(s)*1", "s/s", "I(s > t)", "-sign(s - t)", "abs(s - t)"],
        ),
        (
            "w: 0.5, x: 120", "s: 'max(0, w*x - 100)', L: s**2", "dL/dw",
            ["2*s*x*I(w*x > 100)", "2*s*x", "2*max(0, w*x - 100)*x"],
            ["2*(w*x - 100)*x", "2*s", "0*x", "2*s*x*I(w*x > 200)"],
        ),
        (
            "a: 0.5, b: 1.2, c: 0.1", "s: 'max(a, b)', L: s*c", "dL/da",
            ["c*I(a > b)", "c*(1 - I(b >= a))"],
            ["c", "0*c", "c*I(b > a)", "c*I(a > 0)"],
        ),
    ],
    ids=["hinge", "clip", "distance", "threshold", "maximum"],
)  # fmt: skip
def test_both_sides_of_the_kinks_of_a_graph(
    values: str, formulas: str, asked: str, right: list[str], wrong: list[str]
) -> None:
    by = "w" if "w:" in values else "a"
    text = GRAPH.format(values=values, formulas=formulas, by=by)
    context = context_of_problem(read_problem(text))
    address = context.graph.read(asked)
    assert isinstance(address, tuple)
    for formula in right:
        assert marked(context, address.identifier, formula), formula
    for formula in wrong:
        assert not marked(context, address.identifier, formula), formula


def test_the_error_of_huber_is_clipped_on_both_sides() -> None:
    context = network([2, 2, 1], ["tanh", "identity"], 1, "huber")
    for right in ("max(-1, min(1, A[3,1] - Y[1]))", "min(1, abs(A[3,1] - Y[1]))*sign(A[3,1]-Y[1])"):
        assert marked(context, "dZ[3,1]", right)
    for wrong in ("A[3,1] - Y[1]", "min(1, A[3,1] - Y[1])", "sign(A[3,1] - Y[1])"):
        assert not marked(context, "dZ[3,1]", wrong)


def test_a_target_is_no_number_that_happens_to_be_one() -> None:
    """Targets of a squared error or of one output are any number, and none follows from others."""
    one = network([2, 2, 1], ["tanh", "sigmoid"], 1, "half_squared_error")
    two = network([2, 2, 2], ["tanh", "sigmoid"], 1, "half_squared_error")
    cross = network([2, 2, 1], ["tanh", "sigmoid"], 1, "binary_cross_entropy")
    assert marked(one, "dZ[3,1]", "(A[3,1] - Y[1])*A[3,1]*(1 - A[3,1])")
    assert not marked(one, "dZ[3,1]", "(A[3,1] - 1)*A[3,1]*(1 - A[3,1])")
    assert not marked(two, "dZ[3,1]", "(A[3,1] - 1 + Y[2])*A[3,1]*(1 - A[3,1])")
    assert marked(cross, "E[1]", "-Y[1]*ln(A[3,1]) - (1 - Y[1])*ln(1 - A[3,1])")
    assert not marked(cross, "E[1]", "-ln(A[3,1])")
    assert not marked(cross, "dZ[3,1]", "A[3,1] - 1")

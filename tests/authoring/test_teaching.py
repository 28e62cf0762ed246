"""Findings about numbers, on small networks whose numbers are worked out by hand."""

from __future__ import annotations

from math import exp

import pytest

from bp_tutor.authoring.teaching import Weakness, sentence, teaching_findings, weaknesses_in
from bp_tutor.explain import Page, style_named, symbols_of
from bp_tutor.problem import Problem, find_problem, list_problems, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.words import load_words

ONE_HIDDEN = """
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: {activation}, weights: {weights}, bias: {bias}}}
    - {{units: 1, weights: [[0.7], [-0.4]], bias: [0.3]}}
inputs: {inputs}
targets: [0.5]
loss: half_squared_error
learning_rate: {rate}
"""


def page_of(problem: Problem, language: str = "en") -> Page:
    words = load_words(language)
    return Page(symbols_of(problem), words, style_named("unicode"), problem.digits)


def found_in(problem: Problem) -> dict[str, list[Weakness]]:
    found: dict[str, list[Weakness]] = {}
    for finding in teaching_findings(problem, page_of(problem)):
        found.setdefault(finding.key, []).append(finding)
    return found


def small(
    activation: str = "sigmoid", weights: str = "[[0.3, -0.8], [0.5, 0.2]]",
    bias: str = "[0.1, -0.6]", inputs: str = "[0.9, 0.4]", rate: str = "0.5",
) -> Problem:  # fmt: skip
    return read_problem(
        ONE_HIDDEN.format(
            activation=activation, weights=weights, bias=bias, inputs=inputs, rate=rate
        )
    )


def mistakes_in(findings: list[Weakness]) -> dict[str, set[str]]:
    return {finding.values[0][1].split(".")[1]: set(finding.identifiers) for finding in findings}


def test_good_numbers_have_no_findings() -> None:
    assert found_in(small()) == {}


def test_a_dead_unit() -> None:
    # z2 = 0.9*(-0.8) + 0.4*0.2 - 0.6 = -1.24, z1 = 0.9*0.3 + 0.4*0.5 + 0.1 = 0.57.
    found = found_in(small("relu"))
    assert [one.identifiers for one in found["dead_unit"]] == [("A[2,2]",)]
    assert found["dead_unit"][0].grave
    assert set(found["zero_gradient"][0].identifiers) == {
        "dW[1,1,2]", "dW[1,2,2]", "dB[2,2]", "dW[2,2,1]",
    }  # fmt: skip


def test_a_leaky_unit_is_not_dead() -> None:
    assert not {"dead_unit", "saturated_unit"} & set(found_in(small("{leaky_relu: {alpha: 0.1}}")))


def test_a_saturated_unit() -> None:
    # sigma(5.57) has the slope 0.0038, sigma(-1.24) the slope 0.17.
    found = found_in(small(bias="[5.1, -0.6]"))
    assert [one.identifiers for one in found["saturated_unit"]] == [("A[2,1]",)]
    assert exp(-5.57) / (1 + exp(-5.57)) ** 2 < 0.01


def test_a_saturated_softmax() -> None:
    problem = small("softmax", bias="[6, -0.6]")
    assert found_in(problem)["saturated_unit"][0].identifiers == ("A[2,1]", "A[2,2]")


def test_a_value_at_the_kink() -> None:
    # 0.9*0.3 + 0.4*0.5 - 0.47 = 0, whatever floats make of it.
    found = found_in(small("relu", weights="[[0.3, 0.8], [0.5, 0.2]]", bias="[-0.47, 0.6]"))
    assert [one.identifiers for one in found["at_kink"]] == [("Z[2,1]",)]


def test_an_input_of_zero_is_told_once() -> None:
    found = found_in(small(inputs="[0.9, 0]"))
    assert [one.identifiers for one in found["zero_input"]] == [("A[1,2]",)]
    assert not found["zero_input"][0].grave
    assert "zero_gradient" not in found


def test_zeros_in_one_sample_of_several_are_no_matter() -> None:
    text = ONE_HIDDEN.replace("[0.5]\n", "[[0.5], [1]]\n").format(
        activation="sigmoid", weights="[[0.3, -0.8], [0.5, 0.2]]", bias="[0.1, -0.6]",
        inputs="[[0, 0], [0.9, 0.4]]", rate="0.5",
    )  # fmt: skip
    assert "zero_input" not in found_in(read_problem(text))


@pytest.mark.parametrize(
    ("weights", "key", "entries"),
    [
        ("[[0.3, -0.8], [-0.8, 0.2]]", "symmetric_weights", ("W[1,1,2]",)),
        ("[[0.3, 0.3], [0.5, 0.5]]", "equal_weights", ("W[1,1,2]",)),
        ("[[0.3, -0.8], [0.3, -0.8]]", "equal_weights", ("W[1,2,1]",)),
        ("[[0.3, -0.8], [0, 0.2]]", "zero_weight", ("W[1,2,1]",)),
        ("[[0.3, -0.8], [0.5123, 0.2]]", "many_digits", ("W[1,2,1]",)),
    ],
)
def test_weights_that_hide(weights: str, key: str, entries: tuple[str, ...]) -> None:
    assert [one.identifiers for one in found_in(small(weights=weights))[key]] == [entries]


def test_a_transposition_that_the_weights_hide() -> None:
    found = found_in(small(weights="[[0.3, 0.5], [0.5, 0.2]]"))
    hidden = mistakes_in(found["hidden_mistake"])
    assert hidden["weights_transposed"] == {"Z[2,1]", "Z[2,2]"}


def test_a_bias_of_zero_is_not_missed() -> None:
    hidden = mistakes_in(found_in(small(bias="[0, -0.6]"))["hidden_mistake"])
    assert hidden["bias_left_out"] == {"Z[2,1]"}


def test_a_rate_of_one_makes_gradient_and_step_alike() -> None:
    found = found_in(small(rate="1"))
    hidden = mistakes_in(found["hidden_mistake"])
    weights = {f"W'[1,{i},{j}]" for i in (1, 2) for j in (1, 2)} | {"W'[2,1,1]", "W'[2,2,1]"}
    assert weights <= hidden["rate_left_out"]
    alike = {tuple(value for _, value in one.values) for one in found["alike_mistakes"]}
    assert (
        "misconception.gradient_for_step.name", "misconception.step_for_gradient.name"
    ) in alike  # fmt: skip


def test_two_mistakes_that_meet() -> None:
    # Without the bias 0.1, or without the path 0.5*0.2: 0.27 + 0.1 either way.
    found = found_in(small(inputs="[0.9, 0.2]"))
    alike = [
        (one.identifiers, {value for _, value in one.values}) for one in found["alike_mistakes"]
    ]
    names = {f"misconception.{name}.name" for name in ("bias_left_out", "path_left_out")}
    assert (("Z[2,1]",), names) in alike


def test_steps_too_small_to_be_seen() -> None:
    found = found_in(small(rate="0.00001"))
    assert "W'[1,1,1]" in mistakes_in(found["hidden_mistake"])["step_added"]


def test_results_too_small_for_the_digits() -> None:
    problem = small()._replace(digits=1)
    assert "dW[1,1,1]" in found_in(problem)["small_result"][0].identifiers


def test_symbols_alone_have_no_findings() -> None:
    for name in ("chain-2-2-1", "three-class-3-2-3", "mlp-shapes"):
        assert found_in(load_problem(find_problem(name))) == {}


@pytest.mark.parametrize("path", list_problems(), ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_finding_has_its_sentence(path: object, language: str) -> None:
    problem = load_problem(str(path))
    page = page_of(problem, language)
    for finding in teaching_findings(problem, page):
        told = sentence(finding, page)
        assert told.isprintable()
        assert "{" not in told
        assert page.name(*finding.entries[0]) in told


def test_the_practice_exercise() -> None:
    found = found_in(load_problem(find_problem("exercise")))
    assert [one.identifiers for one in found["zero_input"]] == [("A[1,2]",)]
    assert not any(one.grave for findings in found.values() for one in findings)


def test_the_same_formulas_judge_other_numbers() -> None:
    from bp_tutor.authoring.subject import Subject
    from bp_tutor.solve import solve

    first, other = small("relu", bias="[0.1, 0.9]"), small("relu")
    subject = Subject(solve(first), page_of(first))
    keys = [one.key for one in weaknesses_in(subject, solve(other).runs[0].values)]
    assert keys == [one.key for one in teaching_findings(other, page_of(other))]
    assert "dead_unit" in keys

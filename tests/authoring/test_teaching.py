"""Findings about numbers, on small networks whose numbers are worked out by hand."""

from __future__ import annotations

from itertools import product
from math import exp

import pytest

from bp_tutor.authoring.teaching import teaching_findings, weaknesses_in
from bp_tutor.authoring.weaknesses import Weakness, sentence
from bp_tutor.explain import Presentation, symbols_of
from bp_tutor.problem import Problem, find_problem, list_problems, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from tests.presented import presentation_of

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


def page_of(problem: Problem, language: str = "en") -> Presentation:
    return presentation_of(symbols_of(problem), language, "unicode", problem.digits)


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


OUTPUT = """
network:
  inputs: 1
  weight_order: from-to
  layers:
    - {{units: 2, activation: {activation}, weights: [[0.3, 0.5]], bias: [0.1, 0.2]}}
inputs: [[0.9], [0.4]]
targets: [[{first}, 0.5], [0.4, {second}]]
loss: half_squared_error
learning_rate: 0.5
"""
BEYOND = [
    ("sigmoid", 1.5, -0.2, "1", "0"), ("sigmoid", 1, 0, "", ""), ("sigmoid", 1.001, 0, "1", ""),
    ("tanh", 1.2, -1.01, "1", "−1"), ("tanh", 1, -1, "", ""), ("identity", 7, -7, "", ""),
    ("relu", 70, -0.1, "", "0"), ("relu", 3, 0, "", ""), ("softplus", 3, -0.1, "", "0"),
    ("{leaky_relu: {alpha: 0.1}}", 9, -9, "", ""), ("{elu: {alpha: 1}}", 9, -1.1, "", "−1"),
    ("{elu: {alpha: 2}}", 9, -1.1, "", ""), ("swish", 9, -0.27, "", ""),
    # z/(1 + e^-z) is least where 1 + e^-z*(1 + z) = 0, at z = -1.278464543: z + 1 there.
    ("swish", 9, -0.28, "", "−0.278465"),
    ("softmax", 1.1, -0.1, "1", "0"), ("softmax", 1, 0, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("activation", "first", "second", "most", "least"), BEYOND)
def test_a_target_that_the_output_never_reaches(
    activation: str, first: float, second: float, most: str, least: str
) -> None:
    problem = read_problem(OUTPUT.format(activation=activation, first=first, second=second))
    found = found_in(problem)
    for key, limit, entry in (
        ("target_too_high", most, "Y[1]@1"), ("target_too_low", least, "Y[2]@2")
    ):  # fmt: skip
        told = found.get(key, [])
        assert [(one.identifiers, one.grave) for one in told] == ([((entry,), True)] * bool(limit))
        assert [dict(one.values)["limit"] for one in told] == ([limit] if limit else [])


def test_an_unreachable_target_is_told_in_both_languages() -> None:
    problem = read_problem(OUTPUT.format(activation="sigmoid", first=1.5, second=0))
    (weakness,) = found_in(problem)["target_too_high"]
    assert "more than sigmoid ever gives (1 at most)" in sentence(weakness, page_of(problem))
    assert "sigmoid 能给出的最大值 1" in sentence(weakness, page_of(problem, "zh"))


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


@pytest.mark.parametrize(
    "optimiser", ["gradient_descent", "{momentum: {mu: 0.9}}", "{nesterov: {mu: 0.9}}", "adam"]
)
def test_only_weights_hide_as_weights(optimiser: str) -> None:
    """The states of an optimiser are all 0 before the first update, and no path goes by them."""
    text = ONE_HIDDEN.format(
        activation="sigmoid", weights="[[0.3, -0.8], [0, 0.2]]", bias="[0.1, -0.6]",
        inputs="[0.9, 0.4]", rate="0.5",
    )  # fmt: skip
    found = found_in(read_problem(f"{text}optimiser: {optimiser}\n"))
    assert [one.identifiers for one in found["zero_weight"]] == [("W[1,2,1]",)]
    assert not found.keys() & {"symmetric_weights", "equal_weights"}


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


def test_a_step_that_nobody_sees_is_told_once() -> None:
    # dE/dw of the output weights is about 0.1: steps of 1e-6, and 4 digits are shown.
    found = found_in(small(rate="0.00001"))
    unseen = set(found["small_step"][0].identifiers)
    assert unseen == {f"W'[1,{i},{j}]" for i in (1, 2) for j in (1, 2)} | {
        "W'[2,1,1]", "W'[2,2,1]", "B'[2,1]", "B'[2,2]", "B'[3,1]"
    }  # fmt: skip
    for hidden in found.get("hidden_mistake", ()):
        assert not unseen & set(hidden.identifiers)


@pytest.mark.parametrize("rate", ["0.0005", "0.002", "0.01"])
def test_steps_are_seen_that_change_a_digit(rate: str) -> None:
    problem = small(rate=rate, bias="[0.4, -0.6]")
    trace = solve(problem)
    told = {
        name
        for weakness in found_in(problem).get("small_step", ())
        for name in weakness.identifiers
    }
    for old, new in trace.runs[0].program.next_values:
        for index in new.indices():
            step = abs(trace.runs[0].value(new, index) - trace.runs[0].value(old, index))
            # All weights are from 0.1 to 1, and are shown with 4 decimals.
            assert (new.identifier(index) in told) == (step < 0.00005)
    assert rate == "0.01" or told


@pytest.mark.parametrize("batch", ["full", "online"])
@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        # The second unit has -0.8*x1 + 0.2*x2 - 0.6: -1.24 and 0.8, then -1.24 and -1.14.
        ("[[0.9, 0.4], [-1.5, 1]]", {}),
        ("[[0.9, 0.4], [0.8, 0.5]]", {"dead_unit": ("A[2,2]",)}),
        # -0.6 and 0.8; -1.32 and 0.6.
        ("[[0, 0], [-1.5, 1]]", {}),
        ("[[0.9, 0], [-1.5, 0]]", {"zero_input": ("A[1,2]",)}),
        # -0.78 and 0.8; -0.78 and 1.2.
        ("[[0.3, 0.3], [-1.5, 1]]", {}),
        ("[[0.3, 0.3], [-3, -3]]", {"equal_inputs": ("A[1,1]", "A[1,2]")}),
    ],
)
def test_every_sample_counts_however_many_an_update_sees(
    inputs: str, told: dict[str, tuple[str, ...]], batch: str
) -> None:
    text = ONE_HIDDEN.replace("[0.5]\n", "[[0.5], [1]]\n").format(
        activation="relu", weights="[[0.3, -0.8], [0.5, 0.2]]", bias="[0.1, -0.6]",
        inputs=inputs, rate="0.5",
    )  # fmt: skip
    found = found_in(read_problem(f"{text}batch: {batch}\n"))
    kept = {key: found[key] for key in ("dead_unit", "zero_input", "equal_inputs") if key in found}
    names = {key: one.identifiers for key, (one,) in kept.items()}
    assert {
        key: tuple(name.removesuffix("@1") for name in own) for key, own in names.items()
    } == told


RULE = """
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 1, activation: step, weights: [[0.3], [-0.1]], bias: [-0.2]}}
inputs: [{inputs}]
targets: [[{target}]]
learning_rate: {rate}
learning_rule: perceptron
"""


@pytest.mark.parametrize(
    ("inputs", "target", "rate", "entries"),
    [
        # 0.3*1 - 0.1*0 - 0.2 = 0.1: the output is 1.
        ("[1, 0]", 1, 0.1, None),
        ("[1, 0]", 0, 0.1, None),
        ("[1, 0]", 0, 0.00001, ("W'[1,1,1]", "B'[2,1]")),
    ],
)
def test_a_rule_without_a_gradient_has_a_small_step_only_where_it_goes_on(
    inputs: str, target: int, rate: float, entries: tuple[str, ...] | None
) -> None:
    problem = read_problem(RULE.format(inputs=inputs, target=target, rate=f"{rate:f}"))
    found = found_in(problem).get("small_step", [])
    assert [one.identifiers for one in found] == ([entries] if entries else [])


@pytest.mark.parametrize(
    ("inputs", "entries"),
    [
        ("[0.4, 0.4]", ("A[1,1]", "A[1,2]")),
        ("[[0.4, 0.4], [0.9, 0.9]]", ("A[1,1]", "A[1,2]")),
        ("[[0.4, 0.4], [0.9, 0.8]]", None),
        ("[1, 1]", None),
        ("[-1, -1]", None),
        ("[0, 0]", None),
        ("[2, 2]", ("A[1,1]", "A[1,2]")),
    ],
)
def test_equal_inputs(inputs: str, entries: tuple[str, ...] | None) -> None:
    text = ONE_HIDDEN.format(
        activation="sigmoid", weights="[[0.3, -0.8], [0.5, 0.2]]", bias="[0.1, -0.6]",
        inputs=inputs, rate="0.5",
    )  # fmt: skip
    if inputs.startswith("[["):
        text = text.replace("targets: [0.5]", "targets: [[0.5], [0.7]]")
    found = found_in(read_problem(text)).get("equal_inputs", [])
    told = [tuple(name.removesuffix("@1") for name in one.identifiers) for one in found]
    assert told == ([entries] if entries else [])


@pytest.mark.parametrize(
    ("bias", "entries"),
    [
        ("[0.1, 0.1]", ("B[2,1]", "B[2,2]")),
        ("[0, 0]", None),
        ("none", None),
        ("{shared: 0.1}", None),
        ("[0.1, 0.2]", None),
        # Alike in another layer: nobody takes that one by accident.
        ("[0.3, 0.1]", None),
    ],
)
def test_equal_biases(bias: str, entries: tuple[str, ...] | None) -> None:
    found = found_in(small(bias=bias)).get("equal_biases", [])
    assert [told.identifiers for told in found] == ([entries] if entries else [])


def test_biases_that_stay_may_be_equal() -> None:
    text = ONE_HIDDEN.format(
        activation="sigmoid", weights="[[0.3, -0.8], [0.5, 0.2]]", bias="[0.1, 0.1]",
        inputs="[0.9, 0.4]", rate="0.5",
    )  # fmt: skip
    frozen = text.replace("bias: [0.1, 0.1]", "bias: {values: [0.1, 0.1], frozen: true}")
    assert "equal_biases" not in found_in(read_problem(frozen))


def test_a_unit_that_dies_in_the_second_update() -> None:
    # z1 = 0.57; the first step goes so far that it is below 0 in the second.
    text = ONE_HIDDEN.format(
        activation="relu", weights="[[0.3, 0.8], [0.5, 0.2]]", bias="[0.1, 0.6]",
        inputs="[0.9, 0.4]", rate="9",
    ).replace("targets: [0.5]", "targets: [-0.5]")  # fmt: skip
    assert "dead_unit" not in found_in(read_problem(text))
    problem = read_problem(f"{text}updates: 2\n")
    trace = solve(problem, 2)
    values = trace.runs[1].step("Z[2]").value
    assert values is not None
    dead = {f"A[2,{unit}]" for unit, value in enumerate(values, 1) if value < 0}
    assert dead
    found = [
        one for one in teaching_findings(problem, page_of(problem), trace) if one.key == "dead_unit"
    ]
    assert [(set(one.identifiers), one.update) for one in found] == [(dead, 2)]
    for language, start in (("en", "in update 2, "), ("zh", "第 2 次更新：")):
        assert sentence(found[0], page_of(problem, language)).startswith(start)


def test_what_is_so_from_the_start_is_told_once() -> None:
    problem = small("relu")
    trace = solve(problem, 3)
    told = teaching_findings(problem, page_of(problem), trace)
    assert len({(one.key, one.values) for one in told}) == len(told)
    assert {one.update for one in told if one.key == "dead_unit"} == {1}


def test_a_network_that_is_too_large_is_said_to_be() -> None:
    found = found_in(load_problem(find_problem("digits-784")))
    assert list(found) == ["not_judged"]


def test_results_too_small_for_the_digits() -> None:
    problem = small()._replace(digits=1)
    assert "dW[1,1,1]" in found_in(problem)["small_result"][0].identifiers


def test_symbols_alone_have_no_findings() -> None:
    for name in ("chain-2-2-1", "three-class-3-2-3", "mlp-shapes"):
        assert found_in(load_problem(find_problem(name))) == {}


@pytest.mark.parametrize("path", list_problems(), ids=lambda path: path.stem)
def test_every_finding_has_its_sentence(path: object) -> None:
    problem = load_problem(str(path))
    pages = [page_of(problem, language) for language in ("en", "zh")]
    for finding, page in product(teaching_findings(problem, pages[0]), pages):
        told = sentence(finding, page)
        assert told.isprintable()
        assert "{" not in told
        assert all(page.name(*entry) in told for entry in finding.entries[:1])


def test_the_practice_exercise() -> None:
    found = found_in(load_problem(find_problem("exercise")))
    assert [one.identifiers for one in found["zero_input"]] == [("A[1,2]",)]
    assert not any(one.grave for findings in found.values() for one in findings)


def test_the_same_formulas_judge_other_numbers() -> None:
    from bp_tutor.authoring.subject import Subject

    first, other = small("relu", bias="[0.1, 0.9]"), small("relu")
    subject = Subject(solve(first), page_of(first))
    keys = [one.key for one in weaknesses_in(subject, solve(other).runs[0].values)]
    assert keys == [one.key for one in teaching_findings(other, page_of(other))]
    assert "dead_unit" in keys

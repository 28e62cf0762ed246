"""What comes out of sound problem files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.losses import Loss
from bp_tutor.fields.numbers import Generated
from bp_tutor.problem import (
    Graph,
    Network,
    Problem,
    ProblemError,
    Rounding,
    list_problems,
    load_problem,
)
from bp_tutor.problem.load import read_problem

ROOT = Path(__file__).parents[2]


def network(text: str) -> Network:
    found = read_problem(text).network
    assert found is not None
    return found


def graph(text: str) -> Graph:
    found = read_problem(text).graph
    assert found is not None
    return found


def layers(bias: str = "none", more: str = "", top: str = "") -> str:
    return f"""
network:
  inputs: [i1, i2]
  weight_order: from-to
  layers:
    - {{units: [h1, h2, h3], weights: [[1, 2, 3], [4, 5, 6]], bias: {bias}{more}}}
{top}
"""


@pytest.mark.parametrize("path", sorted((ROOT / "problems").glob("*.yaml")), ids=lambda p: p.stem)
def test_each_shipped_problem_is_sound(path: Path) -> None:
    problem = load_problem(path)
    assert (problem.network is None) != (problem.graph is None)
    assert problem.name == path.stem


def test_the_exercise_as_the_lecture_has_it() -> None:
    problem = load_problem(ROOT / "problems" / "exercise.yaml")
    assert problem.network is not None
    first, second, third = problem.network.layers
    assert first.weights == ((0.5, 0.2, -0.5), (-0.2, 0.3, 0.4), (0.8, -0.6, 0.4))
    assert second.weights == ((0.5, -0.1, 0.6), (-0.2, 0.1, 0.2), (-0.5, 0.4, 0.6))
    assert third.weights == ((0.3, -0.2), (0.5, 0.2), (0.2, 0.4))
    assert [layer.bias.values for layer in problem.network.layers] == [
        (0.2, -0.5, 0.4), (0.6, 0.6, 0.6), (0.8, 0.2),
    ]  # fmt: skip
    assert problem.network.samples == ((1.0, 0.0, 1.0),)
    assert problem.network.targets == ((0.9, 0.1),)
    assert problem.network.learning_rate == 0.1
    assert problem.network.loss == Loss("half_squared_error")
    assert problem.title.in_language("zh").startswith("Sigmoid")
    assert problem.source.in_language("en") == "lecture 000 · practice exercise"
    assert problem.source.in_language("zh") == "讲义 000 · 练习题"


def test_a_to_from_matrix_is_turned() -> None:
    problem = load_problem(ROOT / "problems" / "sigmoid-2-2-2.yaml")
    assert problem.network is not None
    assert problem.network.layers[0].weights == ((0.1, 0.3), (0.2, 0.4))
    assert problem.network.layers[1].bias == Bias("added", True, True, (0.2,))
    assert problem.updates == 10000
    assert problem.published[0].value == "0.442"
    assert problem.published[0].origin == "0.1*0.02 + 0.2*0.7 + 0.3"
    assert {figure.after for figure in problem.published} >= {None, 10000}


@pytest.mark.parametrize(
    ("text", "bias"),
    [
        ("none", Bias("none")),
        ("[1, 2, 3]", Bias(values=(1, 2, 3))),
        ("{values: [1, 2, 3], kind: threshold}", Bias("threshold", values=(1, 2, 3))),
        ("{shared: 0.3, frozen: true}", Bias(shared=True, frozen=True, values=(0.3,))),
        ("{shared: 0}", Bias(shared=True, values=(0,))),
        ("{shared: true}", Bias(shared=True)),
        ("{seed: 1, scale: 0.5, kind: minus_input}", Bias("minus_input", values=Generated(1, 0.5))),
        ("{kind: plus_input}", Bias("plus_input")),
        ("{kind: none}", Bias("none")),
    ],
)
def test_every_form_of_a_bias(text: str, bias: Bias) -> None:
    assert network(layers(text)).layers[0].bias == bias


@pytest.mark.parametrize(
    ("text", "name", "parameters", "slope"),
    [
        ("relu", "relu", (), 0),
        ("{relu: {slope_at_zero: 1}}", "relu", (), 1),
        ("leaky_relu", "leaky_relu", (("alpha", 0.01),), 0),
        ("{leaky_relu: {alpha: 0.2}}", "leaky_relu", (("alpha", 0.2),), 0),
        ("{swish: {beta: 2}}", "swish", (("beta", 2.0),), 0),
    ],
)
def test_activations_with_their_parameters(
    text: str, name: str, parameters: tuple[tuple[str, float], ...], slope: int
) -> None:
    layer = network(layers(more=f", activation: {text}")).layers[0]
    assert (layer.activation, layer.parameters, layer.slope_at_zero) == (name, parameters, slope)


def test_values_by_any_name() -> None:
    text = """
notation: flat
network:
  inputs: [i1, i2]
  layers: [{units: [h1, h2]}]
  edges: {w1: [i1, h1], w2: [i2, h1], w3: [i1, h2], w4: [i2, h2], b: [h1, h2]}
  values: {w1: 1, w2: 2, "W[1,1,2]": 3, w4: 4, b: 5}
"""
    net = network(text)
    (layer,) = net.layers
    assert (layer.weights, layer.bias) == (((1, 3), (2, 4)), Bias(shared=True, values=(5,)))
    assert net.names.units == (("i1", "i2"), ("h1", "h2"))
    assert dict(net.names.weights)["W[1,2,1]"] == "w2"
    assert dict(net.names.weights)["B[2,1]"] == "b"


def test_what_is_left_out_is_symbolic() -> None:
    net = network("network: {inputs: 2, layers: [{units: 2}, {units: 1}]}")
    assert net.layers[0].weights is None
    assert net.layers[0].bias == Bias()
    assert net.samples is None
    assert net.learning_rate is None
    assert net.loss == Loss()


def test_null_values_are_symbols() -> None:
    net = network(
        "network: {inputs: 1, layers: [{units: 1}], values: {'W[1,1,1]': null, 'B[2,1]': 1}}"
    )
    assert net.layers[0].weights is None
    assert net.layers[0].bias.values == (1,)


def test_one_sample_many_samples_and_columns() -> None:
    top = "loss: none\ninputs: {}\n{}"
    assert network(layers(top=top.format("[1, 2]", ""))).samples == ((1, 2),)
    rows = network(layers(top=top.format("[[1, 2], [3, 4], [5, 6]]", "")))
    assert (rows.samples, rows.sample_count) == (((1, 2), (3, 4), (5, 6)), 3)
    columns = layers(top=top.format("[[1, 3, 5], [2, 4, 6]]", "conventions: {samples: columns}"))
    assert network(columns).samples == rows.samples
    drawn = network(layers(top=top.format("{seed: 1, scale: 2}", "")))
    assert drawn.samples == Generated(1, 2.0)


@pytest.mark.parametrize(("text", "batch"), [("full", None), ("online", 1), ("2", 2)])
def test_batches(text: str, batch: int | None) -> None:
    top = f"inputs: [[1, 2], [3, 4]]\nloss: none\nbatch: {text}"
    assert network(layers(top=top)).batch == batch


def test_a_loss_with_all_its_settings() -> None:
    text = (
        "loss: {name: squared_error, outputs: mean, samples: sum, fused: false, "
        "error: target-prediction, drop_factor: true, weight_decay: 0.01}"
    )
    assert network(layers(top=text)).loss == Loss(
        "squared_error", "mean", "sum", False, "target-prediction", True, ("weight_decay", 0.01)
    )
    assert network(layers(top="loss: none")).loss is None


@pytest.mark.parametrize(
    ("text", "rounding"),
    [
        ("exact", Rounding()),
        ("hand:4", Rounding("hand", 4)),
        ("hand:3s", Rounding("hand", 3, significant=True)),
        ("hand:4t", Rounding("hand", 4, truncate=True)),
        (
            '{default: hand:2, Z: 3, "W\'[1]": exact}',
            Rounding("hand", 2, by_quantity=(("Z", 3), ("W'[1]", None))),
        ),
        ("{A: 3}", Rounding(by_quantity=(("A", 3),))),
    ],
)
def test_roundings(text: str, rounding: Rounding) -> None:
    assert read_problem(layers(top=f"rounding: {text}")).rounding == rounding


def test_learning_rates_may_change() -> None:
    assert network(layers(top="learning_rate: [0.1, 0.01]")).learning_rate == (0.1, 0.01)


def test_a_graph() -> None:
    found = graph("""
graph:
  values: {a: 2, b: null}
  formulas: {c: a + b, e: c*b}
  differentiate: e
  with_respect_to: [a, b]
  learning_rate: 0.5
""")
    assert found.values == (("a", 2.0), ("b", None))
    assert found.formulas == (("c", "a + b"), ("e", "c*b"))
    assert (found.differentiate, found.with_respect_to) == ("e", ("a", "b"))
    assert found.learning_rate == 0.5
    assert dict(found.marks)["c"] == (4, 17)


def test_derivatives_that_are_given() -> None:
    problem = load_problem(ROOT / "problems" / "given-deltas.yaml")
    assert problem.graph is not None
    assert problem.graph.given == (("z1", "δ₁"), ("z2", "δ₂"))
    assert problem.graph.loss_symbol == "L"
    assert problem.graph.differentiate is None


def test_the_title_is_the_name_where_none_is_given() -> None:
    problem = read_problem("network: {inputs: 1, layers: [{units: 1}]}", "some/where.yaml")
    assert problem.title.in_language("zh") == "where"
    assert isinstance(problem, Problem)


def test_titles_are_data() -> None:
    text = "title: '[red]{x} %s \\x1b $(touch /tmp/x)'\nnetwork: {inputs: 1, layers: [{units: 1}]}"
    title = read_problem(text).title.in_language("en")
    assert title == "[red]{x} %s \\x1b $(touch /tmp/x)"


def test_everything_wrong_is_told_in_one_run() -> None:
    text = layers(
        "[1, 2]", ", activation: sigmod", "inputs: [1]\ntargets: x\nupdates: 0\nbatchs: 2"
    )
    with pytest.raises(ProblemError) as caught:
        read_problem(text)
    found = [(mistake.path, mistake.key) for mistake in caught.value.mistakes]
    assert found == [
        ("network.layers[0].bias", "problem.bias_count"),
        ("network.layers[0].activation", "problem.unknown_activation"),
        ("inputs", "problem.inputs_count"),
        ("targets", "problem.found"),
        ("updates", "problem.found"),
        ("batchs", "problem.unknown_key"),
    ]


def test_endless_mistakes_end() -> None:
    text = "inputs: [" + "x, " * 100_000 + "x]"
    with pytest.raises(ProblemError) as caught:
        read_problem(text)
    assert len(caught.value.mistakes) == 100


def test_fibonacci_is_no_bomb() -> None:
    lines = "".join(f"    f{i}: f{i - 1} + f{i - 2}\n" for i in range(2, 150))
    text = (
        f"graph:\n  values: {{f0: 1, f1: 1}}\n  formulas:\n{lines}"
        "  differentiate: f149\n  with_respect_to: [f0]\n"
    )
    assert len(graph(text).formulas) == 148


def test_names_that_are_shipped_are_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert "exercise" in [path.stem for path in list_problems()]


@pytest.mark.parametrize(
    ("key", "near"), [("A[2,1]", "A[2]"), ("dW[1,1,1]", "dW[1]"), ("Zz", ""), ("Z[7]", "")]
)
def test_digits_of_what_is_no_array_are_refused(key: str, near: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_problem(layers(top=f'rounding: {{default: hand:4, "{key}": 2}}'))
    (mistake,) = caught.value.mistakes
    assert (mistake.key, mistake.nearest) == ("problem.no_such_array", near)


def test_an_optimisers_quantities_may_have_digits_of_their_own() -> None:
    told = 'rounding: {default: hand:4, "vW\'[1]": 2, vW: 3, mu: 1}\noptimiser: momentum'
    rounding = read_problem(layers(top=told)).rounding
    found = [rounding.digits_of(name) for name in ("vW'[1]", "vW[1]", "mu", "W'[1]")]
    assert found == [2, 3, 1, 4]

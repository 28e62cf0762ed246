"""Layers beside dense ones, samples of every form, optimisers: what comes out of the file."""

from __future__ import annotations

import pytest

from bp_tutor.catalogue.layers.windows import dropped
from bp_tutor.catalogue.optimisers import Optimiser
from bp_tutor.fields.numbers import Generated
from bp_tutor.problem import Graph, Network, ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.signals import input_signal, signals
from bp_tutor.words import languages, load_words

IMAGE = "{channels: 2, height: 5, width: 4}"
SEQUENCE = "{steps: 3, units: 2}"


def network(inputs: str, *layers: str, more: str = "loss: none") -> Network:
    listed = "".join(f"    - {layer}\n" for layer in layers)
    text = f"network:\n  inputs: {inputs}\n  weight_order: to-from\n  layers:\n{listed}{more}\n"
    found = read_problem(text).network
    assert found is not None
    return found


def graph(more: str) -> Graph:
    text = (
        "graph:\n  values: {w: 1}\n  formulas: {f: w**2}\n  differentiate: f\n"
        f"  with_respect_to: [w]\n  learning_rate: 0.1\n{more}"
    )
    found = read_problem(text).graph
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "sides", "size", "lost"),
    [
        ("kernel: 3", (0, 0, 0, 0), (3, 2), (0, 0)),
        ("kernel: 3, stride: 2", (0, 0, 0, 0), (2, 1), (0, 1)),
        ("kernel: 3, stride: [3, 1]", (0, 0, 0, 0), (1, 2), (2, 0)),
        ("kernel: 3, padding: same", (1, 1, 1, 1), (5, 4), (0, 0)),
        ("kernel: [2, 4], padding: same", (0, 1, 1, 2), (5, 4), (0, 0)),
        ("kernel: 3, padding: 2", (2, 2, 2, 2), (7, 6), (0, 0)),
        ("kernel: 3, padding: {bottom: 1, left: 2}", (0, 1, 2, 0), (4, 4), (0, 0)),
    ],
)
def test_convolutions_with_their_sizes(
    text: str, sides: tuple[int, ...], size: tuple[int, int], lost: tuple[int, int]
) -> None:
    net = network(IMAGE, f"{{convolution: {{channels: 3, {text}}}}}")
    (layer,) = net.layers
    assert tuple(layer.setting(side) for side in ("top", "bottom", "left", "right")) == sides
    assert signals(net)[-1].shape == (3, *size)
    assert dropped(layer, input_signal(net)) == lost


@pytest.mark.parametrize(
    ("text", "size", "shape"),
    [
        ("kernel: 2, dilation: 3", (2, 1), (4, 2, 2, 2)),
        ("kernel: 3, dilation: [1, 2], padding: same", (5, 4), (4, 2, 3, 3)),
        ("kernel: 2, groups: 2", (4, 3), (4, 1, 2, 2)),
        ("kernel: 2, groups: depthwise", (4, 3), (4, 1, 2, 2)),
        ("kernel: [3, 2], stride: 2, transposed: true", (11, 8), (2, 4, 3, 2)),
        ("kernel: 3, stride: 2, padding: 1, beyond: 1, transposed: true", (10, 8), (2, 4, 3, 3)),
        ("kernel: 2, groups: 2, transposed: true", (6, 5), (2, 2, 2, 2)),
    ],
)
def test_convolutions_that_are_spread_grouped_or_transposed(
    text: str, size: tuple[int, int], shape: tuple[int, ...]
) -> None:
    net = network(IMAGE, f"{{convolution: {{channels: 4, {text}}}}}")
    assert signals(net)[-1].shape == (4, *size)
    assert net.layers[0].arrays_after(input_signal(net))[0].shape == shape


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("kernel: 3, dilation: 2", "problem.window_too_large", {"rows": 5, "width": 4}),
        ("kernel: 2, groups: 3", "problem.groups_divide", {"before": 2, "after": 3}),
        ("kernel: 2, groups: depthwise", "problem.groups_divide", {"groups": 2}),
        ("kernel: 2, beyond: 1", "problem.beyond_alone", {}),
        (
            "kernel: 2, stride: [3, 2], beyond: 2, transposed: true",
            "problem.beyond_stride", {},
        ),
        (
            "kernel: 1, padding: {left: 2, right: 2}, transposed: true",
            "problem.nothing_left", {"columns": 1, "width": 4},
        ),
        ("kernel: 2, groups: 0", "problem.found", {}),
        ("kernel: 2, groups: deep", "problem.found", {}),
        ("kernel: 2, dilation: 0", "problem.found", {}),
    ],
)  # fmt: skip
def test_what_no_convolution_can_be_is_told(text: str, key: str, told: dict[str, int]) -> None:
    with pytest.raises(ProblemError) as error:
        network(IMAGE, f"{{convolution: {{channels: 3, {text}}}}}")
    (mistake,) = error.value.mistakes
    assert mistake.key == key
    assert mistake.mark is not None
    assert told.items() <= dict(mistake.values).items()
    for language in languages():
        assert mistake.message(load_words(language).text)


def test_a_kernel_may_be_turned() -> None:
    (layer,) = network(IMAGE, "{convolution: {channels: 3, kernel: 2, flip: true}}").layers
    assert layer.setting("flip") == 1


@pytest.mark.parametrize(
    ("inputs", "channels", "weights"),
    [
        ("{height: 3, width: 3}", 1, "[[1, 2], [3, 4]]"),
        ("{height: 3, width: 3}", 1, "[[[[1, 2], [3, 4]]]]"),
        ("{height: 3, width: 3}", 2, "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]"),
        ("{channels: 2, height: 3, width: 3}", 1, "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]"),
    ],
)
def test_kernels_without_lists_of_one(inputs: str, channels: int, weights: str) -> None:
    text = f"{{convolution: {{channels: {channels}, kernel: 2}}, weights: {weights}, bias: none}}"
    numbers = dict(network(inputs, text).layers[0].arrays)["W"]
    assert isinstance(numbers, tuple)
    assert list(numbers) == list(range(1, len(numbers) + 1))


def test_pooling_and_flatten() -> None:
    net = network(
        IMAGE, "{pooling: {max: 2}}", "{pooling: {average: [2, 1], stride: 1}}", "flatten"
    )
    assert [layer.called for layer in net.layers] == ["max_pooling", "average_pooling", "flatten"]
    assert [signal.shape for signal in signals(net)] == [(2, 5, 4), (2, 2, 2), (2, 1, 2), (4,)]
    assert dropped(net.layers[0], input_signal(net)) == (1, 0)
    assert dropped(net.layers[2], signals(net)[2]) == (0, 0)
    (layer,) = network(IMAGE, "{pooling: {average: global}}").layers
    assert (layer.called, layer.units) == ("global_average", 2)


@pytest.mark.parametrize(
    ("layers", "key"),
    [
        (("{recurrent: {units: 1, initial_from: 2}}",), "problem.initial_from"),
        (("{recurrent: {units: 2, initial_from: 1}}",), "problem.initial_from"),
        (
            ("{recurrent: {units: 2}}", "{gru: {units: 1, initial_from: 2}}"),
            "problem.initial_from",
        ),
        (
            ("{recurrent: {units: 1}}", "{gru: {units: 1, initial_from: 2, initial: [0]}}"),
            "problem.initial_twice",
        ),
        (("{gru: {units: 1}, recurrent_bias: [0]}",), "problem.recurrent_bias"),
        (("{gru: {units: 1, reset: never}}",), "problem.unknown_choice"),
        (("{lstm: {units: 1, direction: up}}",), "problem.unknown_choice"),
        (("{lstm: {units: 1}, peepholes: {input: [1, 2], forget: [1], output: [1]}}",),
         "problem.row_count"),
    ],
)  # fmt: skip
def test_what_no_cell_can_be_is_told(layers: tuple[str, ...], key: str) -> None:
    with pytest.raises(ProblemError) as error:
        network(SEQUENCE, *layers)
    (mistake,) = error.value.mistakes
    assert mistake.key == key
    for language in languages():
        assert mistake.message(load_words(language).text)


@pytest.mark.parametrize(
    ("text", "steps", "ends"),
    [
        ("kernel: 2", 2, (0, 0)),
        ("kernel: 3, padding: same", 3, (1, 1)),
        ("kernel: 2, padding: same", 3, (0, 1)),
        ("kernel: 2, dilation: 2, padding: causal", 3, (2, 0)),
        ("kernel: 2, padding: {before: 1}, stride: 2", 2, (1, 0)),
    ],
)
def test_convolutions_over_time_with_their_sizes(
    text: str, steps: int, ends: tuple[int, int]
) -> None:
    net = network(SEQUENCE, f"{{convolution_1d: {{channels: 3, {text}}}}}")
    assert (signals(net)[-1].steps, signals(net)[-1].shape) == (steps, (3,))
    assert tuple(net.layers[0].setting(end) for end in ("before", "after")) == ends


@pytest.mark.parametrize("weights", ["[1, 2]", "[[1, 2]]", "[[[1, 2]]]"])
def test_kernels_over_time_without_lists_of_one(weights: str) -> None:
    text = f"{{convolution_1d: {{channels: 1, kernel: 2}}, weights: {weights}, bias: none}}"
    net = network("{steps: 3, units: 1}", text)
    assert dict(net.layers[0].arrays)["W"] == (1, 2)


@pytest.mark.parametrize(
    ("layer", "key"),
    [
        ("{convolution_1d: {channels: 1, kernel: 4}}", "problem.kernel_too_long"),
        ("{convolution_1d: {channels: 1, kernel: 2, dilation: 3}}", "problem.kernel_too_long"),
        ("{convolution_1d: {channels: 1, kernel: 2, padding: 2}}", "problem.only_padding"),
        ("{convolution_1d: {channels: 1, kernel: 2, groups: 2}}", "problem.groups_divide"),
        ("{convolution_1d: {channels: 1, kernel: 2, padding: full}}", "problem.found"),
        ("{convolution_1d: {channels: 1, kernel: 2}, weights: [[1, 2]]}",
         "problem.kernel_channels"),
        ("{convolution_1d: {channels: 1, kernel: 2}, weights: [[[1], [2]]]}",
         "problem.kernel_shape"),
        ("{over_time: least}", "problem.unknown_choice"),
        ("{additive_attention: {units: 1, keys_from: 2}}", "problem.keys_of_steps"),
        ("{fed_back: {units: 1, steps: 2}}", "problem.wrong_form"),
    ],
)  # fmt: skip
def test_what_no_layer_over_time_can_be_is_told(layer: str, key: str) -> None:
    with pytest.raises(ProblemError) as error:
        network(SEQUENCE, layer)
    (mistake,) = error.value.mistakes
    assert mistake.key == key
    for language in languages():
        assert mistake.message(load_words(language).text)


def test_a_recurrent_layer() -> None:
    text = (
        "{recurrent: {units: 1, returns: last, initial: [0.5]}, weights: [[1, 2]], "
        "recurrent_weights: [[3]], bias: [4]}"
    )
    net = network(SEQUENCE, text)
    (layer,) = net.layers
    assert dict(layer.arrays) == {"W": (1, 2), "R": (3,), "B": (4,), "H": (0.5,)}
    assert (layer.activation, signals(net)[-1].form) == ("tanh", "vector")


def test_gates_in_parts_or_drawn() -> None:
    text = (
        "{gru: {units: 1}, weights: {reset: [[1, 2]], update: [[3, 4]], candidate: [[5, 6]]}, "
        "recurrent_weights: {seed: 1, scale: 2}, bias: none}"
    )
    (layer,) = network(SEQUENCE, text).layers
    drawn = Generated(1, 2.0)
    assert dict(layer.arrays) == {
        "Wr": (1, 2), "Wz": (3, 4), "Wn": (5, 6), "Rr": drawn, "Rz": drawn, "Rn": drawn,
    }  # fmt: skip


def test_scale_and_shift() -> None:
    text = "{normalisation: {epsilon: 0.1}, weights: {scale: [1, 2], shift: {seed: 1, scale: 3}}}"
    (layer,) = network("2", text).layers
    assert dict(layer.arrays) == {"gamma": (1, 2), "B": Generated(1, 3.0)}
    assert dict(layer.settings) == {"epsilon": 0.1}
    assert dict(network("2", "normalisation").layers[0].settings) == {"epsilon": 1e-5}


@pytest.mark.parametrize(
    ("inputs", "samples", "rows"),
    [
        ("{height: 2, width: 2}", "[[1, 2], [3, 4]]", ((1, 2, 3, 4),)),
        ("{height: 2, width: 1}", "[[[1], [2]], [[3], [4]]]", ((1, 2), (3, 4))),
        ("{channels: 2, height: 1, width: 2}", "[[[1, 2]], [[3, 4]]]", ((1, 2, 3, 4),)),
        (
            "{channels: 2, height: 1, width: 1}",
            "[[[[1]], [[2]]], [[[3]], [[4]]]]",
            ((1, 2), (3, 4)),
        ),
    ],
)
def test_images(inputs: str, samples: str, rows: tuple[tuple[float, ...], ...]) -> None:
    net = network(inputs, "flatten", more=f"inputs: {samples}\nloss: none")
    assert (net.samples, net.sample_count) == (rows, len(rows))


def test_sequences_with_targets_at_every_step() -> None:
    more = "inputs: [[[1], [2]], [[3], [4]]]\ntargets: [[[5], [6]], [[7], [8]]]"
    net = network("{steps: 2, units: 1}", "{recurrent: {units: 1}}", more=more)
    assert (net.samples, net.targets) == (((1, 2), (3, 4)), ((5, 6), (7, 8)))
    assert (net.form, net.sizes, net.inputs) == ("sequence", (2, 1), 2)


def test_positions_are_one_sample() -> None:
    more = "inputs: [[1], [2]]\ntargets: [[3, 4], [5, 6]]"
    net = network("{positions: 2, units: 1}", "{attention: {keys: 3, values: 2}}", more=more)
    assert (net.samples, net.targets) == (((1, 2),), ((3, 4, 5, 6),))
    assert (net.layers[0].units, net.layers[0].setting("keys")) == (2, 3)


def test_values_by_identifier_in_any_array() -> None:
    places = [f'"W[1,1,1,{p},{q}]": {2 * p + q}' for p in (1, 2) for q in (1, 2)]
    more = f"  values: {{{', '.join(places)}, 'B[2,1]': 9}}\nloss: none"
    net = network("{height: 3, width: 3}", "{convolution: {channels: 1, kernel: 2}}", more=more)
    assert dict(net.layers[0].arrays) == {"W": (3, 4, 5, 6), "B": (9,)}


@pytest.mark.parametrize(
    ("text", "name", "parameters"),
    [
        ("gradient_descent", "gradient_descent", {}),
        ("momentum", "momentum", {"mu": 0.9, "form": "step"}),
        ("{momentum: {mu: 0.5, form: gradient}}", "momentum", {"mu": 0.5, "form": "gradient"}),
        ("{nesterov: {mu: 0}}", "nesterov", {"mu": 0, "form": "at_weight"}),
        ("rmsprop", "rmsprop", {"rho": 0.9, "epsilon": 1e-8, "epsilon_inside": False}),
        (
            "{adam: {beta1: 0.8, epsilon_inside: true}}",
            "adam",
            {"beta1": 0.8, "beta2": 0.999, "epsilon": 1e-8, "epsilon_inside": True},
        ),
    ],
)
def test_optimisers(text: str, name: str, parameters: dict[str, object]) -> None:
    found = graph(f"  optimiser: {text}").optimiser
    assert (found.name, dict(found.parameters)) == (name, parameters)
    assert network("1", "{units: 1}", more=f"optimiser: {text}").optimiser == found


def test_what_is_usual() -> None:
    assert graph("").optimiser == Optimiser()
    assert network("1", "{units: 1}").optimiser == Optimiser()

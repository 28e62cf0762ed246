"""Layers against PyTorch's own modules, in float64: what they hand on, and every gradient."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from bp_tutor.catalogue.layer import LAYERS
from bp_tutor.formula import Role
from bp_tutor.problem import Problem
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Network
from bp_tutor.problem.signals import arrays_of, signals
from bp_tutor.solve import solve
from tests.pytorch.needed import CLOSE, needs_torch

Torch = Any
Tensor = Any
Arrays = dict[str, Tensor]
"""The arrays of the layer by their letters, in the tutor's order: weights are (from, to).

Those of a third layer have that number behind: `W/3`.
"""
DRAWINGS = range(6)
"""How often each row's sizes, settings and numbers are drawn."""


class Draw:
    """Sizes, settings and numbers from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def count(self, low: int, high: int) -> int:
        """A whole number, `high` among them."""
        return int(self.random.integers(low, high + 1))

    def one_of(self, *choices: Any) -> Any:
        """One of these."""
        return choices[self.count(0, len(choices) - 1)]

    def numbers(self, *shape: int) -> Any:
        """Numbers between -1 and 1 as nested lists."""
        return self.random.uniform(-1, 1, shape).tolist()

    def seeded(self) -> dict[str, float]:
        """An array as a file draws it."""
        return {"seed": self.count(1, 10**6), "scale": 0.8}


class Case(NamedTuple):
    """A network of one layer as a file has it, or of several, and the same in PyTorch.

    `theirs` gets the samples with the sample as first axis (positions have none), and hands back
    what the layer hands on, in the same order of axes.
    """

    inputs: dict[str, int] | int
    layer: dict[str, Any] | str | list[Any]
    theirs: Callable[[Torch, Tensor, Arrays], Tensor]


def rows(draw: Draw) -> tuple[dict[str, int] | int, int]:
    """Inputs of any form that has its units in rows, and how many units."""
    units = draw.count(2, 4)
    several = draw.count(1, 3)
    form = draw.one_of(
        units, {"steps": several, "units": units}, {"positions": several, "units": units}
    )
    return form, units


def image(draw: Draw) -> dict[str, int]:
    return {
        "channels": draw.count(1, 3), "height": draw.count(4, 6), "width": draw.count(4, 6)
    }  # fmt: skip


def steps(draw: Draw) -> dict[str, int]:
    return {"steps": draw.count(1, 4), "units": draw.count(1, 3)}


def called(torch: Torch, module: Any, weights: Arrays, *inputs: Any) -> Any:
    """What a module makes of its inputs with these weights, so that gradients reach them."""
    given = {name: tensor for name, tensor in weights.items() if tensor is not None}
    return torch.func.functional_call(module.double(), given, inputs)


def linear(torch: Torch, x: Tensor, weights: Tensor, bias: Tensor | None) -> Tensor:
    module = torch.nn.Linear(*weights.shape, bias=bias is not None)
    row = None if bias is None else bias[0]
    return called(torch, module, {"weight": weights.T, "bias": row}, x)


def bias_of(draw: Draw) -> object:
    return draw.one_of("none", draw.seeded())


def dense(draw: Draw) -> Case:
    inputs, _ = rows(draw)
    units, activation = draw.count(1, 3), draw.one_of("Tanh", "Sigmoid", "ReLU")
    layer = {
        "units": units, "activation": activation.lower(), "weights": draw.seeded(),
        "bias": bias_of(draw),
    }  # fmt: skip

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        return getattr(torch.nn, activation)()(linear(torch, x, arrays["W"], arrays.get("B")))

    return Case(inputs, layer, theirs)


def window(draw: Draw) -> tuple[tuple[int, int], tuple[int, int]]:
    """A window's sides and strides."""
    return (draw.count(1, 3), draw.count(1, 3)), (draw.count(1, 2), draw.count(1, 2))


def convolution(draw: Draw, *, transposed: bool = False) -> Case:
    groups = draw.one_of(1, 1, 2, "depthwise")
    inputs, channels = image(draw), draw.count(1, 3)
    if groups == 2:
        inputs["channels"], channels = draw.one_of(2, 4), draw.one_of(2, 4)
    elif groups != 1:
        channels *= inputs["channels"]
    kernel, stride = window(draw)
    dilation = draw.count(1, 2), draw.count(1, 2)
    # PyTorch cuts off, or pads, as much before as behind.
    (down, across) = draw.count(0, 1), draw.count(0, 1)
    sides = {"top": down, "bottom": down, "left": across, "right": across}
    if not transposed:
        sides = {side: draw.count(0, 2) for side in ("left", "right", "top", "bottom")}
    flip = draw.one_of(True, False)
    settings = {
        "channels": channels, "kernel": kernel, "stride": stride, "padding": sides, "flip": flip,
        "dilation": dilation, "groups": groups, "transposed": transposed,
    }  # fmt: skip
    more: dict[str, Any] = {}
    if transposed:
        settings["beyond"] = [draw.count(0, by - 1) for by in stride]
        more = {"padding": (down, across), "output_padding": tuple(settings["beyond"])}
    layer = {
        "convolution": settings,
        "weights": draw.seeded(), "bias": bias_of(draw), "activation": "tanh",
    }  # fmt: skip
    if groups == "depthwise":
        groups = inputs["channels"]

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        bias = arrays.get("B")
        kind = torch.nn.ConvTranspose2d if transposed else torch.nn.Conv2d
        module = kind(
            inputs["channels"], channels, kernel, stride, groups=groups, dilation=dilation,
            bias=bias is not None, **more,
        )  # fmt: skip
        weights = arrays["W"].flip(2, 3) if flip else arrays["W"]
        padded = x if transposed else torch.nn.functional.pad(x, tuple(sides.values()))
        row = None if bias is None else bias.flatten()
        return torch.tanh(called(torch, module, {"weight": weights, "bias": row}, padded))

    return Case(inputs, layer, theirs)


def transposed_convolution(draw: Draw) -> Case:
    return convolution(draw, transposed=True)


def convolution_1d(draw: Draw) -> Case:
    groups = draw.one_of(1, 1, 2)
    inputs = {"steps": draw.count(3, 6), "units": groups * draw.count(1, 2)}
    channels, kernel = groups * draw.count(1, 2), draw.count(1, 3)
    stride, dilation = draw.count(1, 2), draw.one_of(1, 1, 2)
    more = (kernel - 1) * dilation
    padding, ends = draw.one_of(
        ("causal", (more, 0)), ("same", (more // 2, more - more // 2)),
        ({"before": more, "after": 1}, (more, 1)) if more else (0, (0, 0)),
    )  # fmt: skip
    layer = {
        "convolution_1d": {
            "channels": channels, "kernel": kernel, "stride": stride, "dilation": dilation,
            "groups": groups, "padding": padding,
        },
        "weights": draw.seeded(), "bias": bias_of(draw), "activation": "tanh",
    }  # fmt: skip

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        bias = arrays.get("B")
        module = torch.nn.Conv1d(
            inputs["units"], channels, kernel, stride, dilation=dilation, groups=groups,
            bias=bias is not None,
        )  # fmt: skip
        given = {"weight": arrays["W"], "bias": None if bias is None else bias[0]}
        padded = torch.nn.functional.pad(x.transpose(1, 2), ends)
        return torch.tanh(called(torch, module, given, padded)).transpose(1, 2)

    return Case(inputs, layer, theirs)


def pooling(draw: Draw) -> Case:
    way, module = draw.one_of(("max", "MaxPool2d"), ("average", "AvgPool2d"))
    sides, stride = window(draw)

    def theirs(torch: Torch, x: Tensor, _: Arrays) -> Tensor:
        return getattr(torch.nn, module)(sides, stride)(x)

    return Case(image(draw), {"pooling": {way: sides, "stride": stride}}, theirs)


def global_pooling(draw: Draw) -> Case:
    def theirs(torch: Torch, x: Tensor, _: Arrays) -> Tensor:
        return torch.nn.AdaptiveAvgPool2d(1)(x).flatten(1)

    return Case(image(draw), {"pooling": {"average": "global"}}, theirs)


def flatten(draw: Draw) -> Case:
    return Case(image(draw), "flatten", lambda torch, x, _: torch.nn.Flatten()(x))


RETURNED: dict[str, Callable[[Tensor], Tensor]] = {
    "all": lambda states: states,
    "last": lambda states: states[:, -1],
    "mean": lambda states: states.mean(1),
}
"""What a recurrent layer hands on, of all its states (samples, steps, units)."""


def parts(names: str, value: Callable[[], object]) -> Any:
    """A value for each gate; the one value where there are no gates."""
    return {name: value() for name in names.split()} if names else value()


def cell(draw: Draw, kind: str, gates: str, **more: Any) -> tuple[dict[str, Any], str]:
    """A recurrent layer as a file has it, with an initial state or without, and what it returns."""
    units, returns = draw.count(1, 3), draw.one_of(*RETURNED)
    settings: dict[str, Any] = {"units": units, "returns": returns, **more}
    for state in ("initial", *(["initial_cell"] if kind == "lstm" else [])):
        if draw.one_of(True, False):
            settings[state] = draw.numbers(units)
    layer = {
        kind: settings,
        "weights": parts(gates, draw.seeded),
        "recurrent_weights": parts(gates, draw.seeded),
        "bias": draw.one_of("none", parts(gates, draw.seeded)),
    }
    return layer, returns


def stacked_gates(torch: Torch, arrays: Arrays, gates: tuple[str, ...]) -> Arrays:
    """PyTorch's arrays: the gates below each other.

    Its second bias adds nothing, but to what is inside the reset gate of a GRU.
    """
    weights: Arrays = {
        "weight_ih_l0": torch.cat([arrays[f"W{gate}"].T for gate in gates]),
        "weight_hh_l0": torch.cat([arrays[f"R{gate}"].T for gate in gates]),
    }
    if f"B{gates[0]}" in arrays:
        weights["bias_ih_l0"] = torch.cat([arrays[f"B{gate}"][0] for gate in gates])
        zeros = torch.zeros_like(arrays[f"B{gates[0]}"][0])
        inside = [arrays["Bh"][0] if "Bh" in arrays and gate == "n" else zeros for gate in gates]
        weights["bias_hh_l0"] = torch.cat(inside)
    return weights


def states_of(
    torch: Torch, name: str, x: Tensor, arrays: Arrays, gates: tuple[str, ...], **more: Any
) -> Tensor:
    """All states of PyTorch's layer of that name, from the states at step 0."""
    units = arrays[f"R{gates[0]}"].shape[0]
    weights = stacked_gates(torch, arrays, gates)
    module = getattr(torch.nn, name)(
        x.shape[2], units, batch_first=True, bias="bias_ih_l0" in weights, **more
    )
    first = [arrays[letter].expand(1, len(x), units) for letter in "HC" if letter in arrays]
    states, _ = called(torch, module, weights, x, first[0] if len(first) == 1 else tuple(first))
    return states


def recurrent(draw: Draw) -> Case:
    layer, returns = cell(draw, "recurrent", "")
    activation = draw.one_of("tanh", "relu")
    layer["activation"] = activation

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        return RETURNED[returns](states_of(torch, "RNN", x, arrays, ("",), nonlinearity=activation))

    return Case(steps(draw), layer, theirs)


def lstm(draw: Draw) -> Case:
    layer, returns = cell(draw, "lstm", "input forget output candidate")

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        return RETURNED[returns](states_of(torch, "LSTM", x, arrays, ("i", "f", "g", "o")))

    return Case(steps(draw), layer, theirs)


Step = Callable[[Torch, Tensor, tuple[Tensor, ...], Arrays], tuple[Tensor, ...]]
"""From what enters at a step and the states before it to the states, the one handed on first."""


def unrolled(layer: dict[str, Any], returns: str, inputs: dict[str, int], step: Step) -> Case:
    """A layer that PyTorch has no module for, step by step."""

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        states = tuple(arrays[letter] for letter in "HC" if letter in arrays)
        found = []
        for now in range(x.shape[1]):
            states = step(torch, x[:, now], states, arrays)
            found.append(states[0])
        return RETURNED[returns](torch.stack(found, 1))

    return Case(inputs, layer, theirs)


def gate_sum(torch: Torch, x: Tensor, state: Tensor, arrays: Arrays, gate: str) -> Tensor:
    fresh = linear(torch, x, arrays[f"W{gate}"], arrays.get(f"B{gate}"))
    return fresh + linear(torch, state, arrays[f"R{gate}"], None)


def peepholes(draw: Draw) -> Case:
    layer, returns = cell(draw, "lstm", "input forget output candidate", peephole=True)
    layer["peepholes"] = parts("input forget output", draw.seeded)

    def step(torch: Torch, x: Tensor, states: tuple[Tensor, ...], arrays: Arrays) -> Any:
        state, kept = states
        sums = {gate: gate_sum(torch, x, state, arrays, gate) for gate in "ifog"}
        i, f = (torch.sigmoid(sums[gate] + arrays[f"P{gate}"] * kept) for gate in "if")
        kept = torch.addcmul(f * kept, i, torch.tanh(sums["g"]))
        o = torch.sigmoid(sums["o"] + arrays["Po"] * kept)
        return o * torch.tanh(kept), kept

    return unrolled(layer, returns, steps(draw), step)


def gru(draw: Draw) -> Case:
    """Cho et al. (2014): the reset gate before the matrix, which PyTorch's own has behind it."""
    update = draw.one_of("keeps", "renews")
    layer, returns = cell(draw, "gru", "reset update candidate", update=update)

    def step(torch: Torch, x: Tensor, states: tuple[Tensor, ...], arrays: Arrays) -> Any:
        (state,) = states
        reset, share = (torch.sigmoid(gate_sum(torch, x, state, arrays, gate)) for gate in "rz")
        candidate = torch.tanh(gate_sum(torch, x, reset * state, arrays, "n"))
        ends = (candidate, state) if update == "keeps" else (state, candidate)
        return (torch.lerp(*ends, share),)

    return unrolled(layer, returns, steps(draw), step)


def gru_of_pytorch(draw: Draw) -> Case:
    layer, returns = cell(draw, "gru", "reset update candidate", reset="after")
    if layer["bias"] != "none" and draw.one_of(True, False):
        layer["recurrent_bias"] = draw.seeded()

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        return RETURNED[returns](states_of(torch, "GRU", x, arrays, ("r", "z", "n")))

    return Case(steps(draw), layer, theirs)


def fed_back(draw: Draw) -> Case:
    outputs, units, times = draw.count(1, 3), draw.count(1, 3), draw.count(1, 4)
    settings: dict[str, Any] = {"units": units, "steps": times}
    if draw.one_of(True, False):
        settings["initial"] = draw.numbers(units)
    layer = {
        "fed_back": settings, "bias": bias_of(draw),
        **{f"{name}weights": draw.seeded() for name in ("", "recurrent_", "output_")},
    }  # fmt: skip
    if draw.one_of(True, False):
        layer["output_bias"] = draw.seeded()

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        weights = {
            name.removesuffix("_l0"): tensor
            for name, tensor in stacked_gates(torch, arrays, ("",)).items()
        }
        module = torch.nn.RNNCell(outputs, units, bias="bias_ih" in weights)
        state, found = arrays["H"].expand(len(x), units), []
        for _ in range(times):
            state = called(torch, module, weights, x, state)
            x = linear(torch, state, arrays["V"], arrays.get("Bv"))
            found.append(x)
        return torch.stack(found, 1)

    return Case(outputs, layer, theirs)


def over_time(draw: Draw) -> Case:
    way = draw.one_of("mean", "max")

    def theirs(torch: Torch, x: Tensor, _: Arrays) -> Tensor:
        pooled = torch.nn.AdaptiveAvgPool1d if way == "mean" else torch.nn.AdaptiveMaxPool1d
        return pooled(1)(x.transpose(1, 2))[:, :, 0]

    return Case(steps(draw), {"over_time": way}, theirs)


PARTS = {
    "RNN": ("recurrent", "", ("",)),
    "LSTM": ("lstm", "input forget output candidate", ("i", "f", "g", "o")),
    "GRU": ("gru", "reset update candidate", ("r", "z", "n")),
}
"""PyTorch's module: the kind of layer, its gates in a file, and PyTorch's order of them."""


def two_cells(draw: Draw, name: str, *, both_ways: bool) -> Case:
    """Two layers of a kind on each other, or over the same sequence, one each way."""
    kind, gates, order = PARTS[name]
    inputs, units, biased = steps(draw), draw.count(1, 3), draw.one_of(True, False)
    more = {"reset": "after"} if kind == "gru" else {}
    cells = [
        {
            kind: {"units": units, "initial": draw.numbers(units), **more},
            "weights": parts(gates, draw.seeded),
            "recurrent_weights": parts(gates, draw.seeded),
            "bias": parts(gates, draw.seeded) if biased else "none",
        }
        for _ in range(2)
    ]
    if both_ways:
        cells[1][kind]["direction"] = "backward"
        cells[1]["from"] = 1
    layers = [*cells, *([{"concatenate": [2, 3]}] if both_ways else [])]

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        second = {
            key.removesuffix("/3"): tensor for key, tensor in arrays.items() if key[-2:] == "/3"
        }
        weights = stacked_gates(torch, arrays, order)
        end = "_l0_reverse" if both_ways else "_l1"
        weights |= {
            key.replace("_l0", end): tensor
            for key, tensor in stacked_gates(torch, second, order).items()
        }
        settings = {"bidirectional": True} if both_ways else {"num_layers": 2}
        module = getattr(torch.nn, name)(
            x.shape[2], units, batch_first=True, bias=biased, **settings
        )
        first = [
            torch.stack([each[letter].expand(len(x), units) for each in (arrays, second)])
            for letter in "HC"
            if letter in arrays
        ]
        states, _ = called(torch, module, weights, x, first[0] if len(first) == 1 else tuple(first))
        return states

    return Case(inputs, layers, theirs)


def stacked(draw: Draw) -> Case:
    return two_cells(draw, draw.one_of(*PARTS), both_ways=False)


def bidirectional(draw: Draw) -> Case:
    return two_cells(draw, draw.one_of(*PARTS), both_ways=True)


def encoder_and_decoder(draw: Draw) -> Case:
    """A layer that begins in the last state of another one of its kind."""
    name = draw.one_of("RNN", "GRU")
    kind, gates, order = PARTS[name]
    units, features, source, told = (draw.count(1, 3) for _ in range(4))
    more = {"reset": "after"} if kind == "gru" else {}
    cells = [
        {
            kind: {"units": units, **more, **own},
            "weights": parts(gates, draw.seeded),
            "recurrent_weights": parts(gates, draw.seeded),
            "bias": parts(gates, draw.seeded),
        }
        for own in ({"returns": "last"}, {"initial_from": 3})
    ]
    ends = ({"first": 1, "last": source}, {"first": source + 1})
    cuts = [{"slice": {"of": "steps", **end}} for end in ends]
    layers = [cuts[0], cells[0], cuts[1] | {"from": 1}, cells[1]]

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        state = torch.zeros(1, len(x), units, dtype=torch.float64)
        states = state
        for sequence, number in ((x[:, :source], 3), (x[:, source:], 5)):
            own = {
                key.removesuffix(f"/{number}"): tensor
                for key, tensor in arrays.items()
                if key.endswith(f"/{number}")
            }
            module = getattr(torch.nn, name)(features, units, batch_first=True)
            weights = stacked_gates(torch, own, order)
            states, state = called(torch, module, weights, sequence, state)
        return states

    return Case({"steps": source + told, "units": features}, layers, theirs)


def additive_attention(draw: Draw) -> Case:
    """Keys are the inputs themselves; PyTorch has no module for it."""
    layer = {
        "additive_attention": {"units": draw.count(1, 3), "keys_from": 1},
        "weights": parts("query key score", draw.seeded),
    }

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        query, key = (linear(torch, x, arrays[f"W{part}"], None) for part in "qk")
        bent = torch.tanh(query[:, :, None] + key[:, None])
        scores = linear(torch, bent, arrays["Ws"], None)[..., 0]
        return torch.nn.Softmax(dim=2)(scores) @ x

    return Case(steps(draw), layer, theirs)


def swiglu(draw: Draw) -> Case:
    inputs, _ = rows(draw)
    bias = draw.one_of("none", parts("gate value", draw.seeded))
    weights = parts("gate value", draw.seeded)
    layer = {"swiglu": {"units": draw.count(1, 3)}, "weights": weights, "bias": bias}

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        gate, value = (
            linear(torch, x, arrays[f"W{part}"], arrays.get(f"B{part}")) for part in "gv"
        )
        return torch.nn.SiLU()(gate) * value

    return Case(inputs, layer, theirs)


def attention(draw: Draw) -> Case:
    inputs = {"positions": draw.count(1, 4), "units": draw.count(1, 3)}
    layer = {
        "attention": {"keys": draw.count(1, 3), "values": draw.count(1, 3)},
        "weights": parts("query key value", draw.seeded),
    }

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        return torch.nn.functional.scaled_dot_product_attention(
            *(linear(torch, x, arrays[f"W{part}"], None)[None] for part in "qkv")
        )[0]

    return Case(inputs, layer, theirs)


def multi_head_attention(draw: Draw) -> Case:
    """With its masks, and the inputs' own biases and projection."""
    heads, size = draw.count(2, 3), draw.count(1, 2)
    width, positions = heads * size, draw.count(2, 4)
    causal, padded = draw.one_of(True, False), draw.one_of([], [positions])
    biased = draw.one_of(True, False)
    of_parts = "query key value output"
    layer = {
        "attention": {
            "heads": heads, "keys": width, "values": width, "output": width,
            "causal": causal, "padded": padded,
        },
        "weights": parts(of_parts, draw.seeded),
        "bias": parts(of_parts, draw.seeded) if biased else "none",
    }  # fmt: skip

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        def together(letter: str, axis: int) -> Tensor:
            return torch.cat([arrays[f"{letter}{head}"] for head in range(1, heads + 1)], axis)

        given = {
            "in_proj_weight": torch.cat([together(f"W{part}", 1).T for part in "qkv"]),
            "out_proj.weight": together("Wo", 0).T,
        }
        if biased:
            given["in_proj_bias"] = torch.cat([together(f"B{part}", 1)[0] for part in "qkv"])
            given["out_proj.bias"] = arrays["Bo"][0]
        module = torch.nn.MultiheadAttention(width, heads, bias=biased).double()
        hidden = torch.ones(positions, positions, dtype=torch.bool).triu(1) if causal else None
        padding = torch.tensor([[place + 1 in padded for place in range(positions)]])
        more = {"attn_mask": hidden, "key_padding_mask": padding, "need_weights": False}
        rows = x[:, None]
        found, _ = torch.func.functional_call(module, given, (rows, rows, rows), more)
        return found[:, 0]

    return Case({"positions": positions, "units": width}, layer, theirs)


def cross_attention(draw: Draw) -> Case:
    """Keys and values from another layer, here from the inputs themselves."""
    inputs = {"positions": draw.count(1, 4), "units": draw.count(1, 3)}
    layer = {
        "attention": {"keys": draw.count(1, 3), "values": draw.count(1, 3), "keys_from": 1},
        "weights": parts("query key value", draw.seeded),
        "bias": parts("query key value", draw.seeded),
    }

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        return torch.nn.functional.scaled_dot_product_attention(
            *(linear(torch, x, arrays[f"W{part}"], arrays[f"B{part}"])[None] for part in "qkv")
        )[0]

    return Case(inputs, layer, theirs)


def normalisation(draw: Draw) -> Case:
    inputs, units = rows(draw)
    epsilon = draw.one_of(1e-5, 0.1)
    weights = {"scale": draw.numbers(units), "shift": draw.numbers(units)}
    layer = {"normalisation": {"epsilon": epsilon}, "weights": weights}

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        given = {"weight": arrays["gamma"][0], "bias": arrays["B"][0]}
        return called(torch, torch.nn.LayerNorm(units, eps=epsilon), given, x)

    return Case(inputs, layer, theirs)


def normalised(draw: Draw, kind: str, **more: Any) -> tuple[Any, dict[str, Any], int]:
    """Inputs with an even number of units or channels, the layer, and that number."""
    count = 2 * draw.count(1, 2)
    inputs = draw.one_of(count, {"channels": count, "height": 2, "width": draw.count(2, 3)})
    weights = {"scale": draw.numbers(count), "shift": draw.numbers(count)}
    layer = {"normalisation": {"kind": kind, "epsilon": 0.01, **more}, "weights": weights}
    return inputs, layer, count


def batch_normalisation(draw: Draw) -> Case:
    inputs, layer, _ = normalised(draw, "batch")

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        given = arrays["gamma"].flatten(), arrays["B"].flatten()
        return torch.nn.functional.batch_norm(x, None, None, *given, training=True, eps=0.01)

    return Case(inputs, layer, theirs)


def batch_at_inference(draw: Draw) -> Case:
    inputs, layer, count = normalised(draw, "batch", inference=True)
    layer["normalisation"]["running"] = {
        "mean": draw.numbers(count), "variance": [abs(each) for each in draw.numbers(count)]
    }  # fmt: skip

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        kept = (arrays[letter].detach().flatten() for letter in ("Mr", "Sr"))
        given = [*kept, *(arrays[letter].flatten() for letter in ("gamma", "B"))]
        return torch.nn.functional.batch_norm(x, *given, training=False, eps=0.01)

    return Case(inputs, layer, theirs)


def group_normalisation(draw: Draw) -> Case:
    inputs, layer, count = normalised(draw, "group", groups=2)

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        given = {"weight": arrays["gamma"].flatten(), "bias": arrays["B"].flatten()}
        return called(torch, torch.nn.GroupNorm(2, count, eps=0.01), given, x)

    return Case(inputs, layer, theirs)


def rms_normalisation(draw: Draw) -> Case:
    inputs, units = rows(draw)
    layer = {"normalisation": {"kind": "rms"}, "weights": {"scale": draw.numbers(units)}}

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        module = torch.nn.RMSNorm(units, eps=1e-5)
        return called(torch, module, {"weight": arrays["gamma"][0]}, x)

    return Case(inputs, layer, theirs)


def dropout(draw: Draw) -> Case:
    """PyTorch draws its mask by itself, so ours is put in its place."""
    units, p = draw.count(2, 4), draw.one_of(0.0, 0.25, 0.5)

    def theirs(_: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        return x * arrays["M"] / (1 - p)

    return Case(units, {"dropout": {"p": p, "seed": draw.count(0, 99)}}, theirs)


def dropout_by_a_given_mask(draw: Draw) -> Case:
    """One mask for every sample, or a row of it for each position."""
    units, positions = draw.count(2, 4), draw.one_of(0, 3)
    inputs = {"positions": positions, "units": units} if positions else units
    mask = [[draw.count(0, 1) for _ in range(units - 1)] + [1] for _ in range(positions or 1)]

    def theirs(torch: Torch, x: Tensor, _: Arrays) -> Tensor:
        return x * torch.tensor(mask, dtype=torch.float64) / (1 - 0.25)

    given = mask if positions else mask[0]
    return Case(inputs, {"dropout": {"p": 0.25, "mask": given}}, theirs)


def dropout_at_inference(draw: Draw) -> Case:
    def theirs(torch: Torch, x: Tensor, _: Arrays) -> Tensor:
        return torch.nn.Dropout(0.5).eval()(x)

    return Case(draw.count(1, 4), {"dropout": {"p": 0.5, "inference": True}}, theirs)


def embedding(draw: Draw) -> Case:
    """Its module takes numbers of tokens; the same rows are picked by numbers that are no zeros."""
    inputs, _ = rows(draw)
    layer = {"embedding": {"units": draw.count(1, 3)}, "weights": draw.seeded()}

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        every = torch.arange(x.shape[-1])
        table = torch.nn.functional.embedding(every, arrays["W"])
        return x @ table

    return Case(inputs, layer, theirs)


def positional(draw: Draw) -> Case:
    positions, units = draw.count(1, 4), draw.count(1, 3)
    layer = {"positional": {}, "weights": draw.numbers(positions, units)}

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        every = torch.arange(positions)
        return x + torch.nn.functional.embedding(every, arrays["Pe"])

    return Case({"positions": positions, "units": units}, layer, theirs)


def prelu(draw: Draw) -> Case:
    inputs, units = rows(draw)

    def theirs(torch: Torch, x: Tensor, arrays: Arrays) -> Tensor:
        # Its module takes the second axis for the units.
        flat = x.reshape(-1, units)
        bent = called(torch, torch.nn.PReLU(units), {"weight": arrays["alpha"][0]}, flat)
        return bent.reshape(x.shape)

    return Case(inputs, {"prelu": {}, "slopes": draw.seeded()}, theirs)


def activate(draw: Draw) -> Case:
    inputs, of, _ = signal(draw)
    name = draw.one_of("GELU", "Sigmoid", "ELU", *["Softmax"] * (of == "units"))
    alpha = {"alpha": 0.3} if name == "ELU" else {}
    layer = {"activate": {"elu": alpha} if alpha else name.lower()}
    settings = {"dim": -1} if name == "Softmax" else alpha
    return Case(inputs, layer, lambda torch, x, _: getattr(torch.nn, name)(**settings)(x))


def signal(draw: Draw) -> tuple[dict[str, int] | int, str, int]:
    """Inputs of any form, and in PyTorch the axis of units or channels, with how many there are."""
    if draw.one_of(True, False):
        inputs, units = rows(draw)
        return inputs, "units", units
    several = image(draw)
    return several, "channels", several["channels"]


def add(draw: Draw) -> Case:
    inputs, *_ = signal(draw)
    activation = draw.one_of("Tanh", "Identity")
    layer = {"add": [1] * draw.count(2, 3), "activation": activation.lower()}

    def theirs(torch: Torch, x: Tensor, _: Arrays) -> Tensor:
        return getattr(torch.nn, activation)()(torch.stack([x] * len(layer["add"])).sum(0))

    return Case(inputs, layer, theirs)


def concatenate(draw: Draw) -> Case:
    inputs, of, _ = signal(draw)
    several = [1] * draw.count(2, 3)
    axis = 1 if of == "channels" else -1
    return Case(
        inputs, {"concatenate": several}, lambda torch, x, _: torch.cat([x] * len(several), axis)
    )


def slice_of(draw: Draw) -> Case:
    inputs, of, count = signal(draw)
    first = draw.count(1, count)
    last = draw.count(first, count)
    axis = 1 if of == "channels" else -1
    return Case(
        inputs,
        {"slice": {"of": of, "first": first, "last": last}},
        lambda torch, x, _: torch.narrow(x, axis, first - 1, last - first + 1),
    )


CALLED: dict[str, tuple[Callable[[Draw], Case], ...]] = {
    "dense": (dense,),
    "convolution": (convolution, transposed_convolution),
    "convolution_1d": (convolution_1d,),
    "pooling": (pooling, global_pooling),
    "flatten": (flatten,),
    "recurrent": (recurrent, stacked, bidirectional),
    "lstm": (lstm, peepholes),
    "gru": (gru, gru_of_pytorch, encoder_and_decoder),
    "fed_back": (fed_back,),
    "over_time": (over_time,),
    "swiglu": (swiglu,),
    "additive_attention": (additive_attention,),
    "attention": (attention, multi_head_attention, cross_attention),
    "normalisation": (
        normalisation,
        batch_normalisation,
        batch_at_inference,
        group_normalisation,
        rms_normalisation,
    ),
    "activate": (activate,),
    "prelu": (prelu,),
    "dropout": (dropout, dropout_by_a_given_mask, dropout_at_inference),
    "embedding": (embedding,),
    "positional": (positional,),
    "add": (add,),
    "concatenate": (concatenate,),
    "slice": (slice_of,),
}
"""Each kind of layer in PyTorch, in one way or in several."""


def test_every_layer_is_compared() -> None:
    missing = LAYERS.keys() - CALLED.keys()
    assert not missing, f"give {missing} a row in CALLED in tests/pytorch/test_layers.py"


def network_of(case: Case, x: object, *more: str, **keys: object) -> Network:
    """The network that a file describes."""
    layers = [*(case.layer if isinstance(case.layer, list) else [case.layer]), *more]
    network = {"inputs": case.inputs, "weight_order": "from-to", "layers": layers}
    read = read_problem(json.dumps({"network": network, "inputs": x, **keys})).network
    assert read
    return read


@needs_torch
@pytest.mark.parametrize("seed", DRAWINGS)
@pytest.mark.parametrize("way", [way for ways in CALLED.values() for way in ways])
def test_values_and_gradients_are_pytorch_s(way: Callable[[Draw], Case], seed: int) -> None:
    torch = import_module("torch")
    draw = Draw(seed)
    case = way(draw)
    sizes = case.inputs if isinstance(case.inputs, dict) else {"units": case.inputs}
    at_once = "positions" in sizes
    samples = 1 if at_once else draw.count(2, 3)
    shape = tuple(sizes.values())
    x = draw.numbers(*shape) if at_once else draw.numbers(samples, *shape)
    network = network_of(case, x, loss="none")
    # No loss compares images, so they are put in a row.
    image = signals(network)[-1].form == "image"
    loss = {"name": "half_squared_error", "samples": "sum"}
    network = network_of(
        case, x, *["flatten"] * image, loss=loss, targets=draw.seeded(), gradients_of_inputs=True
    )
    run = solve(Problem(Path("case.yaml"), network=network)).runs[0]

    def tensor(name: str) -> Tensor:
        quantity = run.program.model.quantity(name)
        return torch.tensor(run.values[quantity], dtype=torch.float64).reshape(quantity.shape)

    names = {
        array.key + (f"/{number}" if number > 2 else ""): array.quantity(number).name
        for number, arrays in enumerate(arrays_of(network), 2)
        for array in arrays
    }
    arrays = {letter: tensor(name).requires_grad_() for letter, name in names.items()}
    entering = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    found = case.theirs(torch, entering, arrays)
    outputs = [tensor(quantity.name) for quantity in run.program.model.outputs]
    ours = torch.stack(outputs, 1) if len(outputs) > 1 else outputs[0].reshape(found.shape[0], -1)
    theirs = found if len(outputs) > 1 else found.reshape(found.shape[0], -1)
    assert torch.allclose(ours, theirs, rtol=CLOSE, atol=CLOSE)
    targets = [
        tensor(quantity.name)
        for quantity in run.program.model.given
        if quantity.role is Role.TARGET
    ]
    aims = torch.stack(targets, 1) if len(targets) > 1 else targets[0]
    (((theirs - aims.reshape(theirs.shape)) ** 2).sum() / 2).backward()
    for quantity in run.program.model.wanted:
        letters = [letter for letter, name in names.items() if name == quantity.name]
        if letters:
            right = arrays[letters[0]].grad
        else:
            right = entering.grad
            if quantity.step is not None:
                right = right[:, quantity.step - 1]
        # What nothing rests on has no derivative there.
        gradient = run.values.get(quantity.as_kind("d"), (0.0,) * quantity.size)
        assert gradient == pytest.approx(right.flatten().tolist(), rel=CLOSE, abs=CLOSE)


TOKENS = ((3, 1, 4), (2, 2, 3))


@needs_torch
@pytest.mark.parametrize("form", ["steps", "positions", "units"])
def test_numbers_of_tokens_are_looked_up_as_pytorch_does(form: str) -> None:
    """PyTorch counts tokens from 0; a row that is never asked for has the gradient 0."""
    torch = import_module("torch")
    table = Draw(1).numbers(4, 2)
    tokens = {"steps": TOKENS, "positions": TOKENS[0], "units": [[each] for each in TOKENS[0]]}
    rows = torch.tensor(tokens[form]) - 1
    inputs = {"vocabulary": 4, **({} if form == "units" else {form: 3})}
    file = {
        "network": {
            "inputs": inputs, "weight_order": "from-to",
            "layers": [{"embedding": {"units": 2}, "weights": table}],
        },
        "inputs": tokens[form], "targets": Draw(2).numbers(*rows.squeeze(-1).shape, 2),
        "loss": {"name": "half_squared_error", "samples": "sum"}, "learning_rate": 0.1,
    }  # fmt: skip
    module = torch.nn.Embedding(4, 2).double()
    module.weight = torch.nn.Parameter(torch.tensor(table, dtype=torch.float64))
    aims = torch.tensor(file["targets"], dtype=torch.float64)
    total = ((module(rows.squeeze(-1)) - aims) ** 2).sum() / 2
    total.backward()
    run = solve(read_problem(json.dumps(file))).runs[0]
    assert run.step("L").value == pytest.approx((total.item(),), rel=CLOSE)
    right = module.weight.grad.flatten().tolist()
    assert run.step("dW[1]").value == pytest.approx(right, rel=CLOSE, abs=CLOSE)


@needs_torch
@pytest.mark.parametrize("momentum", [0.1, 0.3])
def test_running_values_are_those_of_pytorch(momentum: float) -> None:
    torch = import_module("torch")
    draw = Draw(3)
    x, mean, scale, shift = (draw.numbers(*shape) for shape in ((4, 2), (2,), (2,), (2,)))
    layer = {
        "normalisation": {
            "kind": "batch", "momentum": momentum, "epsilon": 0.01,
            "running": {"mean": mean, "variance": [0.5, 2]},
        },
        "weights": {"scale": scale, "shift": shift},
    }  # fmt: skip
    file = {
        "network": {"inputs": 2, "weight_order": "from-to", "layers": [layer]}, "inputs": x,
        "targets": draw.numbers(4, 2), "loss": "half_squared_error", "learning_rate": 0.1,
    }  # fmt: skip
    module = torch.nn.BatchNorm1d(2, eps=0.01, momentum=momentum).double()
    state = {"running_mean": mean, "running_var": [0.5, 2.0], "weight": scale, "bias": shift}
    begun = {name: torch.tensor(each, dtype=torch.float64) for name, each in state.items()}
    module.load_state_dict(begun, strict=False)
    optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
    entering, aims = (torch.tensor(file[key], dtype=torch.float64) for key in ("inputs", "targets"))
    for run in solve(read_problem(json.dumps(file)), 3).runs:
        optimiser.zero_grad()
        (((module(entering) - aims) ** 2).sum() / 2 / 4).backward()
        optimiser.step()
        kept = (("Mr'[2]", "running_mean"), ("Sr'[2]", "running_var"), ("gamma'[2]", "weight"))
        for step, key in kept:
            right = module.state_dict()[key].tolist()
            assert run.step(step).value == pytest.approx(right, rel=CLOSE, abs=CLOSE), step

"""Modules of `torch.nn` as layers of a problem file, a row for each class.

Weights of PyTorch stand as (to, from), those of the file as from-to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.torch_numbers import numbers_of
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

Content = dict[str, Any]
"""A layer as a file has it."""


class Called(Frozen):
    """A module where the graph calls it."""

    module: Any
    name: str
    """What a message calls it: `torch.nn.Linear (layers.0)`."""
    shape: tuple[int, ...]
    """The shape of what reaches it, samples first."""
    trained: frozenset[int]
    """The parameters that are updated, by `id`."""
    updates: bool
    """Whether there is an optimiser."""

    def only(self, **expected: Any) -> None:
        """Refuse settings that are not these, which are all that a layer here can be.

        Raises:
            RefusalError: with the first that is another one.
        """
        for key, value in expected.items():
            found = getattr(self.module, key, value)
            if found != value:
                raise self.refusal(key, found)

    def refusal(self, key: str, found: object) -> RefusalError:
        """That a setting has nothing here."""
        return RefusalError("torch.setting", name=self.name, setting=key, value=shown(str(found)))

    def pair(self, key: str) -> list[int]:
        """A setting for both sides of an image; of a sequence, which is one row, for that."""
        return sides(getattr(self.module, key), 1 if len(self.shape) == 3 else 2, fill=1)

    def frozen(self, content: Content, weights: Iterable[Any], bias: Any = None) -> Content:
        """The layer, said to be frozen as far as its parameters are not updated.

        Raises:
            RefusalError: only some of its weights are.
        """
        kept = {id(each) in self.trained for each in weights}
        with_bias = {*kept, id(bias) in self.trained} if bias is not None else kept
        if with_bias == {False}:
            return {**content, "frozen": True}
        if kept == {True} and with_bias != {True} and isinstance(content["bias"], list):
            return {**content, "bias": {"values": content["bias"], "frozen": True}}
        if len(with_bias) > 1:
            raise RefusalError("torch.half_frozen", name=self.name)
        return content


def sides(value: Any, count: int, *, fill: int) -> list[int]:
    """Rows and columns of a setting that is one number for both, or one for each."""
    found = [*value] if isinstance(value, Sequence) else [value] * count
    return [fill, *found] if count == 1 else found


def turned(tensor: Any) -> Any:
    """A matrix (to, from) as from-to."""
    return numbers_of(tensor.t())


def _bias(bias: Any) -> Any:
    return "none" if bias is None else numbers_of(bias)


def _linear(call: Called) -> list[Content]:
    module = call.module
    content = {
        "units": module.out_features,
        "weights": turned(module.weight),
        "bias": _bias(module.bias),
    }
    return [call.frozen(content, [module.weight], module.bias)]


def _padding(call: Called) -> Any:
    padding = call.module.padding
    if isinstance(padding, str):
        return "same" if padding == "same" else 0
    count = 1 if len(call.shape) == 3 else 2
    down, across = sides(padding, count, fill=0)
    return {"top": down, "bottom": down, "left": across, "right": across}


def _convolution(call: Called, *, transposed: bool = False) -> list[Content]:
    module = call.module
    call.only(padding_mode="zeros")
    kernels = module.weight if module.weight.dim() == 4 else module.weight.unsqueeze(2)
    own: Content = {"channels": module.out_channels, "kernel": call.pair("kernel_size")}
    if call.pair("stride") != [1, 1]:
        own["stride"] = call.pair("stride")
    if module.padding not in ("valid", 0, (0,), (0, 0)):
        own["padding"] = _padding(call)
    if call.pair("dilation") != [1, 1]:
        own["dilation"] = call.pair("dilation")
    if module.groups > 1:
        own["groups"] = module.groups
    if transposed:
        own["transposed"] = True
        beyond = sides(module.output_padding, 1 if len(call.shape) == 3 else 2, fill=0)
        if any(beyond):
            own["beyond"] = beyond
    content = {"convolution": own, "weights": numbers_of(kernels), "bias": _bias(module.bias)}
    return [call.frozen(content, [module.weight], module.bias)]


def _transposed(call: Called) -> list[Content]:
    return _convolution(call, transposed=True)


def _pooling(call: Called, way: str) -> list[Content]:
    nothing = (0, (0,), (0, 0))
    for key, usual in (("padding", nothing), ("dilation", (1, (1,), (1, 1)))):
        found = getattr(call.module, key, usual[0])
        if found not in usual:
            raise call.refusal(key, found)
    call.only(ceil_mode=False, return_indices=False, divisor_override=None)
    return [{"pooling": {way: call.pair("kernel_size"), "stride": call.pair("stride")}}]


def _global_average(call: Called) -> list[Content]:
    size = call.module.output_size
    if size not in (1, (1,), (1, 1)):
        raise call.refusal("output_size", size)
    return [{"pooling": {"average": "global"}}]


def _normalised(call: Called, own: Content, scale: Any, shift: Any, units: int) -> list[Content]:
    """A normalisation with its scale and shift; without them it has 1 and 0 and keeps them."""
    rms = own.get("kind") == "rms"
    weights = {"scale": [1.0] * units if scale is None else numbers_of(scale)}
    if not rms:
        weights["shift"] = [0.0] * units if shift is None else numbers_of(shift)
    content = {"normalisation": own, "weights": weights}
    parts = [part for part in (scale, shift) if part is not None]
    if not parts:
        return [{**content, "frozen": True}]
    if len(parts) < 2 - rms and any(id(part) in call.trained for part in parts):
        raise RefusalError("torch.half_frozen", name=call.name)
    return [call.frozen(content, parts)]


def _of_units(call: Called, kind: str) -> list[Content]:
    """Layer and RMS normalisation, of the last axis."""
    module = call.module
    if len(module.normalized_shape) != 1:
        raise call.refusal("normalized_shape", tuple(module.normalized_shape))
    epsilon = module.eps
    if epsilon is None:
        import numpy as np

        short = "32" in str(getattr(module.weight, "dtype", ""))
        epsilon = float(np.finfo(np.float32 if short else np.float64).eps)
    own = {"epsilon": epsilon, **({"kind": kind} if kind != "layer" else {})}
    (units,) = module.normalized_shape
    return _normalised(call, own, module.weight, getattr(module, "bias", None), units)


def _batch(call: Called) -> list[Content]:
    module = call.module
    call.only(track_running_stats=True)
    if module.momentum is None:
        raise call.refusal("momentum", None)
    own = {
        "kind": "batch",
        "epsilon": module.eps,
        "momentum": module.momentum,
        "running": {
            "mean": numbers_of(module.running_mean),
            "variance": numbers_of(module.running_var),
        },
        **({} if module.training else {"inference": True}),
    }
    return _normalised(call, own, module.weight, module.bias, module.num_features)


def _groups(call: Called) -> list[Content]:
    module = call.module
    own = {"kind": "group", "epsilon": module.eps, "groups": module.num_groups}
    return _normalised(call, own, module.weight, module.bias, module.num_channels)


def _prelu(call: Called) -> list[Content]:
    slopes, units = call.module.weight, call.shape[-1]
    if slopes.numel() != units:
        raise call.refusal("num_parameters", slopes.numel())
    return [call.frozen({"prelu": None, "slopes": numbers_of(slopes)}, [slopes])]


def _embedding(call: Called) -> list[Content]:
    module = call.module
    call.only(padding_idx=None, max_norm=None, scale_grad_by_freq=False)
    content = {
        "embedding": {"units": module.embedding_dim},
        "weights": numbers_of(module.weight),
    }
    return [call.frozen(content, [module.weight])]


def _dropout(call: Called) -> list[Content]:
    """Nothing, where it lets everything through."""
    if call.module.training and call.module.p:
        raise RefusalError("torch.dropout", name=call.name)
    return []


def _flatten(call: Called) -> list[Content]:
    """An image in a row; what is a row already stays."""
    module, last = call.module, len(call.shape) - 1
    if module.start_dim not in (1, -last) or module.end_dim not in (last, -1):
        raise call.refusal("start_dim", module.start_dim)
    return [{"flatten": None}] if last > 1 else []


GATES = {
    "RNN": ("recurrent", ("",)),
    "LSTM": ("lstm", ("input", "forget", "candidate", "output")),
    "GRU": ("gru", ("reset", "update", "candidate")),
}
"""Recurrent modules: the kind of layer, and its gates in PyTorch's order."""


def recurrent(call: Called, depth: int, *, backward: bool) -> Content:
    """One layer of a recurrent module, one way through time, handing on all states.

    PyTorch has two biases for each sum, of which the layer has the one that they add up to.

    Raises:
        RefusalError: it has a setting that a layer here has not.
    """
    module = call.module
    kind, gates = GATES[type(module).__name__]
    suffix = f"_l{depth}{'_reverse' if backward else ''}"

    def part(name: str) -> Any:
        return getattr(module, f"{name}{suffix}", None)

    def cut(tensor: Any, *, matrix: bool) -> Any:
        pieces = tensor.chunk(len(gates))
        found = [turned(piece) if matrix else numbers_of(piece) for piece in pieces]
        return found[0] if gates == ("",) else dict(zip(gates, found, strict=True))

    weights, states = part("weight_ih"), part("weight_hh")
    first, second = part("bias_ih"), part("bias_hh")
    own: Content = {"units": module.hidden_size}
    if backward:
        own["direction"] = "backward"
    if kind == "gru":
        own["reset"] = "after"
    content: Content = {
        kind: own,
        "weights": cut(weights, matrix=True),
        "recurrent_weights": cut(states, matrix=True),
        "bias": "none",
    }
    if kind == "recurrent":
        content["activation"] = module.nonlinearity
    moved = [weights, states]
    if first is not None:
        moved += _added_biases(call, content, first, second, cut)
    return call.frozen(content, moved)


def _added_biases(
    call: Called, content: Content, first: Any, second: Any, cut: Callable[..., Any]
) -> list[Any]:
    """Put the biases into the layer; the parameters that stand for them."""
    updated = [each for each in (first, second) if id(each) in call.trained]
    of_gru = "gru" in content
    if of_gru and updated and len(updated) < 2:
        raise RefusalError("torch.half_frozen", name=call.name)
    if len(updated) > 1 and call.updates:
        raise RefusalError("torch.two_biases", name=call.name)
    if not of_gru:
        content["bias"] = cut(_sum(first, second), matrix=False)
        return updated or [first]
    # The reset gate of a GRU takes in the second bias of its candidate, which stays by itself.
    inside = second.chunk(3)[2]
    rest = second.clone().detach()
    rest[-len(inside) :] = 0
    content["bias"] = cut(_sum(first, rest), matrix=False)
    content["recurrent_bias"] = numbers_of(inside)
    return [first]


def _sum(first: Any, second: Any) -> Any:
    """Two biases as one, in float64 where one of them is not 0, so that no digit is lost."""
    return first.detach().double() + second.detach().double() if second.any() else first


def attention(call: Called, keys_from: int | None) -> Content:
    """Attention with heads, of what reaches it to itself or to another layer."""
    module = call.module
    call.only(batch_first=True, bias_k=None, bias_v=None, add_zero_attn=False)
    if module.in_proj_weight is None:
        raise call.refusal("kdim", module.kdim)
    units = module.embed_dim
    own: Content = {"keys": units, "values": units, "output": units, "heads": module.num_heads}
    if keys_from is not None:
        own["keys_from"] = keys_from
    names = ("query", "key", "value")
    matrices = [*map(turned, module.in_proj_weight.chunk(3)), turned(module.out_proj.weight)]
    content: Content = {
        "attention": own,
        "weights": dict(zip((*names, "output"), matrices, strict=True)),
    }
    parts = [module.in_proj_weight, module.out_proj.weight]
    if module.in_proj_bias is not None:
        rows = [*map(numbers_of, module.in_proj_bias.chunk(3)), numbers_of(module.out_proj.bias)]
        content["bias"] = dict(zip((*names, "output"), rows, strict=True))
        parts += [module.in_proj_bias, module.out_proj.bias]
    return call.frozen(content, parts)


MODULES: dict[str, Callable[[Called], list[Content]]] = {
    "Linear": _linear,
    "Conv1d": _convolution,
    "Conv2d": _convolution,
    "ConvTranspose1d": _transposed,
    "ConvTranspose2d": _transposed,
    "MaxPool1d": lambda call: _pooling(call, "max"),
    "MaxPool2d": lambda call: _pooling(call, "max"),
    "AvgPool1d": lambda call: _pooling(call, "average"),
    "AvgPool2d": lambda call: _pooling(call, "average"),
    "AdaptiveAvgPool1d": _global_average,
    "AdaptiveAvgPool2d": _global_average,
    "Flatten": _flatten,
    "LayerNorm": lambda call: _of_units(call, "layer"),
    "RMSNorm": lambda call: _of_units(call, "rms"),
    "BatchNorm1d": _batch,
    "BatchNorm2d": _batch,
    "GroupNorm": _groups,
    "PReLU": _prelu,
    "Embedding": _embedding,
    "Dropout": _dropout,
    "Dropout1d": _dropout,
    "Dropout2d": _dropout,
    "AlphaDropout": _dropout,
    "Identity": lambda _: [],
}
"""What a module is as layers, where its place alone tells that; activations have rows of their own.

Sequences that convolutions of one dimension slide over are images of one row.
"""

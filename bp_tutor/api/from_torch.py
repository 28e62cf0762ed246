"""A small model of PyTorch with its loss and its optimiser as a problem."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from bp_tutor.api.errors import BpTutorError, told, words_of
from bp_tutor.api.problem import load
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.torch_graph import activation_in, follow, takes_activation
from bp_tutor.api.torch_names import loss_kind, losses, optimiser_content, settings_of
from bp_tutor.api.torch_numbers import numbers_of
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.reader.text import shown
from bp_tutor.words import languages, load_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.api.problem import Problem
    from bp_tutor.api.torch_graph import Followed
    from bp_tutor.catalogue.losses import LossKind

CLASSES = ("CrossEntropyLoss", "NLLLoss", "MultiMarginLoss")
"""Losses whose targets are the numbers of classes."""


def from_torch(
    module: Any, x: Any, y: Any, loss: Any, optimizer: Any = None, *, lang: str | None = None
) -> Problem:
    """The problem of a small model of PyTorch, with its numbers as they are now.

    Args:
        module: a `torch.nn.Sequential` of the catalogue's layers, or any module that `torch.fx`
            can follow into them; it is not changed.
        x: the inputs, `(samples, units)`, `(samples, steps, units)`, images
            `(samples, channels, rows, columns)`, or numbers of tokens.
        y: the targets: of the shape of the output, or numbers of classes, `(samples,)`.
        loss: an object such as `torch.nn.CrossEntropyLoss()`, whose activation becomes that of
            the last layer.
        optimizer: such as `torch.optim.SGD(module.parameters(), lr=0.1)`, before its first step;
            None: gradients alone. Its `weight_decay` becomes a part of the loss.
        lang: as for `load`.

    Raises:
        BpTutorError: with the name of what has no layer, loss, optimiser or setting here.
    """
    words = words_of(lang)
    with told(words, in_file=False):
        if not _is_module(module):
            raise RefusalError("torch.no_module", kind=shown(type(module).__name__))
        for name, each in (("x", x), ("y", y)):
            if not hasattr(each, "detach") or not hasattr(each, "shape"):
                kind = shown(type(each).__name__)
                raise RefusalError("torch.no_tensor", name=name, kind=kind)
        content = _content(module, x, y, loss, optimizer)
    name = shown(type(module).__name__)
    every = {each: load_words(each).text("torch.title", name=name) for each in languages()}
    try:
        return load({"title": every, **content}, lang=lang)
    except BpTutorError as error:
        why = words.text("torch.no_problem", name=name, reason=str(error))
        raise BpTutorError(why, error.mistakes) from None


def _is_module(value: object) -> bool:
    """Whether it is a module of PyTorch, which is not imported to find out."""
    return any(
        kind.__name__ == "Module" and kind.__module__.startswith("torch.nn.")
        for kind in type(value).__mro__
    )


def _content(module: Any, x: Any, y: Any, loss: Any, optimizer: Any) -> dict[str, Any]:
    _refuse_odd((("x", x), ("y", y)))
    if x.dim() == 1 and x.is_floating_point():
        x = x.unsqueeze(0)
        y = y.unsqueeze(0)
    kinds = [(each, id(each)) for each in module.parameters() if each.requires_grad]
    trained = frozenset(number for _, number in kinds)
    update: dict[str, Any] = {}
    if optimizer is not None:
        update = optimiser_content(optimizer)
        groups = optimizer.param_groups
        updated = {id(each) for group in groups for each in group["params"]}
        if trained and trained.isdisjoint(updated):
            raise RefusalError("torch.other_optimiser", name=shown(type(optimizer).__name__))
        trained &= updated
    followed = follow(module, x, trained, updates=optimizer is not None)
    # Not before it is known that each has its numbers: lazy modules have none yet.
    _refuse_odd((*module.named_parameters(), *module.named_buffers()))
    layers = [*followed.layers]
    told_loss = _loss_content(loss, layers, followed.shape)
    decay = update.pop("decay", 0)
    if decay:
        told_loss |= {"weight_decay": decay, "penalised": "all"}
    network = {"inputs": followed.inputs, "weight_order": "from-to", "layers": layers}
    return {
        "network": network,
        "inputs": _samples(x, followed),
        "targets": _targets(loss, y, followed),
        "loss": told_loss["name"] if len(told_loss) == 1 else told_loss,
        **update,
    }


def _refuse_odd(tensors: Iterable[tuple[str, Any]]) -> None:
    """Refuse tensors without numbers, or with one that no file can say.

    Raises:
        RefusalError: with the first entry that is not finite.
    """
    for name, tensor in tensors:
        if tensor.numel() == 0:
            raise RefusalError("torch.empty", name=shown(name), shape=str(tuple(tensor.shape)))
        places = (~tensor.detach().isfinite()).nonzero().tolist()
        if places:
            index, value = str(places[0]), f"{tensor.detach()[tuple(places[0])].item():g}"
            raise RefusalError("debug.not_finite", name=shown(name), value=value, index=index)


def _samples(x: Any, followed: Followed) -> Any:
    """The inputs as a file has them: one sample by itself, tokens counted from 1."""
    form = followed.inputs
    if isinstance(form, dict) and "vocabulary" in form:
        x = x + 1
    if isinstance(form, dict) and "height" in form and x.dim() == 3:
        x = x.unsqueeze(2)
    return _one_or_all(numbers_of(x), followed)


def _one_or_all(rows: Any, followed: Followed) -> Any:
    """Of positions the one sample; of anything else every sample where there are several."""
    form = followed.inputs
    if len(rows) == 1:
        return rows[0]
    if isinstance(form, dict) and "positions" in form:
        raise RefusalError("torch.one_sample")
    return rows


def _loss_content(loss: Any, layers: list[Any], shape: tuple[int, ...]) -> dict[str, Any]:
    """What a file says of the loss; the activation that it brings goes behind the last layer."""
    name = type(loss).__name__
    found = loss_kind(name)
    if found is None or not _is_module(loss):
        called = getattr(loss, "__name__", name) if callable(loss) else name
        raise RefusalError("torch.loss", name=shown(called), names=", ".join(losses()))
    kind, activation = found
    if activation:
        _bring(activation, layers, f"torch.nn.{name}")
    settings = {key: value for key, value in settings_of(loss).items() if value is not None}
    told: dict[str, Any] = {"name": kind.key}
    parameters = {
        field.name: float(settings.pop(field.name))
        for field in kind.fields
        if field.name in settings
    }
    usual = {field.name: field.default for field in kind.fields}
    changed = {key: value for key, value in parameters.items() if value != usual[key]}
    if changed:
        told["name"] = {kind.key: changed}
    told |= _reduced(name, kind, settings.pop("reduction", "mean"), shape)
    mean = told.get("samples", "mean") == "mean"
    told |= _weighted(name, kind, settings, mean=mean)
    if mean and len(shape) == 3 and shape[1] > 1:
        # Here steps and positions are added up, there the mean goes over them as well.
        told["sample_weights"] = [1 / shape[1]] * shape[0]
    if smoothing := settings.pop("label_smoothing", 0.0):
        told["label_smoothing"] = smoothing
    for key, value in settings.items():
        if (key, value) not in (("ignore_index", -100), ("p", 1)):
            raise RefusalError(
                "torch.setting", name=f"torch.nn.{name}", setting=key, value=str(value)
            )
    return told


def _bring(activation: str, layers: list[Any], name: str) -> None:
    """Put the activation of a loss behind the last layer.

    Raises:
        RefusalError: there are probabilities already, which hardly anybody means.
    """
    last = activation_in(layers[-1])
    if takes_activation(layers[-1]):
        layers[-1]["activation"] = activation
    elif isinstance(last, str) and (
        ACTIVATIONS[last].probabilities or ACTIVATIONS[last].logarithms
    ):
        raise RefusalError("torch.activation_twice", name=name, activation=activation, last=last)
    else:
        layers.append({"activate": activation})


def _reduced(name: str, kind: LossKind, reduction: str, shape: tuple[int, ...]) -> dict[str, str]:
    """How outputs and samples are counted: PyTorch has a mean over both, or a sum."""
    if reduction not in ("mean", "sum"):
        raise RefusalError(
            "torch.setting", name=f"torch.nn.{name}", setting="reduction", value=reduction
        )
    usual = "mean" if kind.mean else "sum"
    # A mean over the outputs of one unit is that output; losses of classes have a sum there.
    several = shape[-1] > 1 if len(shape) == 3 else prod(shape[1:]) > 1
    rows = kind.shares or kind.logarithms
    outputs = usual if rows or not several else reduction
    told = {} if outputs == usual else {"outputs": outputs}
    return told if reduction == "mean" else {**told, "samples": "sum"}


def _weighted(name: str, kind: LossKind, settings: dict[str, Any], *, mean: bool) -> dict[str, Any]:
    """What the classes count; a mean divides by what they count together."""
    weight = settings.pop("weight", None)
    if weight is None:
        return {}
    if not (kind.shares or kind.logarithms):
        raise RefusalError("torch.setting", name=f"torch.nn.{name}", setting="weight", value="...")
    divided = {"divide_by": "weights"} if mean else {}
    return {"class_weights": numbers_of(weight), **divided}


def _targets(loss: Any, y: Any, followed: Followed) -> Any:
    """The targets in the shape of the output: numbers of classes as rows with a 1."""
    shape, name = followed.shape, type(loss).__name__
    if name in CLASSES and not y.is_floating_point():
        if len(shape) != 2 or tuple(y.shape) != shape[:1]:
            raise _other_shape(shape, y)
        classes = [int(each) for each in y.tolist()]
        wrong = [each for each in classes if not 0 <= each < shape[1]]
        if wrong:
            raise RefusalError("torch.class", value=wrong[0], count=shape[1], last=shape[1] - 1)
        rows = [[int(each == unit) for unit in range(shape[1])] for each in classes]
        return _one_or_all(rows, followed)
    # Elsewhere PyTorch would stretch the shorter one, which is hardly ever meant.
    if tuple(y.shape) != shape:
        raise _other_shape(shape, y)
    if len(shape) == 1:
        y = y.unsqueeze(1)
    elif len(shape) > 2 and prod(shape[2:]) == 1:
        y = y.flatten(1)
    return _one_or_all(numbers_of(y), followed)


def _other_shape(shape: tuple[int, ...], y: Any) -> RefusalError:
    return RefusalError("torch.shapes", output=str(shape), targets=str(tuple(y.shape)))

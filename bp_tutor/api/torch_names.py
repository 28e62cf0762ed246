"""What PyTorch calls the catalogue's functions, losses and optimisers, read the other way round.

Their rows say it for programs in PyTorch: `F.leaky_relu({z}, {alpha})`, `("SGD", "lr={eta}")`.
A name is compared without regard to case and underscores, so that `F.leaky_relu` is `LeakyReLU`.
"""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from bp_tutor.api.refusal import RefusalError
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.catalogue.optimisers import OPTIMISERS
from bp_tutor.formula import FUNCTIONS
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bp_tutor.catalogue.losses import LossKind
    from bp_tutor.catalogue.optimisers import OptimiserKind, UpdateForm

NO_DIFFERENCE = frozenset(
    {"inplace", "device", "dtype", "size_average", "reduce", "foreach", "fused", "capturable",
     "differentiable", "decoupled_weight_decay", "params"}
)  # fmt: skip
"""Settings that change no number, or that another one says."""


class Written(Frozen):
    """A row's own words for PyTorch: what is called, with what beside the values themselves."""

    called: str
    """Its name, small and without underscores."""
    places: tuple[object, ...]
    """What stands behind the values: a `Letter`, or what the row says there."""
    named: tuple[tuple[str, object], ...]


class Letter(Frozen):
    """A parameter of the catalogue's row, such as `alpha`."""

    name: str


def plain(name: str) -> str:
    """A name as names are compared."""
    return name.replace("_", "").lower()


def reading(template: str) -> Written | None:
    """The words of a row; None where they are no single call."""
    tree = ast.parse(re.sub(r"\{(\w+)\}", r"\1", template), mode="eval").body
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Attribute | ast.Name):
        return None
    name = tree.func.attr if isinstance(tree.func, ast.Attribute) else tree.func.id
    try:
        places = tuple(map(_part, tree.args))
        named = tuple((str(one.arg), _part(one.value)) for one in tree.keywords)
    except ValueError:
        # Something is worked out before the call.
        return None
    return Written(plain(name), places, named)


def _part(node: ast.expr) -> object:
    if isinstance(node, ast.Name):
        return Letter(node.id)
    if isinstance(node, ast.Tuple):
        return tuple(map(_part, node.elts))
    return ast.literal_eval(node)


@cache
def _activations() -> tuple[tuple[str, Written], ...]:
    """Every activation with PyTorch's words for it."""
    found = []
    for name in ACTIVATIONS.keys() & FUNCTIONS.keys():
        row = FUNCTIONS[name]
        for template in filter(None, (row.pytorch, row.pytorch_too)):
            words = reading(template)
            if words is not None and words.places[:1] == (Letter("z"),):
                found.append((name, words))
    return tuple(found)


def activation_of(module: object) -> str | dict[str, dict[str, float]] | None:
    """The activation that a module of PyTorch is, as a file says it; None where it is none."""
    settings = settings_of(module)
    name = plain(type(module).__name__)
    for activation, words in _activations():
        if words.called != name:
            continue
        bound = inspect.signature(type(module)).bind_partial(*words.places[1:], **dict(words.named))
        given, others = _given(settings, bound.arguments, _usual(type(module)))
        if not others:
            kind = ACTIVATIONS[activation]
            usual = {field.name: field.default for field in kind.fields}
            changed = {key: value for key, value in given.items() if value != usual[key]}
            return {activation: changed} if changed else activation
    return None


def settings_of(module: object) -> dict[str, Any]:
    """What a module was made with, by the names of its arguments."""
    names = inspect.signature(type(module)).parameters
    return {name: getattr(module, name) for name in names if hasattr(module, name)}


def _usual(kind: type) -> dict[str, object]:
    parameters = inspect.signature(kind).parameters.values()
    return {each.name: each.default for each in parameters}


def _given(
    settings: Mapping[str, Any], words: Mapping[str, object], usual: Mapping[str, object]
) -> tuple[dict[str, float], set[str]]:
    """The catalogue's parameters, and the settings that are others than the row has."""
    found: dict[str, float] = {}
    others = set()
    for name, value in settings.items():
        told = words.get(name, usual.get(name))
        if name in NO_DIFFERENCE:
            continue
        for part, one in _pairs(told, value):
            if isinstance(part, Letter):
                found[part.name] = float(one)
            elif not _same(part, one):
                others.add(name)
    return found, others


def _pairs(told: object, value: Any) -> Iterator[tuple[object, Any]]:
    if isinstance(told, tuple) and isinstance(value, tuple | list):
        yield from zip(told, value, strict=True)
    else:
        yield told, value


def _same(one: object, other: object) -> bool:
    """Whether two settings are the same: None, False and 0 all say that there is nothing."""
    return bool(one == other) if one or other else True


def loss_kind(name: str) -> tuple[LossKind, str] | None:
    """The loss of a class in `torch.nn`, and the activation that it brings; None: none here."""
    for kind in LOSSES.values():
        if kind.pytorch == name:
            return kind, ""
        if kind.fused is not None and kind.fused.pytorch == name:
            return kind, kind.fused.activation
    return None


def losses() -> tuple[str, ...]:
    """The classes in `torch.nn` that are losses here."""
    fused = (kind.fused.pytorch for kind in LOSSES.values() if kind.fused is not None)
    return tuple(sorted({*filter(None, fused), *(k.pytorch for k in LOSSES.values() if k.pytorch)}))


def optimiser_content(optimiser: Any) -> dict[str, Any]:
    """The keys of a file for an optimiser of PyTorch that has taken no step yet.

    Raises:
        RefusalError: it is none of the catalogue's, or a setting of it has nothing here.
    """
    name = type(optimiser).__name__
    known = ", ".join(sorted({form.pytorch[0] for form in _forms() if form.pytorch}))
    if not hasattr(optimiser, "param_groups"):
        called = getattr(optimiser, "__name__", name)
        raise RefusalError("torch.optimiser", name=shown(called), names=known)
    shared = [{k: v for k, v in each.items() if k != "params"} for each in optimiser.param_groups]
    if any(each != shared[0] for each in shared):
        raise RefusalError("torch.groups", name=name)
    if any(map(_has_stepped, optimiser.state.values())):
        raise RefusalError("torch.stepped", name=name)
    settings = {key: _number(value) for key, value in shared[0].items()}
    decay = settings.pop("weight_decay", 0) if name != "AdamW" else 0
    usual = _usual(type(optimiser))
    others: list[set[str]] = []
    for kind, form, words in _updates(name):
        given, other = _given(settings, dict(words.named), usual)
        if not other:
            return _update_content(kind, form, given, decay)
        others.append(other)
    # What no form has, else what the first one has not, which is the plainest.
    for key in sorted(set.intersection(*others) or others[0]) if others else ():
        value = shown(str(settings[key]))
        raise RefusalError("torch.setting", name=name, setting=key, value=value)
    raise RefusalError("torch.optimiser", name=shown(f"torch.optim.{name}"), names=known)


def _has_stepped(state: dict[str, Any]) -> bool:
    """Whether a state of an optimiser is not the one that it begins with."""
    if "step" in state:
        return float(state["step"]) > 0
    return any(value is not None for value in state.values())


def _number(value: Any) -> Any:
    """A setting that is a tensor of one number as that number."""
    return value.item() if hasattr(value, "item") else value


def _forms() -> Iterator[UpdateForm]:
    for kind in OPTIMISERS.values():
        yield from kind.forms


def _updates(name: str) -> Iterator[tuple[OptimiserKind, UpdateForm, Written]]:
    """The forms of a class in `torch.optim`; those that go its way at every rate first."""
    for while_rate_stays in (False, True):
        for kind in OPTIMISERS.values():
            for form in kind.forms:
                if form.pytorch is None or form.while_rate_stays != while_rate_stays:
                    continue
                words = reading(f"{form.pytorch[0]}({form.pytorch[1]})")
                if words is not None and form.pytorch[0] == name:
                    yield kind, form, words


def _update_content(
    kind: OptimiserKind, form: UpdateForm, given: dict[str, float], decay: float
) -> dict[str, Any]:
    rate = given.pop("eta")
    usual = {field.name: field.default for field in kind.fields}
    told: dict[str, Any] = {key: value for key, value in given.items() if value != usual[key]}
    told |= dict(form.when)
    content: dict[str, Any] = {"learning_rate": rate}
    if kind.key != "gradient_descent":
        content["optimiser"] = {kind.key: told} if told else kind.key
    if decay:
        content["decay"] = decay
    return content

"""Normalisation: values to mean 0 and variance 1, then scaled and shifted.

Layer normalisation takes each row by itself (Ba et al., 2016), group normalisation each group of
its units or channels (Wu and He, 2018), RMS normalisation divides a row by the root of its mean
square (Zhang and Sennrich, 2019). Batch normalisation takes each unit over all rows of the batch,
and keeps running values for later use (Ioffe and Szegedy, 2015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import (
    MOST_UNITS,
    ROW,
    Array,
    LayerFormulas,
    LayerKind,
)
from bp_tutor.catalogue.layer_formulas import biased
from bp_tutor.fields.forms import Choice, Flag, Number, Whole
from bp_tutor.fields.numbers import NumberRow, SeededOr
from bp_tutor.fields.records import Field, OneOf, Record
from bp_tutor.formula import Add, Div, Mul, Neg, Pow, Quantity, Reduce, Ref, Role, apply, call
from bp_tutor.formula import Number as Constant
from bp_tutor.formula.algebra import number
from bp_tutor.formula.quantity import ONE, UPDATED

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached, Shape, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Formula

EPSILON = 1e-5
MOMENTUM = 0.1
KINDS = ("layer", "batch", "rms", "group")


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    own: Section | None = section["normalisation"]
    if own is None:
        return {"epsilon": EPSILON} if _takes(section, "layer", reached) else None
    kind, told = own["kind"], len(reached.context)
    for name, asked in (("momentum", "batch"), ("inference", "batch"), ("running", "batch")):
        if own.has(name) and kind != asked:
            reached.context.mistake(own.at(name), "problem.only_with", name=name, kind=asked)
    units = reached.signal.shape[-1 if reached.signal.form != "image" else 0]
    groups: int | None = own["groups"]
    if (kind == "group") != bool(groups):
        key = "problem.groups_lack" if kind == "group" else "problem.groups_unsaid"
        reached.context.mistake(own.at("groups"), key)
    elif groups and units % groups:
        reached.context.mistake(
            own.at("groups"), "problem.groups_uneven", count=units, groups=groups
        )
    if not _takes(section, kind, reached) or len(reached.context) > told:
        return None
    settings: dict[str, Setting] = {"epsilon": own["epsilon"]}
    if kind != "layer":
        settings["kind"] = kind
    if groups:
        settings["groups"] = groups
    if kind == "batch":
        settings |= {"momentum": own["momentum"], "inference": int(own["inference"])}
    return settings


def _takes(section: Section, kind: str, reached: Reached) -> bool:
    """Whether that kind of normalisation understands what reaches it; and has its arrays."""
    form, told = reached.signal.form, len(reached.context)
    if (form == "image" and kind in ("layer", "rms")) or (
        form == "sequence" and kind in ("batch", "group")
    ):
        reached.context.mistake(section.node, f"problem.normalised_{form}", kind=kind)
    given = section["weights"]
    if given is not None and hasattr(given, "has"):
        if kind == "rms" and given.has("shift"):
            reached.context.mistake(given.at("shift"), "problem.rms_shift")
        if kind != "rms" and not given.has("shift"):
            reached.context.missing(given.node, "shift", "[0, 0]")
    return len(reached.context) == told


def _kind(layer: Layer) -> str:
    return str(dict(layer.settings).get("kind", "layer"))


def _called(layer: Layer) -> str:
    kind = _kind(layer)
    return "normalisation" if kind == "layer" else f"{kind}_normalisation"


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    image = signal.form == "image"
    shape: Shape = (1, signal.shape[0], 1, 1) if image else (1, signal.shape[-1])
    axes = (ONE, "unit", ONE, ONE)[: len(shape)]
    shift = Array("B", shape, axes, "weights", "shift", role=Role.BIAS, rule="bias_gradient")
    scale = shift._replace(letter="gamma", part="scale", role=Role.SCALE, rule="weight_gradient")
    if _kind(layer) == "rms":
        return (scale,)
    if _kind(layer) != "batch":
        return scale, shift
    kept = shift._replace(field="running", role=Role.RUNNING)
    return (
        scale,
        shift,
        kept._replace(letter="Mr", part="mean", start=(0.0,) * shape[1]),
        kept._replace(letter="Sr", part="variance", start=(1.0,) * shape[1]),
    )


class _Lines:
    """The lines of one normalisation: of a step, of a group, or of everything."""

    def __init__(self, context: LayerContext, step: int | None, axes: tuple[int, ...]) -> None:
        self.context, self.step, self.axes = context, step, axes
        self.epsilon = number(context.layer.number("epsilon"))
        self.found: list[Definition] = []

    def add(self, letter: str, formula: Formula, rule: str, *remarks: Remark) -> Ref:
        """One more line, of what the formula gives."""
        quantity = self._quantity(letter, formula.shape)
        self.found.append(Definition(quantity, formula, "forward", rule, remarks=remarks))
        return Ref(quantity)

    def normalised(self, source: Formula, rules: str = "") -> Ref:
        """Values less their mean, over the root of their variance."""
        mean = self.add("M", Reduce("mean", source, self.axes), f"{rules}mean")
        centred = self.add("D", Add((source, Neg(mean))), "centred")
        square: Formula = Pow(centred, Constant(2))
        variance = self.add("S", Reduce("mean", square, self.axes), f"{rules}variance")
        return self.divided(centred, variance)

    def divided(self, values: Formula, variance: Formula) -> Ref:
        """Values over the root of their variance, or of their mean square."""
        root = call("sqrt", Add((variance, self.epsilon)))
        return self.add("N", Div(values, self.add("Sd", root, "deviation")), "normalised")

    def _quantity(self, letter: str, shape: Shape) -> Quantity:
        quantity = self.context.quantity(letter, self.step, shape)
        axes = tuple(
            ONE if axis in self.axes and shape[axis] == 1 else name
            for axis, name in enumerate(quantity.axes)
        )
        return Quantity(letter, quantity.place, shape, axes, role=Role.INNER)


def _formulas(context: LayerContext) -> LayerFormulas:
    kind = _kind(context.layer)
    lines: list[Definition] = []
    outputs = []
    for step, source in context.steps():
        found, normal = _WAYS[kind](context, step, source)
        after = context.quantity("A", step, source.shape, Role.OUTPUT)
        stretched = Mul((Ref(context.arrays["gamma"]), normal))
        rule = "scaled" if kind == "rms" else "scaled_and_shifted"
        lines += [*found, Definition(after, biased(context, stretched), "forward", rule)]
        outputs.append(after)
    return LayerFormulas(tuple(lines), tuple(outputs))


Found = tuple[list[Definition], "Formula"]


def _of_rows(context: LayerContext, step: int | None, source: Quantity) -> Found:
    lines = _Lines(context, step, (1,))
    return lines.found, lines.normalised(Ref(source))


def _by_root(context: LayerContext, step: int | None, source: Quantity) -> Found:
    """`A / sqrt(mean(A**2) + epsilon)`: no mean is taken away."""
    lines = _Lines(context, step, (1,))
    square: Formula = Pow(Ref(source), Constant(2))
    mean = lines.add("S", Reduce("mean", square, (1,)), "mean_of_squares")
    return lines.found, lines.divided(Ref(source), mean)


def _of_groups(context: LayerContext, _: int | None, source: Quantity) -> Found:
    """Each group of units by itself, and all groups side by side again."""
    groups = context.layer.setting("groups")
    size, found, parts = source.shape[1] // groups, [], []
    for group in range(groups):
        lines = _Lines(context, group + 1, tuple(range(1, len(source.shape))))
        own = apply("slice_of", Ref(source), options=(1, group * size, (group + 1) * size))
        parts.append(lines.normalised(own, "group_"))
        found += lines.found
    return found, apply("concatenate", *parts, options=(1,)) if groups > 1 else parts[0]


def _of_batch(context: LayerContext, _: int | None, source: Quantity) -> Found:
    """Each unit over all rows; the running values take up a share of the batch's."""
    layer = context.layer
    axes = (0, *range(2, len(source.shape)))
    lines = _Lines(context, None, axes)
    running = {letter: context.arrays[letter] for letter in ("Mr", "Sr")}
    if layer.setting("inference"):
        centred = lines.add("D", Add((Ref(source), Neg(Ref(running["Mr"])))), "running_centred")
        return lines.found, lines.divided(centred, Ref(running["Sr"]))
    normal = lines.normalised(Ref(source), "batch_")
    share = layer.number("momentum")
    count = Reduce("mean", Ref(source), axes).count
    spread = Mul((Div(Constant(count), Constant(max(count - 1, 1))), Ref(lines.found[2].quantity)))
    for letter, new, rule in (
        ("Mr", Ref(lines.found[0].quantity), "running_mean"),
        ("Sr", spread, "running_variance"),
    ):
        old = Ref(running[letter])
        total = Add((Mul((number(round(1 - share, 12)), old)), Mul((number(share), new))))
        after = running[letter].as_kind(UPDATED)
        lines.found.append(Definition(after, total, "forward", rule))
    return lines.found, normal


_WAYS = {"layer": _of_rows, "rms": _by_root, "group": _of_groups, "batch": _of_batch}

_SCALE_AND_SHIFT = Record(
    "normalisation weights",
    (
        Field("scale", ROW, "[1, 1]", required=True, also=("gamma",)),
        Field("shift", ROW, "[0, 0]", also=("beta", "bias")),
    ),
    "expected.scale_and_shift",
)
_RUNNING = Record(
    "running",
    (
        Field("mean", NumberRow(), "[0, 0]", required=True),
        Field("variance", NumberRow(), "[1, 1]", required=True, also=("var",)),
    ),
    "expected.running",
)

NORMALISATION = LayerKind(
    key="normalisation",
    fields=(
        Field(
            "epsilon",
            Number("expected.positive", above=0),
            "1e-5",
            EPSILON,
            also=("eps",),
        ),
        Field("kind", Choice(KINDS), "batch", "layer", also=("type", "over")),
        Field("groups", Whole(1, MOST_UNITS), "2", also=("num_groups",)),
        Field("momentum", Number("expected.share_above", 0, 1, above=0), "0.1", MOMENTUM),
        Field("running", _RUNNING, "{mean: [0, 0], variance: [1, 1]}"),
        Field("inference", Flag(), "true", default=False, also=("eval", "test")),
    ),
    example="{epsilon: 1e-5}",
    also=(
        "normalization",
        "layer_norm",
        "layernorm",
        "norm",
        "batch_norm",
        "batchnorm",
        "batch_normalisation",
        "batch_normalization",
        "rms_norm",
        "rmsnorm",
        "group_norm",
    ),
    takes=("vector", "image", "sequence", "positions"),
    is_word=True,
    settings=_settings,
    numbers=(
        Field(
            "weights",
            OneOf(
                "expected.scale_and_shift",
                mapping=SeededOr(_SCALE_AND_SHIFT, "expected.scale_and_shift"),
            ),
            "{scale: [1, 1], shift: [0, 0]}",
        ),
    ),
    arrays=_arrays,
    formulas=_formulas,
    called=_called,
    pools=lambda layer: _kind(layer) == "batch" and not layer.setting("inference"),
    examples=(
        "{normalisation: {epsilon: 1e-5}}",
        "{normalisation: {kind: batch, momentum: 0.1}}",
        "{normalisation: {kind: rms}}",
        "{normalisation: {kind: group, groups: 2}}",
    ),
)

"""Convolution over time: a kernel slides over the steps of a sequence, `A⟨t⟩ = f(ΣA⟨s⟩·W + B)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.bias import BIAS
from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import (
    COUNT,
    MOST_UNITS,
    Array,
    Layer,
    LayerFormulas,
    LayerKind,
    biases,
)
from bp_tutor.catalogue.layer_formulas import activation_line, biased
from bp_tutor.catalogue.layers.windows import LARGEST_SIDE, OrWord
from bp_tutor.fields.forms import Whole
from bp_tutor.fields.numbers import NestedNumbers, Seeded
from bp_tutor.fields.records import Field, OneOf, Record, Section
from bp_tutor.formula import Ref, Role, apply
from bp_tutor.formula.kernels import spread_side
from bp_tutor.formula.windows import size_after

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.formula import Formula

ENDS = ("before", "after")
PADDING = Record(
    "padding_1d",
    tuple(Field(end, Whole(0, MOST_UNITS), "1", 0) for end in ENDS),
    "expected.padding_1d",
)
SIDE = Whole(1, LARGEST_SIDE)
KERNEL = OneOf("expected.kernel_1d", items=NestedNumbers("expected.kernel_1d"), mapping=Seeded())


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    own: Section = section["convolution_1d"]
    kernel, apart, signal = own["kernel"], own["dilation"], reached.signal
    padding: Any = own["padding"]
    more = spread_side(kernel, apart) - 1
    if padding == "same":
        # An odd surplus goes behind.
        ends = (more // 2, more - more // 2)
    elif padding == "causal":
        ends = (more, 0)
    elif isinstance(padding, Section):
        ends = (padding["before"], padding["after"])
    else:
        ends = (padding, padding)
    whole = sum(ends) + signal.steps
    if more >= whole:
        reached.context.mistake(
            section.node, "problem.kernel_too_long", layer=reached.number, window=more + 1,
            steps=whole,
        )  # fmt: skip
        return None
    groups: int = own["groups"]
    (before,), after = signal.shape, own["channels"]
    if before % groups or after % groups:
        reached.context.mistake(
            own.at("groups"), "problem.groups_divide", layer=reached.number, groups=groups,
            before=before, after=after,
        )  # fmt: skip
        return None
    settings: dict[str, Setting] = {
        "kernel": kernel, "stride": own["stride"], "apart": apart, "groups": groups,
        **dict(zip(ENDS, ends, strict=True)),
    }  # fmt: skip
    layer = Layer(after, kind="convolution_1d", settings=tuple(settings.items()))
    if all(_windows(layer, signal)):
        return settings
    reached.context.mistake(section.node, "problem.only_padding", layer=reached.number)
    return None


def _windows(layer: Layer, signal: Signal) -> list[dict[int, int]]:
    """For each step that comes out, which places of the kernel lie over which steps, from 0."""
    places = range(layer.setting("kernel"))
    starts = (
        step * layer.setting("stride") - layer.setting("before")
        for step in range(_hands_on(layer, signal).steps)
    )
    spread = (
        {place: start + place * layer.setting("apart") for place in places} for start in starts
    )
    return [
        {place: at for place, at in window.items() if 0 <= at < signal.steps} for window in spread
    ]


def _units(section: Section) -> int:
    channels: int = section["convolution_1d"]["channels"]
    return channels


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    each = signal.shape[0] // layer.setting("groups")
    shape = (layer.units, each, layer.setting("kernel"))
    kernel = Array("W", shape, ("to", "from", "place"), "weights", leaves=True)
    return (kernel,) if layer.bias.kind == "none" else (kernel, biases("B", layer.units))


def _hands_on(layer: Layer, signal: Signal) -> Signal:
    window = spread_side(layer.setting("kernel"), layer.setting("apart"))
    ends = (layer.setting(end) for end in ENDS)
    steps = size_after(signal.steps, window, layer.setting("stride"), *ends)
    return signal._replace(shape=(layer.units,), steps=steps)


def _formulas(context: LayerContext) -> LayerFormulas:
    """At every step the same kernel; what lies outside the sequence is 0 and left out."""
    layer = context.layer
    kernel: Formula = Ref(context.arrays["W"])
    if layer.setting("groups") > 1:
        kernel = apply("grouped", kernel, options=(layer.setting("groups"),))
    lines: list[Definition] = []
    outputs = []
    for step, window in enumerate(_windows(layer, context.signal), 1):
        under = [Ref(context.inputs[at]) for at in window.values()]
        slid = apply("slide", kernel, *under, options=(min(window),))
        before = context.quantity("Z", step, slid.shape, Role.WEIGHTED_SUM)
        after = context.quantity("A", step, slid.shape, Role.ACTIVATION)
        remarks = _remarks(layer, context.signal) if step == 1 else ()
        lines += [
            Definition(before, biased(context, slid), "forward", "convolution", remarks=remarks),
            activation_line(layer, before, after),
        ]
        outputs.append(after)
    return LayerFormulas(tuple(lines), tuple(outputs))


def _remarks(layer: Layer, signal: Signal) -> tuple[Remark, ...]:
    """The kernel is not turned; how often it fits."""
    kernel, apart, groups = (layer.setting(name) for name in ("kernel", "apart", "groups"))
    window = spread_side(kernel, apart)
    found = [Remark("correlation")]
    if groups > 1:
        found.append(Remark("groups", (("count", groups),)))
    if apart > 1:
        sizes = (("kernel", kernel), ("apart", apart), ("window", window))
        found.append(Remark("dilated_steps", sizes))
    padding = layer.setting("before") + layer.setting("after")
    size = _hands_on(layer, signal).steps
    values = (
        ("length", signal.steps), ("padding", padding), ("window", window),
        ("stride", layer.setting("stride")), ("size", size),
    )  # fmt: skip
    return *found, Remark("size_steps", values)


CONVOLUTION_1D = LayerKind(
    key="convolution_1d",
    fields=(
        Field("channels", COUNT, "2", required=True, also=("filters", "units")),
        Field("kernel", SIDE, "3", required=True, also=("size", "kernel_size", "window")),
        Field("stride", SIDE, "2", 1, also=("strides", "step")),
        Field(
            "padding",
            OneOf(
                "expected.padding_1d",
                word=OrWord(
                    "same",
                    OrWord(
                        "causal",
                        Whole(0, LARGEST_SIDE, "expected.padding_1d"),
                        "expected.padding_1d",
                    ),
                    "expected.padding_1d",
                ),
                mapping=PADDING,
            ),
            "same",
            0,
            also=("pad",),
        ),
        Field("dilation", SIDE, "2", 1, also=("dilated", "rate")),
        Field("groups", SIDE, "2", 1),
    ),
    example="{channels: 2, kernel: 3}",
    also=("conv1d", "conv_1d", "temporal_convolution"),
    takes=("sequence",),
    units=_units,
    settings=_settings,
    activation="identity",
    numbers=(Field("weights", KERNEL, "[[[1, 0, -1]]]", also=("w", "kernels")), BIAS),
    arrays=_arrays,
    hands_on=_hands_on,
    formulas=_formulas,
    examples=(
        "{convolution_1d: {channels: 2, kernel: 2}, activation: relu}",
        "{convolution_1d: {channels: 2, kernel: 2, padding: causal, dilation: 2}}",
    ),
)

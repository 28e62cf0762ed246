"""Convolution: a kernel slides over the image and weighs each window, `A = f(A * W + B)`.

Its weights may lie apart (dilated), and look at the channels of their own group alone. Transposed,
each number of the input lays the kernel, times itself, on the output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.bias import BIAS
from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import (
    COUNT,
    KERNEL,
    MOST_UNITS,
    Array,
    LayerFormulas,
    LayerKind,
    biases,
)
from bp_tutor.catalogue.layer_formulas import activation_line, biased
from bp_tutor.catalogue.layers.windows import (
    APART,
    BEYOND,
    LARGEST_SIDE,
    OrWord,
    Sides,
    fitting,
    size_remarks,
    sizes_after,
)
from bp_tutor.fields.forms import Flag, Whole
from bp_tutor.fields.records import Field, OneOf, Record, Section
from bp_tutor.formula import Apply, Ref, Role, apply, replace
from bp_tutor.formula.kernels import spread_side

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.formula import Formula

SIDES = ("top", "bottom", "left", "right")
PADDING = Record(
    "padding",
    tuple(Field(side, Whole(0, MOST_UNITS), "1", 0) for side in SIDES),
    "expected.padding",
)


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    own: Section = section["convolution"]
    (rows, columns), (down, across) = own["kernel"], own["stride"]
    padding: Any = own["padding"]
    if padding == "same":
        # An odd surplus goes below and to the right.
        high, wide = (
            spread_side(side, apart) - 1
            for side, apart in zip((rows, columns), own["dilation"], strict=True)
        )
        sides = (high // 2, high - high // 2, wide // 2, wide - wide // 2)
    elif isinstance(padding, Section):
        sides = tuple(padding.values[side] for side in SIDES)
    else:
        sides = (padding,) * 4
    settings: dict[str, Setting] = {
        "rows": rows, "columns": columns, "down": down, "across": across,
        **dict(zip(SIDES, sides, strict=True)),
    }  # fmt: skip
    if own["flip"]:
        settings["flip"] = 1
    if own["dilation"] != (1, 1):
        settings |= dict(zip(APART.values(), own["dilation"], strict=True))
    if own["transposed"]:
        settings |= {"transposed": 1, **dict(zip(BEYOND.values(), own["beyond"], strict=True))}
    if not (_grouped(settings, own, reached) and _within_stride(own, reached)):
        return None
    return fitting(settings, section, reached)


def _grouped(settings: dict[str, Setting], own: Section, reached: Reached) -> bool:
    """Take in the groups; whether they divide the channels before and after."""
    before: int = reached.signal.shape[0]
    groups: int = before if own["groups"] == "depthwise" else own["groups"]
    if groups > 1:
        settings["groups"] = groups
    if before % groups == own["channels"] % groups == 0:
        return True
    reached.context.mistake(
        own.at("groups"), "problem.groups_divide", layer=reached.number, groups=groups,
        before=before, after=own["channels"],
    )  # fmt: skip
    return False


def _within_stride(own: Section, reached: Reached) -> bool:
    """Whether what lies beyond the last window is less than a stride, and asked of a transposed."""
    if own["transposed"]:
        if all(map(int.__lt__, own["beyond"], own["stride"])):
            return True
        key = "problem.beyond_stride"
    elif not own.has("beyond"):
        return True
    else:
        key = "problem.beyond_alone"
    reached.context.mistake(own.at("beyond"), key, layer=reached.number)
    return False


def _units(section: Section) -> int:
    channels: int = section["convolution"]["channels"]
    return channels


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    """The kernels: to each channel from those of its group; transposed, from each to those."""
    settings = dict(layer.settings)
    ends, axes = (layer.units, signal.shape[0]), ("to", "from")
    if settings.get("transposed"):
        ends, axes = ends[::-1], axes[::-1]
    each = ends[1] // int(settings.get("groups", 1))
    shape = (ends[0], each, layer.setting("rows"), layer.setting("columns"))
    kernel = Array("W", shape, (*axes, "row", "column"), "weights", leaves=True)
    if layer.bias.kind == "none":
        return (kernel,)
    row = biases("B", layer.units)
    return kernel, row._replace(shape=(*row.shape, 1, 1), axes=(*row.axes, "one", "one"))


def _hands_on(layer: Layer, signal: Signal) -> Signal:
    return signal._replace(shape=(layer.units, *sizes_after(layer, signal)))


def _kernel(context: LayerContext) -> Formula:
    """The kernel as it slides over all channels."""
    settings = dict(context.layer.settings)
    kernel: Formula = Ref(context.arrays["W"])
    if settings.get("flip"):
        kernel = apply("flip", kernel)
    if "rows_apart" in settings:
        apart = tuple(context.layer.setting(name) for name in APART.values())
        kernel = apply("dilate", kernel, options=apart)
    if "groups" in settings:
        kernel = apply("grouped", kernel, options=(context.layer.setting("groups"),))
    return kernel


def _slid(context: LayerContext, kernel: Formula) -> Formula:
    layer, source = context.layer, Ref(context.inputs[0])
    options = tuple(layer.setting(name) for name in ("down", "across", *SIDES))
    if dict(layer.settings).get("transposed"):
        options = (*sizes_after(layer, context.signal), *options)
        return apply("correlate_to_image", source, kernel, options=options)
    return apply("correlate", source, kernel, options=options)


def _formulas(context: LayerContext) -> LayerFormulas:
    """`Z = correlate(A, W) + B`: the kernel slides over the image without being turned round.

    With the setting `flip` it is turned first, which is convolution as mathematics has it.
    """
    layer, settings = context.layer, dict(context.layer.settings)
    flipped, transposed = settings.get("flip"), settings.get("transposed")
    slid = _slid(context, _kernel(context))
    before = context.quantity("Z", None, slid.shape, Role.WEIGHTED_SUM)
    after = context.quantity("A", None, slid.shape, Role.ACTIVATION)
    remarks = (
        *([Remark("transposed")] if transposed else []),
        *([Remark("flipped" if flipped else "correlation")] if flipped or not transposed else []),
        *(
            [Remark("groups", (("count", layer.setting("groups")),))]
            if "groups" in settings
            else []
        ),
        *size_remarks(layer, context.signal),
    )
    rule = "transposed_convolution" if transposed else "convolution"
    lines = [
        Definition(before, biased(context, slid), "forward", rule, remarks=remarks),
        activation_line(layer, before, after),
    ]
    if flipped:
        lines.append(_without_turning(context))
    return LayerFormulas(tuple(lines), (after,))


def _without_turning(context: LayerContext) -> Definition:
    """What comes out where the kernel is not turned round, to see the difference."""
    plain = _slid(context, replace(_kernel(context), _unturned))
    line = biased(context, plain)
    return Definition(context.quantity("X", None, line.shape), line, "forward", "without_turning")


def _unturned(node: Formula) -> Formula | None:
    turned = isinstance(node, Apply) and node.primitive.name == "flip"
    return node.children[0] if turned else None


def _called(layer: Layer) -> str:
    return "transposed_convolution" if dict(layer.settings).get("transposed") else "convolution"


CONVOLUTION = LayerKind(
    key="convolution",
    fields=(
        Field("channels", COUNT, "8", required=True, also=("filters", "units")),
        Field("kernel", Sides(), "3", required=True, also=("size", "kernel_size", "window")),
        Field("stride", Sides(), "2", (1, 1), also=("strides", "step")),
        Field(
            "padding",
            OneOf(
                "expected.padding",
                word=OrWord("same", Whole(0, LARGEST_SIDE, "expected.padding"), "expected.padding"),
                mapping=PADDING,
            ),
            "1",
            0,
            also=("pad",),
        ),
        Field("dilation", Sides(), "2", (1, 1), also=("dilated", "rate")),
        Field(
            "groups",
            OrWord("depthwise", Whole(1, MOST_UNITS, "expected.groups"), "expected.groups"),
            "2",
            1,
            also=("depthwise",),
        ),
        Field("transposed", Flag(), "true", default=False, also=("transpose", "deconvolution")),
        Field("beyond", Sides("expected.beyond", low=0), "1", (0, 0), also=("output_padding",)),
        Field("flip", Flag(), "true", default=False, also=("flipped", "true_convolution")),
    ),
    example="{channels: 8, kernel: 3}",
    also=("conv", "conv2d", "convolutional", "correlation"),
    takes=("image",),
    units=_units,
    settings=_settings,
    activation="identity",
    numbers=(Field("weights", KERNEL, "[[1, 0], [0, 1]]", also=("w", "kernels")), BIAS),
    arrays=_arrays,
    hands_on=_hands_on,
    formulas=_formulas,
    called=_called,
    examples=(
        "{convolution: {channels: 2, kernel: 3, padding: 1}, activation: relu}",
        "{convolution: {channels: 1, kernel: 2, dilation: 2}}",
        "{convolution: {channels: 2, kernel: 2, groups: depthwise}}",
        "{convolution: {channels: 1, kernel: 2, stride: 2, transposed: true}}",
    ),
)

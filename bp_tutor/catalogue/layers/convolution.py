"""Convolution: a kernel slides over the image and weighs each window, `A = f(A * W + B)`."""

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
    LARGEST_SIDE,
    OrWord,
    Sides,
    fitting,
    size_remarks,
    sizes_after,
)
from bp_tutor.fields.forms import Flag, Whole
from bp_tutor.fields.records import Field, OneOf, Record, Section
from bp_tutor.formula import Apply, Ref, Role, apply

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
        above, before = (rows - 1) // 2, (columns - 1) // 2
        sides = (above, rows - 1 - above, before, columns - 1 - before)
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
    return fitting(settings, section, reached)


def _units(section: Section) -> int:
    channels: int = section["convolution"]["channels"]
    return channels


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    shape = (layer.units, signal.shape[0], layer.setting("rows"), layer.setting("columns"))
    kernel = Array("W", shape, ("to", "from", "row", "column"), "weights", leaves=True)
    if layer.bias.kind == "none":
        return (kernel,)
    row = biases("B", layer.units)
    return kernel, row._replace(shape=(*row.shape, 1, 1), axes=(*row.axes, "one", "one"))


def _hands_on(layer: Layer, signal: Signal) -> Signal:
    return signal._replace(shape=(layer.units, *sizes_after(layer, signal)))


def _formulas(context: LayerContext) -> LayerFormulas:
    """`Z = correlate(A, W) + B`: the kernel slides over the image without being turned round.

    With the setting `flip` it is turned first, which is convolution as mathematics has it.
    """
    layer = context.layer
    source = context.inputs[0]
    kernel: Formula = Ref(context.arrays["W"])
    if dict(layer.settings).get("flip"):
        kernel = apply("flip", kernel)
    options = tuple(layer.setting(name) for name in ("down", "across", *SIDES))
    slid = apply("correlate", Ref(source), kernel, options=options)
    before = context.quantity("Z", None, slid.shape, Role.WEIGHTED_SUM)
    after = context.quantity("A", None, slid.shape, Role.ACTIVATION)
    flipped = isinstance(kernel, Apply)
    remarks = (
        Remark("flipped" if flipped else "correlation"), *size_remarks(layer, context.signal),
    )  # fmt: skip
    lines = [
        Definition(before, biased(context, slid), "forward", "convolution", remarks=remarks),
        activation_line(layer, before, after),
    ]
    if flipped:
        lines.append(_without_turning(context, options))
    return LayerFormulas(tuple(lines), (after,))


def _without_turning(context: LayerContext, options: tuple[int, ...]) -> Definition:
    """What comes out where the kernel is not turned round, to see the difference."""
    source, kernel = Ref(context.inputs[0]), Ref(context.arrays["W"])
    plain = biased(context, apply("correlate", source, kernel, options=options))
    return Definition(context.quantity("X", None, plain.shape), plain, "forward", "without_turning")


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
    examples=("{convolution: {channels: 2, kernel: 3, padding: 1}, activation: relu}",),
)

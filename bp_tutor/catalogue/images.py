"""Layers over images: convolution, pooling, flattening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layers import Built, activation_line, biased
from bp_tutor.formula import Apply, Reduce, Ref, apply

if TYPE_CHECKING:
    from bp_tutor.catalogue.layers import Place
    from bp_tutor.formula import Formula


def convolution(place: Place) -> Built:
    """`Z = correlate(A, W) + B`: the kernel slides over the image without being turned round.

    With the setting `flip` it is turned first, which is convolution as mathematics has it.
    """
    layer = place.layer
    source = place.flow[0]
    kernel: Formula = Ref(place.arrays["W"])
    if dict(layer.settings).get("flip"):
        kernel = apply("flip", kernel)
    names = ("down", "across", "top", "bottom", "left", "right")
    options = tuple(layer.setting(name) for name in names)
    slid = apply("correlate", Ref(source), kernel, options=options)
    before, after = place.at("Z", None, slid.shape), place.at("A", None, slid.shape)
    flipped = isinstance(kernel, Apply)
    remarks = (Remark("flipped" if flipped else "correlation"), *_sizes(place))
    lines = [
        Definition(
            before,
            biased(place, slid),
            "forward",
            "convolution",
            remarks=remarks,
            preactivation=True,
        ),
        activation_line(layer, before, after),
    ]
    if flipped:
        lines.append(_without_turning(place, options))
    return Built(tuple(lines), (after,))


def _without_turning(place: Place, options: tuple[int, ...]) -> Definition:
    """What comes out where the kernel is not turned round, to see the difference."""
    source, kernel = Ref(place.flow[0]), Ref(place.arrays["W"])
    plain = biased(place, apply("correlate", source, kernel, options=options))
    return Definition(place.at("X", None, plain.shape), plain, "forward", "without_turning")


def _sizes(place: Place) -> tuple[Remark, ...]:
    """How often the window fits, with its numbers; and what it leaves over at the end."""
    settings = dict(place.layer.settings)
    found = []
    sides = (("rows", "down", "top", "bottom"), ("columns", "across", "left", "right"))
    for length, (window, stride, before, after) in zip(place.signal.shape[1:], sides, strict=True):
        kernel, step = place.layer.setting(window), place.layer.setting(stride)
        padding = [int(settings.get(side, 0)) for side in (before, after)]
        free = length + sum(padding) - kernel
        values: list[tuple[str, object]] = [
            ("length", length),
            ("padding", sum(padding)),
            ("window", kernel),
            ("stride", step),
            ("size", free // step + 1),
        ]
        found.append(Remark(f"size_{window}", tuple(values)))
        if free % step:
            found.append(Remark(f"dropped_{window}", (("count", free % step),)))
    return tuple(found)


def max_pooling(place: Place) -> Built:
    """The largest value of each window."""
    return _pooled(place, "max_pool", "max_pooling")


def average_pooling(place: Place) -> Built:
    """The mean of each window."""
    return _pooled(place, "average_pool", "average_pooling")


def _pooled(place: Place, primitive: str, rule: str) -> Built:
    options = tuple(place.layer.setting(name) for name in ("rows", "columns", "down", "across"))
    pooled = apply(primitive, Ref(place.flow[0]), options=options)
    return _single(place, pooled, rule, _sizes(place))


def global_average(place: Place) -> Built:
    """The mean of each channel, as one unit."""
    mean = Reduce("mean", Ref(place.flow[0]), (2, 3))
    return _single(place, apply("flatten", mean), "global_average")


def flatten(place: Place) -> Built:
    """All values of an image in one row: channel by channel, row by row."""
    return _single(place, apply("flatten", Ref(place.flow[0])), "flatten")


def _single(place: Place, formula: Formula, rule: str, remarks: tuple[Remark, ...] = ()) -> Built:
    after = place.at("A", None, formula.shape)
    return Built((Definition(after, formula, "forward", rule, remarks=remarks),), (after,))

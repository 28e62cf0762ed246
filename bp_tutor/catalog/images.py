"""Layers over images: convolution, pooling, flattening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalog.definition import Definition
from bp_tutor.catalog.layers import Built, activation_line, biased
from bp_tutor.formula import Reduce, Ref, apply

if TYPE_CHECKING:
    from bp_tutor.catalog.layers import Place
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
    return Built(
        (
            Definition(before, biased(place, slid), "forward", "convolution"),
            activation_line(layer, before, after),
        ),
        (after,),
    )


def max_pooling(place: Place) -> Built:
    """The largest value of each window."""
    return _pooled(place, "max_pool", "max_pooling")


def average_pooling(place: Place) -> Built:
    """The mean of each window."""
    return _pooled(place, "average_pool", "average_pooling")


def _pooled(place: Place, primitive: str, rule: str) -> Built:
    options = tuple(place.layer.setting(name) for name in ("rows", "columns", "down", "across"))
    return _single(place, apply(primitive, Ref(place.flow[0]), options=options), rule)


def global_average(place: Place) -> Built:
    """The mean of each channel, as one unit."""
    mean = Reduce("mean", Ref(place.flow[0]), (2, 3))
    return _single(place, apply("flatten", mean), "global_average")


def flatten(place: Place) -> Built:
    """All values of an image in one row: channel by channel, row by row."""
    return _single(place, apply("flatten", Ref(place.flow[0])), "flatten")


def _single(place: Place, formula: Formula, rule: str) -> Built:
    after = place.at("A", None, formula.shape)
    return Built((Definition(after, formula, "forward", rule),), (after,))

"""The table of layers: how each kind is written as formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.images import (
    average_pooling,
    convolution,
    flatten,
    global_average,
    max_pooling,
)
from bp_tutor.catalogue.layers import dense
from bp_tutor.catalogue.mixing import attention, normalisation, swiglu
from bp_tutor.catalogue.sequences import gru, lstm, recurrent

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.catalogue.layers import Built, Place

LAYERS: dict[str, Callable[[Place], Built]] = {
    "dense": dense,
    "convolution": convolution,
    "max_pooling": max_pooling,
    "average_pooling": average_pooling,
    "global_average": global_average,
    "flatten": flatten,
    "recurrent": recurrent,
    "lstm": lstm,
    "gru": gru,
    "swiglu": swiglu,
    "attention": attention,
    "normalisation": normalisation,
}

"""The fields of `network:`: one table for checking, hints and the reference."""

from __future__ import annotations

from bp_tutor.catalogue.layer import UNITS_OR_NAMES
from bp_tutor.fields.forms import Choice
from bp_tutor.fields.records import Field, ListOf, Raw, Record
from bp_tutor.problem.layer_records import AnyLayer
from bp_tutor.problem.samples import INPUTS

MOST_LAYERS = 64

NETWORK = Record(
    "network",
    (
        Field(
            "inputs",
            UNITS_OR_NAMES._replace(expected="expected.inputs", mapping=INPUTS),
            "3",
            required=True,
        ),
        Field(
            "weight_order",
            Choice(("from-to", "to-from")),
            "from-to",
            also=("order",),
        ),
        Field(
            "layers",
            ListOf(AnyLayer(), "expected.layers", most=MOST_LAYERS),
            "[{units: 2, activation: sigmoid}]",
            required=True,
        ),
        Field("values", Raw(("number", "null")), "{W_111: 0.5, b_21: 0.2}"),
        Field("edges", Raw(("string", "array")), "{w1: [i1, h1], b1: [h1, h2]}"),
    ),
)

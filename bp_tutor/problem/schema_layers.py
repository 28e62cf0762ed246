"""The fields of layers beside dense ones: one table a kind, loaded where a file has such a layer.

Which arrays a kind has, and how large they are, is in `kinds.py`; here is only under which
key the file gives each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.kinds import KINDS
from bp_tutor.catalogue.layer import Bias
from bp_tutor.fields.forms import Choice, Flag, Nothing, Number, Whole
from bp_tutor.fields.numbers import Drawn, DrawnOr, NestedNumbers, Numbers, RowOnly
from bp_tutor.fields.records import Field, OneOf, Record
from bp_tutor.problem.layer_forms import Global, Same, Sides
from bp_tutor.problem.schema_network import ACTIVATION, BIAS_FIELD, FROZEN, MOST_UNITS, OnlyNone

if TYPE_CHECKING:
    from bp_tutor.fields.forms import Type

MOST_STEPS = 1_000
_COUNT = Whole(1, MOST_UNITS)

GATES: dict[str, dict[str, str]] = {
    "lstm": {"input": "i", "forget": "f", "output": "o", "candidate": "g"},
    "gru": {"reset": "r", "update": "z", "candidate": "n"},
    "swiglu": {"gate": "g", "value": "v"},
    "attention": {"query": "q", "key": "k", "value": "v"},
}
"""The parts of a layer by the names that a file uses, with their canonical small letters."""
_HOLDERS = {"weights": "W", "recurrent_weights": "R", "bias": "B"}
_STATES = {"H": ("initial", ""), "C": ("initial_cell", "")}
PLACES: dict[str, dict[str, tuple[str, str]]] = {
    kind: _STATES
    | {
        letter + small: (field, part)
        for field, letter in _HOLDERS.items()
        for part, small in GATES.get(kind, {"": ""}).items()
    }
    for kind in KINDS
}
PLACES["normalisation"] = {"gamma": ("weights", "scale"), "B": ("weights", "shift")}
"""For each kind, the canonical letter of an array -> key of the layer and part under it."""


_MATRIX = OneOf("expected.weights", items=Numbers("expected.weights"), mapping=Drawn())
_ROW = OneOf("expected.row", items=RowOnly(), mapping=Drawn())
_KERNEL = OneOf("expected.kernel", items=NestedNumbers("expected.kernel", least=2), mapping=Drawn())
_LAYER_KEYS = ("units", "activation", "weights", "recurrent_weights", "bias")


def _kind(name: str, settings: tuple[Field, ...], example: str, *fields: Field) -> Record:
    """The table of one kind of layer: what stands under its key, and beside it."""
    own: Type = Record(f"{name} settings", settings) if settings else Nothing()
    known = (Field(name, own, example, required=True), *fields)
    names = {field.name for field in known}
    return Record(
        name, known, "expected.layer", tuple(key for key in _LAYER_KEYS if key not in names)
    )


def _parts(kind: str, field: str, cell: Type, example: str) -> Field:
    """A field with a value for each gate."""
    record = Record(
        f"{kind} {field}",
        tuple(Field(part, cell, example, required=True) for part in GATES[kind]),
        "expected.parts",
    )
    examples = ", ".join(f"{part}: {example}" for part in GATES[kind])
    mapping = DrawnOr(record, "expected.parts")
    if field == "bias":
        word = OnlyNone(Bias("none"), "expected.parts")
        kinds = OneOf("expected.parts", word=word, mapping=mapping)
        return Field(field, kinds, f"{{{examples}}}", also=("b", "biases"))
    one = OneOf("expected.parts", mapping=mapping)
    return Field(field, one, f"{{{examples}}}")


def _gated(kind: str) -> tuple[Field, ...]:
    """Weights and biases of a recurrent cell with gates."""
    return (
        _parts(kind, "weights", _MATRIX, "[[0.1, 0.2]]"),
        _parts(kind, "recurrent_weights", _MATRIX, "[[0.1]]"),
        _parts(kind, "bias", _ROW, "[0.1]"),
        FROZEN,
    )


_WEIGHTS = Field("weights", _MATRIX, "[[0.1, 0.2]]", also=("w", "u"))
_UNITS = Field("units", _COUNT, "2", required=True, also=("size", "hidden"))
_CELL = (
    _UNITS,
    Field("returns", Choice(("all", "last", "mean")), "last", "all"),
    Field("initial", RowOnly(), "[0, 0]", also=("h0", "initial_state")),
)

SIDE_NAMES = ("top", "bottom", "left", "right")
_SIDE = Whole(0, MOST_UNITS)
PADDING = Record(
    "padding",
    tuple(Field(side, _SIDE, "1", 0) for side in SIDE_NAMES),
    "expected.padding",
)

KIND_RECORDS: dict[str, Record] = {
    row.name: row
    for row in (
        _kind(
            "convolution",
            (
                Field("channels", _COUNT, "8", required=True, also=("filters", "units")),
                Field(
                    "kernel",
                    Sides("expected.window"),
                    "3",
                    required=True,
                    also=("size", "kernel_size", "window"),
                ),
                Field("stride", Sides("expected.window"), "2", (1, 1), also=("strides", "step")),
                Field(
                    "padding",
                    OneOf("expected.padding", word=Same(), mapping=PADDING),
                    "1",
                    0,
                    also=("pad",),
                ),
                Field("flip", Flag(), "true", default=False, also=("flipped", "true_convolution")),
            ),
            "{channels: 8, kernel: 3}",
            ACTIVATION,
            Field("weights", _KERNEL, "[[1, 0], [0, 1]]", also=("w", "kernels")),
            BIAS_FIELD,
            FROZEN,
        ),
        _kind(
            "pooling",
            (
                Field("max", Sides("expected.window"), "2", also=("maximum", "window", "size")),
                Field("average", Global(), "2", also=("mean", "avg")),
                Field("stride", Sides("expected.window"), "2", also=("strides", "step")),
            ),
            "{max: 2}",
        ),
        _kind("flatten", (), "null"),
        _kind(
            "recurrent",
            _CELL,
            "{units: 2}",
            ACTIVATION._replace(default=("tanh", (), 0)),
            _WEIGHTS,
            Field(
                "recurrent_weights", _MATRIX, "[[0.3]]", also=("state_weights", "hidden_weights")
            ),
            BIAS_FIELD,
            FROZEN,
        ),
        _kind(
            "lstm",
            (
                *_CELL,
                Field("initial_cell", RowOnly(), "[0]", also=("c0", "cell")),
            ),
            "{units: 1, returns: last}",
            *_gated("lstm"),
        ),
        _kind("gru", _CELL, "{units: 1}", *_gated("gru")),
        _kind(
            "swiglu",
            (_UNITS, Field("beta", Number(), "1", 1.0)),
            "{units: 2}",
            _parts("swiglu", "weights", _MATRIX, "[[0.1, 0.2]]"),
            _parts("swiglu", "bias", _ROW, "[0.1]"),
            FROZEN,
        ),
        _kind(
            "attention",
            (
                Field("keys", _COUNT, "2", required=True),
                Field("values", _COUNT, "2", required=True, also=("units",)),
            ),
            "{keys: 2, values: 2}",
            _parts("attention", "weights", _MATRIX, "[[1, 0]]"),
            FROZEN,
        ),
        _kind(
            "normalisation",
            (Field("epsilon", Number("expected.positive", above=0), "1e-5", 1e-5, also=("eps",)),),
            "{epsilon: 1e-5}",
            Field(
                "weights",
                OneOf(
                    "expected.scale_and_shift",
                    mapping=DrawnOr(
                        Record(
                            "normalisation weights",
                            (
                                Field("scale", _ROW, "[1, 1]", required=True, also=("gamma",)),
                                Field(
                                    "shift", _ROW, "[0, 0]", required=True, also=("beta", "bias")
                                ),
                            ),
                            "expected.scale_and_shift",
                        ),
                        "expected.scale_and_shift",
                    ),
                ),
                "{scale: [1, 1], shift: [0, 0]}",
            ),
            FROZEN,
        ),
    )
}

FORM = Record(
    "inputs",
    (
        Field("channels", _COUNT, "1", 1, also=("depth",)),
        Field("height", _COUNT, "28", also=("rows",)),
        Field("width", _COUNT, "28", also=("columns",)),
        Field("steps", Whole(1, MOST_STEPS), "3", also=("length", "time")),
        Field("positions", Whole(1, MOST_STEPS), "3", also=("tokens",)),
        Field("units", _COUNT, "2", also=("size",)),
    ),
    "expected.inputs",
)

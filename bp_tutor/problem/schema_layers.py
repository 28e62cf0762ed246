"""The fields of layers beside dense ones: one table a kind, loaded where a file has such a layer.

Which arrays a kind has, and how large they are, is in `kinds.py`; here is only under which
key the file gives each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.problem.forms import Drawn, Numbers
from bp_tutor.problem.kinds import KINDS
from bp_tutor.problem.layer_forms import DrawnOr, Global, Nothing, RowOnly, Same, Sides
from bp_tutor.problem.model import Bias
from bp_tutor.problem.nested import NestedNumbers
from bp_tutor.problem.schema_network import ACTIVATION, BIAS_FIELD, FROZEN, MOST_UNITS, OnlyNone
from bp_tutor.problem.shapes import Field, OneOf, Record
from bp_tutor.problem.types import Choice, Flag, Number, Whole

if TYPE_CHECKING:
    from bp_tutor.problem.types import Type

MOST_STEPS = 1_000
_COUNT = Whole(1, MOST_UNITS)

GATES: dict[str, dict[str, str]] = {
    "lstm": {"input": "i", "forget": "f", "output": "o", "candidate": "g"},
    "gru": {"reset": "r", "update": "z", "candidate": "n"},
    "swiglu": {"gate": "g", "value": "v"},
    "attention": {"query": "q", "key": "k", "value": "v"},
}
"""The parts of a layer by the names that a file uses, with their canonical small letters."""
_OF_PART = {
    "input": "Of the input gate.", "forget": "Of the forget gate.",
    "output": "Of the output gate.", "candidate": "Of the candidate.",
    "reset": "Of the reset gate.", "update": "Of the update gate.",
    "gate": "Of the sum that goes through swish.", "value": "Of the other sum, or of the values.",
    "query": "Of the queries.", "key": "Of the keys.",
}  # fmt: skip
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


def _kind(
    name: str, settings: tuple[Field, ...], about: str, example: str, *fields: Field
) -> Record:
    """The table of one kind of layer: what stands under its key, and beside it."""
    own: Type = Record(f"{name} settings", settings) if settings else Nothing()
    known = (Field(name, own, about, example, required=True), *fields)
    names = {field.name for field in known}
    return Record(
        name, known, "expected.layer", tuple(key for key in _LAYER_KEYS if key not in names)
    )


def _parts(kind: str, field: str, about: str, cell: Type, example: str) -> Field:
    """A field with a value for each gate."""
    record = Record(
        f"{kind} {field}",
        tuple(
            Field(part, cell, _OF_PART[part], example, required=True) for part in GATES[kind]
        ),
        "expected.parts",
    )  # fmt: skip
    first = next(iter(GATES[kind]))
    mapping = DrawnOr(record, "expected.parts")
    if field == "bias":
        word = OnlyNone(Bias("none"), "expected.parts")
        kinds = OneOf("expected.parts", word=word, mapping=mapping)
        return Field(field, kinds, about, f"{{{first}: {example}, ...}}", also=("b", "biases"))
    one = OneOf("expected.parts", mapping=mapping)
    return Field(field, one, about, f"{{{first}: {example}, ...}}")


def _gated(kind: str) -> tuple[Field, ...]:
    """Weights and biases of a recurrent cell with gates."""
    return (
        _parts(kind, "weights", "Weights of the input, for each gate.", _MATRIX, "[[0.1, 0.2]]"),
        _parts(kind, "recurrent_weights", "Weights of the state before, for each gate.", _MATRIX,
               "[[0.1]]"),
        _parts(kind, "bias", "Biases for each gate, or none.", _ROW, "[0.1]"),
        FROZEN,
    )  # fmt: skip


_WEIGHTS = Field("weights", _MATRIX, "Weights of the input.", "[[0.1, 0.2]]", also=("w", "u"))
_UNITS = Field("units", _COUNT, "How many units.", "2", required=True, also=("size", "hidden"))
_CELL = (
    _UNITS,
    Field("returns", Choice(("all", "last", "mean")),
          "What goes on: every state, the last one, or the mean of all.", "last", "all"),
    Field("initial", RowOnly(), "The state at step 0; zero if left out.", "[0, 0]",
          also=("h0", "initial_state")),
)  # fmt: skip

SIDE_NAMES = ("top", "bottom", "left", "right")
_SIDE = Whole(0, MOST_UNITS)
PADDING = Record(
    "padding",
    tuple(Field(side, _SIDE, f"Zeros added at the {side}.", "1", 0) for side in SIDE_NAMES),
    "expected.padding",
)

KIND_RECORDS: dict[str, Record] = {
    row.name: row
    for row in (
        _kind(
            "convolution",
            (
                Field("channels", _COUNT, "How many output channels.", "8", required=True,
                      also=("filters", "units")),
                Field("kernel", Sides("expected.window"), "Its height and width.", "3",
                      required=True, also=("size", "kernel_size", "window")),
                Field("stride", Sides("expected.window"), "Steps down and across.", "2", (1, 1),
                      also=("strides", "step")),
                Field("padding", OneOf("expected.padding", word=Same(), mapping=PADDING),
                      "Zeros around the image, on all sides or on each, or same.", "1", 0,
                      also=("pad",)),
                Field("flip", Flag(), "Whether the kernel is turned first, as mathematics does.",
                      "true", default=False, also=("flipped", "true_convolution")),
            ),
            "A kernel slides over the image.", "{channels: 8, kernel: 3}",
            ACTIVATION,
            Field("weights", _KERNEL, "Kernels as [to][from][row][column], without the lists of "
                  "length 1 in front; or a generator.", "[[1, 0], [0, 1]]", also=("w", "kernels")),
            BIAS_FIELD, FROZEN,
        ),
        _kind(
            "pooling",
            (
                Field("max", Sides("expected.window"), "The largest value of each window.", "2",
                      also=("maximum", "window", "size")),
                Field("average", Global(), "The mean of each window, or of the whole image "
                      "(global).", "2", also=("mean", "avg")),
                Field("stride", Sides("expected.window"), "Steps down and across; the window if "
                      "left out.", "2", also=("strides", "step")),
            ),
            "One number for each window.", "{max: 2}",
        ),
        _kind("flatten", (), "An image as one row of units; the word flatten will do.", "null"),
        _kind(
            "recurrent", _CELL, "Elman's layer, over the steps of a sequence.", "{units: 2}",
            ACTIVATION._replace(default=("tanh", (), 0)),
            _WEIGHTS,
            Field("recurrent_weights", _MATRIX, "Weights of the state before.", "[[0.3]]",
                  also=("state_weights", "hidden_weights")),
            BIAS_FIELD, FROZEN,
        ),
        _kind(
            "lstm",
            (
                *_CELL,
                Field("initial_cell", RowOnly(), "The cell's state at step 0.", "[0]",
                      also=("c0", "cell")),
            ),
            "Long short-term memory.", "{units: 1, returns: last}", *_gated("lstm"),
        ),
        _kind("gru", _CELL, "Gated recurrent units.", "{units: 1}", *_gated("gru")),
        _kind(
            "swiglu",
            (_UNITS, Field("beta", Number(), "The beta of swish.", "1", 1.0)),
            "swish of one weighted sum, times another.", "{units: 2}",
            _parts("swiglu", "weights", "Weights of gate and value.", _MATRIX, "[[0.1, 0.2]]"),
            _parts("swiglu", "bias", "Biases of gate and value, or none.", _ROW, "[0.1]"),
            FROZEN,
        ),
        _kind(
            "attention",
            (
                Field("keys", _COUNT, "Length of a query and a key.", "2", required=True),
                Field("values", _COUNT, "Length of a value.", "2", required=True,
                      also=("units",)),
            ),
            "Each position mixes the values of all.", "{keys: 2, values: 2}",
            _parts("attention", "weights", "Weights of query, key, value.", _MATRIX, "[[1, 0]]"),
            FROZEN,
        ),
        _kind(
            "normalisation",
            (Field("epsilon", Number("expected.positive", above=0), "Added to the variance.",
                   "1e-5", 1e-5, also=("eps",)),),
            "Each row to mean 0 and variance 1, then scaled and shifted.", "{epsilon: 1e-5}",
            Field("weights", OneOf("expected.scale_and_shift", mapping=DrawnOr(
                Record("normalisation weights", (
                    Field("scale", _ROW, "What each unit is multiplied by.", "[1, 1]",
                          required=True, also=("gamma",)),
                    Field("shift", _ROW, "What is added to each unit.", "[0, 0]", required=True,
                          also=("beta", "bias")),
                ), "expected.scale_and_shift"), "expected.scale_and_shift")),
                "Scale and shift of each unit.", "{scale: [1, 1], shift: [0, 0]}"),
            FROZEN,
        ),
    )
}  # fmt: skip

FORM = Record(
    "inputs",
    (
        Field("channels", _COUNT, "Channels of an image.", "1", also=("depth",)),
        Field("height", _COUNT, "Rows of an image.", "28", also=("rows",)),
        Field("width", _COUNT, "Columns of an image.", "28", also=("columns",)),
        Field("steps", Whole(1, MOST_STEPS), "Steps of a sequence, taken one after another.", "3",
              also=("length", "time")),
        Field("positions", Whole(1, MOST_STEPS), "Positions that are seen all at once.", "3",
              also=("tokens",)),
        Field("units", _COUNT, "Numbers at each step or position.", "2", also=("size",)),
    ),
    "expected.inputs",
)  # fmt: skip

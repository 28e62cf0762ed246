"""The fields of a problem file: one table for checking, hints and the author's reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.layer import UNITS_OR_NAMES
from bp_tutor.catalogue.measures import MEASURES
from bp_tutor.fields.described import also_called
from bp_tutor.fields.forms import Choice, Flag, Name, Number, Whole, Words
from bp_tutor.fields.numbers import Numbers, Seeded
from bp_tutor.fields.records import Field, Later, ListOf, OneOf, Raw, Record
from bp_tutor.fields.schema import SchemaWriter, any_of
from bp_tutor.frozen import Frozen
from bp_tutor.problem.concepts import CLIPPED, LEARNING_RULE, LOSS, OPTIMISER, SCHEDULE
from bp_tutor.problem.layer_records import AnyLayer
from bp_tutor.problem.model import MOST_UPDATES, Rounding, Text
from bp_tutor.problem.rounded import Rounded
from bp_tutor.problem.samples import INPUTS
from bp_tutor.problem.texts import Bilingual, Source
from bp_tutor.reader import Node, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.fields.context import Context
    from bp_tutor.fields.forms import Form
    from bp_tutor.fields.schema import Fragment


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


_RATE = Number("expected.positive", above=0)
_RATES = OneOf("expected.rate", word=_RATE, items=ListOf(_RATE, "expected.rate", most=100_000))


class NotationName(Frozen):
    """The name of a notation; whether there is one is seen when the whole is read."""

    expected: str = "expected.text"

    def read(self, node: Node, context: Context) -> Any:
        """The name."""
        return Words(40).read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """One of the notations that there are."""
        from bp_tutor.problem.symbols import known_notations

        return {"enum": list(known_notations())}


class Batch(Frozen):
    """How many samples an update takes; whether there are so many is seen later."""

    expected: str = "expected.text"

    def read(self, node: Node, context: Context) -> Any:
        """The word or number as it was typed."""
        return Words(20).read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A word, or a whole number."""
        return any_of({"enum": ["full", "online"]}, {"type": "integer", "minimum": 1})


class Samples(Frozen):
    """A row of numbers or a matrix; lists inside lists where samples are images or sequences."""

    expected: str = "expected.data"

    def read(self, node: Node, context: Context) -> Any:
        """The rows, or a `Nested` where the lists go deeper."""
        first = node.items[0] if isinstance(node, Sequence) and node.items else None
        inner = first.items[0] if isinstance(first, Sequence) and first.items else None
        if isinstance(inner, Sequence):
            from bp_tutor.fields.numbers import NestedNumbers

            return NestedNumbers(self.expected).read(node, context)
        return Numbers(self.expected, one_row=True).read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Lists of numbers, from a row to samples of channels of rows."""
        from bp_tutor.fields.numbers import NestedNumbers

        return NestedNumbers(self.expected).schema(writer)


def _own_names() -> Form:
    from bp_tutor.problem.own_names import OWN_NAMES

    return OWN_NAMES


def _published() -> Form:
    from bp_tutor.problem.published import PUBLISHED

    return PUBLISHED


def _vary() -> Form:
    from bp_tutor.problem.vary import VARY

    return VARY


def _variant() -> Form:
    from bp_tutor.problem.vary import VARIANT

    return VARIANT


_NAMES = Later(_own_names, "expected.own_names")
_OPTIMISER = Field(
    "optimiser",
    OPTIMISER,
    "{momentum: {mu: 0.9}}",
    also=("optimizer", "solver"),
)
_CLIPPING = Field("clipping", CLIPPED, "{norm: 5}", also=("clip", "gradient_clipping"))
_SCHEDULE = Field("schedule", SCHEDULE, "{exponential: {factor: 0.9}}", also=("scheduler",))
_OUTPUTS = OneOf("expected.matrix", items=Numbers("expected.matrix", one_row=True))
_DATA = OneOf("expected.data", items=Samples(), mapping=Seeded())

GRAPH = Record(
    "graph",
    (
        Field("values", Raw(("number", "null", "array")), "{a: 2, W: [[1, 2], [3, 4]], x: null}"),
        Field("formulas", Raw(("string", "number")), "{c: a + b, e: c*d}"),
        Field("differentiate", Name(), "e"),
        Field(
            "with_respect_to",
            ListOf(Name(), "expected.names"),
            "[a, b]",
            also=("wrt", "by"),
        ),
        Field("given", Raw(("string", "number", "array")), "{dL/dz1: δ₁}"),
        Field("learning_rate", _RATES, "0.1", also=("lr", "eta", "rate")),
        _OPTIMISER,
        _CLIPPING,
        _SCHEDULE,
    ),
)

_CHOICES = {
    "delta": ("gradient", "descent"),
    "update_order": ("simultaneous", "sequential"),
    "report": ("gradient", "step"),
    "layout": ("rows", "columns"),
    "samples": ("rows", "columns"),
    "channels": ("first", "last"),
}
CONVENTIONS = Record(
    "conventions",
    (
        *(Field(name, Choice(names), names[1], names[0]) for name, names in _CHOICES.items()),
        Field("first_update", Whole(0, 1), "0", 1),
    ),
)

PROBLEM = Record(
    "problem",
    (
        Field("title", Bilingual(), "{en: XOR, zh: 异或}"),
        Field("text", Bilingual(4000, lines=True), "Find dW.", Text()),
        Field("source", Source(), '{lecture: "003"}', Text()),
        Field("notation", NotationName(), "net-out", "layered"),
        Field("names", _NAMES, "{Z: net, dZ: delta}", (), also=("symbols", "letters")),
        Field("network", NETWORK, "{inputs: 2, layers: [{units: 1}]}"),
        Field("graph", GRAPH, "{formulas: {c: a + b}, given: {dL/dc: δ}, with_respect_to: [a]}"),
        Field("inputs", _DATA, "[1, 0, 1]", also=("x", "input")),
        Field("targets", _DATA, "[0.9, 0.1]", also=("y", "target", "labels", "outputs")),
        Field(
            "given",
            Raw(("number", "array", "null")),
            '{"dA[2]": [[1, 0], [1, 2]]}',
            also=("known", "upstream"),
        ),
        Field(
            "predictions",
            _OUTPUTS,
            "[0.7, 0.2, 0.1]",
            also=("prediction", "probabilities", "y_hat", "yhat", "预测值"),
        ),
        Field("logits", _OUTPUTS, "[2, 1, 0.1]", also=("logit", "scores")),
        Field("loss", LOSS, "half_squared_error", also=("cost", "error")),
        Field("learning_rate", _RATES, "0.1", also=("lr", "eta", "rate")),
        _OPTIMISER,
        _CLIPPING,
        _SCHEDULE,
        Field("learning_rule", LEARNING_RULE, "perceptron", also=("rule",)),
        Field("updates", Whole(1, MOST_UPDATES), "100", 1, also=("epochs", "iterations", "steps")),
        Field("batch", Batch(), "online", "full", also=("batch_size",)),
        Field("conventions", CONVENTIONS, "{layout: columns}"),
        Field("rounding", Rounded(), "hand:4", Rounding()),
        Field("digits", Whole(0, 15), "4", 4),
        Field("gradients_of_inputs", Flag(), "true", default=False),
        Field(
            "measures",
            ListOf(
                Choice(
                    tuple(MEASURES),
                    also=also_called(MEASURES),
                )
            ),
            "[rmse]",
            (),
        ),
        Field(
            "published",
            ListOf(Later(_published, "expected.mapping"), "expected.published"),
            '[{name: L, value: "0.27"}]',
            (),
        ),
        Field(
            "vary",
            Later(_vary, "vary.expected.vary"),
            "{weights: {from: -1, to: 1, step: 0.1}}",
            also=("variants", "random"),
        ),
        Field("variant", Later(_variant, "expected.mapping"), "{of: exercise, seed: 7}"),
    ),
)

NETWORK_ONLY = (
    "inputs",
    "targets",
    "given",
    "loss",
    "learning_rate",
    "optimiser",
    "clipping",
    "batch",
    "gradients_of_inputs",
    "measures",
)
"""Keys that mean nothing beside `graph:`."""


ALONE = ("predictions", "logits")
"""Keys of a loss without a network; one of them says what it is the loss of."""
IN_LOSS = ("targets", "loss", "measures")
"""Keys of a network that a loss alone has as well."""


def problem_schema(about: Callable[[str, str], str]) -> Fragment:
    """The JSON Schema of problem files; `about` gives the line for a key of a record."""
    kind = {
        "if": {"required": ["graph"]},
        "then": {"properties": dict.fromkeys(("network", *NETWORK_ONLY, *ALONE), False)},
        "else": {"oneOf": [{"required": [kind]} for kind in ("network", *ALONE)]},
    }
    return PROBLEM.document(SchemaWriter(about), **kind)

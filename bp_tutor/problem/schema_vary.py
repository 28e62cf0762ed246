"""The fields of `vary:` and `variant:`: what is drawn anew, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Number, Whole, Words
from bp_tutor.fields.records import Field, ListOf, OneOf, Raw, Record
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Node, Scalar

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, Sketch

KEEP, NONE = "keep", "none"
MOST_CHOICES = 10_000
LARGEST_SEED = 2**32 - 1


class Word(Frozen):
    """One certain word."""

    word: str
    expected: str

    def read(self, node: Node, context: Context) -> Any:
        """The word."""
        if isinstance(node, Scalar) and node.text == self.word:
            return self.word
        context.wrong(node, self.expected)
        return BAD

    def schema(self, sketch: Sketch) -> Fragment:
        """The word."""
        return {"const": self.word}


SPAN = Record(
    "span",
    (
        Field("from", Number(), "-1", required=True),
        Field("to", Number(), "1", required=True),
        Field("step", Number("expected.positive", above=0), "0.1", required=True),
    ),
    "vary.expected.rule",
)
RULE = OneOf(
    "vary.expected.rule",
    word=Word(KEEP, "vary.expected.rule"),
    items=ListOf(Number(), "vary.expected.rule", least=2, most=MOST_CHOICES),
    mapping=SPAN,
)
_RATES = ListOf(
    Number("expected.positive", above=0), "vary.expected.rule", least=2, most=MOST_CHOICES
)
_LEAVES = Raw(("object", "array", "string", "number"), "vary.expected.values")
VARY = OneOf(
    "vary.expected.vary",
    word=Word(NONE, "vary.expected.vary"),
    mapping=Record(
        "vary",
        (
            Field("weights", RULE, "{from: -1, to: 1, step: 0.1}"),
            Field("biases", RULE, "keep"),
            Field("inputs", RULE, "[0, 1]"),
            Field("targets", RULE, "[0.1, 0.9]"),
            Field("learning_rate", RULE._replace(items=_RATES), "[0.1, 0.5]"),
            Field(
                "values",
                RULE._replace(mapping=_LEAVES, expected="vary.expected.values"),
                "{a: {from: 1, to: 5, step: 1}, b: keep}",
            ),
        ),
        "vary.expected.vary",
    ),
)

VARIANT = Record(
    "variant",
    (
        Field("of", Words(200), "exercise", required=True),
        Field("seed", Whole(0, LARGEST_SEED), "7", required=True),
        Field("drawing", Whole(1, 1000), "1", 1),
        Field("student", Words(200), "Ada"),
    ),
)

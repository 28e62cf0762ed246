"""The fields of a problem file: one table for checking, hints and the author's reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.frozen import Frozen
from bp_tutor.problem.choices import VERDICTS
from bp_tutor.problem.forms import Bilingual, Drawn, Numbers, Source
from bp_tutor.problem.model import Rounding, Text
from bp_tutor.problem.names import MEASURES
from bp_tutor.problem.rounded import Rounded
from bp_tutor.problem.schema_network import LOSS, NETWORK
from bp_tutor.problem.shapes import Field, Later, ListOf, OneOf, Raw, Record
from bp_tutor.problem.types import BAD, Choice, Flag, Name, Number, Whole, Words
from bp_tutor.reader import Node, Scalar, Sequence

if TYPE_CHECKING:
    from bp_tutor.problem.context import Context
    from bp_tutor.problem.types import Type

MOST_UPDATES = 10_000_000
_RATE = Number("expected.positive", above=0)
_RATES = OneOf("expected.rate", word=_RATE, items=ListOf(_RATE, "expected.rate", most=100_000))


class Samples(Frozen):
    """A row of numbers or a matrix; lists inside lists where samples are images or sequences."""

    expected: str = "expected.data"

    def read(self, node: Node, context: Context) -> Any:
        """The rows, or a `Nested` where the lists go deeper."""
        first = node.items[0] if isinstance(node, Sequence) and node.items else None
        inner = first.items[0] if isinstance(first, Sequence) and first.items else None
        if isinstance(inner, Sequence):
            from bp_tutor.problem.nested import NestedNumbers

            return NestedNumbers(self.expected).read(node, context)
        return Numbers(self.expected, one_row=True).read(node, context)


def _optimiser() -> Type:
    from bp_tutor.problem.optimisers import OPTIMISER

    return OPTIMISER


_OPTIMISER = Field(
    "optimiser", Later(_optimiser, "expected.optimiser"), "How gradients become steps.",
    "{momentum: {mu: 0.9}}", also=("optimizer", "solver"),
)  # fmt: skip
_DATA = OneOf("expected.data", items=Samples(), mapping=Drawn())

GRAPH = Record(
    "graph",
    (
        Field("values", Raw(), "Leaves with their numbers; null where only the symbol is known.",
              "{a: 2, b: 1, x: null}"),
        Field("formulas", Raw(), "Named formulas.", "{c: a + b, e: c*d}", required=True),
        Field("differentiate", Name(), "The quantity to differentiate.", "e"),
        Field("with_respect_to", ListOf(Name(), "expected.names"), "The quantities by which.",
              "[a, b]", required=True, also=("wrt", "by")),
        Field("given", Raw(), "Derivatives that are known, as numbers or symbols.",
              "{dL/dz1: δ₁}"),
        Field("learning_rate", _RATES, "Where given, the leaves asked for are updated.", "0.1",
              also=("lr", "eta", "rate")),
        _OPTIMISER,
    ),
)  # fmt: skip

_CHOICES = {
    "delta": ("gradient", "descent"),
    "update_order": ("simultaneous", "sequential"),
    "report": ("gradient", "step"),
    "layout": ("rows", "columns"),
    "samples": ("rows", "columns"),
}
_ABOUT = {
    "delta": "Delta is dL/dz, or its negative.",
    "update_order": "All deltas with the old weights, or hidden ones with the updated weights.",
    "report": "The update with the gradient, or with the signed step written out first.",
    "layout": "Matrix form as x·W (rows) or W·x (columns).",
    "samples": "Whether the rows or the columns of inputs and targets are the samples.",
}
CONVENTIONS = Record(
    "conventions",
    (
        *(Field(name, Choice(names), _ABOUT[name], names[1], names[0])
          for name, names in _CHOICES.items()),
        Field("first_update", Whole(0, 1), "The number of the first update.", "0", 1),
    ),
)  # fmt: skip


class Printed(Frozen):
    """A figure as printed, in quotes, so that its digits count."""

    expected: str = "expected.printed"

    def read(self, node: Node, context: Context) -> Any:
        """The text of the figure."""
        if isinstance(node, Scalar) and not node.quoted:
            context.mistake(node, "problem.quote_it", found=node.text[:40])
            return BAD
        return Words(40).read(node, context)


PUBLISHED = Record(
    "published",
    (
        Field("name", Words(120), "The quantity, in the course's or the canonical symbols.",
              '"W[1,1,1]"', required=True),
        Field("value", Printed(), "The figure as printed, in quotes.", '"0.8909"', required=True),
        Field("update", Whole(0, MOST_UPDATES), "In which update it is met.", "2"),
        Field("after", Whole(0, MOST_UPDATES), "After how many updates it holds.", "100"),
        Field("from", Words(300), "How the source got it, from its own figures.",
              '"0.1*0.02 + 0.3"'),
        Field("page", Words(40), "Page or slide.", "12"),
        Field("accepted", Choice(VERDICTS), "The verdict that is known and accepted.",
              "does_not_follow"),
        Field("why", Bilingual(300), "Where a difference comes from, for whoever reads on.",
              "{en: a zero was lost, zh: 漏了一个零}"),
    ),
)  # fmt: skip

PROBLEM = Record(
    "problem",
    (
        Field("title", Bilingual(), "A short title.", "{en: XOR, zh: 异或}"),
        Field("text", Bilingual(4000, lines=True), "What the exercise says.", "Find dW.", Text()),
        Field("source", Source(), "Where it comes from.", '{lecture: "003"}', Text()),
        Field("notation", Words(40), "The symbols of the course.", "net-out", "layered"),
        Field("network", NETWORK, "A network of layers.", "{inputs: 2, layers: [...]}"),
        Field("graph", GRAPH, "A computation graph of numbers.", "{formulas: {c: a + b}, ...}"),
        Field("inputs", _DATA, "One sample, or a list of samples.", "[1, 0, 1]",
              also=("x", "input")),
        Field("targets", _DATA, "What the outputs ought to be.", "[0.9, 0.1]",
              also=("y", "target", "labels", "outputs")),
        Field("loss", LOSS, "The loss and how the course states it; none: forward only.",
              "half_squared_error", also=("cost", "error")),
        Field("learning_rate", _RATES, "The learning rate, or one for each update.", "0.1",
              also=("lr", "eta", "rate")),
        _OPTIMISER,
        Field("updates", Whole(1, MOST_UPDATES), "How many updates.", "100", 1,
              also=("epochs", "iterations", "steps")),
        Field("batch", Words(20), "full, online, or how many samples per update.", "online",
              "full", also=("batch_size",)),
        Field("conventions", CONVENTIONS, "Choices in which courses differ.",
              "{layout: columns}"),
        Field("rounding", Rounded(), "Exact, or rounded as by hand.", "hand:4", Rounding()),
        Field("digits", Whole(0, 15), "Decimals that are shown.", "4", 4),
        Field("gradients_of_inputs", Flag(), "Derive dL/dx as well.", "true", default=False),
        Field("measures", ListOf(Choice(tuple(MEASURES), also={
            other: name for name, others in MEASURES.items() for other in others})),
            "Measures reported beside the loss.", "[rmse]", ()),
        Field("published", ListOf(PUBLISHED, "expected.published"),
              "Figures that the source prints.", '[{name: L, value: "0.27"}]', ()),
    ),
)  # fmt: skip

NETWORK_ONLY = (
    "inputs", "targets", "loss", "learning_rate", "optimiser", "batch", "gradients_of_inputs",
    "measures",
)  # fmt: skip
"""Keys that mean nothing beside `graph:`."""

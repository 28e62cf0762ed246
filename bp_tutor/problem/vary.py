"""What varies in the variants of a problem: the keys that say it, and whether they fit the file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.fields.forms import BAD, Number, Whole, Words
from bp_tutor.fields.numbers import Generated
from bp_tutor.fields.records import Field, ListOf, OneOf, Raw, Record, Section
from bp_tutor.frozen import Frozen
from bp_tutor.problem.model import Rule, Text, Variant, Vary
from bp_tutor.reader import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, SchemaWriter
    from bp_tutor.problem.model import Graph, Network
    from bp_tutor.reader import Node


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

    def schema(self, writer: SchemaWriter) -> Fragment:
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
            Field("given", Word(KEEP, "vary.expected.keep"), "keep"),
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


_OF_NETWORKS = ("weights", "biases", "inputs", "targets", "given")
_TITLES = {"en": "{} (variant {})", "zh": "{}（变式 {}）"}
_TITLES_OF = {"en": "{} (for {})", "zh": "{}（{}）"}


def titled(title: Text, variant: Variant) -> Text:
    """The title with whose variant it is, or its number: nobody mistakes it for another."""
    titles, whose = (_TITLES_OF, variant.student) if variant.student else (_TITLES, variant.seed)
    return Text(
        tuple(
            (language, titles[language].format(text, whose)) for language, text in title.by_language
        )
    )


def read_variant(problem: Section) -> Variant | None:
    """Which variant the file is."""
    section: Any = problem["variant"]
    if not section or not section.sound("of", "seed", "drawing", "student"):
        return None
    return Variant(section["of"], section["seed"], section["drawing"], section["student"] or "")


def read_vary(
    problem: Section, network: Network | None, graph: Graph | None, context: Context
) -> Vary:
    """What the file says of the values that vary."""
    section: Any = problem["vary"]
    if section == NONE:
        return Vary(nothing=True)
    if not isinstance(section, Section):
        return Vary()
    rules: dict[str, Rule] = {}
    for name in section.nodes:
        node = section.at(name)
        of_networks = name in _OF_NETWORKS
        if (graph if of_networks else network if name == "values" else None) is not None:
            kind = "graph" if of_networks else "network"
            context.mistake(node, f"vary.not_in_{kind}", name=name)
        elif name == "values":
            rules |= _leaves(section, graph, context)
        elif rule := _rule(section[name], node, context):
            rules[name] = rule
            if (network is not None and name != "given") or name == "learning_rate":
                _check(name, rule, node, (problem, network), context)
    return Vary(tuple(rules.items()))


def _leaves(section: Section, graph: Graph | None, context: Context) -> dict[str, Rule]:
    """The rule of all leaves, or of each by its name: `values` or `values.a`."""
    node = section.at("values")
    by_name = isinstance(node, Mapping) and not {"from", "to"} & {key.text for key, _ in node.items}
    if not by_name or not isinstance(node, Mapping):
        given = section["values"]
        given = SPAN.read(node, context) if isinstance(node, Mapping) else given
        rule = _rule(given, node, context)
        return {"values": rule} if rule else {}
    rules: dict[str, Rule] = {}
    leaves: dict[str, object] = {**dict(graph.values), **_given(graph)} if graph is not None else {}
    for key, value in node.items:
        if graph is not None and key.text not in leaves:
            context.unknown(key, "vary.no_leaf", key.text, leaves)
            continue
        if graph is not None and leaves[key.text] is None:
            context.mistake(key, "vary.no_numbers", name=key.text)
        rule = _rule(RULE.read(value, context), value, context)
        if rule:
            rules[f"values.{key.text.replace('∂', 'd')}"] = rule
    return rules


def _given(graph: Graph) -> dict[str, float | None]:
    """The derivatives that a file gives, as it writes them; None where that is no number."""
    return {
        f"{sign}{graph.loss_symbol}/{sign}{name}": value if isinstance(value, int | float) else None
        for sign in "d∂"
        for name, value in graph.given
    }


def _rule(given: Any, node: Node, context: Context) -> Rule | None:
    """A rule as it was read; None where something is wrong with it."""
    if given is BAD or given is None:
        return None
    if given == KEEP:
        return Rule()
    if isinstance(given, tuple):
        items = node.items if isinstance(node, Sequence) else ()
        for place, value in enumerate(given):
            if value in given[:place]:
                context.mistake(items[place], "vary.twice", value=f"{value:g}")
                return None
        return Rule(given)
    if not isinstance(given, Section) or not given.sound("from", "to", "step"):
        return None
    choices = tuple(_grid(given["from"], given["to"], given["step"]))
    if len(choices) < 2:
        context.mistake(given.at("to"), "vary.empty_span")
        return None
    if len(choices) > MOST_CHOICES:
        context.mistake(given.at("step"), "vary.fine_span", most=f"{MOST_CHOICES:,}")
        return None
    return Rule(choices)


def _grid(first: float, last: float, step: float) -> Iterator[float]:
    """The values as they would be typed: 0.1, 0.2, 0.3."""
    start, end, by = (Decimal(repr(number)) for number in (first, last, step))
    for count in range(MOST_CHOICES + 1):
        value = start + count * by
        if value > end:
            return
        yield float(value)


def _check(
    name: str, rule: Rule, node: Node, of: tuple[Section, Network | None], context: Context
) -> None:
    """Whether the numbers are there, and whether they may have these values."""
    problem, network = of
    if name == "learning_rate":
        if any(value <= 0 for value in rule.choices):
            context.wrong(node, "expected.positive")
        return
    assert network is not None
    all_given: dict[str, list[Any]] = {
        "inputs": [network.samples],
        "targets": [network.targets],
        "weights": [layer.weights for layer in network.layers if layer.wired],
        "biases": [layer.bias.values for layer in network.layers if layer.wired],
    }
    given = all_given[name]
    dense = all(layer.wired for layer in network.layers)
    typed = any(values is not None and not isinstance(values, Generated) for values in given)
    if rule.choices and not typed and (dense or name in ("inputs", "targets")):
        drawn = any(values is not None for values in given)
        context.mistake(node, "vary.drawn" if drawn else "vary.no_numbers", name=name)
    loss = network.loss
    if name == "targets" and rule.choices and loss is not None and problem.sound("loss"):
        kind = LOSSES[loss.name]
        if kind.shares or kind.classes:
            context.mistake(node, "vary.one_of_many")
        elif kind.signs and not all(one in (-1, 1) for one in rule.choices):
            context.mistake(node, "problem.targets_signs", loss=loss.name)
        elif kind.probabilities and not all(0 <= one <= 1 for one in rule.choices):
            context.mistake(node, "problem.targets_range", loss=loss.name)

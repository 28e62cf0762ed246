"""Attention: `softmax(Q @ K.T / sqrt(keys)) @ V`, each position over all positions.

With several heads, each has queries, keys and values of its own, and the output projection adds
up what all heads found (Vaswani et al., 2017): `concat(H1, H2) @ Wo` is `H1 @ Wo1 + H2 @ Wo2`,
where `Wo1` and `Wo2` are the upper and lower rows of `Wo`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import (
    COUNT,
    MATRIX,
    MOST_UNITS,
    ROW,
    LayerFormulas,
    LayerKind,
    biases,
    in_parts,
    to_units,
    weights,
)
from bp_tutor.catalogue.layer_formulas import biased
from bp_tutor.fields.forms import Flag, Whole
from bp_tutor.fields.records import Field, ListOf, Section
from bp_tutor.formula import Add, Div, MatMul, Number, Ref, Role, Transpose, apply, call
from bp_tutor.formula.masks import hides

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.formula import Formula, Quantity

PARTS = {"query": "q", "key": "k", "value": "v"}
PROJECTION = {"output": "o"}
MOST_HEADS = 64


def _units(section: Section) -> int:
    own = section["attention"]
    units: int = own["output"] or own["values"]
    return units


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    own: Section = section["attention"]
    settings: dict[str, Setting] = {"keys": own["keys"]}
    if not _fits(section, reached):
        return None
    if own["output"]:
        settings["values"] = own["values"]
    if own["heads"] > 1:
        settings["heads"] = own["heads"]
    if section.has("bias") and not isinstance(section["bias"], Bias):
        settings["biases"] = 1
    source = reached.signal
    if own["keys_from"]:
        source = reached.signals[own["keys_from"] - 1]
        settings["keys_from"] = own["keys_from"]
        settings["sources"] = source.shape[1]
        settings["seen"] = source.shape[0]
    padded = sum(1 << place - 1 for place in set(own["padded"]))
    if own["causal"] or padded:
        settings["causal"] = int(own["causal"])
        settings["padded"] = padded
    return settings


def _fits(section: Section, reached: Reached) -> bool:
    """Whether the settings fit each other, and the place where the layer stands."""
    own: Section = section["attention"]
    heads, place = own["heads"], own["keys_from"]
    told = len(reached.context)
    for name in ("keys", "values"):
        if own[name] % heads:
            reached.context.mistake(
                own.at(name), "problem.heads_uneven", name=name, count=own[name], heads=heads
            )
    if heads > 1 and not own["output"]:
        reached.context.mistake(own.node, "problem.heads_apart", child="output")
    if place and (place >= reached.number or reached.signals[place - 1].form != "positions"):
        reached.context.mistake(own.at("keys_from"), "problem.keys_from", layer=place)
        return False
    if place and own["causal"]:
        reached.context.mistake(own.at("causal"), "problem.causal_across", layer=place)
    for name in ("weights", "bias"):
        parts = section[name]
        if isinstance(parts, Section) and parts.has("output") != bool(own["output"]):
            key = "problem.projection_lacks" if own["output"] else "problem.projection_unsaid"
            reached.context.mistake(section.at(name), key, name=name)
    positions = (reached.signals[place - 1] if place else reached.signal).shape[0]
    for item in own["padded"]:
        if item > positions:
            reached.context.mistake(
                own.at("padded"), "problem.no_position", number=item, count=positions
            )
    seen = [each for each in range(1, positions + 1) if each not in own["padded"]]
    if not seen or (own["causal"] and seen[0] > 1):
        reached.context.mistake(own.at("padded"), "problem.mask_leaves_nothing")
    return len(reached.context) == told


def _widths(layer: Layer) -> dict[str, int]:
    """The units of each part: a query is compared with the keys, so both are equally long."""
    keys = layer.setting("keys")
    values = int(dict(layer.settings).get("values", layer.units))
    return {"query": keys, "key": keys, "value": values}


def _heads(layer: Layer) -> range:
    """The numbers of the heads; 0 where there is only one."""
    heads = int(dict(layer.settings).get("heads", 0))
    return range(1, heads + 1) if heads else range(1)


def _looks_at(layer: Layer) -> tuple[int, ...]:
    memory = dict(layer.settings).get("keys_from")
    return (int(memory),) if memory else ()


def _called(layer: Layer) -> str:
    return "multi_head_attention" if len(_heads(layer)) > 1 else "attention"


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    settings, heads = dict(layer.settings), _heads(layer)
    found: list[Array] = []
    for part, width in _widths(layer).items():
        own = part == "query"
        sources = signal.shape[1] if own else int(settings.get("sources", signal.shape[1]))
        matrix = weights(f"W{PARTS[part]}", sources, width // len(heads), part=part, leaves=True)
        row = biases(f"B{PARTS[part]}", width // len(heads), part)
        kinds = (matrix, row) if settings.get("biases") else (matrix,)
        found += [
            each._replace(head=head, cut=1 if head else None, heads=len(heads))
            for each in kinds
            for head in heads
        ]
    if "values" in settings:
        values = int(settings["values"]) // len(heads)
        matrix = weights("Wo", values, layer.units, part="output", leaves=True)
        found += [
            matrix._replace(head=head, cut=0 if head else None, heads=len(heads)) for head in heads
        ]
        if settings.get("biases"):
            found.append(biases("Bo", layer.units, "output"))
    return tuple(found)


class _Head:
    """The lines of one head."""

    def __init__(self, context: LayerContext, number: int) -> None:
        self.context, self.number = context, number
        self.step = number or None
        settings = dict(context.layer.settings)
        self.source = context.inputs[0]
        memory = int(settings.get("keys_from", 0))
        self.memory = context.output_of(memory)[0] if memory else self.source
        self.mask = (
            (int(settings["causal"]), int(settings["padded"])) if "causal" in settings else ()
        )
        self.lines: list[Definition] = []

    def found(self, letter: str = "A", role: Role = Role.OUTPUT) -> Quantity:
        """What the head makes of each position, by its lines."""
        width = {part: size // self.count for part, size in _widths(self.context.layer).items()}
        parts = {part: self._part(part, size) for part, size in width.items()}
        shape = self.source.shape[0], self.memory.shape[0]
        removed = frozenset(
            (row, column)
            for row in range(shape[0])
            for column in range(shape[1])
            if self.mask and hides(self.mask, row, column)
        )
        scores = self.context.quantity("S", self.step, shape, Role.SCORE, removed)
        shares = self.context.quantity("P", self.step, shape, Role.SHARE, removed)
        after = self.context.quantity(letter, self.step, (shape[0], width["value"]), role)
        product = MatMul(parts["query"], Transpose(parts["key"]))
        compared: Formula = Div(product, call("sqrt", Number(width["key"])))
        if self.mask:
            compared = apply("masked", compared, options=self.mask)
        self.lines += [
            Definition(scores, compared, "forward", "scores", remarks=self._remarks()),
            Definition(shares, apply("softmax", Ref(scores)), "forward", "softmax"),
            Definition(after, MatMul(Ref(shares), parts["value"]), "forward", "mixture"),
        ]
        return after

    @property
    def count(self) -> int:
        """How many heads there are."""
        return len(_heads(self.context.layer))

    def _part(self, part: str, width: int) -> Formula:
        """The queries, keys or values of all positions."""
        small = PARTS[part]
        source = self.source if part == "query" else self.memory
        found = self.context.quantity(small.upper(), self.step, (source.shape[0], width))
        key = f"{small}{self.number or ''}"
        weighted = MatMul(Ref(source), Ref(self.context.arrays[f"W{key}"]))
        line = biased(self.context, weighted, f"B{key}")
        self.lines.append(Definition(found, line, "forward", part))
        return Ref(found)

    def _remarks(self) -> tuple[Remark, ...]:
        """Which positions are not seen; said once for all heads."""
        if not self.mask or self.number > 1:
            return ()
        causal, padded = self.mask
        remarks = [Remark("mask_causal")] if causal else []
        hidden = [place + 1 for place in range(padded.bit_length()) if padded >> place & 1]
        if hidden:
            remarks.append(Remark("mask_padding", (("positions", ", ".join(map(str, hidden))),)))
        return tuple(remarks)


def _formulas(context: LayerContext) -> LayerFormulas:
    numbers = _heads(context.layer)
    heads = [_Head(context, number) for number in numbers]
    if "values" not in dict(context.layer.settings):
        after = heads[0].found()
        return LayerFormulas(tuple(heads[0].lines), (after,))
    found = [head.found("H", Role.INNER) for head in heads]
    lines = [line for head in heads for line in head.lines]
    terms = [
        MatMul(Ref(one), Ref(context.arrays[f"Wo{number or ''}"]))
        for one, number in zip(found, numbers, strict=True)
    ]
    total = Add(tuple(terms)) if len(terms) > 1 else terms[0]
    shape = context.inputs[0].shape[0], context.layer.units
    after = context.quantity("A", None, shape, Role.OUTPUT)
    lines.append(Definition(after, biased(context, total, "Bo"), "forward", "projection"))
    return LayerFormulas(tuple(lines), (after,))


ATTENTION = LayerKind(
    key="attention",
    fields=(
        Field("keys", COUNT, "2", required=True),
        Field("values", COUNT, "2", required=True, also=("units",)),
        Field("heads", Whole(1, MOST_HEADS), "2", 1, also=("num_heads", "n_heads")),
        Field("output", COUNT, "4", also=("projection", "out")),
        Field("causal", Flag(), "true", default=False, also=("masked", "is_causal")),
        Field(
            "padded",
            ListOf(Whole(1, MOST_UNITS), "expected.padded", least=0),
            "[3]",
            (),
            also=("padding", "padding_mask"),
        ),
        Field("keys_from", Whole(1, 64), "1", also=("memory", "encoder", "context")),
    ),
    example="{keys: 2, values: 2}",
    also=("self_attention", "multi_head_attention", "multihead_attention", "cross_attention"),
    takes=("positions",),
    units=_units,
    settings=_settings,
    numbers=(
        in_parts("attention", "weights", PARTS, MATRIX, "[[1, 0]]", PROJECTION),
        in_parts("attention", "bias", PARTS, ROW, "[0.1, 0]", PROJECTION),
    ),
    arrays=_arrays,
    hands_on=to_units,
    formulas=_formulas,
    looks_at=_looks_at,
    called=_called,
    examples=(
        "{attention: {keys: 2, values: 3}}",
        "{attention: {heads: 2, keys: 4, values: 4, output: 2, causal: true}}",
    ),
)

"""Additive attention: a small network compares each state with each key (Bahdanau et al., 2015).

`e = tanh(q @ Wq + h @ Wk) @ Ws` says how well a state q fits the state h of another layer; the
shares `softmax(e)` over the steps of that layer mix its states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import (
    COUNT,
    LAYER_NUMBER,
    MATRIX,
    LayerFormulas,
    LayerKind,
    in_parts,
    weights,
)
from bp_tutor.fields.records import Field
from bp_tutor.formula import Add, MatMul, Mul, Ref, Role, apply, call

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Formula, Quantity

PARTS = {"query": "q", "key": "k", "score": "s"}


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    own = section["additive_attention"]
    number = own["keys_from"]
    before = number < reached.number
    if before and reached.signals[number - 1].form == "sequence":
        keys = reached.signals[number - 1].shape[0]
        return {"compared": own["units"], "keys_from": number, "keys": keys}
    reached.context.mistake(
        own.at("keys_from"), "problem.keys_of_steps", layer=reached.number, other=number
    )
    return None


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    compared = layer.setting("compared")
    shapes = {
        "query": (signal.shape[0], compared), "key": (layer.setting("keys"), compared),
        "score": (compared, 1),
    }  # fmt: skip
    return tuple(
        weights(f"W{PARTS[part]}", *shape, part=part, leaves=True) for part, shape in shapes.items()
    )


def _hands_on(layer: Layer, signal: Signal) -> Signal:
    return signal._replace(shape=(layer.setting("keys"),))


def _formulas(context: LayerContext) -> LayerFormulas:
    layer, memory = context.layer, context.output_of(context.layer.setting("keys_from"))
    matrices = {small: Ref(context.arrays[f"W{small}"]) for small in PARTS.values()}
    units = layer.setting("compared")
    lines: list[Definition] = []
    keys = []
    for place, state in enumerate(memory, 1):
        key = context.quantity("K", place, (state.shape[0], units))
        lines.append(Definition(key, MatMul(Ref(state), matrices["k"]), "forward", "key"))
        keys.append(key)
    remark = Remark("keys_from", (("layer", layer.setting("keys_from")),))
    lines[0] = lines[0]._replace(remarks=(remark,))
    outputs = []
    for step, source in enumerate(context.inputs, 1):
        query = context.quantity("Q", step, (source.shape[0], units))
        scores = context.quantity("S", step, (source.shape[0], len(memory)))
        shares = context.quantity("P", step, scores.shape)
        after = context.quantity("A", step, memory[0].shape, Role.OUTPUT)
        compared = _together([Add((Ref(query), Ref(key))) for key in keys])
        before = context.quantity("Z", step, compared.shape, Role.WEIGHTED_SUM)
        bent = context.quantity("T", step, compared.shape, Role.GATE)
        fits = _together([MatMul(part, matrices["s"]) for part in _parts(bent, len(keys))])
        lines += [
            Definition(query, MatMul(Ref(source), matrices["q"]), "forward", "query"),
            Definition(before, compared, "forward", "compared"),
            Definition(bent, call("tanh", Ref(before)), "forward", "activation", inlined=True),
            Definition(scores, fits, "forward", "additive_scores"),
            Definition(shares, apply("softmax", Ref(scores)), "forward", "softmax"),
            Definition(after, _mixture(shares, memory), "forward", "mixture_of_states"),
        ]
        outputs.append(after)
    return LayerFormulas(tuple(lines), tuple(outputs))


def _together(columns: list[Formula]) -> Formula:
    """Side by side, a part for each key."""
    return apply("concatenate", *columns, options=(1,)) if len(columns) > 1 else columns[0]


def _parts(quantity: Quantity, count: int) -> list[Formula]:
    """The parts for each of so many keys."""
    width = quantity.shape[1] // count
    spans = ((1, place * width, (place + 1) * width) for place in range(count))
    return [apply("slice_of", Ref(quantity), options=span) for span in spans]


def _mixture(shares: Quantity, memory: tuple[Quantity, ...]) -> Formula:
    parts = zip(_parts(shares, len(memory)), memory, strict=True)
    terms = tuple(Mul((share, Ref(state))) for share, state in parts)
    return Add(terms) if len(terms) > 1 else terms[0]


ADDITIVE_ATTENTION = LayerKind(
    key="additive_attention",
    fields=(
        Field("units", COUNT, "2", required=True, also=("size", "hidden")),
        Field("keys_from", LAYER_NUMBER, "1", required=True, also=("memory", "encoder", "context")),
    ),
    example="{units: 2, keys_from: 1}",
    also=("bahdanau", "bahdanau_attention", "mlp_attention"),
    takes=("sequence",),
    settings=_settings,
    numbers=(in_parts("additive_attention", "weights", PARTS, MATRIX, "[[1, 0]]"),),
    arrays=_arrays,
    hands_on=_hands_on,
    looks_at=lambda layer: (layer.setting("keys_from"),),
    formulas=_formulas,
    examples=("{additive_attention: {units: 2, keys_from: 1}}",),
)

"""Layer normalisation: each row to mean 0 and variance 1, then scaled and shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import (
    ROW,
    UNITS,
    LayerFormulas,
    LayerKind,
    biases,
)
from bp_tutor.catalogue.layer_formulas import biased
from bp_tutor.fields.forms import Number
from bp_tutor.fields.numbers import SeededOr
from bp_tutor.fields.records import Field, OneOf, Record
from bp_tutor.formula import Add, Div, Mul, Neg, Pow, Reduce, Ref, Role, call
from bp_tutor.formula import Number as Constant
from bp_tutor.formula.algebra import number

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Formula

EPSILON = 1e-5


def _settings(section: Section, _: Reached) -> dict[str, Setting]:
    own: Section | None = section["normalisation"]
    return {"epsilon": own["epsilon"] if own else EPSILON}


def _arrays(_: Layer, signal: Signal) -> tuple[Array, ...]:
    shift = biases("B", signal.shape[-1], "shift", field="weights")
    scale = shift._replace(letter="gamma", part="scale", role=Role.SCALE, rule="weight_gradient")
    return scale, shift


def _formulas(context: LayerContext) -> LayerFormulas:
    epsilon = number(context.layer.number("epsilon"))
    lines: list[Definition] = []
    outputs = []
    for step, source in context.steps():
        rows, units = source.shape
        mean, variance = (context.quantity(letter, step, (rows, 1)) for letter in ("M", "S"))
        centred, scaled = (context.quantity(letter, step, (rows, units)) for letter in ("D", "N"))
        after = context.quantity("A", step, (rows, units), Role.OUTPUT)
        root = call("sqrt", Add((Ref(variance), epsilon)))
        square: Formula = Pow(Ref(centred), Constant(2))
        stretched = Mul((Ref(context.arrays["gamma"]), Ref(scaled)))
        lines += [
            Definition(mean, Reduce("mean", Ref(source), (1,)), "forward", "mean"),
            Definition(centred, Add((Ref(source), Neg(Ref(mean)))), "forward", "centred"),
            Definition(variance, Reduce("mean", square, (1,)), "forward", "variance"),
            Definition(scaled, Div(Ref(centred), root), "forward", "normalised"),
            Definition(after, biased(context, stretched), "forward", "scaled_and_shifted"),
        ]
        outputs.append(after)
    return LayerFormulas(tuple(lines), tuple(outputs))


_SCALE_AND_SHIFT = Record(
    "normalisation weights",
    (
        Field("scale", ROW, "[1, 1]", required=True, also=("gamma",)),
        Field("shift", ROW, "[0, 0]", required=True, also=("beta", "bias")),
    ),
    "expected.scale_and_shift",
)

NORMALISATION = LayerKind(
    key="normalisation",
    fields=(
        Field(
            "epsilon",
            Number("expected.positive", above=0),
            "1e-5",
            EPSILON,
            also=("eps",),
        ),
    ),
    example="{epsilon: 1e-5}",
    also=("normalization", "layer_norm", "layernorm", "norm"),
    takes=UNITS,
    is_word=True,
    settings=_settings,
    numbers=(
        Field(
            "weights",
            OneOf(
                "expected.scale_and_shift",
                mapping=SeededOr(_SCALE_AND_SHIFT, "expected.scale_and_shift"),
            ),
            "{scale: [1, 1], shift: [0, 0]}",
        ),
    ),
    arrays=_arrays,
    formulas=_formulas,
    examples=("{normalisation: {epsilon: 1e-5}}",),
)

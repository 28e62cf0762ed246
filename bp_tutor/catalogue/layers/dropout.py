"""Dropout: some values become 0, the others are divided by the share that stays.

Dividing while training (inverted dropout) keeps the mean as it is, so that nothing is left to be
done at inference (Srivastava et al., 2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import Array, LayerFormulas, LayerKind
from bp_tutor.fields.forms import Flag, Number, Whole
from bp_tutor.fields.numbers import Numbers
from bp_tutor.fields.records import Field
from bp_tutor.formula import Add, Div, Mul, Neg, Ref, Role
from bp_tutor.formula import Number as Constant
from bp_tutor.formula.algebra import number
from bp_tutor.formula.quantity import ONE, SAMPLE

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Formula

WAYS = ("mask", "seed", "inference")


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    own: Section = section["dropout"]
    ways = [name for name in WAYS if own.has(name) and own[name] is not False]
    if len(ways) != 1:
        reached.context.mistake(own.node, "problem.dropout_way")
        return None
    rows = own["mask"] or ()
    if any(value not in (0, 1) for row in rows for value in row):
        reached.context.mistake(own.at("mask"), "problem.mask_values")
        return None
    if rows and not any(value for row in rows for value in row):
        reached.context.mistake(own.at("mask"), "problem.mask_empty")
        return None
    settings: dict[str, Setting] = {"p": own["p"]}
    if own["seed"] is not None:
        settings["seed"] = own["seed"]
    if own["inference"]:
        settings["inference"] = 1
    if len(rows) == 1:
        settings["same"] = 1
    return settings


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    settings = dict(layer.settings)
    if "inference" in settings:
        return ()
    if signal.form == "positions":
        shape, first = signal.shape, "position"
    else:
        # Of each sample, unless one row is said for all of them.
        shape, first = (1, signal.size), ONE if "same" in settings else SAMPLE
    drawn = (int(settings["seed"]), float(settings["p"])) if "seed" in settings else None
    return (Array("M", shape, (first, "unit"), "mask", role=Role.FIXED, dropped=drawn),)


def _formulas(context: LayerContext) -> LayerFormulas:
    (source,) = context.inputs
    after = context.quantity("A", None, source.shape, Role.OUTPUT)
    formula: Formula = Ref(source)
    rule = "dropout_off"
    if "M" in context.arrays:
        stays = Add((Constant(1), Neg(number(context.layer.number("p")))))
        formula, rule = Div(Mul((Ref(context.arrays["M"]), Ref(source))), stays), "dropout"
    return LayerFormulas((Definition(after, formula, "forward", rule),), (after,))


DROPOUT = LayerKind(
    key="dropout",
    also=("drop_out",),
    takes=("vector", "positions"),
    fields=(
        Field(
            "p",
            Number("expected.share", 0, 0.999999999999),
            "0.5",
            required=True,
            also=("rate", "drop", "probability"),
        ),
        Field("mask", Numbers("expected.matrix", one_row=True), "[1, 0, 1]"),
        Field("seed", Whole(0, 2**32 - 1), "1"),
        Field("inference", Flag(), "true", default=False, also=("eval", "test")),
    ),
    example="{p: 0.5, mask: [1, 0]}",
    settings=_settings,
    arrays=_arrays,
    formulas=_formulas,
    examples=(
        "{dropout: {p: 0.5, mask: [1, 0]}}",
        "{dropout: {p: 0.2, seed: 1}}",
        "{dropout: {p: 0.5, inference: true}}",
    ),
)

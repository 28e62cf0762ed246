"""Layers in which values meet values: gated units, attention, normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layers import Built, biased
from bp_tutor.formula import (
    Add,
    Div,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Reduce,
    Ref,
    Transpose,
    apply,
    call,
)
from bp_tutor.formula.algebra import number

if TYPE_CHECKING:
    from bp_tutor.catalogue.layers import Place
    from bp_tutor.formula import Formula, Quantity

EPSILON = 1e-5


def swiglu(place: Place) -> Built:
    """`swish(A @ Wg + Bg) * (A @ Wv + Bv)`, unit by unit."""
    beta = number(float(dict(place.layer.settings).get("beta", 1)))
    lines: list[Definition] = []
    flow = []
    for step, source in place.steps():
        shape = (source.shape[0], place.layer.units)
        gate, value, open_gate, after = (
            place.at(letter, step, shape) for letter in ("Zg", "Zv", "G", "A")
        )
        for letter, quantity in (("g", gate), ("v", value)):
            weighted = MatMul(Ref(source), Ref(place.arrays[f"W{letter}"]))
            line = biased(place, weighted, f"B{letter}")
            lines.append(Definition(quantity, line, "forward", "weighted_sum", preactivation=True))
        swish = call("swish", Ref(gate), beta)
        lines += [
            Definition(open_gate, swish, "forward", "activation", carried=True),
            Definition(after, Mul((Ref(open_gate), Ref(value))), "forward", "gated_output"),
        ]
        flow.append(after)
    return Built(tuple(lines), tuple(flow))


def attention(place: Place) -> Built:
    """`softmax(Q @ K.T / sqrt(keys)) @ V`, each position over all positions."""
    source = place.flow[0]
    positions = source.shape[0]
    keys, units = place.layer.setting("keys"), place.layer.units
    query, key, value = (
        place.at(letter, None, (positions, width))
        for letter, width in (("Q", keys), ("K", keys), ("V", units))
    )
    lines = [
        Definition(quantity, MatMul(Ref(source), Ref(place.arrays[f"W{letter}"])), "forward", rule)
        for letter, quantity, rule in (
            ("q", query, "query"),
            ("k", key, "key"),
            ("v", value, "value"),
        )
    ]
    shape, axes = (positions, positions), ("position", "unit")
    scores = place.at("S", None, shape)
    shares = place.at("P", None, shape)
    after = place.at("A", None, (positions, units))
    assert scores.axes == axes
    product = MatMul(Ref(query), Transpose(Ref(key)))
    lines += [
        Definition(scores, Div(product, call("sqrt", Number(keys))), "forward", "scores"),
        Definition(shares, apply("softmax", Ref(scores)), "forward", "softmax"),
        Definition(after, MatMul(Ref(shares), Ref(value)), "forward", "mixture"),
    ]
    return Built(tuple(lines), (after,))


def normalisation(place: Place) -> Built:
    """Each row to mean 0 and variance 1, then scaled and shifted by what is learnt."""
    epsilon = number(float(dict(place.layer.settings).get("epsilon", EPSILON)))
    lines: list[Definition] = []
    flow = []
    for step, source in place.steps():
        rows, units = source.shape
        mean, variance = (_column(place, letter, step, rows) for letter in ("M", "S"))
        centred, scaled, after = (
            place.at(letter, step, (rows, units)) for letter in ("D", "N", "A")
        )
        root = call("sqrt", Add((Ref(variance), epsilon)))
        square: Formula = Pow(Ref(centred), Number(2))
        stretched = Mul((Ref(place.arrays["gamma"]), Ref(scaled)))
        lines += [
            Definition(mean, Reduce("mean", Ref(source), (1,)), "forward", "mean"),
            Definition(centred, Add((Ref(source), Neg(Ref(mean)))), "forward", "centred"),
            Definition(variance, Reduce("mean", square, (1,)), "forward", "variance"),
            Definition(scaled, Div(Ref(centred), root), "forward", "normalised"),
            Definition(after, biased(place, stretched), "forward", "scaled_and_shifted"),
        ]
        flow.append(after)
    return Built(tuple(lines), tuple(flow))


def _column(place: Place, letter: str, step: int | None, rows: int) -> Quantity:
    """A quantity with one number for each row."""
    return place.at(letter, step, (rows, 1))

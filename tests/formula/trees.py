"""Random formulas, and their values worked out in another way than the tutor's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from bp_tutor.formula import (
    Add,
    Call,
    Div,
    Entry,
    Formula,
    Indicator,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Quantity,
    Reduce,
    Ref,
    Transpose,
    call,
    walk,
)
from bp_tutor.formula.spelling import Canonical
from bp_tutor.formula.style import ASCII, UNICODE

LARGEST = 1e6
NOISE = 1e-12
"""What a difference may be off by: a step takes it for 0."""

Array = Any
Values = dict[Quantity, Array]

CANONICAL_UNICODE = Canonical(UNICODE)
CANONICAL_ASCII = Canonical(ASCII)

DENSE = (
    Quantity("Z", (2,), (1, 3), ("sample", "unit")),
    Quantity("A", (1,), (4, 2), ("sample", "unit")),
    Quantity("W", (1,), (2, 3), ("from", "to")),
    Quantity("W", (3,), (3, 2), ("from", "to"), kind="d"),
    Quantity("B", (2,), (1, 3), ("one", "unit"), kind="'"),
    Quantity("L"),
    Quantity("eta"),
    Quantity("x1"),
)
ENTRIES = [Entry(quantity, index) for quantity in DENSE for index in quantity.indices()]
SQUARES = tuple(Quantity(name, (1,), (2, 2), ("from", "to")) for name in ("M", "N", "K"))
ROW, COLUMN = Quantity("R", (1,), (1, 2)), Quantity("C", (1,), (2, 1))
SCALAR = Quantity("s")

ONE_ARGUMENT = (
    "exp", "log", "log10", "sqrt", "sin", "cos", "abs", "identity", "sigmoid", "tanh", "relu",
    "softplus", "step", "sign", "leaky_relu", "elu", "swish",
)  # fmt: skip
TAME = ("sigmoid", "tanh", "relu", "softplus", "sin", "cos", "abs", "leaky_relu", "elu", "swish")


def number(value: float) -> Formula:
    return Number(int(value) if float(value).is_integer() else value)


numbers = st.one_of(
    st.integers(-20, 20),
    st.integers(0, 2**53),
    st.floats(-1e3, 1e3).map(lambda value: round(value, 4)),
    st.floats(allow_nan=False, allow_infinity=False),
).map(number)


def negative(inner: Formula) -> Formula:
    """What a minus sign makes: of a number, a negative number."""
    return number(-inner.number) if isinstance(inner, Number) else Neg(inner)


def several(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[tuple[Formula, ...]]:
    return st.lists(inner, min_size=2, max_size=4).map(tuple)


def power(base: Formula, exponent: Formula) -> Formula:
    return Pow(base, exponent)


def grown(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    """Every kind of scalar node over smaller formulas."""
    return st.one_of(
        several(inner).map(Add),
        several(inner).map(Mul),
        inner.map(negative),
        st.builds(Div, inner, inner),
        st.builds(Pow, inner, st.integers(-100, 100).map(Number)),
        st.builds(Pow, inner, st.sampled_from([Number(0.5), Div(Number(1), Number(3))])),
        st.builds(Pow, inner, inner),
        st.builds(Indicator, inner, st.sampled_from([">", ">=", "<", "<="])),
        st.builds(call, st.sampled_from(ONE_ARGUMENT), inner),
        st.builds(call, st.sampled_from(("max", "min")), inner, inner),
    )


leaves = st.one_of(
    st.sampled_from(ENTRIES), numbers, st.just(Div(Number(1), Number(2)))
)  # ½ has a sign of its own
scalars = st.recursive(leaves, grown, max_leaves=12)


def widened(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    """Every kind of node over 2×2 arrays; rows, columns and scalars spread out."""
    small = st.sampled_from([Ref(ROW), Ref(COLUMN), Ref(SCALAR), Number(3), Number(-0.5)])
    either = st.one_of(inner, small)
    return st.one_of(
        st.tuples(inner, either).map(Add),
        st.tuples(either, inner).map(Add),
        st.tuples(inner, either, inner).map(Mul),
        st.tuples(small, inner).map(Mul),
        st.builds(MatMul, inner, inner),
        inner.map(Transpose),
        inner.map(Neg),
        st.builds(Div, inner, st.builds(Add, st.tuples(inner.map(square), st.just(Number(1))))),
        inner.map(square),
        st.builds(call, st.sampled_from(TAME), inner),
        st.builds(Indicator, inner, st.sampled_from([">", "<="])),
        st.builds(
            lambda kind, arg, axes: Mul((arg, Reduce(kind, arg, axes))),
            st.sampled_from(["sum", "mean"]), inner, st.sampled_from([(0,), (1,), (0, 1)]),
        ),
        st.builds(
            lambda kind, arg: Add((arg, Reduce(kind, arg, (0, 1), scalar=True))),
            st.sampled_from(["sum", "mean"]), inner,
        ),
    )  # fmt: skip


def square(base: Formula) -> Formula:
    return Pow(base, Number(2))


def bounded(formula: Formula) -> bool:
    """Whether one entry, written out, is still short."""
    nodes = walk(formula)
    return len(nodes) < 60 and sum(isinstance(node, Reduce | MatMul) for node in nodes) <= 4


matrices = st.recursive(st.sampled_from([Ref(q) for q in SQUARES]), widened, max_leaves=6).filter(
    bounded
)


def _below(x: Array) -> Array:
    """The share of the gamma distribution of shape 1/2 below `x`, by its series."""
    x = np.minimum(np.asarray(x, dtype=float), 40.0)
    term = total = np.ones_like(x)
    for place in range(1, 300):
        term = term * x / (place + 0.5)
        total = total + term
    return np.sqrt(x) * np.exp(-x) * total / math.gamma(1.5)


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "exp": np.exp,
    "log": np.log,
    "log10": lambda z: np.log(z) / math.log(10),
    "sqrt": lambda z: z**0.5,
    "sin": np.sin,
    "cos": lambda z: np.exp(1j * z).real,
    "abs": lambda z: np.sqrt(z * z),
    "identity": lambda z: z,
    "sigmoid": lambda z: (1 + np.tanh(z / 2)) / 2,
    "tanh": lambda z: 1 - 2 / (np.exp(2 * z) + 1),
    "relu": lambda z: z * (z > 0),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "leaky_relu": lambda z, alpha: z * np.where(z > 0, 1, alpha),
    "prelu": lambda z, alpha: np.maximum(z, 0) + alpha * np.minimum(z, 0),
    "elu": lambda z, alpha: np.where(z > 0, z, alpha * (np.exp(z) - 1)),
    "swish": lambda z, beta: z * (1 + np.tanh(beta * z / 2)) / 2,
    "selu": lambda z, alpha, scale: np.where(z > 0, scale * z, scale * alpha * (np.exp(z) - 1)),
    "cosh": lambda z: np.sqrt(1 + np.sinh(z) ** 2),
    "erf": lambda z: np.sign(z) * _below(z * z),
    "floor": lambda z: z // 1,
    "normal_cdf": lambda z: (1 + np.sign(z) * _below(z * z / 2)) / 2,
    "gelu_tanh": lambda z: (
        z * (1 + np.tanh((z + 0.044715 * z * z * z) * math.sqrt(2 / math.pi))) / 2
    ),
    "step": lambda z: (z >= 0) * 1.0,
    "sign": lambda z: (z > 0) * 1.0 - (z < 0) * 1.0,
    "max": lambda y, z: np.where(y > z, y, z),
    "min": lambda y, z: np.where(y > z, z, y),
}
"""The functions of the table by other definitions than the table's."""


def worked_out(formula: Formula, values: Values) -> Array:
    """The value of a formula by NumPy's own broadcasting, node by node."""
    match formula:
        case Number(value):
            return float(value)
        case Ref(quantity):
            return values[quantity]
        case Entry(quantity, index):
            return values[quantity][index]
        case Call(function):
            inner = [worked_out(child, values) for child in formula.children]
            return FUNCTIONS[function.name](*inner)
    inner = [worked_out(child, values) for child in formula.children]
    return NODES[type(formula)](formula, *inner)


def _reduced(node: Any, array: Array) -> Array:
    count = math.prod(array.shape[axis] for axis in node.axes)
    total = array.sum(axis=node.axes, keepdims=not node.scalar)
    return total / (count if node.kind == "mean" else 1)


def _indicated(node: Any, value: Array) -> Array:
    value = np.where(abs(value) < NOISE, 0, value)
    signs = {">": value > 0, ">=": value >= 0, "<": value < 0, "<=": value <= 0}
    return signs[node.sign] * 1.0


NODES: dict[type[Formula], Callable[..., Array]] = {
    Add: lambda _, *terms: sum(terms),
    Mul: lambda _, *factors: math.prod(factors),
    Neg: lambda _, arg: 0 - arg,
    Div: lambda _, top, bottom: top * (1 / bottom),
    Pow: lambda _, base, exponent: base**exponent,
    MatMul: lambda _, left, right: np.einsum("ij,jk->ik", left, right),
    Transpose: lambda _, arg: np.swapaxes(arg, 0, 1),
    Reduce: _reduced,
    Indicator: _indicated,
}


def array_values(draw: Callable[[Any], Any]) -> Values:
    """Random numbers for the arrays that matrix formulas speak of."""
    numbers = st.floats(-2, 2).map(lambda value: round(value, 3))
    found: Values = {}
    for quantity in (*SQUARES, ROW, COLUMN, SCALAR):
        drawn = draw(st.lists(numbers, min_size=quantity.size, max_size=quantity.size))
        found[quantity] = np.array(drawn).reshape(quantity.shape)
    return found


def tame(formula: Formula, lookup: Callable[[Quantity, tuple[int, ...]], float]) -> bool:
    """Whether no number on the way is so large or small that the order of adding decides."""
    try:
        values = [abs(node.value(lookup)) for node in walk(formula)]
        return all(value == 0 or NOISE < value < LARGEST for value in values)
    except (ArithmeticError, ValueError):
        return False

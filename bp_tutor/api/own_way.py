"""The lines as somebody's own program has them: own names, own layout, own scale."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

from bp_tutor.debugging.case import old_of
from bp_tutor.debugging.slips import leaves
from bp_tutor.formula import Add, Div, MatMul, Mul, Neg, Number, Reduce, Ref, Transpose
from bp_tutor.formula import replace as replace_nodes
from bp_tutor.formula.linear import matmul, transpose
from bp_tutor.formula.primitive import Spread
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, Role
from bp_tutor.output.code.libraries import PYTHON
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.outcome import Outcome
    from bp_tutor.formula import Formula, Quantity, Style
    from bp_tutor.formula.node import Index

    Array = NDArray[np.float64]


MATRICES = (Role.WEIGHT, Role.RECURRENT_WEIGHT)


class OwnWay:
    """What is compared, as the program has it whose arrays these are."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._convention, self._lines = outcome.convention, outcome.lines

    @cached_property
    def names(self) -> OwnNames:
        """Spells quantities and entries by the names that were handed in."""
        given, doubled = self._outcome.given, self._outcome.doubled
        own = {found: name for name, found in given.items() if name not in doubled}
        return OwnNames(own, self._outcome)

    def value(self, quantity: Quantity, value: Array) -> Array:
        """An array of the lines in the program's own scale."""
        old = old_of(quantity, value, self._outcome.own)
        rate = self._outcome.rate
        return self._convention.from_lines(quantity, value, old, rate, self._lines.whole)

    def formula(self, quantity: Quantity) -> Formula:
        """What gives an array in the program's own scale, laid out as the lines are."""
        formula = self._lines.defined[quantity].formula
        if not quantity.kind:
            return formula
        if quantity.kind == UPDATED:
            return self._step(quantity, formula)
        terms = formula.terms if isinstance(formula, Add) else (formula,)
        scaled = [_times(self._share(quantity, term), term) for term in terms]
        one = self._convention
        if one.decay and not one.decay_in_step and quantity.role is Role.WEIGHT:
            scaled.append(Mul((_number(one.decay), Ref(quantity.as_kind("")))))
        return scaled[0] if len(scaled) == 1 else Add(tuple(scaled))

    def _share(self, quantity: Quantity, term: Formula) -> Fraction:
        """What a term has to be multiplied by, given the own derivatives in it."""
        whole = self._lines.whole
        inside = (each.quantity for each in leaves(term) if each.quantity.kind == DERIVATIVE)
        before = next((self._convention.factor(one, whole) for one in inside), 1.0)
        return Fraction(self._convention.factor(quantity, whole)) / Fraction(before)

    def _step(self, quantity: Quantity, formula: Formula) -> Formula:
        """A new value, made from the gradient as the program has it."""
        one, old = self._convention, Ref(quantity.as_kind(""))
        gradient = quantity.as_kind(DERIVATIVE)
        step = self._lines.whole if one.steps else 1.0
        share = Fraction(step) / Fraction(one.factor(gradient, self._lines.whole))
        decays = one.decay and quantity.role is Role.WEIGHT

        def own(node: Formula) -> Formula | None:
            if not isinstance(node, Ref) or node.quantity != gradient:
                return None
            if decays and not one.decay_in_step and share != 1:
                bare = Add((node, Neg(Mul((_number(one.decay), old)))))
                return Add((_times(share, bare), Mul((_number(one.decay), old))))
            if decays and one.decay_in_step:
                return Add((_times(share, node), Mul((_number(one.decay), old))))
            return _times(share, node)

        return _plain_signs(replace_nodes(formula, own))

    def shape(self, quantity: Quantity) -> Index:
        """The shape that an array should have, laid out as the program's arrays are."""
        if self.names.is_flat(quantity):
            return (quantity.size,)
        turned = self._convention.turns(quantity)
        upright = quantity.role is Role.BIAS and self._convention.columns
        return quantity.shape[::-1] if turned or upright else quantity.shape

    def laid_out(self, quantity: Quantity) -> Formula:
        """The same laid out as the program's arrays are."""
        one = self._convention
        found = _laid_out(self.formula(quantity), columns=one.columns, to_from=one.to_from)
        if len(quantity.shape) == 2 and quantity.role in MATRICES and one.to_from != one.columns:
            return _turned(found)
        return found


class OwnNames:
    """Spells formulas as Python, with the names of whoever handed arrays in."""

    def __init__(self, own: dict[str, str], outcome: Outcome) -> None:
        self.style: Style = PYTHON
        self._own, self._outcome = own, outcome
        self._columns = outcome.convention.columns

    def called(self, quantity: Quantity) -> str:
        """An own name; where there is none, one that counts layers from the first weights on."""
        if quantity.name in self._own:
            return shown(self._own[quantity.name])
        if not quantity.place:
            return quantity.symbol
        number = quantity.place[0] - (quantity.role is not Role.WEIGHT)
        new = "_new" if quantity.kind.endswith(UPDATED) else ""
        head = quantity.head.rstrip("'").replace("B", "b")
        step = f"_{quantity.place[1]}" if len(quantity.place) > 1 else ""
        return f"{head}{number}{new}{step}" if number else f"{quantity.kind}X{step}"

    def is_flat(self, quantity: Quantity) -> bool:
        """Whether an array of biases has one axis, as it was handed in or as the biases have."""
        if quantity.role is not Role.BIAS or self._columns or len(quantity.shape) != 2:
            return False
        shapes = self._outcome.shapes
        own = shapes.get(quantity.name)
        if own is not None and prod(own) == quantity.size:
            return len(own) == 1
        biases = [shapes[one] for one in shapes if one.startswith("B[")]
        known = shapes.get(quantity.as_kind("").name)
        return len(known) == 1 if known is not None else any(len(one) == 1 for one in biases)

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """What stands in a line for the whole array, or for one entry of it, counted from 0."""
        if index is not None:
            return self.entry(quantity, index)
        name, shape = self.called(quantity), self._outcome.shapes.get(quantity.name)
        if self._are_labels(quantity):
            across = ".T" if self._columns else ""
            return f"np.eye({quantity.shape[1]})[{name}]{across}"
        if shape is None or len(shape) != 1 or quantity.role is Role.BIAS:
            return name
        # A single sample, or one number for each of them.
        first = (quantity.shape[0] == 1) != self._columns
        return f"{name}[None, :]" if first else f"{name}[:, None]"

    def entry(self, quantity: Quantity, index: Index) -> str:
        """One entry, its place counted from 0 as the own array has it: `dW1[0, 2]`."""
        name = self.called(quantity)
        if not index:
            return name
        if self._are_labels(quantity):
            return f"({name}[{index[0]}] == {index[1]})"
        return f"{name}{list(self.place(quantity, index))}"

    def place(self, quantity: Quantity, index: Index) -> Index:
        """The place of an entry in the own array."""
        shape = self._outcome.shapes.get(quantity.name)
        if self.is_flat(quantity) or (shape is not None and len(shape) == 1):
            return (quantity.row_major(index),)
        upright = quantity.role is Role.BIAS and (
            shape == quantity.shape[::-1] if shape is not None else self._columns
        )
        return index[::-1] if upright or self._outcome.convention.turns(quantity) else index

    def _are_labels(self, quantity: Quantity) -> bool:
        """Whether targets are the numbers of the classes."""
        shape = self._outcome.shapes.get(quantity.name)
        return (
            quantity.role is Role.TARGET
            and shape is not None
            and quantity.shape[1] > 1
            and prod(shape) == quantity.shape[0]
        )


def _number(value: float | Fraction) -> Formula:
    """A number as a formula; of what is no whole number its decimals, or a quotient of two."""
    if isinstance(value, Fraction):
        whole = value.denominator == 1
        top = Number(value.numerator)
        return top if whole else Div(top, Number(value.denominator))
    return Number(value)


def _times(share: Fraction, formula: Formula) -> Formula:
    """A formula multiplied by a number, which goes into a number in front of it."""
    if share < 0:
        return _negative(_times(-share, formula))
    if isinstance(formula, Neg):
        return _negative(_times(share, formula.arg))
    factors = formula.factors if isinstance(formula, Mul) else (formula,)
    front = _fraction(factors[0])
    if front is not None:
        factors, share = factors[1:], share * front
    if share != 1 or not factors:
        factors = (_number(share), *factors)
    return factors[0] if len(factors) == 1 else Mul(factors)


def _fraction(formula: Formula) -> Fraction | None:
    match formula:
        case Number(value) if value == int(value):
            return Fraction(value)
        case Div(Number(top), Number(bottom)) if top == int(top) and bottom == int(bottom):
            return Fraction(top) / Fraction(bottom)
    return None


def _negative(formula: Formula) -> Formula:
    return formula.arg if isinstance(formula, Neg) else Neg(formula)


def _plain_signs(formula: Formula) -> Formula:
    """Steps that are added: `W - eta*(-dW)` as `W + eta*dW`."""

    def plain(node: Formula) -> Formula | None:
        match node:
            case Neg(Mul((*before, Neg(inner)))):
                return Mul((*before, inner))
        return None

    return replace_nodes(formula, plain)


def _laid_out(formula: Formula, *, columns: bool, to_from: bool) -> Formula:
    """A formula over arrays with samples in columns, or weights the other way round."""

    def out(node: Formula) -> Formula:
        match node:
            case Ref(quantity) if len(quantity.shape) == 2:
                turned = to_from if quantity.role in MATRICES else columns
                own = Ref(quantity.transposed) if turned else node
                return own if turned == columns else transpose(own)
            case MatMul(left, right) if columns:
                return matmul(out(right), out(left))
            case Transpose(arg):
                return transpose(out(arg))
            case Spread(arg, shape) if columns:
                return Spread(out(arg), shape[::-1])
            case Reduce(kind, arg, axes) if columns and not node.scalar:
                return Reduce(kind, out(arg), tuple(1 - axis for axis in axes))
        children = node.children
        return node.rebuild(tuple(map(out, children))) if children else node

    return out(formula)


def _turned(formula: Formula) -> Formula:
    """The transpose, made of transposes of what stands inside."""
    match formula:
        case MatMul(left, right):
            return matmul(transpose(right), transpose(left))
        case Ref() | Transpose():
            return transpose(formula)
    children = formula.children
    if not children:
        return formula
    inside = (_turned(child) if len(child.shape) == 2 else child for child in children)
    return formula.rebuild(tuple(inside))

"""Building formulas as a person would write them: no `1·`, no `+ 0`, no double minus.

What is typed or filled in stays as it is; these are for gradients, which are made.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from bp_tutor.formula import arithmetic, linear, powers
from bp_tutor.formula.atoms import Number

if TYPE_CHECKING:
    from bp_tutor.formula.node import Formula, Shape

ZERO, ONE = Number(0), Number(1)
LARGEST = 10**15
"""Whole numbers up to which a fraction is worked out; floats hold them exactly."""


def number(value: Fraction | float) -> Formula:
    """A number; a fraction that is no short decimal stays a fraction."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return (
            neg(number(-value))
            if value < 0
            else powers.Div(Number(value.numerator), Number(value.denominator))
        )
    return Number(int(value) if float(value).is_integer() else float(value))


def constant(formula: Formula) -> Fraction | None:
    """The exact number of a constant formula (numbers, quotients of numbers), else None."""
    if isinstance(formula, Number):
        return Fraction(formula.number) if float(formula.number).is_integer() else None
    if isinstance(formula, arithmetic.Neg):
        inner = constant(formula.arg)
        return None if inner is None else -inner
    if isinstance(formula, powers.Div):
        top, bottom = constant(formula.top), constant(formula.bottom)
        return None if top is None or not bottom else top / bottom
    return None


def _unwieldy(value: Fraction) -> bool:
    return max(abs(value.numerator), value.denominator) > LARGEST


def add(*terms: Formula) -> Formula:
    """The sum, flat; zeros are left out and whole numbers are added up."""
    flat: list[Formula] = []
    total, place = Fraction(0), 0
    for term in terms:
        for part in term.terms if isinstance(term, arithmetic.Add) else (term,):
            known = constant(part)
            if known is None:
                flat.append(part)
            else:
                place = place if total else len(flat)
                total += known
    if _unwieldy(total):
        return arithmetic.Add(terms)
    if total or not flat:
        flat.insert(place, number(total))
    return flat[0] if len(flat) == 1 else arithmetic.Add(tuple(flat))


def neg(formula: Formula) -> Formula:
    """The negative; a difference is turned round instead."""
    match formula:
        case arithmetic.Neg(arg):
            return arg
        case Number(value):
            return Number(-value)
        case arithmetic.Add((first, arithmetic.Neg(second))):
            return arithmetic.Add((second, neg(first)))
        case arithmetic.Mul((Number(value), *others)) if value < 0:
            return mul(Number(-value), *others)
    return arithmetic.Neg(formula)


def sub(left: Formula, right: Formula) -> Formula:
    """The difference."""
    return add(left, neg(right))


def mul(*factors: Formula) -> Formula:
    """The product, flat; numbers are multiplied and stand in front, signs come out."""
    flat: list[Formula] = []
    known = Fraction(1)
    waiting = list(reversed(factors))
    while waiting:
        factor = waiting.pop()
        value = constant(factor)
        if value is not None:
            known *= value
        elif isinstance(factor, arithmetic.Mul):
            waiting.extend(reversed(factor.factors))
        elif isinstance(factor, arithmetic.Neg):
            known = -known
            waiting.append(factor.arg)
        else:
            flat.append(factor)
    if _unwieldy(known):
        return arithmetic.Mul(factors)
    if not known or not flat:
        return number(known)
    if abs(known) != 1:
        flat.insert(0, number(abs(known)))
    product = flat[0] if len(flat) == 1 else arithmetic.Mul(tuple(flat))
    return neg(product) if known < 0 else product


def div(top: Formula, bottom: Formula) -> Formula:
    """The quotient; by one it is the formula itself, and a sign comes out."""
    if bottom == ONE:
        return top
    if isinstance(top, arithmetic.Neg):
        return neg(div(top.arg, bottom))
    known, below = constant(top), constant(bottom)
    if known is not None and below and not _unwieldy(known / below):
        return number(known / below)
    return ZERO if known == 0 else powers.Div(top, bottom)


def power(base: Formula, exponent: Formula | int) -> Formula:
    """The power; to the first it is the formula itself."""
    raised = Number(exponent) if isinstance(exponent, int) else exponent
    if raised == ONE:
        return base
    return ONE if raised == ZERO else powers.Pow(base, raised)


def matmul(left: Formula, right: Formula) -> Formula:
    """The matrix product; numbers and signs come out in front."""
    if isinstance(left, arithmetic.Neg):
        return neg(matmul(left.arg, right))
    if isinstance(right, arithmetic.Neg):
        return neg(matmul(left, right.arg))
    return linear.MatMul(left, right)


def transpose(formula: Formula) -> Formula:
    """The transpose; of a transpose, the formula itself."""
    return formula.arg if isinstance(formula, linear.Transpose) else linear.Transpose(formula)


def sum_to(formula: Formula, shape: Shape) -> Formula:
    """Undoes broadcasting: sums over the axes along which an operand of `shape` was repeated."""
    have = formula.shape
    if not shape and have:
        return linear.Reduce("sum", formula, tuple(range(len(have))), scalar=True)
    extra = len(have) - len(shape)
    axes = tuple(
        axis
        for axis, length in enumerate(have)
        if length != 1 and (axis < extra or shape[axis - extra] == 1)
    )
    return linear.Reduce("sum", formula, axes) if axes else formula


def tidy(formula: Formula) -> Formula:
    """The formula built again from below, with `1·`, `+ 0` and double signs gone."""
    children = formula.children
    if not children:
        return formula
    new = tuple(tidy(child) for child in children)
    match formula:
        case arithmetic.Add():
            return add(*new)
        case arithmetic.Mul():
            return mul(*new)
        case arithmetic.Neg():
            return neg(new[0])
        case powers.Div():
            return div(*new)
    return formula.rebuild(new)

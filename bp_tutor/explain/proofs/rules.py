"""The rules of differentiation, applied one after the other as on the board.

`differentiated` gives every line between the derivative that is asked for and the one that is
found. A pass applies one rule to each derivative that still stands in the line; what is inside
stays a derivative for the next. Sums, signs and constant factors take no line of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.proofs.record import Derivative, Step
from bp_tutor.formula import Add, Call, Div, Formula, Mul, Neg, Number, Pow, replace, walk
from bp_tutor.formula.algebra import ONE, ZERO, add, derivative, div, mul, neg, power, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PASSES = 9
"""Rules within rules; what is still left then is differentiated at once."""


def differentiated(formula: Formula, leaf: Formula) -> list[Step]:
    """From `∂/∂leaf(formula)` to a formula without derivatives, a rule at a time."""
    steps = [Step(Derivative(formula, leaf), ("definition_put_in",))]
    for _ in range(MOST_PASSES):
        last = steps[-1].formula
        if not has_derivative(last):
            return steps
        one = _Pass(leaf)
        found = replace(last, one.resolved)
        steps.append(Step(found if has_derivative(found) else tidy(found), one.named))
    one = _Pass(leaf)
    steps.append(Step(tidy(replace(steps[-1].formula, one.at_once)), ("differentiated",)))
    return steps


def has_derivative(formula: Formula) -> bool:
    """Whether a derivative still stands in a formula."""
    return any(isinstance(node, Derivative) for node in walk(formula))


def depends(formula: Formula, leaf: Formula) -> bool:
    """Whether a formula depends on a leaf."""
    return any(node == leaf for node in walk(formula))


def times(*factors: Formula) -> Formula:
    """A product with its numbers as they come, so that the rule can be seen; no factor is 1."""
    flat: list[Formula] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Mul) else (factor,))
    if any(factor == ZERO for factor in flat):
        return ZERO
    flat = [factor for factor in flat if factor != ONE] or [ONE]
    if any(isinstance(factor, Neg) for factor in flat):
        return mul(*flat)
    return flat[0] if len(flat) == 1 else Mul(tuple(flat))


class _Pass:
    """One line: every derivative in it is taken one rule further."""

    def __init__(self, leaf: Formula) -> None:
        self.leaf = leaf
        self.rules: dict[str, None] = {}

    @property
    def named(self) -> tuple[str, ...]:
        """The rules that were applied, in their order; none but sums and constants has one too."""
        return tuple(self.rules) or ("linear_rule",)

    def resolved(self, node: Formula) -> Formula | None:
        """A derivative one rule further."""
        return self.slope(node.arg) if isinstance(node, Derivative) else None

    def at_once(self, node: Formula) -> Formula | None:
        """A derivative found in one go."""
        return derivative(node.arg, self.leaf) if isinstance(node, Derivative) else None

    def inside(self, formula: Formula) -> Formula:
        """The derivative of what stands inside, left for the next line unless it is seen."""
        if formula == self.leaf:
            return ONE
        if not depends(formula, self.leaf):
            return ZERO
        match formula:
            case Neg(arg) if arg == self.leaf:
                return Number(-1)
            case Mul(factors) if self._is_multiple(factors):
                return times(*(factor for factor in factors if factor != self.leaf))
            case Neg(Mul(factors)) if self._is_multiple(factors):
                return neg(times(*(factor for factor in factors if factor != self.leaf)))
        return Derivative(formula, self.leaf)

    def _is_multiple(self, factors: Iterable[Formula]) -> bool:
        varying = [factor for factor in factors if depends(factor, self.leaf)]
        return varying == [self.leaf]

    def slope(self, formula: Formula) -> Formula:
        """The derivative of a formula by one rule, inside sums by one rule for each term."""
        if formula == self.leaf:
            return ONE
        if not depends(formula, self.leaf):
            return ZERO
        match formula:
            case Add(terms):
                return add(*(self.slope(term) for term in terms))
            case Neg(arg):
                return neg(self.slope(arg))
            case Mul(factors):
                return self._product(factors)
            case Div(top, bottom):
                return self._quotient(top, bottom)
            case Pow(base, Number() as exponent):
                self.rules["power_rule"] = None
                lowered = power(base, Number(exponent.number - 1))
                return times(exponent, lowered, self.inside(base))
            case Call():
                return self._call(formula)
        self.rules["differentiated"] = None
        return derivative(formula, self.leaf)

    def _product(self, factors: tuple[Formula, ...]) -> Formula:
        varying = [place for place, each in enumerate(factors) if depends(each, self.leaf)]
        if len(varying) == 1:
            (place,) = varying
            return times(*factors[:place], self.slope(factors[place]), *factors[place + 1 :])
        self.rules["product_rule"] = None
        return add(
            *(
                times(*factors[:place], self.inside(factors[place]), *factors[place + 1 :])
                for place in varying
            )
        )

    def _quotient(self, top: Formula, bottom: Formula) -> Formula:
        if not depends(bottom, self.leaf):
            return div(self.slope(top), bottom)
        if not depends(top, self.leaf):
            self.rules["reciprocal_rule"] = None
            return neg(Div(times(top, self.inside(bottom)), power(bottom, 2)))
        self.rules["quotient_rule"] = None
        first, second = times(self.inside(top), bottom), times(top, self.inside(bottom))
        return Div(add(first, Neg(second)), power(bottom, 2))

    def _call(self, formula: Call) -> Formula:
        name = formula.function.name
        rule = {"exp": "exponential_rule", "log": "logarithm_rule"}.get(name, "slope_put_in")
        self.rules[rule] = None
        found = []
        for place, arg in enumerate(formula.args):
            if not depends(arg, self.leaf):
                continue
            slope = formula.slope(formula, place)
            assert slope is not None
            inside = self.inside(arg)
            if name == "log":
                found.append(div(inside, arg))
            elif has_derivative(inside):
                found.append(times(slope, inside))
            else:
                found.append(times(inside, slope))
        return add(*found)

"""The functions of generated code over decimal numbers of any precision.

They take the precision of the surrounding `decimal` context, and have no largest exponent that
anybody would reach: e to the power of a thousand is a number like any other.
"""

from __future__ import annotations

from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_FLOOR,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from decimal import getcontext as _getcontext

log, log10, sqrt = Decimal.ln, Decimal.log10, Decimal.sqrt
exp = Decimal.exp
PI = Decimal(
    "3.1415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679"
)
_SPARE = 15
"""Figures beyond the precision that another library works with."""


def context(figures: int) -> Context:
    """A context with so many figures, in which whatever has no value raises ArithmeticError."""
    traps = [InvalidOperation, DivisionByZero, Overflow]
    return Context(prec=figures, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=traps)


def tanh(z: Decimal) -> Decimal:
    """The hyperbolic tangent."""
    up, down = exp(z), exp(-z)
    return (up - down) / (up + down)


def cosh(z: Decimal) -> Decimal:
    """The hyperbolic cosine."""
    return (exp(z) + exp(-z)) / 2


def expm1(z: Decimal) -> Decimal:
    """The exponential less one."""
    return exp(z) - 1


def log1p(z: Decimal) -> Decimal:
    """The logarithm of one more."""
    return log(1 + z)


def sin(z: Decimal) -> Decimal:
    """The sine."""
    return _by_mpmath("sin", z)


def cos(z: Decimal) -> Decimal:
    """The cosine."""
    return _by_mpmath("cos", z)


def erf(z: Decimal) -> Decimal:
    """The error function."""
    return _by_mpmath("erf", z)


def erfc(z: Decimal) -> Decimal:
    """What the error function lacks to 1."""
    return _by_mpmath("erfc", z)


def floor(z: Decimal) -> Decimal:
    """The largest whole number that is not above it."""
    return z.to_integral_value(rounding=ROUND_FLOOR)


def _by_mpmath(name: str, z: Decimal) -> Decimal:
    import mpmath

    figures = _getcontext().prec + _SPARE
    with mpmath.workdps(figures + max(0, z.adjusted())):
        return Decimal(mpmath.nstr(getattr(mpmath, name)(mpmath.mpf(str(z))), figures))


FUNCTIONS = {
    "exp": exp, "log": log, "log10": log10, "sqrt": sqrt, "sin": sin, "cos": cos, "tanh": tanh,
    "expm1": expm1, "log1p": log1p, "max": max, "min": min, "abs": abs,
    "cosh": cosh, "erf": erf, "erfc": erfc, "floor": floor, "float": Decimal, "pi": PI,
}  # fmt: skip

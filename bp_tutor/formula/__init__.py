"""The language of formulas: everything that the tutor says is a formula over quantities.

Each kind of node is described in one place: its value, its code, one entry of it as a scalar
formula, its slope as a formula again, its spelling, and its place in SymPy. So a line can be
printed, evaluated, differentiated, mutated and compared, and nothing is written twice. The
language knows no networks and no words.
"""

from bp_tutor.formula.algebra import HALF, Add, Call, Div, Mul, Neg, Pow, Reduce, call
from bp_tutor.formula.atoms import Entry, Number, Pi, Ref
from bp_tutor.formula.choices import (
    Indicator,
    IsLargest,
    Largest,
    LogSumExp,
    SoftmaxEntry,
    StableForm,
    as_computed,
    as_shown,
    has_stable,
    number_of,
    worked_out,
)
from bp_tutor.formula.function_table import FUNCTIONS, Function
from bp_tutor.formula.linear import MatMul, Transpose
from bp_tutor.formula.node import Formula, Speller, broadcast, fit, replace, walk
from bp_tutor.formula.parse import parse
from bp_tutor.formula.primitive import Apply, Primitive
from bp_tutor.formula.primitives import PRIMITIVES, apply
from bp_tutor.formula.quantity import Address, PartialDerivative, Quantity, Role
from bp_tutor.formula.shown import Shown
from bp_tutor.formula.spelling import CANONICAL, spell
from bp_tutor.formula.style import ASCII, STYLES, UNICODE, Style, style_named
from bp_tutor.formula.tokens import FormulaError

__all__ = [
    "ASCII",
    "CANONICAL",
    "FUNCTIONS",
    "HALF",
    "PRIMITIVES",
    "STYLES",
    "UNICODE",
    "Add",
    "Address",
    "Apply",
    "Call",
    "Div",
    "Entry",
    "Formula",
    "FormulaError",
    "Function",
    "Indicator",
    "Largest",
    "LogSumExp",
    "MatMul",
    "Mul",
    "Neg",
    "Number",
    "Pow",
    "Primitive",
    "PartialDerivative",
    "Pi",
    "Quantity",
    "Reduce",
    "Ref",
    "Role",
    "Shown",
    "SoftmaxEntry",
    "Speller",
    "StableForm",
    "Style",
    "Transpose",
    "IsLargest",
    "apply",
    "as_computed",
    "as_shown",
    "broadcast",
    "call",
    "fit",
    "has_stable",
    "number_of",
    "parse",
    "replace",
    "spell",
    "style_named",
    "walk",
    "worked_out",
]

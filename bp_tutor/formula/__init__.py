"""The language of formulas: everything that the tutor says is a formula over quantities."""

from bp_tutor.formula.arithmetic import HALF, Add, Div, Mul, Neg, Pow
from bp_tutor.formula.atoms import Entry, Number, Ref
from bp_tutor.formula.functions import FUNCTIONS, Call, Function, Indicator, call
from bp_tutor.formula.linear import MatMul, Reduce, Transpose
from bp_tutor.formula.node import Formula, Speller, broadcast, fit, replace, walk
from bp_tutor.formula.parse import FormulaError, parse
from bp_tutor.formula.primitives import PRIMITIVES, Apply, Share, Stable, apply
from bp_tutor.formula.quantity import Quantity
from bp_tutor.formula.style import ASCII, CANONICAL, LATEX, STYLES, UNICODE, Style, spell

__all__ = [
    "ASCII",
    "CANONICAL",
    "FUNCTIONS",
    "HALF",
    "LATEX",
    "PRIMITIVES",
    "STYLES",
    "UNICODE",
    "Add",
    "Apply",
    "Call",
    "Div",
    "Entry",
    "Formula",
    "FormulaError",
    "Function",
    "Indicator",
    "MatMul",
    "Mul",
    "Neg",
    "Number",
    "Pow",
    "Quantity",
    "Reduce",
    "Ref",
    "Share",
    "Speller",
    "Stable",
    "Style",
    "Transpose",
    "apply",
    "broadcast",
    "call",
    "fit",
    "parse",
    "replace",
    "spell",
    "walk",
]

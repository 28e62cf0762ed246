"""The table of the kinds of question, by the keys under which sessions keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.kinds.array import ARRAY
from bp_tutor.quiz.kinds.backward import BACKWARD
from bp_tutor.quiz.kinds.choice import CHOICE
from bp_tutor.quiz.kinds.formula import FORMULA, MATRIX_FORMULA
from bp_tutor.quiz.kinds.general import GENERAL
from bp_tutor.quiz.kinds.number import NUMBER, UPDATE

if TYPE_CHECKING:
    from bp_tutor.quiz.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    "number": NUMBER,
    "array": ARRAY,
    "update": UPDATE,
    "formula": FORMULA,
    "matrix_formula": MATRIX_FORMULA,
    "choice": CHOICE,
    "general": GENERAL,
    "table": BACKWARD,
}

"""From a trace to the lines a teacher would write, in words and symbols."""

from bp_tutor.explain.derivation import derivation
from bp_tutor.explain.document import (
    Block,
    Document,
    Line,
    Listing,
    Matrix,
    Note,
    Part,
    Section,
    Table,
    apart,
)
from bp_tutor.explain.naming import named_words
from bp_tutor.explain.page import Page
from bp_tutor.explain.structure import in_notation, structure_of, symbols_of
from bp_tutor.explain.view import View
from bp_tutor.formula import style_named

__all__ = [
    "Block",
    "Document",
    "Line",
    "Listing",
    "Matrix",
    "Note",
    "Page",
    "Part",
    "Section",
    "Table",
    "View",
    "apart",
    "derivation",
    "structure_of",
    "style_named",
    "in_notation",
    "named_words",
    "symbols_of",
]

"""From a trace to the lines a teacher would write, as a tree that outputs spell.

`derivation` makes a document of sections, lines, tables and sentences; `Settings` say how numbers
are rounded and how much is written out. Nothing in a document is in a language, a notation or a
style: these are a `Presentation`, by which an output spells it.
"""

from bp_tutor.explain.derivation import derivation, document_of
from bp_tutor.explain.document import (
    Block,
    Document,
    Joined,
    Line,
    Listing,
    Note,
    Part,
    Relation,
    Said,
    Section,
    Sentence,
    Table,
    sentence,
)
from bp_tutor.explain.naming import named_words
from bp_tutor.explain.nodes import Matrix
from bp_tutor.explain.presentation import Presentation
from bp_tutor.explain.settings import Settings
from bp_tutor.explain.structure import in_notation, structure_of, symbols_of
from bp_tutor.explain.view import View
from bp_tutor.explain.wires import wires_of
from bp_tutor.formula import style_named

__all__ = [
    "Block",
    "Document",
    "Joined",
    "Line",
    "Listing",
    "Matrix",
    "Note",
    "Part",
    "Presentation",
    "Relation",
    "Said",
    "Section",
    "Sentence",
    "Settings",
    "Table",
    "View",
    "derivation",
    "document_of",
    "in_notation",
    "named_words",
    "sentence",
    "structure_of",
    "style_named",
    "symbols_of",
    "wires_of",
]

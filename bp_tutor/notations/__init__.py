"""Notations: the symbols of each course, spelled and read back.

A notation is a file of patterns, one for each role that a quantity can have. Bound to a problem
it gives every entry its symbol in every style, and reads what somebody typed as one address. A
problem may name its quantities itself. Whoever types a name that means nothing is told which
name was probably meant.
"""

from bp_tutor.notations.kinds import Kinds
from bp_tutor.notations.letters import STYLES, quotient
from bp_tutor.notations.notation import (
    Notation,
    UnknownNotationError,
    load_notation,
    notation_names,
    read_notation,
)
from bp_tutor.notations.own import laid_over, told_apart
from bp_tutor.notations.structure import Structure
from bp_tutor.notations.symbols import Symbols
from bp_tutor.notations.template import NotationError

__all__ = [
    "laid_over",
    "told_apart",
    "load_notation",
    "notation_names",
    "quotient",
    "read_notation",
    "Kinds",
    "Notation",
    "Structure",
    "Symbols",
    "NotationError",
    "UnknownNotationError",
    "STYLES",
]

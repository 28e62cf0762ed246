"""The general form: each kind of step once, with letters for layer, unit, sample and time.

The lines of a problem are formulas over whole arrays. Written with a letter for each index, those
of different layers become one line, which says for which layers and steps it holds.
"""

from bp_tutor.explain.general.document import (
    Told,
    general_document,
    general_sections,
    told_lines,
    what_letters_mean,
)
from bp_tutor.explain.general.lines import (
    Ends,
    GeneralLine,
    ends_of,
    general_line,
    general_lines,
)

__all__ = [
    "Ends",
    "GeneralLine",
    "Told",
    "ends_of",
    "general_document",
    "general_line",
    "general_lines",
    "general_sections",
    "told_lines",
    "what_letters_mean",
]

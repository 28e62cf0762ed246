"""Learning rules that follow no gradient: how far each output is off, and so each weight.

The formulas speak of `a`, what a unit hands out, of `z`, what stands before its activation, and of
`y`, its target. A weight moves by the learning rate times this times what came in through it.

Sources: the perceptron rule as by Rosenblatt (1958), the rule of Widrow and Hoff (1960), which
takes the error before the threshold, Hebb's rule (1949) with the target for the output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.fields.described import table
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.fields.records import Field


class LearningRule(Frozen):
    """A learning rule: its name in a file, what it takes for the error, and its words."""

    key: str
    error: str
    rule: str
    """The rule that names the lines of its corrections."""
    also: tuple[str, ...] = ()
    """What else it is called; only for the hint in a message."""
    fields: tuple[Field, ...] = ()


LEARNING_RULES = table(
    LearningRule("perceptron", "y - a", "perceptron_correction", also=("rosenblatt",)),
    LearningRule(
        "widrow_hoff", "y - z", "widrow_hoff_correction", also=("delta_rule", "lms", "adaline")
    ),
    LearningRule("hebb", "y", "hebb_correction", also=("hebbian",)),
)

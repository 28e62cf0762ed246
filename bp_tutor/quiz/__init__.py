"""Questions about a trace, marked with the formulas of the trace.

A question asks for what a step of the trace holds, so no answer is computed by a second path.
Marking puts the student's own earlier values into the formula of the step; a mistake is a
rewrite of that formula, looked for within a budget of chance. Sessions ask, give hints and
remember; what is kept decides what is asked again.
"""

from bp_tutor.quiz.asking import context_of, make_questions, mark, prepare, samples, understand
from bp_tutor.quiz.mistakes import MISCONCEPTIONS
from bp_tutor.quiz.model import (
    Choice,
    Context,
    Diagnosis,
    NotUnderstood,
    Question,
    Understood,
    Verdict,
)
from bp_tutor.quiz.sheet import Sheet

__all__ = [
    "MISCONCEPTIONS",
    "Choice",
    "Context",
    "Diagnosis",
    "NotUnderstood",
    "Question",
    "Sheet",
    "Understood",
    "Verdict",
    "context_of",
    "make_questions",
    "mark",
    "prepare",
    "samples",
    "understand",
]

"""Questions about a trace, marked with the formulas of the trace."""

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

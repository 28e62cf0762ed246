"""Questions about a trace, marked with the formulas of the trace.

A `Context` opens one update of a trace; the kinds of question (`kinds`) make questions from it.
An answer is read (`typed`), and marked against the value that the formula gives, exactly and
with the student's own earlier answers (`student`): a consequence of a mistake is no second one.
What explains a wrong answer is a rewrite of the formula (`mistakes`). A session asks, helps and
keeps progress (`store`); a batch marks whole classes.
"""

from bp_tutor.quiz.context import Context, contexts_of
from bp_tutor.quiz.mistakes import MISCONCEPTIONS
from bp_tutor.quiz.model import Choice, Diagnosis, NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.questions import make_questions, mark, prepare, samples, understand
from bp_tutor.quiz.student import StudentAnswers

__all__ = [
    "MISCONCEPTIONS",
    "Choice",
    "Context",
    "Diagnosis",
    "NotUnderstood",
    "Question",
    "StudentAnswers",
    "Understood",
    "Verdict",
    "contexts_of",
    "make_questions",
    "mark",
    "prepare",
    "samples",
    "understand",
]

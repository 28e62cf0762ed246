"""The kinds of question, one module each, with a row in `table`.

A kind makes its questions from a context, reads what was typed, marks it against the values of
the trace and the student's own earlier answers, and gives samples of answers, which the tests
of every kind mark. To add one, write its module and its line in `table`, and its prompt
`quiz.prompt.<key>` in the words of each language.
"""

from bp_tutor.quiz.kinds.kind import Kind
from bp_tutor.quiz.kinds.table import KINDS

__all__ = ["KINDS", "Kind"]

"""Mistakes as rewrites of formulas.

A misconception (`misconceptions`) changes the formula of an entry (`case`). What it makes of
every entry is a candidate (`candidates`), evaluated with the student's own earlier values. A
wrong answer is explained by the candidates that give it (`diagnosis`), tried only until the
chance is used up that one of them meets an arbitrary number.
"""

from bp_tutor.quiz.mistakes.diagnosis import diagnose
from bp_tutor.quiz.mistakes.misconceptions import MISCONCEPTIONS, Misconception

__all__ = ["MISCONCEPTIONS", "Misconception", "diagnose"]

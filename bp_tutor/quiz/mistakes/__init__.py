"""Mistakes as rewrites of formulas.

A misconception (`rewrites`) changes the formula of an entry (`case`). What it makes of
every entry is a candidate (`candidates`), evaluated with the student's own earlier values. A
wrong answer is explained by the candidates that give it (`diagnosis`), tried only until the
chance is used up that one of them meets an arbitrary number.
"""

from bp_tutor.quiz.mistakes.diagnosis import diagnose
from bp_tutor.quiz.mistakes.rewrites import MISCONCEPTIONS, OFTEN, Misconception

__all__ = ["MISCONCEPTIONS", "OFTEN", "Misconception", "diagnose"]

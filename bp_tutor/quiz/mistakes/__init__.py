"""Mistakes as rewrites of formulas, and which of them explains an answer."""

from bp_tutor.quiz.mistakes.diagnose import diagnose
from bp_tutor.quiz.mistakes.table import MISCONCEPTIONS, Misconception

__all__ = ["MISCONCEPTIONS", "Misconception", "diagnose"]

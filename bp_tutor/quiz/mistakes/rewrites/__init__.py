"""The grammar of mistakes: general rewrites of a formula, and the table that names them.

A rewrite takes a case (an entry with its formula and its graph) and yields what the mistake
makes of the formula, each with the part of the right one that it spoils and what stands there
instead. To add one, write it in the module that says what goes wrong, give it a row in `table`,
and its `name`, `why` and `remedy` in the words of each language under `misconception.<key>`.
"""

from bp_tutor.quiz.mistakes.rewrites.table import (
    FAMILIES,
    MISCONCEPTIONS,
    OFTEN,
    SELDOM,
    SOMETIMES,
    Misconception,
)

__all__ = ["FAMILIES", "MISCONCEPTIONS", "OFTEN", "SELDOM", "SOMETIMES", "Misconception"]

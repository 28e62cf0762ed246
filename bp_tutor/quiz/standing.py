"""How one question of a session stands, and what it is worth so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.hints import cost_of

if TYPE_CHECKING:
    from bp_tutor.quiz.model import Question, Understood, Verdict

AGAIN = 0.5
"""What a mark is worth for each further try."""
OPEN, RIGHT, KEPT, SHOWN, SKIPPED = "open", "right", "keep", "show", "skip"


class Outcome(NamedTuple):
    """What came of an answer, and of the answers that hang on it."""

    verdict: Verdict
    again: tuple[tuple[int, Verdict], ...] = ()
    """Places of other questions whose mark is another one now."""


class Standing:
    """How one question stands."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self.state = OPEN
        self.tries = 0
        self.hints = 0
        self.text = ""
        self.understood: Understood | None = None
        self.verdict: Verdict | None = None

    @property
    def credit(self) -> float:
        """The part of the mark that is earned."""
        if self.verdict is None or self.state in (SHOWN, SKIPPED):
            return 0.0
        left = max(0.0, 1.0 - cost_of(self._question, self.hints))
        return round(self.verdict.credit * left * AGAIN ** max(0, self.tries - 1), 4)

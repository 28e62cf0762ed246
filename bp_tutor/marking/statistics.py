"""How a class did: what each question came to, and which mistakes were made where."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean, median
from typing import TYPE_CHECKING

from bp_tutor.marking.points import COUNTED, counted_as, names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.marking.paper import Outcome
    from bp_tutor.marking.points import Result
    from bp_tutor.quiz import Question
    from bp_tutor.words import Words

BARS = 10
"""The parts of the scale from nothing to everything."""


class Statistics:
    """Counts what a class answered, paper by paper."""

    def __init__(self, asked: Sequence[Question], words: Words) -> None:
        self.asked, self._words = tuple(asked), words
        self.results: list[Result] = []
        self.of_question: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """How often a question was `right`, `carried`, `wrong`, `missing`, `unreadable`."""
        self.mistakes: Counter[str] = Counter()
        self.places: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """Where a mistake was made, by the full names of questions."""

    def take(self, outcome: Outcome, result: Result) -> None:
        """Count one paper."""
        self.results.append(result)
        for mark in outcome.marks:
            name = mark.question.full_name
            self.of_question[name][counted_as(mark)] += 1
            for mistake in names_in(mark, self._words):
                self.mistakes[mistake] += 1
                self.places[mistake][name] += 1

    @property
    def shares(self) -> list[float]:
        """The part of all points of each student."""
        return [result.share for result in self.results]

    @property
    def mean(self) -> float:
        """The mean part; 0 where nobody is there."""
        return mean(self.shares) if self.results else 0.0

    @property
    def median(self) -> float:
        """The part that as many reach as do not."""
        return median(self.shares) if self.results else 0.0

    @property
    def absent(self) -> list[Result]:
        """Those who answered nothing."""
        return [one for one in self.results if all(part is None for part in one.credits)]

    def distribution(self) -> list[int]:
        """How many students are in each tenth of the scale; full marks are in the last."""
        counts = [0] * BARS
        for share in self.shares:
            counts[max(0, min(int(share * BARS + 1e-9), BARS - 1))] += 1
        return counts

    def good(self, question: Question) -> float:
        """The part of a class that had a question right, or right from own earlier values."""
        counts = self.of_question[question.full_name]
        total = sum(counts[name] for name in COUNTED)
        return (counts["right"] + counts["carried"]) / total if total else 0.0

"""Variants of a problem: drawn, passed over where they hide too much, and drawn again.

Which draw a seed gives is decided by the problem's own numbers and keys and by the seed, not
by the name of the file. First a number of trial draws, the same for every seed, show how well
the numbers of this problem can teach at all; then the first draw of the seed is taken that is
as good as the best of every 32 of them. What no draw could avoid is not held against any.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.authoring.draw import SCHEME, WITH_GIVEN
from bp_tutor.authoring.places import SEED, places_of
from bp_tutor.authoring.rewriting import as_data, renumbered, variant_text
from bp_tutor.authoring.subject import Subject
from bp_tutor.authoring.teaching import in_updates, weaknesses_in
from bp_tutor.authoring.trial import MISTAKES, NO_NUMBER, Trial
from bp_tutor.authoring.vary import lots_of
from bp_tutor.explain import Presentation, Settings, style_named, symbols_of
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Variant
from bp_tutor.solve import solve
from bp_tutor.words import load_words

if TYPE_CHECKING:
    from bp_tutor.authoring.vary import Drawn
    from bp_tutor.authoring.weakness import Weakness
    from bp_tutor.problem import Problem

TRIALS, BEST = 128, 32
"""So many trial draws, and what the best one in so many of them reaches is good enough."""
GRAVE = 100
"""No draw is good enough that costs so much more than the best one."""
MOST_DRAWS = 400
"""Then the best so far is taken."""
TRIAL_SEED = -1


class Made(NamedTuple):
    """A variant: its file, and what there is to say about it."""

    variant: Variant
    text: str
    draws: int = 1
    weaknesses: tuple[Weakness, ...] = ()
    """What keeps its numbers from teaching, where that was looked at."""


class Variants:
    """The variants of one problem; `text` is what its file says."""

    def __init__(self, text: str, problem: Problem) -> None:
        self.text, self.problem = text.removeprefix("\ufeff"), problem
        self.places = places_of(self.text, problem)
        self.lots = lots_of(problem, self.places)
        drawn = {self.places[place].role for lot in self.lots for place in lot.places}
        self.scheme = WITH_GIVEN if "given" in drawn else SCHEME
        self.unjudged = ""
        """Why nothing is known of how well the numbers teach: `generator`, `large`, or empty."""
        self.trial = self._trial() if self.lots else None
        self._enough: int | None = None

    def _trial(self) -> Trial | None:
        """The formulas to try draws with; None where none can be tried, or it would take long."""
        if any(place.role == SEED for place in self.places):
            self.unjudged = "generator"
            return None
        trace = solve(self.problem)
        if any(step.value is None and not step.line.may_fail for step in trace.runs[0].steps):
            return None
        problem = self.problem
        symbols = symbols_of(problem)
        settings = Settings(symbols, problem.digits)
        page = Presentation(symbols, load_words("en"), style_named("unicode"), settings)
        subject = Subject(trace, page, MISTAKES)
        if subject.large:
            self.unjudged = "large"
            return None
        return Trial(subject, self.places)

    @property
    def varies(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.lots)

    def make(self, seed: int, student: str = "") -> Made:
        """The variant of a seed."""
        drawn, draws = self._drawn(seed)
        variant = Variant(as_data(self.problem.name), seed, self.scheme, as_data(student))
        text = variant_text(self.text, self.places, drawn, variant)
        return Made(variant, text, draws, self._weaknesses(drawn))

    def filled(self, seed: int) -> str:
        """The file itself with the numbers of a seed, also where its text tells them."""
        drawn, _ = self._drawn(seed)
        return renumbered(self.text, self.places, drawn)

    def problem_of(self, made: Made) -> Problem:
        """The variant as a problem, under the name of the original."""
        return read_problem(made.text, self.problem.path)

    def _weaknesses(self, drawn: Drawn) -> tuple[Weakness, ...]:
        numbers = self.trial.numbers(drawn) if self.trial is not None else None
        if self.trial is None or numbers is None:
            return ()
        subject = self.trial.subject
        updates = enumerate((numbers, *self.trial.later(numbers)), 1)
        return in_updates((update, weaknesses_in(subject, own)) for update, own in updates)

    def _draw(self, seed: int, attempt: int) -> Drawn:
        return {place: text for lot in self.lots for place, text in lot.draw(seed, attempt)}

    def _drawn(self, seed: int) -> tuple[Drawn, int]:
        """The numbers of a seed, and how many draws it took."""
        best = self._draw(seed, 0)
        if self.trial is None:
            return best, 1
        enough, least = self._good_enough(self.trial), None
        for attempt in range(MOST_DRAWS):
            drawn = self._draw(seed, attempt)
            cost = self.trial.cost(drawn, enough + 1 if least is None else max(enough + 1, least))
            if cost <= enough:
                return drawn, attempt + 1
            if least is None or cost < least:
                best, least = drawn, cost
        return best, MOST_DRAWS

    def _good_enough(self, trial: Trial) -> int:
        if self._enough is None:
            costs: list[int] = []
            rank = TRIALS // BEST
            for at in range(TRIALS):
                # What costs more than those that decide need not be counted to the end.
                limit = costs[rank] if at > rank else NO_NUMBER
                insort(costs, trial.cost(self._draw(TRIAL_SEED, at), limit))
            self._enough = min(costs[rank], costs[0] + GRAVE)
        return self._enough

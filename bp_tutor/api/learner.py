"""Who is talked to in a quiz, in which words, and where progress is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Context
    from bp_tutor.quiz.store import Opened, Trouble
    from bp_tutor.quiz.voice import Voice
    from bp_tutor.words import Words


class Learner(NamedTuple):
    """Somebody who learns, as a terminal or a page talks to them."""

    words: Words
    style: str
    """How symbols are written in sentences: `unicode` or `ascii`."""
    voice: Voice
    opened: Opened
    notation: str | None = None

    def about(self, problem: Problem) -> Learner:
        """The same learner, where quantities are called as the problem calls them."""
        from bp_tutor.explain import named_words

        return self._replace(words=named_words(self.words, problem))

    def say(self, key: str, look: str = "", **values: object) -> None:
        """A sentence of the words."""
        self.voice.say(self.words.text(key, **values), look)

    def say_troubles(self, troubles: Iterable[Trouble]) -> None:
        """What there is to say about the file of progress."""
        for trouble in troubles:
            self.say(trouble.key, "broken", **dict(trouble.values))

    def contexts(self, problem: Problem, updates: int | None) -> tuple[Context, ...]:
        """What is around the questions about a problem, for so many updates."""
        from bp_tutor.api.reading import presented, updates_of
        from bp_tutor.explain import symbols_of
        from bp_tutor.quiz import contexts_of
        from bp_tutor.solve import solve

        symbols = symbols_of(problem, self.notation)
        trace = solve(problem, updates_of(problem, updates))
        return contexts_of(trace, presented(problem, symbols, self.words, self.style))


def day(time: str) -> str:
    """The local day of a time that was kept."""
    from datetime import datetime

    return datetime.fromisoformat(time).astimezone().date().isoformat()

"""Everything around a quiz that is not the quiz itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.cli.output import Output
    from bp_tutor.cli.talk import LineTalk
    from bp_tutor.problem import Problem
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Diary, Opened, Trouble


class Asked(NamedTuple):
    """What the options ask for."""

    ask: tuple[str, ...] = ()
    layer: tuple[str, ...] = ()
    most: int | None = None
    level: str = "numbers"
    form: str = "index"
    shuffle: bool = False
    seed: int | None = None
    hints: bool = True
    rules: tuple[str, ...] = ()
    """Only questions with these rules; empty for all."""
    updates: int | None = None
    """How many updates are asked about; None for as many as the file says."""
    file: str = ""
    """The text of the variant that is asked about; empty for the problem's own numbers."""


class Room(NamedTuple):
    """Who is talked to, and where progress is kept."""

    output: Output
    talk: LineTalk
    opened: Opened
    notation: str | None
    json: bool

    def about(self, problem: Problem) -> Room:
        """The same room, where quantities are called as the problem calls them."""
        from bp_tutor.explain import named_words

        return self._replace(
            output=self.output._replace(words=named_words(self.output.words, problem))
        )

    def say(self, key: str, look: str = "", **values: object) -> None:
        """A sentence of the words."""
        self.talk.say(self.output.words.text(key, **values), look)

    def say_troubles(self, troubles: Iterable[Trouble]) -> None:
        """What there is to say about the file of progress."""
        for trouble in troubles:
            self.say(trouble.key, "broken", **dict(trouble.values))


class Taken(NamedTuple):
    """A quiz that is ready to be taken."""

    problem: Problem
    session: Session
    diary: Diary
    hints: bool
    resumed: str = ""
    """When it was begun, where it is gone on with."""

"""How a quiz speaks, and how it waits for what is answered: at a terminal, or on a page."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.explain import Block, Document, Presentation
    from bp_tutor.quiz.scene import Scene

Came = TypeVar("Came")
Talking = Generator[str, "str | None", Came]
"""A talk that yields prompts, takes the line that is typed at each (None at the end of input),
and gives what came of it."""


class Voice(Protocol):
    """What is said to whoever takes a quiz."""

    def say(self, text: str, look: str = "") -> None:
        """A sentence."""

    def choose(self, options: Iterable[tuple[str, str]]) -> None:
        """What there is to choose from: what is typed for each, and what it says."""

    def show(self, block: Block, reader: Presentation | None = None) -> None:
        """A line of a derivation or a table, as a reader sees them; a table of texts needs none."""

    def scene(self, scene: Scene, reader: Presentation) -> None:
        """What stands with a question: a picture, and values."""

    def state(self, document: Document, reader: Presentation) -> None:
        """A whole exercise: its title, what it says, its picture."""


def talked(talking: Talking[Came], ask: Callable[[str], str | None]) -> Came:
    """Talk to the end with somebody who is there to be asked.

    An interrupt instead of a line is one of the talk.
    """
    with closing(talking):
        try:
            prompt = next(talking)
            while True:
                try:
                    line = ask(prompt)
                except KeyboardInterrupt as interrupt:
                    prompt = talking.throw(interrupt)
                else:
                    prompt = talking.send(line)
        except StopIteration as end:
            came: Came = end.value
            return came

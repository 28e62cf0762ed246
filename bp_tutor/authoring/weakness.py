"""What there is to say about numbers that do not teach well: data, and the sentence for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.reader import Key as WordKey

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Quantity

    Key = tuple[Quantity, tuple[int, ...]]
    """One entry: its quantity and its index from 0."""

MOST_NAMED = 4
"""So many entries are named; of the others, how many there are."""
OF_THE_RATE = ("misconception.step_for_gradient.name", "misconception.gradient_for_step.name")
"""Mistakes whose numbers hang on the learning rate, so that another one tells them apart."""
NOT_JUDGED = "not_judged"
"""Said of a network that is too large to be looked at; it is no weakness of its numbers."""


class Weakness(Frozen):
    """One thing that keeps numbers from teaching: a key of the words, and where it is."""

    key: str
    """Its sentence stands in the words as `teaching.<key>`."""
    entries: tuple[Key, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    """What else stands in the sentence; a `reader.Key` is a word itself."""
    grave: bool = False
    """Whether something cannot be learnt at all: a unit is dead, a gradient 0, a slope unsure.
    Others only leave a mistake unnoticed, or make more work than is needed."""
    update: int = 1

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The entries by their canonical names."""
        return tuple(quantity.identifier(index) for quantity, index in self.entries)


def sentence(weakness: Weakness, page: Presentation) -> str:
    """A weakness in the language and the symbols of a page."""
    words = page.words
    values = {
        name: words.text(value) if isinstance(value, WordKey) else value
        for name, value in weakness.values
    }
    names = [page.name(*entry) for entry in weakness.entries[:MOST_NAMED]]
    listed = words.text("teaching.comma").join(names)
    more = len(weakness.entries) - len(names)
    if more > 0:
        listed = words.text("teaching.and_more", names=listed, count=more)
    told = words.text(f"teaching.{weakness.key}", entries=listed, **values)
    if any(value in OF_THE_RATE for _, value in weakness.values):
        told = words.text("teaching.other_rate", told=told)
    if weakness.update == 1:
        return told
    return words.text("teaching.in_update", update=weakness.update, told=told)

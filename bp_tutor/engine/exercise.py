"""The exercise that is open: its file, and what its reader changed of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.api.reading import updates_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.authoring.problem_text import GONE, SEED, changed, line_starts, places_of
from bp_tutor.engine.choices import choices_in
from bp_tutor.engine.numbers import MOST_TYPED, number_text
from bp_tutor.problem.load import problem_in, read_problem
from bp_tutor.reader import Mapping as MappingNode
from bp_tutor.reader import Scalar, Sequence, parse_document, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bp_tutor.authoring.problem_text import Place
    from bp_tutor.problem import Problem
    from bp_tutor.reader import Node

RATE = "learning_rate"
MOST_TEXT = 200_000
"""Characters of a file that a page may bring along."""


class Exercise:
    """A problem file, with the numbers and words that stand in it now."""

    def __init__(self, text: str, name: str) -> None:
        """Open a file.

        Raises:
            RefusalError: it is too long.
            ProblemError: it has mistakes.
        """
        if len(text) > MOST_TEXT:
            raise RefusalError("engine.long", count=MOST_TEXT)
        self.name = shown(name)
        self._file = text.removeprefix("\ufeff")
        self._path = Path(f"{self.name}.yaml")
        self._document = parse_document(self._file.encode(), self._path.name)
        self.moving = problem_in(self._document, self._path)
        """The problem with its numbers, its title and text as they were at first: quickly made."""
        self._problem: Problem | None = None
        self._starts = line_starts(self._file)
        places = places_of(self._file, self.moving)
        self.places = {_key(place): place for place in places if _can_change(place)}
        """What can be changed, by the name of the number."""
        self.choices = {choice.key: choice for choice in choices_in(self._file)}
        self._numbers: dict[str, str] = {}
        self._names: dict[str, str] = {}

    @property
    def text(self) -> str:
        """The file as it is now; the figures that were printed of the old numbers are gone."""
        if not self._numbers and not self._names:
            return self._file
        drawn = {
            number: self._numbers[key]
            for number, key in enumerate(self.places)
            if key in self._numbers
        }
        names = [
            (choice.start, choice.text, self._names[key])
            for key, choice in self.choices.items()
            if key in self._names
        ]
        return changed(self._file, tuple(self.places.values()), drawn, names)

    def value(self, key: str) -> str:
        """A number as it would be typed, now."""
        return self._numbers.get(key, self.places[key].text)

    def chosen(self, key: str) -> str:
        """An activation or the loss, now."""
        return self._names.get(key, self.choices[key].text)

    def change(self, numbers: Mapping[str, str], names: Mapping[str, str]) -> None:
        """Put other numbers and names in; all of them, or none where they make no exercise.

        Raises:
            RefusalError: there is no such number or choice, or it is typed in another way.
            ProblemError: the file would have mistakes.
        """
        before = self._numbers, self._names
        for key, text in numbers.items():
            if key not in self.places:
                raise RefusalError("engine.no_number", name=shown(key))
            if len(text) > MOST_TYPED:
                raise RefusalError("engine.unread", text=shown(text))
        for key, text in names.items():
            if key not in self.choices or text not in self.choices[key].names:
                raise RefusalError("engine.no_choice", name=shown(text))
        typed = {key: number_text(text) for key, text in numbers.items()}
        try:
            self._numbers = {
                key: text
                for key, text in {**self._numbers, **typed}.items()
                if text != self.places[key].text
            }
            self._names = {
                key: name
                for key, name in {**self._names, **names}.items()
                if name != self.choices[key].text
            }
            self.moving, self._problem = self._moved(), None
        except Exception:
            self._numbers, self._names = before
            raise

    def _moved(self) -> Problem:
        """The problem read anew, without parsing its text anew."""
        new = {self.places[key].start: text for key, text in self._numbers.items()}
        new |= {self.choices[key].start: name for key, name in self._names.items()}
        if not new:
            return problem_in(self._document, self._path)
        root = self._with(self._document.root, new)
        assert isinstance(root, MappingNode)
        kept = tuple((key, node) for key, node in root.items if key.text not in GONE)
        document = self._document._replace(root=root._replace(items=kept))
        return problem_in(document, self._path)

    def _with(self, node: Node, new: dict[int, str]) -> Node:
        """A node with other texts for the words that begin at some places."""
        match node:
            case Scalar(text, _, mark):
                start = self._starts[mark.line - 1] + mark.column - 1
                return node._replace(text=new.get(start, text))
            case Sequence(items):
                return node._replace(items=tuple(self._with(item, new) for item in items))
        pairs = tuple((key, self._with(below, new)) for key, below in node.items)
        return node._replace(items=pairs)

    @property
    def problem(self) -> Problem:
        """The problem of the file as it is now."""
        if self._problem is None:
            self._problem = read_problem(self.text, self._path)
        return self._problem

    @property
    def names(self) -> dict[str, str]:
        """The activations and the loss that differ from the file as it was opened."""
        return dict(self._names)

    @property
    def changes(self) -> dict[str, str]:
        """What differs from the file as it was opened, numbers and choices."""
        return {**self._numbers, **self._names}

    @property
    def updates(self) -> int:
        """So many updates are shown."""
        return updates_of(self.moving, None)


def _can_change(place: Place) -> bool:
    """Whether a number is one of the calculation: no seed, and for the first update."""
    return place.role != SEED and place.update == 1 and bool(place.entries or place.role == RATE)


def _key(place: Place) -> str:
    return place.entries[0].identifier if place.entries else RATE

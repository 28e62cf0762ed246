"""Mistakes in a file: where, what, what was expected, and the nearest right spelling.

A mistake is data. It names its sentence by a key (`problem.unknown_key`) and carries the
values that stand in it; the sentence itself comes from the words of a language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.reader.nodes import Mark
from bp_tutor.reader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    class Word(Protocol):
        """Gives the text of a key in a language, with values put in."""

        def __call__(self, key: str, **values: object) -> str:
            """The text of `key`."""


LIMIT = 100
"""So many mistakes of one file are told; who has more has another trouble."""


class Key(str):
    """A value that is itself a key of the words (`kind.list` is shown as "a list")."""

    __slots__ = ()


def joined(sentence: str, *more: str) -> str:
    """A sentence with what follows it after a semicolon, before which no full stop stays.

    >>> joined("There is none here.", "; did you mean 'one'?"), joined("There is none here.", "")
    ("There is none here; did you mean 'one'?", 'There is none here.')
    """
    return sentence.rstrip(".。") + "".join(more) if any(more) else sentence


class Mistake(Frozen):
    """One mistake in a file."""

    key: str
    """The key of its sentence, such as `problem.unknown_key`."""
    mark: Mark | None = None
    """Line and column; None where the whole file is meant."""
    values: Mapping[str, object] = {}
    """What stands in the sentence."""
    expected: str = ""
    """The key of what was expected, such as `expected.number`; it may use `values` too."""
    nearest: str = ""
    """The nearest right spelling, where there is one."""
    path: str = ""
    """The way to it inside the file, such as `network.layers[1].weights[0]`."""
    file: str = ""

    @property
    def where(self) -> str:
        """`exercise.yaml:12:5`."""
        name = printable(self.file)
        return f"{name}:{self.mark.line}:{self.mark.column}" if self.mark else name

    def message(self, word: Word) -> str:
        """The sentence alone: what is wrong, what was expected, the nearest right name."""
        values = {
            name: word(value) if isinstance(value, Key) else value
            for name, value in self.values.items()
        }
        more = []
        if self.expected:
            more.append(word("mistake.expected", expected=word(self.expected, **values)))
        if self.nearest:
            more.append(word("mistake.nearest", nearest=self.nearest))
        return joined(word(self.key, **values), *more)

    def format(self, word: Word) -> str:
        """One line: file, line, column, path and message, in the language of `word`."""
        parts = [self.where, *([self.path] if self.path else []), self.message(word)]
        return ": ".join(parts)


class ReadError(Exception):
    """A file that cannot be used; it carries every mistake that was found, by line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.mark or Mark(0, 0)))
        super().__init__(
            "; ".join(f"{m.where}: {m.path}: {m.key} {dict(m.values)}" for m in self.mistakes)
        )

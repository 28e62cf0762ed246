"""Marks as they are made, until they are written in the order of the file."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple, Self

from bp_tutor.cli.spool import Spool
from bp_tutor.reader import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bp_tutor.cli.answers import BadRow, Row
    from bp_tutor.cli.output import Output
    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Question, Verdict
    from bp_tutor.words import Words


class Mark(NamedTuple):
    """One row of the file with its verdict."""

    student: str
    row: Row
    question: Question
    verdict: Verdict

    @property
    def result(self) -> str:
        """The verdict as one word of the program: `right`, `carried`, `wrong`, ..."""
        return self.verdict.key.rpartition(".")[2]


class Form(ABC):
    """How marks are written: a text for each, and all of them at last."""

    def __init__(self, output: Output, problem: Problem, path: Path) -> None:
        self.output, self.problem, self.path = output, problem, path

    @property
    def words(self) -> Words:
        return self.output.words

    @abstractmethod
    def text(self, mark: Mark) -> str:
        """What is kept of one mark until all are written."""

    @abstractmethod
    def write(self, texts: Iterable[str], bad: list[BadRow], counts: dict[str, int]) -> None:
        """Everything, in the order of the file."""

    def tell(self, bad: list[BadRow]) -> None:
        """The bad rows, on standard error."""
        for row in bad:
            where = f"{Mistake('', file=str(self.path)).where}:{row.line}"
            text = self.words.text(row.key, where=where, **dict(row.values))
            sys.stderr.write(f"{text if text.startswith(where) else f'{where}: {text}'}\n")


class Marks:
    """Marks as they are made, and how many of them are right."""

    def __init__(self, form: Form, count: int) -> None:
        self.count = self.right = self.carried = 0
        self._form = form
        self._spool = Spool(count)

    def add(self, place: int, mark: Mark) -> None:
        """One mark, at its place in the file."""
        self.count += 1
        self.right += mark.verdict.right
        self.carried += mark.verdict.carried
        self._spool.put(place, self._form.text(mark))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def write(self, bad: list[BadRow]) -> None:
        """All of them, in the order of the file."""
        counts = {
            "count": self.count, "right": self.right, "carried": self.carried, "bad": len(bad),
        }  # fmt: skip
        self._form.write(self._spool, bad, counts)

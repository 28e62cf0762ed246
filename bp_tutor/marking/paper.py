"""One paper marked: a mark for each answer of a student, and a reason where there is none."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bp_tutor.quiz.batch import Unclear, is_name, mark_rows, question_of
from bp_tutor.quiz.feedback import more_of
from bp_tutor.reader import joined
from bp_tutor.reader.text import shown
from bp_tutor.tables import BadRow
from bp_tutor.tables.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.quiz import Context, Question, Verdict
    from bp_tutor.quiz.batch import Marked
    from bp_tutor.tables import Student
    from bp_tutor.tables.answers import Paper
    from bp_tutor.words import Words

ATTEMPTS = ("first", "last", "best")
"""Which attempt of a student counts."""
MISSING, UNREADABLE = "missing", "unreadable"
"""What is said of an answer that has no verdict."""
KEPT = 64
"""So many exercises are kept in a process that is sent them."""
KEPT_PAPERS = 200
"""So many different papers are kept for others that are like them."""
NOWHERE = -1
"""The line of an answer that stands in no file."""


class Mark(NamedTuple):
    """One answer of a student with its verdict."""

    student: Student
    answer: Answer
    question: Question
    verdict: Verdict | None
    """None where there is no answer, or none that anybody can read."""
    result: str
    """The verdict as one word: `right`, `carried`, `wrong`, ..., `missing`, `unreadable`."""
    reason: str = ""
    """Why it cannot be read, or why it earns less than it seems to; else empty."""

    @property
    def credit(self) -> float:
        """What it earns, from 0 to 1."""
        return 0.0 if self.verdict is None else self.verdict.credit


class Outcome(NamedTuple):
    """What one student's paper came to."""

    student: Student
    marks: list[Mark]
    bad: list[BadRow]
    """Rows that are no answer to any question, or one to a question that was answered before."""
    attempts: int = 1
    """How many attempts there were, of which one counts."""
    variant: str = ""
    """Which numbers the student had, where these are not those of the problem."""
    refused: bool = False
    """Whether nothing says by which numbers to mark."""

    @property
    def credit(self) -> float:
        """The credit of all answers together."""
        return sum(mark.credit for mark in self.marks)

    def completed(self, asked: Sequence[Question], place: int) -> Outcome:
        """With a mark for each question that the student has no answer to."""
        there = {mark.question.full_name for mark in self.marks}
        lacking = [question for question in asked if question.full_name not in there]
        added = [
            Mark(self.student, Answer(at, NOWHERE, 0, ""), question, None, MISSING)
            for at, question in enumerate(lacking, place)
        ]
        return self._replace(marks=[*self.marks, *added])


class Made(Protocol):
    """How an exercise is made: a plain value, which tells another process as well."""

    def contexts(self) -> Sequence[Context]:
        """The problem worked out, an update after the other."""


class Exercise:
    """A problem with certain numbers, worked out when answers to it are marked.

    Sent to another process it is made there anew, once.
    """

    def __init__(self, made: Made, variant: str = "") -> None:
        self._made, self.variant = made, variant
        self._questions: dict[str, Question | Unclear] = {}
        self._results_of: dict[tuple[tuple[int, str], ...], list[Marked]] = {}
        """By the questions, which are all kept, and the answers."""

    def __reduce__(self) -> tuple[object, ...]:
        return made_anew, (self._made, self.variant)

    @cached_property
    def contexts(self) -> Sequence[Context]:
        """The problem worked out, an update after the other."""
        return self._made.contexts()

    @property
    def words(self) -> Words:
        """Those in which reasons are given."""
        return self.contexts[0].page.words

    def question(self, identifier: str) -> Question | Unclear:
        """What is asked under a name, whichever way it is spelled."""
        if identifier not in self._questions:
            self._questions[identifier] = question_of(self.contexts, identifier)
        return self._questions[identifier]

    def recognised(self, text: str) -> str | None:
        """The canonical name of what a text names and can be asked for."""
        # Most words of a sentence are no names: what else they may mean is not asked.
        if text not in self._questions and not is_name(self.contexts, text):
            return None
        question = self.question(text)
        return None if isinstance(question, Unclear) else question.full_name

    def marked(
        self,
        student: Student,
        answers: Sequence[Answer],
        identifiers: Mapping[int, str],
        unread: Mapping[int, BadRow],
    ) -> Outcome:
        """One attempt of a student."""
        marks: list[Mark] = []
        bad: list[BadRow] = []
        read: list[tuple[Question | Unclear, Answer]] = []
        for answer in answers:
            question = self.question(identifiers[answer.identifier])
            if answer.place in unread and not isinstance(question, Unclear):
                reason = self.words.text(f"{unread[answer.place].key}_short")
                marks.append(Mark(student, answer, question, None, UNREADABLE, reason))
            else:
                read.append((question, answer))
        results = self._results([(asked, answer.value) for asked, answer in read])
        for (question, answer), result in zip(read, results, strict=True):
            name = identifiers[answer.identifier]
            if isinstance(question, Unclear):
                bad.append(self._unclear(answer.line, name, question))
            elif result.twice or (result.superseded and result.refused is None):
                if result.twice:
                    twice = (("name", f"{shown(student.label)}, {shown(name)}"),)
                    bad.append(BadRow(answer.line, "quiz.answer.twice", twice))
            elif result.superseded:
                bad.append(self._unreadable(answer, result)[1])
            else:
                mark, row = self._mark(student, question, answer, result)
                marks.append(mark)
                bad += row
        marks.sort(key=lambda mark: mark.answer.place)
        return Outcome(student, marks, bad, variant=self.variant)

    def _results(self, rows: list[tuple[Question | Unclear, str]]) -> list[Marked]:
        """What rows come to; who has answered everything like somebody else is marked alike."""
        key = tuple([(id(question), value) for question, value in rows])
        found = self._results_of.get(key)
        if found is None:
            if len(self._results_of) == KEPT_PAPERS:
                del self._results_of[next(iter(self._results_of))]
            found = self._results_of[key] = mark_rows(self.contexts, rows)
        return found

    def refused(self, paper: Paper, identifiers: Sequence[str], reason: str) -> Outcome:
        """A paper that nobody can mark: every answer of its last attempt with the reason."""
        marks = []
        for answer in paper.attempts[-1] if paper.attempts else ():
            question = self.question(identifiers[answer.identifier])
            if not isinstance(question, Unclear):
                marks.append(Mark(paper.student, answer, question, None, UNREADABLE, reason))
        line = min((mark.answer.line for mark in marks), default=NOWHERE)
        values = (("student", shown(paper.student.label)), ("reason", reason))
        bad = [BadRow(line, "marking.without_numbers", values)] if marks else []
        return Outcome(paper.student, marks, bad, refused=True)

    def _mark(
        self, student: Student, question: Question, answer: Answer, result: Marked
    ) -> tuple[Mark, list[BadRow]]:
        if result.missing:
            return Mark(student, answer, question, None, MISSING), []
        if result.verdict is not None:
            verdict = result.verdict
            key = verdict.key.rpartition(".")[2]
            said = more_of(verdict, self.words)
            return Mark(student, answer, question, verdict, key, said), []
        reason, row = self._unreadable(answer, result)
        return Mark(student, answer, question, None, UNREADABLE, reason), [row]

    def _unreadable(self, answer: Answer, result: Marked) -> tuple[str, BadRow]:
        """Why an answer makes no sense, and its row."""
        assert result.refused is not None
        reason = self.words.text(result.refused.key, **dict(result.refused.values))
        values = (("value", shown(answer.value)), ("reason", reason))
        return reason, BadRow(answer.line, "marking.not_understood", values)

    def _unclear(self, line: int, name: str, unclear: Unclear) -> BadRow:
        """The row of an id that is nothing that can be asked for, or not one thing."""
        if unclear.startswith("marking."):
            values = (("found", shown(name)), ("near", unclear.near))
            return BadRow(line, "marking.unknown_near" if unclear.near else unclear, values)
        reason = self.words.text(unclear, **dict(unclear.values))
        if unclear.near:
            reason = joined(reason, self.words.text("mistake.nearest", nearest=unclear.near))
        return BadRow(line, "marking.because", (("reason", reason),))


@lru_cache(KEPT)
def made_anew(made: Made, variant: str) -> Exercise:
    """An exercise that another process has sent; the same one each time."""
    return Exercise(made, variant)


def mark_paper(
    exercise: Exercise,
    paper: Paper,
    identifiers: Mapping[int, str],
    unread: Mapping[int, BadRow],
    counts: str = "",
) -> Outcome:
    """A student's paper: of several attempts the one that `counts`, the last if nothing is said.

    Where the table does not say what belongs to one attempt and nothing is said either, the
    first answer to a question counts that can be read.
    """
    tries = paper.attempts
    if counts and len(tries) == 1:
        tries = _in_attempts(tries[0])
    count = len(tries)
    if counts == "first":
        tries = tries[:1]
    elif counts != "best":
        tries = tries[-1:]
    found = [exercise.marked(paper.student, one, identifiers, unread) for one in tries]
    if not found:
        return Outcome(paper.student, [], [], variant=exercise.variant)
    best = max(found, key=lambda outcome: outcome.credit)
    return best._replace(attempts=count)


def _in_attempts(answers: Sequence[Answer]) -> list[list[Answer]]:
    """Rows in which questions come again, as attempts, each of which changes the one before."""
    attempts: list[dict[int, Answer]] = []
    times: dict[int, int] = {}
    for answer in answers:
        at = times[answer.identifier] = times.get(answer.identifier, -1) + 1
        if at == len(attempts):
            attempts.append(dict(attempts[-1]) if attempts else {})
        for later in attempts[at:]:
            later[answer.identifier] = answer
    return [list(attempt.values()) for attempt in attempts]

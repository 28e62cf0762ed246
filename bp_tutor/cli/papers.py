"""The papers of a class, one after the other, each marked by the student's own numbers."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.api.refusal import RefusalError
from bp_tutor.authoring.roster import named
from bp_tutor.cli.own_numbers import NoNumbersError
from bp_tutor.marking import Outcome, Task
from bp_tutor.marking.fitting import LEAST, fits_better
from bp_tutor.quiz.batch import Unclear
from bp_tutor.reader.text import shown
from bp_tutor.tables.answers import Paper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.cli.own_numbers import OwnNumbers
    from bp_tutor.marking import Crew, Exercise
    from bp_tutor.quiz import Question
    from bp_tutor.tables import Answers
    from bp_tutor.words import Words

LOOKED_AT, SEEDS = 10, 40
"""So many students whose answers fit badly are looked at, and so many seeds in a row tried."""
STRANGE, MANY = 0.2, 3
"""Who has fewer values of the problem may have had other numbers; so many students are a class."""
TOLD = 3


class Done(NamedTuple):
    """A marked paper, and how many rows of the table it was."""

    outcome: Outcome
    rows: int
    exercise: Exercise
    """What it was marked by."""


class Papers:
    """The papers of a table of answers, and of those on the list who handed in none."""

    def __init__(self, numbers: OwnNumbers, answers: Answers, counts: str, *, whole: bool) -> None:
        """With `whole`, whoever lacks an answer that others gave is missing it."""
        self.numbers, self.answers, self.counts = numbers, answers, counts
        self.whole = whole
        self.identifiers = answers.identifiers
        original = numbers.original
        asked = [original.question(name) for name in self.identifiers]
        self.asked: list[Question] = list(
            {each.full_name: each for each in asked if not isinstance(each, Unclear)}.values()
        )
        self._next = answers.count

    def marked(self, crew: Crew) -> Iterator[Done]:
        """Everybody's paper, as the table has them; then those who handed in nothing."""
        noted: deque[tuple[int, Exercise]] = deque()
        tasks = self._tasks(noted)
        outcomes = crew.outcomes(tasks, self.identifiers, self.answers.unread, self.counts)
        for outcome in outcomes:
            yield Done(self._whole(outcome), *noted.popleft())

    def _tasks(self, noted: deque[tuple[int, Exercise]]) -> Iterator[Task | Outcome]:
        """What is to be marked, and what nobody can mark; notes the rows and numbers of each."""
        there = set()
        original = self.numbers.original
        for handed_in in self._papers():
            student = handed_in.student
            at = self.numbers.directory.find(student)
            there.add(at)
            if at is not None:
                student = self.numbers.students[at].joined(student)
            paper = handed_in._replace(student=student)
            rows = sum(map(len, paper.attempts))
            try:
                exercise = self.numbers.exercise(paper)
                noted.append((rows, exercise))
                yield Task(exercise, paper)
            except NoNumbersError as error:
                noted.append((rows, original))
                reason = original.words.text(str(error))
                yield original.refused(paper, self.identifiers, reason)
        for at, student in enumerate(self.numbers.students):
            if at not in there:
                empty = Paper(student, [])
                exercise = self._own_or(empty, original)
                noted.append((0, exercise))
                yield Outcome(student, [], [], 0, exercise.variant)

    def _own_or(self, paper: Paper, other: Exercise) -> Exercise:
        try:
            return self.numbers.exercise(paper)
        except NoNumbersError:
            return other

    def _papers(self) -> Iterator[Paper]:
        """Papers; what two names of one student on the list handed in is one student's."""
        find = self.numbers.directory.find
        keys: defaultdict[int, int] = defaultdict(int)
        for student in self.answers.students:
            if (at := find(student)) is not None:
                keys[at] += 1
        waiting: dict[int, Paper] = {}
        for paper in self.answers.papers():
            at = find(paper.student)
            if at is None or keys[at] == 1:
                yield paper
                continue
            before = waiting[at].attempts if at in waiting else []
            together = [*before, *paper.attempts]
            if not self.answers.has_attempts:
                together = [[answer for attempt in together for answer in attempt]]
            waiting[at] = paper._replace(attempts=together)
        yield from waiting.values()

    def _whole(self, outcome: Outcome) -> Outcome:
        if not self.whole:
            return outcome
        found = outcome.completed(self.asked, self._next)
        self._next += len(found.marks) - len(outcome.marks)
        return found


class Suspicion:
    """Whether the class had other numbers than those by which it is marked."""

    def __init__(self, numbers: OwnNumbers, answers: Answers) -> None:
        self.numbers = numbers
        self._students = answers.students
        self._strange: list[Outcome] = []
        self._papers = self._strangers = 0

    def take(self, outcome: Outcome) -> None:
        """Keep a paper that may be one of other numbers: hardly a number of it fits these."""
        verdicts = [mark.verdict for mark in outcome.marks if mark.verdict is not None]
        if len(verdicts) < LEAST or outcome.variant:
            return
        self._papers += 1
        fit = sum(verdict.right and not verdict.carried for verdict in verdicts)
        if fit > STRANGE * len(verdicts):
            return
        self._strangers += 1
        if len(self._strange) < LOOKED_AT:
            self._strange.append(outcome)

    def told(self, words: Words) -> str:
        """Whose answers fit the numbers of a seed, or that those of most fit none of these."""
        numbers = self.numbers
        if numbers.listed or not self._strange or not _varies(numbers):
            return ""
        found = [
            words.text("marking.other_seed", name=shown(outcome.student.label), seed=seed)
            for outcome in self._strange
            if (seed := self._seed_of(outcome)) is not None
        ]
        most = self._strangers >= MANY and 2 * self._strangers > self._papers
        if not (found or most):
            return ""
        key = "marking.other_numbers" if found else "marking.strange"
        seeds = words.text("fact.name_join").join(found[:TOLD])
        values = {"count": self._strangers, "all": self._papers, "seeds": seeds}
        problem = shown(numbers.problem.name)
        return words.text(key, **values, problem=problem, option="--list")

    def _seed_of(self, outcome: Outcome) -> int | None:
        seeds = [share.seed for share in named(self.numbers.problem.name, [outcome.student])]
        bare = outcome.student._replace(number="")
        seeds += [share.seed for share in named(self.numbers.problem.name, [bare])]
        seeds += range(1, min(SEEDS, len(self._students)) + 1)
        for seed in dict.fromkeys(seeds):
            if fits_better(outcome, self.numbers.original, self._of_seed(seed)):
                return seed
        return None

    def _of_seed(self, seed: int) -> Exercise:
        return self.numbers.of_seed(seed)


def _varies(numbers: OwnNumbers) -> bool:
    """Whether other numbers can be drawn at all."""
    try:
        return numbers.variants.varies
    except RefusalError:
        return False

"""One quiz from its first question to its last: answers, hints, going back, marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz import hints
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.model import NotUnderstood
from bp_tutor.quiz.needed import figures_of
from bp_tutor.quiz.own_lines import result_of
from bp_tutor.quiz.questions import mark, understand
from bp_tutor.quiz.store.recorder import Event
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.tolerance import NEARLY, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bp_tutor.formula import Address
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.hints import Hint
    from bp_tutor.quiz.kinds.kind import HintStep
    from bp_tutor.quiz.model import Diagnosis, Question, Understood, Verdict
    from bp_tutor.quiz.store.history import Noted

TOLD = "told"
AGAIN = 0.5
"""What a mark is worth for each further try."""
OPEN, RIGHT, KEPT, SHOWN, SKIPPED = "open", "right", "keep", "show", "skip"


class Outcome(NamedTuple):
    """What came of an answer, and of the answers that depend on it."""

    verdict: Verdict
    again: tuple[tuple[int, Verdict], ...] = ()
    """Places of other questions whose mark is another one now."""
    repeated: bool = False
    """Whether the same wrong answer was given before, so that it costs nothing."""


class Attempt:
    """The answers to one question, and how it stands."""

    def __init__(self, steps: tuple[HintStep, ...]) -> None:
        self.steps = steps
        """The hints that there are."""
        self.state = OPEN
        self.tries = 0
        self.hints = 0
        self.text = ""
        self.understood: Understood | None = None
        self.verdict: Verdict | None = None
        self.earned: float | None = None
        """The part of the mark that a right answer earned; what comes after takes nothing of it."""
        self._wrong: list[Understood] = []
        """The wrong answers, whichever way they were typed."""

    def take(
        self,
        text: str,
        understood: Understood,
        verdict: Verdict,
        same: Callable[[Understood, Understood], bool],
    ) -> bool:
        """Note an answer; whether it is a wrong one given once more, which is no further try.

        `same` tells whether two answers say the same.
        """
        repeated = not verdict.right and any(same(one, understood) for one in self._wrong)
        self._wrong += [] if verdict.right else [understood]
        self.text, self.understood, self.verdict = text, understood, verdict
        # Neither is a right answer that is given in another way, after going back.
        self.tries += not (repeated or (verdict.right and self.state == RIGHT))
        self.state = RIGHT if verdict.right else OPEN
        self._earn()
        return repeated

    def mark_again(self, verdict: Verdict) -> None:
        """Note how the last answer stands because another one changed."""
        if self.verdict is not None and self.verdict.right and not verdict.right:
            self.earned = None
        self.verdict = verdict
        if self.state in (RIGHT, KEPT):
            self.state = RIGHT if verdict.right else KEPT
            self._earn()

    def _earn(self) -> None:
        if self.earned is None and self.state == RIGHT:
            self.earned = self.credit

    @property
    def right(self) -> bool:
        """Whether a right answer was given, also where another one was typed after it."""
        return self.earned is not None

    @property
    def credit(self) -> float:
        """The part of the mark that is earned."""
        if self.earned is not None:
            return self.earned
        if self.verdict is None or self.state in (SHOWN, SKIPPED):
            return 0.0
        left = max(0.0, 1.0 - sum(step.cost for step in self.steps[: self.hints]))
        return round(self.verdict.credit * left * AGAIN ** max(0, self.tries - 1), 4)

    @property
    def next_hint(self) -> HintStep | None:
        """The next hint, if there is one."""
        return self.steps[self.hints] if self.hints < len(self.steps) else None


class Session:
    """The questions, the answers so far, and the question that is asked now."""

    def __init__(
        self,
        contexts: Sequence[Context],
        questions: tuple[Question, ...],
        note: Callable[[Event], None] = lambda _: None,
        given: str = hints.ALL,
    ) -> None:
        self.questions, self.given = questions, given
        self.attempts = [Attempt(hints.steps_of(question, given)) for question in questions]
        self.mistakes: list[Diagnosis] = []
        """Those that alone explained an answer, or that the student told."""
        self.remedies: list[tuple[str, bool]] = []
        """The mistakes that a small question was about, and whether it was answered right."""
        self.place = 0
        self.contexts = contexts
        """What is around the questions of each update, the first one first."""
        self._students: list[StudentAnswers] = []
        for context in contexts:
            before = self._students[-1] if self._students else None
            self._students.append(StudentAnswers(context, before))
        self._note = note

    @property
    def question(self) -> Question:
        """The question that is asked now."""
        return self.questions[self.place]

    @property
    def attempt(self) -> Attempt:
        """How it stands."""
        return self.attempts[self.place]

    @property
    def over(self) -> bool:
        """Whether every question is settled."""
        return self.place >= len(self.questions)

    @property
    def answered(self) -> bool:
        """Whether every question was answered or settled: rightly or not, there is none left."""
        return all(one.tries or one.state != OPEN for one in self.attempts)

    def context(self, place: int | None = None) -> Context:
        """What is around a question (this one)."""
        question = self.questions[self.place if place is None else place]
        return self.contexts[question.update - 1]

    def student(self, place: int | None = None) -> StudentAnswers:
        """The student's answers to the update that a question (this one) belongs to."""
        question = self.questions[self.place if place is None else place]
        return self._students[question.update - 1]

    def answer(self, text: str) -> Outcome:
        """Mark an answer, and once more those that depend on it.

        Raises:
            NotUnderstood: it says nothing, and costs nothing.
        """
        figures = figures_of(self.question, self.student())
        verdict, repeated = self._mark(text)
        again = tuple(self._mark_again())
        self._write("answer", self.place, verdict, figures)
        for place, other in again:
            self._write("marked_again", place, other)
        return Outcome(verdict, again, repeated)

    def _mark(self, text: str) -> tuple[Verdict, bool]:
        """The verdict, and whether it is of a wrong answer given once more."""
        understood = understand(self.question, text, self.context())
        self.student().unsaid = self.unsaid
        verdict = mark(self.question, understood, self.student())
        kind, context = KINDS[self.question.kind], self.context()
        repeated = self.attempt.take(
            text, understood, verdict, lambda one, other: kind.same(one, other, context)
        )
        if not repeated:
            self.mistakes += [found for found in verdict.diagnoses if found.certainty == "only"]
        return verdict, repeated

    def _mark_again(self) -> Iterable[tuple[int, Verdict]]:
        """The verdicts that change because this answer did."""
        graph = self.context().graph
        source = graph.quantity(self.question.identifier)
        for place, other in enumerate(self.questions):
            attempt = self.attempts[place]
            if place == self.place or attempt.understood is None or attempt.verdict is None:
                continue
            if not KINDS[other.kind].numeric or other.update < self.question.update:
                continue
            quantity = graph.quantity(other.identifier)
            here = other.update == self.question.update
            if here and quantity is not None and source not in graph.sources(quantity):
                continue
            try:
                verdict = mark(other, attempt.understood, self.student(place))
            except NotUnderstood:
                continue
            before = attempt.verdict
            attempt.mark_again(verdict)
            if (before.right, before.carried) != (verdict.right, verdict.carried):
                yield place, verdict

    def may_be(self, number: str) -> bool:
        """Whether a whole number may be a right answer to the question that is asked now."""
        question, student = self.question, self.student()
        address = student.graph.find(question.identifier)
        if question.choices:
            return True
        if address is None or not number.strip().isdecimal():
            return False
        if not KINDS[question.kind].numeric:
            return not student.graph.leaves(address)
        return any(abs(value - int(number)) < NEARLY for value in student.possible(address))

    def told(self, place: int, cause: Diagnosis | None) -> None:
        """Which of several causes it was, by the student's own word; None for none of them."""
        self._tell(place, cause)
        self._write("told", place, self.attempts[place].verdict)

    def _tell(self, place: int, cause: Diagnosis | None) -> None:
        attempt = self.attempts[place]
        assert attempt.verdict is not None
        causes = () if cause is None else (cause._replace(certainty=TOLD),)
        self.mistakes += causes
        attempt.verdict = attempt.verdict._replace(diagnoses=causes)

    def remedied(self, place: int, verdict: Verdict) -> None:
        """How the small question about a mistake was answered."""
        self.remedies.append((verdict.understood, verdict.right))
        self._write("remedy", place, verdict)

    def hint(self) -> Hint | None:
        """The next hint; None where the whole answer is shown already."""
        step = self.attempt.next_hint
        if step is None:
            return None
        self.attempt.hints += 1
        found = hints.hint(self.student(), self.question, step.name)
        if self.attempt.next_hint is None:
            self._settle(SHOWN)
        else:
            self._write("hint", self.place)
        return found

    def show(self) -> Hint:
        """The whole answer; nothing more can be earned with the question."""
        found = hints.whole(self.student(), self.question)
        # Nothing is left to earn here, even by going back.
        self.attempt.hints = len(self.attempt.steps)
        self._settle(SHOWN)
        return found

    def skip(self) -> None:
        """Leave the question for now; `back` leads to it again."""
        if self.attempt.state == OPEN:
            self._settle(KEPT if self.attempt.tries else SKIPPED)

    def _settle(self, state: str) -> None:
        self._set(state)
        self._write(state, self.place)

    def _set(self, state: str) -> None:
        self.attempt.state = state
        if state != SHOWN:
            return
        self.attempt.understood = None
        context = self.context()
        address = context.graph.find(self.question.identifier)
        # Where the problem gives no numbers, there is a formula to go on with, and no value.
        if address is not None and context.graph.known(address):
            # What was shown is what the student goes on with, with the digits of the page.
            value, shown = result_of(self.student(), address)
            radius = 0.5 * 10.0**shown.last if shown.last is not None else 0.0
            self.student().enter(address, Answer(value, radius))

    @property
    def pending(self) -> frozenset[Address]:
        """The entries of this update that are still asked for, here or later."""
        update, graph = self.question.update, self.context().graph
        pairs = zip(self.questions, self.attempts, strict=True)
        return frozenset(
            entry
            for one, attempt in pairs
            if one.update == update and attempt.state == OPEN and KINDS[one.kind].numeric
            for entry in graph.entries(one.identifier)
        )

    @property
    def unsaid(self) -> frozenset[Address]:
        """The entries of this update whose numbers or formulas are asked for, here or later."""
        update, graph = self.question.update, self.context().graph
        return frozenset(
            entry
            for place, one in enumerate(self.questions)
            if one.update == update
            and (place == self.place or self.attempts[place].state == OPEN)
            and (KINDS[one.kind].numeric or KINDS[one.kind].level == "formulas")
            for entry in graph.entries(one.identifier)
        )

    @property
    def shown(self) -> frozenset[str]:
        """The full names of what was shown instead of answered."""
        pairs = zip(self.questions, self.attempts, strict=True)
        return frozenset(one.full_name for one, attempt in pairs if attempt.state == SHOWN)

    def go_on(self) -> None:
        """To the next question that is not settled."""
        self.place += 1
        while not self.over and self.attempt.state != OPEN:
            self.place += 1

    def back(self) -> bool:
        """To the question before; False where there is none."""
        if self.place == 0:
            return False
        self.place -= 1
        return True

    def _write(
        self,
        name: str,
        place: int,
        verdict: Verdict | None = None,
        figures: tuple[tuple[str, float], ...] = (),
    ) -> None:
        attempt = self.attempts[place]
        self._note(
            Event(
                place=place,
                name=name,
                question=self.questions[place],
                text=attempt.text if verdict is not None else "",
                verdict=verdict,
                tries=attempt.tries,
                hints=attempt.hints,
                credit=attempt.credit,
                figures=figures,
            )
        )

    def restore(self, events: Iterable[Noted]) -> None:
        """Stand where a session stood that was broken off."""
        for event in events:
            if not 0 <= event.place < len(self.questions):
                continue
            self.place = event.place
            attempt = self.attempt
            if event.name == "answer":
                try:
                    self._mark(event.text)
                except NotUnderstood:
                    continue
                list(self._mark_again())
            elif event.name == "told" and attempt.verdict is not None:
                causes = {one.misconception: one for one in attempt.verdict.diagnoses}
                self._tell(event.place, causes.get(event.told))
            elif event.name == "remedy":
                self.remedies.append((event.understood, bool(event.correct)))
            elif event.name in (SHOWN, SKIPPED, KEPT):
                self._set(event.name)
            attempt.tries, attempt.hints = event.tries, event.hints
        self.place = -1
        self.go_on()

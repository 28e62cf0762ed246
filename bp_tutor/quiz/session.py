"""One quiz from its first question to its last: answers, hints, going back, marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz import hints
from bp_tutor.quiz.asking import mark, understand
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import NUMBERS
from bp_tutor.quiz.model import NotUnderstood
from bp_tutor.quiz.needs import figures_of
from bp_tutor.quiz.sheet import Sheet
from bp_tutor.quiz.standing import KEPT, OPEN, RIGHT, SHOWN, SKIPPED, Outcome, Standing
from bp_tutor.quiz.store.diary import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.explain import Line
    from bp_tutor.quiz.hints import Hint
    from bp_tutor.quiz.model import Context, Diagnosis, Question, Verdict
    from bp_tutor.quiz.store.history import Noted

TOLD = "told"


class Session:
    """The questions, the answers so far, and the question that is asked now."""

    def __init__(
        self,
        contexts: dict[int, Context],
        questions: tuple[Question, ...],
        note: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self.questions = questions
        self.standings = [Standing(question) for question in questions]
        self.mistakes: list[Diagnosis] = []
        """Those that alone explained an answer, or that the student told."""
        self.remedies: list[tuple[str, bool]] = []
        """The mistakes that a small question was about, and whether it was answered right."""
        self.place = 0
        self._contexts = contexts
        self._sheets: dict[int, Sheet] = {}
        for update, context in sorted(contexts.items()):
            self._sheets[update] = Sheet(context, self._sheets.get(update - 1))
        self._note = note

    @property
    def question(self) -> Question:
        """The question that is asked now."""
        return self.questions[self.place]

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return self.standings[self.place]

    @property
    def over(self) -> bool:
        """Whether every question is settled."""
        return self.place >= len(self.questions)

    def context(self, place: int | None = None) -> Context:
        """What is around a question (this one)."""
        question = self.questions[self.place if place is None else place]
        return self._contexts[question.update]

    def sheet(self, place: int | None = None) -> Sheet:
        """The student's answers to the update that a question (this one) belongs to."""
        question = self.questions[self.place if place is None else place]
        return self._sheets[question.update]

    def answer(self, text: str) -> Outcome:
        """Mark an answer, and once more those that hang on it.

        Raises:
            NotUnderstood: it says nothing, and costs nothing.
        """
        figures = figures_of(self.context(), self.question, self.sheet())
        verdict = self._mark(text)
        self.mistakes += [found for found in verdict.diagnoses if found.certainty == "only"]
        again = tuple(self._mark_again())
        self._write("answer", self.place, verdict, figures)
        for place, other in again:
            self._write("marked_again", place, other)
        return Outcome(verdict, again)

    def _mark(self, text: str) -> Verdict:
        context, standing = self.context(), self.standing
        understood = understand(self.question, text, context)
        verdict = mark(self.question, understood, self.sheet(), context)
        standing.text, standing.understood, standing.verdict = text, understood, verdict
        # A right answer given once more, after going back, is no further try.
        standing.tries += not (verdict.right and standing.state == RIGHT)
        standing.state = RIGHT if verdict.right else OPEN
        return verdict

    def _mark_again(self) -> Iterable[tuple[int, Verdict]]:
        """The verdicts that change because this answer did."""
        book = book_of(self.context())
        changed = book.find(self.question.identifier)
        source = changed[0] if changed is not None else book.array(self.question.identifier)
        for place, other in enumerate(self.questions):
            standing = self.standings[place]
            if place == self.place or standing.understood is None or standing.verdict is None:
                continue
            if other.kind not in NUMBERS or other.update < self.question.update:
                continue
            key = book.find(other.identifier)
            quantity = key[0] if key is not None else book.array(other.identifier)
            here = other.update == self.question.update
            if here and quantity is not None and source not in book.above(quantity):
                continue
            try:
                verdict = mark(other, standing.understood, self.sheet(place), self.context(place))
            except NotUnderstood:
                continue
            before, standing.verdict = standing.verdict, verdict
            if standing.state in (RIGHT, KEPT):
                standing.state = RIGHT if verdict.right else KEPT
            if (before.right, before.carried) != (verdict.right, verdict.carried):
                yield place, verdict

    def told(self, place: int, cause: Diagnosis | None) -> None:
        """Which of several causes it was, by the student's own word; None for none of them."""
        self._tell(place, cause)
        self._write("told", place, self.standings[place].verdict)

    def _tell(self, place: int, cause: Diagnosis | None) -> None:
        standing = self.standings[place]
        assert standing.verdict is not None
        causes = () if cause is None else (cause._replace(certainty=TOLD),)
        self.mistakes += causes
        standing.verdict = standing.verdict._replace(diagnoses=causes)

    def remedied(self, place: int, verdict: Verdict) -> None:
        """How the small question about a mistake was answered."""
        self.remedies.append((verdict.understood, verdict.right))
        self._write("remedy", place, verdict)

    def hint(self) -> Hint | None:
        """The next hint; None where the whole answer is shown already."""
        step = hints.next_step(self.question, self.standing.hints)
        if step is None:
            return None
        self.standing.hints += 1
        found = hints.hint(self.context(), self.question, step.name)
        if hints.next_step(self.question, self.standing.hints) is None:
            self._settle(SHOWN)
        else:
            self._write("hint", self.place)
        return found

    def show(self) -> tuple[Line, ...]:
        """The whole answer; the question is worth nothing more."""
        lines = hints.worked(self.context(), self.question)
        # Nothing is left to earn here, even by going back.
        self.standing.hints = len(hints.steps_of(self.question))
        self._settle(SHOWN)
        return lines

    def skip(self) -> None:
        """Leave the question for now; `back` leads to it again."""
        if self.standing.state == OPEN:
            self._settle(KEPT if self.standing.tries else SKIPPED)

    def _settle(self, state: str) -> None:
        self._stand(state)
        self._write(state, self.place)

    def _stand(self, state: str) -> None:
        self.standing.state = state
        if state != SHOWN:
            return
        self.standing.understood = None
        context = self.context()
        key = book_of(context).find(self.question.identifier)
        # Where the problem gives no numbers, there is a formula to go on with, and no value.
        if key is not None and key[0] in context.run.values:
            # What was shown is what the student goes on with, with the digits of the page.
            shown = context.page.settings.result(context.run, *key)
            radius = 0.5 * 10.0**shown.last if shown.last is not None else 0.0
            self.sheet().answer(self.question.identifier, context.run.value(*key), radius)

    @property
    def shown(self) -> frozenset[str]:
        """The full names of what was shown instead of answered."""
        pairs = zip(self.questions, self.standings, strict=True)
        return frozenset(one.full_name for one, standing in pairs if standing.state == SHOWN)

    def go_on(self) -> None:
        """To the next question that is not settled."""
        self.place += 1
        while not self.over and self.standing.state != OPEN:
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
        standing = self.standings[place]
        self._note(
            Event(
                place=place,
                name=name,
                question=self.questions[place],
                text=standing.text if verdict is not None else "",
                verdict=verdict,
                tries=standing.tries,
                hints=standing.hints,
                credit=standing.credit,
                figures=figures,
            )
        )

    def restore(self, events: Iterable[Noted]) -> None:
        """Stand where a session stood that was broken off."""
        for event in events:
            if not 0 <= event.place < len(self.questions):
                continue
            self.place = event.place
            standing = self.standing
            if event.name == "answer":
                try:
                    verdict = self._mark(event.text)
                except NotUnderstood:
                    continue
                self.mistakes += [one for one in verdict.diagnoses if one.certainty == "only"]
                list(self._mark_again())
            elif event.name == "told" and standing.verdict is not None:
                causes = {one.misconception: one for one in standing.verdict.diagnoses}
                self._tell(event.place, causes.get(event.told))
            elif event.name == "remedy":
                self.remedies.append((event.understood, bool(event.correct)))
            elif event.name in (SHOWN, SKIPPED, KEPT):
                self._stand(event.name)
            standing.tries, standing.hints = event.tries, event.hints
        self.place = -1
        self.go_on()

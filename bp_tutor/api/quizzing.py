"""A quiz as an object: it asks, marks, helps, and tells how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.api.errors import BpTutorError, told
from bp_tutor.api.reading import view_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.shown import WIDTH
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.quiz import Verdict
    from bp_tutor.quiz.context import Context
    from bp_tutor.words import Words


class Answer(Frozen):
    """What an answer is worth, and why."""

    right: bool
    credit: float
    carried: bool
    """Whether it follows correctly from an own earlier value that is wrong."""
    message: str
    """How it was understood, and what is to be said about it."""
    mistakes: tuple[str, ...] = ()
    """What may have been done, by name; more than one where they cannot be told apart."""
    reasons: tuple[str, ...] = ()
    """Why each is a mistake, with the student's own numbers."""


def answer_of(context: Context, verdict: Verdict) -> Answer:
    """A verdict in the words of its reader."""
    from bp_tutor.quiz.feedback import names_of, verdict_lines, whys

    words = context.words
    first = next(text for text, _ in verdict_lines(context, verdict))
    return Answer(
        verdict.right,
        verdict.credit,
        verdict.carried,
        first,
        tuple(dict.fromkeys(names_of(one, words) for one in verdict.diagnoses)),
        tuple(why for one in verdict.diagnoses for why in whys(one, words)),
    )


class Quiz:
    """Questions about one problem, one after the other.

    >>> import bp_tutor
    >>> quiz = bp_tutor.load("exercise", lang="en").quiz(only=["Z"])
    >>> quiz.name, quiz.answer("1.5").right
    ('Z[2,1]', True)
    """

    def __init__(self, contexts: tuple[Context, ...], only: Iterable[str], words: Words) -> None:
        """Made by `Problem.quiz`."""
        from bp_tutor.quiz import Choice, make_questions
        from bp_tutor.quiz.session import Session

        self._words = words
        with told(words):
            symbols = contexts[0].page.symbols
            view = view_of(contexts[0].run, symbols, only, (), (), "full", "index")
            questions = make_questions(contexts, Choice(ask=view.only))
            if not questions:
                raise RefusalError("session.none")
        self._session = Session(contexts, questions)

    @property
    def over(self) -> bool:
        """Whether every question is settled."""
        return self._session.over

    @property
    def name(self) -> str:
        """The canonical name of what is asked for now; empty where nothing is left."""
        return "" if self.over else self._session.question.full_name

    def ask(self) -> str:
        """The question that is asked now, as a sentence; empty where nothing is left."""
        from bp_tutor.quiz.feedback import prompt

        session = self._session
        return "" if self.over else prompt(session.context(), session.question)

    def answer(self, text: str | float) -> Answer:
        """Mark an answer; after a right one the next question is asked.

        Raises:
            BpTutorError: it says nothing that could be marked, and costs nothing; or no question
                is left.
        """
        from bp_tutor.quiz import NotUnderstood

        self._refuse_over()
        try:
            outcome = self._session.answer(str(text))
        except NotUnderstood as refused:
            reason = self._words.text(refused.key, **dict(refused.values))
            raise BpTutorError(reason) from None
        found = answer_of(self._session.context(), outcome.verdict)
        if outcome.verdict.right:
            self._session.go_on()
        return found

    def hint(self) -> str:
        """The next hint; the last one shows the whole answer, after which nothing is earned."""
        from bp_tutor.quiz.session import OPEN

        self._refuse_over()
        session = self._session
        context = session.context()
        found = session.hint()
        if found is None:
            return ""
        from bp_tutor.output.rows import Layout, block_rows

        layout = Layout(WIDTH, context.page)
        rows = (row for line in found.lines for row in block_rows(line, 0, 0, layout))
        if session.attempt.state != OPEN:
            session.go_on()
        return "\n".join((found.text, *("".join(text for text, _ in row) for row in rows)))

    def skip(self) -> None:
        """Leave the question that is asked now."""
        self._refuse_over()
        self._session.skip()
        self._session.go_on()

    def _refuse_over(self) -> None:
        if self.over:
            raise BpTutorError(self._words.text("api.over"))

    def result(self) -> dict[str, Any]:
        """How it stands: questions, marks, mistakes, as `bp-tutor quiz --result` writes them."""
        from bp_tutor.quiz.result import as_data, result_of

        return as_data(self._session, result_of(self._session))

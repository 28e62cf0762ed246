"""The talk of a quiz: a question, a line typed, what is said to it. Lines only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.blocks import with_cautions
from bp_tutor.explain.statement import statement
from bp_tutor.quiz import hints
from bp_tutor.quiz.commands import MARKS, PROMPT, command_in
from bp_tutor.quiz.feedback import caret, percent, prompt, reasons, verdict_lines
from bp_tutor.quiz.followups import FollowUps
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.mistakes.diagnosis import leaves_open
from bp_tutor.quiz.model import NotUnderstood
from bp_tutor.quiz.needed import MOST_SHOWN, own_answers, shown_values
from bp_tutor.quiz.questions import prepare
from bp_tutor.quiz.scene import scene_of
from bp_tutor.quiz.session import AGAIN, OPEN, SHOWN
from bp_tutor.quiz.typed_names import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bp_tutor.explain import Block
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.hints import Hint
    from bp_tutor.quiz.model import Question
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.voice import Talking, Voice
    from bp_tutor.words import Words

LOOKS_ASIDE = ("why", "given", "problem", "help")
"""Commands after which the question is asked again."""
STUCK = 3
"""After so many wrong tries, and as many more, it is said what helps."""


class Dialogue:
    """Asks the questions of a session until they are settled or the student leaves."""

    def __init__(
        self,
        session: Session,
        voice: Voice,
        words: Words,
        between: Callable[[], None] = lambda: None,
        *,
        hints: bool = True,
        ahead: bool = False,
        piped: bool = False,
        others: Callable[[], Iterable[Context]] = tuple,
    ) -> None:
        self.session, self.voice, self.words = session, voice, words
        self.hints = hints
        self._ahead = ahead
        """Whether somebody reads and thinks at a terminal, so that there is time to prepare."""
        self._piped = piped
        """Whether the answers come from a file or a program, and not from a keyboard."""
        self._between = between
        self._followups = FollowUps(session, voice, words, others)
        self._last: int | None = None
        """The place of the last question that was answered."""

    def talking(self) -> Talking[bool]:
        """Ask; True where every question was settled, False where the student left."""
        if self._ahead and not (yield from self._begins()):
            return False
        while not self.session.over:
            self._pose()
            self._between()
            if self._ahead:
                prepare(self.session.question, self.session.context())
            if not (yield from self._listen()):
                return False
        return True

    def _say(self, key: str, look: str = "", **values: object) -> None:
        self.voice.say(self.words.text(key, **values), look)

    def introduce(self) -> None:
        """The exercise, how many questions there are, and what can be typed."""
        self._problem()
        self.voice.say(_introduction(self.session, self.words))
        for line in _typing_lines(self.session, self.words, piped=self._piped):
            self.voice.say(line)
        self._say(f"session.{'commands' if self.hints else 'commands_alone'}", "commands")
        self.voice.say("")

    def _begins(self) -> Talking[bool]:
        """Wait until the exercise is read, for the first question moves it off the screen."""
        line = yield self.words.text("session.begin")
        return line is not None and command_in(line) != "quit"

    def _problem(self) -> None:
        context = self.session.context(0)
        page = context.page
        self.voice.state(statement(page.settings, context.problem, context.run), page)
        self.voice.say("")

    def _help(self) -> None:
        hinted = ("hint", "show") if self.hints else ()
        for name in (*hinted, "others"):
            self._say(f"session.help.{name}")
        for line in _typing_lines(self.session, self.words, piped=self._piped):
            self.voice.say(line)

    def _ask(self, between: Callable[[], None] = lambda: None) -> None:
        """The question itself, with what there is to choose from."""
        session = self.session
        question = prompt(session.context(), session.question)
        count = len(session.questions)
        number = session.place + 1
        self._say("session.question", "heading", number=number, count=count, question=question)
        between()
        choices = enumerate(session.question.choices, 1)
        self.voice.choose((str(position), choice) for position, choice in choices)

    def _pose(self) -> None:
        session = self.session
        self._followups.close()
        self._ask(self._show_given)
        if note := KINDS[session.question.kind].note:
            self._say(note, "note")
        self._price()
        attempt = session.attempt
        if attempt.text and attempt.state != SHOWN:
            self._say("session.before", answer=attempt.text[:60])

    def _show_given(self) -> None:
        """What stands with the question."""
        session = self.session
        if session.given == hints.NEEDED:
            self._show_needed(MOST_SHOWN)
        elif session.given == hints.ALL:
            scene = scene_of(session.question, session.student(), session.pending, session.shown)
            self.voice.scene(scene, session.context().page)

    def _show_needed(self, most: int | None = None) -> bool:
        session = self.session
        found = shown_values(session.question, session.student(), session.shown)
        for name, values in zip(found._fields, found, strict=True):
            shown = values[:most]
            if shown:
                more = len(values) - len(shown)
                rest = self.words.text("session.more", count=more) if more else ""
                self._say(f"session.needs.{name}", "note", values=", ".join(shown) + rest)
        return any(found)

    def _price(self) -> None:
        """What the next hint would show, and what it takes."""
        following = self.session.attempt.next_hint
        if self.hints and following is not None and not self.session.attempt.right:
            step = self.words.text(f"session.step.{following.name}")
            self._say("session.next_hint", "note", step=step, cost=percent(following.cost))

    def _listen(self) -> Talking[bool]:
        """Lines until the session moves to another question; False where the student leaves."""
        place = self.session.place
        while self.session.place == place:
            line = yield PROMPT
            if line is None:
                return False
            command = self._command(line)
            if command == "quit":
                return False
            if command:
                self._followups.close()
                getattr(self, f"_{command}")()
                if command in LOOKS_ASIDE:
                    self._ask()
            elif self._followups.take(line):
                self._ask()
            elif line.strip():
                self._answer(line)
            elif self.session.attempt.tries or self.session.attempt.state != OPEN:
                self._skip()
            else:
                self._say("session.empty")
        return True

    def _command(self, line: str) -> str:
        """The command that a line is; a name of the exercise is an answer, where none says `:q`."""
        command = command_in(line)
        if command and line.strip()[0] not in MARKS:
            named = self.session.context().graph.read(line.strip())
            return command if named is None else ""
        return command

    def _answer(self, line: str) -> None:
        session = self.session
        try:
            outcome = session.answer(line)
        except NotUnderstood as error:
            for text in caret(error, line, self.words):
                self.voice.say(text)
            return
        place = self._last = session.place
        for text, look in verdict_lines(session.context(), outcome.verdict):
            self.voice.say(text, look)
        for other, verdict in outcome.again:
            name = prompt(session.context(other), session.questions[other])
            key = "right" if verdict.right else "wrong"
            self._say(f"session.again.{key}", question=name)
        if outcome.verdict.right:
            self._go_on()
        else:
            self._followups.after(place, outcome.verdict)
            if outcome.repeated:
                self._say("session.repeated")
            if session.attempt.right:
                self._say("session.keeps_mark")
            else:
                self._say("session.retry", part=percent(AGAIN))
            if session.attempt.tries % STUCK == 0:
                self._say("session.stuck" if self.hints else "session.stuck_alone", "note")

    def _go_on(self) -> None:
        self.session.go_on()
        self.voice.say("")

    def _hint(self) -> None:
        if not self.hints:
            self._say("session.no_hints")
            return
        found = self.session.hint()
        if found is None:
            self._go_on()
            return
        self.voice.say(found.text)
        if found.name == hints.NEEDED:
            self._show_needed()
        if found.lines:
            self._lines(found.lines)
        if self.session.attempt.state == SHOWN:
            self._last = self.session.place
            self._go_on()
        else:
            self._price()

    def _show(self) -> None:
        if not self.hints:
            self._say("session.no_hints")
            return
        self._last = self.session.place
        if self.session.question.choices:
            answer = hints.hint(self.session.student(), self.session.question, "choice")
            self.voice.say(answer.text)
        self._whole(self.session.show())
        self._go_on()

    def _whole(self, found: Hint) -> None:
        if found.text:
            self.voice.say(found.text)
        self._lines(found.lines)

    def _lines(self, lines: Iterable[Block]) -> None:
        shown = with_cautions(lines)
        for line in shown:
            self.voice.show(line, self.session.context().page)
        if not shown:
            self._say("session.hint.nothing")

    def _skip(self) -> None:
        self.session.skip()
        self._go_on()

    def _back(self) -> None:
        if not self.session.back():
            self._say("session.first")
            return
        self.voice.say("")

    def _remedy(self) -> None:
        if not self._followups.remedy():
            self._ask()

    def _given(self) -> None:
        if self.session.given == hints.NEEDED and self._show_needed():
            return
        blocks = hints.all_given(self.session.context())
        self._say("section.given" if blocks else "session.nothing_given", "note")
        for block in blocks:
            self.voice.show(block, self.session.context().page)
        own = own_answers(self.session.student(), self.session.shown)
        if own:
            self._say("session.needs.own", "note", values=", ".join(own))

    def _unexplained(self) -> str:
        """Why nothing explains the last answer: what was asked for, or that its digits are few."""
        question, student = self.session.question, self.session.student()
        address = student.graph.find(question.identifier)
        answer = None if address is None else student.answers.get(address)
        if address is not None and answer is not None and leaves_open(student, address, answer):
            return "few_digits"
        return KINDS[question.kind].level

    def _why(self) -> None:
        """Why the last answer is right or wrong; the whole line once its question is settled."""
        session = self.session
        here = session.attempt
        verdict = here.verdict
        if here.tries and verdict is not None and not verdict.right:
            said = [text for one in verdict.diagnoses for text in reasons(one, self.words)]
            if verdict.key.endswith(".shape"):
                said = [self.words.text("session.count_shape")]
            for text in said or [self.words.text(f"session.no_reason.{self._unexplained()}")]:
                self.voice.say(text)
            return
        if self._last is None:
            self._say("session.nothing_yet")
            return
        last = self._last
        settled = session.attempts[last]
        if settled.state == OPEN:
            self._say("session.nothing_yet")
            return
        question = session.questions[last]
        self._say("session.about", question=prompt(session.context(last), question))
        if why := hints.why_of_rule(session.context(last), question):
            self.voice.say(why)
        self._whole(hints.whole(session.student(last), question))


def _introduction(session: Session, words: Words) -> str:
    """How many questions there are, and what an answer looks like."""
    questions = session.questions
    kinds = [KINDS[question.kind] for question in questions]
    symbols = all(kind.level == "formulas" for kind in kinds)
    arrays = all(kind.form == "matrix" and kind.numeric for kind in kinds)
    choices = all(kind.level == "shapes" for kind in kinds)
    if choices:
        return words.text("session.intro_shapes", count=len(questions))
    key = "intro_formulas" if symbols else "intro_matrix" if arrays else "intro"
    return words.text(f"session.{key}", count=len(questions))


def _typing_lines(session: Session, words: Words, *, piped: bool) -> Iterator[str]:
    """How symbols are typed where formulas are asked for, and lines where nobody types."""
    if any(_asks_formula(question) for question in session.questions):
        told = [
            words.text("session.help.typed", symbol=symbol, typed=typed)
            if symbol != typed
            else typed
            for symbol, typed in examples(session.context(0).graph)
        ]
        # Where all are letters of a keyboard, there is nothing to say.
        if told != [typed for _, typed in examples(session.context(0).graph)]:
            listed = words.text("fact.name_join").join(told)
            yield words.text("session.help.symbols", symbols=listed)
    if piped:
        yield words.text("session.help.piped")


def _asks_formula(question: Question) -> bool:
    """Whether a question is answered in symbols."""
    return KINDS[question.kind].level == "formulas"

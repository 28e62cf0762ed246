"""The quiz of a page: the talk of the terminal, a line at a time, and what is kept of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bp_tutor.api.learner import Learner
from bp_tutor.api.quiz_options import Asked, asked_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.sitting import (
    Subject,
    data_of,
    digest_of,
    gone_on_with,
    of_seed,
    prepared,
    sitting,
)
from bp_tutor.authoring.variant import Variants
from bp_tutor.engine.page_voice import PageVoice
from bp_tutor.frozen import Frozen
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz.batch import Unclear, question_of
from bp_tutor.quiz.feedback import prompt
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.scene import known_values
from bp_tutor.quiz.session import OPEN, SHOWN
from bp_tutor.quiz.store import (
    SCHEMA,
    NotProgressError,
    events_of,
    exported,
    merge,
    open_in_memory,
    sessions,
)
from bp_tutor.reader.text import shown
from bp_tutor.version import __version__
from bp_tutor.words import load_words

if TYPE_CHECKING:
    from bp_tutor.api.sitting import Sat, Taken
    from bp_tutor.quiz.model import Question
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Opened
    from bp_tutor.quiz.voice import Talking

MOST_NAME = 200
MOST_PROGRESS = 32 * 2**20
"""Characters of progress that are taken in at once."""
STYLE = "unicode"
"""How symbols stand in sentences."""


class Sheet(Frozen):
    """The exercise that is asked about, as it stands on the page."""

    name: str
    first: str
    """The text of its file."""
    text: str
    """The same with what its reader changed."""
    digest: str
    """The sum of the file, where the page knows it better than its text tells."""

    def subject(self, asked: Asked) -> tuple[Subject, Asked]:
        """The exercise as a quiz takes it; what differs from the file goes along."""
        path = f"{self.name}.yaml"
        problem = read_problem(self.text, path)
        if self.text != self.first and not asked.file:
            asked = asked._replace(file=self.text)
        problem, asked = of_seed(problem, asked, lambda: Variants(self.text, problem))
        digest = self.digest or digest_of(self.first.encode())
        return Subject(problem, path, digest, self.name), asked


class OpenQuiz:
    """The quiz that is open on a page, if one is."""

    def __init__(self) -> None:
        self._voice = PageVoice()
        self._opened: Opened | None = None
        self._taken: Taken | None = None
        self._talking: Talking[Sat] | None = None
        self._sat: Sat | None = None
        self._own = False
        """Whether it asks for other numbers than those of the file."""

    def begin(self, sheet: Sheet, language: str, values: dict[str, Any]) -> dict[str, Any]:
        """A new quiz, by the `options` of the terminal's."""
        asked = asked_of(values.get("options") or {})
        subject, asked = sheet.subject(asked)
        learner = self._learner(language)
        self._own = bool(asked.file)
        return self._start(learner, prepared(learner, subject, asked))

    def resume(self, sheet: Sheet, language: str, values: dict[str, Any]) -> dict[str, Any]:
        """The quiz of a `session` as it was kept, asked in this language from here on."""
        learner = self._learner(language)
        connection = learner.opened.connection
        merge(connection, {"schema": SCHEMA, "sessions": [values.get("session")]})
        saved = next(sessions(connection), None)
        if saved is None:
            raise RefusalError("session.unreadable")
        subject, _ = sheet.subject(Asked())
        if saved.digest != subject.digest:
            raise RefusalError("session.changed", path=subject.path)
        self._own = bool(saved.options.get("file"))
        taken = gone_on_with(learner, subject, saved, events_of(connection, saved.id))
        return self._start(learner, taken)

    def _learner(self, language: str) -> Learner:
        self._voice = PageVoice()
        return Learner(load_words(language), STYLE, self._voice, open_in_memory())

    def _start(self, learner: Learner, taken: Taken) -> dict[str, Any]:
        self._opened, self._taken, self._sat = learner.opened, taken, None
        self._talking = sitting(learner, taken)
        return self._answered(None)

    def line(self, values: dict[str, Any]) -> dict[str, Any]:
        """What is said to a `line` that was typed, or that a button stands for."""
        if self._talking is None or self._sat is not None:
            raise RefusalError("quiz_page.none")
        return self._answered(str(values.get("line", "")))

    def _answered(self, line: str | None) -> dict[str, Any]:
        assert self._talking is not None
        try:
            # What is sent first to a talk that did not begin yet is nothing.
            self._talking.send(line)
        except StopIteration as end:
            self._sat = end.value
        return self._shown()

    def _shown(self) -> dict[str, Any]:
        assert self._taken is not None
        assert self._opened is not None
        kept = exported(self._opened.connection, __version__)["sessions"]
        session = self._taken.session
        return {
            "said": self._voice.taken(),
            "now": None if self._sat is not None else _now(self._taken),
            "session": kept[0] if kept else None,
            "settled": sum(one.state != OPEN for one in session.attempts),
            "count": len(session.questions),
            "result": None if self._sat is None else data_of(self._taken, self._sat),
        }

    def handed_in(self, values: dict[str, Any]) -> dict[str, Any]:
        """The answers of a `student` as a file that `mark` reads; with `own` numbers or not.

        Those are marked by the file that holds the numbers.
        """
        if self._taken is None:
            raise RefusalError("quiz_page.none")
        student = shown(str(values.get("student", "")).strip()[:MOST_NAME])
        if not student:
            raise RefusalError("quiz_page.who")
        rows = _rows(self._taken.session, student)
        if not rows:
            raise RefusalError("quiz_page.nothing_marked")
        return {"text": f"{json.dumps(rows, ensure_ascii=False, indent=1)}\n", "own": self._own}


def _now(taken: Taken) -> dict[str, Any]:
    """The question that is asked: where it stands, how it is answered, what is known there."""
    session = taken.session
    question, context, student = session.question, session.context(), session.student()
    asked = context.graph.entries(question.identifier)
    step = context.graph.step(asked[0]) if asked else None
    known = known_values(question, student, session.pending, session.shown)
    return {
        "place": session.place,
        "prompt": prompt(context, question),
        "field": _field(question),
        "hints": taken.hints,
        "wrong": bool(session.attempt.tries) and not session.attempt.right,
        "update": question.update,
        "phase": step.line.phase if step is not None else "forward",
        "asked": [each.identifier for each in asked],
        "known": {each.identifier: context.page.figure(figure) for each, figure in known},
    }


def _field(question: Question) -> str:
    """How a question is answered: by a `choice`, a `formula`, a `matrix` or a `number`."""
    kind = KINDS[question.kind]
    if question.choices:
        return "choice"
    if not kind.numeric:
        return "formula"
    return "matrix" if kind.form == "matrix" else "number"


def _rows(session: Session, student: str) -> list[dict[str, Any]]:
    """The answers that a number can be marked of, each with how it came about."""
    rows = []
    for question, attempt in zip(session.questions, session.attempts, strict=True):
        numeric = KINDS[question.kind].numeric
        if not numeric or isinstance(question_of(session.contexts, question.full_name), Unclear):
            continue
        rows.append(
            {
                "student": student,
                "id": question.full_name,
                "value": attempt.text if attempt.state != SHOWN else "",
                "tries": attempt.tries,
                "hints": attempt.hints,
                "credit": attempt.credit,
            }
        )
    return rows


def gathered(values: dict[str, Any]) -> dict[str, Any]:
    """The `sessions` that a page kept, as `progress --export` writes them."""
    opened = open_in_memory()
    merge(opened.connection, {"schema": SCHEMA, "sessions": list(values.get("sessions") or ())})
    found = exported(opened.connection, __version__)
    text = f"{json.dumps(found, ensure_ascii=False, indent=1)}\n"
    return {"text": text, "count": len(found["sessions"])}


def taken_in(values: dict[str, Any]) -> dict[str, Any]:
    """The sessions in the `text` of a file that `progress --export` or a page wrote.

    Raises:
        RefusalError: it is no such file.
    """
    text, opened = str(values.get("text", "")), open_in_memory()
    if len(text) > MOST_PROGRESS:
        raise RefusalError("file.too_large", path="JSON", most=MOST_PROGRESS >> 20)
    try:
        merged = merge(opened.connection, json.loads(text))
    except (NotProgressError, ValueError, RecursionError):
        raise RefusalError("known.no_progress") from None
    found = exported(opened.connection, __version__)["sessions"]
    return {"sessions": found, "spoilt": merged.spoilt}

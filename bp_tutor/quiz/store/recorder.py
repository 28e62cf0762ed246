"""Writing a session down as it goes: each answer is safe as soon as it is marked."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.store.opening import Trouble, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.quiz.model import Question, Verdict
    from bp_tutor.quiz.store.opening import Opened

OPEN, LEFT, DONE = "open", "left", "done"
SHORT_PATIENCE = 0.3
"""Seconds to wait for a locked file between two questions."""


class Header(NamedTuple):
    """What a session is about."""

    app: str
    problem: str
    path: str
    digest: str
    notation: str
    language: str
    seed: int
    options: dict[str, object]
    questions: tuple[Question, ...]


class Event(NamedTuple):
    """One thing that happened to a question: an answer, a hint, a skip."""

    place: int
    name: str
    question: Question
    text: str = ""
    verdict: Verdict | None = None
    tries: int = 0
    hints: int = 0
    credit: float = 0.0
    figures: tuple[tuple[str, float], ...] = ()
    at: str = ""


def now() -> str:
    """The time in UTC, in ISO form."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Recorder:
    """Writes a session into the file of progress.

    What cannot be written at once (the file is locked) is kept and tried again with the next
    answer. All events stay in memory, so that they can be written into a new file where the
    old one turns out to be damaged in the middle of a session.
    """

    def __init__(self, opened: Opened, header: Header, session: int | None = None) -> None:
        self.opened, self.header, self.session = opened, header, session
        self.events: list[Event] = []
        self.written = 0
        self.troubles: list[Trouble] = []
        self._told = False
        self._started = now()

    @property
    def complete(self) -> bool:
        """Whether everything is safe."""
        return self.opened.kept and self.written == len(self.events)

    def note(self, event: Event) -> None:
        """Write down what happened, now if possible."""
        self.events.append(event._replace(at=now()))
        self.flush(SHORT_PATIENCE)

    def flush(self, patience: float) -> None:
        """Write what is not written yet; a session in which nothing happened leaves no trace."""
        if self.written < len(self.events):
            self._attempt(self._write_events, patience)

    def end(self, state: str, patience: float = 2.0) -> None:
        """Write down that the session is over, or was left."""
        self.flush(patience)
        if self.session is not None:
            self._attempt(lambda: self._write_state(state), patience)

    def close(self) -> None:
        """Let go of the file, so that it is whole without its log."""
        self.opened.connection.close()

    def new_troubles(self) -> list[Trouble]:
        """What went wrong since the last time this was asked."""
        found, self.troubles = self.troubles, []
        return found

    def _attempt(self, write: Callable[[], None], patience: float) -> None:
        connection = self.opened.connection
        before = self.session, self.written
        try:
            connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
            connection.execute("BEGIN IMMEDIATE")
            write()
            connection.execute("COMMIT")
            self._told = False
        except sqlite3.OperationalError as error:
            self.session, self.written = before
            self._undo(error)
        except sqlite3.DatabaseError:
            self._start_anew()

    def _undo(self, error: Exception) -> None:
        connection = self.opened.connection
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        # Said once: at every question it would only disturb.
        if not self._told and self.opened.kept:
            self._told = True
            values = (("path", str(self.opened.path)), ("reason", str(error)))
            self.troubles.append(Trouble("store.waiting", values))

    def _start_anew(self) -> None:
        """The file broke under our hands: set it aside, and write this sitting again.

        What could be read of it is in the new file already; that gives way to what we know.
        """
        before = self.session
        self.opened.connection.close()
        self.opened = open_store(SHORT_PATIENCE, self.opened.path)
        self.troubles += self.opened.troubles
        self.session, self.written = None, 0
        connection = self.opened.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            same = "SELECT id FROM sessions WHERE id = ? AND digest = ?"
            if connection.execute(same, (before, self.header.digest)).fetchone():
                self.session = before
                ours = "DELETE FROM answers WHERE session = ? AND at >= ?"
                connection.execute(ours, (before, self._started))
            self._write_events()
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self.session, self.written = None, 0
            self._undo(error)

    def _write_events(self) -> None:
        if self.session is None:
            self.session = self._write_header()
        for event in self.events[self.written :]:
            self._write_event(event)
        self.written = len(self.events)

    def _write_header(self) -> int:
        header = self.header
        cursor = self.opened.connection.execute(
            "INSERT INTO sessions (started, state, app, problem, path, digest, notation,"
            " language, seed, options, questions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._started, OPEN, *header[:7], _json(header.options), _json(header.questions)),
        )
        return int(cursor.lastrowid or 0)

    def _write_event(self, event: Event) -> None:
        question, verdict = event.question, event.verdict
        cursor = self.opened.connection.execute(
            "INSERT INTO answers (session, at, place, event, kind, identifier, rule, run, text,"
            " understood, correct, carried, first_wrong, tries, hints, credit, said, figures)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.session,
                event.at,
                event.place,
                event.name,
                question.kind,
                question.identifier,
                question.rule,
                question.update,
                # Half a surrogate pair cannot be written in UTF-8.
                event.text.encode("utf-8", "replace").decode("utf-8"),
                verdict.understood if verdict else "",
                None if verdict is None else int(verdict.right),
                int(verdict.carried) if verdict else 0,
                verdict.first_wrong if verdict else None,
                event.tries,
                event.hints,
                event.credit,
                verdict.key if verdict else "",
                _json(dict(event.figures)),
            ),
        )
        for found in verdict.diagnoses if verdict else ():
            self.opened.connection.execute(
                "INSERT INTO diagnoses (answer, misconception, certainty, place)"
                " VALUES (?, ?, ?, ?)",
                (cursor.lastrowid, found.misconception, found.certainty, found.place),
            )

    def _write_state(self, state: str) -> None:
        self.opened.connection.execute(
            "UPDATE sessions SET state = ?, ended = ? WHERE id = ?", (state, now(), self.session)
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

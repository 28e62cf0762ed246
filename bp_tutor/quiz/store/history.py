"""What was kept: sessions to go on with, answers to learn from, all of it to take or forget."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.quiz.model import Question

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


class Saved(NamedTuple):
    """A session that was kept."""

    id: int
    started: str
    state: str
    problem: str
    path: str
    digest: str
    notation: str
    seed: int
    options: dict[str, object]
    questions: tuple[Question, ...]


class Noted(NamedTuple):
    """One event of a session that was kept."""

    place: int
    name: str
    text: str
    tries: int
    hints: int
    credit: float
    understood: str = ""
    correct: int | None = None
    told: str = ""
    """The mistake that was found, where there was just one."""


class Answered(NamedTuple):
    """What became of one question in the end."""

    session: int
    at: str
    identifier: str
    rule: str
    credit: float
    problem: str
    path: str
    skipped: bool = False
    """Whether it was left without a try: it earned nothing, and shows nothing of a rule."""


class Found(NamedTuple):
    """A mistake that alone explained an answer, or was told."""

    session: int
    at: str
    misconception: str
    rule: str


_SESSION = "id, started, state, problem, path, digest, notation, seed, options, questions"


def sessions(
    connection: sqlite3.Connection, condition: str = "1", values: tuple[str, ...] = ()
) -> Iterator[Saved]:
    """Every session, or those for which a condition holds, the latest first."""
    query = f"SELECT {_SESSION} FROM sessions WHERE {condition} ORDER BY id DESC"  # noqa: S608
    for row in connection.execute(query, values):
        options, questions = json.loads(row[8]), json.loads(row[9])
        yield Saved._make((*row[:8], options, tuple(map(_question, questions))))


def _question(row: list[object]) -> Question:
    kind, identifier, rule, update, prompt_key, values, choices = row
    assert isinstance(values, list)
    assert isinstance(choices, list)
    pairs = tuple((str(name), str(value)) for name, value in values)
    return Question(
        str(kind),
        str(identifier),
        str(rule),
        int(str(update)),
        str(prompt_key),
        pairs,
        tuple(map(str, choices)),
    )


def unfinished(connection: sqlite3.Connection, path: str | None = None) -> Saved | None:
    """The latest session that was not ended, of one problem file or of any."""
    return next(all_unfinished(connection, path), None)


def all_unfinished(connection: sqlite3.Connection, path: str | None = None) -> Iterator[Saved]:
    """Every session that was not ended, of one problem file or of any, the latest first."""
    left = "state <> 'done'"
    if path is None:
        return sessions(connection, left)
    return sessions(connection, f"{left} AND path = ?", (path,))


def events_of(connection: sqlite3.Connection, session: int) -> list[Noted]:
    """What happened in a session, in order."""
    rows = connection.execute(
        "SELECT place, event, text, tries, hints, credit, understood, correct,"
        " coalesce((SELECT min(misconception) FROM diagnoses WHERE answer = answers.id), '')"
        " FROM answers WHERE session = ? ORDER BY id",
        (session,),
    )
    return [Noted(*row) for row in rows]


def answered(connection: sqlite3.Connection) -> list[Answered]:
    """Every question that was tried, shown or skipped, as it stood in the end; the oldest first."""
    rows = connection.execute(
        "SELECT a.session, a.at, a.identifier, a.rule, a.credit, s.problem, s.path,"
        " a.event = 'skip'"
        " FROM answers a JOIN sessions s ON s.id = a.session"
        " WHERE a.id IN (SELECT max(id) FROM answers GROUP BY session, place)"
        " AND (a.tries > 0 OR a.event IN ('show', 'skip')) ORDER BY a.id"
    )
    return [Answered._make((*row, bool(skipped))) for *row, skipped in rows]


def found_mistakes(connection: sqlite3.Connection) -> list[Found]:
    """Every mistake that is certain, the oldest first; pairs taken apart.

    That is one that alone explained an answer, and one that the student told. A choice in a small
    question is none: there a formula is chosen, and often one by guess.
    """
    rows = connection.execute(
        "SELECT a.session, a.at, d.misconception, a.rule FROM diagnoses d"
        " JOIN answers a ON a.id = d.answer WHERE d.certainty IN ('only', 'told')"
        " AND a.event IN ('answer', 'told')"
        " ORDER BY a.id"
    )
    return [
        Found(session, at, name, rule)
        for session, at, names, rule in rows
        for name in names.split("+")
    ]


SCHEMA = "bp-tutor/progress/1"
AS_JSON = {"options", "questions", "figures"}


def exported(connection: sqlite3.Connection, app: str) -> dict[str, Any]:
    """Everything that was kept, as plain data."""
    connection.execute("BEGIN")
    try:
        answers = _rows(connection, "answers")
        diagnoses: dict[int, list[dict[str, Any]]] = {}
        for row in _rows(connection, "diagnoses"):
            diagnoses.setdefault(row.pop("answer"), []).append(row)
        by_session: dict[int, list[dict[str, Any]]] = {}
        for row in answers:
            row["diagnoses"] = diagnoses.get(row.pop("id"), [])
            row["carried"] = bool(row["carried"])
            row["correct"] = None if row["correct"] is None else bool(row["correct"])
            by_session.setdefault(row.pop("session"), []).append(row)
        found = _rows(connection, "sessions")
    finally:
        connection.execute("ROLLBACK")
    for row in found:
        row["answers"] = by_session.get(row["id"], [])
    return {"schema": SCHEMA, "app": app, "sessions": found}


def _rows(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 - our table
    names = [column[0] for column in cursor.description]
    return [
        {
            name: json.loads(value) if name in AS_JSON else value
            for name, value in zip(names, row, strict=True)
        }
        for row in cursor
    ]


def forget(connection: sqlite3.Connection) -> int:
    """Delete everything, so that nothing of it stays in the file; gives the sessions deleted."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    count = int(connection.execute("SELECT count(*) FROM sessions").fetchone()[0])
    for table in ("diagnoses", "answers", "sessions"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return count

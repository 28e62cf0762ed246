"""Taking in progress that was exported elsewhere: each session once, and none of it lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.quiz.store.history import AS_JSON, SCHEMA, exported
from bp_tutor.quiz.store.schema import ANSWERS, DIAGNOSES, SESSIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from bp_tutor.quiz.store.schema import Column

Row = dict[str, Any]
SAME = ("started", "digest", "problem")
"""What tells one session from another."""


class NotProgressError(ValueError):
    """What is to be taken in is no progress of this program."""


class Merged(NamedTuple):
    """How many sessions were taken in, were there already, or could not be read."""

    new: int = 0
    known: int = 0
    spoilt: int = 0


def merge(
    connection: sqlite3.Connection, data: object, path_of: Callable[[Row], str] | None = None
) -> Merged:
    """Take in what `exported` gave, there or in another version.

    A session that was gone on with elsewhere goes on here; where it went on in two places, both
    are kept. `path_of` tells where the problem file of a session lies here.

    Raises:
        NotProgressError: it is something else.
    """
    found = data.get("sessions") if isinstance(data, dict) else None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or not isinstance(found, list):
        raise NotProgressError
    here = exported(connection, "")["sessions"]
    counts = {"new": 0, "known": 0, "spoilt": 0}
    connection.execute("BEGIN IMMEDIATE")
    try:
        for session in found:
            counts[_take_in(connection, session, here, path_of)] += 1
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return Merged(**counts)


def _take_in(
    connection: sqlite3.Connection,
    session: object,
    here: list[Row],
    path_of: Callable[[Row], str] | None,
) -> str:
    """What became of one session: `new`, `known` or `spoilt`."""
    if not _is_sound(session):
        return "spoilt"
    assert isinstance(session, dict)
    answers = session["answers"]
    for other in here:
        if any(session[name] != other[name] for name in SAME):
            continue
        before = other["answers"]
        if answers == before[: len(answers)]:
            return "known"
        if before == answers[: len(before)]:
            state = (session["state"], session["ended"], other["id"])
            connection.execute("UPDATE sessions SET state = ?, ended = ? WHERE id = ?", state)
            _add_answers(connection, answers[len(before) :], other["id"])
            other.update(session, id=other["id"])
            return "new"
    path = session["path"] if path_of is None else path_of(session)
    number = _insert(connection, "sessions", SESSIONS[1:], session | {"path": path})
    _add_answers(connection, answers, number)
    here.append(session | {"id": number})
    return "new"


def _add_answers(connection: sqlite3.Connection, answers: Iterable[Row], session: int) -> None:
    for answer in answers:
        number = _insert(connection, "answers", ANSWERS[1:], answer | {"session": session})
        for diagnosis in answer["diagnoses"]:
            _insert(connection, "diagnoses", DIAGNOSES, diagnosis | {"answer": number})


def _insert(connection: sqlite3.Connection, table: str, columns: Sequence[Column], row: Row) -> int:
    names = [column.name for column in columns]
    places = ", ".join("?" * len(names))
    cursor = connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",  # noqa: S608 - our names
        [_cell(name, row[name]) for name in names],
    )
    return int(cursor.lastrowid or 0)


def _cell(name: str, value: object) -> object:
    """A value of the export as it stands in a table."""
    if name in AS_JSON:
        return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, bool) else value


def _is_sound(session: object) -> bool:
    """Whether every cell of a session, its answers and their mistakes can be written."""
    if not _has(session, SESSIONS[1:], "answers"):
        return False
    assert isinstance(session, dict)
    for answer in session["answers"]:
        if not _has(answer, ANSWERS[2:], "diagnoses"):
            return False
        if not all(_has(each, DIAGNOSES[1:]) for each in answer["diagnoses"]):
            return False
    return True


def _has(row: object, columns: Iterable[Column], below: str = "") -> bool:
    if not isinstance(row, dict) or (below and not isinstance(row.get(below), list)):
        return False
    try:
        cells = {column: _cell(column.name, row[column.name]) for column in columns}
        "".join(str(cell) for cell in cells.values()).encode()
    except (KeyError, ValueError):
        return False
    return all(column.sound(cell) for column, cell in cells.items())

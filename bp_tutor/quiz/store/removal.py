"""Taking progress elsewhere, and forgetting it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

SCHEMA = "bp-tutor/progress/1"
_AS_JSON = {"options", "questions", "figures"}


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
            name: json.loads(value) if name in _AS_JSON else value
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

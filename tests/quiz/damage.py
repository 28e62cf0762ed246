"""Damage of every kind to a file of progress, and what can still be read of it, found plainly."""

# ruff: noqa: S608 - our own tables

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from datetime import datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from bp_tutor.cli.app import main
from tests.cli.running import Done

NAME = "progress.sqlite3"
TABLES = ("sessions", "answers", "diagnoses")
TEXTS = {
    "sessions": ("state", "app", "problem", "path", "digest", "notation", "language"),
    "answers": ("event", "kind", "identifier", "rule", "text", "understood", "said"),
    "diagnoses": ("misconception", "certainty", "place"),
}
WHOLE = {
    "sessions": ("seed",),
    "answers": ("session", "place", "run", "tries", "hints"),
    "diagnoses": ("answer",),
}
VALUES = (
    "x", "", "{", "[]", "{}", "[[1]]", "2026-13-45T99", "9999-12-31T23:59:59+00:00", "0001-01-01",
    "CAST(X'ff00fe' AS TEXT)", "X'00ff'", "NULL", "-1", "1e308", "-7.5", "9223372036854775807",
    "'中文'", "'\"'", "'{\"level\": 5}'", "'{\"ask\": 5}'", "'{\"updates\": -3}'", "'null'",
    "'[[\"number\", \"Z[9,9]\", \"weighted_sum\", 1, \"quiz.prompt.number\", [], []]]'",
    "'[[\"nothing\", \"Z[2,1]\", \"no_rule\", 99, \"no.key\", [[\"a\", \"b\"]], []]]'",
    "'\\ud800'", "'[\"\\ud800\"]'",
)  # fmt: skip
"""What is put into a cell: SQL, or a text where it is none."""


def run(home: Path, *arguments: str, typed: str = "") -> Done:
    """What a command comes to that is given these lines; a traceback ends the test."""
    streams = [TextIOWrapper(BytesIO(), encoding="utf-8") for _ in range(2)]
    heard = TextIOWrapper(BytesIO(typed.encode()), encoding="utf-8")
    variables = {"LANG": "en_GB.UTF-8", "BP_TUTOR_HOME": str(home)}
    code: Any = 0
    with (
        patch.dict(os.environ, variables, clear=True),
        patch.object(sys, "stdin", heard),
        redirect_stdout(streams[0]),
        redirect_stderr(streams[1]),
    ):
        try:
            main(list(arguments))
        except SystemExit as end:
            code = end.code
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return Done(code, *texts)


def made(home: Path) -> Path:
    """A file of progress with several quizzes, one of which is not ended."""
    wrong = "0.1420\n\n0.5860\nhint\nshow\n9\n\nskip\nquit\n"
    run(home, "quiz", "sigmoid-2-2-2", typed=wrong)
    run(home, "quiz", "exercise", "--level", "mixed", "--seed", "3", typed="1\n\n2\nshow\nquit\n")
    run(home, "quiz", "sigmoid-2-2-2", "--count", "2", typed="0.4420\n0.5860\n")
    run(home, "quiz", "exercise", "--level", "formulas", typed="z\n\n" * 3 + "quit\n")
    run(home, "quiz", "sigmoid-2-2-2", "--shuffle", "--seed", "5", typed="1.5\n\n" * 30 + "quit\n")
    with closing(sqlite3.connect(home / NAME)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home / NAME


def damage(path: Path, chance: Random) -> str:
    """Damage a file in one way or another; says how."""
    way = chance.choice(WAYS)
    with suppress(sqlite3.Error):
        way(path, chance)
    return way.__name__


def flipped(path: Path, chance: Random) -> None:
    """A few bytes anywhere are others."""
    content = bytearray(path.read_bytes())
    # Often in the head and in the descriptions of the tables.
    end = chance.choice((100, 4096, len(content), len(content)))
    for _ in range(chance.choice((1, 1, 3, 20))):
        content[chance.randrange(end)] ^= chance.randrange(1, 256)
    path.write_bytes(content)


def blanked(path: Path, chance: Random) -> None:
    """A stretch of bytes is zeros, or noise."""
    content = bytearray(path.read_bytes())
    length = chance.choice((16, 512, 4096, 9000))
    start = chance.randrange(len(content))
    stretch = content[start : start + length]
    noise = bytes(len(stretch)) if chance.random() < 0.5 else chance.randbytes(len(stretch))
    content[start : start + length] = noise
    path.write_bytes(content)


def cut(path: Path, chance: Random) -> None:
    """The file ends too early."""
    content = path.read_bytes()
    whole = chance.randrange(len(content) // 4096 + 1) * 4096
    path.write_bytes(content[: chance.choice((0, whole, chance.randrange(len(content))))])


def cells(path: Path, chance: Random) -> None:
    """A few cells hold what does not belong there."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        for _ in range(chance.choice((1, 1, 4))):
            table = chance.choice(TABLES)
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            column, value = chance.choice(names), chance.choice(VALUES)
            where = chance.choice(("1", f"rowid = {chance.randrange(1, 40)}"))
            for spelled in (value, "'" + value.replace("'", "''") + "'"):
                with suppress(sqlite3.Error):
                    connection.execute(f"UPDATE {table} SET {column} = {spelled} WHERE {where}")
                    break
        connection.commit()


def half_read(path: Path, chance: Random) -> None:
    """A byte within a text is no UTF-8 any more, or another letter."""
    with closing(sqlite3.connect(path)) as connection:
        table = chance.choice(TABLES)
        column = chance.choice(
            TEXTS[table] + {"sessions": ("options", "questions", "started")}.get(table, ())
        )
        found = connection.execute(f"SELECT rowid, CAST({column} AS BLOB) FROM {table}").fetchall()
        for rowid, cell in chance.sample(found, min(2, len(found))):
            if cell:
                content = bytearray(cell)
                content[chance.randrange(len(content))] = chance.randrange(256)
                connection.execute(
                    f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE rowid = ?",
                    (bytes(content), rowid),
                )
        connection.commit()


def described(path: Path, chance: Random) -> None:
    """A table, a column, an index or the head is not what it should be."""
    table = chance.choice(TABLES)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        column = chance.choice(names)
        statement = chance.choice(
            (
                f"DROP TABLE {table}",
                f"ALTER TABLE {table} DROP COLUMN {column}",
                f"ALTER TABLE {table} RENAME COLUMN {column} TO other",
                f"ALTER TABLE {table} ADD COLUMN other",
                f"DELETE FROM {table}",
                "DROP INDEX answers_by_session",
                "DROP INDEX diagnoses_by_answer",
                "PRAGMA user_version = 2",
                "PRAGMA user_version = 0",
                "PRAGMA user_version = -5",
                "PRAGMA application_id = 7",
                f"CREATE VIEW other AS SELECT * FROM {table}",
                f"CREATE TRIGGER t AFTER INSERT ON {table} BEGIN SELECT RAISE(FAIL, 'no'); END",
            )
        )
        connection.execute("PRAGMA foreign_keys = OFF")
        if "DROP COLUMN" in statement:
            for index in ("answers_by_session", "diagnoses_by_answer"):
                connection.execute(f"DROP INDEX IF EXISTS {index}")
        connection.execute(statement)


WAYS: tuple[Callable[[Path, Random], None], ...] = (
    flipped, flipped, blanked, cut, cells, cells, half_read, described,
)  # fmt: skip


def readable(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row that plain SQLite reads one by one, and that says what such a row has to."""
    found: dict[str, list[dict[str, Any]]] = {}
    with TemporaryDirectory() as folder:
        copy = shutil.copy(path, folder)
        with closing(sqlite3.connect(copy)) as connection:
            for table in TABLES:
                rows = [_row(connection, table, number) for number in range(1, 200)]
                found[table] = [row for row in rows if row and _says(table, row)]
    return found


def _row(connection: sqlite3.Connection, table: str, number: int) -> dict[str, Any] | None:
    try:
        cursor = connection.execute(f"SELECT * FROM {table} WHERE rowid = ?", (number,))
        names = [column[0] for column in cursor.description]
        row = cursor.fetchone()
    except (sqlite3.Error, UnicodeError):
        return None
    return dict(zip(names, row, strict=True)) if row else None


def _says(table: str, row: dict[str, Any]) -> bool:
    try:
        good = all(type(row[name]) is str for name in TEXTS[table])
        good = good and all(type(row[name]) is int for name in WHOLE[table])
        if table == "diagnoses":
            return good and 0 < row["answer"] < 2**53
        if table == "sessions":
            json.loads(row["options"])
            return good and _time(row["started"]) and _asked(row)
        numbers = json.loads(row["figures"])
        return (
            good
            and _time(row["at"])
            and all(type(number) in (int, float) for number in numbers.values())
            and 0 < row["session"] < 2**53
            and 0 <= row["credit"] <= 1
            and min(row[name] for name in WHOLE[table]) >= 0
            and row["carried"] in (0, 1)
            and row["correct"] in (None, 0, 1)
            and type(row["first_wrong"]) in (str, type(None))
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _time(text: str) -> bool:
    return 1970 <= datetime.fromisoformat(text).year <= 2999


def _asked(row: dict[str, Any]) -> bool:
    """A session's own cells, as far as a table of what is known rests on them."""
    if row["ended"] is not None and not _time(row["ended"]):
        return False
    options = json.loads(row["options"])
    if type(options) is not dict:
        return False
    for value in options.values():
        if type(value) not in (str, int, bool, list, type(None)):
            return False
    for _kind, _name, _rule, number, _key, values, _choices in json.loads(row["questions"]):
        if type(number) is not int or any(len(pair) != 2 for pair in values):
            return False
    return "\\ud8" not in row["options"] + row["questions"]


def lost(
    before: dict[str, list[dict[str, Any]]], path: Path
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows that were readable before, and are not in the file of now."""
    after = {table: [_lasting(row) for row in rows] for table, rows in readable(path).items()}
    for table, rows in before.items():
        for row in rows:
            if _lasting(row) not in after[table]:
                yield table, row


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """What does not change where a quiz is gone on with."""
    return {name: row[name] for name in row if name not in ("state", "ended", "other")}

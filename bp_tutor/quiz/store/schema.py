"""The tables in which progress is kept, and what a row of each must hold."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


APPLICATION = 0x62707475
"""Written into the file's head: a database of something else is not ours to write into."""
VERSION = 1
"""The version of these tables; a file with a higher one was written by a newer bp-tutor."""

TABLES = (
    """CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started TEXT NOT NULL,      -- all times are UTC, in ISO form
        ended TEXT,
        state TEXT NOT NULL,        -- open, left, done
        app TEXT NOT NULL,          -- version of bp-tutor
        problem TEXT NOT NULL,      -- its name
        path TEXT NOT NULL,
        digest TEXT NOT NULL,       -- SHA-256 of the problem file
        notation TEXT NOT NULL,
        language TEXT NOT NULL,
        seed INTEGER NOT NULL,
        options TEXT NOT NULL,      -- JSON
        questions TEXT NOT NULL     -- JSON, as they were asked
    )""",
    """CREATE TABLE answers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        place INTEGER NOT NULL,     -- of the question in its session, from 0
        event TEXT NOT NULL,        -- answer, hint, show, skip, keep, marked_again, told, remedy
        kind TEXT NOT NULL,
        identifier TEXT NOT NULL,
        rule TEXT NOT NULL,
        run INTEGER NOT NULL,       -- the number of the update it belongs to
        text TEXT NOT NULL,         -- as it was typed
        understood TEXT NOT NULL,
        correct INTEGER,            -- NULL where nothing was marked
        carried INTEGER NOT NULL,
        first_wrong TEXT,
        tries INTEGER NOT NULL,
        hints INTEGER NOT NULL,
        credit REAL NOT NULL,       -- what the question is worth from here on
        said TEXT NOT NULL,         -- key of the sentence that was said
        figures TEXT NOT NULL       -- JSON: the numbers it rests on, and the expected one
    )""",
    "CREATE INDEX answers_by_session ON answers (session, place, id)",
    """CREATE TABLE diagnoses (
        answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
        misconception TEXT NOT NULL,
        certainty TEXT NOT NULL,    -- only, one_of, told
        place TEXT NOT NULL
    )""",
    "CREATE INDEX diagnoses_by_answer ON diagnoses (answer)",
)
NAMES = frozenset({"sessions", "answers", "diagnoses"})


def bare(text: str) -> str:
    """A description of a table without its comments: those may change between versions."""
    return " ".join(line.partition("--")[0].strip() for line in text.splitlines())


MADE = {text.split()[2]: bare(text) for text in TABLES}
"""What describes each table and index, by its name."""


LARGEST_ID = 2**53
"""A larger number of a row is damage; after the largest of all no row could be added."""
MOST = 2**63
YEARS = range(1970, 3000)
"""Within these a time can be shown anywhere in the world, and a review be planned after it."""
NEEDED = object()
"""Nothing stands in for such a cell: without it the row says nothing."""
FROM_SESSION = object()
"""Another time of the session stands in."""
ANOTHER = object()
"""The next number that is free stands in."""


class Column(NamedTuple):
    """A column: how its cells are told to be sound, and what stands in for a spoilt one."""

    name: str
    sound: Callable[[object], bool]
    otherwise: object = NEEDED


def _text(cell: object) -> bool:
    return type(cell) is str


def _text_or_none(cell: object) -> bool:
    return cell is None or type(cell) is str


def _id(cell: object) -> bool:
    return type(cell) is int and 0 < cell < LARGEST_ID


def _count(cell: object) -> bool:
    return type(cell) is int and cell >= 0


def _whole(cell: object) -> bool:
    return type(cell) is int and -MOST <= cell < MOST


def _truth(cell: object) -> bool:
    return type(cell) is int and cell in (0, 1)


def _truth_or_none(cell: object) -> bool:
    return cell is None or _truth(cell)


def _share(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell <= 1


def _time(cell: object) -> bool:
    if type(cell) is not str:
        return False
    try:
        return datetime.fromisoformat(cell).year in YEARS
    except ValueError:
        return False


def _time_or_none(cell: object) -> bool:
    return cell is None or _time(cell)


def _json(cell: object) -> object:
    if type(cell) is not str:
        return None
    try:
        found = json.loads(cell)
        if "\\u" in cell:
            # Half a surrogate pair can be spelled, and not be written.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found


def _options(cell: object) -> bool:
    found = _json(cell)
    return type(found) is dict and all(map(_option, found.values()))


def _option(value: object) -> bool:
    if type(value) is list:
        return all(map(_text, value))
    return value is None or type(value) in (str, int, bool)


def _figures(cell: object) -> bool:
    if cell == "{}":
        return True
    found = _json(cell)
    return type(found) is dict and all(type(value) in (int, float) for value in found.values())


def _questions(cell: object) -> bool:
    found = _json(cell)
    return type(found) is list and all(map(_question, found))


def _question(found: object) -> bool:
    """Kind, name, rule, update, key of the prompt, its values and what there is to choose."""
    if type(found) is not list or len(found) != 7:
        return False
    *texts, values, choices = found
    update = texts.pop(3)
    return (
        all(map(_text, texts))
        and _count(update)
        and type(values) is type(choices) is list
        and all(type(pair) is list and len(pair) == 2 and all(map(_text, pair)) for pair in values)
        and all(map(_text, choices))
    )


SESSIONS = (
    Column("id", _id, ANOTHER),
    Column("started", _time, FROM_SESSION),
    Column("ended", _time_or_none, None),
    Column("state", _text, "done"),
    Column("app", _text, ""),
    Column("problem", _text, "?"),
    Column("path", _text, ""),
    Column("digest", _text, ""),
    Column("notation", _text, ""),
    Column("language", _text, ""),
    Column("seed", _whole, 0),
    Column("options", _options, "{}"),
    Column("questions", _questions, "[]"),
)
ANSWERS = (
    Column("id", _id, ANOTHER),
    Column("session", _id, ANOTHER),
    Column("at", _time, FROM_SESSION),
    Column("place", _count),
    Column("event", _text),
    Column("kind", _text, ""),
    Column("identifier", _text),
    Column("rule", _text),
    Column("run", _count, 1),
    Column("text", _text, ""),
    Column("understood", _text, ""),
    Column("correct", _truth_or_none, None),
    Column("carried", _truth, 0),
    Column("first_wrong", _text_or_none, None),
    Column("tries", _count, 0),
    Column("hints", _count, 0),
    Column("credit", _share),
    Column("said", _text, ""),
    Column("figures", _figures, "{}"),
)
DIAGNOSES = (
    Column("answer", _id),
    Column("misconception", _text),
    Column("certainty", _text),
    Column("place", _text, ""),
)
COLUMNS = {"sessions": SESSIONS, "answers": ANSWERS, "diagnoses": DIAGNOSES}
"""The columns of each table, in their order; a test holds them to the tables themselves."""

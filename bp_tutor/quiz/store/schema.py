"""The tables in which progress is kept, and how a file says that it is one of ours."""

from __future__ import annotations

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

"""Progress kept in the user's data folder: every answer, and what was said to it."""

from bp_tutor.quiz.store.files import copies_aside, forget_copies, kept_in
from bp_tutor.quiz.store.history import (
    SCHEMA,
    Answered,
    Found,
    Noted,
    Saved,
    all_unfinished,
    answered,
    events_of,
    exported,
    forget,
    found_mistakes,
    sessions,
    unfinished,
)
from bp_tutor.quiz.store.merging import Merged, NotProgressError, merge
from bp_tutor.quiz.store.opening import Opened, Trouble, open_in_memory, open_store
from bp_tutor.quiz.store.recorder import Event, Header, Recorder

__all__ = [
    "open_store",
    "open_in_memory",
    "Opened",
    "Trouble",
    "Recorder",
    "Event",
    "Header",
    "Saved",
    "Noted",
    "Answered",
    "Found",
    "events_of",
    "unfinished",
    "sessions",
    "all_unfinished",
    "answered",
    "found_mistakes",
    "exported",
    "SCHEMA",
    "merge",
    "Merged",
    "NotProgressError",
    "forget",
    "copies_aside",
    "forget_copies",
    "kept_in",
]

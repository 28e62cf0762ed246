"""Progress kept in the user's data folder: every answer, and what was said to it."""

from bp_tutor.quiz.store.files import copies_aside, forget_copies, kept_in
from bp_tutor.quiz.store.history import (
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
from bp_tutor.quiz.store.opening import Opened, Trouble, open_store
from bp_tutor.quiz.store.recorder import Event, Header, Recorder

__all__ = [
    "open_store",
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
    "forget",
    "copies_aside",
    "forget_copies",
    "kept_in",
]

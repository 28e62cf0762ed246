"""`bp-tutor progress`: what is known, what is weak, and what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli import options, saving
from bp_tutor.cli.reasons import system_refusal
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.saving import save

if TYPE_CHECKING:
    from datetime import datetime

    from bp_tutor.cli.room import Room
    from bp_tutor.explain import Table
    from bp_tutor.quiz.reviews import Known
    from bp_tutor.words import Words

MOST_QUIZZES = 10


def progress(
    export: Annotated[str | None, typer.Option("--export", metavar="FILE")] = None,
    forget: Annotated[bool, typer.Option("--forget")] = False,
    force: saving.Force = False,
    plain: Annotated[bool, typer.Option("--plain")] = False,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print tables of rules, mistakes and quizzes; or write or delete what is kept."""
    from bp_tutor.cli.room import Room
    from bp_tutor.cli.talk import LineTalk
    from bp_tutor.quiz.store import open_store

    if export is not None and forget:
        raise RefusalError("known.one_at_once")
    output = options.output_of(lang, ascii_only, no_color or plain, width)
    room = Room(output, LineTalk(output, plain=plain), open_store(), None, json=False)
    room.say_troubles(room.opened.troubles)
    if export is not None:
        _export(room, export, force=force)
    elif forget:
        _forget(room)
    else:
        _show(room)
    return 0


def _export(room: Room, file: str, *, force: bool) -> None:
    import json

    from bp_tutor import __version__
    from bp_tutor.quiz.store import exported, kept_in

    for kept in kept_in(room.opened.path):
        saving.note_read(kept)
    data = exported(room.opened.connection, __version__)
    save(file, json.dumps(data, ensure_ascii=False, indent=1) + "\n", force=force)
    room.say("known.exported", path=file, count=len(data["sessions"]))


def _forget(room: Room) -> None:
    import sqlite3

    from bp_tutor.quiz.store import copies_aside, forget, forget_copies

    room.say("known.forget_ask", path=room.opened.path)
    for copy in copies_aside(room.opened.path):
        room.say("known.forget_copy", path=copy)
    room.say("known.forget_confirm")
    typed = (room.talk.ask("> ") or "").strip().casefold()
    if typed not in ("yes", room.output.words.text("known.yes")) or not room.opened.kept:
        room.say("known.not_forgotten")
        return
    try:
        count = forget(room.opened.connection)
        copies = forget_copies(room.opened.path)
    except sqlite3.OperationalError as error:
        values = {"path": str(room.opened.path), "reason": str(error)}
        raise RefusalError("error.not_written", **values) from None
    except OSError as error:
        raise system_refusal(error) from None
    room.say("known.forgotten", count=count)
    if copies:
        room.say("known.forgotten_copies", count=copies)


def _show(room: Room) -> None:
    from datetime import UTC, datetime

    from bp_tutor.quiz.reviews import RULE, known

    words, now = room.output.words, datetime.now(UTC)
    found = known(room.opened.connection, now)
    if not found:
        room.say("known.empty")
    for kind, heading in ((RULE, "known.rules"), ("misconception", "known.mistakes")):
        rows = [one for one in found if one.kind == kind]
        if rows:
            room.say(heading, "heading")
            room.talk.show(_table(room, rows, now))
            room.talk.say("")
    _quizzes(room, words)
    room.say("known.kept_in", "note", path=room.opened.path)


def _table(room: Room, rows: list[Known], now: datetime) -> Table:
    from bp_tutor.cli.menu import name_of_known
    from bp_tutor.explain import Table
    from bp_tutor.quiz.reviews import RULE
    from bp_tutor.quiz.telling import percent

    words = room.output.words
    rules = rows[0].kind == RULE
    columns = ("name", "answers", "mark", "standing", "date") if rules else (
        "name", "seen", "standing", "date")  # fmt: skip
    lines = []
    for one in rows:
        due = words.text("known.now") if one.is_due(now) else _day(one.due)
        mark = (percent(one.credit),) if rules else ()
        state = words.text(f"known.state.{one.state}")
        lines.append((name_of_known(room, one), str(one.times), *mark, state, due))
    heads = tuple(words.text(f"known.{column}") for column in columns)
    return Table(heads, tuple(lines), numbers=False)


def _day(time: datetime) -> str:
    return time.astimezone().date().isoformat()


def _quizzes(room: Room, words: Words) -> None:
    from bp_tutor.cli.quizzing import day
    from bp_tutor.quiz.store import sessions

    found = []
    for saved in sessions(room.opened.connection):
        open_still = "" if saved.state == "done" else f" ({words.text('known.unfinished')})"
        found.append(f"  {day(saved.started)}  {saved.problem}{open_still}")
        if len(found) == MOST_QUIZZES:
            break
    if found:
        room.say("known.quizzes", "heading")
        for text in found:
            room.talk.say(text)
        room.talk.say("")

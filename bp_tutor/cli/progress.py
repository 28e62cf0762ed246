"""`bp-tutor progress`: what is known, what is weak, and what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bp_tutor.api.refusal import RefusalError, system_refusal
from bp_tutor.cli import options, saving
from bp_tutor.cli.talk import minute, name_of_known, talker_of
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from datetime import datetime

    from bp_tutor.api.learner import Learner
    from bp_tutor.cli.talk import Talker
    from bp_tutor.explain import Table
    from bp_tutor.quiz.reviews import Known
    from bp_tutor.words import Words

MOST_QUIZZES = 10
LARGEST = 32 * 2**20
"""Bytes of a file that is taken in."""


def progress(
    export: Annotated[str | None, typer.Option("--export", metavar="FILE")] = None,
    taken: Annotated[str | None, typer.Option("--import", metavar="FILE")] = None,
    forget: Annotated[bool, typer.Option("--forget")] = False,
    force: saving.Force = False,
    plain: Annotated[bool, typer.Option("--plain")] = False,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print tables of rules, mistakes and quizzes; or write, take in or delete what is kept."""
    if (export is not None) + (taken is not None) + forget > 1:
        raise RefusalError("known.one_at_once")
    output = options.output_of(lang, ascii_only, no_color or plain, width)
    talker = talker_of(output, plain=plain)
    learner = talker.learner
    if export is not None:
        _export(learner, export, force=force)
    elif taken is not None:
        _import(learner, taken)
    elif forget:
        _forget(talker)
    else:
        _show(learner)
    return 0


def _export(learner: Learner, file: str, *, force: bool) -> None:
    import json

    from bp_tutor.quiz.store import exported, kept_in
    from bp_tutor.version import __version__

    for kept in kept_in(learner.opened.path):
        saving.note_read(kept)
    data = exported(learner.opened.connection, __version__)
    saving.save(file, json.dumps(data, ensure_ascii=False, indent=1) + "\n", force=force)
    learner.say("known.exported", path=file, count=len(data["sessions"]))


def _import(learner: Learner, file: str) -> None:
    import sqlite3
    from json import loads
    from pathlib import Path

    from bp_tutor.api.sitting import digest_of
    from bp_tutor.problem import list_problems
    from bp_tutor.quiz.store import NotProgressError, merge

    path = Path(file)
    try:
        if path.stat().st_size > LARGEST:
            raise RefusalError("file.too_large", path=shown(file), most=LARGEST >> 20)
        data = loads(path.read_bytes())
    except OSError as error:
        raise system_refusal(error) from None
    except (ValueError, RecursionError):
        raise RefusalError("known.no_progress") from None
    here = {digest_of(each.read_bytes()): str(each.resolve()) for each in list_problems()}

    def path_of(session: dict[str, Any]) -> str:
        """Where the exercise lies here, if it came from a page or another machine."""
        there = str(session["path"])
        return there if Path(there).is_file() else here.get(session["digest"], there)

    try:
        merged = merge(learner.opened.connection, data, path_of)
    except NotProgressError:
        raise RefusalError("known.no_progress") from None
    except sqlite3.OperationalError as error:
        values = {"path": str(learner.opened.path), "reason": str(error)}
        raise RefusalError("error.not_written", **values) from None
    learner.say("known.imported", path=file, count=merged.new, known=merged.known)
    if merged.spoilt:
        learner.say("known.import_spoilt", "broken", count=merged.spoilt)


def _forget(talker: Talker) -> None:
    import sqlite3

    from bp_tutor.quiz.store import copies_aside, forget, forget_copies

    learner = talker.learner
    learner.say("known.forget_ask", path=learner.opened.path)
    for copy in copies_aside(learner.opened.path):
        learner.say("known.forget_copy", path=copy)
    learner.say("known.forget_confirm")
    typed = (talker.talk.ask("> ") or "").strip().casefold()
    if typed not in ("yes", learner.words.text("known.yes")) or not learner.opened.kept:
        learner.say("known.not_forgotten")
        return
    try:
        count = forget(learner.opened.connection)
        copies = forget_copies(learner.opened.path)
    except sqlite3.OperationalError as error:
        values = {"path": str(learner.opened.path), "reason": str(error)}
        raise RefusalError("error.not_written", **values) from None
    except OSError as error:
        raise system_refusal(error) from None
    learner.say("known.forgotten", count=count)
    if copies:
        learner.say("known.forgotten_copies", count=copies)


def _show(learner: Learner) -> None:
    from datetime import UTC, datetime

    from bp_tutor.quiz.reviews import RULE, known

    words, now = learner.words, datetime.now(UTC)
    found = known(learner.opened.connection, now)
    if not found:
        learner.say("known.empty")
    for kind, heading in ((RULE, "known.rules"), ("misconception", "known.mistakes")):
        rows = [one for one in found if one.kind == kind]
        if rows:
            learner.say(heading, "heading")
            learner.voice.show(_table(learner, rows, now))
            learner.voice.say("")
    _quizzes(learner, words)
    learner.say("known.kept_in", "note", path=learner.opened.path)


def _table(learner: Learner, rows: list[Known], now: datetime) -> Table:
    from bp_tutor.explain import Table
    from bp_tutor.quiz.feedback import percent
    from bp_tutor.quiz.reviews import RULE

    words = learner.words
    rules = rows[0].kind == RULE
    columns = ("name", "answers", "mark", "standing", "date") if rules else (
        "name", "seen", "standing", "date")  # fmt: skip
    lines = []
    for one in rows:
        due = words.text("known.now") if one.is_due(now) else _day(one.due)
        mark = (percent(one.credit),) if rules else ()
        state = words.text(f"known.{'state' if rules else 'state_of_mistake'}.{one.state}")
        lines.append((name_of_known(one, learner.words), str(one.times), *mark, state, due))
    heads = tuple(words.text(f"known.{column}") for column in columns)
    return Table(heads, tuple(lines), numbers=False)


def _day(time: datetime) -> str:
    return time.astimezone().date().isoformat()


def _quizzes(learner: Learner, words: Words) -> None:
    from bp_tutor.explain import Table
    from bp_tutor.quiz.feedback import percent
    from bp_tutor.quiz.store import answered, sessions

    marks: dict[int, list[float]] = {}
    for one in answered(learner.opened.connection):
        marks.setdefault(one.session, []).append(one.credit)
    rows = []
    everything = list(sessions(learner.opened.connection))
    for saved in everything[:MOST_QUIZZES]:
        earned, count = marks.get(saved.id, []), len(saved.questions)
        state = words.text(f"known.{'done' if saved.state == 'done' else 'unfinished'}")
        seed = saved.options.get("seed")
        name = saved.problem
        if seed is not None:
            name = words.text("known.variant", problem=name, seed=seed)
        mark = percent(sum(earned) / len(earned)) if earned else "-"
        answers = words.text("known.of", done=len(earned), count=count)
        rows.append((name, minute(saved.started), answers, mark, state))
    if rows:
        columns = ("exercise", "begun", "answers", "mark", "standing")
        heads = tuple(words.text(f"known.{column}") for column in columns)
        learner.say("known.quizzes", "heading")
        learner.voice.show(Table(heads, tuple(rows), numbers=False))
        if before := len(everything) - len(rows):
            learner.say("known.quizzes_before", "note", count=before)
        learner.voice.say("")

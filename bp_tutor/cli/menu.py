"""A quiz without a problem: what is due for review, then a short menu."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.cli.quizzing import begin, day, resumed
from bp_tutor.cli.refusal import nearest, with_nearest
from bp_tutor.cli.values import shown
from bp_tutor.problem import list_problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.cli.room import Asked, Room, Taken
    from bp_tutor.quiz.reviews import Known

FIRST = "sigmoid-2-2-1"
"""Where something is practised whose own problem is not there any more."""
PRACTISED = 10
MOST_DUE = 8


class Entry(NamedTuple):
    """One line of the menu."""

    text: str
    take: Callable[[], Taken | None]


def choose(room: Room, asked: Asked) -> Taken | None:
    """The quiz that is chosen; None where nothing is."""
    from bp_tutor.quiz.reviews import known
    from bp_tutor.quiz.store import unfinished

    words = room.output.words
    now = datetime.now(UTC)
    everything = known(room.opened.connection)
    due = [one for one in everything if one.is_due(now)]
    if due:
        room.say("menu.due", "heading")
        for one in due[:MOST_DUE]:
            room.talk.say(f"  {name_of_known(room, one)}")
    elif everything:
        room.say("menu.nothing_due")
    entries = []
    if due:
        path = _practised(room, due)
        text = words.text("menu.practise", problem=Path(path).stem)
        entries.append(Entry(text, lambda: begin(room, path, _practising(asked, due))))
    saved = unfinished(room.opened.connection)
    if saved is not None:
        date = day(saved.started)
        text = words.text("menu.resume", problem=saved.problem, date=date)
        entries.append(Entry(text, lambda: resumed(room, saved)))
    if not entries:
        return _exercise(room, asked)
    entries.append(Entry(words.text("menu.exercise"), lambda: _exercise(room, asked)))
    return _chosen(room, asked, entries)


def name_of_known(room: Room, one: Known) -> str:
    """A rule or a mistake by its name."""
    from bp_tutor.quiz.reviews import RULE
    from bp_tutor.quiz.telling import name_of

    words = room.output.words
    key = f"rule.{one.key}.short"
    if one.kind != RULE:
        return name_of(one.key, words)
    return words.text(key) if key in words else one.key


def _practising(asked: Asked, due: list[Known]) -> Asked:
    rules = tuple(dict.fromkeys(rule for one in due for rule in one.rules))
    return asked._replace(rules=rules, most=asked.most or PRACTISED)


def _practised(room: Room, due: list[Known]) -> str:
    """The problem where what is due was met last."""
    from bp_tutor.quiz.store import answered

    rules = {rule for one in due for rule in one.rules}
    for answer in reversed(answered(room.opened.connection)):
        if answer.rule in rules and Path(answer.path).is_file():
            return answer.path
    return FIRST


def _exercise(room: Room, asked: Asked) -> Taken | None:
    from bp_tutor.problem import load_problem
    from bp_tutor.reader import ReadError

    entries = []
    for path in list_problems():
        try:
            title = load_problem(path).title.in_language(room.output.words.language)
        except ReadError:
            continue
        entries.append(Entry(f"{path.stem}: {title}", _beginning(room, str(path), asked)))
    return _chosen(room, asked, entries)


def _beginning(room: Room, path: str, asked: Asked) -> Callable[[], Taken]:
    return lambda: begin(room, path, asked)


def _chosen(room: Room, asked: Asked, entries: list[Entry]) -> Taken | None:
    """What is chosen by number or by name."""
    from bp_tutor.quiz.commands import command_in
    from bp_tutor.quiz.dialogue import PROMPT

    for number, entry in enumerate(entries, 1):
        room.talk.say(f"  {number}  {entry.text}")
    room.say("menu.number")
    names = [path.stem for path in list_problems()]
    while True:
        line = room.talk.ask(PROMPT)
        if line is None or command_in(line) == "quit":
            room.say("menu.ended")
            return None
        text = line.strip()
        if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(entries):
            return entries[int(text) - 1].take()
        if text in names:
            return begin(room, text, asked)
        near = nearest(text[:100], names)
        said = room.output.words.text("menu.unknown", name=shown(text))
        room.talk.say(with_nearest(said, near, room.output.words))

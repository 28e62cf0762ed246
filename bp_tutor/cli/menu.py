"""The menu of `bp-tutor quiz`: what is due, what was begun, and the exercises by topic."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.api.learner import day
from bp_tutor.api.refusal import RefusalError, with_nearest
from bp_tutor.api.sitting import opened
from bp_tutor.cli.taking import begin, practised, resumed
from bp_tutor.cli.talk import name_of_known
from bp_tutor.problem import list_problems
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.api.quiz_options import Asked
    from bp_tutor.api.sitting import Taken
    from bp_tutor.cli.talk import Talker
    from bp_tutor.quiz.practice import Due
    from bp_tutor.quiz.reviews import Known
    from bp_tutor.quiz.store import Saved

FIRST = "sigmoid-2-2-1"
"""Where something is practised that no exercise seems to hold."""
PRACTISED = 10
MOST_DUE = 6
MOST_BEGUN = 3
MOST_LISTED = 12
"""Quizzes that were begun, from which one can be chosen."""
MOST_LATEST = 3
"""Exercises done last that are looked through for what is due."""


class Entry(NamedTuple):
    """One line of a menu: what stands there, and what it leads to."""

    text: str
    take: Callable[[], Taken | None]


def choose(talker: Talker, asked: Asked) -> Taken | None:
    """The quiz that is chosen; None where nothing is."""
    from bp_tutor.quiz.reviews import known

    words = talker.learner.words
    now = datetime.now(UTC)
    everything = known(talker.learner.opened.connection)
    due = [one for one in everything if one.is_due(now)]
    entries: list[Entry] = []

    def shown() -> Taken | None:
        return _chosen(talker, asked, entries)

    if due:
        names = [name_of_known(one, words) for one in due[:MOST_DUE]]
        more = words.text("menu.more", count=len(due) - MOST_DUE) if due[MOST_DUE:] else ""
        talker.learner.say("menu.due", "heading", names=words.text("menu.join").join(names) + more)
        entries.append(_reviewing(talker, asked, due))
    elif everything:
        talker.learner.say("menu.nothing_due")
    entries += [_going_on(talker, saved) for saved in islice(_begun(talker), MOST_BEGUN)]
    entries += _topics(talker, asked, shown)
    return shown()


def choose_begun(talker: Talker, path: str | None) -> Taken | None:
    """One of the quizzes that were begun, of one problem or of any; None where nothing is chosen.

    Where nobody is there to choose, or there is only one, it is the latest.
    """
    begun = list(islice(_begun(talker, path), MOST_LISTED))
    if not begun:
        raise RefusalError("session.nothing_saved")
    if len(begun) == 1 or not talker.talk.terminal:
        return resumed(talker, begun[0])
    return _chosen(talker, None, [_going_on(talker, saved) for saved in begun])


def _begun(talker: Talker, path: str | None = None) -> Iterator[Saved]:
    from bp_tutor.quiz.store import all_unfinished

    return all_unfinished(talker.learner.opened.connection, path)


def _going_on(talker: Talker, saved: Saved) -> Entry:
    from bp_tutor.quiz.store import events_of

    done = len({event.place for event in events_of(talker.learner.opened.connection, saved.id)})
    text = talker.learner.words.text(
        "menu.resume",
        problem=saved.problem,
        date=day(saved.started),
        done=done,
        count=len(saved.questions),
    )
    return Entry(text, lambda: resumed(talker, saved))


def _reviewing(talker: Talker, asked: Asked, due: list[Known]) -> Entry:
    from bp_tutor.quiz.practice import due_of

    wanted = due_of(due)
    wish = asked._replace(due=wanted, most=asked.most or PRACTISED)

    def practise() -> Taken:
        # Looked for only now: it takes solving exercises.
        return begin(talker, _exercise_for(talker, asked, wanted), wish)

    return Entry(talker.learner.words.text("menu.practise"), practise)


def _exercise_for(talker: Talker, asked: Asked, due: tuple[Due, ...]) -> str:
    """The exercise in which most of what is due can be practised: one of the latest, if any can."""
    from bp_tutor.quiz.store import answered

    latest = (answer.path for answer in reversed(answered(talker.learner.opened.connection)))
    known = [path for path in dict.fromkeys(latest) if Path(path).is_file()][:MOST_LATEST]
    for paths in (known, _by_hand()):
        best, found = 0, ""
        for path in paths:
            count = practised(talker, path, asked, due)
            if count > best:
                best, found = count, path
            if best == len(due):
                break
        if found:
            return found
    return FIRST


def _by_hand() -> Iterator[str]:
    """The exercises that come along, but for the hard ones: they take long, by hand as well."""
    from bp_tutor.problem.topics import HARD, difficulty_of

    for path in list_problems():
        problem = opened(path)
        if problem is not None and difficulty_of(problem) != HARD:
            yield str(path)


def _topics(talker: Talker, asked: Asked, above: Callable[[], Taken | None]) -> list[Entry]:
    """An entry for each topic, with how many exercises there are; from it one gets back `above`."""
    from bp_tutor.problem.topics import DIFFICULTIES, TOPICS, difficulty_of, topic_of

    words = talker.learner.words
    found: dict[str, list[tuple[int, str, str]]] = {topic: [] for topic in TOPICS}
    for path in list_problems():
        problem = opened(path)
        if problem is None:
            continue
        title = problem.title.in_language(words.language)
        level = difficulty_of(problem)
        text = words.text(
            "menu.entry", name=path.stem, title=title, level=words.text(f"menu.level.{level}")
        )
        found[topic_of(problem)].append((DIFFICULTIES.index(level), text, str(path)))
    return [
        _topic(talker, asked, topic, sorted(rows), above) for topic, rows in found.items() if rows
    ]


def _topic(
    talker: Talker,
    asked: Asked,
    topic: str,
    rows: list[tuple[int, str, str]],
    above: Callable[[], Taken | None],
) -> Entry:
    words = talker.learner.words
    name = words.text(f"menu.topic.{topic}")
    text = words.text("menu.of_topic", topic=name, count=len(rows))

    def open_topic() -> Taken | None:
        talker.talk.say(name, "heading")
        entries = [Entry(text, _beginning(talker, path, asked)) for _, text, path in rows]
        back = Entry(words.text("menu.back"), above)
        return _chosen(talker, asked, [*entries, back], back)

    return Entry(text, open_topic)


def _beginning(talker: Talker, path: str, asked: Asked) -> Callable[[], Taken]:
    return lambda: begin(talker, path, asked)


def _chosen(
    talker: Talker, asked: Asked | None, entries: list[Entry], back: Entry | None = None
) -> Taken | None:
    """What is chosen by number, or where an exercise can be, by name."""
    from bp_tutor.quiz.commands import PROMPT, command_in

    for number, entry in enumerate(entries, 1):
        talker.talk.say(f"  {number:>2}  {entry.text}")
    talker.learner.say("menu.number" if asked is not None else "menu.number_alone")
    names = [path.stem for path in list_problems()] if asked is not None else []
    while True:
        line = talker.talk.ask(PROMPT)
        if line is None or command_in(line) == "quit":
            talker.learner.say("menu.ended")
            return None
        if back is not None and command_in(line) == "back":
            return back.take()
        text = line.strip()
        if not text:
            talker.learner.say("menu.number" if asked is not None else "menu.number_alone")
            continue
        if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(entries):
            return entries[int(text) - 1].take()
        if asked is not None and text in names:
            return begin(talker, text, asked)
        near = nearest(text[:100], names)
        said = talker.learner.words.text("menu.unknown", name=shown(text))
        talker.talk.say(with_nearest(said, near, talker.learner.words))

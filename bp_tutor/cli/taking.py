"""Taking a quiz: question after question, and what it came to."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from bp_tutor.cli.quizzing import day
from bp_tutor.cli.values import for_shell

if TYPE_CHECKING:
    from bp_tutor.cli.room import Room, Taken

INTERRUPTED = 130


def take(room: Room, taken: Taken) -> int:
    """Ask until all is settled or the student leaves; the exit code."""
    from bp_tutor.quiz.dialogue import Dialogue

    room = room.about(taken.problem)
    words, talk = room.output.words, room.talk
    talk.say(taken.problem.title.in_language(words.language), "title")
    dialogue = Dialogue(
        taken.session,
        talk,
        words,
        lambda: room.say_troubles(taken.diary.new_troubles()),
        hints=taken.hints,
        ahead=talk.terminal,
        piped=talk.piped,
    )
    finished, code = False, 0
    try:
        if taken.resumed:
            room.say("session.resumed", date=day(taken.resumed))
        dialogue.introduce()
        finished = dialogue.run()
    except KeyboardInterrupt:
        talk.say("")
        code = INTERRUPTED
    finally:
        taken.diary.end("done" if finished else "left")
        taken.diary.close()
    _close(room, taken, finished=finished)
    return code


def _close(room: Room, taken: Taken, *, finished: bool) -> None:
    from bp_tutor.quiz.result import as_data, kinds_of, result_of, sentences, table_of

    words, talk = room.output.words, room.talk
    room.say_troubles(taken.diary.new_troubles())
    result = result_of(taken.session)
    kinds = kinds_of(taken.session)
    talk.say("")
    room.say("result.heading", "heading")
    if result.rows:
        talk.show(table_of(result, words, kinds, room.output.style))
    name = taken.problem.name
    named = for_shell(taken.problem.path)
    options = _options(taken.diary.header.options)
    for text, look in sentences(result, words, kinds, named, options):
        talk.say(text, look)
    if not finished and taken.diary.session is not None and taken.diary.complete:
        room.say("session.kept", "note", problem=named)
    if room.json:
        header = taken.diary.header
        about = {
            "app": header.app, "problem": name, "digest": header.digest, "seed": header.seed,
            "state": "done" if finished else "left", "kept": taken.diary.complete,
        }  # fmt: skip
        text = json.dumps(as_data(taken.session, result, **about), ensure_ascii=False, indent=1)
        sys.stdout.write(f"{text}\n")


def _options(asked: dict[str, Any]) -> str:
    """What was asked for, as it is typed again: the same numbers, the same kind of questions."""
    seed, level = asked["seed"], asked["level"]
    given = [("--seed", seed)] if seed is not None else []
    given += [("--level", level)] if level != "numbers" else []
    return "".join(f" {option} {value}" for option, value in given)

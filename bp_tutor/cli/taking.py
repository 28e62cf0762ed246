"""A quiz that somebody takes at a terminal or through a pipe: begun or gone on with, and asked."""

from __future__ import annotations

import sys
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.api.learner import day
from bp_tutor.api.quiz_options import Asked, choice_of, questions_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.sitting import (
    Subject,
    Taken,
    data_of,
    digest_of,
    gone_on_with,
    of_seed,
    opened,
    prepared,
    sitting,
)
from bp_tutor.cli.reading import for_shell, read_problem
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from bp_tutor.cli.talk import Talker
    from bp_tutor.problem import Problem
    from bp_tutor.quiz.practice import Due
    from bp_tutor.quiz.store import Saved

INTERRUPTED = 130


def begin(talker: Talker, name: str, asked: Asked) -> Taken:
    """A new quiz about a problem."""
    from bp_tutor.cli.variants import variants_of

    learner = talker.learner
    read = read_problem(name, None, learner.notation)
    problem, asked = of_seed(read, asked, lambda: variants_of(read))
    if asked.file:
        learner.say("session.variant", "note", seed=asked.seed)
        named = for_shell(problem.path)
        command = f"  bp-tutor variant {named} --seed {asked.seed} -o mine.yaml"
        learner.voice.say(command, "note")
    taken = prepared(learner, _subject(problem), asked)
    _tell_unfinished(talker, problem)
    return taken


def _subject(problem: Problem) -> Subject:
    path = problem.path
    return Subject(problem, str(path.resolve()), digest_of(path.read_bytes()), for_shell(path))


def practised(talker: Talker, path: str, asked: Asked, due: tuple[Due, ...]) -> int:
    """How much of what is due can be practised with an exercise."""
    from bp_tutor.quiz.practice import can_be_practised

    problem = opened(Path(path))
    if problem is None:
        return 0
    contexts = talker.learner.contexts(problem, asked.updates)
    found = questions_of(contexts, choice_of(contexts, asked, 0), asked)
    return can_be_practised(contexts, found, due)


def _tell_unfinished(talker: Talker, problem: Problem) -> None:
    from bp_tutor.quiz.store import unfinished

    learner = talker.learner
    found = unfinished(learner.opened.connection, str(problem.path.resolve()))
    if found is not None:
        learner.say("session.unfinished", "note", date=day(found.started))
        learner.voice.say(f"  bp-tutor quiz {for_shell(problem.path)} --resume", "note")


def resumed(talker: Talker, saved: Saved) -> Taken:
    """A quiz as it stood when it was left or broken off."""
    from bp_tutor.quiz.store import events_of

    path, learner = Path(saved.path), talker.learner
    if not path.is_file():
        raise RefusalError("session.gone", path=shown(saved.path))
    if digest_of(path.read_bytes()) != saved.digest:
        raise RefusalError("session.changed", path=shown(saved.path))
    subject = _subject(read_problem(saved.path, None, None))
    events = events_of(learner.opened.connection, saved.id)
    return gone_on_with(learner, subject, saved, events)


def take(talker: Talker, taken: Taken, *, json: bool) -> int:
    """Ask until all is settled or the student leaves; the exit code."""
    from bp_tutor.quiz.voice import talked

    talk = talker.talk
    steps = sitting(talker.learner, taken, ahead=talk.terminal, piped=talk.piped)
    try:
        sat = talked(steps, talk.ask)
    finally:
        taken.recorder.close()
    recorder, subject = taken.recorder, taken.subject
    if not sat.finished and recorder.session is not None and recorder.complete:
        about = talker.learner.about(subject.problem)
        about.say("session.kept", "note", problem=subject.named)
    if json:
        text = dumps(data_of(taken, sat), ensure_ascii=False, indent=1)
        sys.stdout.write(f"{text}\n")
    return INTERRUPTED if sat.interrupted else 0

"""A quiz that somebody sits: made ready or gone on with, asked to its end, and summed up.

What is asked of whoever answers is yielded, so that a terminal waits for a line there, and a page
comes back with one.
"""

from __future__ import annotations

import os
import shlex
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.api.quiz_options import LARGEST, Asked, asked_of, choice_of, questions_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.problem import list_problems
from bp_tutor.problem.load import read_problem
from bp_tutor.reader.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from bp_tutor.api.learner import Learner
    from bp_tutor.authoring.variant import Variants
    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Context, Question
    from bp_tutor.quiz.result import Result
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Noted, Recorder, Saved


class Subject(NamedTuple):
    """What a quiz is about: a problem, and the file it stands in."""

    problem: Problem
    path: str
    digest: str
    """The SHA-256 of the file: answers belong to the problem as it was."""
    named: str
    """How a command line means it."""


class Taken(NamedTuple):
    """A quiz that is ready to be taken."""

    subject: Subject
    session: Session
    recorder: Recorder
    hints: bool
    resumed: str = ""
    """When it was begun, where it is gone on with."""


class Sat(NamedTuple):
    """What came of it."""

    result: Result
    finished: bool
    interrupted: bool = False


MOST_PLAIN = 4
"""So many plain networks are looked at for the place of a mistake."""


def digest_of(file: bytes) -> str:
    """What tells one state of a problem file from another."""
    return sha256(file).hexdigest()


def of_seed(
    problem: Problem, asked: Asked, variants: Callable[[], Variants]
) -> tuple[Problem, Asked]:
    """The problem with the numbers of the seed that is asked for, where something in it varies."""
    if asked.seed is None:
        return problem, asked
    found = variants()
    if not found.varies:
        return problem, asked
    made = found.make(asked.seed)
    return found.problem_of(made), asked._replace(file=made.text)


def prepared(learner: Learner, subject: Subject, asked: Asked) -> Taken:
    """A new quiz about a problem, or about the variant of it whose text `asked` holds.

    Raises:
        RefusalError: nothing of what is asked for can be asked.
    """
    contexts = learner.contexts(subject.problem, asked.updates)
    seed = int.from_bytes(os.urandom(4)) % LARGEST if asked.seed is None else asked.seed
    choice = choice_of(contexts, asked, seed)
    # Kept by the letters that hold in every notation.
    asked = asked._replace(ask=choice.ask)
    questions = questions_of(contexts, choice, asked)
    if not questions and asked.level == "numbers":
        # Where nothing has a number, the formulas are what there is to ask.
        asked = asked._replace(level="formulas")
        questions = questions_of(contexts, choice._replace(level="formulas"), asked)
        if questions:
            learner.say("session.no_numbers", "note", option="--level formulas")
    if not questions:
        raise RefusalError("session.none")
    return _taken(learner, subject, contexts, questions, asked, seed)


def gone_on_with(learner: Learner, subject: Subject, saved: Saved, events: list[Noted]) -> Taken:
    """A quiz as it stood when it was left or broken off.

    Raises:
        RefusalError: what was kept of it makes no sense.
    """
    from bp_tutor.explain import in_notation
    from bp_tutor.notations import notation_names
    from bp_tutor.quiz.questions import asked_before

    notation = learner.notation or saved.notation
    asked = asked_of(saved.options)
    problem = read_problem(asked.file, subject.path) if asked.file else subject.problem
    # A notation that only another version knows gives way to the file's own.
    problem = in_notation(problem, notation if notation in notation_names() else None)
    subject = subject._replace(problem=problem)
    contexts = learner._replace(notation=None).contexts(problem, asked.updates)
    choice = choice_of(contexts, asked, saved.seed)
    questions = questions_of(contexts, choice, asked)
    if [_same(one) for one in questions] != [_same(one) for one in saved.questions]:
        # Another version asks other questions: those that were asked hold.
        before = asked_before(contexts, saved.questions)
        if not before:
            raise RefusalError("session.unreadable")
        questions = before
    taken = _taken(learner, subject, contexts, questions, asked, saved.seed, saved.id)
    taken.session.restore(events)
    return taken._replace(resumed=saved.started)


def _same(question: Question) -> tuple[str, str, str, int]:
    return question.kind, question.identifier, question.rule, question.update


def _taken(
    learner: Learner,
    subject: Subject,
    contexts: tuple[Context, ...],
    questions: tuple[Question, ...],
    asked: Asked,
    seed: int,
    session: int | None = None,
) -> Taken:
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Header, Recorder
    from bp_tutor.version import __version__

    page = contexts[0].page
    header = Header(
        app=__version__,
        problem=subject.problem.name,
        path=subject.path,
        digest=subject.digest,
        notation=page.symbols.notation.name,
        language=page.words.language,
        seed=seed,
        options=asked._asdict(),
        questions=questions,
    )
    recorder = Recorder(learner.opened, header, session)
    taken = Session(contexts, questions, recorder.note, asked.given)
    return Taken(subject, taken, recorder, asked.hints)


def sitting(
    learner: Learner, taken: Taken, *, ahead: bool = False, piped: bool = False
) -> Generator[str, str | None, Sat]:
    """Ask until all is settled or the student leaves, and sum up.

    Yields the prompts at which a line is typed, and takes it; None at the end of input.

    Args:
        learner: whom it is said to.
        taken: the quiz.
        ahead: whether somebody reads and thinks, so that there is time to prepare.
        piped: whether the answers come from a file or a program, and not from a keyboard.
    """
    from bp_tutor.quiz.dialogue import Dialogue

    learner = learner.about(taken.subject.problem)
    dialogue = Dialogue(
        taken.session,
        learner.voice,
        learner.words,
        lambda: learner.say_troubles(taken.recorder.new_troubles()),
        hints=taken.hints,
        ahead=ahead,
        piped=piped,
        others=lambda: _others(learner, taken.subject),
    )
    finished = interrupted = False
    try:
        dialogue.introduce()
        if taken.resumed:
            from bp_tutor.api.learner import day

            learner.say("session.resumed", date=day(taken.resumed))
        finished = (yield from dialogue.talking()) or taken.session.answered
    except KeyboardInterrupt:
        learner.voice.say("")
        interrupted = True
    finally:
        taken.recorder.end("done" if finished else "left")
    return Sat(_summed_up(learner, taken), finished, interrupted)


def _others(learner: Learner, subject: Subject) -> Iterator[Context]:
    """Other exercises as the learner reads them; each is solved when it is looked at."""
    for one in other_problems(subject):
        yield from learner.about(one).contexts(one, None)


def other_problems(subject: Subject) -> list[Problem]:
    """Exercises in which the same mistake can be made, the easy ones first.

    Those of the same topic, and then a few plain networks: sums, activations and deltas are the
    same there. The exercise itself is none of them, wherever its file lies.
    """
    from bp_tutor.problem.topics import DIFFICULTIES, HARD, NETWORKS, difficulty_of, topic_of

    topic = topic_of(subject.problem)
    found = [one for path in list_problems() if (one := opened(path)) is not None]
    others = [
        one
        for one in sorted(found, key=lambda one: DIFFICULTIES.index(difficulty_of(one)))
        if difficulty_of(one) != HARD and digest_of(one.path.read_bytes()) != subject.digest
    ]
    alike = [one for one in others if topic_of(one) == topic]
    plain = [one for one in others if topic_of(one) == NETWORKS and one not in alike]
    return [*alike, *plain[:MOST_PLAIN]]


def opened(path: Path) -> Problem | None:
    """A problem; None where its file cannot be read."""
    from bp_tutor.problem import load_problem
    from bp_tutor.reader import ReadError

    try:
        return load_problem(path)
    except ReadError:
        return None


def _summed_up(learner: Learner, taken: Taken) -> Result:
    from bp_tutor.quiz.result import kinds_of, result_of, sentences, table_of

    words, voice, named = learner.words, learner.voice, taken.subject.named
    learner.say_troubles(taken.recorder.new_troubles())
    result = result_of(taken.session)
    kinds = kinds_of(taken.session)
    voice.say("")
    learner.say("result.heading", "heading")
    if result.rows:
        voice.show(table_of(result, words, kinds, learner.style))
    options = _options(taken.recorder.header.options)
    for text, look in sentences(result, words, kinds, named, options):
        voice.say(text, look)
    return result


def _options(asked: dict[str, Any]) -> str:
    """What was asked for, as it is typed again: the same numbers, the same kind of questions."""
    seed, usual = asked["seed"], Asked()
    given = [("--seed", seed)] if seed is not None else []
    given += [("--layer", shlex.quote(printable(layer))) for layer in asked["layer"]]
    given += [
        (f"--{name}", asked[name])
        for name in ("level", "form", "updates")
        if asked[name] != getattr(usual, name)
    ]
    return "".join(f" {option} {value}" for option, value in given)


def data_of(taken: Taken, sat: Sat) -> dict[str, Any]:
    """What came of a quiz as plain data, for JSON."""
    from bp_tutor.quiz.result import as_data

    header = taken.recorder.header
    about = {
        "app": header.app, "problem": header.problem, "digest": header.digest,
        "seed": header.seed, "state": "done" if sat.finished else "left",
        "kept": taken.recorder.complete,
    }  # fmt: skip
    return as_data(taken.session, sat.result, **about)

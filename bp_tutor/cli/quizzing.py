"""Beginning a quiz, and going on with one."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.cli.reading import PageChoice, page_of, read_problem, updates_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.room import Asked, Room, Taken
from bp_tutor.cli.values import for_shell, shown
from bp_tutor.problem.load import read_problem as read_text

if TYPE_CHECKING:
    from bp_tutor.explain import Page
    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Choice, Question
    from bp_tutor.quiz.store import Saved
    from bp_tutor.solve import Trace

LARGEST = 1_000_000


def begin(room: Room, name: str, asked: Asked) -> Taken:
    """A new quiz about a problem."""
    problem, asked = _of_seed(read_problem(name, None, room.notation), room, asked)
    trace, page = _worked_out(room, problem, asked)
    seed = int.from_bytes(os.urandom(4)) % LARGEST if asked.seed is None else asked.seed
    choice = _choice(trace, page, asked, seed)
    # Kept by the letters that hold in every notation.
    asked = asked._replace(ask=choice.ask)
    questions = _questions(trace, page, choice, asked)
    if not questions and asked.level == "numbers":
        # Where nothing has a number, the formulas are what there is to ask.
        asked = asked._replace(level="formulas")
        questions = _questions(trace, page, replace(choice, level="formulas"), asked)
        if questions:
            room.say("session.no_numbers", "note", option="--level formulas")
    if not questions:
        raise RefusalError("session.none")
    _tell_unfinished(room, problem)
    return _taken(room, problem, (trace, page), questions, asked, seed)


def _of_seed(problem: Problem, room: Room, asked: Asked) -> tuple[Problem, Asked]:
    """The problem with the numbers of the seed that is asked for."""
    if asked.seed is None:
        return problem, asked
    from bp_tutor.cli.variants import with_numbers_of

    variant, text = with_numbers_of(problem, asked.seed)
    if text:
        room.say("session.variant", "note", seed=asked.seed, problem=for_shell(problem.path))
    return variant, asked._replace(file=text)


def _worked_out(room: Room, problem: Problem, asked: Asked) -> tuple[Trace, Page]:
    from bp_tutor.explain import symbols_of
    from bp_tutor.solve import solve

    symbols = symbols_of(problem, room.notation)
    updates = updates_of(problem, asked.updates)
    return solve(problem, updates), page_of(PageChoice(problem, symbols, room.output))


def _choice(trace: Trace, page: Page, asked: Asked, seed: int) -> Choice:
    from bp_tutor.cli.view import view_of
    from bp_tutor.quiz import Choice, context_of

    only, layers = list(asked.ask), list(asked.layer)
    view = view_of(context_of(trace, page).run, page.symbols, only, layers, (), "full", "index")
    # Fewer are taken after those that are not wanted are left out.
    count = None if asked.rules else asked.most
    return Choice(view.only, view.layers, count, asked.level, asked.form, seed, asked.shuffle)


def _questions(trace: Trace, page: Page, choice: Choice, asked: Asked) -> tuple[Question, ...]:
    from bp_tutor.quiz import make_questions

    found = make_questions(trace, page.symbols, choice, page)
    if asked.rules:
        found = tuple(one for one in found if one.rule in asked.rules)[: asked.most]
    return found


def _taken(
    room: Room,
    problem: Problem,
    worked_out: tuple[Trace, Page],
    questions: tuple[Question, ...],
    asked: Asked,
    seed: int,
    session: int | None = None,
) -> Taken:
    from bp_tutor import __version__
    from bp_tutor.quiz import context_of
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Diary, Header

    trace, page = worked_out
    header = Header(
        app=__version__,
        problem=problem.name,
        path=str(problem.path.resolve()),
        digest=digest_of(problem.path),
        notation=page.symbols.notation.name,
        language=page.words.language,
        seed=seed,
        options=asked._asdict(),
        questions=questions,
    )
    diary = Diary(room.opened, header, session)
    contexts = {run.update: context_of(trace, page, run.update) for run in trace.runs}
    return Taken(problem, Session(contexts, questions, diary.note), diary, asked.hints)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file: answers belong to the problem as it was."""
    return sha256(path.read_bytes()).hexdigest()


def _tell_unfinished(room: Room, problem: Problem) -> None:
    from bp_tutor.quiz.store import unfinished

    found = unfinished(room.opened.connection, str(problem.path.resolve()))
    if found is not None:
        room.say(
            "session.unfinished", "note", date=day(found.started), problem=for_shell(problem.path)
        )


def day(time: str) -> str:
    """The local day of a time that was kept."""
    from datetime import datetime

    return datetime.fromisoformat(time).astimezone().date().isoformat()


def go_on(room: Room, name: str | None) -> Taken:
    """The latest unfinished quiz, of one problem or of any."""
    from bp_tutor.problem import find_problem
    from bp_tutor.quiz.store import unfinished

    path = None if name is None else str(find_problem(name).resolve())
    saved = unfinished(room.opened.connection, path)
    if saved is None:
        raise RefusalError("session.nothing_saved")
    return resumed(room, saved)


def resumed(room: Room, saved: Saved) -> Taken:
    """A quiz as it stood when it was left or broken off."""
    from bp_tutor.explain import in_notation
    from bp_tutor.notations import notation_names
    from bp_tutor.quiz.asking import asked_before
    from bp_tutor.quiz.store import events_of

    path = Path(saved.path)
    if not path.is_file():
        raise RefusalError("session.gone", path=shown(saved.path))
    if digest_of(path) != saved.digest:
        raise RefusalError("session.changed", path=shown(saved.path))
    notation = room.notation or saved.notation
    asked = _as_asked(saved.options)
    problem = read_text(asked.file, path) if asked.file else read_problem(saved.path, None, None)
    # A notation that only another version knows gives way to the file's own.
    problem = in_notation(problem, notation if notation in notation_names() else None)
    room = room._replace(notation=None)
    trace, page = _worked_out(room, problem, asked)
    choice = _choice(trace, page, asked, saved.seed)
    questions = _questions(trace, page, choice, asked)
    if [_same(one) for one in questions] != [_same(one) for one in saved.questions]:
        # Another version asks other questions: those that were asked hold.
        before = asked_before(trace, page, saved.questions)
        if not before:
            raise RefusalError("session.unreadable")
        questions = before
    taken = _taken(room, problem, (trace, page), questions, asked, saved.seed, saved.id)
    taken.session.restore(events_of(room.opened.connection, saved.id))
    return taken._replace(resumed=saved.started)


def _as_asked(options: dict[str, Any]) -> Asked:
    """What was asked for.

    Raises:
        RefusalError: it is nothing that can be asked for.
    """
    from bp_tutor.cli.options import MOST_ASKED
    from bp_tutor.cli.quiz import FORMS, LARGEST_SEED, LEVELS

    known = {name: value for name, value in options.items() if name in Asked._fields}
    lists = [known.get(name) or [] for name in ("ask", "layer", "rules")]
    limits = {"most": LARGEST, "seed": LARGEST_SEED, "updates": MOST_ASKED}
    numbers = [(known.get(name), limit) for name, limit in limits.items()]
    sound = [
        *(isinstance(one, list) for one in lists),
        *(
            number is None or (isinstance(number, int) and 0 <= number <= limit)
            for number, limit in numbers
        ),
        known.get("level", "numbers") in LEVELS,
        known.get("form", "index") in FORMS,
        isinstance(known.get("file", ""), str),
    ]
    if not all(sound):
        raise RefusalError("session.unreadable")
    ask, layer, rules = map(tuple, lists)
    return Asked(**known | {"ask": ask, "layer": layer, "rules": rules})


def _same(question: Question) -> tuple[str, str, str, int]:
    return question.kind, question.identifier, question.rule, question.update

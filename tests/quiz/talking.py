"""Talks to the quiz: in this process with typed lines, or in a process of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bp_tutor.explain import Block, Document, Line, Listing, Presentation, Table, symbols_of
from bp_tutor.output.diagram import picture_lines
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import Choice, Context, contexts_of, make_questions
from bp_tutor.quiz.dialogue import Dialogue
from bp_tutor.quiz.scene import Scene
from bp_tutor.quiz.session import Session
from bp_tutor.quiz.store import Event
from bp_tutor.quiz.voice import talked
from bp_tutor.solve import solve
from bp_tutor.words import load_words
from tests.presented import presentation_of, presented_line

ROOT = Path(__file__).parents[2]
BEGIN = {"en": "Press Enter to begin. ", "zh": "按回车开始。"}
"""What a terminal waits with, so that the exercise is read before the first question."""


class Typed:
    """Somebody who types these lines, and hears all that is said."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        self.heard: list[str] = []

    def say(self, text: str, look: str = "") -> None:
        self.heard.append(text)

    def choose(self, options: Iterable[tuple[str, str]]) -> None:
        self.heard += [f"  {sign}  {text}" for sign, text in options]

    def show(self, block: Block, reader: Presentation | None = None) -> None:
        if isinstance(block, Line):
            assert reader is not None
            line = presented_line(block, reader)
            parts = (f"{part.relation} {part.text}" for part in line.parts)
            self.heard.append(" ".join([line.name, *parts]))
        elif isinstance(block, Listing):
            assert reader is not None
            self.heard += [" = ".join(map(reader.say, item)) for item in block.items]
        elif isinstance(block, Table):
            self.heard += [" ".join(map(str, row)) for row in block.rows]

    def scene(self, scene: Scene, reader: Presentation) -> None:
        if scene.picture is not None:
            self.heard += picture_lines(scene.picture, reader, 80)
        for block in scene.beside:
            self.show(block, reader)

    def state(self, document: Document, reader: Presentation) -> None:
        self.heard += [reader.say(said) for said in (document.title, *document.facts)]
        if document.picture is not None:
            self.heard += picture_lines(document.picture, reader, 80)

    def ask(self, prompt: str) -> str | None:
        line = next(self.lines, None)
        self.heard.append(f"{prompt}{line}")
        return line

    @property
    def text(self) -> str:
        return "\n".join(self.heard)


def session_of(
    name: str = "exercise",
    language: str = "en",
    choice: Choice | None = None,
    given: str = "all",
) -> tuple[Session, list[Event]]:
    """A session about a problem, and the list that its events are written to."""
    problem = load_problem(find_problem(name))
    symbols = symbols_of(problem)
    page = presentation_of(symbols, language)
    trace = solve(problem)
    contexts = contexts_of(trace, page)
    questions = make_questions(contexts, choice or Choice(ask=("Z", "A")))
    events: list[Event] = []
    return Session(contexts, questions, events.append, given), events


def talk(session: Session, *lines: str, hints: bool = True) -> Typed:
    """What is heard when these lines are typed."""
    typed = Typed(lines)
    words = session.context().words if not session.over else load_words("en")
    dialogue = Dialogue(session, typed, words, hints=hints, others=lambda: other_exercises(session))
    talked(dialogue.talking(), typed.ask)
    return typed


def other_exercises(session: Session) -> Iterator[Context]:
    """Two networks, where a small question is asked if the exercise has no place for it."""
    here = session.context(0)
    for name in ("exercise", "sigmoid-2-2-2"):
        if here.problem.name != name:
            problem = load_problem(find_problem(name))
            page = presentation_of(symbols_of(problem), here.words.language)
            yield contexts_of(solve(problem), page)[0]


def right_answers(session: Session) -> list[str]:
    """What the program itself calculates, with enough digits."""
    found = []
    for question in session.questions:
        run = session.context(0).run
        place = run.find(question.identifier)
        assert place is not None
        found.append(f"{run.value(*place):.7f}")
    return found


def program(
    home: Path, *arguments: str, typed: str | bytes = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """`bp-tutor ...` in a process of its own, with its progress in `home`."""
    variables = {
        "PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1",
        "LANG": "en_GB.UTF-8", "BP_TUTOR_HOME": str(home), **environment,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "bp_tutor", *arguments],
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        check=False,
        env=variables,
        cwd=ROOT,
        timeout=120,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    """What stands in the file of progress."""
    connection = sqlite3.connect(home / "progress.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()

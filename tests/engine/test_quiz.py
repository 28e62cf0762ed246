"""A quiz on a page and the same quiz through a pipe: text by text, mark by mark, row by row."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import StringIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from bp_tutor.api.sitting import Subject, other_problems
from bp_tutor.cli.talk import LineTalk
from bp_tutor.engine.calls import Engine
from bp_tutor.output.wrapping import FIRM
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Choice
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.words import load_words
from tests.cli.running import run
from tests.quiz.talking import session_of

BLOCK, GIVEN = "<block>", "<given>"
QUIZZES: dict[str, tuple[str, dict[str, Any]]] = {
    "carried": ("exercise", {"ask": ["Z", "A", "dZ"], "most": 9}),
    "softmax": ("softmax-cross-entropy", {"form": "matrix", "most": 4}),
    "graph": ("graph-chain-rule", {"most": 5}),
    "images": ("cnn-backward", {"ask": ["dW"], "most": 3}),
    "sequence": ("lstm-step", {"level": "mixed", "most": 5, "given": "needed"}),
    "general": ("exercise", {"level": "formulas", "form": "general", "most": 4}),
    "choices": ("sigmoid-2-2-2", {"level": "shapes", "most": 4, "hints": False}),
}
SHOWS: dict[str, Callable[[Any], bool]] = {
    "right": lambda question: bool(question["right"]),
    "carried": lambda question: bool(question["carried"]),
    "named": lambda question: bool(question["misconceptions"]),
    "helped": lambda question: question["hints"] > 0,
    "again": lambda question: question["tries"] > 1,
}
MEANT = {
    "carried": {"right", "carried", "named", "helped", "again"},
    "softmax": {"right", "named", "helped", "again"},
    "graph": {"right", "named", "helped", "again"},
    "images": {"right", "named", "helped", "again"},
    "sequence": {"right", "named", "helped", "again"},
    "general": {"right", "helped", "again"},
    "choices": {"right", "again"},
}
"""What a quiz has to bring about, so that the comparison says something."""
CARRIED = ["1.3", "", "0.7858"]
"""Z₂₁ without its bias, kept, and A₂₁ = 1/(1 + exp(−1.3)) of it."""
OPTIONS = {"most": "--count", "level": "--level", "form": "--form", "given": "--given"}


def asked_on_page(engine: Engine, call: str, **values: Any) -> Any:
    found = json.loads(engine.answer(json.dumps([call, {"language": "en", **values}])))
    assert "error" not in found, found
    return found["result"]


def opened(name: str) -> Engine:
    engine = Engine()
    text = find_problem(name).read_text(encoding="utf-8")
    asked_on_page(engine, "open", text=text, name=name)
    return engine


def typed_by_a_student(name: str, options: dict[str, Any]) -> Iterator[str]:
    """To each question a mistake that is known, then what students do next, in turn."""
    known = {"ask": tuple(options.get("ask", ())), "count": options["most"]}
    known |= {key: options[key] for key in ("level", "form") if key in options}
    session, _ = session_of(name, choice=Choice(**known))
    habits = cycle((["why", "RIGHT"], ["hint", "hint", "RIGHT"], [""], ["a", "remedy", "b", "show"],
                    ["nonsense", "given", "skip"]))  # fmt: skip
    first = 0
    if "Z" in known["ask"]:
        yield from CARRIED
        first = 2
    for place, habit in zip(range(first, len(session.questions)), habits, strict=False):
        question, context = session.questions[place], session.context(place)
        samples = KINDS[question.kind].samples(question, context)
        wrong = next((text for text, mistake in samples.wrong if mistake), "0.123")
        yield wrong if question.kind != "shape" else samples.wrong[0][0]
        yield from (samples.right[0] if line == "RIGHT" else line for line in habit)


class Terminal:
    """The quiz as `bp-tutor quiz` talks to a pipe; blocks of a derivation only by their place."""

    def __init__(self, home: Path, name: str, options: dict[str, Any], lines: list[str]) -> None:
        arguments = ["quiz", name, "--plain", "--json", "--width", "200"]
        for kind in options.get("ask", ()):
            arguments += ["--ask", kind]
        for key, option in OPTIONS.items():
            arguments += [option, str(options[key])] if key in options else []
        arguments += [] if options.get("hints", True) else ["--no-hints"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", StringIO("".join(f"{line}\n" for line in lines)))
            patch.setattr(LineTalk, "show", lambda talk, *_: talk.say(BLOCK))
            patch.setattr(LineTalk, "state", lambda *_: None)
            patch.setattr(LineTalk, "scene", lambda talk, scene, _: (
                talk.say(GIVEN) if scene.drawn or scene.beside else None
            ))  # fmt: skip
            done = run(*arguments, BP_TUTOR_HOME=str(home))
        assert done.code == 0, done
        self.said = [line for line in done.err.splitlines() if line and not line.startswith("> ")]
        self.result = json.loads(done.out)
        run("progress", "--export", str(home / "kept.json"), BP_TUTOR_HOME=str(home))
        (self.session,) = json.loads((home / "kept.json").read_text("utf-8"))["sessions"]


def heard(message: dict[str, Any]) -> list[str]:
    if message["kind"] == "options":
        return [f"  {sign}  {text}" for sign, text in message["options"]]
    if message["kind"] == "text":
        return [message["text"].replace(FIRM, " ")]
    return [GIVEN if message["kind"] == "given" else BLOCK]


def timeless(session: dict[str, Any]) -> dict[str, Any]:
    """A session without what differs from sitting to sitting: times, place, seed of the order."""
    left_out = ("id", "started", "ended", "path", "seed")
    kept = {key: value for key, value in session.items() if key not in left_out}
    answers = [{**answer, "at": ""} for answer in session["answers"]]
    return {**kept, "answers": answers, "state": "", "options": {**kept["options"], "due": []}}


@pytest.mark.parametrize("quiz", QUIZZES)
def test_a_page_says_marks_and_keeps_what_the_terminal_does(quiz: str, tmp_path: Path) -> None:
    name, options = QUIZZES[quiz]
    lines = list(typed_by_a_student(name, options))
    engine = opened(name)
    replies = [asked_on_page(engine, "quiz", options=options)]
    for line in lines:
        if replies[-1]["now"] is None:
            break
        replies.append(asked_on_page(engine, "quiz_line", line=line))
    if replies[-1]["now"] is not None:
        replies.append(asked_on_page(engine, "quiz_line", line=":q"))
        lines.append(":q")
    terminal = Terminal(tmp_path, name, options, lines)
    page = [text for reply in replies for message in reply["said"] for text in heard(message)]
    only_a_pipe = [line for line in terminal.said if line not in page]
    assert [line for line in terminal.said if line not in only_a_pipe] == page
    # How a pipe answers, and how a terminal comes back to it.
    words = load_words("en")
    kept = words.text("session.kept", problem=name)
    assert only_a_pipe[0] == words.text("session.help.piped")
    assert only_a_pipe[1:] == ([kept] if replies[-1]["result"]["state"] == "left" else [])

    mine, its = replies[-1]["result"], terminal.result
    assert {**mine, "seed": 0} == {**its, "seed": 0}
    assert timeless(replies[-1]["session"]) == timeless(terminal.session)
    shown = {name for one in mine["questions"] for name in SHOWS if SHOWS[name](one)}
    assert shown >= MEANT[quiz], mine["questions"]


def test_a_file_of_answers_to_changed_numbers_is_told_as_one(tmp_path: Path) -> None:
    """What `mark` makes of it by the file of the exercise, and by the one with the numbers."""
    engine = opened("exercise")
    asked_on_page(engine, "quiz", options={"ask": ["Z"], "most": 1})
    asked_on_page(engine, "quiz_line", line="1.5")
    assert not asked_on_page(engine, "quiz_hand_in", student="Bo")["own"]
    asked_on_page(engine, "change", numbers={"W[1,1,1]": "-0.5"})
    asked_on_page(engine, "quiz", options={"ask": ["Z"], "most": 1})
    # By hand: -0.5 + 0.8 + 0.2 = 0.5.
    asked_on_page(engine, "quiz_line", line="0.5")
    handed_in = asked_on_page(engine, "quiz_hand_in", student="Bo")
    assert handed_in["own"]
    answers, own = tmp_path / "a.json", tmp_path / "own.yaml"
    answers.write_text(handed_in["text"], encoding="utf-8")
    own.write_text(asked_on_page(engine, "text")["text"], encoding="utf-8")
    assert run("mark", "exercise", str(answers)).code == 1
    assert run("mark", str(own), str(answers)).code == 0


def test_a_mistake_is_practised_in_the_exercises_of_the_terminal_and_never_in_the_same() -> None:
    """A page knows no path of its exercise, so that it might be taken for another one."""
    file = find_problem("exercise")
    problem, digest = load_problem(file), sha256(file.read_bytes()).hexdigest()
    here = other_problems(Subject(problem, str(file), digest, "exercise"))
    of_page = read_problem(file.read_text(encoding="utf-8"), "exercise.yaml")
    there = other_problems(Subject(of_page, "exercise.yaml", digest, "exercise"))
    names = [one.name for one in there]
    assert names == [one.name for one in here]
    assert len(names) > 1
    assert "exercise" not in names

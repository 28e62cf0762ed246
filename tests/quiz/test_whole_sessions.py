"""Whole sessions in a real terminal of 80 by 24, from the first question to the last."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pexpect
import pytest

from bp_tutor.quiz import Choice, StudentAnswers
from bp_tutor.quiz.session import Session
from bp_tutor.words import cells
from tests.quiz.talking import BEGIN, ROOT, session_of

ROWS, COLUMNS = 24, 80
SESSIONS = [
    ("exercise", "en", ("--layer", "3")), ("xor-sigmoid", "zh", ("--layer", "3")),
    ("softmax-cross-entropy", "en", ()), ("rnn-bptt", "zh", ("--layer", "2")),
    ("cnn-backward", "en", ("--layer", "2")), ("graph-chain-rule", "zh", ()),
]  # fmt: skip
"""What stands for the six kinds of exercise, in either language."""
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r")
END = {"en": "Result", "zh": "结果"}


def lines_of(session: Session) -> list[list[str]]:
    """What is typed at each question: right, or wrong with a look aside, then right or kept."""
    found = []
    for place, question in enumerate(session.questions):
        context = session.context(place)
        address = context.graph.find(question.identifier)
        assert address is not None
        right = f"{context.graph.exact(address):.7f}"
        wrong = f"{context.graph.exact(address) + 0.4321:.7f}"
        candidates = context.candidates.singles(address)
        values = candidates.values(StudentAnswers(context).value)
        typical = [f"{value:.7f}" for value in values if value is not None]
        match place % 7:
            case 1:
                typed = next((one for one in typical if one != right), wrong)
                found.append([typed, "why", "remedy", "1", "given", right])
            case 3:
                found.append([wrong, wrong, "why", ""])
            case 5:
                found.append(["hint", "hint", right])
            case 6:
                found.append(["show"])
            case _:
                found.append([right])
    return found


@pytest.mark.parametrize(("name", "language", "options"), SESSIONS)
def test_a_whole_session_in_a_terminal(
    tmp_path: Path, name: str, language: str, options: tuple[str, ...]
) -> None:
    layers = tuple(map(int, options[1::2]))
    session, _ = session_of(name, language, Choice(layers=layers))
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bp_tutor", "quiz", name, "--lang", language, *options],
        env={
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ.get("PATH", ""),
            "PYTHONUTF8": "1",
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "BP_TUTOR_HOME": str(tmp_path),
        },
        cwd=str(ROOT),
        encoding="utf-8",
        timeout=60,
        dimensions=(ROWS, COLUMNS),
    )
    child.expect_exact(BEGIN[language])
    child.sendline("")
    screens = []
    # One by one as the lines come: a small question may take `1`, or there is none.
    lines = [line for one in lines_of(session) for line in one]
    count = len(session.questions)
    for line in lines:
        child.expect_exact("\n> ")
        screens.append(str(child.before))
        child.sendline(line)
    if child.expect_exact(["\n> ", END[language]]) == 0:
        child.sendline("q")
        child.expect_exact(END[language])
    child.expect(pexpect.EOF)
    last = ESCAPES.sub("", str(child.before))
    child.close()
    assert child.exitstatus == 0
    assert "Traceback" not in last
    told = [ESCAPES.sub("", screen).split("\n") for screen in screens]
    for screen in told:
        for row in screen:
            assert cells(row) <= COLUMNS, row
    # Between two prompts stands one screen; the exercise was read before the first.
    for screen in told:
        assert len(screen) <= ROWS, "\n".join(screen)
    numbers = [
        int(n) for n in re.findall(r"(?:Question|第) (\d+) ", ESCAPES.sub("", "".join(screens)))
    ]
    assert sorted(set(numbers)) == list(range(1, count + 1)), "every question was reached"

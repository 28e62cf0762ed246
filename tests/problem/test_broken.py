"""Every file under `tests/broken/` says at its head what must be told of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bp_tutor.problem import ProblemError, load_problem
from bp_tutor.words import load_words

FILES = sorted((Path(__file__).parents[1] / "broken").glob("*.yaml"))
ENGLISH, CHINESE = load_words("en").text, load_words("zh").text
_EXPECTED = re.compile(r"^# expected (\d+):(\d+) (.+)$", re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_broken_file_is_told_as_it_says_itself(path: Path) -> None:
    expected = _EXPECTED.findall(path.read_text(encoding="utf-8"))
    assert expected
    with pytest.raises(ProblemError) as caught:
        load_problem(path)
    mistakes = caught.value.mistakes
    found = [(m.mark.line, m.mark.column) for m in mistakes if m.mark]
    told = "\n".join(mistake.format(ENGLISH) for mistake in mistakes)
    assert found == [(int(line), int(column)) for line, column, _ in expected], told
    for mistake, (_, _, fragment) in zip(mistakes, expected, strict=True):
        assert fragment in mistake.message(ENGLISH)
        assert mistake.format(CHINESE).startswith(f"{path}:")
        assert mistake.format(ENGLISH).isprintable()


def test_there_are_many() -> None:
    assert len(FILES) >= 140

"""The list of problems: by topic and difficulty, or those that are asked for."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from bp_tutor.problem.topics import DIFFICULTIES, TOPICS
from bp_tutor.words import cells, load_words
from tests.cli.running import PROBLEMS, good, run
from tests.quiz.test_menu import SORTED


def listed(*arguments: str) -> list[tuple[str, str, str]]:
    """Topic, difficulty and name of every problem, as they stand on the page."""
    words = load_words("zh" if "zh" in arguments else "en")
    levels = {words.text(f"menu.level.{level}"): level for level in DIFFICULTIES}
    found = []
    topic = level = ""
    for row in good("problems", *arguments).splitlines():
        heading = re.fullmatch(r"\S.*[(（](\w+)[)）]", row)
        if heading:
            topic = heading[1]
        elif row.strip():
            first, *others = row.split()
            level = levels.get(first, level)
            found.append((topic, level, others[0] if first in levels else first))
    return [one for one in found if one[2] in PROBLEMS]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_problem_is_listed_by_topic_and_then_by_difficulty(language: str) -> None:
    found = listed("--lang", language)
    assert sorted(name for *_, name in found) == sorted(PROBLEMS)
    ranks = [(TOPICS.index(topic), DIFFICULTIES.index(level), name) for topic, level, name in found]
    assert all(one < other for one, other in pairwise(ranks))
    assert {name: (topic, level) for topic, level, name in found}.items() >= SORTED.items()


@pytest.mark.parametrize("arguments", [(), ("--lang", "zh"), ("--width", "40")])
def test_the_list_keeps_to_its_width_and_to_ascii(arguments: tuple[str, ...]) -> None:
    text = good("problems", "--ascii", *arguments)
    assert max(map(cells, text.splitlines())) <= (40 if "40" in arguments else 80)
    assert "zh" in arguments or text.isascii()


def test_a_topic_and_a_difficulty_choose() -> None:
    everything = listed()
    for topic in TOPICS:
        assert listed("--topic", topic) == [one for one in everything if one[0] == topic]
    easy = [one for one in everything if one[1] == "easy"]
    assert listed("--difficulty", "easy") == easy
    assert listed("--topic", "classes", "--difficulty", "easy") == [
        one for one in easy if one[0] == "classes"
    ]
    none = good("problems", "--topic", "attention", "--difficulty", "easy")
    assert none == "There is no such problem.\n"


@pytest.mark.parametrize(
    ("option", "value", "nearest"),
    [("--topic", "image", "images"), ("--difficulty", "esay", "easy")],
)
def test_an_unknown_topic_or_difficulty_is_refused(option: str, value: str, nearest: str) -> None:
    done = run("problems", option, value)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"{option} cannot be '{value}'; it can be ")
    assert f"did you mean '{nearest}'?" in done.err

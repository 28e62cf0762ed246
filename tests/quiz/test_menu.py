"""The menu: reviews first, then what was begun, then every exercise by topic and difficulty."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pexpect
import pytest

from bp_tutor.problem import find_problem, list_problems, load_problem
from bp_tutor.problem.topics import DIFFICULTIES, TOPICS, difficulty_of, topic_of
from bp_tutor.quiz import MISCONCEPTIONS, Choice, make_questions
from bp_tutor.quiz.practice import practises, practising
from bp_tutor.quiz.reviews import MISCONCEPTION, RULE
from bp_tutor.words import load_words
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import program
from tests.quiz.test_session_program import begin, spawn

ROW = re.compile(r"^ +(\d+)  (.*)$", re.MULTILINE)
# By hand, as a teacher would sort them.
SORTED = {
    "graph-chain-rule": ("graphs", "easy"), "forward-4-3-1": ("forward", "easy"),
    "sigmoid-2-2-1": ("networks", "medium"), "exercise": ("networks", "hard"),
    "softmax-cross-entropy": ("classes", "easy"), "descent-mini-batch": ("samples", "easy"),
    "momentum-adam": ("optimisers", "medium"), "cnn-backward": ("images", "hard"),
    "cnn-2x2": ("images", "medium"), "rnn-bptt": ("sequences", "hard"),
    "attention-tiny": ("attention", "hard"), "word2vec": ("layers", "hard"),
    "digits-784": ("networks", "hard"),
}  # fmt: skip


@pytest.mark.parametrize("name", SORTED)
def test_topic_and_difficulty_follow_from_the_exercise(name: str) -> None:
    problem = load_problem(find_problem(name))
    assert (topic_of(problem), difficulty_of(problem)) == SORTED[name]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_topic_and_difficulty_has_words(language: str) -> None:
    words = load_words(language)
    assert all(words.has(f"menu.topic.{topic}") for topic in TOPICS)
    assert all(words.has(f"menu.level.{level}") for level in DIFFICULTIES)


def test_every_exercise_is_in_the_menu_once_the_easy_ones_first(tmp_path: Path) -> None:
    """The topics in the two languages in turn."""
    found = []
    for first, language in enumerate(("en", "zh"), 1):
        words = load_words(language)
        levels = [words.text(f"menu.level.{level}") for level in DIFFICULTIES]
        numbers = range(first, len(TOPICS) + 1, 2)
        typed = "".join(f"{number}\nback\n" for number in numbers)
        shown = program(tmp_path, "quiz", "--lang", language, typed=f"{typed}q\n").stdout
        for number in numbers:
            topic = shown.partition(f"> {number}\n")[2].partition("> back\n")[0]
            assert 0 < topic.count("\n") <= 24
            # A long entry goes on behind its number.
            topic = re.sub(r"\n {6}(?=\S)", " ", topic)
            texts = [text for _, text in ROW.findall(topic)][:-1]
            found += [re.split("[:：]", text)[0] for text in texts]
            ranks = [next(i for i, one in enumerate(levels) if one in text[-8:]) for text in texts]
            assert ranks == sorted(ranks)
    assert sorted(found) == sorted(path.stem for path in list_problems())


def test_a_topic_leads_back(tmp_path: Path) -> None:
    shown = program(tmp_path, "quiz", typed="3\nback\n2\nq\n").stdout
    assert shown.count("chain rule on computation graphs") == 2


def begun(home: Path, *problems: str) -> None:
    for problem in problems:
        program(home, "quiz", problem, "--ask", "Z", typed="0.1420\n\nq\n")


def make_due(home: Path) -> None:
    connection = sqlite3.connect(home / "progress.sqlite3")
    connection.execute("UPDATE answers SET at = '2026-11-01T10:00:00.000+00:00'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_menu_fits_a_terminal_with_reviews_first(tmp_path: Path, language: str) -> None:
    begun(tmp_path, "sigmoid-2-2-2", "exercise", "xor-sigmoid", "rnn-bptt", "linear-2-2-1")
    make_due(tmp_path)
    child = spawn(tmp_path, "quiz", language=language)
    child.setwinsize(24, 80)
    child.expect_exact("> ")
    rows = str(child.before).strip().split("\r\n")
    child.sendline("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert len(rows) <= 23, "with the prompt"
    entries = [text for _, text in ROW.findall("\n".join(rows).replace("\r", ""))]
    words = load_words(language)
    assert entries[0] == words.text("menu.practise")
    assert all("2026" in text or "/" in text for text in entries[1:4]), entries
    assert len(entries) == 1 + 3 + len(TOPICS)


def test_one_of_several_quizzes_is_gone_on_with(tmp_path: Path) -> None:
    begun(tmp_path, "exercise", "sigmoid-2-2-2")
    child = spawn(tmp_path, "quiz", "--resume")
    child.expect_exact("1  go on with sigmoid-2-2-2")
    child.expect_exact("2  go on with exercise")
    child.expect_exact("(1 of 8)")
    child.expect_exact("> ")
    child.sendline("2")
    child.expect_exact("Sigmoid 3-3-3-2")
    begin(child)
    child.expect_exact("Question 2 of 8")
    child.sendline("q")
    child.expect(pexpect.EOF)
    child.close()
    # Nobody is there to choose: the latest.
    assert "Sigmoid 2-2-2" in program(tmp_path, "quiz", "--resume", typed="q\n").stdout
    child = spawn(tmp_path, "quiz", "exercise", "--resume")
    begin(child)
    child.expect_exact("Question 2 of 8")
    child.sendline("q")
    child.expect(pexpect.EOF)
    child.close()


def test_quizzes_of_one_problem_are_told_apart_in_progress(tmp_path: Path) -> None:
    program(tmp_path, "quiz", "exercise", "--ask", "Z", typed="1.5\n-0.9\nq\n")
    program(tmp_path, "quiz", "exercise", "--seed", "7", "--count", "1", typed="0.1\n\n")
    told = program(tmp_path, "progress").stdout.partition("Quizzes")[2]
    assert re.search(r"exercise \(variant 7\) +\S+ \S+ +1 of 1 +0 % +done", told)
    assert re.search(r"exercise +\S+ \d\d:\d\d +2 of 8 +100 % +unfinished", told)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_two_rules_have_one_name_in_progress(tmp_path: Path, language: str) -> None:
    program(tmp_path, "quiz", "rnn-bptt", "--ask", "Z", typed="skip\n" * 6 + "0.7001\n")
    program(tmp_path, "quiz", "rnn-bptt", "--ask", "Z", typed="0.6\nq\n")
    shown = program(tmp_path, "progress", "--lang", language).stdout
    rows = [row.split("  ")[1] for row in shown.split("\n\n")[0].split("\n")[2:]]
    assert len(rows) == len(set(rows)) == 2, rows


# What is due is practised where it can be


CONTEXTS = {
    name: context_of_problem(load_problem(find_problem(name)))
    for name in ("linear-2-2-1", "sigmoid-2-2-2")
}


def test_a_mistake_is_practised_only_where_it_can_be_made() -> None:
    """Without an activation no slope can be left out, whatever the rule is called."""
    slope = (MISCONCEPTION, "slope_left_out")
    assert "slope_left_out" in MISCONCEPTIONS
    found = {}
    for name, context in CONTEXTS.items():
        questions = make_questions((context,), Choice())
        found[name] = [one.rule for one in questions if practises(context, one, slope)]
    assert found["linear-2-2-1"] == []
    assert set(found["sigmoid-2-2-2"]) == {"output_delta", "hidden_delta"}


def test_all_that_is_due_has_its_turn() -> None:
    context = CONTEXTS["sigmoid-2-2-2"]
    questions = make_questions((context,), Choice())
    due = ((RULE, "weighted_sum"), (MISCONCEPTION, "slope_left_out"), (RULE, "weight_update"))
    chosen = practising((context,), questions, due, 5)
    assert len(chosen) == 5
    places = [questions.index(one) for one in chosen]
    assert places == sorted(places), "in the order of the page"
    for one in due[:2]:
        assert any(practises(context, question, one) for question in chosen)


def test_a_review_goes_to_an_exercise_in_which_the_mistake_can_be_made(tmp_path: Path) -> None:
    """The slope was forgotten in one exercise; the latest one has no slopes."""
    answers = "skip\n" * 4
    program(tmp_path, "quiz", "sigmoid-2-2-2", "--ask", "dZ", typed=answers)
    session = program(tmp_path, "quiz", "sigmoid-2-2-2", "--ask", "dZ", typed="0.6110\nq\n")
    assert session.returncode == 0
    program(tmp_path, "quiz", "linear-2-2-1", "--ask", "dZ", typed="0.5\nq\n")
    connection = sqlite3.connect(tmp_path / "progress.sqlite3")
    found = connection.execute("SELECT id FROM answers WHERE identifier LIKE 'dZ%'").fetchall()
    connection.execute("DELETE FROM diagnoses")
    connection.execute(
        "INSERT INTO diagnoses (answer, misconception, certainty, place)"
        " VALUES (?, 'slope_left_out', 'only', '')",
        (max(found)[0],),
    )
    connection.commit()
    connection.close()
    make_due(tmp_path)
    shown = program(tmp_path, "quiz", typed="1\nq\n").stdout
    assert "practise what is due" in shown
    assert "Sigmoid 2-2-2 with frozen biases" in shown.partition("practise what is due")[2]


def test_an_empty_line_asks_for_a_number_again(tmp_path: Path) -> None:
    shown = program(tmp_path, "quiz", typed="\n  \nnonsense\nq\n").stdout
    asked = load_words("en").text("menu.number")
    assert " ".join(shown.split()).count(" ".join(asked.split())) == 3
    assert '"nonsense"' in shown
    assert '""' not in shown

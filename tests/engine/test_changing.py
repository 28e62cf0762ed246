"""Numbers and names changed in an open exercise: the file says the same, and so does `solve`."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest

from bp_tutor.api.reading import presented, updates_of
from bp_tutor.api.whole_page import parts_of
from bp_tutor.engine.calls import Engine
from bp_tutor.engine.exercise import Exercise
from bp_tutor.explain import symbols_of
from bp_tutor.output.page import Pieces, pieces_of
from bp_tutor.problem import Problem, find_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.words import load_words
from tests.cli.running import PROBLEMS, run


def text_of(name: str) -> str:
    return find_problem(name).read_text(encoding="utf-8")


def ask(engine: Engine, name: str, /, **values: Any) -> Any:
    found = json.loads(engine.answer(json.dumps([name, values])))
    assert "error" not in found, found
    return found["result"]


def refused(engine: Engine, name: str, /, **values: Any) -> str:
    found = json.loads(engine.answer(json.dumps([name, values])))
    assert "result" not in found
    return str(found["error"])


def opened(name: str) -> Engine:
    engine = Engine()
    ask(engine, "open", text=text_of(name), name=name, language="en")
    return engine


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_number_of_a_file_can_be_changed_and_only_it_changes(name: str) -> None:
    exercise = Exercise(text_of(name), name)
    before = read_problem(exercise.text, f"{name}.yaml")
    assert exercise.moving == before
    # Targets have rules of their own: those of classes add up to 1.
    keys = [key for key, place in exercise.places.items() if place.role != "targets"]
    for key in keys[:: max(1, len(keys) // 5)]:
        value = exercise.value(key)
        new = "0.5" if float(value) in (0.0, 1.0) else str(float(value) / 2)
        exercise.change({key: new}, {})
        assert float(exercise.value(key)) == float(new)
        moved = exercise.moving
        told = read_problem(exercise.text, f"{name}.yaml")
        # Title and text may tell a number; all else is what the file says.
        assert moved._replace(title=told.title, text=told.text) == told
        exercise.change({key: value}, {})
    assert exercise.moving._replace(published=before.published) == before


def test_what_is_shown_is_what_solve_prints_for_the_saved_file(tmp_path: Any) -> None:
    """The numbers of the page, and those of `solve --json` of the file that the page saves."""
    engine = opened("exercise")
    ask(engine, "settle")
    ask(engine, "change", numbers={"W[1,1,1]": "−0,7", "A[1,2]": "1", "learning_rate": "0.5"},
        choices={"activation 2": "tanh"})  # fmt: skip
    saved = tmp_path / "mine.yaml"
    saved.write_text(ask(engine, "text")["text"], encoding="utf-8")
    file = json.loads(run("solve", str(saved), "--json").out)
    page = run("page", str(saved), "-o", str(tmp_path / "mine.html"))
    assert (page.code, page.err) == (0, "")
    # The page has all of it from its file; then what is new is given, block by block.
    shown = ask(engine, "settle")
    html = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert all(block in html for _, block in shown["blocks"])
    assert len(shown["blocks"]) > 60
    assert shown["pieces"]["picture"] in html
    # Wrong answers are explained as the page of that file explains them.
    told = re.search(r'<script type="application/json" id="data">(.*?)</script>', html)
    assert told is not None
    data = json.loads(told[1])
    (mistakes,) = data["mistakes"]
    english, chinese = map(front_coded, data["said"])
    assert len(mistakes) > 30
    for key, known in mistakes.items():
        assert ask(engine, "explain", update=1, key=key)["mistakes"] == [
            [low, high, english[place], chinese[other]] for low, high, place, other in known
        ]
    assert ask(engine, "explain", update=1, key="W[1,1,1]")["mistakes"] == []
    ask(engine, "change", numbers={"B[2,1]": "1"})
    assert ask(engine, "explain", update=1, key="Z[2,1]")["mistakes"] == []
    entries = (entry for step in file["steps"] for entry in step["entries"])
    values = {entry["id"]: entry["value"] for entry in entries}
    # By hand: tanh(1*(-0.7) + 1*(-0.2) + 1*0.8 + 0.2) = tanh(0.1).
    assert values["A[2,1]"] == pytest.approx(0.09966799462495582)


def front_coded(text: str) -> list[str]:
    """Lines that are each told by how many signs they share with the one before."""
    lines = [""]
    for each in text.split("\n"):
        lines.append(lines[-1][: int(each[0], 36)] + each[1:])
    return lines[1:]


def test_what_cannot_be_is_refused_and_leaves_everything_as_it_was() -> None:
    engine = opened("softmax-cross-entropy")
    before = ask(engine, "text")["text"]
    number = next(iter(Exercise(before, "x").places))
    for values in (
        {"numbers": {number: "many"}},
        {"numbers": {number: "1e999"}},
        {"numbers": {number: "nan"}},
        {"numbers": {number: "1" * 50}},
        {"numbers": {"W[9,9,9]": "1"}},
        {"choices": {"loss": "__import__"}},
        {"choices": {"nothing": "relu"}},
        {"choices": {"loss": "binary_cross_entropy"}},
    ):
        assert refused(engine, "change", **values)
        assert ask(engine, "text")["text"] == before
    assert "load the page again" in refused(engine, "explode")
    assert "no exercise is open" in refused(Engine(), "text")


def test_a_link_with_a_broken_or_endless_file_says_so() -> None:
    engine = Engine()
    assert "at most 200000 characters" in refused(
        engine, "open", text="#" * 200_001, name="x", language="en"
    )
    found = json.loads(engine.answer(json.dumps(["open", {"text": "network: 3\n", "name": "x"}])))
    assert found["places"][0][1:] == [1, "network"]


def test_numbers_of_a_seed_are_those_of_variant(tmp_path: Any) -> None:
    engine = opened("exercise")
    drawn = ask(engine, "seed", seed=7)
    path = tmp_path / "mine.yaml"
    assert run("variant", "exercise", "--seed", "7", "-o", str(path)).code == 0
    variant = Exercise(path.read_text(encoding="utf-8"), "mine")
    assert {n["key"]: n["value"] for n in drawn["numbers"]} == {
        key: variant.value(key) for key in variant.places
    }
    # What was drawn is a change like any other: it can be taken back.
    first = Exercise(text_of("exercise"), "exercise")
    ask(engine, "change", numbers={key: first.value(key) for key in first.places})
    assert ask(engine, "text")["text"] == text_of("exercise")


_PLACES = re.compile(r' (?:data-index|data-matrix|id)="[^"]*"')
_POWER = r"<msup><mn>10</mn>(?:<mn>\d+</mn>|<mrow><mo>−</mo><mn>\d+</mn></mrow>)</msup>"
_NUMBER = re.compile(
    rf'<mn data-key="([^"]*)">[^<]*</mn>|<mrow data-key="([^"]*)"><mn>[^<]*</mn><mo>·</mo>{_POWER}'
)
_SIGN = re.compile(r'(<div class="result"><math class="sign">)<mo>.</mo>')


@pytest.mark.parametrize(
    "name", ["exercise", "softmax-cross-entropy", "lstm-step", "cnn-backward", "graph-chain-rule"]
)
def test_glimpses_one_after_the_other_make_the_page_of_the_changed_file(name: str) -> None:
    """Blocks put in their places and numbers in theirs, beside the page of the file in one go."""
    engine = opened(name)
    sent = ask(engine, "settle")
    page = blocks_of(sent["pieces"]["derivation"])
    keys = [n["key"] for n in ask(engine, "open", text=text_of(name), name=name)["numbers"]
            if n["role"] != "targets"]  # fmt: skip
    ask(engine, "settle")
    quick = 0
    values = ("-0.75", "0.25", "0.26", "2")
    for turn, (form, value) in enumerate(product(("index", "matrix"), values)):
        key = keys[(turn - (value == "0.26")) % len(keys)]
        found = ask(engine, "change", numbers={key: value}, form=form)
        page = put(page, found)
        if turn == 5:
            page = put(page, ask(engine, "settle", form=form))
        there = written(read_problem(ask(engine, "text")["text"], f"{name}.yaml"))
        whole = blocks_of(there.shown["derivation"])
        shown = [place for place, block in enumerate(whole) if f" data-{form}=" in block[:200]]
        assert [bare(page[at]) for at in shown] == [bare(whole[at]) for at in shown], (turn, form)
        if "texts" in found:
            view = there.views.at(found["digits"])
            assert found["texts"] == [" ".join(texts) for texts in view.texts]
            assert found["signs"] == view.signs
            quick += "blocks" not in found
    # From 0.25 to 0.26 no line is written otherwise: then only numbers are sent.
    assert quick


def put(page: list[str], found: dict[str, Any]) -> list[str]:
    """The page with what was sent to it: single blocks, or all of them."""
    if "pieces" in found and "blocks" not in found:
        return blocks_of(found["pieces"]["derivation"])
    new = dict(found.get("blocks", ()))
    return [new.get(place, block) for place, block in enumerate(page)]


def bare(block: str) -> str:
    """How a block is written around its numbers, which are told beside it, and signs of results."""
    numbered = _NUMBER.sub(lambda each: f"<{each[1] or each[2]}>", _PLACES.sub("", block))
    return _SIGN.sub(r"\1", numbered)


def written(problem: Problem) -> Pieces:
    """The page of a problem."""
    reader = presented(problem, symbols_of(problem, None), load_words("en"), "unicode")
    parts = parts_of(reader, solve(problem, updates_of(problem, None)), asked=False)
    return pieces_of(parts)


def blocks_of(html: str) -> list[str]:
    """The blocks one after the other, by the elements below the sections."""
    found: list[str] = []
    for section in re.findall(r"<section.*?</section>", html, re.DOTALL):
        inside = section[section.index("</h2>") + 5 : -len("</section>")]
        depth = start = 0
        for mark in re.finditer(r"<(/?)(\w+)[^>]*>", inside):
            if mark[0].endswith("/>"):
                continue
            depth += -1 if mark[1] else 1
            if depth == 0:
                block = inside[start : mark.end()]
                if " data-index=" in block[:200] or " data-matrix=" in block[:200]:
                    found.append(block)
                start = mark.end()
    return found

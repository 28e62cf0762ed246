"""Question folders for PrairieLearn, run as it runs them.

Its rules (`apps/prairielearn/python`, `docs/question`): `server.py` is executed with `data`, whose
parts the functions change; `question.html` is a template of Mustache over these; the score is what
stands in `data["score"]`.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import bp_tutor
from tests.cli.running import good, run

chevron = pytest.importorskip("chevron", reason="chevron, which comes with genanki, is missing")


@cache
def drawn(seed: int) -> bp_tutor.Problem:
    """The variant of a seed."""
    return bp_tutor.variants(bp_tutor.load("sigmoid-2-2-1", lang="en"), 1, seed=seed)[0]


REQUIRED = {"uuid", "title", "topic", "type"}
"""The keys that `infoQuestion.json` of PrairieLearn requires."""


@pytest.fixture(scope="module")
def data(folder: Path) -> dict[str, Any]:
    return opened(folder, 7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("course") / "question"
    good("export", "sigmoid-2-2-1", "--format", "prairielearn", "--ask", "Z,A,dZ", "-o", str(path),
         "--lang", "en")  # fmt: skip
    return path


def functions(folder: Path) -> dict[str, Any]:
    """What `server.py` defines."""
    found: dict[str, Any] = {}
    code = compile((folder / "server.py").read_text(), "server.py", "exec")
    exec(code, found)  # noqa: S102 - as PrairieLearn does it
    return found


def opened(folder: Path, seed: int) -> dict[str, Any]:
    """The data of a variant."""
    data: dict[str, Any] = {
        "params": {}, "correct_answers": {}, "submitted_answers": {}, "partial_scores": {},
        "feedback": {}, "score": 0.0, "variant_seed": seed,
        "options": {"question_path": str(folder)},
    }  # fmt: skip
    functions(folder)["generate"](data)
    # It is kept as JSON between the calls.
    kept: dict[str, Any] = json.loads(json.dumps(data))
    return kept


def graded(folder: Path, data: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """The same after answers by the names of values."""
    fields = {each["asked"]: each["name"] for each in data["params"]["questions"]}
    submitted = {fields[name]: text for name, text in given.items()}
    data = {**json.loads(json.dumps(data)), "submitted_answers": submitted}
    functions(folder)["grade"](data)
    scores = data["partial_scores"]
    return {name: scores[field]["score"] for name, field in fields.items()} | {"": data}


def test_the_folder_has_what_prairielearn_needs(folder: Path) -> None:
    info = json.loads((folder / "info.json").read_text())
    assert info.keys() >= REQUIRED
    assert info["type"] == "v3"
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", info["uuid"])


def test_numbers_are_drawn_by_the_seed(folder: Path, data: dict[str, Any]) -> None:
    assert opened(folder, 7) == data
    assert opened(folder, 8)["correct_answers"] != data["correct_answers"]
    # They are those of `variant` with the same seed.
    solved = drawn(7).solve()
    for each in data["params"]["questions"]:
        right = float(data["correct_answers"][each["name"]])
        assert right == pytest.approx(float(solved[each["asked"]]), rel=1e-5)


def test_a_page_has_a_field_for_each_value(folder: Path, data: dict[str, Any]) -> None:
    page = chevron.render((folder / "question.html").read_text(), data)
    fields = re.findall(r'<pl-string-input answers-name="(\w+)"', page)
    assert fields == [each["name"] for each in data["params"]["questions"]]
    # A field that has to be filled keeps the whole submission from being graded.
    assert page.count('allow-blank="true"') == len(fields)
    assert len(fields) == 9
    assert r"\(z_{3}\)" in page
    assert "data:image/svg+xml;base64," in page


def test_answers_are_marked_and_carried_as_mark_does(folder: Path, data: dict[str, Any]) -> None:
    fields = {each["name"]: each["asked"] for each in data["params"]["questions"]}
    given = {fields[name]: text for name, text in data["correct_answers"].items()}
    assert graded(folder, data, given)[""]["score"] == 1
    # A wrong sum, what follows from it, nonsense, and a field that was left empty.
    z = float(given["Z[2,1]"]) + 0.3
    given |= {"Z[2,1]": f"{z:.5g}", "A[2,1]": f"{1 / (1 + math.exp(-z)):.5g}"}
    given |= {"dZ[3,1]": "7777", "Z[2,2]": ""}
    scores = graded(folder, data, given)
    marks = bp_tutor.mark(drawn(7), {name: text for name, text in given.items() if text})
    for one in marks:
        assert scores[one.name] == one.credit, one
    assert (scores["Z[2,1]"], scores["A[2,1]"], scores["dZ[3,1]"], scores["Z[2,2]"]) == (0, 1, 0, 0)


def test_mistakes_are_named(folder: Path, data: dict[str, Any]) -> None:
    solved = drawn(7).solve()
    value = f"{float(solved['Z[2,1]']):.6g}"
    said = graded(folder, data, {"A[2,1]": value})[""]["feedback"]["said"]
    template = (folder / "question.html").read_text()
    page = chevron.render(template, {**data, "feedback": {"said": said}})
    assert any("activation left out" in line for line in said)
    assert "activation left out" in page


@pytest.mark.parametrize("more", [("--variants", "3"), ("--level", "shapes"), ("--seed", "2")])
def test_what_prairielearn_does_itself_is_refused(more: tuple[str, str], tmp_path: Path) -> None:
    out = ("-o", str(tmp_path / "q"))
    done = run("export", "exercise", "--format", "prairielearn", *more, *out, "--lang", "en")
    assert done.code == 2
    assert "--variants" in done.err
    assert not (tmp_path / "q").exists()

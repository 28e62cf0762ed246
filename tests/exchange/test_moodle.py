"""Moodle XML, read by Moodle's own rules as its source states them."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

import bp_tutor
from bp_tutor.api.exporting import Wanted
from tests.exchange.answered import answers, exercise, written

PRECISION = 14
"""PHP's `precision`, by which `qtype_numerical_answer::get_tolerance_interval` widens it."""

# As `question/type/multianswer/questiontype.php` defines them.
FRACTION = r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%"
ANSWER = r".+?(?<!\\)(?<!&)(?<!&amp;)(?=[~#}]|$)"
FEEDBACK = r".*?(?<!\\)(?=[~}]|$)"
ALTERNATIVE = f"({FRACTION})?({ANSWER})(#({FEEDBACK}))?"
NUMBER = r"-?(([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][-+]?[0-9]+)?)"
NUMERICAL = re.compile(f"^({NUMBER})(:{NUMBER})?$")
CLOZE = re.compile(rf"\{{([0-9]*):(NUMERICAL|NM):({ALTERNATIVE}(~{ALTERNATIVE})*)\}}")


class Answer(NamedTuple):
    value: float
    tolerance: float
    share: float
    feedback: str

    def counts_for(self, number: float) -> bool:
        """`qtype_numerical_answer::within_tolerance`, of the nominal kind."""
        widest = max(abs(self.value), abs(self.tolerance), self.tolerance)
        tolerance = self.tolerance + 10.0**-PRECISION * widest
        return self.value - tolerance <= number <= self.value + tolerance


def graded(answers: list[Answer], number: float) -> tuple[float, str]:
    """`qtype_numerical_question::get_matching_answer`: the first one counts."""
    for one in answers:
        if one.counts_for(number):
            return one.share, one.feedback
    return 0.0, ""


class Elements(HTMLParser):
    """The text of markup; nothing in it is left open, or does anything."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.open = "", list[str]()
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        assert tag in ("img", "br")

    def handle_data(self, data: str) -> None:
        self.text += data


def questions(data: bytes, kind: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(data) if one.get("type") == kind]  # noqa: S314 - own file


def said(element: ET.Element, path: str) -> str:
    return element.findtext(f"{path}/text") or ""


def answers_of(question: ET.Element) -> list[Answer]:
    return [
        Answer(
            float(one.findtext("text") or ""),
            float(one.findtext("tolerance") or ""),
            float(one.get("fraction") or ""),
            Elements(said(one, "feedback")).text,
        )
        for one in question.findall("answer")
    ]


def alternatives(text: str) -> list[Answer]:
    """The answers of one field of a Cloze text, as the importer takes them apart."""
    found = []
    rest = text
    while match := re.match(ALTERNATIVE, rest):
        number = NUMERICAL.match(match[3])
        assert number is not None, match[3]
        share = 100.0 if match[1] == "=" else float(match[2])
        feedback = Elements(match[5] or "").text
        found.append(Answer(float(number[1]), float(number[6] or 0), share, feedback))
        rest = rest[match.end() :].removeprefix("~")
    return found


@pytest.fixture(scope="module")
def data() -> bytes:
    return written(exercise(), "moodle")


def test_answers_get_in_moodle_what_marking_gives(data: bytes) -> None:
    single = {said(one, "name"): answers_of(one) for one in questions(data, "numerical")}
    in_steps: dict[str, list[Answer]] = {}
    for one in questions(data, "cloze"):
        names = re.findall(r"\S+\[[^ ]*", said(one, "name"))
        found = [alternatives(field[3]) for field in CLOZE.finditer(said(one, "questiontext"))]
        in_steps[names[0]] = found[0]
    tried = {"right": 0, "named": 0, "plain": 0, "steps": 0}
    for given in answers():
        for fields in (single, in_steps):
            if given.name not in fields:
                continue
            share, feedback = graded(fields[given.name], float(given.text))
            assert (share == 100) == given.right, given
            if feedback:
                assert any(name in feedback for name in given.mistakes), given
                tried["named"] += 1
            tried["right" if given.right else "plain"] += 1
            tried["steps"] += fields is in_steps
    assert min(tried.values()) > 3, tried


def test_all_numbers_of_a_step_are_fields_of_one_text(data: bytes) -> None:
    # Sums and activations take turns on the page; the layers have 3, 3 and 2 units.
    fields = {
        said(one, "name").partition("[")[0] + said(one, "name")[-4]:
            len(CLOZE.findall(said(one, "questiontext")))
        for one in questions(data, "cloze")
    }  # fmt: skip
    assert fields == {f"{kind}{layer}": units for kind in ("Z", "A", "dZ")
                      for layer, units in ((2, 3), (3, 3), (4, 2))}  # fmt: skip


def test_each_question_has_its_variants_in_a_category(data: bytes) -> None:
    paths = [said(one, "category") for one in questions(data, "category")]
    names = [said(one, "name") for one in questions(data, "numerical")]
    assert len(paths) == len(set(paths)) > len(names)
    # A category is split at single slashes, and each of its names keeps those written twice.
    parts = [re.split(r"(?<!/)/(?!/)", path) for path in paths]
    assert {len(path) for path in parts} == {5}
    assert all(path[:2] == ["$course$", "top"] for path in parts)


def test_pictures_and_formulas_come_along(data: bytes) -> None:
    first = questions(data, "numerical")[0]
    text = first.find("questiontext")
    assert text is not None
    assert "@@PLUGINFILE@@/network.svg" in (text.findtext("text") or "")
    picture = base64.b64decode(text.findtext("file") or "")
    assert ET.fromstring(picture).tag.endswith("svg")  # noqa: S314 - own file
    assert r"\(Z_{21}\)" in Elements(said(first, "questiontext")).text
    assert r"1.5" in said(first, "generalfeedback")


def test_paths_and_shapes_are_choices() -> None:
    data = written(exercise(wanted=Wanted(("dZ",), level="shapes", points="12")), "moodle")
    asked = questions(data, "multichoice")
    assert len(asked) > 4
    for one in asked:
        shares = [float(each.get("fraction") or "") for each in one.findall("answer")]
        assert sorted(shares)[-2:] == [0.0, 100.0]
        assert one.findtext("single") == "true"
    assert sum(float(one.findtext("defaultgrade") or "") for one in asked) == pytest.approx(12)


def test_points_are_shared_out_or_those_of_a_kind() -> None:
    for points, worth in (("12.5", [12.5 / 6] * 6), ("Z=1.5,dZ=2", [1.5] * 3 + [2] * 3)):
        data = written(exercise(wanted=Wanted(("Z", "dZ"), ("3",), points=points)), "moodle")
        found = [float(one.findtext("defaultgrade") or "") for one in questions(data, "numerical")]
        assert found == pytest.approx(worth, rel=1e-9)
    problem = bp_tutor.load("exercise", lang="en")
    for wrong in ("0", "dW=1", "much", -1):
        with pytest.raises(bp_tutor.BpTutorError):
            problem.export("moodle", only=["Z"], points=wrong)


def test_the_library_writes_what_the_command_writes() -> None:
    problem = bp_tutor.load("exercise", lang="en")
    assert problem.export("moodle", only=["Z", "A", "dZ"]) == written(exercise(), "moodle")
    with pytest.raises(bp_tutor.BpTutorError, match="moodle"):
        problem.export("moodel")

"""QTI 1.2, read as Canvas reads it, and held against what text2qti writes."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from bp_tutor.api.exporting import Wanted
from bp_tutor.exchange import Exercise
from bp_tutor.exchange.qti import METADATA, PACKAGE, QTI
from tests.exchange.answered import answers, exercise, written
from tests.hostile.formats import Page

SCORE = f"{{{QTI}}}setvar"


def package(data: bytes) -> ZipFile:
    return ZipFile(BytesIO(data))


def quiz(data: bytes) -> ET.Element:
    """The file with the questions, which the manifest names."""
    with package(data) as files:
        manifest = ET.fromstring(files.read("imsmanifest.xml"))  # noqa: S314 - own file
        named = [one.get("href") or "" for one in manifest.iter(f"{{{PACKAGE}}}file")]
        assert sorted([*named, "imsmanifest.xml"]) == sorted(
            one for one in files.namelist() if one[-1] != "/"
        )
        (main,) = (
            one[0].get("href") or ""
            for one in manifest.iter(f"{{{PACKAGE}}}resource")
            if one.get("type") == "imsqti_xmlv1p2"
        )
        return ET.fromstring(files.read(main))  # noqa: S314 - own file


def texts(element: ET.Element, name: str) -> list[float]:
    return [float(one.text or "") for one in element.iter(f"{{{QTI}}}{name}")]


def right(item: ET.Element, number: float) -> bool:
    """`numeric_interaction.rb`: each condition with bounds is an answer, wherever it leads."""
    for rule in item.iter(f"{{{QTI}}}respcondition"):
        equal, low, high = (texts(rule, name) for name in ("varequal", "vargte", "varlte"))
        if not (low and high):
            continue
        if equal:
            # What Canvas keeps is the number and a margin.
            (exact,), margin = equal, high[0] - equal[0]
            low, high = [exact - margin], [exact + margin]
        if low[0] <= number <= high[0]:
            return True
    return False


def items(data: bytes) -> dict[str, ET.Element]:
    return {one.get("title") or "": one for one in quiz(data).iter(f"{{{QTI}}}item")}


def test_answers_get_in_canvas_what_marking_gives() -> None:
    found = items(written(exercise(), "qti"))
    named = 0
    for given in answers():
        item = found[given.name]
        assert right(item, float(given.text)) == given.right, given
        feedback = {
            one.get("ident"): Page("".join(one.itertext())).text
            for one in item.iter(f"{{{QTI}}}itemfeedback")
        }
        if given.mistakes and not given.right:
            assert any(name in feedback["general_incorrect_fb"] for name in given.mistakes)
            named += 1
    assert named > 5


def test_only_right_answers_score() -> None:
    asked = exercise(wanted=Wanted(("dZ",), level="mixed"))
    for item in items(written(asked, "qti")).values():
        rules = list(item.iter(f"{{{QTI}}}respcondition"))
        scoring = [rule for rule in rules if rule.find(SCORE) is not None]
        bounded = [rule for rule in rules if list(rule.iter(f"{{{QTI}}}vargte"))]
        choice = item.find(f"{{{QTI}}}presentation/{{{QTI}}}response_lid") is not None
        assert scoring == (rules[-1:] if choice else bounded)


def test_pictures_are_in_the_package() -> None:
    data = written(exercise(), "qti")
    (picture,) = (name for name in package(data).namelist() if name.endswith(".svg"))
    text = ET.tostring(quiz(data), encoding="unicode")
    assert f"%24IMS-CC-FILEBASE%24/{picture}" in text


def of_three(exercise: Exercise) -> Exercise:
    """The same numbers thrice, as if they were of three seeds."""
    (one,) = exercise.variants
    return exercise._replace(variants=tuple(one._replace(seed=seed) for seed in range(3)))


def test_one_of_the_variants_is_drawn() -> None:
    several = of_three(exercise())
    root = quiz(written(several, "qti"))
    groups = [one for one in root.iter(f"{{{QTI}}}section") if one.get("ident") != "root_section"]
    assert len(groups) == len(several.variants[0].items)
    for group in groups:
        assert [one.text for one in group.iter(f"{{{QTI}}}selection_number")] == ["1"]
        assert len({one.get("ident") for one in group.iter(f"{{{QTI}}}item")}) == 3


QUIZ = """
Quiz title: One of each
GROUP
pick: 1
points per question: 1

1. A number
... in general
- if it is wrong
= 1.5 +- 0.001

2. A range
= [1, 2]

3. A choice
a) one
... because
*b) two

END_GROUP
"""


@pytest.mark.skipif(not find_spec("text2qti"), reason="text2qti is not installed")
def test_nothing_is_written_that_text2qti_does_not_write(tmp_path: Path) -> None:
    """Whoever reads its packages, as Canvas does, reads these."""
    (tmp_path / "quiz.txt").write_text(QUIZ)
    command = "from text2qti.cmdline import main; main()"
    subprocess.run([sys.executable, "-c", command, "quiz.txt"], cwd=tmp_path, check=True,
                   capture_output=True)  # fmt: skip
    theirs = (tmp_path / "quiz.zip").read_bytes()
    shapes = of_three(exercise(wanted=Wanted(("dZ",), ("4",), level="mixed")))
    assert shape(quiz(written(shapes, "qti"))) <= shape(quiz(theirs))
    manifests = [package(data).read("imsmanifest.xml") for data in (written(shapes, "qti"), theirs)]
    own, other = (shape(ET.fromstring(text)) for text in manifests)  # noqa: S314 - own files
    assert {each for each in own if METADATA not in each[0]} <= other


def shape(element: ET.Element, above: str = "") -> set[tuple[str, frozenset[str]]]:
    """Every element by its way from the root, with the names of its attributes."""
    path = f"{above}/{element.tag}"
    names = frozenset(name for name in element.attrib if not name.startswith("{"))
    return {(path, names)}.union(*(shape(child, path) for child in element))

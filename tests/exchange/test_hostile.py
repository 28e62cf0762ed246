"""In every format, texts of files come out as the characters they are, and change nothing else.

One exercise is written in all formats; making it is what takes time.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest

import bp_tutor
from bp_tutor.api.exporting import Asking, Wanted
from bp_tutor.api.prairielearn import generate
from bp_tutor.exchange import FORMATS, Exercise
from tests.hostile.formats import Page, json_built
from tests.hostile.texts import STUDENT, bare, graph, groups, problem


class Seen(NamedTuple):
    """What a platform takes for HTML in a file, and how the file around it is built."""

    html: list[str]
    built: object


def moodle(data: bytes) -> Seen:
    root = ET.fromstring(data)  # noqa: S314 - written a moment ago
    html = [one.findtext("text") or "" for one in root.iter() if one.get("format") == "html"]
    return Seen(html, [part.tag for part in root.iter()])


def numbas(data: bytes) -> Seen:
    question = json.loads(data.partition(b"\n")[2])["question_groups"][0]["questions"][0]
    html = [question["statement"], question["advice"]]
    for part in question["parts"]:
        html += [
            part["prompt"],
            *(one["alternativeFeedbackMessage"] for one in part["alternatives"]),
        ]
    return Seen(html, json_built(data.partition(b"\n")[2]))


def anki(data: bytes) -> Seen:
    with zipfile.ZipFile(BytesIO(data)) as package, TemporaryDirectory() as folder:
        connection = sqlite3.connect(package.extract("collection.anki2", folder))
        fields = [row[0].split("\x1f") for row in connection.execute("SELECT flds FROM notes")]
        connection.close()
        names = len(package.namelist())
    return Seen([field for note in fields for field in note], (names, list(map(len, fields))))


def qti(data: bytes) -> Seen:
    html, built = [], []
    with zipfile.ZipFile(BytesIO(data)) as package:
        for name in package.namelist():
            root = ET.fromstring(package.read(name))  # noqa: S314 - written a moment ago
            built.append([part.tag for part in root.iter() if not name.endswith(".svg")])
            html += [part.text or "" for part in root.iter() if part.get("texttype")]
    return Seen(html, built)


def qti2(data: bytes) -> Seen:
    """Its XHTML is part of the XML."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        texts = [package.read(name).decode() for name in package.namelist() if "svg" not in name]
    tags = [[part.tag for part in ET.fromstring(text).iter()] for text in texts]  # noqa: S314 - own
    elements = [[each for each in some if not each.endswith("}span")] for some in tags]
    return Seen([html for text in texts for html in re.findall("<div>.*?</div>", text)], elements)


def prairielearn(files: dict[str, bytes]) -> Seen:
    """What is in the folder but the problem file, and the page that a student gets."""
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        data: Any = {"params": {}, "correct_answers": {}, "variant_seed": 1,
                     "options": {"question_path": folder}}  # fmt: skip
        generate(data)
    params = data["params"]
    html = [params["statement"], params["derivation"]]
    html += [each["prompt"] for each in params["questions"]]
    own = [content for name, content in files.items() if name in ("question.html", "server.py")]
    return Seen(html, (own, json_built(files["info.json"])))


READERS: dict[str, Callable[[Any], Seen]] = {
    "moodle": moodle,
    "numbas": numbas,
    "qti": qti,
    "qti2": qti2,
    "qti3": qti2,
    "prairielearn": prairielearn,
    "anki": anki,
}


def exercise_of(path: Path, *ask: str) -> Exercise:
    """Its questions, for a student whose name is as hostile as the texts."""
    problem = bp_tutor.load(path, lang="en")
    page = problem._contexts(None)[0].page
    variant = Asking(page, Wanted(ask)).variant(problem._record, 7, STUDENT)
    return Exercise("x", problem._record.title, page, (variant,), problem.text)


def read(name: str, exercise: Exercise) -> Seen:
    found = READERS[name](FORMATS[name].write(exercise))
    assert len(found.html) > 3
    return found


def outline(seen: Seen) -> object:
    """All but the words: the file, the elements in its texts, and what would be more than text."""
    elements = [
        [each for each in Page(text).elements if each != ("span", ())] for text in seen.html
    ]
    return seen.built, elements, list(map(begun, seen.html))


def begun(text: str) -> list[str]:
    """What would begin a formula, a variable, a field or a sound: beside our own, nothing."""
    plain = re.sub(r"<span>.</span>|<[^>]*>|\\\(.*?\\\)|\{1:NUMERICAL:", "", text)
    return re.findall(r"\\\(|\\\[|\$|\[|\{|\\begin", plain)


def test_every_format_has_a_reader() -> None:
    assert READERS.keys() == FORMATS.keys()


def test_texts_come_out_as_they_are(tmp_path: Path) -> None:
    plain = exercise_of(problem(tmp_path, "a", "b", "c", "d"), "Z", "A")
    outlines = {name: outline(read(name, plain)) for name in FORMATS}
    for place, texts in enumerate(groups()):
        exercise = exercise_of(problem(tmp_path, *texts), "Z", "A")
        # What draws its numbers itself makes the exercise once more, by the same code.
        for name in (one for one, form in FORMATS.items() if not (form.draws and place % 4)):
            seen = read(name, exercise)
            shown = bare("".join(Page(text).text for text in seen.html))
            for text in texts:
                assert bare(text) in shown, name
            assert outline(seen) == outlines[name], name


@pytest.mark.parametrize("name", FORMATS)
def test_names_that_mean_something_elsewhere_are_only_names(name: str, tmp_path: Path) -> None:
    found = read(name, exercise_of(graph(tmp_path)))
    assert not any(map(begun, found.html))

"""Cards for Anki: what stands in the package, and what Anki's own importer makes of it."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

import bp_tutor
from bp_tutor.api.exporting import Wanted
from bp_tutor.exchange import Exercise
from tests.exchange.answered import exercise, written

pytest.importorskip("genanki", reason="the extra anki is not installed")


class Note(NamedTuple):
    guid: str
    question: str
    answer: str
    derivation: str
    exercise: str


def notes(data: bytes, folder: Path) -> Iterator[Note]:
    """The notes of a package, which holds a database of SQLite."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        path = Path(package.extract("collection.anki2", folder))
    with closing(sqlite3.connect(path)) as connection:
        for guid, fields in connection.execute("SELECT guid, flds FROM notes"):
            yield Note(guid, *fields.split("\x1f"))


def numbers_of(exercise: Exercise) -> list[str]:
    return [item.record.name for item in exercise.variants[0].items]


def test_answers_on_the_back_are_right(tmp_path: Path) -> None:
    cards = list(notes(written(exercise(), "anki"), tmp_path))
    names = numbers_of(exercise())
    assert len(cards) == len(names) == len({card.guid for card in cards})
    typed = {}
    for name, card in zip(names, cards, strict=True):
        found = re.search(r"(?:=|\\approx) *([^=]*?)\\\)$", card.answer)
        assert found is not None, card.answer
        typed[name] = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", found[1])
        # The rule, the numbers put in, and the result.
        assert card.derivation.count(r"\(") > 1
        assert found[1] in card.derivation
    marks = bp_tutor.mark(bp_tutor.load("exercise", lang="en"), typed)
    assert all(mark.verdict is not None and mark.verdict.right for mark in marks), marks


def test_the_picture_lies_in_the_package(tmp_path: Path) -> None:
    data = written(exercise(), "anki")
    with zipfile.ZipFile(BytesIO(data)) as package:
        media = json.loads(package.read("media"))
        ((number, name),) = media.items()
        assert package.read(number).startswith(b"<svg")
    assert all(f'src="{name}"' in card.exercise for card in notes(data, tmp_path))


def test_the_same_questions_are_the_same_notes(tmp_path: Path) -> None:
    """Whoever imports a newer file keeps what was learnt, also where it says something else."""
    few = Wanted(("Z",), ("2",))
    english, chinese = (
        {
            card.guid
            for card in notes(written(exercise(wanted=few, lang=lang), "anki"), tmp_path / lang)
        }
        for lang in ("en", "zh")
    )
    assert english == chinese
    assert len(english) == 3


def test_choices_have_the_right_one_on_the_back(tmp_path: Path) -> None:
    asked = exercise(wanted=Wanted(("dZ",), level="shapes"))
    for card in notes(written(asked, "anki"), tmp_path):
        assert re.sub("<.*?>", "", card.answer) in re.sub("<.*?>", "", card.question)


@pytest.mark.skipif(not find_spec("anki"), reason="Anki itself is not installed: pip install anki")
def test_anki_imports_them(tmp_path: Path) -> None:
    from anki.collection import Collection, ImportAnkiPackageRequest

    path = tmp_path / "cards.apkg"
    path.write_bytes(written(exercise(), "anki"))
    collection = Collection(str(tmp_path / "collection.anki2"))
    try:
        for _ in range(2):
            collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path)))
            cards = collection.find_cards("")
            # The second time there is nothing new.
            assert len(cards) == len(numbers_of(exercise()))
        for card in map(collection.get_card, cards):
            front, back = card.question(), card.answer()
            (picture,) = re.findall(r'src="([^"]+)"', front)
            assert Path(collection.media.dir(), picture).exists()
            assert "W_{111} = 0.5" in front
            assert r"\(" in back.partition("<hr")[2]
    finally:
        collection.close()

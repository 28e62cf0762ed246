"""`bp-tutor export`: what is written where, and what is refused."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.running import good, run

SMALL = ("export", "sigmoid-2-2-1", "--ask", "Z", "--lang", "en")


def names(path: Path) -> list[str]:
    questions = ET.parse(path).getroot()  # noqa: S314 - own file
    return [one.findtext("name/text") or "" for one in questions if one.get("type") == "numerical"]


def test_the_ending_says_the_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert good(*SMALL, "-o", "a.xml") == "a.xml: 3 questions for Moodle.\n"
    assert names(Path("a.xml")) == ["Z[2,1]", "Z[2,2]", "Z[3,1]"]
    again = run(*SMALL, "-o", "a.xml")
    assert again.code == 2
    assert "--force" in again.err


def test_without_a_file_it_is_named_after_the_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    good(*SMALL, "--format", "numbas")
    assert [path.name for path in tmp_path.iterdir()] == ["sigmoid-2-2-1-numbas.exam"]


def test_each_student_has_own_numbers(tmp_path: Path) -> None:
    path, listed = tmp_path / "a.xml", tmp_path / "class.csv"
    listed.write_text("name\nAda\nBob\n")
    said = good(*SMALL, "--names", str(listed), "--points", "6", "-o", str(path))
    assert "3 questions for Moodle, each in 2 variants" in said
    assert len(names(path)) == 6
    assert sum("Ada" in name for name in names(path)) == 3
    root = ET.parse(path).getroot()  # noqa: S314 - own file
    right = [one.findtext("answer/text") for one in root if one.get("type") == "numerical"]
    assert len(set(right)) == 6
    assert {one.text for one in root.iter("defaultgrade")} == {"2"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("-o", "a.zip"), "--format"),
        (("-o", "a.pdf"), "moodle"),
        (("--format", "moodel"), "moodle"),
        (("--format", "moodle", "--ask", "W"), "W"),
        (("--format", "moodle", "--names", "x.csv", "--variants", "2"), "--names"),
        (("--format", "moodle", "--points", "0"), "says no points"),
        (("--format", "moodle", "--layer", "1"), "--layer"),
    ],
)
def test_what_makes_no_sense_is_refused(
    more: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("export", "sigmoid-2-2-1", *more, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not list(tmp_path.iterdir())


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "genanki", None)
    done = run(*SMALL, "-o", str(tmp_path / "a.apkg"))
    assert done.code == 2
    assert "pip install 'bp-tutor[anki]'" in done.err


def test_formulas_alone_are_no_questions_for_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    done = run("export", "given-deltas", "--level", "mixed", "-o", str(path), "--lang", "en")
    assert done.code == 2
    assert "nothing of this problem can be asked like this" in done.err
    assert not path.exists()

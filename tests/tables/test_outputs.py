"""What goes out: points, files for spreadsheets, pages for students, a report, gradebooks.

The class is marked once for all. Gradebooks are read back by the rules of the importers, as
`bp_tutor/results/gradebook.py` cites them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Done, run
from tests.tables.classes import ASKED, draw, values

NAMES = "number,name,email,group\n17,Ada Lovelace,ada@uni.example,a\n18,李雷,li@uni.example,b\n\
19,=Zoe+1,zoe@uni.example,b\n20,Di <b> #x[$*_,di@uni.example,\n"
POINTS = 33
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (4711),Homework 2 (4712),Homework Final Score
,,,,,Manual Posting,,
    Points Possible,,,,,10,20,(read only)
"Lovelace, Ada",901,17,ada,Group a,7,5,70
李雷,902,18,li,Group b,,,
"Student, Test",903,,x,Group b,,,
"Gone, Gil",904,99,gil,Group b,3,,
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A marked class: Ada has all right, 李雷 leaves out a bias, Zoe answers little, Di nothing."""
    found = tmp_path_factory.mktemp("class")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(found)
        listed = draw(NAMES)
        right = {row["number"]: values(Path("homework", row["file"])) for row in listed}
        bias = _bias(Path("homework", listed[1]["file"]))
        li = {**right["18"], "Z[2,1]": right["18"]["Z[2,1]"] - bias}
        rows = [["17", *_typed(right["17"])], ["18", *_typed(li)]]
        rows.append(["19", _typed(right["19"])[0], "", "n/a", "nonsense", ""])
        text = "\n".join(";".join(row) for row in [["ID number", *ASKED], *rows])
        Path("a.csv").write_text(text, encoding="utf-8")
        Path("export.csv").write_text(CANVAS, encoding="utf-8")
    return found


def _bias(path: Path) -> float:
    text = re.findall(r"bias: \[([-\d.]+)", path.read_text(encoding="utf-8"))[0]
    return float(text)


def _typed(right: dict[str, float]) -> list[str]:
    return [f"{value:.5f}".replace(".", ",") for value in right.values()]


def mark(folder: Path, *options: str, language: str = "en") -> Done:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        listed = ("--list", "homework/p-list.csv", "--force", "--lang", language)
        return run("mark", "p.yaml", "a.csv", *listed, *options)


EARNED = {"17": 33.0, "18": 33 * 4 / 5, "19": 33 / 5, "20": 0.0}
"""Of five questions: all, all but one that lacks its bias, one, and none."""


def test_results_as_csv_workbook_and_json(folder: Path) -> None:
    for name in ("r.csv", "r.xlsx", "r.json"):
        done = mark(folder, "--points", str(POINTS), "-o", name)
        assert f"Written: {name}" in done.err
    data = (folder / "r.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert {row["number"]: float(row["points"]) for row in rows} == pytest.approx(EARNED)
    assert [row["group"] for row in rows] == ["a", "b", "b", ""]
    assert [row["name"] for row in rows][2] == "'=Zoe+1"
    assert [row["missing" if "missing" in row else "not answered"] for row in rows] == [
        "0", "0", "3", "5",
    ]  # fmt: skip
    assert [row["unreadable"] for row in rows] == ["0", "0", "1", "0"]
    assert [row["first wrong"] for row in rows] == ["", "Z₂₁", "", ""]
    assert "bias left out (Z₂₁)" in rows[1]["mistakes"]
    assert [row["Z₂₂"] for row in rows] == ["1", "1", "", ""]
    document = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    assert {one["number"]: one["points"] for one in document["students"]} == pytest.approx(
        EARNED, abs=1e-3
    )
    assert sum(one["points"] for one in document["questions"]) == pytest.approx(POINTS, abs=1e-3)
    from openpyxl import load_workbook

    sheet: Any = load_workbook(folder / "r.xlsx").active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert table[3][table[0].index("name")] == "=Zoe+1"
    earned = [row[table[0].index("points")] for row in table[1:]]
    assert earned == pytest.approx(list(EARNED.values()), abs=0.005)


def test_points_for_each_kind(folder: Path) -> None:
    mark(folder, "--points", "Z=2,A=5", "-o", "k.json")
    document = json.loads((folder / "k.json").read_text(encoding="utf-8"))
    assert [one["points"] for one in document["questions"]] == [2, 2, 5, 2, 5]
    assert [one["points"] for one in document["students"]] == [16, 14, 2, 0]
    for wrong in ("Q=1", "Z=-1", "Z", "1e99", "Z=nan", ""):
        done = mark(folder, "--points", wrong)
        assert (done.code, done.out) == (2, ""), wrong
        assert done.err


class Seen(HTMLParser):
    """The texts of a page, and the elements that may do or fetch anything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_student_gets_a_page(folder: Path, language: str) -> None:
    done = mark(folder, "--feedback", f"pages-{language}", language=language)
    assert done.code == 2
    pages = sorted((folder / f"pages-{language}").iterdir())
    assert len(pages) == 4
    seen = [Seen(page.read_text(encoding="utf-8")) for page in pages]
    assert not {"script", "b"} & {tag for page in seen for tag in page.tags}
    li = "".join(seen[1].texts)
    assert "李雷" in li
    assert {"en": "bias left out", "zh": "漏掉偏置"}[language] in li
    assert "Di <b> #x[$*_" in "".join(seen[3].texts)
    right = values(next((folder / "homework").glob("*-18-*.yaml")))["Z[2,1]"]
    assert f"{right:.3f}"[:-1].replace("-", "−") in li


def test_pages_in_markdown_and_pdf(folder: Path) -> None:
    mark(folder, "--feedback", "md", "--format", "md")
    (page,) = (folder / "md").glob("*20-Di*")
    assert "<b>" not in page.read_text(encoding="utf-8")
    mark(folder, "--feedback", "pdf", "--format", "pdf")
    assert all(page.read_bytes().startswith(b"%PDF") for page in (folder / "pdf").iterdir())
    assert mark(folder, "--feedback", "x", "--format", "docx").code == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_tells_how_a_class_did(folder: Path, language: str) -> None:
    mark(folder, "--report", f"{language}.html", language=language)
    page = Seen((folder / f"{language}.html").read_text(encoding="utf-8"))
    text = " ".join(page.texts)
    assert page.tags.count("svg") == 2 + len(ASKED)
    assert "script" not in page.tags
    # (1 + 4/5 + 1/5 + 0)/4, and between 4/5 and 1/5.
    assert text.count("50 %") >= 2
    assert {"en": "bias left out", "zh": "漏掉偏置"}[language] in text
    assert "20" in text


def read_by_moodle(text: str, column: str, known: set[str]) -> dict[str, tuple[float, str]]:
    """As load_data.php does: a user who is not known, or a grade above 100, aborts it all."""
    heads, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    found = {}
    for row in rows:
        assert len(row) == len(heads) > 1
        cells = dict(zip((head.strip() for head in heads), map(str.strip, row), strict=True))
        assert cells[column] in known
        grade = float(cells[heads[1]])
        assert grade <= 100
        found[cells[column]] = grade, cells[heads[2]]
    return found


def test_moodle_takes_the_grades(folder: Path) -> None:
    done = mark(folder, "--points", "33", "--gradebook", "moodle")
    text = (folder / "a-moodle.csv").read_text(encoding="utf-8")
    found = read_by_moodle(text, "ID number", {"17", "18", "19", "20"})
    assert {who: grade for who, (grade, _) in found.items()} == pytest.approx(EARNED, abs=0.005)
    assert "bias left out (Z₂₁)" in found["18"][1]
    assert '"ID number"' in done.err


def test_moodle_finds_students_by_what_most_have(folder: Path) -> None:
    table = "name;E-Mail;Z[2,1]\nAda;ada@uni.example;1\nBo;;1\n=x;=x@uni.example;1\n"
    (folder / "m.csv").write_text(table, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = run("mark", "p.yaml", "m.csv", "--gradebook", "moodle", "--grades", "g.csv")
        assert list(read_by_moodle(Path("g.csv").read_text("utf-8"), "Email address",
                                   {"ada@uni.example"})) == ["ada@uni.example"]  # fmt: skip
        assert "2 students (Bo, =x)" in done.err
        Path("m.csv").write_text("name;Z[2,1]\nAda;1\n", encoding="utf-8")
        done = run("mark", "p.yaml", "m.csv", "--gradebook", "moodle", "--force")
        assert done.code == 2
        assert "--list" in done.err


def read_by_canvas(text: str) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """As gradebook_importer.rb does: assignments by number, students by ID; possible points."""
    heads, *rows = csv.reader(io.StringIO(text))
    assert "Student" in heads[0]
    assert "ID" in heads[1]
    assert "Section" in heads[4]
    numbers = {at: match[1] for at, head in enumerate(heads)
               if (match := re.search(r"\((\d+)\)$", head))}  # fmt: skip
    grades: dict[str, dict[str, str]] = {}
    possible: dict[str, str] = {}
    for row in rows:
        cells = {number: row[at] for at, number in numbers.items()}
        if "Points Possible" in row[0]:
            possible = cells
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row):
            grades[row[1]] = cells
    return grades, possible


def test_canvas_takes_its_export_back(folder: Path) -> None:
    done = mark(folder, "--gradebook", "canvas", "--template", "export.csv")
    assert done.code == 2
    assert "--assignment" in done.err
    done = mark(folder, "--gradebook", "canvas", "--template", "export.csv", "--assignment",
                "Homework 2", "--grades", "c.csv")  # fmt: skip
    grades, possible = read_by_canvas((folder / "c.csv").read_text(encoding="utf-8"))
    before, as_before = read_by_canvas(CANVAS)
    assert possible == as_before
    # Without --points, what the assignment is worth in Canvas: 20.
    assert (float(grades["901"]["4712"]), float(grades["902"]["4712"])) == (20, 16)
    for number in ("903", "904"):
        assert grades[number] == before[number]
    assert [row["4711"] for row in grades.values()] == [row["4711"] for row in before.values()]
    assert "2 students (19, 20)" in done.err
    assert "1 student (904)" in done.err


@pytest.mark.parametrize(
    "options",
    [
        ("--gradebook", "canvas"),
        ("--gradebook", "moodle", "--template", "export.csv"),
        ("--template", "export.csv"),
        ("--gradebook", "canvas", "--template", "a.csv"),
        ("--gradebook", "canvas", "--template", "export.csv", "--assignment", "Homework 3"),
        ("--gradebook", "blackboard"),
        ("-o", "r.pdf"),
        ("--report", "r.txt"),
        ("--feedback", "a.csv"),
        ("-o", "a.csv"),
        ("-o", "one.csv", "--gradebook", "moodle", "--grades", "./one.csv"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(
    folder: Path, options: tuple[str, ...]
) -> None:
    done = mark(folder, *options)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


def test_what_is_told_of_a_student_counts_what_nobody_could_read(folder: Path) -> None:
    mark(folder, "--gradebook", "moodle", "--grades", "u.csv")
    rows = list(csv.DictReader(io.StringIO((folder / "u.csv").read_text(encoding="utf-8-sig"))))
    told = {row["ID number"]: row["Feedback"] for row in rows}
    assert "3 not answered; 1 unreadable" in told["19"]
    assert "unreadable" not in told["20"]


def test_no_points_at_all_are_refused(folder: Path) -> None:
    done = mark(folder, "--points", "0", "-o", "z.json")
    assert (done.code, done.out) == (2, "")
    assert not (folder / "z.json").exists()


def test_files_are_written_though_nobody_reads_the_table(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("bp_tutor.cli.mark.Marks.write", gone)
    mark(folder, "-o", "pipe.csv")
    assert (folder / "pipe.csv").read_text(encoding="utf-8-sig").count("\n") == 5


def test_zeros_that_a_spreadsheet_took_away_are_no_other_number(folder: Path) -> None:
    (folder / "zeros.csv").write_text(
        "number,name\n00240,Ada\n0007,Bo\n07,Cy\n00311,\n", encoding="utf-8"
    )
    (folder / "bare.csv").write_text("number;Z[2,1]\n240;1.5\n7;1.5\n311;1.5\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run("mark", "exercise", "bare.csv", "--list", "zeros.csv", "-o", "zeros.json")
    students = json.loads((folder / "zeros.json").read_text(encoding="utf-8"))["students"]
    found = {(one["number"], one["name"]): one["points"] for one in students}
    # Whose 7 is, nobody knows; a number without a name is one.
    assert found == {
        ("00240", "Ada"): 1, ("7", ""): 1, ("00311", ""): 1, ("0007", "Bo"): 0, ("07", "Cy"): 0,
    }  # fmt: skip


def test_pages_never_mix_with_others_in_silence(folder: Path) -> None:
    (folder / "other.csv").write_text("name;Z[2,1]\nEve;1.5\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run("mark", "p.yaml", "other.csv", "--feedback", "mixed").code == 1
        again = run("mark", "p.yaml", "a.csv", "--feedback", "mixed", "--report", "mixed.html")
        assert (again.code, again.out) == (2, "")
        assert "--force" in again.err
        assert not Path("mixed.html").exists()
        assert len([*Path("mixed").iterdir()]) == 1
        forced = run("mark", "p.yaml", "a.csv", "--feedback", "mixed", "--force")
        assert "1 file that was in mixed before stays there" in forced.err
        # The same class once more only replaces its own pages.
        same = run("mark", "p.yaml", "other.csv", "--feedback", "alone", "--force")
        same = run("mark", "p.yaml", "other.csv", "--feedback", "alone", "--force")
        assert "before" not in same.err


def test_what_a_format_needs_is_asked_for_before_marking(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    for options in (("-o", "needs.xlsx"), ("--feedback", "needs", "--format", "pdf")):
        done = mark(folder, *options, "--report", "needs.html")
        assert (done.code, done.out) == (2, "")
        assert "pip install" in done.err
    assert not [*folder.glob("needs*")]

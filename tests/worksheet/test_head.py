"""The head of a sheet, its points, its room for working, and its code; the key beside it."""

from __future__ import annotations

import re
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw
import pytest

from bp_tutor.cli.worksheet import Sheets, Wanted
from bp_tutor.output.worksheet import FORMATS
from bp_tutor.reader.seed_code import code_of, seed_in
from tests.cli.running import good, run
from tests.explain.paper import page_of, problem_of

if TYPE_CHECKING:
    from bp_tutor.output.worksheet import Paper

RULES = {
    "md": (r"(?m)^(?:\\_){72}$", 33),
    "html": (r'<div class="ruled"><div>Working:</div><div></div><div></div></div>', 11),
    "typ": (r"#NAME\b", 11),
}


def sheets_of(ending: str, worth: str | None = None, working: int = 0) -> Sheets:
    page = page_of("exercise", "unicode", None, "en")
    wanted = Wanted([], [], False, 1, worth, working)
    return Sheets(problem_of("exercise"), "exercise", page, FORMATS[ending], wanted)


def worths(text: str) -> list[float]:
    """What stands behind the headings; Typst has backslashes before full stops."""
    found = re.findall(r"\((\d+(?:\.\d+)?) points?\)", text.replace("\\", ""))
    return [float(points) for points in found]


@pytest.mark.parametrize("ending", ["md", "html", "typ"])
def test_points_of_kinds_and_in_all(ending: str) -> None:
    """The exercise has 91 results in 11 questions, 24 of them gradients of weights."""
    sizes = [6, 6, 4, 3, 2, 3, 3, 8, 12, 12, 32]
    weights = [0, 0, 0, 0, 0, 0, 0, 6, 9, 9, 0]
    sheets = sheets_of(ending, "33")
    text = sheets.written([sheets.one()])
    assert worths(text) == [round(33 * size / 91, 2) for size in sizes]
    assert "Points (of 33)" in text
    sheets = sheets_of(ending, "Z=1,dW=2")
    paper = sheets.one()
    expected = [size + more for size, more in zip(sizes, weights, strict=True)]
    for written in (sheets.written([paper]), sheets.key(paper)):
        assert worths(written)[:11] == expected
        assert "Points (of 115)" in written
    assert sorted(worths(sheets.class_key([sheets.one(1)]))) == sorted(expected)
    assert "points)" not in (plain := sheets_of(ending)).written([plain.one()])


def test_points_are_refused_as_by_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("student,id,value\nAda,Z21,1\n", encoding="utf-8")
    for worth in ("none", "Z=x", "-1"):
        sheet = run("worksheet", "exercise", "-o", "a.md", f"--points={worth}")
        marked = run("mark", "exercise", "a.csv", "-o", "m.csv", f"--points={worth}")
        assert (sheet.code, marked.code) == (2, 2)
        assert sheet.err == marked.err


def test_room_for_working() -> None:
    """Three lines in each of 11 questions, on the sheet and on its key."""
    for ending, (pattern, count) in RULES.items():
        sheets = sheets_of(ending, None, 3)
        paper = sheets.one()
        for text in (sheets.written([paper]), sheets.key(paper)):
            # What stands on a Typst sheet several times is written once, under a name.
            name = re.search(r"#let (alike-\d+) = \[\n#ruled", text)
            found = re.findall(pattern.replace("NAME", name[1] if name else ""), text)
            assert len(found) == count


def test_what_a_list_has_is_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text("学号,姓名,班级\n17,李雷,三班\n18,Ada,\n", encoding="utf-8")
    good("worksheet", "sigmoid-2-2-1", "--names", "class.csv", "-o", "a.html")
    fields = re.findall(r'<span class="field">(.*?)</span>', Path("a.html").read_text("utf-8"))
    assert fields[:4] == ["李雷", "17", "三班", ""]
    assert fields[5:9] == ["Ada", "18", "", ""]
    seeds = re.findall(r"--seed (\d+)", Path("a.html").read_text("utf-8"))
    assert [seed_in(fields[4]), seed_in(fields[9])] == [int(seed) for seed in seeds]


def test_a_code_does_not_fit_a_slip_of_the_pen() -> None:
    for seed in (7, 10, 93_333_539, 102_030_405, 999_999_999):
        code = code_of(seed)
        digits, letter = code[:-1], code[-1]
        assert (seed_in(code), seed_in(f" {code.lower()}")) == (seed, seed)
        slips = {
            digits[:at] + other + digits[at + 1 :]
            for at in range(len(digits))
            for other in "0123456789"
        } | {
            digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            for at in range(len(digits) - 1)
        }
        assert all(seed_in(slip + letter) is None for slip in slips - {digits})


def test_a_code_stands_for_its_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    variants = [run("variant", "exercise", "--seed", text) for text in ("7f", "7", "8")]
    assert variants[0] == variants[1] != variants[2]
    for language, said in (("en", "letter"), ("zh", "字母")):
        done = run("variant", "exercise", "--seed", "8F", "--lang", language)
        assert (done.code, said in done.err) == (2, True)
    rows = "".join(f"S{place},Z21,1.7,{seed}\n" for place, seed in enumerate(("7", "7F", "8F")))
    Path("a.csv").write_text(f"student,id,value,seed\n{rows}", encoding="utf-8")
    marked = run("mark", "exercise", "a.csv", "--csv").out.splitlines()
    own, coded, other = (
        [line.split(",")[2:6] for line in marked if line.startswith(f"S{place},")]
        for place in range(3)
    )
    assert own == coded
    assert own != other


def boxes_of(pdf: bytes) -> list[list[tuple[int, int]]]:
    """Where the long straight edges of each page are."""
    pages = []
    for page in pypdfium2.PdfDocument(pdf):
        found = []
        for each in page.get_objects(max_depth=6):
            left, bottom, right, top = each.get_bounds()
            wide, high = right - left, top - bottom
            if each.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH and max(wide, high) > 20:
                found.append((round(left), round(bottom)))
        pages.append(sorted(found))
    return pages


def pdf(sheets: Sheets, text: str) -> bytes:
    made = sheets.form.made(text)
    assert isinstance(made, bytes)
    return made


def test_the_key_has_answers_in_the_places_of_the_sheet() -> None:
    pytest.importorskip("typst", reason="needs the extra [paper]")
    sheets = sheets_of("pdf", "33", 2)
    paper: Paper = sheets.one(7)
    sheet = boxes_of(pdf(sheets, sheets.written([paper])))
    key = boxes_of(pdf(sheets, sheets.key(paper)))
    assert sum(map(len, sheet)) > 91
    assert key[: len(sheet)] == sheet


def test_a_class_takes_no_more_paper_than_it_needs() -> None:
    """Everybody begins on a front side: so a back may stay empty, and nothing else."""
    pytest.importorskip("typst", reason="needs the extra [paper]")
    sheets = sheets_of("pdf", "33")
    papers = [sheets.one(seed) for seed in (1, 2, 3)]
    one = len(boxes_of(pdf(sheets, sheets.written(papers[:1]))))
    pages = boxes_of(pdf(sheets, sheets.written(papers)))
    assert len(pages) == 2 * (2 * ceil(one / 2)) + one
    assert sum(not page for page in pages) == 2 * (one % 2)

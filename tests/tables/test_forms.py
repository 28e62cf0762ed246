"""Answers as the tools of schools write them: small files, each made as its tool makes it.

Columns of Moodle: `mod/quiz/report/responses` ("Question 1", "Response 1", an average at the
end); of Canvas: `student_analysis.rb` (each question as "id: text", its points behind it); of
Microsoft Forms: "Points - " and "Feedback - " before each question; of Google Forms: a
timestamp, the address, the questions, "[Score]" behind those of a quiz.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Done, run

# Z21 = 1.5 and A21 = 0.8176 by the lecture; A22 = 0.2891.
GOOGLE = """\
"Timestamp","Username","Total score","Your name","What is Z[2,1]?","What is Z[2,1]? [Score]",\
"And A[2,1] = ?","And A[2,1] = ? [Score]"
"2025/11/03 10:12:01 am GMT+1","ada@uni.example","1 / 2","Ada Lovelace","1.5","1 / 1","0.8176",""
"2025/11/03 10:14:33 am GMT+1","bo@uni.example","0 / 2","Bo","n/a","0 / 1","",""
"""
MICROSOFT: list[list[Any]] = [
    ["ID", "Start time", "Completion time", "Email", "Name", "Total points", "Quiz feedback",
     "Was ist Z[2,1]?", "Points - Was ist Z[2,1]?", "Feedback - Was ist Z[2,1]?",
     "Berechnen Sie A[2,1] aus Z[2,1]. A[2,1] =",
     "Points - Berechnen Sie A[2,1] aus Z[2,1]. A[2,1] =", "Feedback - Berechnen Sie A[2,1] =",
     "Last modified time"],
    [1, "2025-11-03 10:12:01", "2025-11-03 10:20:01", "ada@uni.example", "Ada Lovelace", 0, "",
     1.5, 0, "", "0,8176", 0, "", ""],
    [2, "2025-11-03 10:12:01", "2025-11-03 10:20:01", "bo@uni.example", "Bo", 0, "",
     "", 0, "", "", 0, "", ""],
]  # fmt: skip
MOODLE = """\
"Last name","First name","ID number","Email address",Status,Started,Completed,Duration,\
Grade/2.00,"Question 1","Response 1","Question 2","Response 2"
Lovelace,Ada,2017,ada@uni.example,Finished,"3 November 2025  10:12 AM",\
"3 November 2025  10:20 AM","8 mins",2.00,"Calculate Z[2,1] for your numbers.",1.5,\
"Now A[2,1] = {#1}","0,8176"
,Bo,2018,bo@uni.example,"Never submitted",-,-,-,-,-,-,-,-
"Overall average",,,,,,,,1.00,,,,
"""
CANVAS = """\
name,id,sis_id,section,section_id,section_sis_id,submitted,attempt,\
"4711: What is Z[2,1]?",1.0,"4712: What is A[2,1]?",1.0,n correct,n incorrect,score
Ada Lovelace,501,2017,Group 1,9,g1,2025-11-03 09:20:01 UTC,1,1.5,1.0,0.8176,1.0,2,0,2.0
Bo,502,2018,Group 1,9,g1,2025-11-03 09:21:01 UTC,1,-,0.0,,0.0,0,2,0.0
"Student, Test",503,,Group 1,9,g1,2025-11-03 09:21:01 UTC,1,1.5,1.0,,0.0,1,1,1.0
"""
CHINESE = """\
提交时间;学号;姓名;第1题：Z[2,1]是多少？;第2题：求A[2,1]
9:00;2017;李雷;1,5;0,8176
9:01;2018;韩梅梅;无;
"""
EXPECTED = [("right", "1.5"), ("right", "0.8176"), ("missing", ""), ("missing", "")]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def marked(name: str, data: bytes | str, *options: str) -> list[dict[str, str]]:
    Path(name).write_bytes(data.encode() if isinstance(data, str) else data)
    done = run("mark", "exercise", name, "--csv", *options)
    assert done.out, done
    return list(csv.DictReader(io.StringIO(done.out)))


def xlsx(rows: list[list[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(["" if cell == "" else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(rows: list[list[Any]]) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="Antworten")
    for row in rows:
        line = TableRow()
        for cell in row:
            number = isinstance(cell, float | int)
            kind = {"valuetype": "float", "value": cell} if number else {"valuetype": "string"}
            made = TableCell(**kind)
            made.addElement(P(text=str(cell)))
            line.addElement(made)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    stream = io.BytesIO()
    book.write(stream)
    return stream.getvalue()


def as_text(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


FILES: dict[str, tuple[str, Callable[[], bytes | str], list[str]]] = {
    "google": ("a.csv", lambda: GOOGLE, ["Ada Lovelace", "Bo"]),
    "microsoft": ("a.xlsx", lambda: xlsx(MICROSOFT), ["Ada Lovelace", "Bo"]),
    "libreoffice": ("a.ods", lambda: ods(MICROSOFT), ["Ada Lovelace", "Bo"]),
    "xlsx named csv": ("a.csv", lambda: xlsx(MICROSOFT), ["Ada Lovelace", "Bo"]),
    "moodle": ("a.csv", lambda: "\ufeff" + MOODLE, ["2017", "2018"]),
    "canvas": ("a.csv", lambda: CANVAS, ["501", "502"]),
    "chinese": ("a.csv", lambda: CHINESE.encode("gb18030"), ["2017", "2018"]),
    "utf-16": ("a.txt", lambda: CHINESE.replace(";", "\t").encode("utf-16"), ["2017", "2018"]),
    "json": (
        "a.json",
        lambda: '[{"name": "Ada", "Z[2,1]": 1.5, "A21": "0.8176"}, {"name": "Bo"}]',
        ["Ada", "Bo"],
    ),
    "title above": (
        "a.csv",
        lambda: 'Homework 3;;\n;;\nName;Z[2,1];"A[2,1] (3 digits)"\nAda;1,5;0,8176\nBo;;-\n',
        ["Ada", "Bo"],
    ),
    "german": (
        "a.csv",
        lambda: "Nachname;Vorname;Aufgabe;Antwort;Gruppe\nL;Ada;Z21;1,5;a\nL;Ada;A21;0,8176;a\n"
        "B;Bo;Z[2,1];k.A.;b\nB;Bo;A[2,1];;b\n",
        ["Ada L", "Bo B"],
    ),
    "french": (
        "a.csv",
        lambda: 'Élève,Grandeur,Réponse\nAda,Z21,"1,5"\nAda,A21,"0,8176"\nBo,Z21,s/o\nBo,A21,',
        ["Ada", "Bo"],
    ),
    "spanish": (
        "a.csv",
        lambda: "sep=;\nEstudiante;Pregunta;Valor\nAda;Z21;1,5\nAda;A21;0,8176\nBo;Z21;-\nBo;A21;",
        ["Ada", "Bo"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FILES)
def test_tables_as_tools_write_them(form: str) -> None:
    name, data, students = FILES[form]
    rows = marked(name, data())
    assert [row["student"] for row in rows] == [students[0]] * 2 + [students[1]] * 2
    assert [row["id"] for row in rows] == ["Z[2,1]", "A[2,1]"] * 2
    assert [row["verdict"] for row in rows] == [verdict for verdict, _ in EXPECTED]
    assert [float(row["value"].replace(",", ".")) for row in rows[:2]] == [1.5, 0.8176]


def test_what_is_of_no_student_is_left_out_with_a_word() -> None:
    for text, word in ((CANVAS, "Student, Test"), (MOODLE, "Overall average")):
        Path("a.csv").write_text(text, encoding="utf-8")
        assert word in run("mark", "exercise", "a.csv").err


def test_moodles_numbered_columns_need_the_questions() -> None:
    rows = [row.split(",") for row in ("Last name,ID number,Response 1,Response 2", "L,7,1.5,-")]
    Path("a.csv").write_text(as_text(rows), encoding="utf-8")
    told = run("mark", "exercise", "a.csv")
    assert told.code == 2
    assert "--questions" in told.err
    found = marked("a.csv", as_text(rows), "--questions", "Z[2,1],A[2,1]")
    assert [(row["id"], row["verdict"]) for row in found] == [
        ("Z[2,1]", "right"), ("A[2,1]", "missing"),
    ]  # fmt: skip
    assert run("mark", "exercise", "a.csv", "--questions", "Z[2,1]").code == 2


def test_a_heading_with_two_symbols_is_refused() -> None:
    told = run_text("Name,Compare Z[2,1] with A[2,1] and say more\nAda,1.5\n")
    assert told.code == 2
    assert "Z[2,1]" in told.err
    assert "A[2,1]" in told.err


def run_text(text: str, *options: str) -> Done:
    Path("a.csv").write_text(text, encoding="utf-8")
    return run("mark", "exercise", "a.csv", *options)


ATTEMPTS = "name,attempt,Z[2,1],A[2,1]\nAda,2,1.5,0.8176\nAda,1,1.3,0.8\nAda,10,1.4,0.9\n"
REPEATED = "student,id,value\nAda,Z21,1.3\nAda,A21,0.8176\nAda,Z21,1.5\nAda,Z21,9\n"


@pytest.mark.parametrize(
    ("text", "which", "values"),
    [
        (ATTEMPTS, "first", ["1.3", "0.8"]),
        (ATTEMPTS, "last", ["1.4", "0.9"]),
        (ATTEMPTS, "best", ["1.5", "0.8176"]),
        (ATTEMPTS, None, ["1.4", "0.9"]),
        (REPEATED, "first", ["1.3", "0.8176"]),
        (REPEATED, "last", ["0.8176", "9"]),
        (REPEATED, "best", ["0.8176", "1.5"]),
        (REPEATED, None, ["1.3", "0.8176"]),
    ],
)
def test_one_attempt_counts(text: str, which: str | None, values: list[str]) -> None:
    options = ("--attempts", which) if which else ()
    assert [row["value"] for row in marked("a.csv", text, *options)] == values
    told = run_text(text, *options).err
    assert ("--attempts" in told) == (which is None and text is ATTEMPTS)


def test_nobody_is_lost() -> None:
    text = "name,Z[2,1],A[2,1]\nAda,1.5,0.8176\nBo,,\nCy,foo,1/0\n,1.5,\nDi,1,5,0,8176\nEd,1,5\n"
    Path("a.csv").write_text(text, encoding="utf-8")
    done = run("mark", "exercise", "a.csv", "--json")
    found: dict[str, list[str]] = {}
    for one in json.loads(done.out)["answers"]:
        found.setdefault(one["student"], []).append(one["verdict"])
        assert (one["verdict"] == "unreadable") == bool(one["reason"])
        assert one["verdict"] == "right" or one["credit"] == 0
    assert done.code == 2
    assert found == {
        "Ada": ["right", "right"],
        "Bo": ["missing", "missing"],
        "Cy": ["unreadable", "unreadable"],
        "#5": ["right", "missing"],
        "Di": ["unreadable", "unreadable"],
        # Where one row was cut, nobody knows whether this says 1 and 5, or 1,5 and nothing.
        "Ed": ["unreadable", "unreadable"],
    }


def test_a_class_list_may_be_a_workbook_or_data() -> None:
    people: list[list[Any]] = [
        ["Apellidos", "Nombre", "Matrícula"],
        ["Lovelace", "Ada", 2017],
        ["Ek", "Bo", 2018],
    ]
    Path("c.xlsx").write_bytes(xlsx(people))
    Path("c.json").write_text(
        json.dumps([{"name": "Ada Lovelace", "id": 2017}, {"name": "Bo Ek", "id": 2018}]),
        encoding="utf-8",
    )
    lists = []
    for name in ("c.xlsx", "c.json"):
        done = run("variant", "graph-chain-rule", "--names", name, "--out", name[2:])
        assert done.code == 0, done
        lists.append(Path(name[2:], "graph-chain-rule-list.csv").read_text(encoding="utf-8-sig"))
    assert lists[0] == lists[1]
    assert [row["student"] for row in csv.DictReader(io.StringIO(lists[0]))] == [
        "Ada Lovelace", "Bo Ek",
    ]  # fmt: skip


def test_a_workbook_that_is_none_is_told() -> None:
    for data in (b"PK\x03\x04rubbish", xlsx(MICROSOFT)[:400]):
        Path("a.xlsx").write_bytes(data)
        done = run("mark", "exercise", "a.xlsx")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("cannot read a.xlsx")


@pytest.mark.parametrize(
    "heading",
    [
        "What is A[2,1] (use Z[2,1])?",
        "A[2,1] (from Z[2,1])",
        "A21 from Z21",
        "A[2,1] and A[2,2]",
        "A[2,1] / A[2,2]",
        "A[2,1] or A[2,2]?",
        "A[2,1] = ? (from Z[2,1])",
        "由Z[2,1]求A[2,1]",
    ],
)
def test_of_two_symbols_in_a_heading_none_is_taken(heading: str) -> None:
    told = run_text(f'name;"{heading}"\nAda;0.8176\n')
    assert (told.code, told.out) == (2, "")
    assert "could mean" in told.err


NOBODY = (
    "合计", "总计", "总分", "平均值", "Summe", "Gesamt", "Mittelwert", "Median", "Class average",
    "Test, Student", "Student, Test",
)  # fmt: skip


def test_rows_of_totals_are_no_students() -> None:
    told = run_text("name;Z[2,1]\nAda;1.5\n" + "".join(f"{who};0.7\n" for who in NOBODY), "--csv")
    assert [row["student"] for row in csv.DictReader(io.StringIO(told.out))] == ["Ada"]
    assert f'{len(NOBODY)} rows of no student left out: "合计"' in told.err
    assert told.code == 0
    rows = marked("a.csv", "Last name,First name,Z[2,1]\nL,Ada,1.5\nStudent,Test,1.5\n")
    assert [row["student"] for row in rows] == ["Ada L"]


def test_commas_in_questions_part_no_cells() -> None:
    head = "name;In the first hidden layer, what is Z[2,1]?;And then, what is A[2,1]?\n"
    for row in ("Ada;1,5;0,8176\n", "Ada;1.5;0.8176\n"):
        found = marked("a.csv", head + row)
        assert [(one["student"], one["id"], one["verdict"]) for one in found] == [
            ("Ada", "Z[2,1]", "right"), ("Ada", "A[2,1]", "right"),
        ]  # fmt: skip


def verdicts(text: str) -> tuple[list[str], str]:
    done = run_text(text, "--csv")
    return [row["verdict"] for row in csv.DictReader(io.StringIO(done.out))], done.err


@pytest.mark.parametrize(
    "text",
    [
        "name;Z[2,1]\nAda;1,500\n",
        "name\tZ[2,1]\nAda\t1,500\n",
        'name,Z[2,1]\nAda,"1,500"\nBo,"1,5"\n',
        "name;Z[2,1];A[2,1]\nAda;1,500;0,8176\n",
        "student;id;value\nAda;Z[2,1];1,500\nBo;Z[2,1];1,5\n",
    ],
)
def test_other_answers_show_what_a_comma_parts(text: str) -> None:
    found, told = verdicts(text)
    assert set(found) == {"right"}
    assert '"1,500" is 1.500 (1 answer)' in told


@pytest.mark.parametrize(
    "text",
    [
        'name,Z[2,1]\nAda,"1,500"\n',
        "name;Z[2,1]\nAda;1,500\nBo;1.5\n",
        "name;Z[2,1]\nAda;1,500\nBo;1,500.5\nCy;1,5\n",
    ],
)
def test_nobody_guesses_what_a_comma_parts(text: str) -> None:
    found, told = verdicts(text)
    assert found[0] == "unreadable"
    assert "this comma may part decimals or thousands" in told


def test_a_column_of_no_question_is_told() -> None:
    found, told = verdicts("name;group;Z[2,1];Z[9,9]\nAda;a;1,5;3\n")
    assert found == ["right"]
    assert told == 'a.csv: the column "Z[9,9]" is no question of this exercise\n'


def test_a_question_of_moodle_with_two_symbols_is_told_once() -> None:
    texts = ["What is Z[2,1]?", "Compare Z[2,1] with A[2,1]", "Say something"]
    head = ["Last name", "ID number"]
    for number in (1, 2, 3):
        head += [f"Question {number}", f"Response {number}"]
    rows = [head]
    for student in ("7", "8"):
        cells = [cell for text in texts for cell in (text, "1.5")]
        rows.append(["L", student, *cells])
    told = run_text(as_text(rows))
    assert (told.code, told.err.count("\n")) == (2, 2)
    both, none = told.err.splitlines()
    assert "could mean Z[2,1], A[2,1]" in both
    assert "--questions" in both
    assert "Say something" in none
    found = marked("a.csv", as_text(rows))
    assert [(row["id"], row["verdict"]) for row in found] == [("Z[2,1]", "right")] * 2

"""`bp-tutor mark`: files of answers, bad rows, exit codes, forms of output."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest

import bp_tutor
from bp_tutor.cli.app import main
from tests.benchmarks.students import write
from tests.quiz.talking import ROOT, program

GOOD = 'student,id,value\nada,Z_21,1.5\nada,A[2,1],0.8176\nada,"dZ[4,2]",０.１２３５\n'
MIXED = """student,id,value
ada,dZ41,-0.0819
ada,dW[3,1,1],-0.0541
ada,nonsense,1
bob,A_11,1
bob,A_31,abc
bob
bob,A_22,0.2
ada,dZ41,-0.0819
"""
ROWS: list[dict[str, Any]] = [
    {"student": "ada", "id": "dZ[4,1]", "value": "-0.0819"},
    {"student": "ada", "id": "dW[3,1,1]", "value": "-0.0541"},
    {"student": "bob", "id": "Z[2]", "value": [1.5, -0.9, 0.3]},
]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["mark", "exercise", *arguments])
    captured = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, captured.out, captured.err


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_all_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, written(tmp_path, "a.csv", GOOD))
    assert (code, err) == (0, "")
    assert "3 of 3 answers right" in out


@pytest.mark.parametrize("typed", ["2026-04-01", "2026-04-01 00:00:00"])
def test_a_date_that_a_spreadsheet_made_is_no_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    """2026 - 4 - 1 would be a number; the student wrote 1.4."""
    code, out, _ = run(capsys, written(tmp_path, "a.csv", f"student,id,value\nada,Z_21,{typed}\n"))
    assert code == 2
    assert "unreadable" in out
    assert "this is a date" in out


def test_bad_rows_are_told_with_their_line_while_others_are_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "a.csv", MIXED)
    code, out, err = run(capsys, path, "--csv")
    assert code == 2
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["id"], row["verdict"]) for row in rows] == [
        ("dZ[4,1]", "wrong"), ("dW[3,1,1]", "carried"), ("A[3,1]", "unreadable"),
        ("A[2,2]", "digits"),
    ]  # fmt: skip
    assert rows[0]["diagnosis"] == "slope_left_out"
    assert rows[1]["first_wrong"] == "dZ[4,1]"
    assert "abc" in rows[2]["reason"]
    told = err.splitlines()
    assert [line.removeprefix(f"{path}:").partition(":")[0] for line in told] == list("45679")


def test_an_empty_value_is_a_missing_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "student,id,value\nada,dZ41,\nada,Z[2],\u3000\nada,A_21,n/a\nada,A_22,-\nada,Z_21,1.5\n"
    listed = '[{"student": "ada", "id": "dZ41", "value": " "}]'
    for name, content, missing in (("a.csv", table, 4), ("a.json", listed, 1)):
        path = written(tmp_path, name, content)
        code, out, err = run(capsys, path, "--csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        assert (code, err) == (1, "")
        assert [(row["verdict"], row["credit"]) for row in rows[:missing]] == [
            ("missing", "0")
        ] * missing
        assert [row["verdict"] for row in rows[missing:]] == ["right"] * (len(rows) - missing)


def test_a_decimal_comma_with_a_power_of_ten_is_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "student;id;value\nada;Z_21;1,5E+00\nada;A[2,1];8,176·10^-1\nada;dZ[4,2];1,235e-1\n"
    code, out, err = run(capsys, written(tmp_path, "a.csv", text))
    assert (code, err) == (0, "")
    assert "3 of 3 answers right" in out


def test_wrong_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD.replace("0.8176", "0.8276")
    code, out, err = run(capsys, written(tmp_path, "a.csv", text))
    assert (code, err) == (1, "")
    assert "2 of 3 answers right" in out


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
@pytest.mark.parametrize("nested", [False, True])
def test_json_and_yaml(
    name: str, nested: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data: object = ROWS
    if nested:
        data = {
            student: {row["id"]: row["value"] for row in ROWS if row["student"] == student}
            for student in ("ada", "bob")
        }
    code, out, _ = run(capsys, written(tmp_path, name, json.dumps(data, indent=1)), "--json")
    assert code == 1
    document = json.loads(out)
    assert document["schema"] == "bp-tutor/marks/1"
    assert document["summary"] == {
        "count": 3, "right": 2, "carried": 1, "bad": 0, "blank": 0,
    }  # fmt: skip
    first, second, third = document["answers"]
    assert first["diagnoses"][0]["misconceptions"] == ["slope_left_out"]
    assert "0.8181" in first["diagnoses"][0]["reason"]
    assert (second["verdict"], second["first_wrong"]) == ("carried", "dZ[4,1]")
    assert third["right"]


def test_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, written(tmp_path, "a.csv", MIXED), "--lang", "zh")
    assert code == 2
    assert "激活函数的导数" in out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.doc", GOOD), ("a.csv", ""), ("a.csv", "a,b\n1,2\n"), ("a.yaml", "a: [1"),
        ("a.yaml", "&a [*a]"), ("a.json", "{"), ("a.yaml", "[]"), ("a.csv", "student,id,value\n"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_answers(
    name: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, written(tmp_path, name, text))
    assert (code, out) == (2, "")
    assert err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, str(tmp_path / "none.csv"))[0] == 2
    assert run(capsys, str(tmp_path / "none.yaml"))[0] == 2


@pytest.mark.parametrize("value", ["=1+1", "\x1b[31m", "[b]", "🙂" * 5_000, "9**9**9**9"])
def test_hostile_values_are_bad_rows(
    value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'student,id,value\nada,Z_21,"{value}"\nada,A_21,0.8176\n'
    code, out, err = run(capsys, written(tmp_path, "a.csv", text))
    assert code == 2
    assert "1 of 1 answer right" in out
    assert "\x1b" not in out + err


def test_a_bar_is_shown_in_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    write(80, path)
    command = ["-m", "bp_tutor", "mark", "exercise", str(path), "--csv", "--lang", "en"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80"}
    child = pexpect.spawn(
        sys.executable, command, encoding="utf-8", timeout=60, cwd=ROOT, env=environment
    )
    child.expect(r"Marking .*\d+%")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    done = program(tmp_path, "mark", "exercise", str(path), "--csv")
    assert done.stderr == ""
    assert "Marking" not in done.stdout


TWO_STUDENTS = """student,id,value
Ada,"Z[2,1]",1.3
Ada,"A[2,1]",sigma(1.3)
Ada,"A[2,2]",0.7
Ada,"Z[2,2]",foo
Ada,"Z[2,2]",-0.9
Bo,"Z[2,1]",1.3
Bo,"Z[2,2]",-0.9000
"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_table_ends_with_each_student_and_the_commonest_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    path = written(tmp_path, "a.csv", TWO_STUDENTS)
    _, out, err = run(capsys, path, "--lang", language)
    # Ada has 1/(1 + e^-1.3) carried and Z22 = -0.9 right (the lecture); of Bo's, Z22.
    ada, bo, mistakes, colon = {
        "en": ("Ada: 2 of 4 (50 %)", "Bo: 1 of 2 (50 %)", "bias left out (2)", ": "),
        "zh": ("Ada：2 / 4（50 %）", "Bo：1 / 2（50 %）", "漏掉偏置（2 次）", "："),
    }[language]
    assert ada in out
    assert bo in out
    assert mistakes in out
    assert "Z₂₁" in out
    assert "Z[2,1]" not in out
    if language == "zh":
        assert ": " not in out
    # What nobody can read is no answer, so that the row after it is the first one.
    (row,) = err.splitlines()
    assert row.startswith(f"{path}:5{colon}foo{colon}")


LEFT_OUT = """student,id,value
Ada,"Z[2,1]",1.5
Ada,"A[2,1]",
Ada,"A[2,2]",foo
Bo,"A[2,3]",\u3000
Cy,"Z[2,1]",
Cy,"Z[2,1]",1.5
Cy,"Z[2,2]",bar
"""


@pytest.mark.parametrize(
    ("language", "totals"),
    [
        ("en", [
            "Ada: 1 of 3 (33.3 %); 1 not answered, 1 row unreadable",
            "Bo: 0 of 1 (0 %); 1 not answered",
            "Cy: 1 of 2 (50 %); 1 row unreadable",
            "2 of 2 answers right (0 carried); 2 not answered, 2 rows unreadable",
        ]),
        ("zh", [
            "Ada：1 / 3（33.3 %）；1 个未作答、1 行无法读取",
            "Bo：0 / 1（0 %）；1 个未作答",
            "Cy：1 / 2（50 %）；1 行无法读取",
            "2 个答案中 2 个正确（0 个顺推）；2 个未作答、2 行无法读取",
        ]),
    ],
)  # fmt: skip
def test_totals_tell_what_was_left_blank_and_what_could_not_be_read(
    language: str, totals: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "a.csv", LEFT_OUT)
    code, out, _ = run(capsys, path, "--lang", language)
    assert code == 2
    after_the_table = out[out.index(f"{totals[0]}\n") :]
    assert after_the_table.split("\n") == [*totals[:-1], "", totals[-1], ""]
    summary = json.loads(run(capsys, path, "--json")[1])["summary"]
    assert summary == {"count": 2, "right": 2, "carried": 0, "bad": 2, "blank": 2}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "bias left out or one term of the sum left out (2), bias left out (1)."),
        ("zh", "最常见的错误：“漏掉偏置”或“求和漏掉一项”（2 次）、漏掉偏置（1 次）。"),
    ],
)
def test_mistakes_that_cannot_be_told_apart_are_counted_together(
    language: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Z23 = 1·(-0.5) + 0·0.4 + 1·0.4 + 0.4: without the bias or the third term, -0.1.
    text = 'student,id,value\nAda,"Z[2,3]",-0.100\nBo,"Z[2,3]",-.1000\nBo,"Z[2,1]",1.3\n'
    _, out, _ = run(capsys, written(tmp_path, "a.csv", text), "--lang", language)
    assert said in out.replace("left\nout", "left out")


def test_a_wrong_answer_is_its_own_first_wrong_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A21 follows neither from the wrong Z21 nor from the right one, and from no known mistake.
    text = 'student,id,value\nAda,"Z[2,1]",1.1234\nAda,"A[2,1]",0.4321\n'
    _, out, _ = run(capsys, written(tmp_path, "a.csv", text), "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["verdict"], row["first_wrong"]) for row in rows] == [
        ("wrong", "Z[2,1]"), ("wrong", "A[2,1]"),
    ]  # fmt: skip


def test_why_an_answer_that_follows_from_an_own_zero_earns_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # sigmoid(0) is 1/2, and a delta of 0 makes every gradient below it 0.
    rows = 'a,"Z[2,1]",0\na,"A[2,1]",0.5\nb,"dZ[4,1]",0\nb,"dW[3,1,1]",0\n'
    path = written(tmp_path, "a.csv", f"student,id,value\n{rows}")
    _, out, _ = run(capsys, path, "--json")
    found = {one["id"]: one for one in json.loads(out)["answers"]}
    origins = {"A[2,1]": ("Z[2,1]", "Z₂₁"), "dW[3,1,1]": ("dZ[4,1]", "δZ₄₁")}
    for name, (origin, symbol) in origins.items():
        assert (found[name]["verdict"], found[name]["credit"]) == ("trivial", 0)
        assert found[name]["first_wrong"] == origin
        assert symbol in found[name]["reason"]
        assert not found[origin]["reason"]
    _, out, _ = run(capsys, path, "--width", "200")
    assert all(found[name]["reason"] in out for name in origins)
    marks = bp_tutor.mark(bp_tutor.load("exercise", lang="en"), path)
    assert [one.reason for one in marks] == [one["reason"] for one in found.values()]
    assert str(marks).count("leaves a 0") == 2


def test_a_weight_that_an_own_gradient_of_0_leaves_as_it_was_is_carried() -> None:
    # 0.3 - 0.1·0 is 0.3 to all digits, though 0.3008 would be right and begins like it.
    marks = bp_tutor.mark("exercise", {"dW[3,1,1]": "0", "W'[3,1,1]": "0.3"})
    assert [one.credit for one in marks] == [0, 1]
    assert marks[1].verdict.carried
    (alone,) = bp_tutor.mark("exercise", {"W'[3,1,1]": "0.3"})
    assert (alone.credit, bool(alone.reason)) == (0, True)

"""Tables and answers in every encoding, with every mark between cells; and what is written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.authoring.draw import seed_of
from bp_tutor.output.table_csv import csv_text
from bp_tutor.reader.encoding import writing_of
from tests.cli.running import Done, run

PROBLEM = """\
title: tanh 2-2-1 with a sigmoid output
notation: superscript
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: tanh, weights: [[0.4, -0.3], [0.6, 0.2]], bias: [0.1, -0.2]}
    - {units: 1, activation: sigmoid, weights: [[0.7], [-0.5]], bias: [0.3]}
inputs: [0.8, 0.5]
targets: [1]
loss: binary_cross_entropy
learning_rate: 0.5
"""
"""By NumPy, dZ[2,1] is -0.12573."""
CHINESE, WESTERN, CENTRAL, TRADITIONAL, CYRILLIC, TURKISH = (
    ("李雷", "韩梅梅", "欧阳娜娜"),
    ("Jörg", "Müller", "François Núñez"),
    ("Dvořák", "Čeněk", "Łukasz"),
    ("陳大文", "黃志強", "歐陽美玲"),
    ("Иванов", "Пётр", "Юлия"),
    ("Işık", "Özgür", "Şahin"),
)
ALL = CHINESE + WESTERN
WRITINGS: list[tuple[str, tuple[str, ...]]] = [
    ("utf-8", ALL),
    ("utf-8-sig", ALL),
    ("utf-16", ALL),
    ("utf-16-le", ALL),
    ("utf-16-be", ALL),
    ("utf-32", ALL),
    ("gbk", CHINESE),
    ("gb18030", CHINESE),
    ("big5", TRADITIONAL),
    ("cp1252", WESTERN),
    ("cp1252", WESTERN[:1]),
    ("latin-1", WESTERN),
    ("cp1250", CENTRAL),
    ("cp1251", CYRILLIC),
    ("cp1254", TURKISH),
    ("ascii", ("Ada", "Bo")),
]
writings = pytest.mark.parametrize(("encoding", "names"), WRITINGS)
GUESSED = {
    "gbk": "GB18030", "gb18030": "GB18030", "big5": "Big5", "cp1252": "Windows-1252",
    "latin-1": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251",
    "cp1254": "Windows-1254",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(PROBLEM, encoding="utf-8")


def seeds_of(folder: str) -> dict[str, int]:
    text = (Path(folder) / "p-list.csv").read_text(encoding="utf-8-sig")
    return {row["student"]: int(row["seed"]) for row in csv.DictReader(io.StringIO(text))}


@writings
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_gives_everybody_the_seed_of_the_name(
    encoding: str, names: tuple[str, ...], end: str
) -> None:
    Path("class.csv").write_bytes(end.join(("name", *names, "")).encode(encoding))
    done = run("variant", "p.yaml", "--names", "class.csv", "--out", "all")
    assert (done.code, done.err) == (0, "")
    assert seeds_of("all") == {name: seed_of(name) for name in names}
    assert ("--encoding" in done.out) == (encoding in GUESSED)
    assert GUESSED.get(encoding, "") in done.out


def written(kind: str, names: tuple[str, ...]) -> str:
    """An answer of each student, which is right."""
    if kind.endswith("json"):
        return json.dumps({name: {"dZ[2,1]": "-0.1257"} for name in names}, ensure_ascii=False)
    if kind.endswith("yaml"):
        return "".join(f'{name}: {{"dZ[2,1]": -0.1257}}\n' for name in names)
    mark = {"comma.csv": ",", "semicolon.csv": ";", "tab.csv": "\t"}[kind]
    rows = [("student", "id", "value"), *((name, '"dZ[2,1]"', "-0.1257") for name in names)]
    return "".join(mark.join(row) + "\r\n" for row in rows)


@writings
@pytest.mark.parametrize("kind", ["comma.csv", "semicolon.csv", "tab.csv", "a.json", "a.yaml"])
def test_answers_in_every_encoding(kind: str, encoding: str, names: tuple[str, ...]) -> None:
    Path(kind).write_bytes(written(kind, names).encode(encoding))
    done = run("mark", "p.yaml", kind, "--json")
    assert done.code == 0, done
    answers = json.loads(done.out)["answers"]
    assert [one["student"] for one in answers] == list(names)
    assert all(one["right"] for one in answers)
    assert ("--encoding" in done.err) == (encoding in GUESSED)


@writings
def test_a_problem_is_utf_8_or_is_refused(encoding: str, names: tuple[str, ...]) -> None:
    Path("q.yaml").write_bytes(PROBLEM.replace("tanh 2-2-1", " ".join(names), 1).encode(encoding))
    done = run("solve", "q.yaml")
    if encoding in ("utf-8", "utf-8-sig", "ascii"):
        assert done.code == 0
        assert " ".join(names) in done.out
    else:
        assert (done.code, done.out) == (2, "")
        assert "UTF-8" in done.err


def test_a_name_between_two_encodings_is_told_and_can_be_overruled() -> None:
    Path("class.csv").write_bytes("name\r\nOndřej\r\n".encode("cp1250"))
    told = run("variant", "p.yaml", "--names", "class.csv", "--out", "a")
    assert '"Ondøej"' in told.out
    done = run("variant", "p.yaml", "--names", "class.csv", "--out", "b", "--encoding", "cp1250")
    assert "--encoding" not in done.out
    assert set(seeds_of("b")) == {"Ondřej"}
    assert run("variant", "p.yaml", "--names", "class.csv", "--out", "c", "--lang", "zh",
               LANG="zh_CN.UTF-8").out.startswith("class.csv 按 Windows-1252")  # fmt: skip


@pytest.mark.parametrize("name", ["klingon", "hex", "idna", "unicode_escape", "undefined", ""])
def test_what_is_no_encoding_is_refused(name: str) -> None:
    Path("class.csv").write_text("name\nAda\n", encoding="utf-8")
    done = run("variant", "p.yaml", "--names", "class.csv", "--out", "a", "--encoding", name)
    assert done.code == 2
    assert "--encoding" in done.err


@pytest.mark.parametrize(
    ("data", "arguments"),
    [
        (b"name\nA\xff\xfed\n", ()),
        ("name\n李雷\n韩梅梅\n".encode() + b"\xff\n", ()),
        ("name\n李雷\n".encode("gbk"), ("--encoding", "utf-8")),
        (b"\xff\xfen\x00a\x00m\x00e\x00\n\x00\x00\xd8\n\x00", ()),
    ],
)
def test_what_makes_no_sense_in_any_encoding_is_refused(
    data: bytes, arguments: tuple[str, ...]
) -> None:
    Path("class.csv").write_bytes(data)
    done = run("variant", "p.yaml", "--names", "class.csv", "--out", "a", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "--encoding" in done.err
    assert not Path("a").exists()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from((*CHINESE, "张伟", "王芳", "赵敏", "刘洋")), min_size=1))
def test_chinese_lists_of_any_length_are_chinese(names: list[str]) -> None:
    text = "\n".join(("name", *names))
    assert text.encode("gbk").decode(writing_of(text.encode("gbk")).encoding) == text


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.sampled_from(
            ["Jörg", "Müller", "Käthe", "Größe", "Sören", "Zoë", "José", "Åse", "Ada", "Bo"]
        )
    )
)
def test_western_lists_of_any_length_are_western(names: list[str]) -> None:
    text = "\n".join(("name", "Jürgen", *names))
    assert writing_of(text.encode("cp1252")).encoding == "cp1252"


def marked(text: str) -> Done:
    Path("a.csv").write_text(text, encoding="utf-8")
    return run("mark", "p.yaml", "a.csv", "--csv")


@pytest.mark.parametrize(
    "text",
    [
        '学号,题目,答案\n2023001,"dZ[2,1]",-0.1257\n',
        'sep=;\nstudent;id;value\nA;"dZ[2,1]";-0,1257\n',
        "Student;ID;Value\r\nA;dZ[2,1];-0,1257\r\n",
        "student\tid\tvalue\nA\tdZ[2,1]\t-0,1257\n",
        'student,id,value,,\nA,"dZ[2,1]","-0,1257",,\n',
        "student,id,value\nA,dZ[2,1],-0.1257,,\n",
    ],
)
def test_tables_of_spreadsheets(text: str) -> None:
    done = marked(text)
    assert (done.code, done.err) == (0, ""), done


@pytest.mark.parametrize(
    "text",
    [
        'student,id,value\nA,"dZ[2,1]",-0,1257\n',
        "student,id,value\nA,dZ[2,1],0,1257\n",
        "student,id,value,,\nA,dZ[2,1],-0,1257\n",
        "student,id,value,group\nA,dZ[2,1],-0,1257\n",
        "student,id,value,group\nA,dZ[2,1],0,1257,3\n",
    ],
)
def test_a_decimal_comma_without_quotes_is_no_other_number(text: str) -> None:
    done = marked(text)
    assert done.code == 2
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert (row["verdict"], row["credit"]) == ("unreadable", "0")
    assert done.err.startswith("a.csv:2: this row has more cells than there are headings")


def test_a_name_with_a_comma_and_no_quotes_is_not_cut() -> None:
    Path("class.csv").write_text("name\nLovelace, Ada\n", encoding="utf-8")
    done = run("variant", "p.yaml", "--names", "class.csv", "--out", "a")
    assert done.code == 2
    assert done.err.startswith("class.csv:2: ")


FORMULAS = [
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1", "＋1+1",
    "－2+3", "＠x", "\u200b=1", "-x", '"=1', "=", "--1",
]  # fmt: skip
PLAIN = ["-0.1257", "+1", "-1e-5", "-0,5", "-5%", "0.3", "-.5", "Ada", "x=1", "[1, -2; -3, 4]"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_leave_as_text(text: str) -> None:
    ((cell,),) = csv.reader(io.StringIO(csv_text([[text]]), newline=""))
    assert cell.startswith("'")
    assert cell.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_words_leave_as_they_are(text: str) -> None:
    ((cell,),) = csv.reader(io.StringIO(csv_text([[text]]), newline=""))
    assert cell == text


@pytest.mark.parametrize("text", ["Ada;=1+1", "Ada;@x", "Ada\n=1+1", "Ada;+cmd|x"])
def test_no_formula_begins_where_half_of_europe_parts_cells(text: str) -> None:
    for cell in csv_text([[text]]).strip('"\n').replace("\n", ";").split(";"):
        assert not cell.startswith(("=", "+", "@"))


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_cell_begins_like_a_formula(first: str, second: str) -> None:
    for cell in next(csv.reader(io.StringIO(csv_text([(first, second)]), newline=""))):
        assert not cell.startswith(tuple("=@\t\r＝＋－＠"))


def test_every_csv_holds_texts() -> None:
    Path("class.csv").write_text('name\n"=HYPERLINK(1)"\n"@x"\n', encoding="utf-8")
    assert run("variant", "p.yaml", "--names", "class.csv", "--out", "all").code == 0
    text = Path("all/p-list.csv").read_text(encoding="utf-8-sig")
    assert [row["student"] for row in csv.DictReader(io.StringIO(text))] == [
        "'=HYPERLINK(1)", "'@x",
    ]  # fmt: skip
    done = marked('student,id,value\n"=1+1","dZ[2,1]",-1/8\n"@x","dZ[2,1]",-0.1257\n')
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["student"], row["value"]) for row in rows] == [
        ("'=1+1", "'-1/8"), ("'@x", "-0.1257"),
    ]  # fmt: skip

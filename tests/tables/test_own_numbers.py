"""Everybody marked by the numbers that the list, the folder or the answers say."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from tests.cli.running import Done, run
from tests.tables.classes import ASKED, draw, values

NAMES = "number,name,email,group\n17,Ada Lovelace,ada@uni.example,a\n18,李雷,li@uni.example,b\n\
19,Zoe,zoe@uni.example,b\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def handed_in(heads: str, rows: dict[str, dict[str, float]]) -> None:
    """A wide table with decimal commas of who says what."""
    lines = [";".join((heads, *ASKED))]
    for who, right in rows.items():
        cells = [f"{value:.5f}".replace(".", ",") for value in right.values()]
        lines.append(";".join((who, *cells)))
    Path("a.csv").write_text("\n".join(lines), encoding="utf-8")


def verdicts(done: Done) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(done.out)):
        found.setdefault(row["student"], []).append(row["verdict"])
    return found


def test_a_list_a_folder_or_the_answers_say_who_had_which_numbers() -> None:
    listed = draw(NAMES)
    assert [row["group"] for row in listed] == ["a", "b", "b"]
    right = {row["number"]: values(Path("homework", row["file"])) for row in listed}
    assert len({tuple(each.values()) for each in right.values()}) == 3
    all_right = {number: ["right"] * len(ASKED) for number in right}
    by_mail = {row["email"]: right[row["number"]] for row in listed}
    handed_in("Email address", by_mail)
    list_file = str(Path("homework", "p-list.csv"))
    assert verdicts(run("mark", "p.yaml", "a.csv", "--list", list_file, "--csv")) == all_right
    # A folder with its list; the files alone; and the seeds alone.
    assert verdicts(run("mark", "homework", "a.csv", "--csv")) == all_right
    shutil.copy(list_file, "elsewhere.csv")
    assert verdicts(run("mark", "p.yaml", "a.csv", "--list", "elsewhere.csv", "--csv")) == all_right
    Path(list_file).unlink()
    by_name = {row["student"]: right[row["number"]] for row in listed}
    handed_in("name", by_name)
    assert verdicts(run("mark", "homework", "a.csv", "--csv")) == {
        row["student"]: ["right"] * len(ASKED) for row in listed
    }
    seeded = {f"{row['student']};{row['seed']}": right[row["number"]] for row in listed}
    handed_in("name;seed", seeded)
    found = verdicts(run("mark", "p.yaml", "a.csv", "--csv"))
    assert found == {row["student"]: ["right"] * len(ASKED) for row in listed}


def test_whoever_is_on_the_list_is_in_the_result() -> None:
    listed = draw(NAMES)
    right = {row["number"]: values(Path("homework", row["file"])) for row in listed}
    handed_in("name", {"Lovelace, Ada": right["17"], "Nobody": right["18"]})
    text = (
        Path("a.csv")
        .read_text(encoding="utf-8")
        .replace(
            ";".join(f"{each:.5f}".replace(".", ",") for each in list(right["17"].values())[1:]),
            ";n/a",
        )
    )
    Path("a.csv").write_text(text, encoding="utf-8")
    done = run("mark", "p.yaml", "a.csv", "--list", "homework/p-list.csv", "--csv")
    assert verdicts(done) == {
        "17": ["right"] + ["missing"] * 4,
        "Nobody": ["unreadable"] * 5,
        "18": ["missing"] * 5,
        "19": ["missing"] * 5,
    }
    assert done.code == 2
    assert "Nobody: this student is not on the list" in done.err


def test_two_names_of_one_student_are_attempts_of_one_paper() -> None:
    listed = draw(NAMES)
    right = values(Path("homework", listed[0]["file"]))
    handed_in("number;name", {"17;": dict.fromkeys(ASKED, 0.4321), ";Ada Lovelace": right})
    done = run("mark", "p.yaml", "a.csv", "--list", "homework/p-list.csv", "--csv")
    missing = ["missing"] * 5
    assert verdicts(done) == {"17": ["right"] * 5, "18": missing, "19": missing}
    assert "--attempts" in done.err


def test_two_of_one_name_are_not_taken_for_each_other() -> None:
    listed = draw("number,name\n17,Ada\n18,Ada\n19,Zoe\n")
    right = {row["number"]: values(Path("homework", row["file"])) for row in listed}
    handed_in("name", {"Ada": right["17"], "Zoe": right["19"]})
    done = run("mark", "p.yaml", "a.csv", "--list", "homework/p-list.csv", "--csv")
    assert verdicts(done) == {
        "Ada": ["unreadable"] * 5,
        "19": ["right"] * 5,
        "17": ["missing"] * 5,
        "18": ["missing"] * 5,
    }
    assert "several students on the list are called so" in done.err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_answers_to_other_numbers_are_a_loud_warning(language: str) -> None:
    listed = draw(NAMES)
    seeds = {row["student"]: row["seed"] for row in listed}
    own = {
        f"{row['number']};{row['student']}": values(Path("homework", row["file"])) for row in listed
    }
    handed_in("number;name", own)
    told = run("mark", "p.yaml", "a.csv", "--csv", "--lang", language).err
    assert "--list" in told
    assert all(seed in told for seed in seeds.values())
    # Where nothing says who they are, it is seen that the problem's numbers are not theirs.
    handed_in("Email address", {row["email"]: values(Path("homework", row["file"]))
                                for row in listed})  # fmt: skip
    assert "--list" in run("mark", "p.yaml", "a.csv", "--csv", "--lang", language).err
    # Whoever has other numbers is counted, though only some are looked at.
    handed_in("name", {f"{row['student']} {copy}": values(Path("homework", row["file"]))
                       for copy in range(5) for row in listed})  # fmt: skip
    count = str(5 * len(listed))
    assert count in run("mark", "p.yaml", "a.csv", "--csv", "--lang", language).err
    # Who has the problem's own numbers, or makes mistakes with them, has no others.
    handed_in("name", {"Ada": values(Path("p.yaml")), "Bo": dict.fromkeys(ASKED, 0.4321)})
    assert "--list" not in run("mark", "p.yaml", "a.csv", "--csv").err


def test_an_encoding_is_that_of_the_answers_and_no_list_with_a_mark_is_read_by_it() -> None:
    listed = draw(NAMES)
    right = {row["student"]: values(Path("homework", row["file"])) for row in listed}
    handed_in("name", right)
    text = Path("a.csv").read_text(encoding="utf-8")
    Path("a.csv").write_bytes(text.encode("gb18030"))
    more = ("--list", "homework/p-list.csv", "--encoding", "gb18030", "--csv")
    found = verdicts(run("mark", "p.yaml", "a.csv", *more))
    assert len(found) == len(listed)
    assert all(each == ["right"] * len(ASKED) for each in found.values())


def test_what_one_student_says_under_two_names_is_one_attempt() -> None:
    listed = draw(NAMES)
    right = values(Path("homework", listed[0]["file"]))
    whose = ("17", "ada@uni.example", "17", "17", "17")
    said = zip(whose, right.items(), strict=True)
    rows = [f'{who},"{name}",{value:.5f}' for who, (name, value) in said]
    Path("a.csv").write_text("student,id,value\n" + "\n".join(rows), encoding="utf-8")
    done = run("mark", "p.yaml", "a.csv", "--list", "homework/p-list.csv", "--csv")
    assert verdicts(done)["17"] == ["right"] * len(ASKED)


def test_who_is_not_on_the_list_is_no_user_of_the_course() -> None:
    listed = draw(NAMES)
    right = {row["email"]: values(Path("homework", row["file"])) for row in listed}
    handed_in("Email address", {**right, "eve@uni.example": next(iter(right.values()))})
    more = ("--list", "homework/p-list.csv", "--gradebook", "moodle", "--grades", "m.csv", "--csv")
    done = run("mark", "p.yaml", "a.csv", *more)
    grades = Path("m.csv").read_text(encoding="utf-8-sig")
    assert [row["ID number"] for row in csv.DictReader(io.StringIO(grades))] == ["17", "18", "19"]
    assert "eve@" not in grades
    assert "eve@uni.example" in done.err

"""`bp-tutor check`: exit codes, places shown, folders and patterns, JSON, the hook."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from unicodedata import east_asian_width

import pytest
import yaml

from bp_tutor.output.excerpt import excerpt
from tests.cli.running import ROOT, good, run, strict

SOUND = """\
title: {en: A line, zh: 直线}
network:
  inputs: [x]
  layers:
    - {units: [y], activation: identity}
  edges: {w: [x, y], b: y}
  values: {w: 0.5, b: 0.1}
notation: flat
inputs: [2]
targets: [1.5]
learning_rate: 0.1
"""
BROKEN = sorted((ROOT / "tests" / "broken").glob("*.yaml"))


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_problem_that_comes_along_is_sound() -> None:
    text = good("check", str(ROOT / "problems"))
    assert re.search(r"Files: (\d+); sound \1, with findings 0, unreadable 0\.$", text.strip())


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_mistakes_are_shown_where_they_stand(path: Path) -> None:
    for language in ("en", "zh"):
        done = run("check", str(path), "--lang", language)
        assert done.code in (1, 2)
        assert done.err == ""
        rows = done.out.splitlines()
        for above, row in pairwise(rows):
            if row.strip() == "^":
                width = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in above)
                assert row.index("^") <= width <= 80


@pytest.mark.parametrize(
    ("line", "column", "width", "shown", "under"),
    [
        ("title: 异或门 x", 8, 80, "title: 异或门 x", "异"),
        ("title: 异或门 x", 12, 80, "title: 异或门 x", "x"),
        ("\tx: 1", 2, 80, "    x: 1", "x"),
        ("a\x1b[31mb", 7, 80, "a\\x1b[31mb", "b"),
        ("a" * 50 + "B" + "c" * 50, 51, 40, None, "B"),
        ("异" * 50 + "B" + "或" * 50, 51, 41, None, "B"),
        ("B" + "c" * 100, 1, 40, None, "B"),
        ("c" * 100 + "B", 101, 40, None, "B"),
    ],
)
def test_the_caret_stands_under_the_place(
    line: str, column: int, width: int, shown: str | None, under: str
) -> None:
    text, caret = excerpt(line, column, width)
    assert shown is None or text == shown
    used = 0
    for sign in text:
        if used == len(caret) - 1:
            assert sign == under
            break
        used += 2 if east_asian_width(sign) in "WF" else 1
    else:
        pytest.fail(f"{text!r} {caret!r}")
    assert sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text) <= width


def test_exit_codes(tmp_path: Path) -> None:
    sound = written(tmp_path, "sound.yaml", SOUND)
    wrong = 'published: [{name: y, value: "1.35"}]\n'
    found = written(tmp_path, "found.yaml", SOUND + wrong)
    known = 'published: [{name: y, value: "1.35", accepted: does_not_follow}]\n'
    accepted = written(tmp_path, "accepted.yaml", SOUND + known)
    stale = 'published: [{name: y, value: "1.1", accepted: does_not_follow}]\n'
    changed = written(tmp_path, "changed.yaml", SOUND + stale)
    misspelt = written(tmp_path, "misspelt.yaml", SOUND.replace("learning", "lerning"))
    no_yaml = written(tmp_path, "no.yaml", "title: [\n")
    codes = {
        sound: 0, found: 1, accepted: 0, changed: 1, misspelt: 1, no_yaml: 2,
        str(tmp_path / "none.yaml"): 2, str(tmp_path / "*.yml"): 2, "exercise": 0,
    }  # fmt: skip
    for typed, code in codes.items():
        done = run("check", typed)
        assert (done.code, done.err) == (code, ""), typed
    done = run("check", *codes)
    assert done.code == 2
    assert "Files: 9; sound 3, with findings 3, unreadable 3." in done.out
    assert "accepted as 'does not follow', but found is 'agrees'" in run("check", changed).out


def test_quick_leaves_out_what_is_searched_for(tmp_path: Path) -> None:
    found = written(tmp_path, "x.yaml", SOUND + 'published: [{name: y, value: "1.35"}]\n')
    text = good("check", found, "--quick")
    assert "central differences" in text
    assert "Printed" not in text
    assert "teach" not in text


def test_folders_and_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.yaml", "b/c.yaml", ".hidden/d.yaml", "b/notes.txt"):
        written(tmp_path, name, SOUND)
    monkeypatch.chdir(tmp_path)
    expected = {".": ["a.yaml", "b/c.yaml"], "b": ["b/c.yaml"], "*.yaml": ["a.yaml"]}
    expected["**/*.yaml"] = expected["."]
    for typed, files in expected.items():
        document = strict(good("check", typed, "--json"))
        assert [Path(file["file"]).as_posix() for file in document["files"]] == files
    document = strict(good("check", ".", "a.yaml", "b", "--json"))
    assert document["summary"] == {"files": 2, "sound": 2, "findings": 0, "unreadable": 0}


def test_texts_in_one_language(tmp_path: Path) -> None:
    one = written(tmp_path, "one.yaml", SOUND.replace("{en: A line, zh: 直线}", "{en: A line}"))
    assert "title: this text is not given in Chinese" in good("check", one)
    some = written(tmp_path, "some.yaml", SOUND + "text: {zh: 求输出。}\n")
    done = run("check", some)
    assert done.code == 1
    assert re.search(r"some\.yaml:12:7: text: this text is not given in English", done.out)
    assert "text: 这段文字缺少英文" in run("check", some, "--lang", "zh").out


def test_json_says_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, "x.yaml", SOUND + 'published: [{name: y, value: "1.35"}]\n')
    done = run("check", path, str(BROKEN[0]), "--json")
    document = strict(done.out)
    assert (done.code, document["schema"]) == (1, "bp-tutor/check/1")
    first, second = document["files"]
    (figure,) = first["figures"]
    assert (figure["id"], figure["printed"], figure["right"]) == ("A[2,1]", "1.35", 1.1)
    assert (figure["verdict"], figure["sound"], figure["line"]) == ("does_not_follow", False, 12)
    assert first["findings"][0]["path"] == "published[0]"
    assert second["mistakes"][0]["line"] > 0


def test_every_field_of_the_json_is_described() -> None:
    from tests.docs.test_json import TOLD, fields

    done = run("check", "sigmoid-2-2-1", str(BROKEN[0]), "--json")
    document = strict(done.out)
    assert set(fields(document)) <= TOLD
    assert {figure["verdict"] for figure in document["files"][0]["figures"]} <= TOLD


def test_ascii_and_width(tmp_path: Path) -> None:
    path = written(tmp_path, "x.yaml", SOUND + 'published: [{name: y, value: "1.35"}]\n')
    assert run("check", path, "--ascii").out.isascii()
    assert run("check", "sigmoid-2-2-1", "--ascii").out.isascii()
    broken = written(tmp_path, "b.yaml", "title：异或\n")
    assert run("check", broken, encoding="gbk").code == 1
    assert run("check", broken, encoding="ascii").out.isascii()


def test_control_signs_stay_harmless(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"title: \x1b[31mred\n")
    done = run("check", str(path))
    assert done.code == 2
    assert "\x1b" not in done.out
    assert "\\x1b[31mred" in done.out


def test_the_hook_names_the_command() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["entry"]) == ("bp-tutor-check", "bp-tutor check")
    assert hook["language"] == "python"
    pattern = re.compile(hook["files"])
    assert pattern.search("problems/exercise.yaml")
    assert pattern.search("course/problems/x.yaml")
    assert not pattern.search("tests/broken/unknown-key.yaml")
    assert not pattern.search("problems/readme.md")


def test_a_gradient_taken_ahead_is_told_from_one_at_the_weight(tmp_path: Path) -> None:
    """f(w) = w², w = 1: with the gradient at w + 0.9·v the weights are 0.8 and 0.496."""
    text = """\
notation: plain
graph:
  values: {w: 1}
  formulas: {f: w**2}
  differentiate: f
  with_respect_to: [w]
  learning_rate: 0.1
  optimiser: {nesterov: {mu: 0.9, form: FORM}}
updates: 2
published:
  - {name: w, value: "0.8", after: 1}
  - {name: w, value: "0.496", after: 2}
"""
    good("check", written(tmp_path, "ahead.yaml", text.replace("FORM", "look_ahead")))
    at_weight = run("check", written(tmp_path, "at.yaml", text.replace("FORM", "at_weight")))
    assert at_weight.code == 1
    assert "the gradient is taken where the velocity leads" in at_weight.out

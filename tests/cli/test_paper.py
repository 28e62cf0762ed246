"""`bp-tutor solve PROBLEM -o FILE`: what is written, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import good, run

pytest.importorskip("typst", reason="needs the extra [paper]")


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("md", b"# Sigmoid 3-3-3-2"),
        ("tex", b"\\documentclass"),
        ("typ", b"#set document"),
        ("pdf", b"%PDF"),
        ("ipynb", b"{"),
        ("json", b"{"),
        ("MD", b"# Sigmoid 3-3-3-2"),
    ],
)
def test_the_ending_says_the_format(ending: str, start: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"exercise.{ending}"
    assert good("solve", "exercise", "-o", str(path)).startswith("Written: ")
    assert path.read_bytes().startswith(start)


def test_a_format_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    good("solve", "exercise", "-o", str(path), "--format", "md")
    assert path.read_text(encoding="utf-8") == good("solve", "exercise", "--format", "md")


def test_json_into_a_file_is_the_json_that_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    good("solve", "exercise", "--only", "dZ", "--json", "-o", str(path))
    assert path.read_text(encoding="utf-8") == good("solve", "exercise", "--only", "dZ", "--json")
    assert {step["quantity"][:2] for step in json.loads(path.read_text())["steps"]} == {"dZ"}


def test_the_options_of_solve_hold_for_files() -> None:
    said = good("solve", "exercise", "--format", "md", "--only", "Z", "--layer", "2", "--digits",
                "2", "--lang", "zh", "--notation", "superscript")  # fmt: skip
    assert "z_{1}^{(1)}" in said
    assert "加权求和" in said
    assert "delta" not in said


def test_a_poor_terminal_does_not_make_a_poor_file() -> None:
    done = run("solve", "exercise", "--format", "md", "--lang", "zh", encoding="utf-8", LANG="C")
    assert "前向" in done.out


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("mine")
    done = run("solve", "exercise", "-o", str(path))
    assert done.code == 2
    assert "--force" in done.err
    assert path.read_text() == "mine"
    good("solve", "exercise", "-o", str(path), "--force")
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "a.docx"), ".md, .tex, .typ, .pdf"),
        (("-o", "noending"), ".md, .tex"),
        (("--format", "markdown"), 'no format "markdown"'),
        (("-o", "no/such/folder/a.md"), "cannot write"),
        (("-o", "a.md", "--symbolic"), "--symbolic"),
        (("-o", "a.md", "--only", "dZ", "--layer", "1"), "nothing matches"),
    ],
)
def test_what_is_refused(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("solve", "exercise", *arguments)
    assert done.code == 2, done
    assert said in done.err
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


def test_a_missing_library_gets_a_clear_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    done = run("solve", "exercise", "-o", str(tmp_path / "a.pdf"))
    assert done.code == 2
    assert "pip install 'bp-tutor[paper]'" in done.err

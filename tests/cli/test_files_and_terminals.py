"""What is written into a file never depends on the terminal; what is printed does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run

CLASS = "name\n李雷\nJörg\n"
LINES: dict[str, tuple[str, ...]] = {
    **{
        f"solve {ending}": ("solve", "exercise", "-o", f"a.{ending}")
        for ending in ("md", "tex", "typ", "ipynb", "json")
    },
    "solve code": ("solve", "exercise", "--code", "numpy", "-o", "a.py"),
    "solve torch": ("solve", "exercise", "--code", "pytorch", "-o", "a.py"),
    **{
        f"worksheet {ending}": ("worksheet", "exercise", "-o", f"a.{ending}")
        for ending in ("typ", "html", "md")
    },
    "worksheet class": ("worksheet", "exercise", "--names", "class.csv", "-o", "a.typ"),
    "export moodle": ("export", "forward-4-3-1", "-o", "a.xml"),
    "page": ("page", "exercise", "-o", "a.html"),
    "page of a graph": ("page", "graph-chain-rule", "-o", "a.html"),
    "draw": ("draw", "exercise", "-o", "a.svg"),
    "draw step": ("draw", "exercise", "--step", "9", "-o", "a.svg"),
    "train svg": ("train", "exercise", "--updates", "20", "-o", "a.svg"),
    "train html": ("train", "exercise", "--updates", "20", "-o", "a.html"),
    "variant": ("variant", "exercise", "--seed", "7", "-o", "a.yaml"),
    "variants": ("variant", "exercise", "--names", "class.csv", "--out", "all"),
    "new": ("new", "a.yaml", "--layers", "2,2,1", "--seed", "3", "--notation", "layered"),
    "schema": ("schema", "-o", "a.json"),
}


def files_after(
    line: tuple[str, ...], folder: Path, encoding: str, monkeypatch: pytest.MonkeyPatch, lang: str
) -> dict[str, bytes]:
    """What stands in each file that a command line writes."""
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path("class.csv").write_text(CLASS, encoding="utf-8")
    done = run(*line, encoding=encoding, LANG=lang)
    assert done.code == 0, done
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("lang", "encodings"),
    [("en_GB.UTF-8", ("cp1252", "ascii")), ("zh_CN.UTF-8", ("gbk", "utf-16", "ascii"))],
    ids=["en", "zh"],
)
@pytest.mark.parametrize("name", LINES)
def test_files_are_the_same_behind_every_terminal(
    name: str,
    lang: str,
    encodings: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = files_after(LINES[name], tmp_path / "utf-8", "utf-8", monkeypatch, lang)
    assert len(right) > 1, "only the list of the class is there"
    for encoding in encodings:
        found = files_after(LINES[name], tmp_path / encoding, encoding, monkeypatch, lang)
        assert found == right, encoding


@pytest.mark.parametrize("form", [("--format", "typ"), ("--format", "md"), ("--code", "numpy")])
def test_a_file_that_goes_to_standard_output_is_the_same_file(form: tuple[str, str]) -> None:
    right = run("solve", "exercise", *form, LANG="zh_CN.UTF-8").out
    found = run("solve", "exercise", *form, encoding="latin-1", LANG="zh_CN.UTF-8").out
    assert found.encode("latin-1").decode("utf-8") == right


@pytest.mark.parametrize("ascii_only", [(), ("--ascii",)])
def test_what_is_printed_depends_on_the_terminal(ascii_only: tuple[str, ...]) -> None:
    wide = run("solve", "exercise", *ascii_only).out
    narrow = run("solve", "exercise", *ascii_only, encoding="cp1252").out
    assert narrow.isascii()
    assert wide.isascii() == bool(ascii_only)

"""Files are written as a whole, and never over others unless that is asked for."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.saving import save
from bp_tutor.words import load_words
from tests.cli.running import run


def test_a_file_is_written_and_nothing_else_stays(tmp_path: Path) -> None:
    save(tmp_path / "a.txt", "δ\n")
    assert (tmp_path / "a.txt").read_bytes() == "δ\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_what_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RefusalError) as refused:
        save(path, "new")
    assert refused.value.key == "error.file_exists"
    assert path.read_text() == "old"
    save(path, b"new", force=True)
    assert path.read_text() == "new"


def test_a_broken_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RefusalError) as refused:
        save(path, "new", force=True)
    assert refused.value.key == "error.not_written"
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("name", ["no/such/folder.txt", "a\0b", "x" * 300, ""])
def test_what_cannot_be_written_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusalError) as refused:
        save(f"{tmp_path}/{name}", "new", force=True)
    assert refused.value.key == "error.not_written"
    assert refused.value.values["reason"]
    for language in ("en", "zh"):
        said = refused.value.text(load_words(language))
        assert "reason." not in said
        assert (language == "zh") == ("无法写入" in said)
        if language == "zh" and name:
            assert not re.search("[a-z]{2,} [a-z]", said.replace(str(tmp_path), ""))


def test_a_missing_folder_is_called_missing(tmp_path: Path) -> None:
    with pytest.raises(RefusalError) as refused:
        save(tmp_path / "no" / "a.pdf", "new")
    assert "its folder does not exist" in refused.value.text(load_words("en"))
    assert "所在的文件夹不存在" in refused.value.text(load_words("zh"))


@pytest.mark.parametrize("command", ["worksheet", "variant"])
def test_a_file_is_no_folder_for_a_class(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text("name\nAda\n", encoding="utf-8")
    for name in ("one.pdf", "one-key.pdf"):
        Path(name).write_text("mine")
    done = run(command, "exercise", "--names", "class.csv", "--out", "one.pdf")
    assert done.code == 2
    assert done.err.strip() == "one.pdf is a file; --out needs the name of a folder"
    assert Path("one.pdf").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    save(link, "new", force=True)
    assert link.is_symlink()
    assert target.read_text() == "new"

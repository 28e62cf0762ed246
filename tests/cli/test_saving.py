"""Files are written as a whole, and never over others unless that is asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.saving import save


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


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    save(link, "new", force=True)
    assert link.is_symlink()
    assert target.read_text() == "new"

"""Files are written as a whole, and never over others unless that is asked for."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import sys
from pathlib import Path

import pytest

from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli.saving import refuse_existing, save
from bp_tutor.words import load_words
from tests.cli.running import ROOT, good, run, start


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


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files there")
@pytest.mark.parametrize("kind", ["folder", "socket", "pipe nobody reads"])
@pytest.mark.parametrize("linked", [False, True])
def test_what_is_no_file_is_never_replaced(kind: str, linked: bool, tmp_path: Path) -> None:
    path = tmp_path / "a"
    if kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    else:
        os.mkfifo(path)
    before = path.stat()
    name = path
    if linked:
        name = tmp_path / "link"
        name.symlink_to(path)
    for force in (False, True):
        with pytest.raises(RefusalError) as refused:
            save(name, "new", force=force)
        assert refused.value.key == "error.not_written"
        for language in ("en", "zh"):
            assert "reason." not in refused.value.text(load_words(language))
    after = path.stat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert {one.name for one in tmp_path.iterdir()} <= {"a", "link"}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files there")
@pytest.mark.parametrize("force", [False, True])
def test_a_pipe_is_written_to(force: bool, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    refuse_existing(path, force=force)
    save(path, "δ" * 1_000, force=force)
    assert os.read(reading, 10_000).decode() == "δ" * 1_000
    os.close(reading)
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="there is no such name")
def test_standard_output_by_its_name() -> None:
    right = start("solve", "exercise", "--format", "md", LANG="en_GB.UTF-8")
    named = start("solve", "exercise", "--format", "md", "-o", "/dev/stdout", LANG="en_GB.UTF-8")
    assert (named.returncode, named.stderr) == (0, b"")
    assert named.stdout == right.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(RefusalError) as refused:
        save(tmp_path / "a", "new", force=True)
    assert "circle" in refused.value.text(load_words("en"))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such rights there")
def test_a_file_that_is_replaced_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o600)
    save(path, "new", force=True)
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


READ = [
    ("solve self.yaml -o {} --format md", "self.yaml"),
    ("solve self.yaml -o {} --format tex", "self.yaml"),
    ("variant self.yaml -o {}", "self.yaml"),
    ("page page.html -o {}", "page.html"),
    ("worksheet self.yaml -o {} --format md", "self.yaml"),
    ("worksheet self.yaml -o a.md --key {} --format md", "self.yaml"),
    ("worksheet self.yaml --names l.csv -o {} --format md", "l.csv"),
    ("worksheet self.yaml --names l.csv -o a.md --key {} --format md", "l.csv"),
    ("export self.yaml -o {} --format moodle --ask Z", "self.yaml"),
    ("draw drawn.svg -o {}", "drawn.svg"),
    ("train drawn.svg -o {} --updates 2", "drawn.svg"),
    ("solve program.py --code numpy -o {}", "program.py"),
    ("progress --export {}", "home/progress.sqlite3"),
]
"""Commands that write a file, and one that they read."""


@pytest.mark.parametrize(("command", "name"), READ, ids=[" ".join(each) for each in READ])
@pytest.mark.parametrize("by", ["name", "other name", "link", "hard link"])
def test_a_file_that_is_read_is_never_replaced(
    command: str, name: str, by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for copy in ("self.yaml", "drawn.svg", "page.html", "program.py"):
        shutil.copy(ROOT / "problems" / "exercise.yaml", copy)
    Path("l.csv").write_text("name\nAda\nBob\n")
    home = str(tmp_path / "home")
    good("progress", BP_TUTOR_HOME=home)
    read = Path(name)
    out = {"name": name, "other name": f"home/../{name}"}.get(by, f"other{read.suffix}")
    if by == "link":
        Path(out).symlink_to(read)
    elif by == "hard link":
        os.link(read, out)
    # SQLite counts in its own head how often it was opened.
    most = 16 if read.suffix == ".sqlite3" else None
    before, number = read.read_bytes()[:most], read.stat().st_ino
    for language, said in (("en", "cannot replace it"), ("zh", "不能覆盖它")):
        for force in ([], ["--force"]):
            words = command.format(out).split()
            done = run(*words, *force, "--lang", language, BP_TUTOR_HOME=home)
            assert (done.code, done.err.count("\n")) == (2, 1), done
            assert out in done.err
            # Where the file is there, some say only that before they read anything.
            assert said in done.err or not force
            assert (read.read_bytes()[:most], read.stat().st_ino) == (before, number)
            assert Path(out).samefile(read)
            assert not Path("a.md").exists()


def test_a_list_that_is_read_is_not_replaced_by_the_one_that_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class").mkdir()
    listed = Path("class/exercise-list.csv")
    listed.write_text("name\nAda\n")
    done = run("variant", "exercise", "--names", str(listed), "--out", "class", "--force")
    assert (done.code, "cannot replace it" in done.err) == (2, True)
    assert [path.name for path in Path("class").iterdir()] == [listed.name]
    assert listed.read_text() == "name\nAda\n"


def test_what_another_command_read_may_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "problems" / "exercise.yaml", "self.yaml")
    good("solve", "self.yaml", "-o", "a.md")
    good("solve", "exercise", "-o", "a.md", "--force")
    good("solve", "exercise", "--format", "md", "-o", "self.yaml", "--force")
    assert Path("self.yaml").read_text().startswith("#")

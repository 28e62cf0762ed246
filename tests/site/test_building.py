"""The files of a site: what there is, what they refer to, and where they may be written."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.cli.running import PROBLEMS, run
from tests.site.serving import build, made_up_runtime

HOSTILE = '<img src=x onerror=alert(1)>"&{{title}}'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two exercises, with a runtime of empty files."""
    folder = tmp_path_factory.mktemp("site")
    runtime = made_up_runtime(folder / "pyodide")
    return build(folder / "out", "exercise", "xor-sigmoid", "--runtime", str(runtime))


def test_a_site_has_a_page_for_each_and_an_index_in_each_language(site: Path) -> None:
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert {"index.html", "index.zh.html", "exercise.html", "xor-sigmoid.html", "service.js",
            "assets/program.zip"} <= names  # fmt: skip
    (runtime,) = (site / "runtime").iterdir()
    assert (runtime / "pyodide.asm.wasm").read_text(encoding="utf-8") == "// pyodide.asm.wasm"
    for name, title in (
        ("index.html", "Backpropagation by hand"),
        ("index.zh.html", "手算反向传播"),
    ):
        index = (site / name).read_text(encoding="utf-8")
        assert f"<h1>{title}</h1>" in index
        assert re.findall(r'<a href="([\w-]+)\.html#lang', index) == ["exercise", "xor-sigmoid"]
    own = json.loads((site / "site.json").read_text(encoding="utf-8"))["files"]
    assert set(own) == names - {"site.json"}


def test_whatever_a_page_refers_to_is_there_and_nothing_stands_in_it(site: Path) -> None:
    for name in ("index.html", "index.zh.html", "exercise.html"):
        page = (site / name).read_text(encoding="utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
        assert policy is not None
        assert "unsafe-inline" not in policy[1]
        assert "'unsafe-eval'" not in policy[1]
        assert not re.search(r"<style|<script>| style=| on\w+=", page)
        for address in re.findall(r'(?:src|href)="([^"#]*)', page):
            if address and not address.startswith("data:"):
                assert (site / address.partition("?")[0]).is_file(), address


def test_the_service_worker_knows_every_shared_file_and_changes_with_them(site: Path) -> None:
    text = (site / "service.js").read_text(encoding="utf-8")
    found = re.search(r"const FILES = (\[.*?\]);", text)
    assert found is not None
    for address in json.loads(found[1]):
        assert (site / address.partition("?")[0]).is_file(), address
    assert re.search(r"runtime/[0-9a-f]{12}/pyodide\.asm\.wasm", found[1])


def test_the_program_of_a_site_is_small_and_the_same_each_time(site: Path) -> None:
    data = (site / "assets/program.zip").read_bytes()
    assert len(data) <= 2_000_000
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert {"bp_tutor/engine/calls.py", "bp_tutor/words/zh.yaml", "yaml/__init__.py"} <= {
            *names
        }
        assert {f"bp_tutor/shipped_problems/{name}.yaml" for name in PROBLEMS} <= {*names}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    from bp_tutor.site.program import program_archive

    assert program_archive() == data


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")
    refused = run("site", "exercise", "-o", str(folder))
    assert refused.code == 2
    assert "holds other things" in refused.err
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
    assert run("site", "exercise", "-o", str(folder), "--force").code == 0
    # Another site over it: pages that it does not have go, and nothing else.
    build(folder, "xor-sigmoid")
    assert not (folder / "exercise.html").exists()
    assert (folder / "xor-sigmoid.html").is_file()
    assert (folder / "thesis.txt").read_text(encoding="utf-8") == "mine"
    # A list that names files elsewhere removes nothing there.
    outside = tmp_path / "outside.txt"
    outside.write_text("here", encoding="utf-8")
    (folder / "site.json").write_text('{"files": ["../outside.txt", "/etc/hostname"]}')
    build(folder, "xor-sigmoid")
    assert outside.exists()


def test_what_cannot_be_built_is_said(tmp_path: Path) -> None:
    for arguments, said in (
        (("exercise",), "say where the site is to be"),
        (("exercise", "exercise", "-o", str(tmp_path / "a")), "two exercises are called exercise"),
        (
            ("exercise", "-o", str(tmp_path / "b"), "--runtime", str(tmp_path)),
            "npm install pyodide",
        ),
        (("nowhere", "-o", str(tmp_path / "c")), "nowhere"),
    ):
        done = run("site", *arguments)
        assert (done.code, said in done.err) == (2, True), done


def test_texts_of_a_file_are_texts_on_its_page_and_in_the_index(tmp_path: Path) -> None:
    file = tmp_path / "a b#1.yaml"
    text = (Path("problems") / "exercise.yaml").read_text(encoding="utf-8")
    title = "Sigmoid 3-3-3-2, one training step"
    file.write_text(text.replace(f"  en: {title}", f"  en: '{HOSTILE}'"), encoding="utf-8")
    site = build(tmp_path / "out", str(file))
    index = (site / "index.html").read_text(encoding="utf-8")
    page = (site / "a b#1.html").read_text(encoding="utf-8")
    assert "a%20b%231.html#lang=en" in index
    assert "<img src=x" not in index + page
    assert "&lt;img src=x onerror=alert(1)&gt;" in index


def test_every_problem_has_its_page(tmp_path: Path) -> None:
    """All that come along, without an engine."""
    site = build(tmp_path / "all")
    assert {path.stem for path in site.glob("*.html")} == {*PROBLEMS, "index", "index.zh"}

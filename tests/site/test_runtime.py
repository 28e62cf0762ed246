"""Python for the browser from another address: what a site says of it, and what a page runs."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import run
from tests.site.serving import PATIENCE, Visitor, build, made_up_runtime, served
from tests.webpage.browsing import needs_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ADDRESS = "https://files.example/python/v1/"


def policy_of(page: Path) -> dict[str, str]:
    """What a page may load, by the kind of it."""
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', page.read_text("utf-8"))
    assert found is not None
    return dict(each.strip().split(" ", 1) for each in unescape(found[1]).split(";"))


def test_a_runtime_elsewhere_is_known_by_its_sums_and_allowed_alone(tmp_path: Path) -> None:
    runtime = made_up_runtime(tmp_path / "pyodide")
    here = build(tmp_path / "here", "exercise", "--runtime", str(runtime))
    there = build(
        tmp_path / "there", "exercise", "--runtime", str(runtime), "--runtime-address", ADDRESS[:-1]
    )
    assert (here / "runtime").exists()
    assert not (there / "runtime").exists()
    own, other = policy_of(here / "exercise.html"), policy_of(there / "exercise.html")
    assert own["connect-src"] == "'self'"
    differs = {name: other[name] for name in other if other[name] != own[name]}
    assert differs == {
        "script-src": f"{own['script-src']} blob:", "connect-src": f"'self' {ADDRESS}",
    }  # fmt: skip
    text = (there / "exercise.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="site">(.*?)</script>', text)
    assert found is not None
    told = json.loads(found[1])["runtime"]
    assert told["address"] == ADDRESS
    sum_of = sha256(b"// pyodide.asm.wasm").digest()
    assert told["sums"]["pyodide.asm.wasm"] == f"sha256-{b64encode(sum_of).decode()}"
    assert f"{ADDRESS}pyodide.asm.wasm" in (there / "service.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address",
    [
        "http://files.example/python/",
        "files.example/python",
        "https://",
        "https://me:secret@files.example/",
        "https://files.example/python?v=1",
        "https://files.example/a;script-src *",
        "https://files.example/a/../b/",
        "https://files.example/'unsafe-eval'/",
        'https://files.example/"><script>/',
    ],
)
def test_what_can_be_no_address_is_refused(address: str, tmp_path: Path) -> None:
    runtime = made_up_runtime(tmp_path / "pyodide")
    done = run("site", "exercise", "-o", str(tmp_path / "site"),
               "--runtime", str(runtime), "--runtime-address", address)  # fmt: skip
    assert (done.code, "begins with https://" in done.err) == (2, True), done
    assert not (tmp_path / "site").exists()


def test_an_address_needs_the_files_as_well(tmp_path: Path) -> None:
    for arguments, said in (
        (("--runtime-address", ADDRESS), "needs --runtime FOLDER with the same files"),
        (("--runtime", ADDRESS), "name both: --runtime FOLDER --runtime-address URL"),
    ):
        done = run("site", "exercise", "-o", str(tmp_path / "site"), *arguments)
        assert (done.code, said in done.err) == (2, True), done


@needs_chromium
def test_a_file_that_is_another_one_is_not_run(chromium: Browser, tmp_path: Path) -> None:
    """And the page stays what it is without a program, in both languages."""
    runtime = made_up_runtime(tmp_path / "pyodide")
    with served(runtime, shared=True) as elsewhere:
        folder = build(
            tmp_path / "site", "exercise", "--runtime", str(runtime),
            "--runtime-address", elsewhere,
        )  # fmt: skip
        script = runtime / "pyodide.asm.mjs"
        with served(folder) as address:
            for spoil, said in (
                (lambda: script.write_text("postMessage({ done: 1 })", "utf-8"),
                 "is not the file that this site was made with"),
                (script.unlink, "cannot be had from"),
            ):  # fmt: skip
                spoil()
                visitor = Visitor(chromium, address, elsewhere)
                page = visitor.open("exercise.html")
                _refused(page, elsewhere[7:-1], said)
                visitor.context.close()


def _refused(page: Page, name: str, said: str) -> None:
    page.wait_for_selector("html[data-engine=failed]", state="attached", timeout=PATIENCE)
    text = str(page.text_content("#engine-word"))
    assert said in text
    assert name in text
    page.click("#forward")
    assert page.text_content("#counter") == "1 / 61"
    assert page.is_disabled("#tab-change")
    page.click("[data-language=zh]")
    assert "程序无法启动" in str(page.text_content("#engine-word"))

"""Sites made once, served on this machine, and looked at in the browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bp_tutor.site.runtime import FILES
from bp_tutor.site.serving import Files, server_of
from tests.cli.running import run
from tests.webpage.browsing import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PYODIDE = Path(__file__).parents[2] / "build" / "pyodide" / "node_modules" / "pyodide"
needs_engine = pytest.mark.skipif(
    not (CHROMIUM and PYODIDE.exists()),
    reason="chromium and Pyodide are needed; `make pyodide` gets the latter from npm",
)
PATIENCE = 90_000
"""Milliseconds for an engine to start: the machine may be busy with other tests."""


def made_up_runtime(folder: Path) -> Path:
    """A folder with the files of a runtime, by their names alone."""
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(f"// {name}", encoding="utf-8")
    return folder


def build(folder: Path, *arguments: str) -> Path:
    """A site in a folder."""
    done = run("site", *arguments, "-o", str(folder))
    assert done.code == 0, done
    return folder


class Shared(Files):
    """Files that pages of other sites may have as well."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


@contextmanager
def served(folder: Path, *, shared: bool = False) -> Iterator[str]:
    """The address of a folder on this machine; `shared`: pages of other sites have its files."""
    server = server_of(folder, 0)
    if shared:
        server.RequestHandlerClass = partial(Shared, directory=str(folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Visitor:
    """A browser with nothing in it yet; it complains at the end about errors and strangers."""

    def __init__(
        self, browser: Browser, address: str, elsewhere: str = "data:", **options: Any
    ) -> None:
        self.address = address
        self.elsewhere = elsewhere
        self.context: BrowserContext = browser.new_context(
            **{"viewport": {"width": 1280, "height": 720}, **options}
        )
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.context.on("request", lambda request: self.requests.append(request.url))

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            assert self.errors == []
            assert [
                url
                for url in self.requests
                if not url.startswith(
                    (self.address, "data:", f"blob:{self.address}", self.elsewhere)
                )
            ] == []
        self.context.close()

    def open(self, name: str) -> Page:
        """A page of the site."""
        self.page.goto(self.address + name)
        return self.page

    def open_engine(self, name: str) -> Page:
        """A page of the site, its exercise open in the engine."""
        page = self.open(name)
        page.wait_for_selector("html[data-open]", state="attached", timeout=PATIENCE)
        return page

    def quiet(self) -> None:
        """Wait until everything that was changed is shown and checked."""
        self.page.wait_for_timeout(50)
        self.page.wait_for_selector("html:not([data-busy])", state="attached", timeout=PATIENCE)

    def ask(self, script: str, argument: object = None) -> Any:
        return self.page.evaluate(script, argument)

"""One headless browser for all tests of the page, pages made once, and what they can be asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.cli.running import run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
needs_chromium = pytest.mark.skipif(
    not CHROMIUM, reason="there is no chromium here: on Debian, apt-get install chromium"
)
SERIOUS = ("serious", "critical")
_FOLDER = Path(mkdtemp(prefix="bp-tutor-pages-"))


@contextmanager
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield launched(playwright)
    shutil.rmtree(_FOLDER, ignore_errors=True)


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))


@cache
def written(name: str, *options: str) -> Path:
    """The page of a problem, made by the command line."""
    _FOLDER.mkdir(exist_ok=True)
    file_name = "".join(sign if sign.isalnum() else "_" for sign in " ".join((name, *options)))
    path = _FOLDER / f"{file_name[-80:]}.html"
    done = run("page", name, "-o", str(path), *options)
    assert (done.code, done.err) == (0, ""), done
    return path


class Visit:
    """A page in the browser; complains at the end about errors and requests."""

    def __init__(self, browser: Browser, path: Path, address: str = "", **options: Any) -> None:
        self.context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri() + address)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            assert self.errors == []
            outside = [url for url in self.requests[1:] if not url.startswith("data:")]
            assert outside == []
        self.context.close()

    def ask(self, script: str, argument: object = None) -> Any:
        return self.page.evaluate(script, argument)

    def text(self, selector: str) -> str:
        return str(self.ask("s => document.querySelector(s).textContent.trim()", selector))

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def click(self, selector: str) -> None:
        self.ask("s => document.querySelector(s).click()", selector)


class Looked(Protocol):
    """What has a page in the browser."""

    page: Page


def serious(visit: Looked) -> list[tuple[str, str]]:
    """What the accessibility check finds on a page, of what is serious."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(visit.page).response["violations"]
    return [
        (each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in SERIOUS
    ]

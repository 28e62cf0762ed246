"""A site without a network, in a new version, and in a browser that has no room for it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from tests.site.serving import PATIENCE, Visitor, build, made_up_runtime, served
from tests.webpage.browsing import needs_chromium

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = needs_chromium
KEPT = "html[data-offline]"
CACHES = "async () => (await caches.keys()).filter((name) => name.startsWith('bp-tutor http'))"
VERSION = "() => document.querySelector('script[src]').getAttribute('src')"


def until(page: Page, holds: Callable[[list[str]], bool]) -> None:
    """Wait until something holds of what the browser keeps of the site."""
    ends = monotonic() + PATIENCE / 1000
    while not holds(page.evaluate(CACHES)):
        assert monotonic() < ends
        page.wait_for_timeout(50)


def test_a_new_version_takes_over_what_the_old_one_kept(chromium: Browser, tmp_path: Path) -> None:
    """The old one lasts while a page of it is open; then the new one has its pages as well."""
    folder = build(tmp_path / "site", "exercise", "xor-sigmoid")
    runtime = str(made_up_runtime(tmp_path / "pyodide"))
    with served(folder) as address:
        visitor = Visitor(chromium, address)
        page = visitor.open("exercise.html")
        page.wait_for_selector(KEPT, state="attached", timeout=PATIENCE)
        before = page.evaluate(CACHES)
        assert len(before) == 1
        build(folder, "exercise", "xor-sigmoid", "--runtime", runtime)
        other = visitor.context.new_page()
        other.goto(f"{address}xor-sigmoid.html")
        other.wait_for_selector(KEPT, state="attached", timeout=PATIENCE)
        until(other, lambda kept: len(kept) == 2 and set(before) < {*kept})
        # Every page is left: what waited begins with the next one.
        for each in (page, other):
            each.goto("about:blank")
        page.wait_for_timeout(500)
        page.goto(f"{address}xor-sigmoid.html")
        until(page, lambda kept: len(kept) == 1 and before[0] not in kept)
        newest = page.evaluate(VERSION)
        visitor.context.set_offline(True)
        page.goto(f"{address}exercise.html")
        assert page.text_content("#counter") == "0 / 61"
        assert page.evaluate(VERSION) == newest
        visitor.context.close()


def test_a_browser_without_room_shows_the_site(chromium: Browser, tmp_path: Path) -> None:
    folder = build(tmp_path / "site", "exercise", "xor-sigmoid")
    with served(folder) as address:
        visitor = Visitor(chromium, address)
        page = visitor.open("exercise.html")
        page.wait_for_selector(KEPT, state="attached", timeout=PATIENCE)
        storage = visitor.context.new_cdp_session(page)
        full = {"origin": address.rstrip("/"), "quotaSize": 1}
        storage.send("Storage.overrideQuotaForOrigin", full)
        refused = "caches.open('more').then((kept) => kept.put('/more', new Response('more')))"
        assert page.evaluate(f"{refused}.then(() => '', ({{ name }}) => name)") == (
            "QuotaExceededError"
        )
        for name in ("xor-sigmoid.html", "exercise.html"):
            page.goto(address + name)
            assert page.title() != ""
            assert page.evaluate("navigator.serviceWorker.controller !== null")
        visitor.context.close()

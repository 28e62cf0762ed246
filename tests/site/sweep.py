"""Every problem on a site, in the browser: run by hand, as it takes many minutes.

    python -m tests.site.sweep [PROBLEM ...]

Each page loads without an error or a request to elsewhere, reaches the program, and shows after
numbers were changed by keys and pointer what `solve` gives for the saved file; nothing serious is
found by axe in either theme and language; the page is never scrolled sideways.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from tests.cli.running import PROBLEMS
from tests.site.changing import change_and_compare
from tests.site.serving import PATIENCE, PYODIDE, Visitor, build, served
from tests.webpage.browsing import browser, serious

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NEEDING = {"digits-784": "numpy"}
"""What the program lacks in a browser for a problem, and says so."""
WITHOUT = ("chain-2-2-1", "general-formulas", "given-deltas", "mlp-shapes", "three-class-3-2-3")
"""Problems in which no number stands that could be changed."""
WIDTHS = (360, 820, 1400)
SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"


def sweep(names: list[str]) -> int:
    """Visit the page of each problem and print what is wrong there; returns on how many it is."""
    wrong = 0
    with TemporaryDirectory() as folder, browser() as chromium:
        site = build(Path(folder) / "site", *names, "--runtime", str(PYODIDE))
        with served(site) as address:
            for name in names:
                began = monotonic()
                found = complaints(chromium, address, name, Path(folder))
                wrong += bool(found)
                told = "\n  ".join((f"{name}: {monotonic() - began:.0f} s", *(found or ["well"])))
                sys.stdout.write(f"{told}\n")
                sys.stdout.flush()
    return wrong


def complaints(chromium: Browser, address: str, name: str, folder: Path) -> list[str]:
    """All that is wrong on the page of a problem."""
    found = []
    try:
        with Visitor(chromium, address) as visitor:
            if name in NEEDING:
                visitor.open(f"{name}.html")
                visitor.page.click("#tab-change")
                visitor.page.wait_for_selector("#change-said:not(:empty)", timeout=PATIENCE)
                said = visitor.page.text_content("#change-said")
                if NEEDING[name] not in str(said):
                    found.append(f"it says: {said}")
            else:
                visitor.open_engine(f"{name}.html")
                if name not in WITHOUT and not change_and_compare(visitor, folder):
                    found.append("no number was compared")
            found += _looks(visitor)
    except (AssertionError, Error) as error:
        found.append(f"{type(error).__name__}: {error}")
    return found


def _looks(visitor: Visitor) -> list[str]:
    found = []
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme)
        for language in ("en", "zh"):
            visitor.ask("(s) => document.querySelector(s).click()", f'[data-language="{language}"]')
            found += [f"{scheme}, {language}: {each}" for each in serious(visitor)]
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 740})
        visitor.page.wait_for_timeout(100)
        if (beyond := visitor.ask(SIDEWAYS)) > 0:
            found.append(f"{width} pixels wide: {beyond} more are needed")
    return found


if __name__ == "__main__":
    sys.exit(bool(sweep(sys.argv[1:] or list(PROBLEMS))))

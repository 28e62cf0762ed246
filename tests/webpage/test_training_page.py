"""The page of a training in a browser: it asks for nothing, is styled, and can be heard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import good
from tests.webpage.browsing import Visit, needs_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("matplotlib")
SERIOUS = ("serious", "critical")


@needs_chromium
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_of_a_training_loads_alone(chromium: Browser, tmp_path: Path, lang: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "xor.html"
    options = ("--updates", "100", "--surface", "--paths", "w1,b1", "--lang", lang)
    good("train", "xor-sigmoid", "-o", str(path), *options)
    with Visit(chromium, path, viewport={"width": 360, "height": 800}) as visit:
        # A style that the policy refuses would leave the line of the loss filled and black.
        stroke = (
            "() => [...document.querySelectorAll('svg path')].map(p => getComputedStyle(p).stroke)"
        )
        assert "rgb(0, 114, 178)" in visit.ask(stroke)
        wide = "() => [document.documentElement.scrollWidth, innerWidth]"
        needed, there = visit.ask(wide)
        assert needed <= there
        found = Axe().run(visit.page).response["violations"]
        assert [fault["id"] for fault in found if fault["impact"] in SERIOUS] == []

"""Worksheets in the browser: nothing is refused, nothing loaded, nothing serious found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import good
from tests.webpage.browsing import Visit, needs_chromium, serious
from tests.worksheet.making import SMALL, pair

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_chromium


@pytest.mark.parametrize(
    ("options", "count"),
    [(("exercise",), 1), (("exercise", "--names", "class.csv", "--lang", "zh"), 2),
     (("sigmoid-2-2-2", "--formulas"), 1)],
)  # fmt: skip
def test_sheets_and_keys(
    options: tuple[str, ...],
    count: int,
    chromium: Browser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class.csv").write_text("name\nAda\n<b>李雷</b>\n", encoding="utf-8")
    good("worksheet", *options, "-o", "sheet.html")
    for name in ("sheet", "sheet-key"):
        with Visit(chromium, tmp_path / f"{name}.html") as visit:
            articles = visit.ask("document.querySelectorAll('article').length")
            assert articles == (count if name == "sheet" else 1)
            # The style is allowed by its hash: boxes have edges.
            assert visit.ask("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
            if (name == "sheet") is (count == 1):
                assert serious(visit) == []
        with Visit(
            chromium, tmp_path / f"{name}.html", viewport={"width": 360, "height": 700}
        ) as visit:
            wide = visit.ask("document.documentElement.scrollWidth")
            assert wide <= 360, name


def test_boxes_are_wide_enough_to_write_in(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "sheet.html"
    good("worksheet", "exercise", "-o", str(path))
    with Visit(chromium, path) as visit:
        sizes = visit.ask(
            "[...document.querySelectorAll('.box')].map(box => [box.offsetWidth, box.offsetHeight])"
        )
        assert len(sizes) == 91
        assert min(width for width, _ in sizes) > 90
        assert min(height for _, height in sizes) > 25
        assert set(visit.ask("[...document.querySelectorAll('.box')].map(b => b.textContent)")) == {
            ""
        }


OVER = """() => {
  const found = [];
  for (const blank of document.querySelectorAll('.blank')) {
    const [name, box] = [...blank.children].map((e) => e.getBoundingClientRect());
    const formula = blank.querySelector('math').getBoundingClientRect();
    if (formula.right > box.left || name.left < 0 || box.width < 40) found.push(blank.textContent);
    if (box.right > innerWidth) found.push(`beyond: ${blank.textContent}`);
  }
  return found;
}"""


# Sheets are made alike: every second problem is enough.
@pytest.mark.parametrize("name", SMALL[::2])
def test_no_symbol_lies_over_a_box(name: str, chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "sheet.html"
    path.write_text(pair(name, "html").sheet, encoding="utf-8")
    with Visit(chromium, path, viewport={"width": 1000, "height": 700}) as visit:
        for width in (1000, 360):
            visit.page.set_viewport_size({"width": width, "height": 700})
            assert visit.ask(OVER) == []

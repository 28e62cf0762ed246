"""Numbers changed on a page as a reader changes them, and compared with what the program gives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.site.serving import Visitor

TYPED = ("−0.75", "2", "0,3")
SHOWN = """() => {
  const numbers = {};
  for (const line of document.querySelectorAll('#derivation .line.index[data-step] .result')) {
    for (const element of line.querySelectorAll('[data-key]')) {
      const before = element.previousElementSibling;
      const minus = before && before.textContent === '−' ? '-' : '';
      numbers[element.dataset.key] = minus + element.textContent;
    }
  }
  return numbers;
}"""
NUMBERS = """() => [...document.querySelectorAll('#change [data-number]')]
  .map((e) => e.dataset.number)"""


def change_and_compare(visitor: Visitor, folder: Path) -> int:
    """Type three numbers, move one by the keys and one by the pointer, and save the file.

    Returns how many numbers of the page were compared with those of `solve` for that file.
    """
    page = visitor.page
    page.click("#tab-change")
    free = [key for key in visitor.ask(NUMBERS) if not key.startswith("Y")]
    for key, value in zip(free[:: max(1, len(free) // 3)][:3], TYPED, strict=False):
        page.fill(f"#change [data-number='{key}']", value)
        page.keyboard.press("Enter")
        visitor.quiet()
    slider = f"[data-slide='{free[-1]}']"
    before = page.input_value(slider)
    page.focus(slider)
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    visitor.quiet()
    assert page.input_value(slider) != before
    drag(visitor, free)
    with page.expect_download() as download:
        page.click("#change-save")
    saved = folder / "mine.yaml"
    download.value.save_as(saved)
    expected = results_of(saved)
    shown = visitor.ask(SHOWN)
    for key, text in shown.items():
        assert number(text) == pytest.approx(expected[key], abs=6e-5, rel=6e-4), key
    return len(shown)


def results_of(file: Path) -> dict[str, float]:
    """The results as `solve` prints them: those of the lines entry by entry."""
    done = run("solve", str(file), "--json")
    assert done.code == 0, done
    trace = json.loads(done.out)
    return {e["id"]: e["value"] for step in trace["steps"] for e in step["entries"]}


def number(text: str) -> float:
    """A number as the page writes it, `2.763·10−5`."""
    digits, _, power = text.partition("·10")
    return float(digits) * 10.0 ** int(power.replace("−", "-") or 0)


def drag(visitor: Visitor, keys: list[str]) -> None:
    """Draw the first number that stands in the picture to the right; of arrays none does."""
    page = visitor.page
    labels = ((page.locator(f"#net text[data-key='{key}']:not(.away)").first, key) for key in keys)
    label, key = next(((each, key) for each, key in labels if each.count()), (None, ""))
    if label is None:
        return
    label.scroll_into_view_if_needed()
    box = label.bounding_box()
    assert box is not None
    before = page.input_value(f"#change [data-number='{key}']")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    page.mouse.up()
    visitor.quiet()
    assert page.input_value(f"#change [data-number='{key}']") != before

"""Pages of a site with the program beside them: what is changed there, and what is seen then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.running import run
from tests.site.serving import PATIENCE, PYODIDE, Visitor, build, needs_engine, served
from tests.webpage.browsing import serious

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = needs_engine
CHANGED = ("exercise", "softmax-cross-entropy", "cnn-2x2", "rnn-bptt", "graph-chain-rule")
"""A plain network, classes, images, sequences, a graph."""
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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    build(folder, *CHANGED, "--runtime", str(PYODIDE))
    with served(folder) as found:
        yield found


def results_of(file: Path) -> dict[str, str]:
    """The results as `solve` prints them: those of the lines entry by entry."""
    page = file.with_suffix(".html")
    assert run("page", str(file), "-o", str(page), "--force").code == 0
    done = run("solve", str(file), "--json")
    assert done.code == 0
    trace = json.loads(done.out)
    return {e["id"]: e["value"] for step in trace["steps"] for e in step["entries"]}


@pytest.mark.parametrize("name", CHANGED)
def test_numbers_changed_on_the_page_give_what_solve_gives_for_the_saved_file(
    name: str, address: str, chromium: Browser, tmp_path: Path
) -> None:
    with Visitor(chromium, address) as visitor:
        page = visitor.open_engine(f"{name}.html")
        page.click("#tab-change")
        keys = visitor.ask(
            "() => [...document.querySelectorAll('#change [data-number]')]"
            ".map((e) => e.dataset.number)"
        )
        free = [key for key in keys if not key.startswith("Y")]
        for key, value in zip(free[:: max(1, len(free) // 3)][:3], ("−0.75", "2", "0,3"),
                              strict=False):  # fmt: skip
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
        drag(visitor, free[0])
        with page.expect_download() as download:
            page.click("#change-save")
        saved = tmp_path / "mine.yaml"
        download.value.save_as(saved)
        expected = results_of(saved)
        shown = visitor.ask(SHOWN)
        assert len(shown) > 5
        for key, text in shown.items():
            assert number(text) == pytest.approx(expected[key], abs=6e-5, rel=6e-4), key


def number(text: str) -> float:
    """A number as the page writes it, `2.763·10−5`."""
    digits, _, power = text.partition("·10")
    return float(digits) * 10.0 ** int(power.replace("−", "-") or 0)


def drag(visitor: Visitor, key: str) -> None:
    """Draw a number in the picture to the right."""
    page = visitor.page
    label = page.locator(f"#net text[data-key='{key}']:not(.away)").first
    if not label.count():
        return
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


def test_a_student_on_a_phone_follows_a_link_offline(address: str, chromium: Browser) -> None:
    """Index, exercise, a number in a link, a wrong word; then without the network."""
    phone: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
    with Visitor(chromium, address, **phone) as visitor:
        page = visitor.open("index.zh.html")
        assert serious(visitor) == []
        page.click("a[href^='exercise.html']")
        page.wait_for_selector("html[data-open]", state="attached", timeout=PATIENCE)
        assert visitor.ask("document.documentElement.lang") == "zh"
        page.click("#tab-change")
        page.fill("#change [data-number='W[1,1,1]']", "zwei")
        page.keyboard.press("Enter")
        assert page.text_content("#change-said") == "这不是一个数。"
        page.fill("#change [data-number='W[1,1,1]']", "2")
        page.keyboard.press("Enter")
        visitor.quiet()
        link = page.url
        assert serious(visitor) == []
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert visitor.ask(wide) is False
        page.wait_for_selector("html[data-offline]", state="attached", timeout=PATIENCE)
        visitor.context.set_offline(True)
        page.goto("about:blank")
        assert link.endswith("%3D2")
        page.goto(f"{link[:-1]}3")
        page.wait_for_selector("html[data-open]", state="attached", timeout=PATIENCE)
        # What a link brings is shown, and only then put in.
        assert page.input_value("#change [data-number='W[1,1,1]']") == "0.5"
        page.click("#change-said button")
        visitor.quiet()
        assert page.input_value("#change [data-number='W[1,1,1]']") == "3"
        # By hand: 1*3 + 0*(-0.2) + 1*0.8 + 0.2 = 4.
        assert visitor.ask(SHOWN)["Z[2,1]"] == "4"
        # What the reader put in himself is there again after a reload, as is the language.
        page.reload()
        page.wait_for_selector("html[data-open]", state="attached", timeout=PATIENCE)
        visitor.quiet()
        assert visitor.ask(SHOWN)["Z[2,1]"] == "4"
        assert visitor.ask("document.documentElement.lang") == "zh"
        page.click("#change-reset")
        visitor.quiet()
        assert visitor.ask(SHOWN)["Z[2,1]"] == "1.5"


def test_what_takes_too_long_is_ended_and_nothing_typed_is_lost(
    address: str, chromium: Browser
) -> None:
    with Visitor(chromium, address) as visitor:
        page = visitor.open_engine("exercise.html")
        # What the page may not load, its program may not either.
        refused = "fetch('data:,1').then(() => '', () => 'refused')"
        assert page.workers[0].evaluate(refused) == "refused"
        page.click("#tab-change")
        page.fill("#change [data-number='W[1,1,1]']", "2")
        page.keyboard.press("Enter")
        visitor.quiet()
        visitor.ask("() => { document.documentElement.dataset.limit = '1'; }")
        page.fill("#change [data-number='W[1,1,2]']", "3")
        page.keyboard.press("Enter")
        page.wait_for_selector("html[data-engine=starting]", state="attached", timeout=PATIENCE)
        visitor.ask("() => { delete document.documentElement.dataset.limit; }")
        page.wait_for_selector("html[data-engine=ready]", state="attached", timeout=PATIENCE)
        assert page.input_value("#change [data-number='W[1,1,1]']") == "2"
        page.click("#tab-change")
        page.fill("#change [data-number='W[1,1,2]']", "3")
        page.keyboard.press("Enter")
        visitor.quiet()
        # By hand: 1*2 + 0*(-0.2) + 1*0.8 + 0.2, and 1*3 + 0*0.3 - 1*0.6 - 0.5.
        assert [visitor.ask(SHOWN)[key] for key in ("Z[2,1]", "Z[2,2]")] == ["3", "1.9"]

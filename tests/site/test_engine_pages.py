"""Pages of a site with the program beside them: what is changed there, and what is seen then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.site.changing import SHOWN, change_and_compare
from tests.site.serving import PATIENCE, PYODIDE, Visitor, build, needs_engine, served
from tests.webpage.browsing import serious

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = needs_engine
CHANGED = ("exercise", "softmax-cross-entropy", "cnn-2x2", "rnn-bptt", "graph-chain-rule")
"""A plain network, classes, images, sequences, a graph."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    build(folder, *CHANGED, "--runtime", str(PYODIDE))
    with served(folder) as found:
        yield found


@pytest.mark.parametrize("name", CHANGED)
def test_numbers_changed_on_the_page_give_what_solve_gives_for_the_saved_file(
    name: str, address: str, chromium: Browser, tmp_path: Path
) -> None:
    with Visitor(chromium, address) as visitor:
        visitor.open_engine(f"{name}.html")
        assert change_and_compare(visitor, tmp_path) > 5


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
        # What is typed counts as soon as it is a number; of half a one nothing is said.
        page.fill("#change [data-number='W[1,1,1]']", "1.5")
        visitor.quiet()
        assert visitor.ask(SHOWN)["Z[2,1]"] == "2.5"
        for half in ("1.", "-", ""):
            page.fill("#change [data-number='W[1,1,1]']", half)
            visitor.quiet()
            assert page.text_content("#change-said") == "改了 1 处"
        assert visitor.ask(SHOWN)["Z[2,1]"] == "2.5"
        page.fill("#change [data-number='W[1,1,1]']", "2")
        page.keyboard.press("Enter")
        visitor.quiet()
        # The drawing for a narrow screen, with the new number.
        weight = page.locator("#net svg.narrow text[data-key='W[1,1,1]']")
        assert weight.text_content() == "W₁₁₁ = 2"
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
        _another_link(visitor, f"{link[:-1]}5")


def _another_link(visitor: Visitor, link: str) -> None:
    """A link that is opened where the exercise stands already."""
    visitor.page.goto(link)
    visitor.page.click("#change-said button")
    visitor.quiet()
    assert visitor.ask(SHOWN)["Z[2,1]"] == "6"


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
        # The picture has room for as many digits as the reader chooses: 1/(1 + e^−3).
        page.click("#tab-derivation")
        for _ in range(6):
            page.click("#forward")
        page.select_option("#digits", "6")
        page.wait_for_selector("#net text[data-key='A[2,1]']:has-text('0.952574')",
                               timeout=PATIENCE)  # fmt: skip
        visitor.quiet()
        page.click("#first")
        # A wrong prediction of a number that was changed is explained: 3 without the bias 0.2.
        page.click("#predicting")
        page.fill("#predict-fields input", "2.8")
        page.press("#predict-fields input", "Enter")
        page.wait_for_selector("#predict-verdict:has-text('0.2')", timeout=PATIENCE)
        assert "bias" in str(page.text_content("#predict-verdict"))

"""Training on a page of a site: run and paused, seen in the picture, taken for the exercise."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import pytest

from bp_tutor.site.runtime import FILES
from tests.site.serving import PATIENCE, PYODIDE, Visitor, build, needs_engine, served
from tests.webpage.browsing import serious

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = needs_engine
LEARNT = 700
"""Updates after which the loss of `xor-sigmoid` is less than a fiftieth of the first."""
LABEL = """() => document.querySelector("#net text[data-key='W[1,1,1]']").textContent"""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A site, and where it has its runtime from: not from itself, here."""
    folder = tmp_path_factory.mktemp("training")
    with served(PYODIDE, shared=True) as elsewhere:
        runtime = ("--runtime", str(PYODIDE), "--runtime-address", elsewhere)
        build(folder, "xor-sigmoid", *runtime)
        with served(folder) as found:
            yield found, elsewhere


def updates(visitor: Visitor) -> int:
    return int(visitor.ask("() => document.documentElement.dataset.trained"))


def test_a_training_runs_is_paused_and_its_weights_are_taken(
    addresses: tuple[str, str], chromium: Browser
) -> None:
    with Visitor(chromium, *addresses) as visitor:
        page = visitor.open_engine("xor-sigmoid.html")
        assert {url for url in visitor.requests if url.startswith(addresses[1])} == {
            addresses[1] + name for name in FILES
        }
        first = visitor.ask(LABEL)
        page.click("#tab-train")
        page.wait_for_selector("html[data-trained='0']", state="attached", timeout=PATIENCE)
        assert visitor.ask(LABEL) == first
        page.click("#train-ten")
        page.wait_for_selector("html[data-trained='10']", state="attached", timeout=PATIENCE)
        assert visitor.ask(LABEL) != first
        page.select_option("#train-speed", "100")
        page.click("#train-run")
        ends = monotonic() + PATIENCE / 1000
        while updates(visitor) < LEARNT and monotonic() < ends:
            page.wait_for_timeout(20)
        page.click("#train-run")
        page.wait_for_selector("#train-step:enabled", timeout=PATIENCE)
        page.wait_for_timeout(500)
        done = updates(visitor)
        page.wait_for_timeout(500)
        assert updates(visitor) == done >= LEARNT
        # The surface has both colours, and is told in words; the loss has its axis.
        colours = visitor.ask(
            """() => {
              const canvas = document.querySelector('#train-surfaces canvas');
              const size = canvas.width;
              const { data } = canvas.getContext('2d').getImageData(0, 0, size, size);
              const at = (x, y) => [...data.slice(4 * (y * size + x), 4 * (y * size + x) + 4)];
              return [at(2, size - 3), at(Math.floor(size / 2), Math.floor(size / 2))];
            }"""
        )
        (red, _, blue, _), (other_red, _, other_blue, _) = colours
        assert red > blue
        assert other_blue > other_red
        said = page.get_attribute("#train-surfaces svg", "aria-label")
        assert said is not None
        assert "4 of 4" in said
        assert "logarithmic" in page.inner_text("#train-curve figcaption")
        assert len(page.query_selector_all("#train-outputs tbody tr")) == 4
        assert serious(visitor) == []
        # What is taken is the exercise's own from then on, and the training begins with it.
        weight = visitor.ask(LABEL)
        page.click("#train-take")
        page.wait_for_selector("html[data-trained='0']", state="attached", timeout=PATIENCE)
        assert visitor.ask(LABEL) == weight
        page.click("#tab-change")
        typed = page.input_value("[data-number='W[1,1,1]']").replace("−", "-")
        assert weight.endswith(typed)
        page.click("#tab-derivation")
        visitor.quiet()
        assert visitor.ask(LABEL) == weight

"""On a phone, what is typed and what is said about it stand above the buttons, at every step."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest

from tests.webpage.browsing import Visit, needs_chromium, written

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_chromium
SIZES = ((360, 640), (844, 390))
"""Upright and turned to its side."""
LOW = ((360, 330), (1280, 560))
"""With the keyboard of a phone open, and in a low window of a large screen."""
LANGUAGES = ("en", "zh")
PAGES = ("sigmoid-2-2-2", "rnn-forward", "graph-chain-rule")

# Whether a spot of each element is what lies on top there; the names of those that are not.
ANSWER = """async (form) => {
  const find = (s) => document.querySelector(s);
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const spots = [[0.02, 0.1], [0.5, 0.5], [0.02, 0.9]];
    return spots.every(([x, y]) => {
      const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      return top && (element === top || element.contains(top));
    });
  };
  const found = [];
  const see = (what, element) => {
    if (!element || !seen(element)) found.push([form, find('#counter').textContent, what]);
  };
  if (document.documentElement.dataset.form !== form) find('#form').click();
  const verdict = find('#predict-verdict');
  find('#first').click();
  const count = Number(find('#slider').max);
  for (let step = 1; step <= count; step += 1) {
    find('#forward').click();
    await drawn();
    if (find('#predict').hidden) continue;
    const inputs = [...document.querySelectorAll('#predict-fields input')];
    see('last input', inputs[inputs.length - 1]);
    if (inputs.length <= 4) see('first input', inputs[0]);
    inputs.forEach((input) => { input.value = 'x'; });
    find('#predict-check').click();
    await drawn();
    see('verdict on it', verdict);
    const mark = verdict.className;
    if (mark !== 'unread') found.push([form, step, mark]);
    if (inputs.length <= 4) see('input to mend', inputs[0]);
    find('#predict-reveal').click();
    await drawn();
    see('what it says', verdict);
  }
  return found;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_a_question_lies_under_the_buttons(chromium: Browser, name: str) -> None:
    first = {"width": SIZES[0][0], "height": SIZES[0][1]}
    with Visit(chromium, written(name), viewport=first, reduced_motion="reduce") as visit:
        alone = visit.ask("() => document.querySelector('#form').hidden")
        forms = ("index",) if alone else ("index", "matrix")
        sizes = (*SIZES, *(LOW if name == PAGES[0] else ()))
        # Each size in one language, and each language in another size on the next page.
        languages = islice(cycle(LANGUAGES), PAGES.index(name) % 2, None)
        for (width, height), language in zip(sizes, languages, strict=False):
            visit.page.set_viewport_size({"width": width, "height": height})
            visit.click(f'[data-language="{language}"]')
            # In matrix form where there is the least room.
            for form in forms if (width, height) == SIZES[0] else forms[:1]:
                # Asked afresh: what has been answered is not asked again.
                visit.click("#predicting")
                if not visit.ask("() => document.documentElement.matches('.predicting')"):
                    visit.click("#predicting")
                assert visit.ask(ANSWER, form) == [], (width, height, language)

"""Every page plays to its end and back, and shows at each step what the calculation gives."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from bp_tutor.explain import View, derivation
from bp_tutor.explain.steps import StepOf, steps_of
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import Trace, solve
from tests.cli.running import PROBLEMS
from tests.explain.paper import page_of
from tests.webpage.browsing import Visit, needs_chromium, written

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_chromium
MOST_UPDATES = 3
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")

WALK = """async ([forms]) => {
  const all = (s, e = document) => [...e.querySelectorAll(s)];
  const number = (t) => { const n = t.querySelector('.number');
    return n ? n.textContent.replace(' = ', '') : ''; };
  const one = () => ({
    counter: document.querySelector('#counter').textContent,
    address: location.hash,
    direction: document.querySelector('#net').dataset.direction,
    gives: all('#net text.gives:not(.away)').map((t) => [t.dataset.key, number(t)]),
    lit: all('#net .gives, #net .used').flatMap((e) => e.dataset.key.split(' ')),
    card: all('#card-line .result [data-key]').map((e) => [e.dataset.key, e.textContent,
      e.previousElementSibling && e.previousElementSibling.textContent === '−']),
    current: all('#derivation .current').map((e) => e.dataset.step),
  });
  const found = {};
  for (const form of forms) {
    const forward = [];
    document.querySelector('#first').click();
    const count = Number(document.querySelector('#slider').max);
    for (let n = 0; n < count; n += 1) {
      document.querySelector('#forward').click();
      forward.push(one());
    }
    const back = [];
    for (let n = count; n > 1; n -= 1) {
      document.querySelector('#backward').click();
      back.push(one());
    }
    back.reverse();
    document.querySelector('#backward').click();
    found[form] = { forward, back, start: one(), unknown: all('#net text.gives').length };
    const other = document.querySelector('#form');
    if (!other.hidden) other.click();
  }
  return found;
}"""


@cache
def trace_of(name: str) -> Trace:
    problem = load_problem(find_problem(name))
    return solve(problem, problem.updates if problem.updates <= MOST_UPDATES else 1)


def expected_steps(name: str, form: str) -> tuple[StepOf, ...]:
    """The steps by themselves: of a derivation in this form alone, in plain text."""
    return steps_of(derivation(page_of(name, "unicode"), trace_of(name), View(form=form)))


def number_of(text: str) -> tuple[float, float]:
    """A number as it stands in the picture, and half of its last digit."""
    found = re.fullmatch(r"(−?[\d.]+)(?:·10(.+))?", text)
    assert found, text
    scale = 10.0 ** int((found[2] or "0").translate(_RAISED))
    decimals = len(found[1].partition(".")[2])
    return float(found[1].replace("−", "-")) * scale, 0.5001 * 10.0**-decimals * scale


def close(shown: float, half: float, value: float) -> bool:
    return abs(shown - value) <= half + 1e-9 * abs(value)


@pytest.mark.parametrize("name", PROBLEMS)
def test_each_step_shows_what_the_calculation_gives(chromium: Browser, name: str) -> None:
    trace = trace_of(name)
    with Visit(chromium, written(name)) as visit:
        both = not visit.ask("() => document.querySelector('#form').hidden")
        forms = ["index", "matrix"] if both else ["index"]
        walked = visit.ask(WALK, [forms])
        assert visit.ask("() => document.documentElement.scrollWidth <= innerWidth")
    for form in forms:
        steps = expected_steps(name, form)
        seen: list[dict[str, Any]] = walked[form]["forward"]
        assert len(seen) == len(steps) == len(walked[form]["back"]) + 1 or not steps
        for step, shown in zip(steps, seen, strict=True):
            _agrees(trace, step, shown, form)
        # Going back, every step looks as it did on the way there.
        for there, back in zip(seen, walked[form]["back"], strict=False):
            assert there == back
        assert walked[form]["start"]["current"] == []
        assert walked[form]["unknown"] == 0


def _agrees(trace: Trace, step: StepOf, shown: dict[str, Any], form: str) -> None:
    run = trace.runs[max(step.update, 1) - 1]
    word = "step" if form == "index" else "matrix"
    assert shown["address"] == f"#{word}={step.number}"
    assert shown["current"] == [str(step.number)]
    forward = step.phase in ("forward", "loss")
    wanted = "update" if step.phase == "update" else "forward" if forward else "backward"
    assert shown["direction"] == wanted
    for key, text in shown["gives"]:
        found = run.find(key)
        assert found is not None
        assert key in step.gives
        if text:
            assert close(*number_of(text), run.value(*found)), (key, text)
    for key, text, negative in shown["card"]:
        found = run.find(key)
        assert found is not None
        assert key in step.gives or found[0].name in step.gives, key
        value, half = number_of(_plain(text))
        assert close(-value if negative else value, half, run.value(*found)), (key, text)


def _plain(text: str) -> str:
    """`2.763·10−5`, as the text of an element, with its power raised again."""
    mantissa, _, power = text.partition("·10")
    return f"{mantissa}·10{power}" if power else mantissa

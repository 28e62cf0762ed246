"""Every page plays to its end and back, and shows at each step what the calculation gives."""

from __future__ import annotations

import re
from functools import cache
from itertools import count, product
from typing import TYPE_CHECKING, Any, Literal

import pytest

from bp_tutor.api.whole_page import page_scene
from bp_tutor.explain import View, derivation
from bp_tutor.explain.steps import StepOf, steps_of
from bp_tutor.pictures import Scene, Wire
from bp_tutor.pictures.moment import Moment, moment_of
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import Trace, solve
from tests.cli.running import PROBLEMS, run
from tests.explain.paper import page_of
from tests.webpage.browsing import Visit, needs_chromium, serious, written

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_chromium
MOST_UPDATES = 3
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")

PANE = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const net = document.querySelector('#net');
  const svg = net.querySelector('svg');
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const pane = net.getBoundingClientRect();
  const lost = [...net.querySelectorAll('text.gives:not(.away)')].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.left < pane.left - 1 || box.right > pane.right + 1
      || box.top < pane.top - 1 || box.bottom > pane.bottom + 1;
  });
  return {
    letters: Math.min(...[...net.querySelectorAll('text')]
      .map((e) => parseFloat(getComputedStyle(e).fontSize) * scale)),
    across: net.scrollWidth <= net.clientWidth + 1,
    whole: net.scrollWidth <= net.clientWidth + 1 && net.scrollHeight <= net.clientHeight + 1,
    page: document.documentElement.scrollWidth <= innerWidth,
    lost: lost.length, made: net.querySelectorAll('text.gives:not(.away)').length,
  }; }"""
# The lines of a derivation are made alike; some of each sort are enough to look at.
PRUNED = """() => {
  for (const [sort, most] of [['.line', 4], ['.listing', 1], ['.part tr', 4], ['.part h2', 3]]) {
    const every = [...document.querySelectorAll(`#derivation ${sort}`)];
    const kept = every.filter((e) => getComputedStyle(e).display !== 'none').slice(0, most);
    every.filter((e) => !kept.includes(e)).forEach((e) => e.remove());
  }
}"""
ALIKE = (
    "adamw", "chain-2-2-1", "clipping", "cnn-2x2", "descent-mini-batch", "descent-stochastic",
    "given-deltas", "hinge", "huber", "label-smoothing", "linear-2-2-1", "linear-regression",
    "logic-gates", "logistic-regression", "logits-cross-entropy", "momentum",
    "multi-head-attention", "residual", "rnn-forward", "sigmoid-2-2-1", "sigmoid-2-2-2",
    "three-class-3-2-3", "xor", "xor-sigmoid",
)  # fmt: skip
"""Their pages are those of others with other numbers: the same kinds of layers and lines."""
PLAYED = tuple(name for name in PROBLEMS if name not in ALIKE)
FOLDED = ("digits-784", "mlp-shapes")
LEAST = 11.95
"""Letters are read at 12 pixels; a width is written in tenths of a pixel."""
SCREENS = ((1280, 720), (1400, 900))
PHONE = (360, 740)
MOST_MADE = 4
"""So many values that one line works out stand side by side in the picture, also on a phone."""

MOST_STEPS = 100
"""So many steps of a derivation are looked at: of more, every second one, or third."""

WALK = """async ([forms, stride]) => {
  const all = (s, e = document) => [...e.querySelectorAll(s)];
  const number = (t) => { const n = t.querySelector('.number');
    return n ? n.textContent.replace(' = ', '') : ''; };
  const boxes = all('#net rect:not(.paper, .window, .group, .hit)').map((e) => e.getBBox());
  const measured = new Map();
  const boxOf = (t) => {
    const said = ['x', 'y', 'class'].map((name) => t.getAttribute(name)).join(' ') + t.textContent;
    if (!measured.has(said)) measured.set(said, t.getBBox());
    return measured.get(said);
  };
  // Labels over each other, and labels that are wider than the box that they stand in.
  const over = () => {
    const seen = all('#net text:not(.away)').filter((t) => t.textContent)
      .map((t) => [t, boxOf(t)]).sort(([, a], [, b]) => a.y - b.y);
    const found = [];
    seen.forEach(([t, a], place) => {
      for (const [u, b] of seen.slice(place + 1)) {
        if (b.y >= a.y + a.height - 1) break;
        if (a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1) {
          found.push([t.textContent, u.textContent]);
        }
      }
      const around = boxes.filter((b) => a.x < b.x + b.width && b.x < a.x + a.width
        && a.y + 3 < b.y + b.height && b.y < a.y + a.height - 3);
      if (around.some((b) => a.x < b.x - 0.5 || a.x + a.width > b.x + b.width + 0.5)) {
        if (!t.matches('.caption')) found.push([t.textContent]);
      }
    });
    return found;
  };
  const one = (measure) => ({
    over: measure ? over() : [],
    numbers: all('#net text[data-key]:not(.away)').filter(number).map((t) => t.dataset.key),
    counter: document.querySelector('#counter').textContent,
    direction: document.querySelector('#net').dataset.direction,
    gives: all('#net text.gives:not(.away)').map((t) => [t.dataset.key, number(t)]),
    wires: all('#net polyline.gives, #net polyline.used').filter((e) => !e.matches('.away'))
      .map((e) => [e.dataset.wire || '', e.dataset.key || '', e.dataset.update || '',
        ['forward', 'backward', 'update'].filter((way) => e.matches('.' + way)).join(' '),
        getComputedStyle(e).visibility]),
    card: all('#card-line .result [data-key]').map((e) => [e.dataset.key, e.textContent,
      e.previousElementSibling && e.previousElementSibling.textContent === '−']),
    current: all('#derivation .current').map((e) => e.dataset.step),
  });
  const found = {};
  for (const form of forms) {
    const forward = [];
    document.querySelector('#first').click();
    const slider = document.querySelector('#slider');
    const go = (place, button) => {
      if (stride === 1) return document.querySelector(button).click();
      slider.value = place;
      slider.dispatchEvent(new Event('input'));
    };
    const places = [];
    for (let n = 1; n <= Number(slider.max); n += stride) places.push(n);
    for (const place of places) {
      go(place, '#forward');
      forward.push(one(true));
    }
    const back = [];
    for (const place of form === 'index' ? places.slice(0, -1).reverse() : []) {
      go(place, '#backward');
      back.push(one(false));
    }
    back.reverse();
    document.querySelector(form === 'index' && stride === 1 ? '#backward' : '#first').click();
    found[form] = { forward, back, start: one(false), unknown: all('#net text.gives').length };
    const other = document.querySelector('#form');
    if (forms.length > 1) other.click();
  }
  return found;
}"""


@cache
def trace_of(name: str) -> Trace:
    problem = load_problem(find_problem(name))
    return solve(problem, problem.updates if problem.updates <= MOST_UPDATES else 1)


@cache
def expected_steps(name: str, form: str) -> tuple[StepOf, ...]:
    """The steps by themselves: of a derivation in this form alone, in plain text."""
    return steps_of(derivation(page_of(name, "unicode").settings, trace_of(name), View(form=form)))


def number_of(text: str) -> tuple[float, float]:
    """A number as it stands in the picture, and half of its last digit."""
    found = re.fullmatch(r"(−?[\d.]+)(?:·10(.+))?", text)
    assert found, text
    scale = 10.0 ** int((found[2] or "0").translate(_RAISED))
    decimals = len(found[1].partition(".")[2])
    return float(found[1].replace("−", "-")) * scale, 0.5001 * 10.0**-decimals * scale


def close(shown: float, half: float, value: float) -> bool:
    return abs(shown - value) <= half + 1e-9 * abs(value)


Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LOOKS = tuple(product((1280, 360), SCHEMES, ("en", "zh")))
DIGITS = ("2", "3", "6", "8")


@pytest.mark.parametrize("name", PLAYED)
def test_each_page_plays_rounds_asks_and_can_be_read(chromium: Browser, name: str) -> None:
    """One visit for everything that holds for every problem: loading takes the longest."""
    place = PLAYED.index(name)
    width, scheme, language = LOOKS[place % len(LOOKS)]
    # No markup passes for text.
    assert "&lt;m" not in written(name).read_text(encoding="utf-8")
    with Visit(chromium, written(name), reduced_motion="reduce") as visit:
        _is_seen(visit, name)
        _is_counted_as_in_the_terminal(visit, name)
        _plays(visit, name)
        # What is made alike on every page is tried on some of them in turn.
        if place % 3 == 0:
            _rounds(visit, name, DIGITS[place // 3 % len(DIGITS)])
        if place % 2 == 0:
            _asks(visit, name)
        visit.page.emulate_media(color_scheme=scheme)
        visit.click(f'[data-language="{language}"]')
        for size in (1640 - width, width):
            visit.page.set_viewport_size({"width": size, "height": 800})
            assert visit.ask("() => document.documentElement.scrollWidth <= innerWidth")
            assert visit.ask(PANE)["letters"] >= LEAST
        if place % 3 == 1:
            visit.ask(PRUNED)
            assert serious(visit) == []


def _is_seen(visit: Visit, name: str) -> None:
    """The whole picture on the screens of a laptop and of a lecture hall; on a phone its whole
    width, and in it what the step works out."""
    for width, height in (*SCREENS, PHONE):
        visit.page.set_viewport_size({"width": width, "height": height})
        for step in (0, len(expected_steps(name, "index")) // 2):
            visit.ask(SLIDE, step)
            seen = visit.ask(PANE)
            assert seen["letters"] >= LEAST, (width, seen)
            assert seen["page"], width
            assert seen["across"], width
            if (width, height) in SCREENS:
                assert seen["whole"], width
            assert not seen["lost"] or seen["made"] > MOST_MADE, (width, step, seen)
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    visit.ask(SLIDE, 0)


def _plays(visit: Visit, name: str) -> None:
    """To the end and back, in both forms; every step shows what the calculation gives."""
    trace = trace_of(name)
    both = not visit.ask("() => document.querySelector('#form').hidden")
    # Every second page in matrix form as well.
    forms = ["index", "matrix"] if both and PLAYED.index(name) % 2 else ["index"]
    stride = len(expected_steps(name, "index")) // MOST_STEPS + 1
    walked = visit.ask(WALK, [forms, stride])
    assert visit.ask("() => document.documentElement.scrollWidth <= innerWidth")
    picture = page_scene(page_of(name, "unicode"), trace, ())
    for form in forms:
        steps = expected_steps(name, form)
        seen: list[dict[str, Any]] = walked[form]["forward"]
        assert form == "matrix" or len(walked[form]["back"]) == max(len(seen) - 1, 0)
        for step, shown in zip(steps[::stride], seen, strict=True):
            _agrees(trace, step, shown)
            moment = moment_of(picture, steps, step.number)
            assert sorted(shown["wires"]) == _lit(picture, step, moment), step.number
            assert shown["over"] == [], step.number
            # Of a large layer some lines are left out, and what follows uses their values.
            if name not in FOLDED:
                assert set(shown["numbers"]) <= _known(picture, steps, step), step.number
        # Going back, every step looks as it did on the way there, where no label lay on another.
        for there, back in zip(seen, walked[form]["back"], strict=False):
            assert there == back
        assert walked[form]["start"]["current"] == []
        assert walked[form]["unknown"] == 0


HEADINGS = """() => [...document.querySelectorAll('#derivation .part')]
  .filter((part) => part.checkVisibility()).map((part) => [
    [...part.querySelectorAll('h2 .number')].filter((e) => e.checkVisibility())
      .map((e) => e.textContent.trim()).join(' '),
    [...part.querySelectorAll('.line, .listing')].some((e) => e.checkVisibility()),
  ])"""


def _is_counted_as_in_the_terminal(visit: Visit, name: str) -> None:
    both = not visit.ask("() => document.querySelector('#form').hidden")
    for form in ("index", "matrix") if both else ("index",):
        if visit.ask("() => document.documentElement.dataset.form") != form:
            visit.click("#form")
        printed = run("solve", name, "--form", form, "--lang", "en").out
        numbers = re.findall(r"^ ?(\d+)  \S", printed, re.MULTILINE)
        found = visit.ask(HEADINGS)
        assert [number for number, _ in found if number] == numbers, form
        # No heading stands over nothing.
        assert all(filled for _, filled in found)
    if both:
        visit.click("#form")


def _known(picture: Scene, steps: tuple[StepOf, ...], now: StepOf) -> set[str]:
    """What is given, and what the lines of its update have worked out by a step."""
    given = {label.key for label in picture.labels if label.given}
    lines = [step for step in steps[: now.number] if step.update == now.update]
    later = {key for step in steps if step.update < now.update for key in step.gives if "'" in key}
    started = {key.replace("'", "") for key in later}
    known = given | started | {key for step in lines for key in step.gives}
    if any(step.update == now.update for step in steps[now.number :]):
        return known
    # Of the updates one is written out, and the table of all comes last.
    return known | {label.key for label in picture.labels}.difference(
        *(step.gives for step in steps)
    )


LINES = """(text) => {
  const page = text ? new DOMParser().parseFromString(text, 'text/html') : document;
  const cells = page.querySelectorAll('.line .parts > div, .line td');
  return [...cells].map((e) => [...e.querySelectorAll('math')].map((m) => m.textContent));
}"""


def _rounds(visit: Visit, name: str, digits: str) -> None:
    """Other digits are what the program writes; or there is no switch, as nothing would change."""
    free = not visit.ask("() => document.querySelector('#digits').closest('label').hidden")
    text = written(name, "--digits", digits).read_text(encoding="utf-8")
    usual = visit.ask("() => document.querySelector('#digits').value")
    before = visit.ask(LINES, "")
    switch = """(d) => { const s = document.querySelector('#digits'); s.value = d;
        s.dispatchEvent(new Event('change')); }"""
    if free:
        visit.ask(switch, digits)
    assert visit.ask(LINES, "") == visit.ask(LINES, text)
    if free:
        visit.ask(switch, usual)
        assert visit.ask(LINES, "") == before


SLIDE = """(n) => { const s = document.querySelector('#slider'); s.value = n;
  s.dispatchEvent(new Event('input')); }"""
ASKED = """() => ({
  fields: [...document.querySelectorAll('#predict-fields input')].map((e) => e.dataset.for),
  open: !document.querySelector('#predict').hidden,
  result: document.querySelectorAll('#card-line .result').length,
  said: document.querySelector('#predict-some').textContent,
  numbers: [...document.querySelectorAll('#derivation .current .result > math:nth-of-type(2), '
    + '#derivation .current td:last-child')].map((e) => getComputedStyle(e).visibility),
})"""
SEEN = """() => [...document.querySelectorAll('#derivation [data-key]')]
  .filter((e) => e.localName === 'mn' || (e.firstElementChild || e).localName === 'mn')
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .map((e) => [e.closest('[data-runs]') ? 'ends' : e.closest('[data-run]').dataset.run,
    e.dataset.key])"""
ANSWERED = """(texts) => {
  document.querySelectorAll('#predict-fields input').forEach((e, n) => { e.value = texts[n]; });
  document.querySelector('#predict-check').click();
  return document.querySelector('#predict-verdict').className;
}"""


def _asks(visit: Visit, name: str) -> None:
    """In both forms, a step in the middle and the last one hide their results and mark answers."""
    if visit.ask("() => document.querySelector('#predicting').hidden"):
        assert all(step.value is None for run in trace_of(name).runs for step in run.steps)
        return
    trace = trace_of(name)
    visit.click("#predicting")
    for form in ("index", "matrix"):
        steps = expected_steps(name, form)
        if steps and form == "matrix":
            visit.click("#form")
        for number in dict.fromkeys((len(steps) // 2, len(steps))):
            if not number:
                continue
            visit.click("#predicting")
            visit.ask(SLIDE, number)
            visit.click("#predicting")
            asked = visit.ask(ASKED)
            assert asked["open"], number
            assert asked["result"] == 0
            assert set(asked["numbers"]) == {"hidden"}
            step = steps[number - 1]
            _keeps_back(visit, steps, number)
            run = trace.runs[max(step.update, 1) - 1]
            values = []
            for key in asked["fields"]:
                found = run.find(key)
                assert found is not None
                assert key in step.gives or found[0].name in step.gives
                values.append(run.value(*found))
            assert values
            assert len(values) >= min(5, len(step.gives))
            off = [f"{value + 0.3 * max(abs(value), 1):.5g}" for value in values]
            assert visit.ask(ANSWERED, off) == "wrong", (number, off)
            one_off = [f"{value:.5g}" for value in values[:-1]] + off[-1:]
            assert visit.ask(ANSWERED, one_off) == "wrong", (number, one_off)
            right = [f"{value:.5g}" for value in values]
            assert visit.ask(ANSWERED, right) == "right", (number, right)
            assert set(visit.ask(ASKED)["numbers"]) == {"visible"}
    visit.click("#predicting")
    visit.click("#predicting")


def _keeps_back(visit: Visit, steps: tuple[StepOf, ...], number: int) -> None:
    """Nowhere in the derivation stands a number that is worked out at a step or behind it."""
    update = max(steps[number - 1].update, 1)
    mine = [step for step in steps if max(step.update, 1) == update]
    before = {key for step in mine if step.number < number for key in step.gives}
    later = {key for step in mine if step.number >= number for key in step.gives} - before
    for when, key in visit.ask(SEEN):
        assert when != "ends", key
        assert int(when) <= update, key
        assert int(when) < update or key not in later, key


def _agrees(trace: Trace, step: StepOf, shown: dict[str, Any]) -> None:
    run = trace.runs[max(step.update, 1) - 1]
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


def _lit(picture: Scene, step: StepOf, moment: Moment) -> list[list[str]]:
    """The wires that a step lights up: those of its values, and those that it runs along."""
    values = {*step.gives, *step.uses}
    numbers = count()
    found = []
    for wire in picture.shapes:
        if not isinstance(wire, Wire):
            continue
        number = next(numbers) if wire.route is not None else None
        if wire.update not in (0, max(step.update, 1)):
            continue
        if values & set(wire.keys) or number in moment.wires:
            said = "" if number is None else str(number)
            update = str(wire.update or "")
            found.append([said, " ".join(wire.keys), update, moment.direction, "visible"])
    return sorted(found)


def _plain(text: str) -> str:
    """`2.763·10−5`, as the text of an element, with its power raised again."""
    mantissa, _, power = text.partition("·10")
    return f"{mantissa}·10{power}" if power else mantissa

"""What a reader can do with a page: languages, digits, predicting, pointing, keys, paper."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bp_tutor.explain.document import Line
from bp_tutor.output.page.policy import hashes, policy
from bp_tutor.output.page.whole import ASSETS, HASHES, script_of_pages, style_of_pages
from bp_tutor.pictures import Area
from tests.cli.running import run
from tests.webpage.browsing import Visit, needs_chromium, serious, written
from tests.webpage.test_playing import SLIDE, expected_steps

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_page_is_one_file_of_a_modest_size() -> None:
    text = written("exercise").read_text(encoding="utf-8")
    assert len(text.encode()) <= 400_000
    assert written("digits-784").stat().st_size <= 2 * 1024 * 1024
    assert "{{" not in text
    bare = re.sub(r"http://www\.w3\.org/[\w/]+", "", text)
    outside = r"https?://|\bsrc=|@import|url\((?!#|.data:font/woff2;)|\son\w+=|\sstyle="
    assert not re.search(outside, bare)


def test_the_policy_names_the_script_and_style_of_the_page(
    request: pytest.FixtureRequest,
) -> None:
    """The file of hashes is up to date (`make golden` rewrites it), and no page needs it to be."""
    script, style = script_of_pages(), style_of_pages()
    fresh = hashes(script, style)
    if request.config.getoption("--update-golden"):
        (ASSETS / HASHES).write_text(fresh, encoding="utf-8")
    assert (ASSETS / HASHES).read_text(encoding="utf-8") == fresh, "run `make golden`"
    text = written("exercise").read_text(encoding="utf-8")
    said = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert said
    allowed = said[1].replace("&#39;", "'")
    for kind, name in (("script", "script-src"), ("style", "style-src")):
        (inside,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in allowed
    assert policy(script, style, "") == policy(script, style, fresh) == allowed


def test_the_file_is_replaced_only_with_force(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    assert run("page", "chain-2-2-1", "-o", str(path)).code == 0
    refused = run("page", "chain-2-2-1", "-o", str(path))
    assert refused.code == 2
    assert "--force" in refused.err
    assert run("page", "chain-2-2-1", "-o", str(path), "--force").code == 0


def test_without_a_name_the_file_is_called_after_the_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("page", "linear-2-2-1").out.startswith("Written: linear-2-2-1.html")
    assert [path.name for path in tmp_path.iterdir()] == ["linear-2-2-1.html"]


NASTY = """<script>alert(1)</script><img src=x onerror=alert(2)>"'&\ufdd0<b>\ufdd2 ]]> -->"""


@needs_chromium
def test_texts_of_the_file_are_only_texts(chromium: Browser, tmp_path: Path) -> None:
    problem = tmp_path / "nasty.yaml"
    said = json.dumps(NASTY)
    problem.write_text(
        f"title: {said}\ntext: {said}\nsource: {{part: {said}}}\nnetwork:\n  inputs: 1\n"
        "  layers:\n    - {units: 1, activation: sigmoid}\n  values: {W_111: 0.5, b_21: 0.1}\n"
        "inputs: [1]\ntargets: [0]\nloss: half_squared_error\nlearning_rate: 0.5\n",
        encoding="utf-8",
    )
    target = tmp_path / "nasty.html"
    done = run("page", str(problem), "-o", str(target))
    assert done.code == 0, done.err
    with Visit(chromium, target) as visit:
        assert visit.text("h1") == NASTY
        assert visit.ask("() => document.querySelectorAll('b, img').length") == 0


@needs_chromium
def test_the_policy_stops_what_is_not_the_pages_own(chromium: Browser) -> None:
    with Visit(chromium, written("exercise")) as visit:
        visit.ask("""() => { const s = document.createElement('script');
          s.textContent = 'window.broken = 1'; document.body.append(s);
          const i = new Image(); i.src = 'https://example.org/x.png'; }""")
        visit.page.wait_for_timeout(50)
        assert visit.ask("() => window.broken === undefined")
        assert len(visit.errors) >= 2
        assert not [url for url in visit.requests if "example" in url and not visit.errors]
        visit.errors.clear()
        visit.requests.clear()


@needs_chromium
@pytest.mark.parametrize("name", ["exercise", "sigmoid-2-2-2", "graph-chain-rule"])
def test_the_language_switches(chromium: Browser, name: str) -> None:
    chinese = r"[\u4e00-\u9fff]"
    with Visit(chromium, written(name, "--lang", "en")) as visit:
        visit.press("ArrowRight")
        english = visit.page.inner_text("body").replace("中文", "")
        assert not re.search(chinese, english)
        visit.click('[data-language="zh"]')
        assert visit.ask("() => document.documentElement.lang") == "zh"
        said = visit.page.inner_text("body").replace("English", "")
        assert len(re.findall(chinese, said)) > 100
        assert re.search(chinese, str(visit.ask("() => document.title")))
        labels = visit.ask(
            "() => [...document.querySelectorAll('[data-label]')]"
            ".map((e) => e.getAttribute('aria-label'))"
        )
        assert all(re.search(chinese, label) for label in labels)
        visit.click('[data-language="en"]')
        assert visit.page.inner_text("body").replace("中文", "") == english
    with Visit(chromium, written(name, "--lang", "zh")) as visit:
        assert visit.ask("() => document.documentElement.lang") == "zh"


ANSWER = """(text) => {
  const input = document.querySelector('#predict-fields input');
  input.value = text;
  document.querySelector('#predict-check').click();
  return document.querySelector('#predict-verdict').className;
}"""


@needs_chromium
def test_predictions_are_marked(chromium: Browser) -> None:
    with Visit(chromium, written("exercise")) as visit:
        visit.press("p")
        assert visit.text("#counter") == "1 / 61"
        hidden = visit.ask("() => document.querySelectorAll('#card-line .result').length")
        assert hidden == 0
        assert "?" in visit.text('#net [data-key="Z[2,1]"].label')
        # Z21 = 1·0.5 + 0·(-0.2) + 1·0.8 + 0.2 = 1.5
        visit.press("ArrowRight")
        assert visit.text("#counter") == "1 / 61"
        assert visit.ask(ANSWER, "1.1") == "wrong"
        assert visit.ask(ANSWER, "one") == "unread"
        assert visit.ask(ANSWER, "1.5") == "right"
        assert "1.5" in visit.text("#card-line .result")
        visit.ask("() => document.activeElement.blur()")
        visit.press("ArrowRight")
        assert visit.text("#counter") == "2 / 61"
        # 1/(1 + e^-1.5) = 0.81757...
        assert visit.ask(ANSWER, "0.83") == "wrong"
        assert visit.ask(ANSWER, "0.82") == "short"
        assert visit.ask(ANSWER, "0,818") == "right"
        visit.press("ArrowRight")
        visit.click("#predict-reveal")
        assert "0.9" in visit.text("#card-line .result")
        visit.press("ArrowRight")
        assert visit.text("#counter") == "4 / 61"
        later = visit.ask(
            "() => getComputedStyle(document.querySelector("
            "'.line.later .numbers > math:nth-of-type(2)')).visibility"
        )
        assert later == "hidden"


VERDICT = "() => document.querySelector('#predict-verdict').textContent"


@needs_chromium
def test_wrong_predictions_are_explained(chromium: Browser) -> None:
    with Visit(chromium, written("exercise")) as visit:
        visit.press("p")
        # Z21 = 1·0.5 + 0·(-0.2) + 1·0.8 + 0.2, here without the bias, without a term, and without
        # anything that is known of.
        for language, bias, term, nothing in (
            ("en", "Bias left out: the bias B₂₁ = 0.2", "A₁₃·W₁₃₁ = 1·0.8", "watch the signs"),
            ("zh", "漏掉偏置：加权和里还有偏置 B₂₁ = 0.2", "A₁₃·W₁₃₁ = 1·0.8", "注意"),
        ):
            visit.click(f'[data-language="{language}"]')
            for typed, said in (("1.30", bias), ("0.700", term), ("7.13", nothing)):
                assert visit.ask(ANSWER, typed) == "wrong"
                assert said in visit.ask(VERDICT)
        assert visit.ask(ANSWER, "1.5") == "right"
        visit.press("ArrowRight")
        assert visit.ask(ANSWER, "1.50") == "wrong"
        assert "漏掉激活函数" in visit.ask(VERDICT)
    with Visit(chromium, written("exercise", "--no-explain")) as visit:
        visit.press("p")
        assert visit.ask(ANSWER, "1.30") == "wrong"
        assert "bias" not in visit.ask(VERDICT)


FORMULAS = """() => [...document.querySelectorAll('#card-line .rule, #card-line .formula, '
  + '#card-line .numbers, #derivation .line[data-step="27"].index .formula > math:last-of-type, '
  + '#derivation .line[data-step="28"].index .formula > math:last-of-type')]
  .map((e) => getComputedStyle(e).visibility)"""


LABELS = """() => ['A[1,1]', 'W[1,1,2]', 'Z[2,1]', 'E[1]'].map((key) =>
  document.querySelector(`#net text[data-key="${key}"]`).textContent)"""


@needs_chromium
def test_the_picture_shows_symbols_numbers_or_both(chromium: Browser) -> None:
    with Visit(chromium, written("exercise"), "#step=1") as visit:
        assert visit.ask(LABELS) == ["A₁₁ = 1", "W₁₁₂ = 0.2", "Z₂₁ = 1.5", "E₁"]
        visit.click('[data-values="symbols"]')
        assert visit.ask(LABELS) == ["A₁₁", "W₁₁₂", "Z₂₁", "E₁"]
        visit.click('[data-values="numbers"]')
        assert visit.ask(LABELS) == ["1", "0.2", "1.5", "E₁"]


@needs_chromium
def test_formulas_are_set_in_the_font_of_the_page(chromium: Browser) -> None:
    with Visit(chromium, written("exercise")) as visit:
        found = visit.ask("""async () => {
          await document.fonts.ready;
          const font = [...document.fonts].map((each) => [each.family, each.status]);
          return [font, getComputedStyle(document.querySelector('math')).fontFamily]; }""")
        assert [status for _, status in found[0]] == ["loaded"]
        assert found[1].startswith('"bp-tutor maths"')


@needs_chromium
def test_formulas_can_be_predicted_as_well(chromium: Browser) -> None:
    with Visit(chromium, written("exercise"), "#step=27") as visit:
        assert visit.page.locator("#hiding").is_hidden()
        visit.press("p")
        assert visit.page.locator("#predict-formula").is_hidden()
        # The card has rule, formula and numbers; the lines of this step and the next a formula.
        assert visit.ask(FORMULAS) == ["visible"] * 5
        visit.page.select_option("#hiding", "formula")
        assert visit.ask(FORMULAS) == ["hidden"] * 2
        visit.page.fill("#predict-fields input", "0.1")
        visit.click("#predict-formula")
        assert visit.ask(FORMULAS) == ["visible"] * 4 + ["hidden"]
        assert visit.ask("() => document.querySelector('#predict-fields input').value") == "0.1"
        # 0.5744·(1 − 0.5744)·(−0.006363·(−0.5) + 0.004017·0.4 + 0.007037·0.6)
        assert visit.ask(ANSWER, "0.002203") == "right"
        visit.press("ArrowRight")
        assert visit.page.locator("#predict-formula").is_visible()
        visit.click("#predicting")
        assert visit.page.locator("#hiding").is_hidden()


@needs_chromium
def test_the_last_step_tells_what_became_of_the_loss(chromium: Browser) -> None:
    table = "#card-line table"
    with Visit(chromium, written("exercise"), "#step=60") as visit:
        assert not visit.page.locator(table).count()
        visit.press("ArrowRight")
        # (0.9 − 0.8181)²/2 + (0.1 − 0.6299)²/2, and the same with the new weights.
        assert visit.page.inner_text(f"{table} tbody").split()[1:] == ["0.1437", "0.1397"]
        visit.press("p")
        assert not visit.page.locator(table).count()
        visit.click("#predict-reveal")
        assert visit.page.locator(table).count() == 1


@needs_chromium
def test_the_curve_of_the_loss_tells_nothing_in_advance(chromium: Browser) -> None:
    points = "() => document.querySelectorAll('#loss .point').length"
    with Visit(chromium, written("exercise", "--updates", "3"), "#step=70") as visit:
        assert visit.ask(points) == 4
        visit.press("p")
        # In the second update: of the losses before it one is known.
        assert visit.page.locator("#loss").is_hidden()
        visit.press("End")
        visit.click("#predict-reveal")
        assert visit.ask(points) == 4
        assert visit.page.locator("#loss").is_visible()


@needs_chromium
def test_pointing_shows_the_value_and_lights_it_up(chromium: Browser) -> None:
    with Visit(chromium, written("exercise"), "#step=27", reduced_motion="reduce") as visit:
        visit.page.wait_for_timeout(100)
        visit.page.hover('#card-line .formula [data-key="dZ[3,1]"]')
        assert visit.text("#tip").endswith("= −0.006363")
        assert visit.ask("""() => document.querySelector('#net [data-key="dZ[3,1]"].label')
            .classList.contains('pointed')""")
        visit.page.hover("h1")
        assert visit.ask("() => document.querySelector('#tip').hidden")
        visit.page.hover('#net text[data-key="W[2,3,1]"]')
        assert visit.text("#tip").endswith("= −0.5")
        assert visit.ask("""() => [...document.querySelectorAll('math .pointed')]
            .every((e) => e.dataset.key === 'W[2,3,1]')""")
        visit.page.focus('#card-line .formula [data-key="dZ[3,2]"]')
        visit.press("Shift+Tab")
        visit.press("Tab")
        assert visit.text("#tip").endswith("= 0.004017")


@needs_chromium
def test_keys_walk_and_play(chromium: Browser) -> None:
    with Visit(chromium, written("exercise")) as visit:

        def there() -> str:
            return visit.text("#counter").partition(" ")[0]

        visit.press("ArrowRight")
        visit.press("ArrowRight")
        visit.press("ArrowLeft")
        assert there() == "1"
        visit.press("End")
        assert there() == "61"
        visit.page.wait_for_function("() => location.hash === '#step=61'")
        visit.press("m")
        visit.page.wait_for_function("() => location.hash.startsWith('#matrix=')")
        visit.press("m")
        visit.press("Home")
        assert there() == "0"
        visit.press("PageDown")
        visit.press("PageDown")
        assert there() == "17"
        assert visit.text("#phases [aria-current]") == "Loss"
        visit.ask("() => { document.querySelector('#speed').value = '4'; }")
        visit.press("Space")
        visit.page.wait_for_function(
            "() => parseInt(document.querySelector('#counter').textContent) >= 19"
        )
        visit.press("Space")
        assert (
            visit.ask("() => document.querySelector('#play').getAttribute('aria-pressed')")
            == "false"
        )
        visit.press("Shift+Space")
        visit.page.wait_for_function(
            "() => parseInt(document.querySelector('#counter').textContent) <= 17"
        )
        visit.press("Shift+Space")
        visit.press("?")
        assert visit.ask("() => document.querySelector('#help').open")
        visit.press("Escape")
        visit.ask("() => { location.hash = '#step=12'; }")
        visit.page.wait_for_function(
            "() => document.querySelector('#counter').textContent.startsWith('12 ')"
        )


COLOURS = """() => Object.fromEntries(["W'", "dW"].map((name) => [name,
  [...new Set([...document.querySelectorAll(`#net text[data-key^="${name}"]:not(.away)`)]
    .map((e) => getComputedStyle(e).fill + getComputedStyle(e).fontWeight))]]))"""
BIASES = """() => ["B'", "dB"].map((name) =>
  [...document.querySelectorAll(`#net text[data-key^="${name}"]:not(.away)`)]
    .map((e) => Number(e.getAttribute('y'))))"""


@needs_chromium
def test_updated_weights_replace_the_old_ones(chromium: Browser) -> None:
    with Visit(chromium, written("exercise", "--updates", "3")) as visit:
        visit.press("End")
        shown = visit.ask("""() => [...document.querySelectorAll('#net text:not(.away)')]
          .map((e) => e.dataset.key).filter((k) => /^W/.test(k))""")
        assert len(shown) == 24
        assert all(key.startswith("W'") for key in shown)
        # Of many at once the new values and their gradients differ in colour, not in weight.
        colours = visit.ask(COLOURS)
        assert {name: len(found) for name, found in colours.items()} == {"W'": 1, "dW": 1}
        assert colours["W'"] != colours["dW"]
        values, gradients = visit.ask(BIASES)
        assert len(values) == len(gradients) == 8
        assert all(a < b for a, b in zip(values, gradients, strict=True))
        assert not visit.ask("() => document.querySelector('#loss').hidden")
        assert visit.ask("() => document.querySelectorAll('#loss .point').length") == 4
        many = visit.ask("() => document.querySelectorAll('#phases button').length")
        assert many == 15


@needs_chromium
def test_without_a_script_everything_stands_there(chromium: Browser) -> None:
    with Visit(chromium, written("exercise"), java_script_enabled=False) as visit:
        shown = visit.page.locator("#derivation .line.index")
        assert shown.count() > 60
        assert visit.page.locator("#derivation .line.index:visible").count() == shown.count()
        assert visit.page.locator("#card").is_hidden()
        assert visit.page.locator("#net svg:not(.narrow)").is_visible()
        assert visit.page.locator("#net .narrow").is_hidden()
        box = visit.page.locator("#net svg:not(.narrow)").bounding_box()
        assert box is not None
        assert box["width"] > 1000
        labels = visit.page.locator("#net svg:not(.narrow) text:visible").all()
        # The letters themselves, without their seam and the room above and below them.
        around = [
            Area(at["x"], at["y"] + 5, at["width"], at["height"] - 10)
            for at in (label.bounding_box() for label in labels)
            if at is not None
        ]
        assert len(around) > 60
        assert not any(one.meets(other) for one, other in combinations(around, 2))
        text = visit.page.inner_text("#derivation")
        assert "Backward: deltas of the output layer" in text
        assert "Gradients compared with central differences" in text


@needs_chromium
@pytest.mark.parametrize("name", ["exercise", "digits-784"])
def test_pages_print_without_the_buttons(chromium: Browser, name: str) -> None:
    with Visit(chromium, written(name)) as visit:
        visit.page.emulate_media(media="print")
        assert visit.page.locator("#card").is_hidden()
        assert visit.page.locator("header .settings").is_hidden()
        height = visit.ask("() => document.querySelector('#derivation').clientHeight")
        assert height > 2_000


COVERED = """() => {
  const box = (s) => document.querySelector(s).getBoundingClientRect();
  const at = box('#play');
  const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
  return { reached: Boolean(top.closest('#play')), controls: box('.controls').top,
    height: innerHeight, last: box('#derivation > :last-child').bottom,
    small: Math.min(...[...document.querySelectorAll('.buttons button')]
      .map((e) => Math.min(e.offsetWidth, e.offsetHeight))) };
}"""


SEEN = """() => {
  const box = (s) => document.querySelector(s).getBoundingClientRect();
  const line = document.querySelector('#card-line');
  return { picture: box('#net').height, result: box('#card-line .result').bottom,
    controls: box('.controls').top, folded: !document.querySelector('#facts').open,
    bar: getComputedStyle(line).overflowY !== 'hidden' || line.scrollHeight > line.clientHeight };
}"""


@needs_chromium
@pytest.mark.parametrize(("width", "height"), [(360, 640), (360, 800), (768, 1024), (1280, 720)])
def test_the_buttons_stay_within_reach(chromium: Browser, width: int, height: int) -> None:
    size = {"width": width, "height": height}
    with Visit(chromium, written("exercise"), "#step=40", viewport=size) as visit:
        if width < 960:
            # Before anybody scrolls: picture and result of the step are seen together.
            visit.page.wait_for_function("() => document.querySelector('#net').style.maxHeight")
            seen = visit.ask(SEEN)
            assert 200 <= seen["picture"] <= 0.45 * height + 1
            assert seen["result"] <= seen["controls"]
            assert seen["folded"] == (width < 540)
            assert not seen["bar"]
        for part in (0, 0.3, 0.7, 1):
            visit.ask("(part) => scrollTo(0, part * document.body.scrollHeight)", part)
            found = visit.ask(COVERED)
            assert found["reached"], part
            assert found["small"] >= 24
            if width < 960:
                # A strip at the bottom, over nothing that could not be scrolled up.
                assert found["controls"] > 0.8 * height
        if width < 960:
            assert found["last"] <= found["controls"]


CURVE = """() => Object.fromEntries(['point', 'step', 'tangent'].map((name) => [name,
  [...document.querySelectorAll(`#net .${name}:not(text)`)].map((e) => {
    const style = getComputedStyle(e);
    const hidden = style.visibility === 'hidden' || style.display === 'none';
    return hidden ? '' : e.dataset.update + (e.matches('.past') ? ' past' : '')
      + (e.matches('.gives') ? ' gives' : '');
  })]))"""


@needs_chromium
def test_a_descent_goes_down_its_curve_update_by_update(chromium: Browser) -> None:
    steps = expected_steps("momentum", "index")
    moved = {s.update: s.number for s in steps if s.gives == ("w'",) and isinstance(s.block, Line)}
    sloped = {step.update: step.number for step in steps if step.gives == ("dw",)}
    assert list(moved) == [1, 2, 3]
    with Visit(chromium, written("momentum"), reduced_motion="reduce") as visit:

        def at(number: int) -> dict[str, list[str]]:
            visit.ask(SLIDE, number)
            found: dict[str, list[str]] = visit.ask(CURVE)
            return found

        # Before the first step only the start is known.
        start = at(0)
        assert start["point"] == ["1", "", "", "", "", ""]
        assert start["step"] == start["tangent"] == ["", "", ""]
        slope = at(sloped[1])
        assert slope["tangent"] == ["1 gives", "", ""]
        assert slope["point"] == ["1", "", "", "", "", ""]
        there = at(moved[1])
        assert there["point"] == ["1", "1 gives", "", "", "", ""]
        assert there["step"] == ["1 gives", "", ""]
        second = at(sloped[2])
        assert second["tangent"] == ["", "2 gives", ""]
        assert second["step"] == ["1 past", "", ""]
        assert second["point"] == ["1 past", "1 past", "2", "", "", ""]
        last = at(moved[3])
        assert last["step"] == ["1 past", "2 past", "3 gives"]
        assert last["point"][-2:] == ["3", "3 gives"]
        # And back again.
        assert at(sloped[2]) == second
        assert at(0) == start


@needs_chromium
def test_of_large_results_some_are_asked(chromium: Browser) -> None:
    with Visit(chromium, written("exercise"), "#step=61") as visit:
        visit.press("p")
        assert visit.text("#predict-some").startswith("Type these 6;")
        fields = "() => [...document.querySelectorAll('#predict-fields label')].length"
        assert visit.ask(fields) == 6
        names = visit.ask("() => [...document.querySelectorAll('#predict-fields input')]"
                          ".map((e) => e.dataset.for)")  # fmt: skip
        assert (names[0], names[-1]) == ("W'[3,1,1]", "B'[2,3]")
        gathered = "() => [...document.querySelectorAll('.line.table:not([data-step]) td')]"
        hidden = ".map((e) => getComputedStyle(e).visibility)"
        # The tables that only gather what came before: one whole, one still closed.
        assert set(visit.ask(gathered + hidden)) == {"visible", "hidden"}
        visit.click("#predict-reveal")
        assert set(visit.ask(gathered + hidden)) == {"visible"}


AXED = [("exercise", "dark", 360, "zh")]


@needs_chromium
@pytest.mark.parametrize(("name", "scheme", "width", "language"), AXED)
def test_nothing_serious_is_found_on_whole_pages(
    chromium: Browser, name: str, scheme: str, width: int, language: str
) -> None:
    size = {"width": width, "height": 900}
    path = written(name, "--lang", language)
    with Visit(chromium, path, "#step=7", viewport=size, color_scheme=scheme) as visit:
        visit.press("p")
        assert serious(visit) == []

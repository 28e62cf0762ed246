"""The quiz of a site's page on a phone: taken to its end with a reload, exported, handed in."""

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

    from playwright.sync_api import Browser, Page

pytestmark = needs_engine
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    folder = build(tmp_path / "site", "exercise", "--runtime", str(PYODIDE))
    with served(folder) as found:
        yield found


def settled(page: Page, count: str) -> None:
    page.wait_for_selector(f"#quiz-count:text-is('{count}')", timeout=PATIENCE)
    page.wait_for_selector("#quiz:not([aria-busy])", state="attached", timeout=PATIENCE)


def answer(page: Page, text: str, count: str) -> None:
    page.fill("#quiz-field input", text)
    page.press("#quiz-field input", "Enter")
    settled(page, count)


def number(page: Page, key: str) -> Any:
    """What the picture says of a value."""
    return page.text_content(f"#net text[data-key='{key}'] .number")


def saved(page: Page, button: str, path: Path) -> Any:
    with page.expect_download(timeout=PATIENCE) as download:
        page.click(button)
    download.value.save_as(path)
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_quiz_on_a_phone_from_its_beginning_to_the_teacher(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    options: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "locale": "en-GB"}
    with Visitor(chromium, address, **options) as visitor:
        page = visitor.open("exercise.html")
        page.wait_for_selector("html[data-engine=ready]", state="attached", timeout=PATIENCE)
        _begin(page)
        page.reload()
        _at_once(page)
        _go_on(page)
        _beside_another_tab(page)
        _without_room(page)
        assert serious(visitor) == []
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        _end(page)
        _hand_in(page, tmp_path / "handed-in.json")
        _take_along(page, tmp_path)
        _half_a_matrix(page)


def _begin(page: Page) -> None:
    """A mistake that is named, and mended."""
    page.tap("#tab-quiz")
    page.click("#quiz-start summary")
    page.fill("#quiz-ask", "Z")
    page.select_option("#quiz-most", "5")
    page.tap("#quiz-start button.main")
    settled(page, "0 of 5")
    assert number(page, "W[1,1,1]") == "0.5"
    assert (number(page, "Z[2,1]"), number(page, "Z[2,2]")) == ("", "")
    assert "gives" in str(page.get_attribute("#net text[data-key='Z[2,1]']", "class")).split()
    # 0.5 + 0.8 without the bias 0.2.
    page.fill("#quiz-field input", "1.3")
    page.press("#quiz-field input", "Enter")
    page.wait_for_selector("#quiz-said .broken", timeout=PATIENCE)
    assert "bias left out" in str(page.text_content("#quiz-said"))
    answer(page, "1.5", "1 of 5")
    assert number(page, "Z[2,1]") == "1.5"


def _at_once(page: Page) -> None:
    """After a reload all that was said stands there before the program does."""
    page.wait_for_selector("html[data-engine=starting] #quiz-said h3", timeout=PATIENCE)
    assert page.locator("#quiz-said h3").count() == 2
    assert "bias left out" in str(page.text_content("#quiz-said"))
    assert "The program is loading" in str(page.text_content("#quiz-word"))
    assert page.is_hidden("#quiz-answer")
    assert (number(page, "Z[2,1]"), number(page, "Z[2,2]")) == ("1.5", "")


def _go_on(page: Page) -> None:
    """Then the quiz goes on where it stood, and says nothing twice."""
    settled(page, "1 of 5")
    heads = page.locator("#quiz-said h3").all_text_contents()
    assert [head.partition(":")[0] for head in heads] == ["Question 1 of 5", "Question 2 of 5"]
    assert "goes on here. Question 2 of 5" in str(page.text_content("#quiz-said"))
    assert number(page, "Z[2,1]") == "1.5"
    answer(page, "−0,9", "2 of 5")


KEPT = """(change) => new Promise((done) => {
  const opening = indexedDB.open("bp-tutor", 1);
  opening.onsuccess = () => {
    const store = opening.result.transaction("quizzes", "readwrite").objectStore("quizzes");
    store.getAll().onsuccess = ({ target }) => {
      for (const each of change ? target.result : []) {
        store.put({ ...each, revision: each.revision + 1 });
      }
      opening.result.close();
      done(target.result.map(({ session }) => session.answers.length));
    };
  };
})"""


def _beside_another_tab(page: Page) -> None:
    """What another tab wrote stays, and so does what is answered here."""
    (before,) = page.evaluate(KEPT, True)
    answer(page, "0.3", "3 of 5")
    page.wait_for_selector("#quiz-word:has-text('in another tab')", timeout=PATIENCE)
    assert sorted(page.evaluate(KEPT, False)) == [before, before + 1]


FULL = """() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
  window.empty = () => { IDBObjectStore.prototype.put = put; };
}"""


def _without_room(page: Page) -> None:
    """What cannot be kept is said; once there is room all of it is kept, under one key."""
    before = page.evaluate(KEPT, False)
    page.evaluate(FULL)
    page.fill("#quiz-field input", "7")
    page.press("#quiz-field input", "Enter")
    page.wait_for_selector("#quiz-word.wrong:has-text('keeps nothing just now')", timeout=PATIENCE)
    assert page.evaluate(KEPT, False) == before
    page.evaluate("empty()")
    page.tap("#quiz [data-line=':why']")
    page.wait_for_selector("#quiz-word:text-is('')", state="attached", timeout=PATIENCE)
    assert len(page.evaluate(KEPT, False)) == len(before)
    assert sum(page.evaluate(KEPT, False)) > sum(before)


def _end(page: Page) -> None:
    page.tap("#quiz [data-line=':skip']")
    settled(page, "4 of 5")
    page.tap("#quiz [data-line=':show']")
    page.wait_for_selector("html[data-quiz=over]", state="attached", timeout=PATIENCE)
    cells = page.locator("#quiz-said table tbody tr").first.locator("th, td").all_text_contents()
    assert cells[:4] == ["Z", "5", "3", "1"]
    table = "document.querySelector('#quiz-said .wide')"
    assert page.evaluate(f"{table}.scrollWidth - {table}.clientWidth") <= 0


def _hand_in(page: Page, path: Path) -> None:
    """A file that names the student, and that `mark` reads."""
    page.fill("#quiz-name", "Wang 王")
    rows = saved(page, "#quiz-hand-in button", path)
    assert {row["student"] for row in rows} == {"Wang 王"}
    marks = json.loads(run("mark", "exercise", str(path), "--json").out)
    verdicts = {each["id"]: each["verdict"] for each in marks["answers"] if each["value"]}
    right = dict.fromkeys(("Z[2,1]", "Z[2,2]", "Z[2,3]"), "right")
    assert verdicts == right | {"Z[3,1]": "wrong"}


def _take_along(page: Page, folder: Path) -> None:
    """A file of progress, which the terminal takes in, and the page once more without effect."""
    path = folder / "progress.json"
    page.click("#quiz-kept summary")
    sessions = saved(page, "#quiz-export", path)["sessions"]
    assert [each["state"] for each in sessions].count("done") == 1
    session = next(each for each in sessions if each["state"] == "done")
    typed = [each["text"] for each in session["answers"] if each["event"] == "answer"]
    assert typed == ["1.3", "1.5", "−0,9", "0.3", "7"]
    home = {"BP_TUTOR_HOME": str(folder / "home")}
    taken = run("progress", "--import", str(path), **home)
    assert (taken.code, taken.err) == (0, "")
    assert "exercise" in run("progress", "--plain", **home).out
    page.set_input_files("#quiz-import", path)
    page.wait_for_selector("#quiz-word:has-text('not here: 0;')", timeout=PATIENCE)


def _half_a_matrix(page: Page) -> None:
    """A matrix with empty fields is no answer, and takes nothing from the mark."""
    page.tap("#quiz-again")
    # That of the other tab can be gone on with.
    page.wait_for_selector("#quiz-begun button", timeout=PATIENCE)
    page.select_option("#quiz-form", "matrix")
    page.tap("#quiz-start button.main")
    settled(page, "0 of 10")
    cell = page.locator("#quiz-field input").first
    cell.fill("0.5")
    cell.press("Enter")
    page.wait_for_selector("#quiz-word.wrong:has-text('fields are empty')", timeout=PATIENCE)
    assert page.locator("#quiz-said .mine").count() == 0

"""Pages of a site in a real browser, as seconds and bytes in JSON.

Run by `make bench` as `python -m tests.benchmarks.pages`.

Needs chromium and Pyodide (`make pyodide`); without them it says so and gives nothing.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.site.serving import PATIENCE, PYODIDE, build, served
from tests.webpage.browsing import CHROMIUM, launched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHANGED = ("exercise", "transformer-block")
ROUNDS, CHANGES = 3, 7
ALONE = """
const { loadPyodide } = await import("./{runtime}pyodide.mjs");
await loadPyodide({ indexURL: new URL("./{runtime}", self.location).href });
postMessage({ done: 1 });
"""
STARTED = """async ([worker, message]) => {
  const began = performance.now();
  const one = new Worker(worker, { type: "module" });
  if (message) one.postMessage(message);
  await new Promise((ready) => {
    one.addEventListener("message", ({ data }) => { if (data.done === 1) ready(); });
  });
  one.terminate();
  return (performance.now() - began) / 1000;
}"""
TRAINED, UPDATES = "xor-sigmoid", 1000
UPDATED = """async (count) => {
  const updates = () => Number(document.documentElement.dataset.trained);
  const run = document.querySelector("#train-run");
  document.querySelector("#train-speed").value = String(count);
  while (document.querySelector("#train-step").disabled) await new Promise(requestAnimationFrame);
  const [began, until] = [performance.now(), updates() + count];
  run.click();
  while (updates() < until) await new Promise(requestAnimationFrame);
  const took = performance.now() - began;
  run.click();
  return took / 1000;
}"""
TOOK = "Number(document.documentElement.dataset.took) / 1000"


def starts(browser: Browser, address: str, runtime: str) -> dict[str, float]:
    """From nothing to Python alone, and to the program: in turn, each in a browser of its own."""
    message = {
        "runtime": {"address": address + runtime, "sums": None},
        "program": f"{address}assets/program.zip",
    }
    found: dict[str, list[float]] = {"pyodide": [], "engine": []}
    for _ in range(ROUNDS):
        for name, worker, sent in (
            ("pyodide", "alone.js", None), ("engine", "assets/worker.js", message),
        ):  # fmt: skip
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{address}empty.html")
            found[name].append(page.evaluate(STARTED, [worker, sent]))
            context.close()
    return {name: median(times) for name, times in found.items()}


def changes(browser: Browser, address: str, name: str) -> float:
    """From a changed number to the last text that it changes: the median of several."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(f"{address}{name}.html")
    page.wait_for_selector("html[data-open]", state="attached", timeout=PATIENCE)
    page.click("#tab-change")
    field = page.locator("#change [data-number]").first
    times = []
    for turn in range(CHANGES):
        field.fill(f"0.{turn + 11}")
        page.keyboard.press("Enter")
        page.wait_for_timeout(50)
        page.wait_for_selector("html:not([data-busy])", state="attached", timeout=PATIENCE)
        times.append(float(page.evaluate(TOOK)))
    context.close()
    return median(times)


def trained(browser: Browser, address: str) -> float:
    """A thousand updates and what is drawn of them, from the button on: the median of several."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(f"{address}{TRAINED}.html")
    page.wait_for_selector("html[data-open]", state="attached", timeout=PATIENCE)
    page.click("#tab-train")
    page.wait_for_selector("html[data-trained='0']", state="attached", timeout=PATIENCE)
    times = [float(page.evaluate(UPDATED, UPDATES)) for _ in range(ROUNDS)]
    context.close()
    return median(times)


def transferred(folder: Path) -> dict[str, float]:
    """Bytes of the first visit, as a server that compresses sends them; of them the program."""
    names = ["exercise.html", "service.js", "assets/page.js", "assets/page.css", "assets/worker.js"]
    names += [path.relative_to(folder).as_posix() for path in (folder / "runtime").glob("*/*")]
    program = (folder / "assets/program.zip").stat().st_size
    others = sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in names)
    return {"bytes": float(others + program), "program": float(program)}


def main() -> int:
    """Measure and print."""
    if not CHROMIUM or not PYODIDE.exists():
        sys.stderr.write("chromium and Pyodide are needed (make pyodide)\n")
        return 1
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = build(Path(name, "site"), *CHANGED, TRAINED, "--runtime", str(PYODIDE))
        runtime = f"runtime/{next((folder / 'runtime').iterdir()).name}/"
        (folder / "alone.js").write_text(ALONE.replace("{runtime}", runtime), encoding="utf-8")
        (folder / "empty.html").write_text("<!DOCTYPE html><title>empty</title>", encoding="utf-8")
        browser = launched(playwright)
        with served(folder) as address:
            found = starts(browser, address, runtime)
            found |= {f"changed {each}": changes(browser, address, each) for each in CHANGED}
            found["trained"] = trained(browser, address)
        browser.close()
        print(json.dumps(found | transferred(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The example notebooks run from their first cell to their last, and show what they tell of."""

from __future__ import annotations

import json
import os
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


class Page(HTMLParser):
    """The elements of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def executed(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, Any]]]:
    """What the cells of each notebook show, all run by one kernel that is emptied in between."""
    import nbformat
    from nbclient import NotebookClient

    # The kernel is a process of its own, which has to find this checkout.
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), inherited))))
    monkeypatch.setenv("LANG", "C.UTF-8")
    whole = nbformat.v4.new_notebook()
    lengths = {}
    for path in NOTEBOOKS:
        cells = nbformat.read(path, 4).cells
        reset = nbformat.v4.new_code_cell("%reset -f")
        lengths[path.stem] = len(cells)
        whole.cells += [*cells, reset]
    for number, cell in enumerate(whole.cells):
        cell.id = f"cell-{number}"
    NotebookClient(whole, timeout=120, kernel_name="python3").execute()
    found, start = {}, 0
    for name, length in lengths.items():
        cells = whole.cells[start : start + length]
        found[name] = [dict(output) for cell in cells for output in cell.get("outputs", ())]
        start += length + 1
    return found


def of_kind(outputs: list[dict[str, Any]], kind: str) -> list[str]:
    return [output["data"][kind] for output in outputs if kind in output.get("data", {})]


def test_notebooks_run_and_show_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = executed(monkeypatch)
    assert shown.keys() == {"student", "teacher", "wrong-gradient"}
    said = {
        name: "\n".join([*of_kind(outputs, "text/plain"), *(o.get("text", "") for o in outputs)])
        for name, outputs in shown.items()
    }
    assert all("svg" in Page(text).tags for text in of_kind(shown["student"], "image/svg+xml"))
    for name, count in (("student", 3), ("teacher", 3), ("wrong-gradient", 1)):
        derived = [Page(text).tags for text in of_kind(shown[name], "text/html")]
        assert sum("math" in tags for tags in derived) == count
        assert not any("script" in tags for tags in derived)
    assert "(False, ('bias left out',))" in said["student"]
    assert "隐藏层误差项" in said["student"]
    # By hand: 1*0.5 + 2*(-0.25) + 0.1 = 0.1.
    assert "= 0.1\n" in said["student"].partition("My own neuron")[2]
    (marks,) = (text for text in of_kind(shown["teacher"], "text/html") if "<table" in text[:9])
    assert Page(marks).tags.count("tr") == 7
    assert "error turned round" in marks
    assert "dZ1 is the first array that is wrong" in said["wrong-gradient"]
    assert said["wrong-gradient"].count("'agrees'") == 7


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_a_run_leaves(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
    assert notebook["metadata"].keys() == {"kernelspec", "language_info"}
    assert [cell["cell_type"] for cell in cells].count("code") >= 5
    text = path.read_text(encoding="utf-8")
    assert not any(str(place) in text for place in (ROOT.parent, Path.home()))

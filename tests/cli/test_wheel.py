"""What is built carries everything it needs, and works outside of the checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

import bp_tutor
from tests.webpage.browsing import written

ROOT = Path(__file__).parents[2]
NO_BACKEND = ("No matching distribution found for hatchling", "Could not find a version")
RUN = """
import sys
from bp_tutor.cli.app import main
try:
    main(["page", "exercise", "-o", "page.html", "--lang", "zh"])
except SystemExit as end:
    assert not end.code, end.code
here = sys.argv[1]
print([m.__file__ for n, m in sys.modules.items()
       if n.partition(".")[0] == "bp_tutor" and not m.__file__.startswith(here)])
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    environment = os.environ | {"PIP_CONSTRAINT": str(ROOT / "constraints.txt")}
    done = subprocess.run(
        [*build, str(folder), str(ROOT)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if any(words in done.stderr for words in NO_BACKEND):
        pytest.skip("the build backend cannot be had here")
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_a_wheel_holds_every_file_of_the_package(unpacked: Path) -> None:
    def files(folder: Path) -> set[str]:
        every = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return {path.as_posix() for path in every if "__pycache__" not in path.parts}

    kept = files(unpacked / "bp_tutor")
    assert files(ROOT / "bp_tutor") <= kept
    assert {f"shipped_problems/{name}" for name in files(ROOT / "problems")} <= kept
    assert "output/page/assets/frame.html" in kept


def test_a_page_is_written_from_a_wheel(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(unpacked)],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text == written("exercise", "--lang", "zh").read_text(encoding="utf-8")


PYODIDE = ROOT / "build" / "pyodide" / "node_modules" / "pyodide"
"""Where `make pyodide` puts it."""
COMPILED = "numpy"
"""What Pyodide has as a package of its own, compiled for it, which the npm registry has not."""
WORKING = (
    "solve exercise", "solve exercise --form matrix -o e.md", "why exercise dW[1,1,1]",
    "draw exercise -o net.svg", "train xor-sigmoid --updates 10", "page exercise -o e.html",
    "quiz exercise --ask Z", "variant exercise --seed 7", "worksheet exercise -o sheet.html",
    "worksheet exercise --variants 3 -o class.html", "check exercise", "problems", "schema",
    "new first.yaml --layers 3,3,2", "progress", "site exercise -o site",
)  # fmt: skip
"""Commands that work in a browser."""
SAYING = ("solve digits-784", "worksheet exercise -o sheet.pdf", "page exercise -o a.html --open")
"""And some that say what they would need."""
IN_PYODIDE = (
    f"COMMANDS = {(*WORKING, *SAYING)!r}"
    """
import io, json, os, sys
from contextlib import redirect_stderr, redirect_stdout
import bp_tutor
from bp_tutor.cli.app import main
os.chdir("/tmp")
sys.stdin = io.StringIO("")
exercise = bp_tutor.load("exercise", lang="en")
solved = exercise.solve()
quiz = exercise.quiz(only=["Z"])
question, answer = quiz.ask(), quiz.answer("1.3")
marks = bp_tutor.mark(exercise, {"Z[2,1]": "1.5", "A[2,1]": "0.5"})
codes = {}
for line in COMMANDS:
    try:
        with redirect_stdout(io.TextIOWrapper(io.BytesIO())), redirect_stderr(io.StringIO()):
            main(line.split())
    except SystemExit as end:
        codes[line] = end.code
print(json.dumps({
    "codes": codes,
    "platform": sys.platform, "file": bp_tutor.__file__, "bundle": solved._repr_mimebundle_(),
    "page": solved.html(), "picture": solved.picture().svg, "value": solved["Z[2,1]"],
    "question": question, "mistakes": answer.mistakes, "marks": marks.to_dicts(),
}))
"""
)


def pure_libraries() -> dict[str, str]:
    """Modules and packages that the wheel needs, by name, but for what is compiled."""
    found: dict[str, str] = {}
    known: set[str] = set()
    waiting = ["bp-tutor"]
    while waiting:
        name = waiting.pop()
        if name in known | {COMPILED}:
            continue
        known.add(name)
        one = distribution(name)
        needs = [need for need in one.requires or () if "extra ==" not in need]
        waiting += [re.split(r"[^\w.-]", need)[0] for need in needs if "python_version" not in need]
        for file in one.files or ():
            top = file.parts[0]
            if name != "bp-tutor" and not top.endswith((".dist-info", "..", "__pycache__")):
                found[top] = str(one.locate_file(top))
    return found


def test_the_wheel_shows_itself_in_pyodide(unpacked: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not PYODIDE.exists():
        pytest.skip("Pyodide and Node are needed; `make pyodide` gets the former from npm")
    found = pure_libraries() | {path.name: str(path) for path in unpacked.iterdir()}
    places = {"pyodide": str(PYODIDE), "found": found}
    (tmp_path / "places.json").write_text(json.dumps(places), encoding="utf-8")
    (tmp_path / "script.py").write_text(IN_PYODIDE, encoding="utf-8")
    program = Path(__file__).with_name("in_pyodide.mjs")
    done = subprocess.run(
        [node, str(program), str(tmp_path / "places.json"), str(tmp_path / "script.py")],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert (shown["platform"], shown["file"]) == ("emscripten", "/site/bp_tutor/__init__.py")
    assert [line for line in WORKING if shown["codes"][line]] == []
    assert [line for line in SAYING if shown["codes"][line] != 2] == []
    here = bp_tutor.load("exercise", lang="en")
    solved = here.solve()
    assert shown["bundle"] == solved._repr_mimebundle_()
    assert shown["page"] == solved.html()
    assert shown["picture"] == solved.picture().svg
    # By hand: 1*0.5 + 0*(-0.2) + 1*0.8 + 0.2 = 1.5, and 1.3 without the bias.
    assert (shown["value"], shown["mistakes"]) == (1.5, ["bias left out"])
    assert shown["question"] == "Z₂₁ = ?"
    assert [row["right"] for row in shown["marks"]] == [True, False]

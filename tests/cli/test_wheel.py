"""What is built carries everything it needs, and works outside of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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

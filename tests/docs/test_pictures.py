"""The picture of the README is the one that the program draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import ROOT
from tests.docs.console import run

PICTURE = ROOT / "docs" / "pictures" / "hidden-delta.svg"
COMMAND = f"bp-tutor draw exercise --step 22 --lang en -o {PICTURE.name}"


def test_the_picture_is_as_the_program_draws_it(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert f"](docs/pictures/{PICTURE.name})" in (ROOT / "README.md").read_text(encoding="utf-8")
    run([COMMAND], tmp_path)
    drawn = (tmp_path / PICTURE.name).read_text(encoding="utf-8")
    if request.config.getoption("--update-docs"):
        PICTURE.write_text(drawn, encoding="utf-8", newline="\n")
    assert PICTURE.read_text(encoding="utf-8") == drawn

"""The tables of the documents say what the program says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import DOCUMENTS, place_of
from tests.docs.tables import PLACE, TABLES, with_tables


@pytest.mark.parametrize("path", DOCUMENTS, ids=place_of)
def test_tables_are_as_the_program_has_them(path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text(encoding="utf-8")
    if request.config.getoption("--update-docs"):
        path.write_text(with_tables(text), encoding="utf-8", newline="\n")
    else:
        assert text == with_tables(text), "rewrite with: make examples ARGS=--update-docs"


def test_every_table_stands_somewhere() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert {place[2] for place in PLACE.finditer(texts)} == TABLES.keys()

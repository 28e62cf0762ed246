"""Titles and texts that carry markup come out as the characters they are, on sheet and key."""

from __future__ import annotations

from functools import cache

import pytest

from bp_tutor.cli.worksheet import Sheets, Wanted
from bp_tutor.output.worksheet import FORMATS
from tests.explain.paper import page_of
from tests.paper.test_hostile import NASTY
from tests.paper.writing import one_blank, titled
from tests.worksheet.making import Pair
from tests.worksheet.test_formats import Reading


@cache
def with_title(text: str, ending: str) -> Pair:
    page = page_of("linear-regression", "unicode")
    sheets = Sheets(titled(text), text, page, FORMATS[ending], Wanted([], [], True, 1))
    paper = sheets.one()
    sheet = paper.sheet._replace(student=text, seed=1)
    paper = paper._replace(sheet=sheet, command=f"bp-tutor quiz {text} --seed 1")
    return Pair(sheets.written([paper]), sheets.key(paper))


@pytest.mark.parametrize("text", NASTY)
def test_html(text: str) -> None:
    usual = {tag for page in with_title("plain", "html") for tag in Reading(page).tags}
    for page in with_title(text, "html"):
        reading = Reading(page)
        assert set(reading.tags) <= usual
        assert one_blank(text) in one_blank(reading.said)


@pytest.mark.parametrize("text", NASTY)
def test_markdown_and_typst_escape_once(text: str) -> None:
    for ending in ("md", "typ"):
        pen = FORMATS[ending].pen(page_of("exercise", "unicode"))
        sheet, key = with_title(text, ending)
        assert pen.heading(text, 1) in sheet
        assert f"{pen.words(text)}" in key
        assert pen.words(f"{text} · ") in sheet


def test_typst_compiles_them_all() -> None:
    typst = pytest.importorskip("typst", reason="needs the extra [paper]")
    parts = []
    for place, text in enumerate(NASTY):
        source = with_title(text, "typ").sheet.replace("<leaf-0>", f"<leaf-{place}>")
        _, _, body = source.partition("#set text(")
        parts.append(f"#set text({body}")
    assert typst.compile("\n".join(parts).encode(), format="pdf", ignore_system_fonts=True)

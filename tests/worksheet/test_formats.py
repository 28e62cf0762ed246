"""Worksheets of every problem in every format: well-formed, complete, self-contained."""

from __future__ import annotations

import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bp_tutor.output.paper.fonts import chinese_font
from bp_tutor.output.worksheet import FORMATS
from bp_tutor.words import load_words
from tests.explain.paper import page_of, problem_of, trace_of
from tests.worksheet.making import SMALL, TEXT, pair, sheets_of

PDF_TO_TEXT = shutil.which("pdftotext")
typst = pytest.importorskip("typst", reason="needs the extra [paper]")
VOID = {"meta", "hr", "link", "br", "rect", "polyline", "path", "mspace"}


class Reading(HTMLParser):
    """The tags and the text of a page, every tag closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.said = ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for key, value in attrs if key in ("src", "href", "style")]
        assert not any(key.startswith("on") for key, _ in attrs), attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SMALL)
def test_every_problem_has_a_sheet_with_a_blank_for_each_answer(name: str, language: str) -> None:
    page = page_of(name, "typst", None, language)
    title = page.say(problem_of(name).title)
    words = load_words(language)
    sheets = sheets_of(name, "typ", language)
    asked = sum(len(question.asked) for question in sheets.questions)
    sheet, key = pair(name, "typ", language)
    blanks = len(re.findall(r"box-for\[\]", sheet)) + len(re.findall(r"line-for\[\]", sheet))
    assert asked == blanks > 0
    assert not re.search(r"(box|line)-for\[[^\]]", sheet)
    filled = re.findall(r"(?:box|line)-for\[(?:#tall\()?\$[^$]+\$\)?\]", key)
    assert len(filled) == asked
    assert FORMATS["typ"].pen(page_of(name, "typst")).words(words.text("worksheet.name")) in sheet
    assert words.text("worksheet.derivation") in key
    assert words.text("worksheet.derivation") not in sheet
    assert title in Reading(pair(name, "html", language).sheet).said
    assert pair(name, "md", language).sheet.count("\n# ") == 1


def test_typst_takes_every_sheet_and_key() -> None:
    """All in one go; each brings its own settings, and labels of its own."""
    parts = []
    for place, name in enumerate(SMALL):
        for kind, text in pair(name, "typ")._asdict().items():
            body = re.sub(r"<leaf-0>", f"<leaf-{place}-{kind}>", text)
            parts.append(re.sub(r"(?m)^#set (page|document).*\n", "", body))
    made = typst.compile("\n".join(parts).encode(), format="pdf", ignore_system_fonts=True)
    assert made.startswith(b"%PDF")


@pytest.mark.parametrize("name", SMALL)
def test_html_needs_nothing_else(name: str) -> None:
    for page in pair(name, "html"):
        reading = Reading(page)
        assert not {"script", "img", "iframe", "object", "link", "form"} & set(reading.tags)
        assert not [each for each in reading.addresses if not each.startswith("#")]
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
        assert style is not None
        own = b64encode(sha256(style[1].encode()).digest()).decode()
        assert f"default-src &#39;none&#39;; style-src &#39;sha256-{own}&#39;" in page
        assert "url(" not in style[1].replace("url(#", "")
        assert len(re.findall(r'id="arrow-plain"', page)) <= 1


@pytest.mark.parametrize("name", SMALL)
def test_every_box_of_a_drawing_has_its_colours(name: str) -> None:
    """What no rule of the page is for would be filled with black."""
    for page in pair(name, "html"):
        style = page.partition("<style>")[2].partition("</style>")[0]
        filled = {each for rule, said in re.findall(r"([^{}]*){([^{}]*)}", style)
                  if "fill:" in said for each in re.findall(r"\.([\w-]+)", rule)}  # fmt: skip
        for classes in re.findall(r'<rect class="([^"]*)"', page):
            assert filled & set(classes.split()), classes


def said_by(pdf: bytes, tmp_path: Path) -> list[str]:
    """The text of each page."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    command = [PDF_TO_TEXT or "", "-layout", str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return done.stdout.split("\f")[:-1]


@pytest.mark.skipif(not PDF_TO_TEXT, reason="there is no pdftotext here")
@pytest.mark.parametrize("name", ["exercise", "graph-chain-rule"])
def test_the_pages_of_a_pdf(name: str, tmp_path: Path) -> None:
    made = FORMATS["pdf"].made
    sheet, key = (said_by(bytes(made(text)), tmp_path) for text in pair(name, "typ"))  # type: ignore[arg-type]
    title = page_of(name, "typst").say(problem_of(name).title)
    assert title in sheet[0]
    assert "Name:" in sheet[0]
    for place, page in enumerate(sheet, 1):
        assert f"{place}/{len(sheet)}" in page.replace(" / ", "/")
        assert "Answer key" not in page
    assert all("Answer key" in page for page in key)
    run = trace_of(name).runs[0]
    loss = run.program.model.loss
    assert loss is not None
    number = f"{run.value(loss, ()):.4f}" if name == "exercise" else "6"
    assert any(number in page for page in key)
    if name == "exercise":
        assert not any(number in page for page in sheet)


@pytest.mark.skipif(not chinese_font(), reason="there is no Chinese font here")
def test_a_chinese_pdf() -> None:
    assert bytes(FORMATS["pdf"].made(pair("exercise", "typ", "zh").key)).startswith(b"%PDF")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ending", "large", "fraction"),
    [
        ("typ", r"#tall\(\$display\([^$]*\$\)", "frac("),
        ("html", r'<math displaystyle="true">.*?</math>', "<mfrac"),
        ("md", r"\$\\displaystyle [^$]*\$", r"\frac"),
    ],
)
def test_gradients_are_set_large_enough_to_read(ending: str, large: str, fraction: str) -> None:
    sheets = sheets_of("sigmoid-2-2-2", ending)
    papers = [sheets.one(seed) for seed in (1, 2)]
    for text in (sheets.written(papers), sheets.class_key(papers)):
        # Each of the eight weights has a gradient, on two sheets or above a column of the key.
        found = [formula for formula in re.findall(large, text) if fraction in formula]
        assert len(found) == text.count(fraction)
        assert len(found) in (8, 16)


def test_markdown_tables_have_rows_of_one_length() -> None:
    for name in SMALL:
        for text in pair(name, "md"):
            for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
                counts = {line.count(" |") for line in table.splitlines()}
                assert len(counts) == 1, table


def test_every_format_is_tested() -> None:
    assert set(FORMATS) == {*TEXT, "pdf"}


def test_what_is_alike_on_several_sheets_is_written_once() -> None:
    sheets = sheets_of("exercise", "typ")
    papers = [sheets.one(seed) for seed in (1, 2, 3)]
    source = sheets.written(papers)
    assert source.count("$W_(111)^(prime)") == 1
    assert source.count("#drawing(") == len(papers)
    names = re.findall("#let (alike-[0-9]+) =", source)
    assert names
    for name in names:
        assert len(re.findall(rf"#{name}\b", source)) == len(papers)
    assert typst.compile(source.encode(), format="pdf", ignore_system_fonts=True)

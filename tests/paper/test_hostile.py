"""Texts that carry markup come out as the characters they are, in every format."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bp_tutor.explain import View, symbols_of
from bp_tutor.output.paper import FORMATS, Paper
from bp_tutor.output.paper.fonts import chinese_font
from bp_tutor.output.paper.latex import SPECIAL, LatexPen, escaped
from bp_tutor.output.paper.markdown import MarkdownPen
from bp_tutor.output.paper.typst import TypstPen, quoted
from bp_tutor.problem import load_problem
from bp_tutor.solve import solve
from tests.explain.paper import page_of
from tests.paper.writing import one_blank, with_title
from tests.presented import presentation_of

NASTY = (
    "<script>alert(1)</script>", "# no heading", "1. no list", "- no list", "+ none", "> quote",
    "`code` *bold* _low_ ~gone~ **x**", "[link](javascript:alert(1))", "![image](x)", "| a | b |",
    "$x^2$ $$y$$", r"\input{/etc/passwd} \end{document} % comment", "#import \"x.typ\": *",
    "#read(\"/etc/passwd\")", "@label <label>", "= heading", "/ term: text", "a // b /* c */",
    "&lt; &amp; &#35;", "--- -- - ... ''quoted'' ``quoted``", "\\", "{}", "}{", "\\\\ \\( \\)",
    "https://example.org/?a=1&b=2", "a  b", "x\ny", "===", "---", "~~~", "```", "&&", "^^A", "?`!`",
    "中文，标点。“引号”", "½Σ(y − t)² · δ₁ ≈ ∂L/∂w", "$", "\"", "'", "…",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), max_codepoint=0x2FFF),
        min_size=1, max_size=40,
    ),
    st.text("\\#$%&_{}~^<>|\"'`*[]()=+-/@!.:; \na1", min_size=1, max_size=30),
)  # fmt: skip


READER = page_of("exercise", "unicode")


def shown_by_markdown(source: str) -> str:
    """The text of the first block as a reader sees it; anything but text is refused."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    inline = [token for token in tokens if token.type == "inline"]
    assert len(inline) <= 1, source
    kinds = {token.type for token in tokens} - {"inline"}
    assert kinds <= {"paragraph_open", "paragraph_close", "heading_open", "heading_close"}, kinds
    shown = ""
    for token in inline:
        for child in token.children or []:
            assert child.type in ("text", "softbreak", "text_special"), (child.type, source)
            shown += child.content or " "
    return shown


@settings(max_examples=200, deadline=None)
@given(TEXTS)
@example("1) x")
@example("- ")
def test_markdown(text: str) -> None:
    pen = MarkdownPen(READER)
    for source in (pen.paragraph(text), pen.heading(text)):
        assert one_blank(shown_by_markdown(source)) == one_blank(text)
        assert "$" not in source.replace(r"\$", "")


BACK = {written: sign for sign, written in SPECIAL.items() if sign not in "\u00a0"}
COMMANDS = re.compile("|".join(sorted(map(re.escape, BACK), key=len, reverse=True)))


def read_latex(source: str) -> str:
    """The characters that LaTeX shows; a bare special character is refused."""
    bare = COMMANDS.sub("", source)
    bare = re.sub(r"\\ensuremath\{([^{}]|\{[^{}]*\})*\}|~", "", bare)
    assert not re.search(r"[\\#$%&_{}^<>|\"'`~]|--", bare), source
    tied = source.replace("~", "\u00a0")
    return COMMANDS.sub(lambda found: BACK[found[0]], tied)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
@example("~\u00a0")
def test_latex(text: str) -> None:
    source = escaped(text)
    read = read_latex(source)
    if "ensuremath" not in source:
        assert one_blank(read) == one_blank(text)


TO_STRING = """
#let shown(it) = {
  if type(it) == str { it }
  else if it.func() == [ ].func() { " " }
  else if it.has("text") { if type(it.text) == str { it.text } else { shown(it.text) } }
  else if it.has("children") { it.children.map(shown).join("") }
  else if it.has("body") { shown(it.body) }
  else { panic(repr(it)) }
}
"""


@settings(max_examples=4, deadline=None)
@given(st.lists(TEXTS, min_size=80, max_size=120))
@example(list(NASTY))
def test_typst(texts: list[str]) -> None:
    typst = pytest.importorskip("typst", reason="needs the extra [paper]")
    pen = TypstPen(READER)
    lines = [TO_STRING]
    for text in texts:
        if words := one_blank(text):
            content = pen.words(words)
            lines.append(f"#assert.eq(shown([{content}]), {quoted(words)})")
    assert typst.compile("\n".join(lines).encode(), format="pdf", ignore_system_fonts=True)


@pytest.mark.parametrize("ending", ["md", "tex", "typ"])
@pytest.mark.parametrize("text", NASTY)
def test_titles_reach_a_file_escaped_once(text: str, ending: str) -> None:
    pen = {"md": MarkdownPen(READER), "tex": LatexPen(READER), "typ": TypstPen(READER)}[ending]
    content = with_title(text, ending)
    assert pen.heading(text, 1) in content
    assert pen.paragraph(text) in content


@pytest.mark.skipif(
    not (shutil.which("pdflatex") and shutil.which("pdftotext")),
    reason="there is no pdflatex with pdftotext here",
)
def test_latex_shows_every_sign(tmp_path: Path) -> None:
    signs = "\\ # $ % & _ { } ~ ^ < > | \" ' ` - -- --- ?` !` @ * + / = ( ) [ ]"
    (tmp_path / "a.tex").write_text(with_title(signs, "tex"), encoding="utf-8")
    for command in (["pdflatex", "-halt-on-error", "a.tex"], ["pdftotext", "-layout", "a.pdf"]):
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    said = one_blank((tmp_path / "a.txt").read_text(encoding="utf-8"))
    assert one_blank(signs) in said.replace("´", "'").replace("ˆ", "^").replace("˜", "~")


NAMED = """
title: Names
names: {重量: {ascii: weight}, größe: {ascii: size}, naïve_x_y: {ascii: naive}}
graph:
  values: {naïve_x_y: 2, b__c: 3, 重量: 4, q: 5}
  formulas: {größe: naïve_x_y*b__c + 重量*q**2}
  differentiate: größe
  with_respect_to: [naïve_x_y, b__c, 重量, q]
"""


WITH_FONT = pytest.mark.skipif(not chinese_font(), reason="there is no Chinese font here")


@pytest.mark.parametrize("style", ["md", "tex", "typ", pytest.param("pdf", marks=WITH_FONT)])
def test_the_names_of_units_and_graphs(style: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.yaml"
    path.write_text(NAMED, encoding="utf-8")
    problem = load_problem(path)
    page = presentation_of(symbols_of(problem))
    content, sound = FORMATS[style].write(Paper(page, solve(problem, 1), View()))
    assert sound
    assert content

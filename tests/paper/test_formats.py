"""Files of each format: well-formed, complete, in both languages."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bp_tutor.output.paper import FORMATS, PaperError
from bp_tutor.output.paper.fonts import chinese_font
from bp_tutor.output.paper.paper import library_of
from bp_tutor.output.paper.pdf import pdf_of
from bp_tutor.output.paper.picture import given_picture
from tests.explain.paper import NAMES, document_of, page_of, trace_of
from tests.paper.writing import text_of, written
from tests.presented import Table

PDF_TO_TEXT = shutil.which("pdftotext")
TEXT = ("md", "tex", "typ")
TOO_WIDE = ("transformer-block",)
typst = pytest.importorskip("typst", reason="needs the extra [paper]")


@pytest.mark.parametrize("ending", TEXT)
@pytest.mark.parametrize("name", ["exercise", "cnn-backward", "rnn-bptt", "momentum-adam"])
def test_every_line_and_number_of_the_derivation_is_there(name: str, ending: str) -> None:
    content = text_of(name, ending)
    document = document_of(name, "typst" if ending == "typ" else "latex", form="index")
    for line in document.lines:
        assert line.name in content
        for part in line.parts:
            if part.kind == "result":
                assert part.text in content
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                assert all(cell in content for row in block.rows for cell in row)


def test_typst_takes_every_derivation() -> None:
    """All in one go, in matrix form and in index form; each brings its own page settings."""
    parts = [
        f"#[\n{text_of(name, 'typ', language, form)}\n]".replace("#set page", "//")
        for name in NAMES
        for language, form in (("en", "both"),)
    ]
    made = typst.compile("\n".join(parts).encode(), format="pdf", ignore_system_fonts=True)
    assert made.startswith(b"%PDF")


@pytest.mark.skipif(not PDF_TO_TEXT, reason="there is no pdftotext here")
def test_a_pdf_says_what_the_derivation_says(tmp_path: Path) -> None:
    path = tmp_path / "exercise.pdf"
    content = written("exercise", "pdf")
    assert isinstance(content, bytes)
    path.write_bytes(content)
    done = subprocess.run(
        [PDF_TO_TEXT or "", "-layout", str(path), "-"], capture_output=True, check=True, text=True
    )
    said = done.stdout
    assert "Sigmoid 3-3-3-2, one training step" in said
    assert "Backward: deltas of hidden layer 1" in said
    # From the training step worked out by loops: Z₂₁ = 1·0.5 + 0 + 0.8 + 0.2.
    assert "= 1.5" in said
    assert "0.8176" in said


@pytest.mark.skipif(not chinese_font(), reason="there is no Chinese font here")
def test_a_chinese_pdf() -> None:
    content = written("exercise", "pdf", "zh")
    assert isinstance(content, bytes)
    assert content.startswith(b"%PDF")
    assert len(content) > 50_000


def test_without_a_chinese_font_there_is_a_clear_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bp_tutor.output.paper.pdf.chinese_font", lambda: "")
    assert pdf_of("plain").startswith(b"%PDF")
    with pytest.raises(PaperError) as caught:
        pdf_of("中文")
    assert caught.value.key == "paper.no_font"


def test_a_missing_library_is_named_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library_of("pdf")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    library_of("md")
    with pytest.raises(PaperError) as caught:
        library_of("pdf")
    assert "bp-tutor[paper]" in str(caught.value.values["command"])


def test_json_is_the_trace() -> None:
    trace = json.loads(text_of("exercise", "json"))
    assert trace["schema"] == "bp-tutor/trace/1"


LATIN, ANY = shutil.which("pdflatex"), shutil.which("xelatex")


def compiled(engine: str, source: str, folder: Path) -> str:
    (folder / "paper.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    log = done.stdout.decode(errors="replace")
    assert done.returncode == 0, log[-2000:]
    return log


@pytest.mark.skipif(not LATIN, reason="there is no pdflatex here")
@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("exercise", "both"), ("cnn-backward", "both"), ("conv-stride-padding", "index"),
        ("batch-weight-decay", "matrix"), ("lstm-step", "matrix"),
    ],
)  # fmt: skip
def test_latex_compiles(name: str, form: str, tmp_path: Path) -> None:
    assert LATIN
    log = compiled(LATIN, text_of(name, "tex", "en", form), tmp_path)
    assert "Overfull \\hbox" not in log


@pytest.mark.skipif(not LATIN, reason="there is no pdflatex here")
def test_latex_compiles_without_tikz(tmp_path: Path) -> None:
    """Then the picture made of signs stands there."""
    assert LATIN
    source = text_of("exercise", "tex")
    assert "\\begin{tikzpicture}" in source
    compiled(LATIN, source.replace("\\usepackage{tikz}", ""), tmp_path)


@pytest.mark.skipif(not ANY, reason="there is no xelatex here")
def test_latex_compiles_in_chinese(tmp_path: Path) -> None:
    assert ANY
    kpsewhich = shutil.which("kpsewhich") or "kpsewhich"
    if subprocess.run([kpsewhich, "ctex.sty"], capture_output=True, check=False).returncode:
        pytest.skip("there is no ctex.sty here")
    compiled(ANY, text_of("softmax-cross-entropy", "tex", "zh", "matrix"), tmp_path)


def test_formats_are_known_by_their_endings() -> None:
    assert {row.ending for row in FORMATS.values()} >= {".md", ".tex", ".typ", ".pdf", ".json"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TOO_WIDE])
def test_every_derivation_has_its_drawing_on_paper(name: str) -> None:
    """Wide ones stand on a page of their own, behind the picture made of signs."""
    assert text_of(name, "tex").count("\\begin{tikzpicture}") == 1
    content = text_of(name, "typ")
    assert content.count("image(bytes(") == 1
    assert ("#page(flipped: true)" in content) == ("#raw(block: true" in content)


@pytest.mark.parametrize("name", TOO_WIDE)
@pytest.mark.parametrize(
    ("language", "told"), [("en", "too wide for paper"), ("zh", "太宽，纸上放不下")]
)
def test_of_a_drawing_that_is_too_wide_it_is_said_where_to_have_it(
    name: str, language: str, told: str
) -> None:
    for ending in ("tex", "typ"):
        content = text_of(name, ending, language)
        assert content.count(told) == 1
        assert "tikzpicture" not in content
        assert "image(bytes(" not in content
    assert told not in text_of("exercise", "tex", language)


@pytest.mark.parametrize("name", NAMES)
def test_english_papers_need_no_more_than_pdflatex(name: str) -> None:
    assert "need xelatex" not in text_of(name, "tex")


@pytest.mark.parametrize("name", ["exercise", "cnn-2x2", "rnn-bptt"])
def test_labels_of_drawings_stand_there_as_text(name: str) -> None:
    """Text within SVG would be slow to set: none is left there, and every label is beside it."""
    trace = trace_of(name)
    found = given_picture(page_of(name, "unicode"), trace, trace.runs[0])
    drawn = ElementTree.fromstring(found.svg).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314
    wanted = []
    for text in drawn:
        spans = text.iter("{http://www.w3.org/2000/svg}tspan")
        wanted.append("".join(span.text or "" for span in spans))
    assert wanted
    assert "<text" not in found.shapes
    assert [text for _, text, _ in found.labels] == wanted

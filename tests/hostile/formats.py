"""The table of formats: how each is written, and what a reader sees of it.

A new format is a new row: a command, the text that its reader sees, and its structure, which must
be the same whatever the texts are.
"""

from __future__ import annotations

import ast
import io
import json
import re
import shutil
import subprocess
import tokenize
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, NamedTuple

from markdown_it import MarkdownIt

from tests.paper.test_hostile import BACK, COMMANDS

PDF_TO_TEXT = shutil.which("pdftotext") or ""
OWN = ("<sub>", "</sub>")
"""Elements that documents in Markdown have themselves."""
HIDDEN = ("script", "style")


class Page(HTMLParser):
    """What a browser makes of a page: its elements, and the text that it shows."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in HIDDEN:
            self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


class Format(NamedTuple):
    """One format: the command that writes it, what is seen, and how it is built."""

    command: str
    """With `FILE` for the file to write; without it, what is printed is looked at."""
    seen: Callable[[bytes], str]
    built: Callable[[bytes], object]
    tells: int = 4
    """How many of title, text, source and the loss's name it tells, in this order."""
    needs: str = ""
    """A library or program without which it cannot be tried."""


def plain(data: bytes) -> str:
    text = data.decode()
    assert not re.search(r"[^\n\x20-\x7e\xa0-\U0010ffff]", text), "a control character"
    return text


def no_structure(_: bytes) -> object:
    return None


def markdown(data: bytes) -> Any:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(data.decode())


def markdown_seen(data: bytes) -> str:
    """Text and code as shown; dollar signs that are not escaped would begin a formula."""
    shown = ""
    for token in markdown(data):
        for child in token.children or ():
            assert child.type not in ("link_open", "image"), child
            assert child.type != "html_inline" or child.content in OWN, child
            shown += child.content or " "
        assert token.type != "html_block", token.content
    return shown


def markdown_built(data: bytes) -> object:
    text = data.decode()
    dollars = len(re.findall(r"(?<!\\)(?:\\\\)*\$", text))
    inside = [child.content for token in markdown(data) for child in token.children or ()
              if child.type == "html_inline"]  # fmt: skip
    return [token.type for token in markdown(data)], dollars, inside


def html_seen(data: bytes) -> str:
    return Page(data.decode()).text


def html_built(data: bytes) -> object:
    return Page(data.decode()).elements


def svg_seen(data: bytes) -> str:
    return "".join(ET.fromstring(data).itertext())  # noqa: S314 - written a moment ago


def svg_built(data: bytes) -> object:
    return [part.tag for part in ET.fromstring(data).iter()]  # noqa: S314 - as above


IN_MATHS = re.compile(r"\\ensuremath\{((?:[^{}]|\{[^{}]*\})*)\}")
MATHS = {"-": "−", r"\tfrac12": "½", r"\Sigma": "Σ", "^2": "²", r"\delta": "δ", "_1": "₁"}


def latex_seen(data: bytes) -> str:
    """Words read back; that they are escaped without a gap another test sees to."""
    text = IN_MATHS.sub(lambda found: MATHS.get(found[1], found[0]), data.decode())
    return COMMANDS.sub(lambda found: BACK[found[0]], text)


def latex_built(data: bytes) -> object:
    """All commands but those that stand for signs."""
    body = data.decode().partition("\\begin{document}")[2]
    text = COMMANDS.sub("", IN_MATHS.sub("", body))
    return re.findall(r"\\[a-zA-Z]+|[\\$&%#]", text)


def pdf_seen(data: bytes) -> str:
    done = subprocess.run(
        [PDF_TO_TEXT, "-raw", "-", "-"], input=data, capture_output=True, check=True
    )
    return done.stdout.decode()


def typst_seen(data: bytes) -> str:
    """Set by the compiler; what it writes into its file is what is seen."""
    import typst

    made = typst.compile(data, format="pdf")
    assert isinstance(made, bytes)
    return pdf_seen(made)


def json_seen(data: bytes) -> str:
    """Every text in it, parsed and put together."""
    found: list[str] = []

    def gather(value: object) -> None:
        if isinstance(value, dict):
            for each in value.values():
                gather(each)
        elif isinstance(value, list):
            for each in value:
                gather(each)
        elif isinstance(value, str):
            found.append(value)

    gather(json.loads(data))
    return "\n".join(found)


def json_built(data: bytes) -> object:
    def outline(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: outline(each) for key, each in value.items()}
        return [outline(each) for each in value] if isinstance(value, list) else type(value)

    return outline(json.loads(data))


def notebook_cells(data: bytes, kind: str) -> list[str]:
    cells = json.loads(data)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def notebook_seen(data: bytes) -> str:
    return "".join(markdown_seen(cell.encode()) for cell in notebook_cells(data, "markdown"))


def notebook_built(data: bytes) -> object:
    cells = notebook_cells(data, "markdown")
    programs = [ast.dump(ast.parse(cell)) for cell in notebook_cells(data, "code")]
    return [markdown_built(cell.encode()) for cell in cells], programs


def program_seen(data: bytes) -> str:
    """The comments."""
    tokens = tokenize.generate_tokens(io.StringIO(data.decode()).readline)
    said = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return "".join(comment.removeprefix("#") for comment in said)


def program_built(data: bytes) -> object:
    return ast.dump(ast.parse(data.decode()))


FORMATS = {
    "terminal": Format("solve {}", plain, no_structure),
    "terminal-matrix": Format("solve {} --form matrix --lang zh", plain, no_structure),
    "quiz": Format("quiz {}", plain, no_structure, 1),
    "md": Format("solve {} -o FILE.md", markdown_seen, markdown_built),
    "tex": Format("solve {} -o FILE.tex", latex_seen, latex_built),
    "typ": Format("solve {} -o FILE.typ", typst_seen, no_structure, 4, "typst pdftotext"),
    "pdf": Format("solve {} -o FILE.pdf", pdf_seen, no_structure, 4, "typst pdftotext"),
    "page": Format("page {} -o FILE.html", html_seen, html_built),
    "ipynb": Format("solve {} -o FILE.ipynb", notebook_seen, notebook_built, 4, "nbformat"),
    "numpy": Format("solve {} --code numpy -o FILE.py", program_seen, program_built, 1),
    "pytorch": Format("solve {} --code pytorch -o FILE.py", program_seen, program_built, 1),
    "json": Format("solve {} -o FILE.json", json_seen, json_built, 1),
    "train": Format("train {} --no-plot", plain, no_structure),
    "train-svg": Format("train {} -o FILE.svg", svg_seen, svg_built, 1, "matplotlib"),
    "train-html": Format("train {} -o FILE.html", html_seen, html_built, 4, "matplotlib"),
    "sheet-md": Format("worksheet {} -o FILE.md", markdown_seen, markdown_built, 2),
    "sheet-html": Format("worksheet {} -o FILE.html", html_seen, html_built, 2),
    "sheet-typ": Format("worksheet {} -o FILE.typ", typst_seen, no_structure, 2, "typst pdftotext"),
    "check": Format("check {} --json", json_seen, json_built, 0),
}

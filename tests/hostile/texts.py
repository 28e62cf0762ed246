"""Texts that would be markup, code or terminal control, were they not taken as they are."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

TEXTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "</title></svg></style><b>",
    "\"><svg onload='alert(3)'>", "&lt; &amp; &#35; &nbsp;", "<!-- --> ]]> <![CDATA[",
    "# no heading", "1. no list", "- no list", "> quote", "`code` *bold* _low_ ~~gone~~",
    "[link](javascript:alert(1)) ![image](x)", "| a | b |", "$x^2$ $$y$$ \\(z\\)", "``` x",
    "\\input{/etc/passwd} \\end{document} % comment", "#import \"x.typ\": *", "@label <label>",
    "#read(\"/etc/passwd\")", "= heading", "/ term: text", "a // b /* c */", "\\", "}{ {} {{x}}",
    "''' \"\"\" \\N{BULLET} \\x41 \\u0041", "{0} %s %(x)s {x!r}", "__import__('os').system('x')",
    "[bold]x[/bold] [/red]",
    "^[[31m \\033[2J \\e]0;x", "中文，标点。“引号”《书》", "½Σ(y − t)² · δ₁",
    "https://example.org/?a=1&b=2", "ends in a backslash \\", "naïve Ærø",
)  # fmt: skip
"""Each on one line, as they may stand in a file."""
REFUSED = "\x00\x07\x08\x1b\x7f\x85\x9b\u061c\u200e\u202a\u202e\u2066\u2069\ufeff"
"""Signs that a file cannot hold: terminal control, and what turns the direction of writing."""
STUDENT = "<b>Ann</b> $x$ #y _z_ \\end{document} *w* `v`"
NAMES = ("frac", "def", "import", "script", "a__b", "重量", "größe", "constructor")
"""Names that mean something to a language in which they are written down."""
MOST_WORDS = 40
"""The longest name that a quantity may have in words."""
_WHITE = re.compile(r"\s+")


def bare(text: str) -> str:
    """A text without its blanks and line breaks, of which every format makes its own."""
    return _WHITE.sub("", unicodedata.normalize("NFKC", text))


def groups() -> list[tuple[str, str, str, str]]:
    """Title, text, source and the loss's name of these texts, so that each begins some of them."""
    found = []
    short = [text for text in TEXTS if len(text) <= MOST_WORDS]
    for start in range(0, len(TEXTS), 6):
        six = TEXTS[start : start + 6]
        said = " ; ".join(six[:3]), " ; ".join(six[3:] or six), " ; ".join(six[2::-1])
        found.append((*said, short[start % len(short)]))
    return found


def problem(folder: Path, *texts: str) -> Path:
    """A problem whose title, text, source and name of the loss are these."""
    path = folder / "t.yaml"
    *said, words = (json.dumps(text, ensure_ascii=False) for text in texts)
    lines = [f"{key}: {text}" for key, text in zip(("title", "text", "source"), said, strict=True)]
    lines.append(f"names: {{L: {{symbol: J, en: {words}, zh: {words}}}}}")
    path.write_text("\n".join([*lines, NETWORK]), encoding="utf-8")
    return path


NETWORK = """
network:
  inputs: [x1, x2]
  weight_order: from-to
  layers:
    - {units: [out], activation: sigmoid, weights: [[0.5], [0.4]], bias: [0.8]}
inputs: [0.5, 1]
targets: [1]
loss: half_squared_error
learning_rate: 0.5
"""


def graph(folder: Path) -> Path:
    """A graph whose quantities have the names above."""
    path = folder / "g.yaml"
    leaves = ", ".join(f"{name}: {place + 2}" for place, name in enumerate(NAMES))
    product = " + ".join(f"{name}*{name}" for name in NAMES)
    lines = [
        "title: Names",
        "names: {重量: {ascii: kg}, größe: {ascii: size}}",
        "graph:",
        f"  values: {{{leaves}}}",
        f"  formulas: {{class: {product}}}",
        "  differentiate: class",
        f"  with_respect_to: [{', '.join(NAMES)}]",
        "  learning_rate: 0.1",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path

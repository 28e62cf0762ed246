"""The text of a formula cut into its pieces."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_LENGTH = 10_000


class FormulaError(ValueError):
    """Text that is no formula: what is wrong (a key of the word files), where, and values."""

    def __init__(self, key: str, position: int, length: int = 1, **values: str | int) -> None:
        self.key, self.position, self.length, self.values = key, position, length, values
        super().__init__(f"{key} at {position}: {values}")


class Token(NamedTuple):
    """One piece: a number, a name, a sign; and where it starts."""

    kind: str
    text: str
    start: int


# A set of signs beyond Latin takes 0.25 ms to compile, and this would be twelve of them; a set
# of one range or two single signs takes nothing, so each is asked for by itself.
_NO_RAISED = r"(?![⁰½])(?![¹ᵀ])(?![²³])(?![⁴-⁹])"
_RAISED = r"(?:(?=[⁰¹])\w|(?=[²³])\w|(?=[⁴-⁹])\w)"
_NAME = rf"(?![₀-₉])(?![√Σ]){_NO_RAISED}[^\W\d](?:{_NO_RAISED}\w)*"
_BRACED = r"\{[^{}]{1,40}\}"
_INDEX = rf"(?:_?{_BRACED})?(?:\^{_BRACED}|\^\([0-9a-z]{{1,9}}\)|⁽{_RAISED}+⁾|⁺)*"
_SYMBOL = rf"{_NAME}{_INDEX}'?(?:\[[0-9,]{{1,40}}\])?(?:@[0-9]+)?"
_TOKENS = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>(?:[∂d]{_SYMBOL}\ */\ *[∂d]|∂)?{_SYMBOL})
  | (?P<half>½)
  | (?P<raised>⁻?{_RAISED}+)
  | (?P<sign>\*\*|>=|<=|≥|≤|\.T\b|[-+*/^@()\[\],<>|]|[−·]|[×÷]|[⋅⊙]|[√Σ]|ᵀ)
    """,
    re.VERBOSE,
)
_POWER = r"(\)|(?<!\w)e)\^\{((?:[^{}]|\{[^{}]*\})*)\}"
"""A power of a bracket or of e, as LaTeX writes it; of a name it may be an index."""
_SIGNS = {
    "−": "-", "·": "·", "×": "*", "⋅": "*", "÷": "/", "**": "^", "≥": ">=", "≤": "<=", ".T": "ᵀ",
}  # fmt: skip
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Signs as a Chinese keyboard gives them, one for one, so that places stay: `（a＋b）`."""


def upright(text: str) -> str:
    r"""What is copied from slides, `𝑤`, `𝜕` or the commands of LaTeX, in plain letters.

    >>> upright("𝜕𝐸/𝜕𝑤₅"), upright(r"\frac{\partial E}{\partial w_5}")
    ('∂E/∂w₅', '∂E/∂w_5')
    """
    if "\\" in text:
        from bp_tutor.formula.latex_text import from_latex

        text = from_latex(text)
    if not any("\U0001d400" <= letter <= "\U0001d7ff" for letter in text):
        return text
    from unicodedata import normalize

    return "".join(
        normalize("NFKC", letter) if "\U0001d400" <= letter <= "\U0001d7ff" else letter
        for letter in text
    )


def tokens_of(text: str) -> list[Token]:
    """The pieces of a formula's text, spaces left out.

    Raises:
        FormulaError: a sign that no formula has, or too much text.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError("formula.too_long", 0, limit=MAX_LENGTH)
    if not text.isascii():
        text = text.translate(_FULL_WIDTH)
    text = upright(text)
    if "^{" in text:
        text = re.sub(_POWER, r"\1^(\2)", text)
    tokens = []
    position = 0
    while position < len(text):
        match = _TOKENS.match(text, position)
        if match is None:
            raise FormulaError("formula.unexpected", position, found=text[position])
        kind = str(match.lastgroup)
        found = match.group()
        if kind == "sign":
            found = _SIGNS.get(found, found)
        if kind != "space":
            tokens.append(Token(kind, found, position))
        position = match.end()
    return tokens

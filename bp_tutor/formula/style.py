"""Signs and brackets: how the same formula is written as text, in Unicode and in ASCII.

The styles that set formulas in two dimensions stand in `latex.py`, `typst.py`, `mathml.py`.
"""

from __future__ import annotations

from enum import IntEnum
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from bp_tutor.formula.parted import between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bp_tutor.formula.function_table import Function
    from bp_tutor.formula.shown import Shown


class Binding(IntEnum):
    """How tightly a spelled formula holds together; looser ones need brackets inside."""

    SUM = 1
    PRODUCT = 2
    POWER = 3
    ATOM = 4


RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁾⁺ʷ"
"""A symbol that ends in one of these must stand in brackets before it is raised itself."""
MINUSES = ("−", "-", "<mo>−</mo>")
"""The minus sign of each style."""
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Style:
    """One way of writing: its signs, and how larger things are put together from smaller ones.

    This one writes lines of Unicode text; the others say where they differ.
    """

    name = "unicode"
    readable = True
    """Whether what it spells can be read back."""
    typeset = False
    """Whether it is markup: words between formulas are none."""
    stacked = False
    """Whether a quotient has its top above its bottom."""
    tells_all = False
    """Whether options and parameters are written even where a reader takes them for granted."""
    keyed_names = False
    """Whether symbols and numbers say which value they stand for."""
    plus, minus, subtract = " + ", "−", " − "
    times, elementwise, matmul, over = "·", " ⊙ ", "·", " ⋆ "
    equals, approximately, colon, arrow, comma, gap = "=", "≈", ":", " → ", ", ", " "
    infinity, undefined, dots, by = "∞", "nan", "…", "×"
    between = " · "
    """Between two headings in one line."""
    open, close = "(", ")"
    open_alone, close_alone = "(", ")"
    """A pair of brackets of which only one stands in a row."""
    slash = "/"
    """What a name that is a derivative has in it."""
    half: str | None = "½"
    total, transpose, unequal = "Σ", "ᵀ", "≠"
    angles = ("⟨", "⟩")
    compare: ClassVar[Mapping[str, str]] = {">=": "≥", "<=": "≤", "!=": "≠"}

    def __repr__(self) -> str:
        return f"<style {self.name}>"

    def number(self, digits: str) -> str:
        """Digits without a sign, `0.6803`."""
        return digits

    def signed(self, text: str) -> str:
        """A number as Python writes it, `-2`."""
        return self.minus + self.number(text[1:]) if text[0] == "-" else self.number(text)

    def figure(self, shown: Shown) -> str:
        """A number as it is to be shown."""
        if shown.power is not None:
            return self.scientific(shown.digits, shown.power)
        match shown.digits:
            case "nan":
                return self.undefined
            case "inf" | "-inf":
                return (self.minus if shown.value < 0 else "") + self.infinity
        return self.signed(shown.digits)

    def scientific(self, mantissa: str, power: int) -> str:
        """`2.763·10⁻⁵`."""
        return f"{self.signed(mantissa)}·10{str(power).translate(_SUPERSCRIPTS)}"

    def is_product(self, number: str) -> bool:
        """Whether a number is a product itself (`2.763·10⁻⁵`), which a power puts in brackets."""
        return "·" in number

    def letter(self, letter: str) -> str:
        """A single letter of the formula language, `I`."""
        return letter

    def word(self, name: str) -> str:
        """The name of a function that has no sign of its own, `winner`."""
        return name

    def function(self, row: Function) -> str:
        """What a function is called."""
        return row.unicode or row.name

    def call(self, name: str, arguments: Iterable[str]) -> str:
        """`σ(z)`."""
        return name + between("(", self.comma.join(arguments), ")")

    def root(self, name: str, inside: str) -> str:
        """`√(z)`; of a plain number just `√2`, where the sign of the root says it."""
        bare = not name.isalnum() and inside.replace(".", "").isdecimal()
        return name + (inside if bare else between("(", inside, ")"))

    def fraction(self, top: str, bottom: str) -> str:
        """A quotient of two spelled formulas, in a style that stacks."""
        raise NotImplementedError

    def glyphs(self, text: str) -> str:
        """A piece of a name: letters, digits and signs as they are."""
        return text

    def scripts(self, base: str, sub: str, sup: str) -> str:
        """A name with what stands below and above it, in a style that sets them there."""
        raise NotImplementedError

    def hat(self, letter: str) -> str:
        """A letter with a hat."""
        return f"{letter}\u0302"

    def beside(self, *pieces: str) -> str:
        """Pieces of one name."""
        return "".join(pieces)

    def partial(self, top: str, bottom: str) -> str:
        """The derivative of one symbol by another, `∂Z₂₁/∂W₁₁₁`."""
        return f"∂{top}/∂{bottom}"

    def summation(self, index: str, first: str, last: str, but: str) -> str:
        """The sign of a sum over an index: `Σ_k`, `Σ[k=1…n]`, `Σ[k≠j]`."""
        if but:
            return f"{self.total}[{index}{self.unequal}{but}]"
        if last:
            return f"{self.total}[{index}={first}{self.dots}{last}]"
        return f"{self.total}_{index}"

    def power(self, base: str, exponent: str, binding: int, whole: int | None) -> str:
        """`base` raised; `whole` is the exponent where it is a whole number."""
        if whole is not None:
            return base + str(whole).translate(_SUPERSCRIPTS)
        return base + "^" + (exponent if binding == Binding.ATOM else self.bracketed(exponent))

    def exponential(self, exponent: str, *, bare: bool) -> tuple[str, int]:
        """`e^z`."""
        return "e^" + (exponent if bare else self.bracketed(exponent)), Binding.POWER

    def transposed(self, text: str) -> str:
        """`Wᵀ`."""
        return text + self.transpose

    def bracketed(self, text: str) -> str:
        """The text in brackets."""
        return between(self.open, text, self.close)

    def raisable(self, base: str) -> str:
        """The base of a power, in brackets where it has a superscript already."""
        return self.bracketed(base) if base[-1] in RAISED else base

    def starts_with_digit(self, text: str) -> bool:
        """Whether a minus sign before the text would be read as the number's own."""
        return text[0].isdigit() or text[0] in ".½"

    def keyed(self, text: str, key: str) -> str:
        """The text, marked to stand for the value called `key`."""
        return text

    def equation(self, left: str, right: str) -> str:
        """A name with its number, in a sentence: firm blanks keep them on one row."""
        return f"{left}\u00a0{self.equals}\u00a0{right}"

    def part(self, spans: Iterable[tuple[int, int] | None]) -> str:
        """Which places are taken of each axis, counted from 1; None for all: `[:, 2..3]`."""
        number, to = self.number, self.glyphs("..")
        places = (
            self.colon
            if span is None
            else number(str(span[0])) + (to + number(str(span[1]))) * (span[0] < span[1])
            for span in spans
        )
        return self.glyphs("[") + self.comma.join(places) + self.glyphs("]")

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """Rows of entries in square brackets, as they can be typed."""
        return f"[{'; '.join(map(', '.join, rows))}]"


class _Ascii(Style):
    """Letters and signs that every keyboard has; it says everything, and Python reads most."""

    name = "ascii"
    tells_all = True
    minus, subtract, between = "-", " - ", " - "
    times, elementwise, matmul, over = "*", "*", " @ ", " * "
    approximately, arrow = "~=", " -> "
    infinity, dots, by = "inf", "...", "x"
    half = None
    total, transpose, unequal = "sum", ".T", "!="
    angles = ("<", ">")
    compare: ClassVar[Mapping[str, str]] = {}

    def scientific(self, mantissa: str, power: int) -> str:
        return f"{mantissa}e{power:+03d}"

    def is_product(self, number: str) -> bool:
        return False

    def function(self, row: Function) -> str:
        return row.name

    def exponential(self, exponent: str, *, bare: bool) -> tuple[str, int]:
        return self.call("exp", (exponent,)), Binding.ATOM

    def partial(self, top: str, bottom: str) -> str:
        return f"d{top}/d{bottom}"

    def power(self, base: str, exponent: str, binding: int, whole: int | None) -> str:
        return base + "**" + (exponent if binding == Binding.ATOM else self.bracketed(exponent))


UNICODE = Style()
ASCII = _Ascii()
_KNOWN: dict[str, Style] = {"unicode": UNICODE, "ascii": ASCII}
STYLES = ("unicode", "ascii", "latex", "typst", "mathml")


def style_named(name: str) -> Style:
    """The style called `unicode`, `ascii`, `latex`, `typst` or `mathml`."""
    found = _KNOWN.get(name)
    if found is not None:
        return found
    if name not in (*STYLES, "ruler"):
        raise KeyError(name)
    # Each only where it is asked for: a page needs MathML alone.
    found = getattr(import_module(f"bp_tutor.formula.{name}"), name.upper())
    return _KNOWN.setdefault(name, found)

"""What people type for a number, a vector or a matrix: digits of any width, fractions, percent.

Text becomes nodes of a formula and nothing else; length, depth and exponents are bounded.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from bp_tutor.formula import Formula, FormulaError, Number, parse, replace, walk
from bp_tutor.problem.printed import PrintedError, decimal_of, with_point
from bp_tutor.quiz.model import NotUnderstood
from bp_tutor.quiz.tolerance import EXACT, LEAST_FIGURES, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


LONGEST = 1_000
"""Signs of one number; nobody types more in earnest."""
MOST_DECIMALS = 50
"""So many decimals of an expression may have been rounded."""

_FULL_STOP = re.compile(r"(?<=[\d)%])\s*\.$")
"""That of a sentence, where a number ends it."""
_SIGMA = re.compile(r"\bsigma(?=\s*\()")
"""The name of the letter, as a keyboard has it."""
_PLAIN = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?")
_POWER = re.compile(
    r"([+-]?[\d.]{1,20}) *[*·x] *10(?:(?:\^|\*\*) *\(?([+-]?\d{1,3})\)?|([⁻]?[⁰¹²³⁴-⁹]{1,3}))"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_COMMA = re.compile(r"[+-]?(\d{0,15}),(\d{1,20})")
_DECIMAL = re.compile(r"(?<![\w.\[@])(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SIGNS = str.maketrans(
    _WIDE
    | dict.fromkeys("−–—﹣‐‑‒", "-")
    | dict.fromkeys("×∗⋅∙", "*")
    | dict.fromkeys("\u00a0\u3000\t\r\n\u2009\u202f", " ")
    | {"。": ".", "、": ",", "《": "<", "》": ">", "÷": "/", "∕": "/", "【": "[", "】": "]"}
    | {"〔": "[", "〕": "]", "「": "[", "」": "]", "﹪": "%", "٪": "%"}
    | dict.fromkeys("′’‘", "'")
)  # fmt: skip


class Rounding(NamedTuple):
    """A decimal in an expression, which may have been rounded."""

    number: float
    radius: float
    """Half a unit of its last digit."""
    moved: float
    """By how much that may move what the expression gives."""


class Typed(NamedTuple):
    """A number as it was typed."""

    value: float
    radius: float
    """By how much rounding may have moved it: half a unit of its last digit."""
    figures: int
    """Its significant digits; `EXACT` of a fraction or an expression."""
    text: str
    roundings: tuple[Rounding, ...] = ()
    """The decimals of an expression; which of them were rounded, only the problem says."""
    start: int = 0
    """Where it stands in what was typed."""

    @property
    def answer(self) -> Answer:
        """The number with what its own rounding allows."""
        return Answer(self.value, self.radius, self.figures)

    @property
    def decimals(self) -> bool:
        """Whether it was typed as a rounded decimal, so that even zero may be a small number."""
        return self.radius > 0

    @property
    def unit(self) -> float:
        """One unit of its last digit; 0 of what nobody rounded."""
        if self.radius or self.figures == EXACT:
            return 2 * self.radius
        return 0.01 if self.text.endswith("%") else 1.0


def normalised(text: str) -> str:
    """The text with the signs of every input method made plain, sign for sign."""
    return text.translate(_SIGNS)


def read_number(text: str, offset: int = 0) -> Typed:
    """The number that somebody typed; `offset` is where the text starts in what was typed.

    Raises:
        NotUnderstood: it is no number; says where it stops making sense.
    """
    plain = normalised(text)
    start = offset + len(plain) - len(plain.lstrip())
    plain = _FULL_STOP.sub("", plain.strip())
    if not plain:
        raise NotUnderstood("quiz.answer.empty", offset, 1)
    if len(plain) > LONGEST:
        raise NotUnderstood("quiz.answer.too_long", start + LONGEST, 1, limit=LONGEST)
    percent = plain.endswith("%")
    bare = _without_comma(plain[: -1 if percent else None].rstrip(), start)
    typed = _plain_number(_with_power(bare))
    if typed is None:
        typed = _as_printed(bare) or _expression(bare, start)
    part = 0.01 if percent else 1.0
    if not isfinite(typed.value):
        raise NotUnderstood("quiz.answer.too_large", start, len(plain))
    roundings = tuple(one._replace(moved=one.moved * part) for one in typed.roundings)
    value, radius = (one / 100 if percent else one for one in typed[:2])
    return Typed(value, radius, typed.figures, plain, roundings, start)


def _without_comma(text: str, start: int) -> str:
    """A decimal comma read as a point, where it cannot part thousands."""
    found = _COMMA.fullmatch(text)
    if found and not (len(found[2]) == 3 and found[1].lstrip("0")):
        return text.replace(",", ".")
    try:
        read = with_point(text)
    except PrintedError:
        read = None
    if found or read is None:
        raise NotUnderstood("quiz.answer.comma", start + text.index(","), 1)
    return read


def _with_power(text: str) -> str:
    """A power of ten written out, `2.1·10⁻³`, as `2.1e-3`, so that its digits count."""
    found = _POWER.fullmatch(text)
    if found is None:
        return text
    return f"{found[1]}e{found[2] or found[3].translate(_RAISED)}"


def _plain_number(text: str) -> Typed | None:
    """A decimal number, with the digits that it was typed with."""
    found = _PLAIN.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    decimals, power = len(found[3] or ""), int(found[4] or 0)
    value = float(text)
    digits = (found[2] + (found[3] or "")).lstrip("0")
    # A short whole number is meant as one; of 185.2 there is 185 with three figures.
    rounded = bool(found[3]) or found[4] is not None or len(digits) >= LEAST_FIGURES
    radius = float(f"5e{power - decimals - 1}") if rounded else 0.0
    return Typed(value, radius, len(digits), text)


def _as_printed(text: str) -> Typed | None:
    """A figure as slides print it, `≈ 0.608`, `10 000.5`, `0.333…`; None of anything else."""
    # A fraction is exact, and an expression.
    if "/" in text:
        return None
    try:
        number, unit = decimal_of(text)
    except PrintedError:
        return None
    return Typed(float(number), float(unit) / 2, len(number.as_tuple().digits), text)


def _expression(text: str, start: int) -> Typed:
    """A small expression; each decimal in it may have been rounded."""
    try:
        # Sign for sign, so that places in it stay the same.
        written = _SIGMA.sub(lambda found: "σ".ljust(len(found.group())), text)
        formula = parse(written, lambda _: None)
        if formula.shape:
            raise NotUnderstood("quiz.answer.no_number", start, len(text))
        value = formula.value(_no_entries)
        roundings = tuple(_roundings(formula, text, value))
    except FormulaError as error:
        raise refused(error, start) from None
    except (ValueError, OverflowError, ZeroDivisionError, NotImplementedError):
        raise NotUnderstood("quiz.answer.no_value", start, len(text)) from None
    return Typed(value, 0.0, EXACT, text, roundings)


def refused(error: FormulaError, start: int) -> NotUnderstood:
    """What keeps a text from being a formula, at its place in what was typed."""
    values = {name: shown(str(value)) for name, value in error.values.items()}
    return NotUnderstood(error.key, start + error.position, error.length, **values)


def shown(text: str, longest: int = 40) -> str:
    """A piece of what was typed, cut short, with control characters escaped."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "replace").decode("ascii")
        for sign in text[:longest]
    )


def _roundings(formula: Formula, text: str, value: float) -> Iterator[Rounding]:
    """The decimals in an expression, with how far their rounding can move its value."""
    radii: dict[float, float] = {}
    for found in _DECIMAL.finditer(text):
        number = _plain_number(found.group())
        # Fewer figures are given in a file more often than rounded.
        if number is not None and number.figures >= LEAST_FIGURES and len(radii) < MOST_DECIMALS:
            radii[number.value] = max(number.radius, radii.get(number.value, 0.0))
    for leaf in {node for node in walk(formula) if isinstance(node, Number)}:
        number_itself = abs(float(leaf.number))
        radius = radii.get(number_itself)
        if radius:
            moved = replace(formula, _put(leaf, Number(leaf.number + radius)))
            try:
                shift = abs(moved.value(_no_entries) - value)
            except (ValueError, OverflowError, ZeroDivisionError):
                continue
            yield Rounding(number_itself, radius, shift)


def _put(leaf: Formula, other: Formula) -> Callable[[Formula], Formula | None]:
    return lambda node: other if node == leaf else None


def _no_entries(*_: object) -> NoReturn:
    raise ValueError


LONGEST_MATRIX = 10_000
MOST_DEPTH = 3
"""Lists within lists, and one pair of brackets too many."""
_CALLED = re.compile(r"\s*(?:np\.|numpy\.|torch\.)?(?:array|tensor|matrix)\(")


class TypedMatrix(NamedTuple):
    """Rows of numbers as they were typed."""

    rows: tuple[tuple[Typed, ...], ...]
    flat: bool
    """Whether it was typed as one row without a row of its own: a vector."""

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])

    @property
    def text(self) -> str:
        rows = [", ".join(number.text for number in row) for row in self.rows]
        return f"[{'; '.join(rows)}]"


def read_matrix(text: str, name: str) -> TypedMatrix:
    """The matrix that somebody typed: `[0.1, 0.2; 0.3, 0.4]`, `[[0.1, 0.2], [0.3, 0.4]]`, `1 2`.

    Raises:
        NotUnderstood: it is none; says where it stops making sense.
    """
    if len(text) > LONGEST_MATRIX:
        raise NotUnderstood("quiz.answer.too_long", LONGEST_MATRIX, 1, limit=LONGEST_MATRIX)
    plain = normalised(text.strip("\n"))
    called = _CALLED.match(plain)
    if called is not None and plain.rstrip().endswith(")"):
        plain = " " * called.end() + plain[called.end() :].rstrip()[:-1]
    if not plain.strip():
        raise NotUnderstood("quiz.answer.empty", 0, 1)
    if "[" not in plain:
        plain = _bracketed(text.strip("\n"), plain)
    rows, nested = _rows(plain, text, name)
    first = len(rows[0])
    for place, row in enumerate(rows, 1):
        if len(row) != first:
            raise NotUnderstood(
                "quiz.answer.row_lengths", 0, len(text), row=place, count=len(row), first=first
            )
    return TypedMatrix(tuple(tuple(row) for row in rows), flat=len(rows) == 1 and not nested)


def _bracketed(text: str, plain: str) -> str:
    """Rows on lines of their own as rows by semicolons, and round brackets as square ones."""
    if plain.startswith("(") and plain.endswith(")") and "," in plain:
        return f"[{plain[1:-1]}]"
    return "".join(";" if sign == "\n" else other for sign, other in zip(text, plain, strict=True))


def _rows(plain: str, text: str, name: str) -> tuple[list[list[Typed]], bool]:
    """The rows, and whether they were lists within a list."""
    depth, deepest = 0, 0
    rows: list[list[Typed]] = [[]]
    for piece, start, sign in _pieces(plain):
        end = start + len(piece)
        if sign == "[" and (piece.strip() or depth >= MOST_DEPTH):
            raise NotUnderstood("quiz.answer.bracket", end, 1)
        if sign == "[" and not depth and rows[-1]:
            # Lists one after the other are rows: [1, 2], [3, 4].
            rows.append([])
        if piece.strip():
            rows[-1] += _numbers(piece, start)
        depth += (sign == "[") - (sign == "]")
        deepest = max(deepest, depth)
        if depth < 0 or (not sign and depth):
            raise NotUnderstood("quiz.answer.bracket", end, 1)
        if rows[-1] and (sign == ";" or (sign == "]" and depth)):
            rows.append([])
    kept = [row for row in rows if row]
    if not kept:
        raise NotUnderstood("quiz.answer.shape", 0, max(len(text), 1), name=name)
    return kept, deepest > 1


def _pieces(plain: str) -> Iterator[tuple[str, int, str]]:
    """The text between signs that part a matrix, each with its place and the sign behind it."""
    start, inside = 0, 0
    for place, sign in enumerate(plain):
        inside += (sign == "(") - (sign == ")")
        if sign in "[];" or (sign == "," and inside <= 0):
            yield plain[start:place], start, sign
            start = place + 1
    yield plain[start:], start, ""


def _numbers(piece: str, start: int) -> list[Typed]:
    """One number, or several with spaces between them."""
    words = piece.split()
    if len(words) > 1 and all(_is_number(word) for word in words):
        return [read_number(word[0], start + word.start()) for word in re.finditer(r"\S+", piece)]
    return [read_number(piece, start)]


def _is_number(word: str) -> bool:
    return word.lstrip("+-").replace(".", "", 1).replace("e-", "").replace("e", "").isdigit()

"""Lines of a program: numbers with every digit, assignments with their reasons, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WIDTH = 92
"""Columns of a line; what is longer is broken where it can be."""
INDENT = "    "
SHORT = 56
"""A matrix up to this width stands in one line."""
COLUMN = 52
"""Where reasons begin at most; behind a longer line they follow at once."""
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that make a line read in another order than it runs."""


class Statement:
    """An assignment, with the reason at its right."""

    __slots__ = ("code", "reason", "target")

    def __init__(self, target: str, code: str, reason: str = "") -> None:
        self.target = target
        self.code = code
        self.reason = reason

    @property
    def line(self) -> str:
        """The assignment alone; a long sum stands on several lines."""
        whole = f"{self.target} = {self.code}"
        if len(whole) <= WIDTH or "\n" in self.code:
            return whole
        lines = [INDENT]
        for term in split_terms(self.code):
            if len(lines[-1]) > len(INDENT) and len(lines[-1]) + len(term) > WIDTH:
                lines.append(INDENT)
            lines[-1] += f"{term} "
        if len(lines) == 1:
            return whole
        return f"{self.target} = (\n" + "\n".join(line.rstrip() for line in lines) + "\n)"


def written(statements: Sequence[Statement]) -> list[str]:
    """The lines of some assignments, their reasons below each other."""
    column = max((len(each.line) for each in statements if len(each.line) <= COLUMN), default=0)
    lines: list[str] = []
    for before, each in zip([None, *statements], statements, strict=False):
        told = before is not None and before.reason == each.reason
        reason = "" if told or not each.reason else comment(each.reason)
        if "\n" in each.line:
            lines += [*([reason] if reason else []), *each.line.split("\n")]
        elif len(each.line) + 2 + len(reason) > WIDTH + 8:
            lines += [reason, each.line]
        else:
            lines.append(f"{each.line:{column}}  {reason}".rstrip())
    return lines


def comment(text: str) -> str:
    """A text as one comment, whatever is in it."""
    # No sign that ends a line, here or in some editor, and none that steers a terminal.
    said = "".join(" " if _acts(each) else each for each in text)
    return f"# {said}".rstrip()


def _acts(sign: str) -> bool:
    return sign in _TURNS or category(sign) in ("Cc", "Cs", "Zl", "Zp")


def indented(lines: Iterable[str]) -> list[str]:
    """The lines one step further in."""
    return [INDENT + line if line else line for line in lines]


def split_terms(code: str) -> list[str]:
    """A sum in its terms, each behind the first with its sign in front."""
    terms, depth, start = [], 0, 0
    for place, sign in enumerate(code):
        depth += (sign in "([{") - (sign in ")]}")
        if not depth and sign in "+-" and code[place - 1 : place + 2] == f" {sign} ":
            terms.append(code[start:place].strip())
            start = place
    return [*terms, code[start:].strip()]


def listed(before: str, items: Iterable[str], behind: str) -> list[str]:
    """Items between brackets: in one line, or in as many as they need."""
    found = list(items)
    whole = f"{before}{', '.join(found)}{behind}"
    if len(whole) <= WIDTH:
        return [whole]
    lines = [INDENT]
    for item in found:
        if len(lines[-1]) + len(item) > WIDTH - 2:
            lines.append(INDENT)
        lines[-1] += f"{item}, "
    return [before, *(line.rstrip() for line in lines), behind]


def nested(
    values: Sequence[float], shape: tuple[int, ...], number: Callable[[float], str] = repr
) -> str:
    """Numbers in row-major order as lists within lists, a row a line where they are long."""
    if not shape:
        return number(values[0])
    if len(shape) == 1:
        return _row([number(value) for value in values])
    part = len(values) // shape[0]
    starts = range(0, len(values), part)
    return bracketed([nested(values[at : at + part], shape[1:], number) for at in starts])


def bracketed(items: Sequence[str]) -> str:
    """Items in brackets: in one line where they are short, else a line each."""
    whole = f"[{', '.join(items)}]"
    if len(items) == 1 or (len(whole) <= SHORT and "\n" not in whole):
        return whole
    lines = "".join(f"{INDENT}{item},\n".replace("\n", f"\n{INDENT}")[: -len(INDENT)]
                    for item in items)  # fmt: skip
    return f"[\n{lines}]"


def _row(numbers: Sequence[str]) -> str:
    """A row of numbers, over several lines where it is long."""
    whole = f"[{', '.join(numbers)}]"
    if len(whole) <= WIDTH - 3 * len(INDENT):
        return whole
    lines = [INDENT]
    for number in numbers:
        if len(lines[-1]) + len(number) > WIDTH - 3 * len(INDENT):
            lines.append(INDENT)
        lines[-1] += f"{number}, "
    return "[\n" + "\n".join(line.rstrip() for line in lines) + "\n]"

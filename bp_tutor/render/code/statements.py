"""Lines of a program: assignments with their reasons, comments that end where they should."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

from bp_tutor.render.code.literals import INDENT, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

"""Numbers written as Python reads them, with every digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH = 92
"""Columns of a line; what is longer is broken where it can be."""
INDENT = "    "
SHORT = 48
"""A matrix up to this width stands in one line."""


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

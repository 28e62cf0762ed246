"""What a word of YAML means, by the core rules of YAML 1.2.

`1e-5` is a number, `012` is twelve, and `1:30`, `no` and `1_000` are texts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.reader.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_BASED = r"0o[0-7]+|0x[0-9a-fA-F]+"
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = {
    **{
        f"{sign}.{word}": float(f"{sign}inf")
        for sign in ("", "+", "-")
        for word in ("inf", "Inf", "INF")
    },
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_LONGEST_NUMBER = 400


_FOLDED = str.maketrans("−－＋．０１２３４５６７８９", "--+.0123456789")


def scalar_value(scalar: Scalar) -> str | int | float | bool | None:
    """The text, number, truth value or nothing that one word stands for."""
    text = scalar.text
    if scalar.quoted or scalar.block:
        return text
    if not text.isascii():
        text = _typed(text)
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _WHOLE.fullmatch(text):
        return int(text)
    if _REAL.fullmatch(text):
        return float(text)
    if re.fullmatch(_BASED, text):
        return int(text, 0)
    return _SPECIAL.get(text, text)


def first_number(node: Node, wanted: Callable[[float], bool]) -> Scalar | None:
    """The first number at a node and below of which something holds; None where it is of none."""
    if isinstance(node, Sequence):
        found = (first_number(item, wanted) for item in node.items)
        return next((each for each in found if each is not None), None)
    value = scalar_value(node) if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not wanted(value):
        return None
    assert isinstance(node, Scalar)
    return node


def _typed(text: str) -> str:
    """A number as slides and Chinese keyboards give it (`−0.5`, `０．５`), in plain signs."""
    folded = text.translate(_FOLDED)
    return folded if _WHOLE.fullmatch(folded) or _REAL.fullmatch(folded) else text


def plain(node: Node) -> Plain:
    """The node as Python's own texts, numbers, lists and dictionaries."""
    if isinstance(node, Scalar):
        return scalar_value(node)
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.items}
    return [plain(item) for item in node.items]

"""Pieces of YAML, written so that they come back as they were."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from bp_tutor.reader import Mapping, ReadError, Scalar, Sequence, read_text, scalar_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH = 88
_INSIDE = ",[]{}"
"""Signs that end a plain word inside brackets."""


def scalar(text: str) -> str:
    r"""A text as it can stand anywhere in a file: as it is where that is safe, else in quotes.

    >>> print(scalar("Sigmoid 2-2-1"), scalar("a: b # c"), scalar("0.30"), scalar("'a'"))
    Sigmoid 2-2-1 "a: b # c" "0.30" "'a'"
    """
    return text if _is_plain(text) else f'"{"".join(map(_escaped, text))}"'


def flow(values: Iterable[tuple[str, str]]) -> str:
    """A mapping of texts on one line: `{en: XOR, zh: 异或}`."""
    return f"{{{', '.join(f'{key}: {scalar(text)}' for key, text in values)}}}"


def folded(key: str, items: Iterable[str]) -> Iterator[str]:
    """A list behind a key, on as many lines as it takes."""
    text = f"{key}: [{', '.join(items)}]"
    first, *more = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    yield first
    for line in more:
        yield f"  {line}"


def _is_plain(text: str) -> bool:
    if not text.isprintable() or any(sign in text for sign in _INSIDE):
        return False
    try:
        inside, behind, before = (
            read_text(line) for line in (f"[{text}]", f"a: {text}", f"{text}: a")
        )
    except ReadError:
        return False
    words = [*inside.items] if isinstance(inside, Sequence) else []
    words += [behind.items[0][1]] if isinstance(behind, Mapping) else []
    words += [before.items[0][0]] if isinstance(before, Mapping) else []
    return len(words) == 3 and all(
        isinstance(word, Scalar) and not word.quoted and scalar_value(word) == text
        for word in words
    )


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    code = ord(sign)
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"

"""Text that somebody typed: shown safely, and the known name that it was probably meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 60
CLOSE = 0.6
"""So much of two names is alike where one is offered for the other; 1 is all."""


def printable(text: str) -> str:
    """Control characters and changes of direction made visible."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "replace").decode("ascii")
        for sign in text
    )


def shown(text: str) -> str:
    """A piece of a file or a name, cut to a readable length, control characters escaped."""
    return printable(text if len(text) <= LONGEST else text[: LONGEST - 3] + "...")


def nearest(
    name: str,
    names: Iterable[str],
    also: Mapping[str, str] | None = None,
    close: float = CLOSE,
) -> str:
    """The known name that was probably meant, or an empty text.

    `also` says what other names mean one of them, in small letters and with `_` between words.
    """
    folded = _folded(name.strip())
    if also and folded in also:
        return also[folded]
    known = {_folded(candidate): candidate for candidate in names}
    if folded in known or not folded or len(folded) > LONGEST:
        return known.get(folded, "")
    from difflib import get_close_matches

    found = get_close_matches(folded, known, 1, close)
    return known[found[0]] if found else ""


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")

"""Reading the values of options: numbers in a range, one word of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.cli.refusal import RefusalError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

MOST_DIGITS = 9
"""More digits than any number that an option takes."""


def whole(option: str, low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        bare = str(text).strip().replace(",", "").replace("_", "")
        number = int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= MOST_DIGITS else -1
        if not low <= number <= high:
            raise RefusalError("usage.whole", name=option, value=shown(text), low=low, high=high)
        return number

    return read


def one_of(
    option: str, choices: Iterable[str], also: Mapping[str, str] | None = None
) -> Callable[[str], str]:
    """A reader of one of some words; `also` says what other names mean one of them."""
    known = tuple(choices)

    def read(text: str) -> str:
        if text not in known:
            raise RefusalError(
                "usage.choice",
                (also or {}).get(text.lower()) or nearest(text, known),
                name=option,
                value=shown(text),
                choices=", ".join(known),
            )
        return text

    return read


def encoding(option: str) -> Callable[[str], str]:
    """A reader of the name of an encoding."""

    def read(text: str) -> str:
        from bp_tutor.reader.encoding import CANDIDATES, is_encoding

        if not is_encoding(text):
            names = ", ".join(("utf-8", "utf-16", *CANDIDATES))
            raise RefusalError("usage.encoding", name=option, value=shown(text), names=names)
        return text

    return read


def listed(values: Iterable[str] | None) -> tuple[str, ...]:
    """`dZ,dW` and repeated options alike, as names; commas inside brackets do not part."""
    found: list[str] = []
    for value in values or ():
        depth = 0
        name = ""
        for sign in value:
            depth += (sign in "[({") - (sign in "])}")
            if sign in ",，、" and depth <= 0:
                found.append(name)
                name = ""
            else:
                name += sign
        found.append(name)
    return tuple(name.strip() for name in found if name.strip())


def for_shell(path: Path) -> str:
    """What somebody types to mean the problem of a file, quoted where a shell needs it."""
    import shlex

    from bp_tutor.cli.talk import printable
    from bp_tutor.problem.find import known_as

    return printable(shlex.quote(known_as(path)))


def shown(text: object, longest: int = 60) -> str:
    """What was typed, cut to a readable length, control characters escaped."""
    from bp_tutor.reader.mistake import shown as escaped

    return escaped(str(text)[: longest * 2])

"""Which question a heading asks, its symbol standing anywhere in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Recognise = Callable[[str], str | None]
"""Gives the canonical name of what a text names and can be asked for; None for anything else."""
LONGEST = 6
"""So many words may make one symbol, `dW[1, 1, 1]`."""
MOST_WORDS = 200
_NUMBERED = re.compile(r"^\s*(?:[0-9]+\s*[:.)]|[A-Za-z][0-9]{0,2}\s*[.)])\s+")
"""What stands before a question in a list: `1234: ` of Canvas, `3. `, `a) `."""
_AROUND = " \t\r\n.,;:?!\"'`´“”„«»‘’()（）？：，。；、【】《》$*"
_BRACKETED = re.compile(r"\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\s*$")
"""A row of a grid, as Google Forms writes it behind the question: `Values [Z[2,1]]`."""
_STRONG = re.compile(r"[0-9₀-₉⁰-⁹⁽⁾\[\]_/∂δΔ′'ηλθΣσ#]|[A-Za-z][₀-₉]")
"""What a symbol has and a word of a sentence has not."""


class Found(NamedTuple):
    """What a heading asks for: one question, none, or more than one can be told apart."""

    identifiers: tuple[str, ...] = ()
    """As they were typed."""
    names: tuple[str, ...] = ()
    """Their canonical names."""

    @property
    def one(self) -> bool:
        """Whether it is clear what is asked for."""
        return len(self.names) == 1


def question_in(heading: str, recognise: Recognise) -> Found:
    """The question that a heading asks.

    A symbol alone is one. Of several in a sentence it is the one before a sign of equality at
    the end, and of none where there is no such sign; a word such as `e` is one only where
    nothing else can be meant.
    """
    for text in _wholes(heading):
        if name := recognise(text):
            return Found((text,), (name,))
    found = [*_symbols(heading, recognise)]
    strong = [each for each in found if _STRONG.search(each[0])]
    kept = strong or found
    if len({name for _, name, _ in kept}) > 1:
        asked = [each for each in kept if each[2]]
        kept = asked if len({name for _, name, _ in asked}) == 1 else kept
    names = {name: text for text, name, _ in reversed(kept)}
    return Found(tuple(reversed(names.values())), tuple(reversed(names)))


def _wholes(heading: str) -> Iterator[str]:
    """The heading itself, without a number before it, and what stands in brackets at its end."""
    text = heading.strip()
    yield text
    bare = _NUMBERED.sub("", text)
    yield bare.strip(_AROUND)
    yield bare.strip(_AROUND + "=").removesuffix("=?")
    if bracketed := _BRACKETED.search(text):
        yield bracketed[1].strip()


def _symbols(heading: str, recognise: Recognise) -> Iterator[tuple[str, str, bool]]:
    """Every symbol in a sentence as typed, its name, and whether it is what is asked for."""
    words = _parted(_NUMBERED.sub("", heading.strip()))[:MOST_WORDS]
    at = 0
    while at < len(words):
        for count in range(min(LONGEST, len(words) - at), 0, -1):
            text = " ".join(words[at : at + count]).strip(_AROUND)
            name = recognise(text) if text else None
            if name:
                behind = words[at + count :]
                asked = behind[:1] == ["="] and not "".join(behind[1:]).strip(_AROUND)
                yield text, name, asked
                at += count
                break
        else:
            at += 1


def _parted(text: str) -> list[str]:
    """Words; a sign of equality is one by itself, and so is a symbol among Chinese characters."""
    spaced = re.sub(r"\s*([=＝])\s*", " = ", text)
    spaced = re.sub(r"(?<=[\u3400-\u9fff，。；：、（）？])(?=[^\s\u3400-\u9fff])", " ", spaced)
    spaced = re.sub(r"(?<=[^\s\u3400-\u9fff])(?=[\u3400-\u9fff，。；：、（）？])", " ", spaced)
    return spaced.split()

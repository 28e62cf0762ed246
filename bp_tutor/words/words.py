"""The words of one language, by key, with values put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.reader import Mapping as Branch
from bp_tutor.reader import Scalar, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bp_tutor.reader import Node

_FOLDER = Path(__file__).parent
_PLACE = re.compile(r"\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}(\.(?=\s|$)|。)?")
"""The place of a value, or of the words that go with a number: `{count:figure|figures}`.

In these words `#` is the number itself: `{count:One of them|All # of them}`. A full stop behind
it belongs to it, for what ends in a stop or a question mark gets no other.
"""
_ENDS = (".", "。", "?", "？", "!", "！")
_SECTION = re.compile(r"^(?=\w)", re.MULTILINE)


Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces: each with whether it is a formula, spelled, or words."""


class MissingTextError(KeyError):
    """A text that a language does not have; told to whoever adds something."""

    def __init__(self, language: str, key: str) -> None:
        super().__init__(key)
        self.language = language

    def __str__(self) -> str:
        return f"add {self.args[0]} to bp_tutor/words/{self.language}.yaml"


def joined(pieces: Iterable[tuple[str, bool]]) -> Pieces:
    """The pieces with words that follow each other as one, and none that is empty."""
    found: list[tuple[str, bool]] = []
    for text, is_formula in pieces:
        if found and not (is_formula or found[-1][1]):
            found[-1] = (found[-1][0] + text, False)
        elif text:
            found.append((text, is_formula))
    return tuple(found)


def _apart(pieces: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The pieces with a blank where a value in Latin letters or digits meets a Chinese sign."""
    before = ""
    for text, is_formula in pieces:
        if text and before and _touch(before, text[0]):
            yield " ", False
        yield text, is_formula
        before = text[-1:] or before


def _touch(left: str, right: str) -> bool:
    latin = [sign.isascii() and sign.isalnum() for sign in (left, right)]
    chinese = ["一" <= sign <= "鿿" for sign in (left, right)]
    return (latin[0] and chinese[1]) or (chinese[0] and latin[1])


class Words:
    """Every text of one language.

    >>> Words("en", {"greeting": "Hello {name}"}).text("greeting", name="{Ada}")
    'Hello {Ada}'
    >>> Words("en", {"left": "{count} {count:figure|figures}"}).text("left", count=1)
    '1 figure'
    >>> Words("en", {"no": "No: {why}."}).text("no", why="did you mean W?")
    'No: did you mean W?'
    >>> words = Words("zh", {"slope": "{name}的导数"})
    >>> words.text("slope", name="Swish"), words.text("slope", name="交叉熵")
    ('Swish 的导数', '交叉熵的导数')
    """

    def __init__(
        self, language: str, texts: Mapping[str, str], called: Mapping[str, str] | None = None
    ) -> None:
        self.language = language
        self._texts = texts
        self._called = called or {}

    def text(self, key: str, **values: object) -> str:
        """The text of `key` with `values` put in; what is put in is never looked into again.

        Where no value is given for a place, what such a quantity is called goes there: `{Z}`.

        Raises:
            MissingTextError: there is no such text, or a value that it needs is missing.
        """
        pieces = self.pieces(key, {name: ((str(value), False),) for name, value in values.items()})
        return "".join(piece for piece, _ in pieces)

    def pieces(self, key: str, values: Mapping[str, Pieces]) -> Pieces:
        """The text of `key` in pieces, with values put in that are pieces themselves.

        Each piece is a text with whether it is a formula; what stands before and behind a value
        is none.
        """
        text = self._found(key)
        if "{" not in text:
            return ((text, False),)
        found: list[tuple[str, bool]] = []
        start = 0
        for place in _PLACE.finditer(text):
            name, one, many, stop = place.groups("")
            found.append((text[start : place.start()], False))
            start = place.end()
            if name not in values:
                found.append((self.called(name) + stop, False))
                continue
            value = "".join(piece for piece, _ in values[name])
            if one or many:
                value = (one if value == "1" else many).replace("#", value)
                found.append((value, False))
            else:
                found += values[name]
            if not value.endswith(_ENDS):
                found.append((stop, False))
        found.append((text[start:], False))
        return joined(found if text.isascii() else _apart(found))

    def _found(self, key: str) -> str:
        try:
            return self._texts[key]
        except KeyError:
            raise MissingTextError(self.language, key) from None

    def word_for(self, section: str, name: str, **values: object) -> str:
        """The word for one of the catalogue's names; the name itself where there is none."""
        key = f"{section}.{name}"
        return self.text(key, **values) if self.has(key) else name.replace("_", " ")

    def rule(self, name: str, form: str = "short") -> str:
        """What a step by a rule is called, or (`long`) what it does; else the rule's own name."""
        key = f"rule.{name}.{form}"
        return self.text(key) if self.has(key) else name.replace("_", " ")

    def called(self, place: str) -> str:
        """What a quantity is called: by the course, else as it is usual here."""
        own = self._called.get(place.partition("_")[0])
        if own is None:
            return self._found(f"called.{place}")
        if place.endswith("_many") and self.language == "en":
            return plural(own)
        return own[:1].upper() + own[1:] if place.endswith("_title") else own

    def calling(self, called: Mapping[str, str]) -> Words:
        """The same words with other names for quantities, by their canonical letters."""
        words = copy(self)
        words._called = called
        return words

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def keys(self) -> tuple[str, ...]:
        """All keys, in the order of the file."""
        return tuple(self._texts)

    def choose(self, in_language: Callable[[str], str]) -> str:
        """A text that came from outside, in the language of these words."""
        return in_language(self.language)

    def section(self, name: str) -> dict[str, str]:
        """The texts of one section, with the places for their values still open.

        What quantities are called is put in: whoever fills in the values does not know it.
        """
        texts = self._texts
        found: Mapping[str, str] = (
            texts.section(name)
            if isinstance(texts, Sections)
            else {key: text for key, text in texts.items() if key.startswith(f"{name}.")}
        )
        return {key: _PLACE.sub(self._known, text) for key, text in found.items()}

    def _known(self, place: re.Match[str]) -> str:
        if f"called.{place[1]}" not in self:
            return place[0]
        return self.called(place[1]) + (place[4] or "")

    def places(self, key: str) -> frozenset[str]:
        """The names of the values that a text needs."""
        return frozenset(
            place[1]
            for place in _PLACE.finditer(self._found(key))
            if f"called.{place[1]}" not in self
        )


def plural(word: str) -> str:
    """An English word in the plural.

    >>> plural("error signal"), plural("sensitivity"), plural("bias")
    ('error signals', 'sensitivities', 'biases')
    """
    if word[-1:] == "y" and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "sh", "ch")) else f"{word}s"


class Sections(Mapping[str, str]):
    """The texts of a file, each section of which is read when it is first asked for.

    A command needs a few of the sections, and reading all of them takes longer than its work.
    """

    def __init__(self, path: Path) -> None:
        parts = _SECTION.split(path.read_text(encoding="utf-8"))
        self._parts = {part.partition(":")[0]: part for part in parts if part[:1].isalpha()}
        self._names = tuple(self._parts)
        self._read: dict[str, dict[str, str]] = {}

    def __getitem__(self, key: str) -> str:
        return self.section(key.partition(".")[0])[key]

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(map(self.section, self._names))

    def __len__(self) -> int:
        return sum(len(self.section(name)) for name in self._names)

    def section(self, name: str) -> dict[str, str]:
        """The texts of one section by their whole keys."""
        if name not in self._read:
            part = self._parts.get(name)
            self._read[name] = {} if part is None else dict(_flat(read_text(part)))
        return self._read[name]


@cache
def languages() -> tuple[str, ...]:
    """The languages there are, by the names of their files."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def load_words(language: str) -> Words:
    """The words of `language`.

    Raises:
        KeyError: there is no such language.
    """
    if language not in languages():
        raise KeyError(language)
    return Words(language, Sections(_FOLDER / f"{language}.yaml"))


def _flat(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
    """Keys joined by dots, and texts just as they were typed."""
    if isinstance(node, Branch):
        for key, value in node.items:
            yield from _flat(value, f"{path}.{key.text}" if path else key.text)
    elif isinstance(node, Scalar):
        yield path, node.text
    else:
        raise TypeError(f"{path}: a list among the words")

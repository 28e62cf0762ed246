"""The words of one language, by key, with values put in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.reader import Mapping, Scalar, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.reader import Node

_FOLDER = Path(__file__).parent
_PLACE = re.compile(r"\{(\w+)\}")


class Words:
    """Every text of one language.

    >>> Words("en", {"greeting": "Hello {name}"}).text("greeting", name="{Ada}")
    'Hello {Ada}'
    """

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self._texts = texts

    def text(self, key: str, **values: object) -> str:
        """The text of `key` with `values` put in; what is put in is never looked into again.

        Raises:
            KeyError: there is no such text, or a value that it needs is missing.
        """
        text = self._texts[key]
        if "{" not in text:
            return text
        return _PLACE.sub(lambda place: str(values[place[1]]), text)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def keys(self) -> tuple[str, ...]:
        """All keys, in the order of the file."""
        return tuple(self._texts)

    def places(self, key: str) -> frozenset[str]:
        """The names of the values that a text needs."""
        return frozenset(_PLACE.findall(self._texts[key]))


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
    return Words(language, dict(_flat(read_file(_FOLDER / f"{language}.yaml"))))


def _flat(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
    """Keys joined by dots, and texts just as they were typed."""
    if isinstance(node, Mapping):
        for key, value in node.items:
            yield from _flat(value, f"{path}.{key.text}" if path else key.text)
    elif isinstance(node, Scalar):
        yield path, node.text
    else:
        raise TypeError(f"{path}: a list among the words")

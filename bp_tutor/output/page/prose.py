"""Sentences on the page: each in all its languages, with formulas set as MathML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import Sentence
from bp_tutor.output.page.html import Html, escaped, joined, tag
from bp_tutor.output.spelled import heading_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Presentation, Said, Section
    from bp_tutor.words import Pieces


class Prose:
    """Writes sentences in the languages of the page, and formulas in its notation."""

    def __init__(self, readers: Sequence[Presentation]) -> None:
        """`readers` differ in their words alone; their style is MathML."""
        self.readers = tuple(readers)
        self._known: dict[str, Html] = {}
        """Sentences without values, by their keys: many lines have the same reason."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the page."""
        return tuple(reader.words.language for reader in self.readers)

    def write(self, said: Said) -> Html:
        """A sentence as markup: a span for each language, where they differ."""
        if not isinstance(said, Sentence) or said.values:
            return self._written(said)
        if said.key not in self._known:
            self._known[said.key] = self._written(said)
        return self._known[said.key]

    def heading(self, section: Section) -> Html:
        """The heading of a section."""
        return self.write(heading_of(section, self.readers[0].style))

    def spelled(self, said: Said) -> str:
        """A formula in MathML."""
        return self.readers[0].say(said)

    def _written(self, said: Said) -> Html:
        versions = [reader.pieces(said) for reader in self.readers]
        if all(version == versions[0] for version in versions):
            return _one(versions[0])
        return joined(
            tag("span", {"lang": language}, _one(version))
            for language, version in zip(self.languages, versions, strict=True)
        )


def _one(pieces: Pieces) -> Html:
    """A sentence in one language."""
    return joined(maths(text) if is_formula else escaped(text) for text, is_formula in pieces)


def maths(content: str, **attributes: str) -> Html:
    """Spelled MathML as a formula of its own."""
    return tag("math", dict(attributes), Html(content))


def anchor_of(name: str) -> str:
    """Where the proof of that name stands on the page."""
    return "proof-" + name.rstrip("'").replace("+", "-")

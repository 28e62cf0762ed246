"""Sentences on the page: each in all its languages, with formulas set as MathML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.style import MATHS
from bp_tutor.render.page.html import Html, escaped, joined, tag
from bp_tutor.words.both import OPEN, apart

if TYPE_CHECKING:
    from collections.abc import Sequence

BEFORE, BEHIND = MATHS


class Prose:
    """Writes sentences in the languages of the page."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)
        self._known: dict[str, Html] = {}

    def write(self, text: str) -> Html:
        """A sentence as markup: a span for each language, where they differ."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._written(text)
        return found

    def _written(self, text: str) -> Html:
        if OPEN not in text:
            return _one(text)
        return joined(
            tag("span", {"lang": language}, _one(apart(text, place)))
            for place, language in enumerate(self.languages)
        )


def _one(text: str) -> Html:
    """A sentence in one language; what stands between the marks of formulas is MathML."""
    if BEFORE not in text:
        return escaped(text)
    first, *others = text.split(BEFORE)
    pieces: list[str] = [first]
    for piece in others:
        formula, _, rest = piece.partition(BEHIND)
        pieces += [maths(formula), rest]
    return joined(pieces)


def maths(content: str, **attributes: str) -> Html:
    """Spelled MathML as a formula of its own."""
    return tag("math", dict(attributes), Html(content))

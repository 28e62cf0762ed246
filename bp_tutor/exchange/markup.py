"""Sentences, formulas and given numbers as HTML, with formulas as the target shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.explain.document import Line, Listing, Note, Table
from bp_tutor.formula.style import style_named
from bp_tutor.output.page.html import Html, escaped, joined, tag
from bp_tutor.output.spelled import heading_of, spelled_line
from bp_tutor.quiz.feedback import name_of, whys
from bp_tutor.quiz.record import NumberRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.exchange.exercise import Exercise, Item, Variant
    from bp_tutor.explain import Presentation, Said, Section
    from bp_tutor.explain.document import Block
    from bp_tutor.quiz.model import Diagnosis

TEX, MATHML = "latex", "mathml"
_SIGNS = re.compile(r"([\\$\[{#])")
"""What begins a formula, a variable or a file somewhere, where another sign is behind it."""


class Markup:
    """Writes HTML for one target.

    Texts of files are words and nothing else: what a target would look for in them, such as a
    formula between dollars, a variable in braces or a sound in brackets, is taken apart by
    elements that nobody sees.
    """

    def __init__(self, page: Presentation, style: str) -> None:
        """`style` is `latex` or `mathml`."""
        self.page = page._replace(style=style_named(style))
        self._tex = style == TEX

    def words(self, text: str) -> Html:
        """Text that shows just these signs."""
        parts = _SIGNS.split(text)
        return joined(
            tag("span", {}, part) if place % 2 else part for place, part in enumerate(parts)
        )

    def formula(self, spelled: str) -> Html:
        """A formula within a sentence, of what the style has spelled."""
        if self._tex:
            return joined((r"\(", spelled, r"\)"))
        return tag("math", {}, Html(spelled))

    def say(self, said: Said) -> Html:
        """A sentence with formulas in it."""
        return joined(
            self.formula(text) if is_formula else self.words(text)
            for text, is_formula in self.page.pieces(said)
        )

    def paragraph(self, *inside: str) -> Html:
        """A paragraph of markup."""
        return tag("p", {}, *inside)

    def exercise(self, exercise: Exercise, variant: Variant, picture: str = "") -> Html:
        """What the exercise says and gives; `picture` is the address of its picture."""
        parts = [self.paragraph(tag("strong", {}, self.say(exercise.title)))]
        parts += (self.paragraph(self.say(fact)) for fact in variant.facts if fact)
        if picture:
            alt = self.page.words.text("export.picture")
            image = {"src": picture, "alt": alt, "style": "max-width: 100%"}
            parts.append(self.paragraph(void("img", image)))
        for section in variant.given:
            parts += self.section(section)
        return joined(parts)

    def section(self, section: Section) -> Iterator[Html]:
        """A heading and what stands below it."""
        yield self.paragraph(tag("strong", {}, self.say(heading_of(section, self.page.style))))
        for block in section.blocks:
            yield self.block(block)

    def block(self, block: Block) -> Html:
        """One line, list, table or note."""
        match block:
            case Line():
                return self.line(block)
            case Listing(items):
                pairs = (f"{self.page.say(one)} {self._equals} {self.page.say(other)}"
                         for one, other in items)  # fmt: skip
                return self.paragraph(*_between(map(self.formula, pairs), ", "))
            case Note(text):
                return self.paragraph(self.say(text))
            case Table(heads, rows):
                head = tag("tr", {}, *(tag("th", {}, self.say(one)) for one in heads))
                body = (
                    tag("tr", {}, *(tag("td", {}, self.say(cell)) for cell in row)) for row in rows
                )
                return tag("table", {}, head, *body)

    @property
    def _equals(self) -> str:
        return self.page.style.equals

    def line(self, line: Line) -> Html:
        """A line of a derivation: rule, formula, numbers and result below each other."""
        spelled = spelled_line(line, self.page)
        rows = [
            self.formula(f"{spelled.name if not place else ''} {part.relation} {part.text}".strip())
            for place, part in enumerate(spelled.parts)
        ]
        if line.reason:
            rows.append(tag("em", {}, self.say(line.reason)))
        return self.paragraph(*_between(rows, void("br", {})))

    def question(self, item: Item) -> Html:
        """What is asked; of a number, with how many digits."""
        asked = self.paragraph(self.say(item.record.prompt))
        if not isinstance(item.record, NumberRecord):
            return asked
        return joined((asked, self.digits(item.record.figures)))

    def digits(self, figures: int) -> Html:
        """How an answer is to be written."""
        return self.paragraph(tag("em", {}, self.page.words.text("export.digits", count=figures)))

    def why(self, diagnoses: Iterable[Diagnosis]) -> Html:
        """Mistakes by name, each with what is wrong with it."""
        return joined(self.paragraph(*self._mistake(one)) for one in diagnoses)

    def _mistake(self, diagnosis: Diagnosis) -> Iterator[Html]:
        words = self.page.words
        for key, why in zip(diagnosis.keys, whys(diagnosis, words), strict=False):
            yield tag("strong", {}, self.words(name_of(key, words)))
            yield self.words(f"{words.text('export.because')}{why}")


def _between(parts: Iterable[Html], sign: str) -> Iterator[Html]:
    """The parts with a sign between them."""
    for place, part in enumerate(parts):
        if place:
            yield escaped(sign)
        yield part


def void(name: str, attributes: dict[str, str]) -> Html:
    """An element without content, closed as XML wants it."""
    return Html(str(tag(name, attributes)).removesuffix(f"></{name}>") + "/>")

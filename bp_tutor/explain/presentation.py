"""How one reader sees a derivation: the language, the notation and the style it is spelled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, Sentence
from bp_tutor.explain.naming import letters_in
from bp_tutor.explain.nodes import DOTS
from bp_tutor.formula import Formula, spell
from bp_tutor.frozen import Frozen
from bp_tutor.problem.model import Text
from bp_tutor.words import joined

if TYPE_CHECKING:
    from bp_tutor.explain.document import Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Address, Quantity, Shown, Style
    from bp_tutor.formula.indexed import Indexed, Place
    from bp_tutor.formula.node import Index
    from bp_tutor.notations import Symbols
    from bp_tutor.words import Pieces, Words


class Presentation(Frozen):
    """Spells names, formulas, numbers and sentences for one reader; a `Speller`."""

    symbols: Symbols
    words: Words
    style: Style
    settings: Settings
    """How what is spelled was derived."""

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """The course's symbol of a quantity or of one entry."""
        return self.symbols.name(quantity, index, self.style.name)

    def partial(self, of: Address, over: Address) -> str:
        """A partial derivative written out, `∂Z₄₁/∂A₃₁`."""
        return self.symbols.partial(of, over, self.style.name)

    def indexed(self, node: Indexed) -> str:
        """A symbol with letters for its indices, `W_ijk`."""
        from bp_tutor.notations.indexed import indexed_name

        return indexed_name(self.symbols, node, self.style.name)

    def place(self, place: Place) -> str:
        """An index, `i+1`."""
        from bp_tutor.notations.indexed import place_text

        return place_text(place, self.style.name)

    def bound(self, letter: str, layer: Place | None) -> str:
        """How many there are of something, `N_i`."""
        from bp_tutor.notations.indexed import bound_name

        return bound_name(self.symbols, letter, layer, self.style.name)

    def letters(self, of: str) -> str:
        """The letters of a kind of quantity, or a name of the file."""
        base, sub = letters_in(self.symbols, of)
        return self.symbols.notation.spelling.spell(base, sub, "", self.style.name)

    def spell(self, formula: Formula) -> str:
        """A formula in the course's symbols; long sums are shortened."""
        return spell(self.settings.shortened(formula), self)

    def figure(self, shown: Shown) -> str:
        """A number in the style."""
        return self.style.figure(shown)

    def say(self, said: Said) -> str:
        """A sentence, a formula, a text of the file, as one text."""
        if isinstance(said, str):
            return said
        if isinstance(said, Formula):
            return spell(said, self)
        return "".join(text for text, _ in self.pieces(said))

    def pieces(self, said: Said) -> Pieces:
        """What is said in pieces: each with whether it is a formula in the style, or words."""
        if isinstance(said, Formula):
            return ((spell(said, self), True),)
        if isinstance(said, Sentence) and said.otherwise and said.key not in self.words:
            return ((said.otherwise, False),)
        if isinstance(said, Sentence):
            values = {name: self.pieces(value) for name, value in said.values}
            return self.words.pieces(said.key, values)
        if isinstance(said, Joined):
            between = self.pieces(said.between)
            found: list[tuple[str, bool]] = []
            for place, part in enumerate(said.parts):
                found += (*(between if place else ()), *self.pieces(part))
            return joined(found)
        text = self.words.choose(said.in_language) if isinstance(said, Text) else str(said)
        return ((text, False),) if text else ()

    @property
    def dots(self) -> str:
        """What stands for terms and figures that are left out."""
        return self.say(DOTS)

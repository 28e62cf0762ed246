"""Formulas in the words of a library: what each kind of node is called there.

Sums, products and brackets are spelled as everywhere; only what has a name of its own in a
library is put in its place first, as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bp_tutor.formula import (
    ASCII,
    HALF,
    Apply,
    Call,
    Div,
    Formula,
    Indicator,
    Largest,
    Number,
    Reduce,
    Stable,
    Winner,
    replace,
    spell,
)
from bp_tutor.formula.node import NOISE
from bp_tutor.formula.spelling import first_factor, text_of
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula.node import Shape, Speller

TINY = "TINY"
"""The name for what rounding leaves of 0."""


class _Python(type(ASCII)):  # type: ignore[misc]
    """Formulas as a program writes them."""

    name = "python"
    times = elementwise = " * "
    half = "0.5"


PYTHON: Final = _Python()


class Spelled(Formula):
    """A part of a formula that has its text already."""

    __slots__ = __match_args__ = ("text", "binding", "shape")

    def __init__(self, text: str, binding: int, shape: Shape) -> None:
        self.text: Final = text
        self.binding: Final = binding
        self.shape: Final = shape

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.text, self.binding


class Library:
    """One library's words for formulas; `used` are the helpers that they need."""

    said = ""
    """What it is called in a sentence."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def text(self, formula: Formula, speller: Speller) -> str:
        """A formula as an expression of Python."""
        return spell(self._prepared(formula, speller), speller)

    def array(self, values: str) -> str:
        """Numbers as an array."""
        raise NotImplementedError

    def anything(self, shape: tuple[int, ...], *, positive: bool) -> str:
        """Numbers where the file gives none; between 0 and 1 where `positive`."""
        raise NotImplementedError

    def spread(self, text: str, shape: tuple[int, ...]) -> str:
        """A value repeated to fill a larger array."""
        raise NotImplementedError

    def summed(self, kind: str, inside: str, axes: tuple[int, ...], *, scalar: bool) -> str:
        """A sum or mean along axes that stay, or of everything."""
        raise NotImplementedError

    def chosen(self, condition: str) -> str:
        """1 where a condition holds, else 0."""
        raise NotImplementedError

    def called(self, name: str, arguments: Sequence[str]) -> tuple[str, int]:
        """A function of the table applied to its arguments, and how tightly that binds."""
        raise NotImplementedError

    def applied(self, node: Apply, arguments: Sequence[str]) -> tuple[str, int]:
        """An array primitive applied to its arrays, with its options."""
        raise NotImplementedError

    def largest(self, candidates: Sequence[str]) -> str:
        """The largest of several numbers."""
        raise NotImplementedError

    def _prepared(self, formula: Formula, speller: Speller) -> Formula:
        return replace(formula, lambda node: self._put(node, speller))

    def _put(self, node: Formula, speller: Speller) -> Formula | None:
        def text(inner: Formula) -> str:
            return self.text(inner, speller)

        binding: int = Binding.ATOM
        match node:
            case Reduce(kind, arg, axes):
                said = self.summed(kind, text(arg), axes, scalar=node.scalar)
            case Indicator(arg, sign):
                self.used.add(TINY)
                bound = TINY if sign in (">", "<=") else f"-{TINY}"
                said = self.chosen(f"{text(arg)} {sign[0]} {bound}")
            case Call() if node.function.as_body:
                return self._prepared(node.expanded(), speller)
            case Call(function, args):
                said, binding = self.called(function.name, [text(arg) for arg in args])
            case Apply(_, args):
                said, binding = self.applied(node, [text(arg) for arg in args])
            case Largest(candidates):
                said = self.largest([text(each) for each in candidates])
            case Winner(candidates, place):
                self.used.add("winner")
                listed = (str(place), *(text(each) for each in candidates))
                said = f"winner({', '.join(listed)})"
            case Stable(shown):
                return self._prepared(shown, speller)
            case Div(top, bottom):
                if node == HALF or (isinstance(top, Number) and isinstance(bottom, Number)):
                    return None
                over = self._prepared(top, speller), self._prepared(bottom, speller)
                below = text_of(over[1], speller, Binding.POWER)
                said = f"{first_factor(over[0], speller)} / {below}"
                binding = Binding.PRODUCT
            case _:
                return None
        return Spelled(said, binding, node.shape)


def is_number(text: str) -> bool:
    """Whether an argument is a plain number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


TINY_LINE = f"{TINY} = {NOISE!r}"

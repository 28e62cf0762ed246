"""What stands in formulas of a derivation beside the calculation: dots, matrices, derivatives.

They are spelled like other nodes; none of them is evaluated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, cast

from bp_tutor.formula import Entry, Formula, Ref, spell
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from bp_tutor.formula import Address, Quantity, Speller
    from bp_tutor.formula.node import Index, Shape


class Namer(Protocol):
    """A speller that knows a notation's derivatives."""

    def partial(self, of: Address, over: Address) -> str:
        """A partial derivative written out, `∂Z₄₁/∂A₃₁`."""

    def letters(self, of: str) -> str:
        """The letters of a kind of quantity, or a name of the file."""


class Written(Formula):
    """A node that is only written."""

    __slots__ = ()

    @property
    def shape(self) -> Shape:
        return ()


class Sign(Written):
    """A sign of the style by itself, by the name that it has there: `dots`, `minus`."""

    __slots__ = __match_args__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: Final = name

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return str(getattr(speller.style, self.name)), Binding.ATOM


DOTS: Final = Sign("dots")
"""Stands for the terms and figures that are left out."""
MINUS: Final = Sign("minus")


class Partial(Written):
    """A partial derivative written out, as a factor of the chain rule."""

    __slots__ = __match_args__ = ("of", "over")

    def __init__(self, of: Address, over: Address) -> None:
        self.of: Final = of
        self.over: Final = over

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return cast("Namer", speller).partial(self.of, self.over), Binding.POWER


class Letters(Written):
    """The letters of a kind of quantity without indices, or a name of the file."""

    __slots__ = __match_args__ = ("of",)

    def __init__(self, of: str) -> None:
        self.of: Final = of

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return cast("Namer", speller).letters(self.of), Binding.ATOM


class Size(Written):
    """The shape of an array, `2×3`."""

    __slots__ = __match_args__ = ("lengths",)

    def __init__(self, lengths: Shape) -> None:
        self.lengths: Final = lengths

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        return style.by.join(style.number(str(length)) for length in self.lengths), Binding.ATOM


class Compared(Written):
    """A comparison with zero that holds, `5 > 0`."""

    __slots__ = __match_args__ = ("arg", "sign")

    def __init__(self, arg: Formula, sign: str) -> None:
        self.arg: Final = arg
        self.sign: Final = sign

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        sign = style.compare.get(self.sign, self.sign)
        return f"{spell(self.arg, speller)} {sign} {style.number('0')}", Binding.SUM


class Equation(Written):
    """A name with its value in a sentence."""

    __slots__ = __match_args__ = ("left", "right")

    def __init__(self, left: Formula, right: Formula) -> None:
        self.left: Final = left
        self.right: Final = right

    def spelled(self, speller: Speller) -> tuple[str, int]:
        text = speller.style.equation(spell(self.left, speller), spell(self.right, speller))
        return text, Binding.SUM


class Span(Written):
    """From one number to another, `1 … N_i`."""

    __slots__ = __match_args__ = ("first", "last")

    def __init__(self, first: Formula, last: Formula) -> None:
        self.first: Final = first
        self.last: Final = last

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        first, last = spell(self.first, speller), spell(self.last, speller)
        return style.gap.join((first, style.dots, last)), Binding.ATOM


class Matrix(Written):
    """An array in figures; a large one is cut in the middle, unless it is `whole`."""

    __slots__ = __match_args__ = ("rows", "size", "whole")

    def __init__(
        self, rows: tuple[tuple[Formula, ...], ...], size: Shape = (), *, whole: bool = False
    ) -> None:
        self.rows: Final = rows
        self.size: Final = size
        self.whole: Final = whole

    @property
    def shape(self) -> Shape:
        return self.size

    def spelled(self, speller: Speller) -> tuple[str, int]:
        rows = [[spell(cell, speller) for cell in row] for row in self.rows]
        return speller.style.matrix(rows), Binding.ATOM


class Beside(Written):
    """Formulas one beside the other, with signs of the style between them."""

    __slots__ = __match_args__ = ("items", "signs")

    def __init__(self, items: tuple[Formula, ...], signs: tuple[str, ...]) -> None:
        self.items: Final = items
        self.signs: Final = signs

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.items

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Beside(children, self.signs)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        first, *others = (spell(item, speller) for item in self.items)
        pairs = zip(self.signs, others, strict=True)
        return first + "".join(getattr(speller.style, sign) + text for sign, text in pairs), (
            Binding.SUM if others else Binding.ATOM
        )


def name_of(quantity: Quantity, index: Index | None) -> Formula:
    """The name of one entry, or of the whole array."""
    return Ref(quantity) if index is None else Entry(quantity, index)

"""The leaves of a formula: numbers, whole quantities, single entries, parameters of a function."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Final

from bp_tutor.formula.node import Formula
from bp_tutor.formula.quantity import Address, Quantity
from bp_tutor.formula.style import MINUSES, Binding

if TYPE_CHECKING:
    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller
    from bp_tutor.formula.shown import Shown


class Number(Formula):
    """A plain number.

    `shown` says how it is to be written, where that matters (`0.30`), and `of` the entry whose
    value it is.
    """

    __slots__ = ("number", "of", "shown")
    __match_args__ = ("number",)
    leads_bare = True

    def __init__(
        self, number: float, shown: Shown | None = None, of: Address | None = None
    ) -> None:
        self.number: Final = number
        self.shown: Final = shown
        self.of: Final = of

    @property
    def shape(self) -> Shape:
        return ()

    def entry(self, index: Index) -> Formula:
        return self

    def value(self, lookup: Lookup) -> float:
        # A float: powers of whole numbers could grow without bound.
        return float(self.number)

    def scalar_code(self, coder: Coder) -> str:
        return repr(float(self.number)) if self.number >= 0 else f"({float(self.number)!r})"

    array_code = scalar_code

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        text = style.signed(plain(self.number)) if self.shown is None else style.figure(self.shown)
        if style.keyed_names and self.of is not None:
            quantity, index = self.of
            text = style.keyed(text, quantity.identifier(index))
        bare = unsigned(text)
        if bare != text:
            return style.minus + bare, Binding.SUM
        # A power of ten written out (2.7·10⁻⁵) is a product of its own.
        return text, Binding.PRODUCT if style.is_product(text) else Binding.ATOM

    def negative(self) -> Number:
        """The number with its sign turned, shown as before."""
        if self.shown is None:
            return Number(-self.number)
        return Number(-self.number, self.shown.negative(), self.of)


class Pi(Number):
    """The number π, written by its letter."""

    __slots__ = ()
    leads_bare = False

    def __init__(self) -> None:
        super().__init__(pi)

    def scalar_code(self, coder: Coder) -> str:
        return "pi"

    def array_code(self, coder: Coder) -> str:
        return "np.pi"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        return "pi" if style.tells_all else style.glyphs("π"), Binding.ATOM


class Ref(Formula):
    """A whole quantity."""

    __slots__ = __match_args__ = ("quantity",)

    def __init__(self, quantity: Quantity) -> None:
        self.quantity: Final = quantity

    @property
    def shape(self) -> Shape:
        return self.quantity.shape

    def entry(self, index: Index) -> Formula:
        if index in self.quantity.removed:
            return Number(self.quantity.instead)
        return Entry(self.quantity, index)

    def array_code(self, coder: Coder) -> str:
        return coder.name(self.quantity, None)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return _named(speller.name(self.quantity, None), speller)


class Entry(Formula):
    """One number of a quantity, at an index counted from 0."""

    __slots__ = __match_args__ = ("quantity", "index")

    def __init__(self, quantity: Quantity, index: tuple[int, ...]) -> None:
        self.quantity: Final = quantity
        self.index: Final = index

    @property
    def address(self) -> Address:
        """Where the number stands."""
        return Address(self.quantity, self.index)

    @property
    def shape(self) -> Shape:
        return ()

    def entry(self, index: Index) -> Formula:
        return self

    def value(self, lookup: Lookup) -> float:
        return lookup(self.quantity, self.index)

    def scalar_code(self, coder: Coder) -> str:
        return coder.name(self.quantity, self.index)

    array_code = scalar_code

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return _named(speller.name(self.quantity, self.index), speller)


def whole(quantity: Quantity) -> Formula:
    """All of a quantity: an array, or its one number."""
    return Ref(quantity) if quantity.shape else Entry(quantity, ())


class Hole(Formula):
    """A parameter in the text of a function's body or slope, filled before use."""

    __slots__ = __match_args__ = ("symbol",)

    def __init__(self, symbol: str) -> None:
        self.symbol: Final = symbol

    @property
    def shape(self) -> Shape:
        return ()

    def entry(self, index: Index) -> Formula:
        return self

    def scalar_code(self, coder: Coder) -> str:
        return f"{{{self.symbol}}}"

    array_code = scalar_code

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return speller.name(Quantity(self.symbol), None), Binding.ATOM


def _named(name: str, speller: Speller) -> tuple[str, int]:
    """A symbol; one that is a fraction itself (`∂L/∂w`) needs brackets to be raised."""
    if name.startswith(MINUSES):
        return name, Binding.SUM
    return name, Binding.POWER if speller.style.slash in name else Binding.ATOM


def unsigned(text: str) -> str:
    """A number's text without its minus sign."""
    if not text.startswith(MINUSES):
        return text
    return text[next(len(sign) for sign in MINUSES if text.startswith(sign)) :]


PLACES = 6
"""A small number with so many decimals at most is written without a power of ten."""


def plain(number: float) -> str:
    """The shortest decimal that is this number; whole numbers without a point."""
    number = float(number)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    shortest = repr(number)
    if "e-" in shortest and float(decimal := f"{number:.{PLACES}f}") == number:
        return decimal.rstrip("0")
    return shortest

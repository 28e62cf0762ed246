"""What a proof consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bp_tutor.explain.nodes import Written
from bp_tutor.formula import Entry, Formula, Quantity, spell
from bp_tutor.formula.style import Binding
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.explain.document import Said
    from bp_tutor.formula import Speller


def letter(name: str) -> Entry:
    """A number that a proof speaks of, by its letter: `z`, `a`, `alpha`."""
    return Entry(Quantity(name), ())


class Derivative(Written):
    """The derivative of a formula that is still to be found: `∂/∂z(1 + e^−z)`."""

    __slots__ = __match_args__ = ("arg", "over")

    def __init__(self, arg: Formula, over: Formula) -> None:
        self.arg: Final = arg
        self.over: Final = over

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg, self.over)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Derivative(*children)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        inside = style.bracketed(spell(self.arg, speller))
        return style.partial("", spell(self.over, speller)) + inside, Binding.POWER


class Slope(Written):
    """The derivative of one letter by another, as a symbol: `∂a/∂z`."""

    __slots__ = __match_args__ = ("of", "over")

    def __init__(self, of: Formula, over: Formula) -> None:
        self.of: Final = of
        self.over: Final = over

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.of, self.over)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Slope(*children)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        of, over = (spell(each, speller) for each in self.children)
        return speller.style.partial(of, over), Binding.POWER


class Comparison(Written):
    """One side below or above the other: `z > 0`."""

    __slots__ = __match_args__ = ("left", "sign", "right")

    def __init__(self, left: Formula, sign: str, right: Formula) -> None:
        self.left: Final = left
        self.sign: Final = sign
        self.right: Final = right

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.left, self.right)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Comparison(children[0], self.sign, children[1])

    def spelled(self, speller: Speller) -> tuple[str, int]:
        left, right = (spell(each, speller) for each in self.children)
        sign = speller.style.compare.get(self.sign, self.sign)
        return f"{left} {sign} {right}", Binding.SUM


class Step(Frozen):
    """One formula of a chain, and the rules by which it follows from the one before it."""

    formula: Formula
    rules: tuple[str, ...] = ()


class Chain(Frozen):
    """`name = formula = formula = …`; it holds where all of its conditions do."""

    name: Formula
    steps: tuple[Step, ...]
    conditions: tuple[Comparison, ...] = ()
    heading: Said = ""
    """What is said above it."""


class Proof(Frozen):
    """The slope of a function, a loss, or of a loss with its activation, derived."""

    key: str
    """As it is asked for: `sigmoid'`, `softmax+cross_entropy`."""
    title: Said
    chains: tuple[Chain, ...]
    uses: tuple[str, ...] = ()
    """The keys of proofs whose results stand in it."""
    notes: tuple[Said, ...] = ()
    """What is said at its end."""

"""Matrix products, transposes, and sums along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bp_tutor.formula.algebra import Add, Div, Mul, Neg, neg
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.node import Formula
from bp_tutor.formula.primitive import spread
from bp_tutor.formula.spelling import text_of
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from bp_tutor.formula.node import Coder, Index, Shape, Speller


class MatMul(Formula):
    """A matrix product of two arrays with two axes each."""

    __slots__ = __match_args__ = ("left", "right")

    def __init__(self, left: Formula, right: Formula) -> None:
        self.left: Final = left
        self.right: Final = right

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.left, self.right)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return MatMul(*children)

    @property
    def shape(self) -> Shape:
        (rows, inner), (below, columns) = self.left.shape, self.right.shape
        if inner != below:
            raise ValueError(f"shapes {self.left.shape} and {self.right.shape} do not fit together")
        return rows, columns

    def entry(self, index: Index) -> Formula:
        row, column = index
        pairs = (
            (self.left.entry((row, inner)), self.right.entry((inner, column)))
            for inner in range(self.left.shape[1])
        )
        products = tuple(Mul(pair) for pair in pairs if not any(map(is_nothing, pair)))
        if not products:
            return Number(0)
        return products[0] if len(products) == 1 else Add(products)

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        upstream = spread(upstream, self.shape)
        return (
            matmul(upstream, transpose(self.right)),
            matmul(transpose(self.left), upstream),
        )

    def array_code(self, coder: Coder) -> str:
        # A column by a row is every pair multiplied, which is faster said so.
        sign = "*" if self.left.shape[1] == 1 else "@"
        return f"({self.left.array_code(coder)} {sign} {self.right.array_code(coder)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        tight = Binding.PRODUCT if isinstance(self.left, MatMul) else Binding.POWER
        left = text_of(self.left, speller, tight)
        right = text_of(self.right, speller, Binding.POWER)
        return left + speller.style.matmul + right, Binding.PRODUCT


class Transpose(Formula):
    """Rows and columns exchanged."""

    __slots__ = __match_args__ = ("arg",)

    def __init__(self, arg: Formula) -> None:
        self.arg: Final = arg

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Transpose(children[0])

    @property
    def shape(self) -> Shape:
        return self.arg.shape[::-1]

    def entry(self, index: Index) -> Formula:
        return self.arg.entry(index[::-1])

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return (transpose(spread(upstream, self.shape)),)

    def array_code(self, coder: Coder) -> str:
        return f"{self.arg.array_code(coder)}.T"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return speller.style.transposed(text_of(self.arg, speller, Binding.ATOM)), Binding.ATOM


def is_nothing(entry: Formula) -> bool:
    """Whether an entry is 0 whatever the numbers are, as what a mask has removed is."""
    while isinstance(entry, Div | Neg):
        entry = entry.children[0]
    return isinstance(entry, Number) and entry.number == 0


def matmul(left: Formula, right: Formula) -> Formula:
    """The matrix product; numbers and signs come out in front."""
    if isinstance(left, Neg):
        return neg(matmul(left.arg, right))
    if isinstance(right, Neg):
        return neg(matmul(left, right.arg))
    return MatMul(left, right)


def transpose(formula: Formula) -> Formula:
    """The transpose; of a transpose, the formula itself."""
    return formula.arg if isinstance(formula, Transpose) else Transpose(formula)

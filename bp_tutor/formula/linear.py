"""Matrix products, transposes, and sums along axes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, Literal

from bp_tutor.formula import arithmetic, build, powers
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.node import Formula
from bp_tutor.formula.style import Binding, text_of

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
        products = tuple(
            arithmetic.Mul((self.left.entry((row, inner)), self.right.entry((inner, column))))
            for inner in range(self.left.shape[1])
        )
        return products[0] if len(products) == 1 else arithmetic.Add(products)

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return (
            build.matmul(upstream, build.transpose(self.right)),
            build.matmul(build.transpose(self.left), upstream),
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
        return (build.transpose(upstream),)

    def array_code(self, coder: Coder) -> str:
        return f"{self.arg.array_code(coder)}.T"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return speller.style.transposed(text_of(self.arg, speller, Binding.ATOM)), Binding.ATOM


class Reduce(Formula):
    """A sum or mean along axes, which stay with length 1; of all axes where `scalar`."""

    __slots__ = __match_args__ = ("kind", "arg", "axes", "scalar")

    def __init__(
        self,
        kind: Literal["sum", "mean"],
        arg: Formula,
        axes: tuple[int, ...],
        *,
        scalar: bool = False,
    ) -> None:
        self.kind: Final = kind
        self.arg: Final = arg
        self.axes: Final = axes
        self.scalar: Final = scalar

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Reduce(self.kind, children[0], self.axes, scalar=self.scalar)

    @property
    def shape(self) -> Shape:
        if self.scalar:
            return ()
        return tuple(
            1 if axis in self.axes else length for axis, length in enumerate(self.arg.shape)
        )

    @property
    def count(self) -> int:
        """How many numbers go into each sum."""
        count = 1
        for axis in self.axes:
            count *= self.arg.shape[axis]
        return count

    def entry(self, index: Index) -> Formula:
        shape = self.arg.shape
        ranges = [
            range(length) if axis in self.axes else (index[axis],)
            for axis, length in enumerate(shape)
        ]
        terms = tuple(self.arg.entry(place) for place in product(*ranges))
        total = terms[0] if len(terms) == 1 else arithmetic.Add(terms)
        return total if self.kind == "sum" else powers.Div(total, Number(self.count))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        if self.kind == "sum":
            return (upstream,)
        return (build.div(upstream, Number(self.count)),)

    def array_code(self, coder: Coder) -> str:
        kept = "" if self.scalar else ", keepdims=True"
        return f"{self.arg.array_code(coder)}.{self.kind}(axis={self.axes}{kept})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        name = style.total if self.kind == "sum" else style.word("mean")
        text = self.arg.spelled(speller)[0]
        if not self.scalar:
            axes = (style.number(str(axis + 1)) for axis in self.axes)
            text = style.comma.rstrip().join((text, *axes))
        return style.call(name, (text,)), Binding.ATOM

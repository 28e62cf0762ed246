"""Array primitives: what is said of whole arrays and cannot be said entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bp_tutor.formula.node import Formula, fit
from bp_tutor.formula.style import Binding
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bp_tutor.formula.node import Coder, Index, Shape, Speller

    Pulled = tuple[Formula | None, ...]
    Grid = tuple[str, tuple[tuple[Formula, ...], ...]]
    """A key of the words, and rows of entries."""
    Written = Callable[["Apply", Sequence[str]], str]
    """An expression of a library over the expressions of the arrays."""


class Primitive(Frozen):
    """How one primitive behaves; its function on arrays stands in `arrays.py`, same name."""

    name: str
    shape: Callable[[Apply], Shape]
    entry: Callable[[Apply, Index], Formula]
    """One entry as a scalar formula."""
    pullback: Callable[[Apply, Formula, Formula], Pulled] | None = None
    """What `upstream` gives to each argument; None where nothing is differentiated twice."""
    options: int = 0
    """How many whole numbers (strides, paddings, sizes) stand behind the arrays."""
    of_numbers: bool = False
    """Whether it is applied to single numbers instead of arrays."""
    grids: Callable[[Apply, Index], tuple[Grid, ...]] | None = None
    """What meets in one entry, laid out as on the board: a window, and the kernel over it."""
    numpy: Written | None = None
    """In NumPy; where there is none, a program takes the function from `arrays.py` along."""
    pytorch: Written | None = None
    """In PyTorch; where there is none, no program for PyTorch can be written."""


class Spread(Formula):
    """An array repeated along axes of length 1, as broadcasting does unsaid everywhere else."""

    __slots__ = __match_args__ = ("arg", "shape")

    def __init__(self, arg: Formula, shape: Shape) -> None:
        self.arg: Final = arg
        self.shape: Final = shape

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Spread(children[0], self.shape)

    def entry(self, index: Index) -> Formula:
        return self.arg.entry(fit(index, self.arg.shape))

    def array_code(self, coder: Coder) -> str:
        return f"np.broadcast_to({self.arg.array_code(coder)}, {self.shape})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.arg.spelled(speller)


def spread(formula: Formula, shape: Shape) -> Formula:
    """The formula, repeated where it is smaller than `shape`."""
    return formula if formula.shape == shape else Spread(formula, shape)


class Apply(Formula):
    """A primitive applied to arrays, with its options."""

    __slots__ = __match_args__ = ("primitive", "args", "options")

    def __init__(
        self, primitive: Primitive, args: tuple[Formula, ...], options: tuple[int, ...] = ()
    ) -> None:
        self.primitive: Final = primitive
        self.args: Final = args
        self.options: Final = options

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.args

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Apply(self.primitive, children, self.options)

    @property
    def shape(self) -> Shape:
        return self.primitive.shape(self)

    def entry(self, index: Index) -> Formula:
        return self.primitive.entry(self, index)

    def pullback(self, upstream: Formula, itself: Formula) -> Pulled:
        if self.primitive.pullback is None:
            raise ValueError(f"{self.primitive.name} has no gradient rule")
        return self.primitive.pullback(self, spread(upstream, self.shape), itself)

    def array_code(self, coder: Coder) -> str:
        inside = [arg.array_code(coder) for arg in self.args]
        return f"{self.primitive.name}({', '.join([*inside, *map(str, self.options)])})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        inside = [arg.spelled(speller)[0] for arg in self.args]
        if style.tells_all:
            inside += map(str, self.options)
        return style.call(style.word(self.primitive.name), inside), Binding.ATOM


def atom(text: str) -> str:
    """An expression of Python that something can be asked of."""
    return text if text.isidentifier() else f"({text})"

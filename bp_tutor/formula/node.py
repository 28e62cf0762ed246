"""What every node of a formula can do.

A formula is a small tree of frozen nodes. Each kind of node says, in one place, its shape,
one entry of it, its gradient, its value, its code and its spelling; everything that the
tutor shows or computes comes from these.
"""

from __future__ import annotations

from math import isclose, isfinite
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.formula.quantity import Quantity
    from bp_tutor.formula.style import Style

    Index = tuple[int, ...]
    Shape = tuple[int, ...]
    Lookup = Callable[[Quantity, Index], float]


class Coder(Protocol):
    """Writes Python for the leaves and helps nodes to write theirs."""

    @property
    def by_hand(self) -> bool:
        """Whether every number is rounded before it is used again."""

    @property
    def exactly(self) -> bool:
        """Whether the code gives just the number that `value` does, also where noise is left."""

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """The variable that holds a quantity (index None) or one entry of it."""

    def variable(self, code: str) -> str:
        """A name for the value of `code`, computed once."""


class Speller(Protocol):
    """Spells the leaves in a notation and knows the signs of a style."""

    @property
    def style(self) -> Style: ...

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """The symbol of a quantity (index None) or of one entry of it."""


class Formula:
    """One node of a formula and all below it.

    Nodes are never changed once made; two are equal where they say the same. `__match_args__`
    names what a node consists of. (Plain classes: they cost a tenth of a dataclass to define,
    and every start of the program defines all of them.)
    """

    __slots__ = ("_hash",)
    __match_args__: tuple[str, ...] = ()
    leads_bare = False
    """Whether it needs no brackets as the first factor of a product (`-2·x`, `1/2·x`)."""

    def _parts(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self._parts() == other._parts())

    def __hash__(self) -> int:
        # Worked out once: it goes through all that is below.
        try:
            return self._hash
        except AttributeError:
            self._hash: int = hash((type(self), self._parts()))
            return self._hash

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._parts()))})"

    @property
    def children(self) -> tuple[Formula, ...]:
        """The formulas that this one is made of."""
        return ()

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        """The same node over other children, as they are: nothing is simplified."""
        return self

    @property
    def shape(self) -> Shape:
        """The shape of its value; `()` for a scalar."""
        raise NotImplementedError

    def entry(self, index: Index) -> Formula:
        """The scalar formula of one entry: the line that a student writes by hand."""
        raise NotImplementedError

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        """What `upstream`, the derivative by this node, gives to each child.

        `itself` is how this node's own value may be written (`A[2]` instead of
        `sigmoid(Z[2])`); None stands for a child that has no derivative.
        """
        return ()

    def value(self, lookup: Lookup) -> float:
        """The number of a scalar formula, with entries looked up."""
        raise NotImplementedError

    def scalar_code(self, coder: Coder) -> str:
        """A Python expression over floats for a scalar formula."""
        raise NotImplementedError

    def array_code(self, coder: Coder) -> str:
        """A Python expression over NumPy arrays."""
        raise NotImplementedError

    def spelled(self, speller: Speller) -> tuple[str, int]:
        """The text and how tightly it binds (see `style.Binding`)."""
        raise NotImplementedError


NOISE = 1e-15
"""What floats leave of a sum that is 0 on paper (0.1 + 0.2 - 0.3), beside its terms."""

SAME = 1e-14
"""Relative difference of two floats that are one number, worked out in two ways."""
TINY = 2.3e-308
"""Below, floats have fewer digits, down to none."""


def fit(index: Index, shape: Shape) -> Index:
    """The index into an operand of `shape` that broadcasting pairs with `index`."""
    if not shape:
        return ()
    trailing = index[len(index) - len(shape) :]
    return tuple(0 if length == 1 else place for place, length in zip(trailing, shape, strict=True))


def broadcast(*shapes: Shape) -> Shape:
    """The common shape of operands, by the rules of broadcasting.

    Raises:
        ValueError: the shapes do not fit.
    """
    first = shapes[0]
    if shapes.count(first) == len(shapes):
        return first
    rank = max(map(len, shapes))
    result = [1] * rank
    for shape in shapes:
        for axis, length in enumerate(shape, rank - len(shape)):
            if length != 1 and result[axis] not in (1, length):
                raise ValueError(f"shapes {shapes} do not fit together")
            result[axis] = max(result[axis], length)
    return tuple(result)


def entries_of(operands: tuple[Formula, ...], index: Index) -> list[Formula]:
    """The entries of broadcast operands that meet at an index."""
    return [operand.entry(fit(index, operand.shape) if index else ()) for operand in operands]


def replace(formula: Formula, swap: Callable[[Formula], Formula | None]) -> Formula:
    """The formula with every node for which `swap` answers put in its place."""
    swapped = swap(formula)
    if swapped is not None:
        return swapped
    children = formula.children
    if not children:
        return formula
    new = tuple(replace(child, swap) for child in children)
    if all(a is b for a, b in zip(new, children, strict=True)):
        return formula
    return formula.rebuild(new)


def walk(formula: Formula) -> list[Formula]:
    """Every node, parents before children, left before right."""
    found: list[Formula] = []
    waiting = [formula]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(node.children))
    return found


def chosen(
    leaf: float, origin: float, shown: Callable[[], float], computed: Callable[[], float]
) -> float:
    """The number of a stable formula, by whether its leaf has the value that it comes from."""
    found = None if isclose(leaf, origin, rel_tol=SAME, abs_tol=TINY) else finite(shown)
    return computed() if found is None else found


def added(terms: Iterable[float]) -> float:
    """A sum as on paper, where 0.1 + 0.2 - 0.3 is 0: a unit right at its kink must not tip over."""
    total = largest = 0.0
    for term in terms:
        total += term
        largest = max(largest, abs(term))
    return 0.0 if abs(total) < NOISE * largest else total


def finite(number: Callable[[], float]) -> float | None:
    """A number; None where floats have none (the logarithm of 0)."""
    try:
        found = number()
    except (ValueError, ArithmeticError):
        return None
    return found if isfinite(found) else None

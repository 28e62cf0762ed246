"""What a mistake is made in: the formula of one entry, its place in the network, and rewriting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Div, Entry, Formula, Mul, Neg, Number, replace, walk
from bp_tutor.formula.quantity import DERIVATIVE, Address
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Quantity, Role
    from bp_tutor.quiz.entry_graph import EntryGraph

    Rewritten = tuple[Formula, Formula | None]
    """The formula with the mistake in it, and the part of the right one that it spoils."""
    Rewrite = Callable[["Case"], Iterator[Rewritten]]


class Case(Frozen):
    """One entry that is asked for, with its formula (which may hold a mistake already)."""

    graph: EntryGraph
    address: Address
    formula: Formula

    @property
    def quantity(self) -> Quantity:
        return self.address.quantity

    @property
    def index(self) -> tuple[int, ...]:
        return self.address.index

    @property
    def phase(self) -> str:
        step = self.graph.step(self.address)
        if step is None:
            return ""
        # One value's derivative by another is a piece of the way back.
        return "backward" if step.line.phase == "derivative" else step.line.phase

    @property
    def activates(self) -> bool:
        """Whether an activation gives what is asked for."""
        step = self.graph.step(self.address)
        return step is not None and step.line.activates is not None

    @property
    def rule(self) -> str:
        step = self.graph.step(self.address)
        return step.line.rule if step is not None else ""

    def derivative(self) -> Formula | None:
        """The entry of the derivative by the weight whose update is asked for."""
        own = self.address.as_kind(DERIVATIVE)
        return Entry(*own) if self.graph.known(own) else None

    def with_entries(
        self, other: Callable[[Address], Formula | None]
    ) -> tuple[Formula, list[Entry]]:
        """The formula with other entries where `other` gives some, and the entries replaced."""
        replaced: list[Entry] = []

        def exchange(node: Formula) -> Formula | None:
            if not isinstance(node, Entry):
                return None
            found = other(Address(node.quantity, node.index))
            if found is not None:
                replaced.append(node)
            return found

        return replace(self.formula, exchange), replaced

    def with_part(self, old: Formula, new: Formula) -> Formula:
        """The formula with `new` in the very place of one of its parts."""
        return replace(self.formula, lambda node: new if node is old else None)

    def sums(self) -> list[Add]:
        """Sums that stand in the formula by themselves or as a factor, never inside a function."""
        return sums_of(self.formula)


def entries_in(formula: Formula) -> Iterator[Entry]:
    """Every entry in a formula, as often as it stands there."""
    return (node for node in walk(formula) if isinstance(node, Entry))


def has_role(formula: Formula, *roles: Role) -> bool:
    """Whether an entry of such a quantity itself, not of its derivative, stands in a formula."""
    quantities = (entry.quantity for entry in entries_in(formula))
    return any(quantity.role in roles and not quantity.kind for quantity in quantities)


def sums_of(formula: Formula) -> list[Add]:
    """Sums that stand in a formula by themselves or as a factor, never inside a function."""
    match formula:
        case Add():
            return [formula]
        case Neg(arg):
            return sums_of(arg)
        case Mul(factors):
            return [found for factor in factors for found in sums_of(factor)]
        case Div(top, _):
            return sums_of(top)
    return []


def with_factor(formula: Formula, old: Formula, new: Formula | None) -> Formula | None:
    """A product with the factors of `old` taken out and `new` put in; None where they are not."""
    match formula:
        case Neg(arg):
            inner = with_factor(arg, old, new)
            return None if inner is None else Neg(inner)
        case Div(top, bottom):
            inner = with_factor(top, old, new)
            return None if inner is None else Div(inner, bottom)
        case Mul(factors):
            rest = list(factors)
            for part in old.factors if isinstance(old, Mul) else (old,):
                if part not in rest:
                    return None
                rest.remove(part)
            return product((*rest, *([] if new is None else [new])))
    return None


def product(factors: tuple[Formula, ...]) -> Formula:
    """A product of any number of factors."""
    if not factors:
        return Number(1)
    return factors[0] if len(factors) == 1 else Mul(factors)


def total(terms: tuple[Formula, ...]) -> Formula:
    """A sum of any number of terms."""
    if not terms:
        return Number(0)
    return terms[0] if len(terms) == 1 else Add(terms)


def inside(quantity: Quantity, index: tuple[int, ...]) -> bool:
    """Whether there is such an entry."""
    return len(index) == len(quantity.shape) and all(
        0 <= place < length for place, length in zip(index, quantity.shape, strict=True)
    )

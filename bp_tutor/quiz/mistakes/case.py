"""What a mistake is made in: the formula of one entry, its place in the calculation, its parts.

Rewrites find where they apply by the structure of the formula alone: its sums, its products and
what each factor is by its role. So a mistake is the same one in a network, through time, in an
image and in a computation graph.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bp_tutor.formula import (
    Add,
    Call,
    Div,
    Entry,
    Formula,
    Mul,
    Neg,
    Number,
    PartialDerivative,
    as_shown,
    replace,
    walk,
)
from bp_tutor.formula.algebra import constant
from bp_tutor.formula.quantity import DERIVATIVE, Address, Role
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.entry_graph import EntryGraph

    Rewrite = Callable[["Case"], Iterator["Rewritten"]]

Made = TypeVar("Made")
MOST_ENTRIES = 12
"""In longer formulas single operands are not exchanged: that could explain almost any number."""
MOST_PLACES = 9
"""In so many places of a formula a mistake is looked for at one of them alone.

In more of them it could explain almost any number.
"""


class Rewritten(NamedTuple):
    """A formula with a mistake in it, the part of the right one that it spoils, and what it is."""

    formula: Formula
    part: Formula
    instead: Formula
    """What stands in the place of the part; a 1 or a 0 where it is left out."""


class Case(Frozen):
    """One entry that is asked for, with its formula (which may hold a mistake already)."""

    graph: EntryGraph
    address: Address
    formula: Formula

    @cached_property
    def quantity(self) -> Quantity:
        """What is asked for, with the role that it plays."""
        return self.graph.seen_as(self.address.quantity)

    @property
    def index(self) -> tuple[int, ...]:
        return self.address.index

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def once(self, make: Callable[[Case], Made]) -> Made:
        """What is made of the case, worked out once for all rewrites."""
        if make not in self._made:
            self._made[make] = make(self)
        found: Made = self._made[make]
        return found

    @cached_property
    def written(self) -> Formula:
        """The formula with losses written out, as they are spelled, and roles where they show."""
        plain = replace(self.formula, _written_out)
        return replace(plain, self._seen) if self.graph.seen_as.any else plain

    def _seen(self, node: Formula) -> Formula | None:
        if not isinstance(node, Entry):
            return None
        return Entry(self.graph.seen_as(node.quantity), node.index)

    @cached_property
    def values(self) -> tuple[Quantity, ...]:
        """Everything in the update that has numbers, in order, with the roles."""
        return tuple(map(self.graph.seen_as, self.graph.run.values))

    @property
    def is_in_graph(self) -> bool:
        """Whether the exercise is a computation graph, of single numbers with names."""
        return not self.graph.run.program.model.outputs

    @cached_property
    def nodes(self) -> list[Formula]:
        """Every node of the formula as it is written."""
        return walk(self.written)

    @cached_property
    def addresses(self) -> tuple[Address, ...]:
        """The entries in the formula, each once."""
        found = (node.address for node in self.nodes if isinstance(node, Entry))
        return tuple(dict.fromkeys(found))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantities in the formula, each once."""
        return tuple(dict.fromkeys(address.quantity for address in self.addresses))

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """Every product and quotient in the formula, the outermost first."""
        return tuple(products_of(self.written))

    @cached_property
    def sums(self) -> tuple[Add, ...]:
        """Every sum in the formula, the outermost first, but none inside a function or a power."""
        return tuple(_sums(self.written))

    @property
    def is_derivative(self) -> bool:
        """Whether a derivative is asked for, of the loss or of one value by another."""
        return self.quantity.kind == DERIVATIVE or isinstance(self.quantity, PartialDerivative)

    @cached_property
    def is_update(self) -> bool:
        """Whether a step or a new value is asked for."""
        return any(address.role is Role.RATE for address in self.addresses) or (
            self.quantity.kind not in ("", DERIVATIVE)
        )

    def has_role(self, *roles: Role) -> bool:
        """Whether an entry of such a quantity itself, not of its derivative, is in the formula."""
        return any(
            address.role in roles and not address.quantity.kind for address in self.addresses
        )

    def is_known(self, address: Address) -> bool:
        """Whether there is such an entry, with a number that is there before the one asked for."""
        return (
            inside(*address)
            and address != self.address
            and self.graph.known(address)
            and self.quantity not in self.graph.ancestors(address.quantity)
        )

    def forms(self) -> Iterator[Case]:
        """This case, and in a computation graph the same with nothing left to a line before.

        There ∂L/∂a stands on a line of its own; who works out ∂L/∂z may leap over it.
        """
        yield self
        if self.is_in_graph and self.quantity.kind == DERIVATIVE and self.quantity in self._nodes:
            whole = replace(self.written, self._leapt)
            if whole != self.written:
                yield self._replace(formula=replace(whole, _flat))

    @cached_property
    def _nodes(self) -> frozenset[Quantity]:
        lines = self.graph.run.program.model.definitions
        return frozenset(line.quantity.as_kind(DERIVATIVE) for line in lines)

    def _leapt(self, node: Formula) -> Formula | None:
        if isinstance(node, Entry) and node.quantity in self._nodes:
            step = self.graph.step(node.address)
            return None if step is None else as_shown(step.entry(node.index))
        return None

    def exchanged(self, part: Formula, instead: Formula) -> Rewritten:
        """The formula with another in the very place of one of its parts."""
        found = replace(self.written, lambda node: instead if node is part else None)
        return Rewritten(found, part, instead)

    def as_a_whole(self, instead: Formula) -> Rewritten:
        """Another formula in the place of all of it."""
        return Rewritten(instead, self.written, instead)

    def with_entries(self, other: Callable[[Address], Formula | None]) -> Iterator[Rewritten]:
        """The formula with other entries wherever `other` gives some; nothing where it does not."""
        new = {address: found for address in self.addresses if (found := other(address))}
        if new:
            first = next(iter(new))
            found = replace(
                self.written,
                lambda node: new.get(node.address) if isinstance(node, Entry) else None,
            )
            yield Rewritten(found, Entry(*first), new[first])

    def swapped(self, old: Address, new: Address) -> Iterator[Rewritten]:
        """The formula with one entry exchanged for another; nothing where that is not known."""
        if new != old and self.is_known(new):
            yield from self.with_entries(lambda one: Entry(*new) if one == old else None)

    def with_each(self, other: Callable[[Address], Formula | None]) -> Iterator[Rewritten]:
        """The formula with other entries wherever there are some, and with each of them alone."""
        own = [one for one in self.addresses if other(one)]
        if len(own) > 1:
            yield from self.with_entries(other)
        for one in own if len(own) <= MOST_ENTRIES else ():
            yield from self.with_entries(_at(one, other))

    def in_each(self, other: Callable[[Address], Formula | None]) -> Iterator[Rewritten]:
        """The same, and with the entries of each quantity alone."""
        yield from self.with_entries(other)
        quantities = dict.fromkeys(one.quantity for one in self.addresses if other(one))
        for quantity in quantities if len(quantities) > 1 else ():
            yield from self.with_entries(_of(quantity, other))

    def at_each(self, changes: Iterable[tuple[Formula, Formula]]) -> Iterator[Rewritten]:
        """The formula changed in all places that are given, and in each of them alone.

        Each place is a node of the formula, with what is put there.
        """
        new = {id(old): (old, other) for old, other in changes}
        if len(new) > 1:
            found = replace(
                self.written, lambda node: new[id(node)][1] if id(node) in new else None
            )
            part = self._around(new.keys())
            instead = replace(part, lambda node: new[id(node)][1] if id(node) in new else None)
            yield Rewritten(found, part, instead)
        if len(new) <= MOST_PLACES:
            for old, other in new.values():
                yield self.exchanged(old, other)

    def _around(self, places: Iterable[int]) -> Formula:
        """The smallest part of the formula that has all these nodes in it."""
        wanted = set(places)
        part = self.written
        while True:
            inner = next(
                (child for child in part.children if wanted <= set(map(id, walk(child)))), None
            )
            if inner is None:
                return part
            part = inner


def _at(
    one: Address, other: Callable[[Address], Formula | None]
) -> Callable[[Address], Formula | None]:
    return lambda address: other(address) if address == one else None


def _of(
    quantity: Quantity, other: Callable[[Address], Formula | None]
) -> Callable[[Address], Formula | None]:
    return lambda address: other(address) if address.quantity == quantity else None


class Product(NamedTuple):
    """A product or a quotient in a formula, with everything that is a factor of it."""

    node: Formula
    top: tuple[Formula, ...]
    bottom: tuple[Formula, ...]

    def without(self, gone: tuple[Formula, ...]) -> Formula | None:
        """The product without some of its factors; None where they are not all there."""
        return self.with_other(gone, ())

    def with_other(self, gone: tuple[Formula, ...], new: tuple[Formula, ...]) -> Formula | None:
        """The product with other factors in the place of some."""
        rest = list(self.top)
        place = len(rest)
        for factor in gone:
            if factor not in rest:
                return None
            place = min(place, rest.index(factor))
            rest.remove(factor)
        return quotient((*rest[:place], *new, *rest[place:]), self.bottom)

    def without_divisor(self, gone: Formula) -> Formula:
        """The product without one of the factors below the line."""
        return quotient(self.top, tuple(one for one in self.bottom if one is not gone))


def _flat(node: Formula) -> Formula | None:
    """A product with the factors of the products in it."""
    if not isinstance(node, Mul) or not any(isinstance(one, Mul) for one in node.factors):
        return None
    inner = [replace(one, _flat) for one in node.factors]
    return Mul(tuple(f for one in inner for f in (one.factors if isinstance(one, Mul) else (one,))))


def _written_out(node: Formula) -> Formula | None:
    if isinstance(node, Call) and node.function.as_body:
        return replace(node.expanded(), _written_out)
    return None


def _sums(formula: Formula) -> Iterator[Add]:
    match formula:
        case Add(terms):
            yield formula
            for term in terms:
                yield from _sums(term)
        case Neg() | Mul() | Div():
            for child in formula.children:
                yield from _sums(child)


def products_of(formula: Formula) -> Iterator[Product]:
    """Every product and quotient in a formula, the outermost first."""
    waiting = [formula]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mul | Div) and constant(node) is None:
            top, bottom = _factors(node)
            yield Product(node, top, bottom)
            waiting += reversed((*top, *bottom))
        else:
            waiting += reversed(node.children)


def _factors(node: Formula) -> tuple[tuple[Formula, ...], tuple[Formula, ...]]:
    """What is multiplied and what is divided by."""
    if constant(node) is not None:
        return (node,), ()
    match node:
        case Mul(factors):
            parts = [_factors(factor) for factor in factors]
            return (
                tuple(one for top, _ in parts for one in top),
                tuple(one for _, bottom in parts for one in bottom),
            )
        case Div(top, bottom):
            above, below = _factors(top), _factors(bottom)
            return above[0] + below[1], above[1] + below[0]
    return (node,), ()


def entries_in(formula: Formula) -> Iterator[Entry]:
    """Every entry in a formula, as often as it stands there."""
    return (node for node in walk(formula) if isinstance(node, Entry))


def has_role(formula: Formula, *roles: Role) -> bool:
    """Whether an entry of such a quantity itself, not of its derivative, stands in a formula."""
    quantities = (entry.quantity for entry in entries_in(formula))
    return any(quantity.role in roles and not quantity.kind for quantity in quantities)


def has_derivative(formula: Formula) -> bool:
    """Whether an entry of a derivative stands in a formula."""
    return any(entry.quantity.kind == DERIVATIVE for entry in entries_in(formula))


def is_derivative(node: Formula) -> bool:
    """Whether it is an entry of a derivative, such as the error that comes back."""
    return isinstance(node, Entry) and node.quantity.kind == DERIVATIVE


def is_difference(node: Formula) -> bool:
    """Whether it is a difference of two values, such as a prediction less its target."""
    match node:
        case Add((first, Neg(second))) | Add((Neg(second), first)):
            return any(entries_in(first)) and any(entries_in(second))
    return False


def is_error(node: Formula) -> bool:
    """Whether it is a difference with a target in it."""
    return is_difference(node) and has_role(node, Role.TARGET)


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


def product(factors: tuple[Formula, ...]) -> Formula:
    """A product of any number of factors."""
    if not factors:
        return Number(1)
    return factors[0] if len(factors) == 1 else Mul(factors)


def quotient(top: tuple[Formula, ...], bottom: tuple[Formula, ...]) -> Formula:
    """A product of any number of factors over another one."""
    return Div(product(top), product(bottom)) if bottom else product(top)


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

"""What a rewrite works on: the formula of one entry, and where in the network it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Add, Call, Div, Entry, Formula, Mul, Neg, Number, Ref, replace, walk
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.quiz.model import Context

    Rewritten = tuple[Formula, Formula | None]
    """The formula with the mistake in it, and the part of the right one that it spoils."""
    Rewrite = Callable[["Case"], Iterator[Rewritten]]


class Case(NamedTuple):
    """One entry that is asked for, with its formula (which may hold a mistake already)."""

    context: Context
    book: Book
    key: Key
    formula: Formula

    @property
    def quantity(self) -> Quantity:
        return self.key[0]

    @property
    def at(self) -> tuple[int, ...]:
        return self.key[1]

    @property
    def letter(self) -> str:
        """What is asked for without its place: `Z`, `dZ`, `W'`."""
        return self.quantity.name.partition("[")[0]

    @property
    def phase(self) -> str:
        step = self.book.step(self.key)
        return step.line.phase if step is not None else ""

    @property
    def rule(self) -> str:
        step = self.book.step(self.key)
        return step.line.rule if step is not None else ""

    def has(self, symbol: str, kind: str = "") -> bool:
        """Whether an entry of such a quantity stands in the formula."""
        return any(
            isinstance(node, Entry)
            and node.quantity.symbol == symbol
            and node.quantity.kind == kind
            for node in walk(self.formula)
        )

    def derivative(self) -> Formula | None:
        """The entry of the derivative by the weight whose update is asked for."""
        own = self.quantity.as_kind(DERIVATIVE)
        return Entry(own, self.at) if own in self.book.run.values else None


def activation_after(book: Book, before: Quantity) -> tuple[Quantity, Formula] | None:
    """The values behind an activation and its formula, by the values in front of it."""
    return _activations(book)[0].get(before)


def before_activation(book: Book, after: Quantity) -> Quantity | None:
    """The values in front of the activation that gives `after`."""
    return _activations(book)[1].get(after)


def _activations(
    book: Book,
) -> tuple[dict[Quantity, tuple[Quantity, Formula]], dict[Quantity, Quantity]]:
    found = book.kept.get("activations")
    if found is None:
        after: dict[Quantity, tuple[Quantity, Formula]] = {}
        before: dict[Quantity, Quantity] = {}
        for line in book.run.program.model.definitions:
            child = next(iter(line.formula.children), line.formula)
            if line.rule == "activation" and isinstance(child, Ref):
                after[child.quantity] = (line.quantity, line.formula)
                before[line.quantity] = child.quantity
        found = book.kept["activations"] = (after, before)
    return found  # type: ignore[return-value]


def slope_of(book: Book, quantity: Quantity, index: tuple[int, ...]) -> Formula | None:
    """The slope of the activation behind one entry, as it stands in the delta's formula."""
    name = ("slope", quantity, index)
    if name not in book.kept:
        book.kept[name] = _slope(book, quantity, index)
    return book.kept[name]  # type: ignore[return-value]


def _slope(book: Book, quantity: Quantity, index: tuple[int, ...]) -> Formula | None:
    found = activation_after(book, quantity)
    if found is None or not isinstance(found[1], Call):
        return None
    slope = found[1].slope(Ref(found[0]))
    if slope is None or isinstance(slope, Number):
        return None
    return entry_of(slope, index)


def swapped(formula: Formula, old: Formula, new: Formula | None) -> Formula | None:
    """A product with the factors of `old` taken out and `new` put in; None where they are not."""
    match formula:
        case Neg(arg):
            inner = swapped(arg, old, new)
            return None if inner is None else Neg(inner)
        case Div(top, bottom):
            inner = swapped(top, old, new)
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


def moved_entries(
    formula: Formula, move: Callable[[Quantity, tuple[int, ...]], Formula | None]
) -> Formula:
    """The formula with some of its entries replaced."""

    def swap(node: Formula) -> Formula | None:
        return move(node.quantity, node.index) if isinstance(node, Entry) else None

    return replace(formula, swap)


def inside(quantity: Quantity, index: tuple[int, ...]) -> bool:
    """Whether there is such an entry."""
    return len(index) == len(quantity.shape) and all(
        0 <= place < length for place, length in zip(index, quantity.shape, strict=True)
    )

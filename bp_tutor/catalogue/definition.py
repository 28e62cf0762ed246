"""What the catalogue makes of a problem: quantities defined by formulas."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from bp_tutor.formula import Reduce, Ref, Role, has_stable, walk
from bp_tutor.formula.algebra import add, mul
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import VALUE
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bp_tutor.formula import Formula, Quantity

MOST_KEPT = 64
"""Entries of a quantity whose lines are kept once they are made; they are asked for often."""
PHASES = ("forward", "loss", "backward", "gradient", "update")


class Remark(Frozen):
    """A sentence by its key in the words, with the values that stand in it."""

    key: str
    values: tuple[tuple[str, int | str], ...] = ()


class Definition(Frozen):
    """One quantity and the formula that gives it.

    `rule` is the key of the words that name the step. An `inlined` quantity's derivative is
    not a line of its own: it is written into the line that uses it, as lectures do with the
    derivative by an activation.
    """

    quantity: Quantity
    formula: Formula
    phase: str
    rule: str
    inlined: bool = False
    remarks: tuple[Remark, ...] = ()
    """Sentences that belong above the line: sizes, conventions, the order of gates."""
    may_fail: bool = False
    """Only reported: where it has no value, the calculation goes on without it."""

    @property
    def is_written(self) -> bool:
        """Whether it is a line of its own; of what is inlined only the value is."""
        return not self.inlined or self.phase in ("forward", "loss")

    def entry(self, index: tuple[int, ...]) -> Formula:
        """The line of one entry, which is calculated, written out and proven."""
        if self.quantity.size > MOST_KEPT:
            return entry_of(self.formula, index)
        if index not in self._entries:
            self._entries[index] = entry_of(self.formula, index)
        return self._entries[index]

    @cached_property
    def _entries(self) -> dict[tuple[int, ...], Formula]:
        return {}

    @cached_property
    def has_stable(self) -> bool:
        """Whether its formula has a stable form in it."""
        return has_stable(self.formula)

    @property
    def activates(self) -> Quantity | None:
        """What the line applies an activation function to, if that is what it does."""
        quantity = self.quantity
        if quantity.kind != VALUE or quantity.role not in (Role.ACTIVATION, Role.GATE):
            return None
        inner = next(iter(self.formula.children), self.formula)
        return inner.quantity if isinstance(inner, Ref) else None


class Model(Frozen):
    """A network or graph written as formulas, ready to be differentiated and computed."""

    definitions: tuple[Definition, ...]
    """Forward and loss, in the order of the calculation."""
    given: dict[Quantity, tuple[float, ...] | None]
    """Numbers from the file in row-major order; None where it leaves them out."""
    seeds: dict[Quantity, Formula]
    """Where differentiation starts: the loss with its factor, or given derivatives."""
    wanted: tuple[Quantity, ...] = ()
    """Quantities whose derivatives are asked for, in the order of the lines."""
    trained: tuple[Quantity, ...] = ()
    """Quantities that an update changes."""
    shortcuts: Mapping[Quantity, Formula] = MappingProxyType({})
    """Derivatives stated at once instead of through the chain (loss fused with activation)."""
    safe: Mapping[Quantity, tuple[Formula, Formula, Formula]] = MappingProxyType({})
    """Derivatives that go through the chain, with a form that divides by nothing: that form, and
    the output it rests on with the formula of that output."""
    rules: Mapping[Quantity, str] = MappingProxyType({})
    """The rule by which each quantity's derivative is found."""
    errors: Mapping[Quantity, Formula] = MappingProxyType({})
    """Where weights are corrected without a gradient: how far each net input is off."""
    tied: Mapping[Quantity, Formula] = MappingProxyType({})
    """Arrays that a layer has not for itself, each with the one that stands in its place."""
    outputs: tuple[Quantity, ...] = ()
    """What the network hands out, one for each time step where there are several."""
    loss: Quantity | None = None
    targets: str = ""
    """What the loss takes for targets: any numbers, `probabilities`, or `shares` of a whole."""
    rate: Quantity | None = None
    factor: float = 1.0
    """What is reported is this many times the derivative of the loss (-1: descent)."""
    asides: tuple[Definition, ...] = ()
    """What has a name and takes no part in the calculation: the loss of each sample."""

    @property
    def stated(self) -> tuple[Quantity, ...]:
        """Values that are given although a formula defines them, which is for the way back only."""
        return tuple(line.quantity for line in self.definitions if line.quantity in self.given)

    @property
    def behind_stated(self) -> set[Quantity]:
        """What leads to values that are given."""
        found: set[Quantity] = set()
        for line in reversed(self.definitions):
            if line.quantity in self.given or line.quantity in found:
                found |= {node.quantity for node in walk(line.formula) if isinstance(node, Ref)}
        return found

    @property
    def objective(self) -> Formula:
        """What is differentiated, as one number: each start times the derivative that begins there.

        Where derivatives are given, they stand for the loss behind them.
        """
        terms: list[Formula] = []
        for quantity, seed in self.seeds.items():
            term = mul(seed, Ref(quantity))
            axes = tuple(range(len(term.shape)))
            terms.append(Reduce("sum", term, axes, scalar=True) if axes else term)
        return add(*terms)

    def quantity(self, name: str) -> Quantity:
        """The quantity with a canonical name, among values and given ones."""
        for quantity in (*self.given, *(line.quantity for line in self.definitions)):
            if quantity.name == name:
                return quantity
        raise KeyError(name)

"""The record of a calculation: every step with its formula and its value."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from bp_tutor.formula.addresses import Addresses
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.catalogue import Definition
    from bp_tutor.formula import Address, Formula, Quantity
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve.program import Program

Values = tuple[float, ...]


class Step(Frozen):
    """One quantity with the line that defines it and its value in row-major order.

    The value is None where the file leaves numbers out: then the step is in symbols only.
    """

    line: Definition
    update: int
    value: Values | None

    @property
    def quantity(self) -> Quantity:
        return self.line.quantity

    @property
    def formula(self) -> Formula:
        return self.line.formula

    def entry(self, index: tuple[int, ...]) -> Formula:
        """The line of one entry."""
        return self.line.entry(index)


class Run(Frozen):
    """One update: its samples, the values it started from, and its steps."""

    update: int
    """The number of the update, counted from 1."""
    rows: tuple[int, ...]
    """The samples used, counted from 0."""
    program: Program
    steps: tuple[Step, ...]
    values: dict[Quantity, Values]
    """Every known value, given or calculated."""

    def value(self, quantity: Quantity, index: tuple[int, ...]) -> float:
        """One number, at an index counted from 0.

        Raises:
            KeyError: the quantity has no number.
        """
        return self.values[quantity][quantity.row_major(index)]

    def lookup(self, quantity: Quantity, index: tuple[int, ...]) -> float:
        """The same, not a number where there is none."""
        return self.value(quantity, index) if quantity in self.values else nan

    def step(self, name: str) -> Step:
        """The step of the quantity with a canonical name such as `dZ[2]`."""
        for step in self.steps:
            if step.quantity.name == name:
                return step
        raise KeyError(name)

    def find(self, identifier: str) -> Address | None:
        """The number behind a canonical identifier such as `dW[1,1,1]`."""
        return Addresses(self.quantities()).find(identifier)

    def quantities(self) -> list[Quantity]:
        """Every quantity of the run: given ones first, then in the order of the steps."""
        listed = dict.fromkeys(self.program.model.given)
        listed.update(dict.fromkeys(step.quantity for step in self.steps))
        return list(listed)

    def named(self) -> list[Quantity]:
        """Every quantity that has a name: those of the run, then what stands aside."""
        asides = (line.quantity for line in self.program.model.asides)
        return list(dict.fromkeys((*self.quantities(), *asides)))

    def with_asides(self, quantities: Collection[Quantity] | None = None) -> Run:
        """The run with a step for each quantity that stands aside, or for some of them."""
        have = {step.quantity for step in self.steps}
        new = tuple(
            Step(line, self.update, self.values.get(line.quantity))
            for line in self.program.model.asides
            if line.quantity not in have and (quantities is None or line.quantity in quantities)
        )
        return self._replace(steps=(*self.steps, *new)) if new else self


class Trace(Frozen):
    """All updates of a problem, and the forward pass after the last of them."""

    problem: Problem
    runs: tuple[Run, ...]
    after: Run | None = None
    """Forward and loss of all samples with the last weights; None where nothing was updated."""
    before: Run | None = None
    """The same with the first weights."""
    notes: tuple[str, ...] = ()

"""What the rules of array primitives ask of the writer of entries with letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.formula.indexed import Place

    Index = tuple[Place | None, ...]
    """A letter for each axis; None where there is only one place."""


class NoGeneralFormError(Exception):
    """A formula that has no form with letters here."""


class Writer(Protocol):
    """Writes entries with letters."""

    starts: tuple[int, ...]
    """How many units are counted before those of each layer; empty where that is none of any."""

    def fresh(self, axis: str) -> str: ...

    def entry(self, formula: Formula, index: Index) -> Formula: ...

    def span(
        self, axis: str, quantity: Quantity | None, length: int
    ) -> tuple[Formula, Formula]: ...

    def last_axis(self, formula: Formula) -> tuple[str, Quantity | None]: ...

    def total(self, letter: str, body: Formula, span: tuple[Formula, Formula]) -> Formula: ...

    def product(self, *factors: Formula) -> Formula: ...

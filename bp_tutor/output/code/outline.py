"""What a program calculates, section by section: the lines asked for, and those they need."""

from __future__ import annotations

from itertools import product
from math import isclose
from typing import TYPE_CHECKING

from bp_tutor.explain.arithmetic import literal
from bp_tutor.explain.columns import in_columns, transposed
from bp_tutor.formula import Apply, Entry, Formula, StableForm, number_of, replace, walk
from bp_tutor.formula.compiling import entry_of
from bp_tutor.frozen import Frozen
from bp_tutor.solve.program import used

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Presentation, Said, Section
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Definition, Run, Trace


class Part(Frozen):
    """A section of a program: its lines in order, and which of their values are shown."""

    heading: Said
    lines: tuple[Definition, ...]
    shown: tuple[Quantity, ...]


class Outline(Frozen):
    """One update as sections of lines."""

    run: Run
    parts: tuple[Part, ...]
    rest: tuple[Definition, ...]
    """What only the next update needs."""
    goes_on: bool = False
    """Whether the new weights take the place of the old ones."""

    @property
    def shown(self) -> set[Quantity]:
        """Everything that is shown."""
        return {quantity for part in self.parts for quantity in part.shown}

    @property
    def lines(self) -> list[Definition]:
        """All lines in order."""
        return [*(line for part in self.parts for line in part.lines), *self.rest]

    @property
    def inputs(self) -> list[Quantity]:
        """Given quantities that the lines use, in the order of the file."""
        uses = {quantity for line in self.lines for quantity in used(line.formula)}
        return [quantity for quantity in self.run.program.model.given if quantity in uses]


def outline_of(
    run: Run, sections: Iterable[Section], *, goes_on: bool, also: tuple[Quantity, ...] = ()
) -> Outline:
    """The lines of one update; all of it where it `goes_on` with the new weights."""
    done: set[Quantity] = set()
    parts = []
    for section in sections:
        shown = tuple(quantity for quantity in section.gives if calculable(run, quantity))
        lines = lines_to(run, shown, done)
        done |= {line.quantity for line in lines}
        if shown:
            parts.append(Part(section.heading, lines, shown))
    news = tuple(new for _, new in run.program.next_values) if goes_on else ()
    return Outline(run, tuple(parts), lines_to(run, (*news, *also), done), bool(news))


def all_lines(run: Run) -> list[Definition]:
    """The lines of the program, and of steps that were asked for beside it (`∂A/∂Z`)."""
    known = run.program.defined
    more = (step.line for step in run.steps if step.quantity not in known)
    return [*run.program.lines, *more]


def calculable(run: Run, quantity: Quantity) -> bool:
    """Whether it has a value: a measure may have none, such as R² of equal targets."""
    line = next((each for each in all_lines(run) if each.quantity == quantity), None)
    return line is not None and not (
        line.may_fail and quantity not in run.values and has_numbers(run)
    )


def has_numbers(run: Run) -> bool:
    """Whether anything was calculated at all."""
    return any(step.value is not None for step in run.steps)


def lines_to(run: Run, wanted: tuple[Quantity, ...], done: set[Quantity]) -> tuple[Definition, ...]:
    """The lines that lead to `wanted`, without those that are done already."""
    missing = set(wanted)
    found = []
    for line in reversed(all_lines(run)):
        if line.quantity in missing and line.quantity not in done:
            found.append(line)
            missing.update(used(safe(line, (run,))))
    return tuple(found[::-1])


class Layout(Frozen):
    """Whether vectors are columns, as in the course, and what that does to arrays."""

    columns: bool

    def formula(self, formula: Formula) -> Formula:
        """A formula over arrays as the course lays them out."""
        return replace(in_columns(formula), _transposed_entry) if self.columns else formula

    def quantity(self, quantity: Quantity) -> Quantity:
        """An array as the course lays it out."""
        return transposed(quantity) if self.columns else quantity

    def values(self, quantity: Quantity, values: tuple[float, ...]) -> tuple[float, ...]:
        """The numbers of an array in the order in which the course's array has them."""
        if not self.columns or len(quantity.shape) != 2:
            return values
        rows, columns = quantity.shape
        return tuple(values[row * columns + column] for column in range(columns)
                     for row in range(rows))  # fmt: skip


def _transposed_entry(node: Formula) -> Formula | None:
    """One entry of an array whose rows are the course's columns."""
    if isinstance(node, Entry) and len(node.index) == 2:
        return Entry(transposed(node.quantity), node.index[::-1])
    return None


def layout_of(page: Presentation, trace: Trace) -> Layout:
    """Columns where the course has them; what works along rows of a kind keeps its rows."""
    lines = trace.runs[0].program.lines
    along_rows = any(isinstance(node, Apply) for line in lines for node in walk(line.formula))
    return Layout(page.settings.columns and not along_rows)


def safe(line: Definition, runs: Iterable[Run]) -> Formula:
    """The line's formula in the form that is shown, where that gives its numbers.

    `0·ln 0` and the like have none; there it is the stable form.
    """
    known = [run for run in runs if line.quantity in run.values]

    def chosen(node: Formula) -> Formula | None:
        if not isinstance(node, StableForm):
            return None
        return node.shown if all(_holds(node, run) for run in known) else node.computed

    return replace(line.formula, chosen)


def _holds(node: StableForm, run: Run) -> bool:
    """Whether what is shown, taken at its word, gives the value of every entry."""
    shown = literal(node.shown)
    for index in product(*map(range, node.shape)):
        found = number_of(entry_of(shown, index), run.lookup)
        value = node.entry(index).value(run.lookup)
        if found is None or not isclose(found, value, rel_tol=1e-9, abs_tol=1e-12):
            return False
    return True

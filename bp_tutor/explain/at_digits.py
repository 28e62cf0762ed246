"""What lines say with other digits: their numbers, what these give, the sign before the result.

A page switches its digits, and asks only this of lines that are written already: not what is
put in where, which no digits change, but what it gives. `judged` decides here as it does in the
derivation itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.arithmetic import (
    arithmetic,
    as_calculated,
    compared,
    has_functions,
    is_exact,
    judged,
)
from bp_tutor.explain.document import Relation
from bp_tutor.explain.matrices import array_as_calculated, array_judged
from bp_tutor.explain.settings import put_in, whole_number
from bp_tutor.explain.tables import step_of
from bp_tutor.formula import Entry, IsLargest, replace

if TYPE_CHECKING:
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula, Number, Quantity, Shown
    from bp_tutor.formula.node import Index
    from bp_tutor.solve import Run, Step

    Outcome = tuple[float | None, Relation]
    """What the numbers of a line give, where they have a value; and the sign before its result."""
    OpenedLine = tuple[Formula, bool]
    """A line with places for numbers, and whether it has functions in it."""
    Decision = tuple[float, tuple[int, ...]]


class Opened:
    """The lines of an update with places for numbers where entries stand."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps = {step.quantity: step for step in run.steps}
        self._lines: dict[tuple[Quantity, Index], OpenedLine] = {}
        self._choosing: dict[tuple[Quantity, Index], OpenedLine] = {}
        self._decisions: dict[Formula, Decision] = {}

    def like(self, run: Run) -> Opened | None:
        """The same lines of another run; None where that has other values or decides otherwise."""
        if run.values.keys() != self.run.values.keys():
            return None
        if any(decision_of(node, run) != made for node, made in self._decisions.items()):
            return None
        found = Opened(run)
        found._lines, found._choosing = self._lines, self._choosing
        found._decisions = self._decisions
        return found

    def line(self, step: Step, index: Index) -> OpenedLine:
        """The line of an entry; its comparisons are decided."""
        key = step.quantity, index
        if key not in self._lines:
            chosen: list[Formula] = []

            def decide(choice: Formula) -> Number:
                chosen.append(choice)
                value, _ = self._decisions[choice] = decision_of(choice, self.run)
                return whole_number(value)

            formula = step.entry(index)
            self._lines[key] = _told(put_in(formula, _itself, decide))
            if chosen:
                self._choosing[key] = _told(put_in(formula, _itself))
        return self._lines[key]

    def choosing(self, step: Step, index: Index) -> OpenedLine | None:
        """The line with comparisons that the numbers put in decide; None where it has none."""
        self.line(step, index)
        return self._choosing.get((step.quantity, index))


def decision_of(choice: Formula, run: Run) -> Decision:
    """How a comparison comes out, and which of several values is the largest."""
    places: tuple[int, ...] = ()
    if isinstance(choice, IsLargest):
        values = [candidate.value(run.value) for candidate in choice.candidates]
        largest = max(values)
        places = tuple(place for place, value in enumerate(values) if value == largest)
    return choice.value(run.value), places


def _itself(entry: Entry) -> Formula:
    return entry


def _told(opened: Formula) -> OpenedLine:
    return opened, has_functions(opened)


class AtDigits:
    """The lines of an update as they are read with the digits of these settings."""

    def __init__(self, settings: Settings, opened: Opened) -> None:
        self._settings, self._opened, self._run = settings, opened, opened.run
        self._shown: dict[tuple[Quantity, Index], Shown] = {}
        self._values: dict[tuple[Quantity, Index], float] = {}
        self._found: dict[tuple[Quantity, Index], Outcome] = {}
        self.forms: list[Formula] = []
        """In which form those lines were calculated that have more than one, as asked for."""

    def shown(self, quantity: Quantity, index: Index) -> Shown:
        """The value of an entry as it stands on the page."""
        found = self._shown.get((quantity, index))
        if found is None:
            found = self._settings.result(self._run, quantity, index)
            self._shown[quantity, index] = found
        return found

    def step(self, updated: Quantity, index: Index) -> Shown:
        """What an update adds to one number, as it stands on the page."""
        return self._settings.shown(self._run, updated, step_of(self._run, updated, index))

    def _put_in(self, quantity: Quantity, index: Index) -> float:
        found = self._values.get((quantity, index))
        if found is None:
            run = self._run
            found = self._settings.shown_value(run, quantity, run.value(quantity, index))
            self._values[quantity, index] = found
        return found

    def entry(self, quantity: Quantity, index: Index) -> Outcome:
        """What the numbers in the line of an entry give, and the sign before its result."""
        key = quantity, index
        if key not in self._found:
            step = self._opened.steps[quantity]
            slow = step.line.has_stable
            self._found[key] = (
                self._written_anew(step, index)
                if slow
                else self._read(step, index, self._opened.line(step, index))
            )
        return self._found[key]

    def found(self, quantity: Quantity, index: Index) -> float | None:
        """What the numbers of a line gave that was asked for before, where they have a value."""
        return self._found.get((quantity, index), (None,))[0]

    def array(self, quantity: Quantity) -> Relation:
        """The sign before the result of a line in matrix form whose numbers are put in."""
        step = self._opened.steps[quantity]
        if step.line.has_stable:
            calculated = array_as_calculated(self._settings, self._run, step)
            return array_judged(self._settings, self._run, step, calculated)[0]
        signs = {self._of_array(step, index) for index in quantity.indices()}
        return Relation.NEAR if Relation.NEAR in signs else Relation.EQUAL

    def _of_array(self, step: Step, index: Index) -> Relation:
        """The sign of an entry where comparisons decide by the numbers that are put in."""
        line = self._opened.choosing(step, index)
        if line is None:
            return self.entry(step.quantity, index)[1]
        return self._read(step, index, line)[1]

    def _written_anew(self, step: Step, index: Index) -> Outcome:
        """Of a line that has another form where its own one has no value."""
        settings, run = self._settings, self._run
        self._opened.line(step, index)
        formula = as_calculated(settings, run, step.entry(index))
        self.forms.append(formula)
        numbers = settings.put_in(run, formula)
        result = self.shown(step.quantity, index)
        sign, _ = judged(settings, run, step.quantity, index, formula, numbers, result)
        return arithmetic(numbers), sign

    def _read(self, step: Step, index: Index, line: OpenedLine) -> Outcome:
        quantity, result = step.quantity, self.shown(step.quantity, index)
        opened, functions = line
        found, sign = compared(opened, result, self._put_in)
        if sign is Relation.EQUAL and functions:
            settings, run = self._settings, self._run
            if is_exact(settings, run, quantity, index, result):
                numbers, formula = self._filled(opened), step.entry(index)
                return found, judged(settings, run, quantity, index, formula, numbers, result)[0]
        return found, sign

    def _filled(self, line: Formula) -> Formula:
        """An opened line with its numbers."""

        def number(node: Formula) -> Formula | None:
            if not isinstance(node, Entry):
                return None
            return self._settings.number(self._run, node.quantity, node.index)

        return replace(line, number)

"""A whole calculation with one mistake going through all of it, such as slopes left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.calculation import Calculation, context_at
from bp_tutor.formula.compiling import entry_of
from bp_tutor.quiz.book import Book
from bp_tutor.quiz.mistakes import MISCONCEPTIONS
from bp_tutor.quiz.mistakes.case import Case
from bp_tutor.quiz.points import number_of
from bp_tutor.solve import Run
from bp_tutor.solve.batches import batches, rate_at
from bp_tutor.solve.solver import solve

if TYPE_CHECKING:
    from bp_tutor.authoring.published.ways import Way
    from bp_tutor.explain import Page
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.solve import Step
    from bp_tutor.solve.trace import Values

    Lines = list[tuple[Quantity, list[Formula]]]

MOST_UPDATES = 100
MOST_ENTRIES = 400
"""Beyond, a calculation entry by entry would be long, and a mistake in all of it unlikely."""


class Misapplied(Calculation):
    """The calculation with a mistake at every step of the way back at which it can be made."""

    def __init__(self, way: Way, page: Page, moments: set[tuple[int, bool]]) -> None:
        assert way.problem is not None
        super().__init__(way.problem, moments)
        self._way, self._page = way, page

    def _calculated(self, wanted: list[int]) -> dict[int, Run | None]:
        found: dict[int, Run | None] = dict.fromkeys(wanted)
        wanted = [update for update in wanted if update <= MOST_UPDATES + 1]
        first = solve(self.problem).runs[0]
        sizes = sum(step.quantity.size for step in first.steps)
        if len(batches(self.problem)) > 1 or sizes > MOST_ENTRIES or not wanted:
            return found
        lines = self._lines(first)
        values = dict(first.values)
        known = {q: v for q, v in values.items() if q not in dict(lines)}
        for update in range(1, max(wanted) + 1):
            rate, number = first.program.model.rate, rate_at(self.problem, update)
            if rate is not None and number is not None:
                known[rate] = (number,)
            done = _evaluated(lines, known)
            if done is None:
                break
            if update in wanted:
                found[update] = Run(update, first.rows, first.program, first.steps, done)
            if any(new not in done for _, new in first.program.carried_on):
                break
            known |= {old: done[new] for old, new in first.program.carried_on}
        return found

    def _lines(self, run: Run) -> Lines:
        """Every entry's formula, with the mistake in it where it can be made."""
        context = context_at(self.problem, run, self._page)
        book = Book(run, self._page)
        row = MISCONCEPTIONS[self._way.mistake]
        lines: Lines = []
        for step in run.steps:
            if step.value is None:
                continue
            formulas = []
            for index in step.quantity.indices():
                formula = entry_of(step.formula, index)
                case = Case(context, book, (step.quantity, index), formula)
                if self._made_at(step) and row.rewrite and row.applies(case):
                    ways = [rewritten for rewritten, _ in row.rewrite(case)]
                    formula = ways[self._way.which] if len(ways) > self._way.which else formula
                formulas.append(formula)
            lines.append((step.quantity, formulas))
        return lines

    def _made_at(self, step: Step) -> bool:
        """Whether the mistake is made there, if it can be."""
        here = not self._way.layers or step.quantity.place[:1] in {(n,) for n in self._way.layers}
        return step.line.phase == "backward" and here


def _evaluated(lines: Lines, known: dict[Quantity, Values]) -> dict[Quantity, Values] | None:
    values = dict(known)
    for quantity, formulas in lines:
        found = (number_of(formula, values) for formula in formulas)
        numbers = tuple(number for number in found if number is not None)
        if len(numbers) < len(formulas):
            return None
        values[quantity] = numbers
    return values

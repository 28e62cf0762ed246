"""A whole calculation with one mistake going through all of it, such as slopes left out."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.calculation import Calculation, context_at
from bp_tutor.formula import Entry, Quantity, as_shown, replace
from bp_tutor.formula.compiling import compile_scalars, entry_of
from bp_tutor.quiz.book import Book
from bp_tutor.quiz.mistakes import MISCONCEPTIONS
from bp_tutor.quiz.mistakes.case import Case
from bp_tutor.solve import Run
from bp_tutor.solve.program import batches, rate_at, rate_stays
from bp_tutor.solve.solver import solve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.authoring.published.ways import Way
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Formula
    from bp_tutor.problem import Problem
    from bp_tutor.quiz.book import Key
    from bp_tutor.solve import Step
    from bp_tutor.solve.trace import Values

    Lines = list[tuple[Quantity, list[Formula]]]

MOST_UPDATES = 100
MOST_ENTRIES = 400
"""Beyond, a calculation entry by entry would be long, and a mistake in all of it unlikely."""


class Misapplied(Calculation):
    """The calculation with a mistake at every step of the way back at which it can be made."""

    def __init__(self, way: Way, page: Presentation, moments: set[tuple[int, bool]]) -> None:
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
        whole = _Compiled(self._lines(first), first)
        for update in wanted:
            done = whole.at(self.problem, update)
            if done is None:
                break
            found[update] = Run(update, first.rows, first.program, first.steps, done)
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
                if self._made_at(step) and row.rewrite:
                    case = Case(context, book, (step.quantity, index), as_shown(formula))
                    ways = [found for found, _ in row.rewrite(case)] if row.applies(case) else []
                    formula = ways[self._way.which] if len(ways) > self._way.which else formula
                formulas.append(formula)
            lines.append((step.quantity, formulas))
        return lines

    def _made_at(self, step: Step) -> bool:
        """Whether the mistake is made there, if it can be."""
        here = not self._way.layers or step.quantity.place[:1] in {(n,) for n in self._way.layers}
        return step.line.phase == "backward" and here


class _Compiled:
    """Formulas of single entries as one function, taken from update to update."""

    def __init__(self, lines: Lines, run: Run) -> None:
        made = dict(lines)
        self.known = {q: v for q, v in run.values.items() if q not in made}
        self.made = list(made)
        self.carried = [(old, new) for old, new in run.program.carried_on if new in made]
        self.rate = run.program.model.rate
        self.done = 0
        names: dict[Key, Quantity] = {}

        def name(quantity: Quantity, index: tuple[int, ...]) -> Quantity:
            return names.setdefault((quantity, index), Quantity("m", (len(names),)))

        def named(quantities: Iterable[Quantity]) -> list[Quantity]:
            return [
                name(quantity, index) for quantity in quantities for index in quantity.indices()
            ]

        def put(node: Formula) -> Formula | None:
            return Entry(name(node.quantity, node.index), ()) if isinstance(node, Entry) else None

        inputs = named(self.known)
        definitions = [
            (name(quantity, index), replace(formula, put))
            for quantity, formulas in lines
            for index, formula in zip(quantity.indices(), formulas, strict=True)
        ]
        olds, news = named(old for old, _ in self.carried), named(new for _, new in self.carried)
        pairs = list(zip(olds, news, strict=True))
        self.run = compile_scalars(inputs, definitions, [one for one, _ in definitions], pairs)

    def at(self, problem: Problem, update: int) -> dict[Quantity, Values] | None:
        """Every value of an update, which comes after those that were asked for before."""
        while self.done < update - 1:
            until = rate_stays(problem, self.done + 1, update - 1)
            values = self._through(problem, until - self.done)
            if values is None or not self.carried:
                return None
            self.known |= {old: values[new] for old, new in self.carried}
            self.done = until
        values = self._through(problem, 1)
        return None if values is None else {**self.known, **values}

    def _through(self, problem: Problem, times: int) -> dict[Quantity, Values] | None:
        rate = rate_at(problem, self.done + 1)
        if self.rate is not None and rate is not None and self.rate in self.known:
            self.known[self.rate] = (rate,)
        try:
            flat = self.run(
                times, *(number for numbers in self.known.values() for number in numbers)
            )
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        if not all(map(isfinite, flat)):
            return None
        values, start = {}, 0
        for quantity in self.made:
            values[quantity] = flat[start : start + quantity.size]
            start += quantity.size
        return values

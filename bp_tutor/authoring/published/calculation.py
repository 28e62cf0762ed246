"""A calculation of the exercise at the updates that the printed figures are about.

Beside the one of the file there are those under other conventions or with other rounding, and
those with one mistake going through all of it, such as slopes left out.
"""

from __future__ import annotations

from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.identities import Identities
from bp_tutor.formula import Address, Entry, Quantity, as_shown, replace
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.quiz.context import Context
from bp_tutor.quiz.entry_graph import EntryGraph
from bp_tutor.quiz.mistakes.case import Case
from bp_tutor.quiz.mistakes.rewrites import MISCONCEPTIONS
from bp_tutor.quiz.tolerance import value_of
from bp_tutor.solve import NumberError, Run, Trace
from bp_tutor.solve.evaluate import SMALL, work
from bp_tutor.solve.program import batches, numbers_at, numbers_stay
from bp_tutor.solve.rounding import rounder
from bp_tutor.solve.selected_updates import runs_at
from bp_tutor.solve.solver import forward, run_of, solve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.authoring.published.variations import Variation
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Formula
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Step
    from bp_tutor.solve.program import Program
    from bp_tutor.solve.trace import Values

    Programs = dict[tuple[int, ...], Program]
    Moment = tuple[int, bool]
    """The number of an update, from 1, and whether it is looked at over all samples."""
    Lines = list[tuple[Quantity, list[Formula]]]

MANY = 20
"""Beyond so many updates it pays to look first whether another calculation has made them."""
MOST_UPDATES = 100
MOST_ENTRIES = 400
"""Beyond, a calculation entry by entry would be long, and a mistake in all of it unlikely."""


class Calculation:
    """The runs of a problem at some updates, each done when it is first asked for.

    `programs` are those of its batches, which calculations share that differ in rounding alone.
    Where `like` is given and the first updates make the same weights, so do the later ones, and
    they are taken from there.
    """

    def __init__(
        self,
        problem: Problem,
        page: Presentation,
        moments: Iterable[Moment],
        programs: Programs | None = None,
        like: Calculation | None = None,
    ) -> None:
        self.problem, self.page, self.like = problem, page, like
        self.programs: Programs = {} if programs is None else programs
        self._moments = set(moments)
        self._runs: dict[int, Run | None] = {}
        self._whole: dict[Moment, Run] = {}
        self._contexts: dict[Moment, Context] = {}
        self._identities: dict[Moment, Identities] = {}

    def run(self, moment: Moment) -> Run | None:
        """The run at a moment; None where the calculation does not reach it."""
        update, over_all = moment
        if update not in self._runs:
            self._moments.add(moment)
            wanted = {update for update, _ in self._moments if update > 0}
            self._runs |= self._calculated(sorted(wanted - self._runs.keys()))
        run = self._runs.get(update)
        if run is None or not over_all:
            return run
        if moment not in self._whole:
            self._whole[moment] = forward(self.problem, update - 1, _weights(run))
        return self._whole[moment]

    def context(self, moment: Moment) -> Context | None:
        """What marking needs around the run at a moment; None where there is none."""
        run = self.run(moment) if moment[0] > 0 else None
        if run is not None and moment not in self._contexts:
            self._contexts[moment] = Context(Trace(self.problem, ()), run, self.page)
        return self._contexts.get(moment)

    def identities(self, moment: Moment) -> Identities:
        """Which numbers are the same at a moment that there is."""
        if moment not in self._identities:
            context = self.context(moment)
            assert context is not None
            self._identities[moment] = Identities(context.graph)
        return self._identities[moment]

    @cached_property
    def large(self) -> bool:
        """Whether nobody would do it by hand."""
        moment = min(self._moments, default=(1, False))
        run = self.run(moment) if moment[0] > 0 else None
        return run is not None and sum(work(line.formula) for line in run.program.lines) > SMALL

    def _calculated(self, wanted: list[int]) -> dict[int, Run | None]:
        if self.like is not None and wanted and wanted[-1] > MANY and self._moves_like(self.like):
            return {update: self._from(self.like, update) for update in wanted}
        found: dict[int, Run] = {}
        try:
            found = runs_at(self.problem, wanted, self.programs)
        except NumberError:
            # What comes before the one that cannot be reached still can.
            for update in wanted[:-1]:
                try:
                    found |= runs_at(self.problem, (update,), self.programs)
                except NumberError:
                    break
        return {update: found.get(update) for update in wanted}

    def _moves_like(self, other: Calculation) -> bool:
        """Whether the first updates make the same weights, so that all do."""
        if batches(self.problem) != batches(other.problem):
            return False
        first = tuple(range(1, 2 + len(batches(self.problem))))
        try:
            runs = runs_at(self.problem, first, self.programs)
        except NumberError:
            return False
        there = [other.run((update, False)) for update in first]
        return len(runs) == len(first) and all(
            run is not None and _weights(run) == _weights(runs[update])
            for update, run in zip(first, there, strict=True)
        )

    def _from(self, other: Calculation, update: int) -> Run | None:
        """A run from the weights that another calculation has there."""
        run = other.run((update, False))
        if run is None:
            return None
        program, by_hand = self.programs[run.rows], rounder(self.problem.rounding)
        try:
            return run_of(program, self.problem, update, run.rows, _weights(run), by_hand)
        except NumberError:
            return None

    def value(self, formula: Formula | None, moment: Moment) -> float | None:
        """The number of a formula at a moment; None where it has none there."""
        run = self.run(moment) if moment[0] > 0 else None
        if run is None or formula is None:
            return None
        try:
            return value_of(formula, lambda entry: run.value(*entry))
        except (KeyError, IndexError):
            return None


def _weights(run: Run) -> dict[Quantity, Values]:
    """What a run started from, of all that updates change."""
    return {old: run.values[old] for old, _ in run.program.next_values}


class Misapplied(Calculation):
    """The calculation with a mistake at every step of the backward pass at which it can be made."""

    def __init__(
        self, variation: Variation, page: Presentation, moments: set[tuple[int, bool]]
    ) -> None:
        assert variation.problem is not None
        super().__init__(variation.problem, page, moments)
        self._made = variation

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
        graph = EntryGraph(run, self.page)
        row = MISCONCEPTIONS[self._made.mistake]
        lines: Lines = []
        for step in run.steps:
            if step.value is None:
                continue
            formulas = []
            for index in step.quantity.indices():
                formula = step.entry(index)
                if self._made_at(step) and row.rewrite:
                    case = Case(graph, Address(step.quantity, index), as_shown(formula))
                    ways = [made.formula for made in row.rewrite(case)]
                    formula = ways[self._made.which] if len(ways) > self._made.which else formula
                formulas.append(formula)
            lines.append((step.quantity, formulas))
        return lines

    def _made_at(self, step: Step) -> bool:
        """Whether the mistake is made there, if it can be."""
        here = not self._made.layers or step.quantity.place[:1] in {(n,) for n in self._made.layers}
        return step.line.phase == "backward" and here


class _Compiled:
    """Formulas of single entries as one function, taken from update to update."""

    def __init__(self, lines: Lines, run: Run) -> None:
        made = dict(lines)
        self.known = {q: v for q, v in run.values.items() if q not in made}
        self.made = list(made)
        self.carried = [(old, new) for old, new in run.program.next_values if new in made]
        self.program = run.program
        self.done = 0
        names: dict[Address, Quantity] = {}

        def name(address: Address) -> Quantity:
            return names.setdefault(address, Quantity("m", (len(names),)))

        def named(quantities: Iterable[Quantity]) -> list[Quantity]:
            return [
                name(Address(quantity, index))
                for quantity in quantities
                for index in quantity.places()
            ]

        def put(node: Formula) -> Formula | None:
            if not isinstance(node, Entry):
                return None
            return Entry(name(Address(node.quantity, node.index)), ())

        inputs = named(self.known)
        definitions = [
            (name(address), replace(formula, put))
            for quantity, formulas in lines
            for address, formula in zip(quantity.addresses(), formulas, strict=True)
        ]
        olds, news = named(old for old, _ in self.carried), named(new for _, new in self.carried)
        pairs = list(zip(olds, news, strict=True))
        self.run = compile_scalars(inputs, definitions, [one for one, _ in definitions], pairs)

    def at(self, problem: Problem, update: int) -> dict[Quantity, Values] | None:
        """Every value of an update, which comes after those that were asked for before."""
        while self.done < update - 1:
            until = numbers_stay(problem, self.done + 1, update - 1)
            values = self._through(problem, until - self.done)
            if values is None or not self.carried:
                return None
            self.known |= {old: values[new] for old, new in self.carried}
            self.done = until
        values = self._through(problem, 1)
        return None if values is None else {**self.known, **values}

    def _through(self, problem: Problem, times: int) -> dict[Quantity, Values] | None:
        now = numbers_at(problem, self.program, self.done + 1)
        self.known |= {each: numbers for each, numbers in now.items() if each in self.known}
        try:
            flat = self.run(
                times, *(number for numbers in self.known.values() for number in numbers)
            )
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        if not all(map(isfinite, flat)):
            return None
        numbers = iter(flat)
        return {quantity: quantity.whole(numbers) for quantity in self.made}

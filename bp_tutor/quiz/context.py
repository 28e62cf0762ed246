"""What is around the questions about one update: its trace, and how this reader sees it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import Address
from bp_tutor.quiz.entry_graph import EntryGraph, with_frozen_biases
from bp_tutor.quiz.kept import Remembered
from bp_tutor.quiz.mistakes.above import SlipTables
from bp_tutor.quiz.mistakes.candidates import CandidateTable
from bp_tutor.quiz.mistakes.known import KnownTables
from bp_tutor.quiz.model import Understood, Verdict
from bp_tutor.quiz.scrap_paper import ScrapPapers

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.explain.general import Told
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run, Trace
    from bp_tutor.words import Words

MOST_REMEMBERED = 5000
"""So many answers are remembered: those of most students are the same."""


class Context:
    """One update of a trace; what it works out is kept for all its students."""

    def __init__(
        self, trace: Trace, run: Run, page: Presentation, before: Context | None = None
    ) -> None:
        self.trace, self.page = trace, page
        self._run, self._steps = run, len(run.steps)
        before_that = before.graph if before is not None else None
        self.understood = Remembered[tuple[str, str], Understood](MOST_REMEMBERED)
        """What answers say, by the question and the text."""
        self.right_for_anybody = Remembered[tuple[Address, str], Verdict](MOST_REMEMBERED)
        """Verdicts on right answers that hang on no other answer, by entry and text."""
        self.graph: EntryGraph = EntryGraph(run, page, before_that)
        self.papers: ScrapPapers = ScrapPapers(
            self.graph, before.papers if before is not None else None
        )

    @property
    def run(self) -> Run:
        """The update, with a step for each derivative of one value by another that is asked for."""
        if len(self._run.steps) < self._steps + len(self.graph.ratios):
            new = tuple(self.graph.ratios.values())
            values = {step.quantity: step.value for step in new if step.value is not None}
            run = self._run
            self._run = run._replace(
                steps=(*run.steps[: self._steps], *new), values={**run.values, **values}
            )
        return self._run

    @property
    def problem(self) -> Problem:
        return self.trace.problem

    @property
    def words(self) -> Words:
        return self.page.words

    @property
    def own_function(self) -> str:
        """The activation that the course may just call f; empty where there are several."""
        network = self.problem.network
        return network.own_function if network is not None else ""

    @cached_property
    def general_form(self) -> tuple[Told, ...]:
        """Each kind of step once, with letters for its indices."""
        # Only one kind of question asks for it; `check` and `mark` do without.
        from bp_tutor.explain.general import told_lines

        return tuple(told_lines(self.page.settings, self.run))

    @cached_property
    def candidates(self) -> CandidateTable:
        """What mistakes make of each entry."""
        return CandidateTable(self.graph)

    @cached_property
    def slips(self) -> SlipTables:
        """What follows from a mistake before the entry that is asked for."""
        return SlipTables(self.candidates)

    @cached_property
    def known(self) -> KnownTables:
        """The values of the update, to be found by their numbers."""
        return KnownTables(self.graph)


def contexts_of(trace: Trace, page: Presentation) -> tuple[Context, ...]:
    """A context for each update, the first one first; biases that stay can be asked for as well."""
    found: list[Context] = []
    for run in trace.runs:
        before = found[-1] if found else None
        found.append(Context(trace, with_frozen_biases(run), page, before))
    return tuple(found)

"""How well the numbers of a problem teach.

All that a check needs is

    weaknesses = teaching_findings(problem, page, trace)
    told = [sentence(weakness, page) for weakness in weaknesses]

`page` says how this reader sees the problem (`cli.reading.page_of`), and `trace` saves solving
again what was solved already. A problem in symbols, or one whose numbers have no result, shows
none. `weakness.identifiers` are the entries by their canonical names; `weakness.grave` tells a
dead unit from a mistake that merely stays unnoticed at one entry. Sentences stand in the words
under `teaching:`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.mistakes import mistake_weaknesses
from bp_tutor.authoring.subject import Subject
from bp_tutor.authoring.units import unit_weaknesses
from bp_tutor.authoring.weakness import Weakness, sentence
from bp_tutor.authoring.weights import digit_weaknesses, weight_weaknesses

if TYPE_CHECKING:
    from bp_tutor.authoring.subject import Numbers
    from bp_tutor.explain import Page
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Trace

__all__ = ["Weakness", "sentence", "teaching_findings", "weaknesses_in"]


def teaching_findings(
    problem: Problem, page: Page, trace: Trace | None = None
) -> tuple[Weakness, ...]:
    """Everything that keeps the numbers of a problem from teaching, the gravest first."""
    if trace is None:
        from bp_tutor.solve import NumberError, solve

        try:
            trace = solve(problem)
        except NumberError:
            return ()
    run = trace.runs[0]
    if any(step.value is None and not step.line.may_fail for step in run.steps):
        return ()
    subject = Subject(trace, page)
    return weaknesses_in(subject, run.values)


def weaknesses_in(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """The same for other numbers in the formulas of a problem."""
    found = (
        *unit_weaknesses(subject, numbers),
        *weight_weaknesses(subject, numbers),
        *mistake_weaknesses(subject, numbers),
        *digit_weaknesses(subject, numbers),
    )
    return tuple(sorted(found, key=lambda weakness: not weakness.grave))

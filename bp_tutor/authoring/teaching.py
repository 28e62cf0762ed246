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
from bp_tutor.authoring.steps import step_weaknesses
from bp_tutor.authoring.subject import Subject
from bp_tutor.authoring.targets import target_weaknesses
from bp_tutor.authoring.twins import twin_weaknesses
from bp_tutor.authoring.units import unit_weaknesses
from bp_tutor.authoring.weakness import NOT_JUDGED, Weakness, sentence
from bp_tutor.authoring.weights import digit_weaknesses, weight_weaknesses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.authoring.subject import Numbers
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Trace

GIVEN = (
    "zero_input", "equal_inputs", "equal_biases", "symmetric_weights", "equal_weights",
    "zero_weight", "many_digits",
)  # fmt: skip
"""What hangs on the numbers of the file alone, and is no news in a later update."""

__all__ = ["Weakness", "in_updates", "sentence", "teaching_findings", "weaknesses_in"]


def teaching_findings(
    problem: Problem, page: Presentation, trace: Trace | None = None
) -> tuple[Weakness, ...]:
    """Everything that keeps the numbers of a problem from teaching, the gravest first."""
    if trace is None:
        from bp_tutor.solve import NumberError, solve

        try:
            trace = solve(problem)
        except NumberError:
            return ()
    return in_updates(_of_updates(trace, page))


def _of_updates(trace: Trace, page: Presentation) -> Iterator[tuple[int, tuple[Weakness, ...]]]:
    subjects: dict[int, Subject] = {}
    for place, run in enumerate(trace.runs):
        if any(step.value is None and not step.line.may_fail for step in run.steps):
            return
        subject = subjects.get(id(run.program))
        if subject is None:
            rest = trace._replace(runs=trace.runs[place:])
            subject = subjects[id(run.program)] = Subject(rest, page)
        if subject.large:
            yield 1, (Weakness(NOT_JUDGED),)
            return
        yield run.update, weaknesses_in(subject, run.values)


def in_updates(found: Iterable[tuple[int, tuple[Weakness, ...]]]) -> tuple[Weakness, ...]:
    """Those of the first update, and of each later one those that are new; the gravest first."""
    told: dict[tuple[object, ...], Weakness] = {}
    for update, weaknesses in found:
        for weakness in weaknesses:
            if update == 1 or weakness.key not in GIVEN:
                own = weakness._replace(update=update)
                told.setdefault((weakness.key, weakness.values), own)
    return tuple(sorted(told.values(), key=lambda weakness: not weakness.grave))


def weaknesses_in(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """The same for other numbers in the formulas of a problem."""
    found = (
        *unit_weaknesses(subject, numbers),
        *twin_weaknesses(subject, numbers),
        *target_weaknesses(subject, numbers),
        *weight_weaknesses(subject, numbers),
        *step_weaknesses(subject, numbers),
        *mistake_weaknesses(subject, numbers),
        *digit_weaknesses(subject, numbers),
    )
    return tuple(sorted(found, key=lambda weakness: not weakness.grave))

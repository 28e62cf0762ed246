"""How well the numbers of a problem teach: all its weaknesses, update by update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.subject import Subject
from bp_tutor.authoring.targets import target_weaknesses
from bp_tutor.authoring.weaknesses import (
    NOT_JUDGED,
    Weakness,
    digit_weaknesses,
    mistake_weaknesses,
    step_weaknesses,
    twin_weaknesses,
    unit_weaknesses,
    weight_weaknesses,
)

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
    subjects: list[Subject] = []
    for place, run in enumerate(trace.runs):
        if any(step.value is None and not step.line.may_fail for step in run.steps):
            return
        subject = next((one for one in subjects if one.program is run.program), None)
        if subject is None:
            subject = Subject(trace._replace(runs=trace.runs[place:]), page)
            subjects.append(subject)
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

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
from bp_tutor.formula import Address
from bp_tutor.solve.program import batches
from bp_tutor.solve.solver import forward_by

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
OF_EVERY_SAMPLE = ("dead_unit", "saturated_unit", "zero_input", "equal_inputs")
"""What holds for all samples, which no update shows that sees only some of them."""


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
    over_all = _OverAllSamples(trace, page) if sees_some(trace.problem) else None
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
        found = weaknesses_in(subject, run.values)
        if over_all is not None:
            found = _gravest_first((*of_some_samples(found), *over_all.found(place)))
        yield run.update, found


def sees_some(problem: Problem) -> bool:
    """Whether an update sees only some of the samples."""
    return len(batches(problem)) > 1


def of_some_samples(found: Iterable[Weakness]) -> tuple[Weakness, ...]:
    """Of the weaknesses of an update that sees only some samples those that it can tell."""
    return tuple(weakness for weakness in found if weakness.key not in OF_EVERY_SAMPLE)


class _OverAllSamples:
    """What holds for all samples, with the weights from which each update starts."""

    def __init__(self, trace: Trace, page: Presentation) -> None:
        self._trace, self._page = trace, page
        self._forward = forward_by(trace.problem)
        self._subject: Subject | None = None

    def found(self, place: int) -> tuple[Weakness, ...]:
        """The weaknesses before one of the updates, told of the quantities that it has."""
        runs = self._trace.runs
        before = runs[place - 1] if place else None
        pairs = before.program.next_values if before is not None else ()
        weights = {old: before.values[new] for old, new in pairs} if before is not None else {}
        run = self._forward(runs[place].update - 1, weights)
        if self._subject is None:
            self._subject = Subject(self._trace._replace(runs=(run,)), self._page)
        own = {quantity.name: quantity for quantity in runs[place].values}
        judges = (unit_weaknesses, twin_weaknesses)
        return tuple(
            weakness._replace(
                entries=tuple(
                    Address(own[one.quantity.name], one.index) for one in weakness.entries
                )
            )
            for judge in judges
            for weakness in judge(self._subject, run.values)
            if weakness.key in OF_EVERY_SAMPLE
        )


def in_updates(found: Iterable[tuple[int, tuple[Weakness, ...]]]) -> tuple[Weakness, ...]:
    """Those of the first update, and of each later one those that are new; the gravest first."""
    told: dict[tuple[object, ...], Weakness] = {}
    for update, weaknesses in found:
        for weakness in weaknesses:
            if update == 1 or weakness.key not in GIVEN:
                own = weakness._replace(update=update)
                told.setdefault((weakness.key, weakness.values), own)
    return _gravest_first(told.values())


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
    return _gravest_first(found)


def _gravest_first(found: Iterable[Weakness]) -> tuple[Weakness, ...]:
    return tuple(sorted(found, key=lambda weakness: not weakness.grave))

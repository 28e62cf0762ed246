"""Units, gradients and weights whose numbers teach little, read off the values alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.weakness import Weakness
from bp_tutor.formula.quantity import DERIVATIVE
from bp_tutor.quiz.points import number_at, number_of

if TYPE_CHECKING:
    from bp_tutor.authoring.subject import Numbers, Subject
    from bp_tutor.authoring.weakness import Key

FLAT = 0.01
"""A slope that lets less of the error through than this is as good as none."""
ZERO = 1e-12
"""What floats leave of a 0."""


def unit_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Dead and saturated units, values at a kink, inputs and gradients that are 0."""
    dead, saturated, kinks = _slopes(subject, numbers)
    zeros = _zero_inputs(subject, numbers)
    flat = [] if subject.problem.network is None else _zero_gradients(subject, numbers, zeros)
    lists = {
        "dead_unit": dead, "saturated_unit": saturated, "at_kink": kinks, "zero_gradient": flat
    }  # fmt: skip
    found = [Weakness(key, tuple(keys), grave=True) for key, keys in lists.items() if keys]
    if zeros:
        found.append(Weakness("zero_input", tuple(zeros)))
    return tuple(found)


def _slopes(subject: Subject, numbers: Numbers) -> tuple[list[Key], list[Key], list[Key]]:
    """Units whose slope is 0 for all samples, those where it nearly is, and kinks."""
    steepest: dict[Key, tuple[float, bool]] = {}
    kinks: list[Key] = []
    for unit, before, slope, bends in subject.units:
        if before is not None and bends:
            value = number_at(numbers, before)
            if any(abs(value - bend) <= ZERO for bend in bends):
                kinks.append(before)
        if slope is not None:
            size = abs(number_of(slope, numbers) or 0.0)
            known, _ = steepest.get(unit, (0.0, False))
            steepest[unit] = max(known, size), bool(bends)
    dead = [unit for unit, (size, bent) in steepest.items() if size <= ZERO and bent]
    flat = [unit for unit, (size, bent) in steepest.items() if size < FLAT and unit not in dead]
    return dead, flat, kinks


def _zero_inputs(subject: Subject, numbers: Numbers) -> list[Key]:
    """Inputs that are 0 in all samples: nothing is learnt from them."""
    network = subject.problem.network
    if network is None or network.form != "vector" or subject.large:
        return []
    found: list[Key] = []
    for quantity in subject.program.model.given:
        if quantity.name != "A[1]" or quantity not in numbers:
            continue
        rows, width = quantity.shape
        found += [
            (quantity, (0, unit))
            for unit in range(width)
            if not any(number_at(numbers, (quantity, (row, unit))) for row in range(rows))
        ]
    return found


def _zero_gradients(subject: Subject, numbers: Numbers, zeros: list[Key]) -> list[Key]:
    """Gradients that are 0, save those of weights that start at an input that is 0."""
    silent = {index[1] for _, index in zeros}
    found: list[Key] = []
    for quantity in subject.program.model.wanted:
        derivative = quantity.as_kind(DERIVATIVE)
        if derivative not in numbers or subject.large:
            continue
        for index in derivative.indices():
            explained = quantity.name == "W[1]" and index[0] in silent
            if not explained and abs(number_at(numbers, (derivative, index))) <= ZERO:
                found.append((derivative, index))
    return found

"""Targets that no weights can reach, because the activation of the output never gets there."""

from __future__ import annotations

from functools import cache
from math import nan
from typing import TYPE_CHECKING

from bp_tutor.authoring.weaknesses import Weakness
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.explain.numbers import format_given
from bp_tutor.formula import FUNCTIONS, Apply, Call, Number, Role
from bp_tutor.quiz.points import number_at
from bp_tutor.quiz.tolerance import value_of
from bp_tutor.solve import used

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.authoring.subject import Numbers, Subject
    from bp_tutor.formula import Address, Formula, Quantity

    Span = tuple[float | None, float | None]
    """The least and the most that a function gives; None where it goes on for ever."""

FAR, STEP, FINE = 60.0, 0.05, 50
"""How far and how closely a function is looked at, and how much more closely at its ends."""
STILL = 1e-6
"""What moves by less over a step of 10 has come to rest."""
NEARLY = 1e-6


def target_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Targets beyond the values that their outputs can have."""
    beyond: dict[tuple[str, str, float], list[Address]] = {}
    for target, name, (least, most) in _outputs(subject):
        for entry in target.addresses():
            value = number_at(numbers, entry)
            if least is not None and value < least - NEARLY:
                beyond.setdefault(("target_too_low", name, least), []).append(entry)
            if most is not None and value > most + NEARLY:
                beyond.setdefault(("target_too_high", name, most), []).append(entry)
    page, digits = subject.graph.page, subject.digits
    return tuple(
        Weakness(
            key,
            tuple(entries),
            (("activation", name), ("limit", page.figure(format_given(limit, digits)))),
            grave=True,
        )
        for (key, name, limit), entries in beyond.items()
    )


def _outputs(subject: Subject) -> Iterator[tuple[Quantity, str, Span]]:
    """Every array of targets, with the activation that they are compared with and its span."""
    lines = {line.quantity: line for line in subject.program.model.definitions}
    for line in lines.values():
        if line.phase != "loss":
            continue
        inside = used(line.formula)
        targets = [one for one in inside if one.role is Role.TARGET and one in subject.run.values]
        for output in dict.fromkeys(one for one in inside if one in lines):
            formula = lines[output].formula
            if lines[output].activates is None:
                continue
            if targets and targets[0].shape == output.shape and (found := _span(formula)):
                yield targets[0], *found


def _span(formula: Formula) -> tuple[str, Span] | None:
    """An activation's name, and the least and the most that it gives; None where unknown."""
    if isinstance(formula, Apply):
        name = formula.primitive.name
        return (name, (0.0, 1.0)) if ACTIVATIONS[name].shares else None
    if isinstance(formula, Call) and formula.function.activation:
        rest = [one.number for one in formula.args[1:] if isinstance(one, Number)]
        if len(rest) + 1 == len(formula.args):
            name = formula.function.name
            return name, span_of(name, tuple(rest))
    return None


@cache
def span_of(name: str, parameters: tuple[float, ...]) -> Span:
    """The least and the most that an activation gives, found by looking along it."""
    function, rest = FUNCTIONS[name], tuple(map(Number, parameters))

    def value(z: float) -> float:
        found = value_of(Call(function, (Number(z), *rest)), lambda _: nan)
        return nan if found is None else found

    return _least(value), _negative(_least(lambda z: -value(z)))


def _least(value: Callable[[float], float]) -> float | None:
    """The least value of a function; None where it goes on falling."""
    lowest = min(_grid(0.0, FAR, STEP), key=value)
    if abs(lowest) == FAR and abs(value(lowest) - value(lowest * 5 / 6)) > STILL:
        return None
    lowest = min(_grid(lowest, STEP, STEP / FINE), key=value)
    return round(value(lowest), 6)


def _grid(middle: float, reach: float, step: float) -> list[float]:
    count = round(reach / step)
    return [middle + reach * place / count for place in range(-count, count + 1)]


def _negative(value: float | None) -> float | None:
    return None if value is None else 0.0 - value

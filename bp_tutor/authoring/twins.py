"""Inputs and biases that are equal to another one: nobody notices who takes the wrong one.

Inputs of 0 and 1 are commonplace, and so are biases that are 0, frozen, or shared by a layer:
nothing is said of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.weakness import Weakness
from bp_tutor.fields.numbers import Generated
from bp_tutor.formula.quantity import ONE, SAMPLE
from bp_tutor.quiz.points import number_at

if TYPE_CHECKING:
    from bp_tutor.authoring.subject import Numbers, Subject
    from bp_tutor.authoring.weakness import Key

BINARY = ({0.0, 1.0}, {-1.0, 1.0})


def twin_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Equal inputs, and equal biases of a layer."""
    network = subject.problem.network
    if network is None or subject.large:
        return ()
    inputs: list[Key] = []
    biases: list[Key] = []
    moving = set(subject.program.model.wanted)
    for quantity in subject.program.model.given:
        if quantity not in numbers or len(quantity.shape) != 2:
            continue
        rows, columns = quantity.shape
        if quantity.axes[0] not in (SAMPLE, ONE) or columns < 2:
            continue
        table = [
            tuple(number_at(numbers, (quantity, (row, column))) for row in range(rows))
            for column in range(columns)
        ]
        if quantity.name == "A[1]":
            drawn = isinstance(network.samples, Generated) or network.form != "vector"
            if not drawn and not _is_binary(table):
                inputs += [(quantity, (0, unit)) for unit in _twins(table)]
        elif quantity.symbol == "B" and quantity in moving:
            biases += [(quantity, (0, unit)) for unit in _twins(table)]
    lists = {"equal_inputs": inputs, "equal_biases": biases}
    return tuple(Weakness(key, tuple(keys)) for key, keys in lists.items() if keys)


def _is_binary(table: list[tuple[float, ...]]) -> bool:
    found = {value for column in table for value in column}
    return any(found <= values for values in BINARY)


def _twins(table: list[tuple[float, ...]]) -> list[int]:
    """The columns that stand there more than once; zeros have a sentence of their own."""
    return [at for at, column in enumerate(table) if any(column) and table.count(column) > 1]

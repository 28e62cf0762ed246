"""Weights that hide an exchange of rows and columns, and numbers with too many digits."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bp_tutor.authoring.weakness import Weakness
from bp_tutor.fields.numbers import Generated
from bp_tutor.formula.quantity import VALUE
from bp_tutor.quiz.points import number_at

if TYPE_CHECKING:
    from bp_tutor.authoring.subject import Numbers, Subject
    from bp_tutor.authoring.weakness import Key
    from bp_tutor.formula import Quantity

DECIMALS, FIGURES = 3, 4
"""A number that is given with more of them takes more typing than it teaches."""
LARGE = 1e6


def weight_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Symmetric matrices, units that are alike, weights of 0."""
    symmetric: list[Key] = []
    alike: list[Key] = []
    zeros: list[Key] = []
    for quantity in subject.program.model.given:
        # Not the state of an optimiser, which is 0 at first by nature.
        if quantity.kind != VALUE or quantity.axes != ("from", "to"):
            continue
        if quantity not in numbers or subject.large:
            continue
        rows, columns = quantity.shape
        table = [
            [number_at(numbers, (quantity, (row, column))) for column in range(columns)]
            for row in range(rows)
        ]
        zeros += [
            (quantity, (row, column))
            for row in range(rows) for column in range(columns) if not table[row][column]
        ]  # fmt: skip
        turned = [list(column) for column in zip(*table, strict=True)]
        if rows == columns > 1 and table == turned:
            symmetric.append((quantity, (0, 1)))
        alike += [(quantity, (0, unit)) for unit in _repeated(turned)]
        alike += [(quantity, (unit, 0)) for unit in _repeated(table)]
    lists = {"symmetric_weights": symmetric, "equal_weights": alike, "zero_weight": zeros}
    return tuple(Weakness(key, tuple(keys)) for key, keys in lists.items() if keys)


def _repeated(rows: list[list[float]]) -> list[int]:
    """The rows that stood there before."""
    return [place for place, row in enumerate(rows) if row in rows[:place]]


def digit_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Given numbers with many digits, and results that so few decimals do not show."""
    if subject.large:
        return ()
    many: list[Key] = []
    for quantity in subject.program.model.given:
        if quantity in numbers and not _drawn(subject, quantity):
            many += [
                (quantity, index)
                for index in quantity.indices()
                if _is_long(number_at(numbers, (quantity, index)))
            ]
    results = [(key, abs(number_at(numbers, key))) for key in subject.keys]
    least = 0.5 * 10.0**-subject.digits
    lists = {
        "many_digits": many,
        "small_result": [key for key, size in results if 1e-12 < size < least],
        "large_result": [key for key, size in results if size >= LARGE],
    }
    values = (("digits", str(subject.digits)),)
    return tuple(Weakness(key, tuple(keys), values) for key, keys in lists.items() if keys)


def _is_long(value: float) -> bool:
    number = Decimal(repr(value)).normalize().as_tuple()
    return -int(number.exponent) > DECIMALS or len(number.digits) > FIGURES


def _drawn(subject: Subject, quantity: Quantity) -> bool:
    """Whether its numbers come from a generator, or from nobody who typed them."""
    network = subject.problem.network
    if network is None or not quantity.place:
        return quantity.symbol in ("t", "mu", "rho", "beta1", "beta2", "epsilon", "lambda")
    if quantity.name == "A[1]":
        return isinstance(network.samples, Generated)
    own = network.layers[max(quantity.place[0] - 2, 0)]
    own_next = network.layers[min(quantity.place[0] - 1, len(network.layers) - 1)]
    given = (own.weights, own.bias.values, own_next.weights, own_next.bias.values)
    return any(isinstance(values, Generated) for values in given)

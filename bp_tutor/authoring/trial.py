"""Trying numbers out: what a draw makes of every quantity, and how much it hides.

This belongs to the scheme of drawing (see `draw.py`): which draws are passed over decides what
a seed gives. So the costs below, and the mistakes that are looked for, stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.mistakes import unnoticed
from bp_tutor.authoring.steps import step_weaknesses
from bp_tutor.authoring.twins import twin_weaknesses
from bp_tutor.authoring.units import unit_weaknesses
from bp_tutor.authoring.weights import digit_weaknesses, weight_weaknesses
from bp_tutor.formula import Call
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.solve.program import batches, rate_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bp_tutor.authoring.places import Place
    from bp_tutor.authoring.subject import Numbers, Subject
    from bp_tutor.authoring.vary import Drawn
    from bp_tutor.formula import Quantity

MISTAKES = (
    "slope_left_out", "activation_left_out", "bias_left_out", "error_turned", "sign_of_delta",
    "step_added", "rate_left_out", "gradient_for_step", "step_for_gradient",
    "weights_transposed", "slope_misplaced", "path_left_out", "updated_weights", "factor_two",
    "decay_left_out", "mean_lost", "softmax_elementwise", "logarithm_base", "rows_and_columns",
    "wrong_layer", "other_slope", "other_activation", "wrong_index", "frozen_bias",
)  # fmt: skip
"""The mistakes that numbers ought to show."""

COSTS = {
    "dead_unit": 400, "at_kink": 400, "saturated_unit": 100, "zero_gradient": 20,
    "symmetric_weights": 60, "equal_weights": 60, "equal_inputs": 60, "equal_biases": 30,
    "zero_weight": 10, "small_step": 10, "large_result": 10, "small_result": 1,
}  # fmt: skip
LATER = ("dead_unit", "at_kink", "saturated_unit", "zero_gradient", "small_step")
"""What is counted of the updates after the first, where the file shows several."""
JUDGES = (
    unit_weaknesses, twin_weaknesses, weight_weaknesses, step_weaknesses, digit_weaknesses,
)  # fmt: skip
STEPS = ("step", "sign")
"""What these give stays as it is in the file: a gate for AND stays one."""
HIDDEN, ALIKE = 6, 2
MOST_UPDATES = 3
"""So many are derived line by line, and looked at."""
NOTHING_COMES_IN, NO_NUMBER, OTHER_OUTPUT = 400, 10_000, 1_000


class Trial:
    """The formulas of a subject, turned into code once, for one draw after another."""

    def __init__(self, subject: Subject, places: tuple[Place, ...]) -> None:
        self.subject = subject
        run, model = subject.run, subject.program.model
        self._inputs = [quantity for quantity in model.given if quantity in run.values]
        self._given = {quantity: list(run.values[quantity]) for quantity in self._inputs}
        self._slots = [self._slots_of(place, places) for place in places]
        lines = [line for line in subject.program.lines if not line.may_fail]
        self._outputs = [line.quantity for line in lines]
        pairs = [(line.quantity, line.formula) for line in lines]
        self._run = compile_scalars(self._inputs, pairs, self._outputs)
        self._later = later_rates(subject)
        self._kept = {
            line.quantity: run.values[line.quantity]
            for line in model.definitions
            if isinstance(line.formula, Call) and line.formula.function.name in STEPS
        }

    def _slots_of(self, place: Place, places: tuple[Place, ...]) -> list[tuple[Quantity, int]]:
        """Where the number of a place goes, of the samples of the first update."""
        rate = self.subject.program.model.rate
        if place.role == "learning_rate":
            first = next(one for one in places if one.role == "learning_rate")
            return [] if rate is None or place is not first else [(rate, 0)]
        found = []
        by_name = {quantity.name: quantity for quantity in self._inputs}
        for whole, index in place.entries:
            quantity = by_name.get(whole.name)
            pairs = zip(index, quantity.shape, strict=False) if quantity is not None else ()
            if quantity is not None and all(at < length for at, length in pairs):
                found.append((quantity, quantity.row_major(index)))
        return found

    def numbers(self, drawn: Drawn) -> Numbers | None:
        """Every quantity with the drawn numbers put in; None where one has no value."""
        given = {quantity: list(values) for quantity, values in self._given.items()}
        for place, text in drawn.items():
            for quantity, flat in self._slots[place]:
                if quantity in given:
                    given[quantity][flat] = float(text)
        return self._worked_out(given)

    def later(self, first: Numbers) -> Iterator[Numbers]:
        """The updates after the first, each from the weights that the one before left."""
        rate, numbers = self.subject.program.model.rate, first
        for own in self._later:
            given = {quantity: numbers[quantity] for quantity in self._inputs}
            given |= {old: numbers[new] for old, new in self.subject.program.carried_on}
            if rate is not None and own is not None:
                given[rate] = (own,)
            found = self._worked_out(given)
            if found is None:
                return
            numbers = found
            yield numbers

    def _worked_out(self, given: Mapping[Quantity, Sequence[float]]) -> Numbers | None:
        flat_values = [value for quantity in self._inputs for value in given[quantity]]
        try:
            results = self._run(1, *flat_values)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        if not all(value - value == 0 for value in results):
            return None
        found: Numbers = {quantity: tuple(given[quantity]) for quantity in self._inputs}
        start = 0
        for quantity in self._outputs:
            found[quantity] = results[start : start + quantity.size]
            start += quantity.size
        return found

    def cost(self, drawn: Drawn, limit: int = NO_NUMBER) -> int:
        """How much the numbers hide; from `limit` on it is not counted to the end."""
        numbers = self.numbers(drawn)
        if numbers is None:
            return NO_NUMBER
        cost = 0
        for more in self._costs(numbers):
            cost += more
            if cost >= limit:
                return cost
        return cost

    def _costs(self, numbers: Numbers) -> Iterator[int]:
        """What each thing that the numbers hide costs, the cheapest to find first."""
        for quantity, kept in self._kept.items():
            pairs = zip(kept, numbers[quantity], strict=True)
            yield OTHER_OUTPUT * sum(old != new for old, new in pairs)
        for judge in JUDGES:
            for weakness in judge(self.subject, numbers):
                yield COSTS.get(weakness.key, 0) * len(weakness.entries)
                if weakness.key == "zero_input" and self._all_zero(len(weakness.entries)):
                    yield NOTHING_COMES_IN
        for after in self.later(numbers):
            for judge in (unit_weaknesses, step_weaknesses):
                for weakness in judge(self.subject, after):
                    if weakness.key in LATER:
                        yield COSTS[weakness.key] * len(weakness.entries)
        for names, _ in unnoticed(self.subject, numbers):
            yield HIDDEN if len(names) == 1 else ALIKE

    def _all_zero(self, zeros: int) -> bool:
        network = self.subject.problem.network
        return network is not None and zeros == network.inputs


def later_rates(subject: Subject) -> tuple[float | None, ...]:
    """The learning rate of each further update that the file shows; None where it stays.

    None at all where there are many, or where each has samples of its own.
    """
    problem = subject.problem
    if not 1 < problem.updates <= MOST_UPDATES or len(batches(problem)) > 1:
        return ()
    rates = [rate_at(problem, update) for update in range(1, problem.updates + 1)]
    return tuple(None if rate == rates[0] else rate for rate in rates[1:])

"""Networks of all kinds of layers with random numbers, and what is asked of every one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
from hypothesis import assume

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.fields.numbers import Generated, Row
from bp_tutor.formula import Quantity, Role
from bp_tutor.formula.compiling import compile_arrays, compile_scalars, entry_of
from bp_tutor.problem.model import Network, Problem
from bp_tutor.solve import Run, Trace, solve
from bp_tutor.solve.check import check
from tests.layers.loops import Loops, flat, nest

STEP = 1e-4
CLEAR = 2e-3
"""How far a kink must be away for the difference quotient to see none of it."""
EXACT = 1e-10
"""Sums in another order differ by this much at most."""
AMPLE = 10_000_000
"""Multiplications of decimal numbers that decide every entry of these networks."""

HALF_SQUARED = Loss("half_squared_error")


class Draw:
    """Numbers from one seed; none of them tie."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.seed = seed

    def array(self, scale: float = 0.7) -> Generated:
        self.seed += 1
        return Generated(self.seed, scale)

    def row(self, count: int) -> Row:
        return tuple(round(float(self.random.uniform(-1, 1)), 6) for _ in range(count))


def dense(
    draw: Draw, units: int, activation: str = "identity", bias: str = "added"
) -> Layer:  # fmt: skip
    values = None if bias == "none" else draw.array()
    return Layer(units, activation, weights=draw.array(), bias=Bias(bias, values=values))


def with_arrays(layer: Layer, draw: Draw, letters: Sequence[str]) -> Layer:
    """The layer with random arrays, those of its biases only where it has some."""
    kept = [letter for letter in letters if layer.bias.kind != "none" or letter[0] != "B"]
    return layer._replace(arrays=tuple((letter, draw.array()) for letter in kept))


def problem_of(network: Network, **more: object) -> Problem:
    return Problem(Path("case.yaml"), network=network)._replace(**more)


def network_of(
    draw: Draw,
    layers: Sequence[Layer],
    form: str,
    sizes: tuple[int, ...],
    *,
    samples: int = 1,
    loss: Loss | None = HALF_SQUARED,
) -> Network:
    """A network with random samples and targets, asked for every gradient."""
    inputs = int(np.prod(sizes))
    return Network(
        inputs,
        tuple(layers),
        samples=tuple(draw.row(inputs) for _ in range(samples)),
        targets=draw.array(),
        sample_count=samples,
        loss=loss,
        learning_rate=0.1,
        ask_inputs=True,
        form=form,
        sizes=sizes,
    )


def given_of(run: Run) -> dict[Quantity, list[float]]:
    return {q: list(run.values[q]) for q in run.program.model.given if q in run.values}


def loops_of(network: Network, given: dict[Quantity, list[float]]) -> Loops:
    return Loops(network, {q.name: nest(numbers, q.shape) for q, numbers in given.items()})


def close(value: float, expected: float, tolerance: float = EXACT) -> bool:
    return abs(value - expected) <= tolerance * max(1.0, abs(value), abs(expected))


def assert_values(run: Run, network: Network) -> None:
    """Outputs and loss equal those of the plain loops."""
    loops = loops_of(network, given_of(run))
    outputs = loops.outputs()
    assume(min(loops.gaps, default=1.0) > CLEAR)
    flow = run.program.model.outputs
    found = [nest(list(run.values[quantity]), quantity.shape) for quantity in flow]
    if network.form == "positions":
        together = found
    elif len(flow) == 1 and (not isinstance(outputs[0][0], list) or len(flow[0].shape) == 4):
        together = found[0]
    else:
        together = [[step[sample] for step in found] for sample in range(len(outputs))]
    assert np.shape(together) == np.shape(outputs)
    for value, expected in zip(flat(together), flat(outputs), strict=True):
        assert close(value, expected)
    if network.loss is not None:
        loss = run.program.model.loss
        assert loss is not None
        assert close(run.values[loss][0], loops.loss())


def difference(function: Callable[[float], float]) -> float:
    """The central difference of fourth order."""
    near = function(STEP) - function(-STEP)
    far = function(2 * STEP) - function(-2 * STEP)
    return (8 * near - far) / (12 * STEP)


def assert_gradients(run: Run, network: Network, most: int = 3) -> None:
    """Some entries of every gradient equal central differences of the plain loops."""
    given = given_of(run)
    choice = np.random.default_rng(1)
    wanted = run.program.model.wanted
    assert wanted
    for quantity in wanted:
        # What nothing rests on, such as a step that a stride passes over, has no derivative.
        gradient = run.values.get(quantity.as_kind("d"), (0.0,) * quantity.size)
        for place in choice.permutation(quantity.size)[:most]:

            def moved(
                by: float, quantity: Quantity = quantity, place: int = int(place)
            ) -> float:  # fmt: skip
                numbers = list(given[quantity])
                numbers[place] += by
                return loops_of(network, given | {quantity: numbers}).loss()

            expected = difference(moved)
            error = abs(gradient[place] - expected)
            assert error <= 1e-6 * max(abs(expected), abs(gradient[place])) + 1e-10, (
                quantity.name, place, gradient[place], expected,
            )  # fmt: skip


def assert_checked(run: Run) -> None:
    """The product's own check agrees with every entry, given the time to decide each."""
    with patch("bp_tutor.solve.check.EXACT_BUDGET", AMPLE):
        found = check(run)
    assert found is not None
    assert not found.failed
    assert not found.skipped
    if found.along_directions:
        # Of a network too large for decimal numbers only what floats can tell is told.
        return
    if found.undecided:
        # 1 - a² of an a that is nearly 1 has lost its digits in floats, and nobody can tell.
        assert is_saturated(run)
    wanted = [each for each in run.program.model.wanted if each.as_kind("d") in run.values]
    assert found.checked + len(found.undecided) == sum(quantity.size for quantity in wanted)


def is_saturated(run: Run) -> bool:
    """Whether an activation is so near to its bound that the slope has few digits left."""
    return any(
        0 < 1 - abs(value) < 1e-6
        for quantity, values in run.values.items()
        if quantity.role is Role.ACTIVATION and not quantity.kind
        for value in values
    )


def assert_same_in_every_way(run: Run) -> None:
    """NumPy's arrays, straight-line code and each entry written out give the same numbers."""
    lines = [(step.quantity, step.formula) for step in run.steps if step.value is not None]
    inputs = [quantity for quantity in run.program.model.given if quantity in run.values]
    outputs = [quantity for quantity, _ in lines]
    by_arrays = compile_arrays(inputs, lines, outputs)(
        1, *(np.array(run.values[q]).reshape(q.shape) for q in inputs)
    )
    numbers = [number for quantity in inputs for number in run.values[quantity]]
    by_scalars = iter(compile_scalars(inputs, lines, outputs)(1, *numbers))
    for (quantity, formula), array in zip(lines, by_arrays, strict=True):
        assert np.shape(array) == quantity.shape, quantity.name
        for index in quantity.indices():
            value = run.value(quantity, index)
            assert close(float(np.asarray(array)[index]), value), quantity.identifier(index)
            assert close(next(by_scalars), value), quantity.identifier(index)
            entry = entry_of(formula, index).value(run.value)
            assert close(entry, value), quantity.identifier(index)


def solved(network: Network, updates: int = 1) -> Trace:
    return solve(problem_of(network), updates)


def assert_all(network: Network) -> Run:
    """Everything that is asked of a network's first update."""
    run = solved(network).runs[0]
    assert_values(run, network)
    assert_gradients(run, network)
    assert_checked(run)
    assert_same_in_every_way(run)
    return run

"""The lines of a network over arrays, whatever its numbers are."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.catalogue.optimisers import Optimiser
from bp_tutor.formula import Ref, replace
from bp_tutor.formula.quantity import DERIVATIVE, Role
from bp_tutor.frozen import Frozen
from bp_tutor.problem.model import Network, Problem
from bp_tutor.solve import Definition, program_of
from bp_tutor.solve.program import batches

if TYPE_CHECKING:
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.solve.program import Program


class Shape(Frozen):
    """A network as the arrays of a student show it."""

    inputs: int
    units: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    samples: int
    apart: bool = False
    """Whether the derivative by the output was handed in, from which the output delta follows."""
    optimiser: Optimiser = Optimiser()
    biases: tuple[bool, ...] = ()
    """Whether each layer has biases; empty: all have."""


class Lines(Frozen):
    """What there is to know of the arrays of a network."""

    defined: dict[Quantity, Definition]
    """By what each line gives, in the order of the calculation."""
    by_name: dict[str, Quantity]
    """Every array that somebody may hand in, by its canonical name."""
    rate: Quantity | None
    output: Quantity
    target: Quantity
    loss: Quantity
    known: dict[Quantity, tuple[float, ...]]
    """The numbers that the problem itself gives, in row-major order."""
    whole: float
    """What a derivative of the sum over the samples is, by that of the loss."""
    problem: Problem
    program: Program
    """Of which these are the lines."""


@cache
def lines_of(shape: Shape, slope_at_zero: int) -> Lines:
    """The lines of one update of a network that is known by its arrays: the mean over samples."""
    layers = tuple(
        Layer(
            units,
            activation,
            slope_at_zero=slope_at_zero,
            bias=Bias("added" if has_bias else "none"),
        )
        for units, activation, has_bias in zip(
            shape.units,
            shape.activations,
            shape.biases or (True,) * len(shape.units),
            strict=True,
        )
    )
    network = Network(
        shape.inputs,
        layers,
        sample_count=shape.samples,
        loss=Loss(shape.loss),
        learning_rate=0.1,
        optimiser=shape.optimiser,
    )
    problem = Problem(Path("network"), network=network)
    found = _lines(problem, tuple(range(shape.samples)), apart=shape.apart)
    # What an optimiser starts from is known, its learning rate is the student's own.
    known = {one: numbers for one, numbers in found.known.items() if one != found.rate}
    return found._replace(known=known)


def lines_of_problem(problem: Problem, *, apart: bool, slope_at_zero: int) -> Lines:
    """The lines of the first update of a problem, with its loss, optimiser and numbers."""
    network = problem.network
    assert network is not None
    layers = tuple(one._replace(slope_at_zero=slope_at_zero) for one in network.layers)
    same = problem._replace(network=network._replace(layers=layers))
    return _lines(same, batches(problem)[0], apart=apart)


def _lines(problem: Problem, rows: tuple[int, ...], *, apart: bool) -> Lines:
    program = program_of(problem, rows)
    # A delta is written through the error that comes back, where lectures put that in.
    errors = {line.formula: line.quantity for line in program.lines
              if line.quantity.kind == DERIVATIVE and line.inlined}  # fmt: skip

    def through(node: Formula) -> Formula | None:
        return Ref(errors[node]) if node in errors else None

    defined = {}
    for line in program.lines:
        inlined = line.quantity in errors.values()
        formula = line.formula if inlined else replace(line.formula, through)
        defined[line.quantity] = line._replace(formula=formula)
    output = program.model.outputs[0]
    activation = defined[output]
    before = activation.activates
    if apart and before is not None:
        error, delta = output.as_kind(DERIVATIVE), before.as_kind(DERIVATIVE)
        back = activation.formula.pullback(Ref(error), Ref(output)) or (Ref(error),)
        chained = back[0]
        if chained is not None and error in defined:
            defined[delta] = defined[delta]._replace(formula=chained)
    quantities = (*program.model.given, *defined)
    named = {one.name: one for one in quantities if one.shape}
    rate = next((one for one in quantities if one.role is Role.RATE), None)
    target = next(one for one in quantities if one.role is Role.TARGET)
    known = {one: numbers for one, numbers in program.model.given.items() if numbers is not None}
    network = problem.network
    assert network is not None
    assert network.loss is not None
    loss = program.model.loss
    assert loss is not None
    whole = 1.0 if network.loss.samples == "sum" else float(len(rows))
    return Lines(defined, named, rate, output, target, loss, known, whole, problem, program)

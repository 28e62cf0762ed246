"""The convention in which most arrays of an update are right, and what is found of them in it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bp_tutor.catalogue.optimisers import Optimiser
from bp_tutor.debugging.case import Case, MisfitError, Running
from bp_tutor.debugging.causes import Causes
from bp_tutor.debugging.convention import conventions
from bp_tutor.debugging.joined import joined
from bp_tutor.debugging.lines import Lines, Shape, lines_of, lines_of_problem
from bp_tutor.debugging.named import UNSURE, canonical_names, is_state, meaning_of
from bp_tutor.debugging.named_layers import names_among_layers
from bp_tutor.debugging.outcome import AGREES, UNCHECKED, Judged, Outcome, is_factor
from bp_tutor.debugging.output import odd_targets
from bp_tutor.debugging.shapes import inputs_at, sizes_of
from bp_tutor.frozen import Frozen
from bp_tutor.solve.program import batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Network, Problem

    Array = NDArray[np.float64]

MOST_CAUSES = 4
MOST_TRIED = 12
"""Conventions that fit equally well, in which an explanation is sought."""


class Subject(Frozen):
    """The network whose arrays are compared."""

    units: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    problem: Problem | None = None
    """Where it is one that is known: its numbers stand for what is not handed in."""
    optimiser: Optimiser = Optimiser()
    """Where there is no problem: how gradients become steps."""
    biases: tuple[bool, ...] = ()
    """Whether each layer has biases; empty: all have."""
    unsaid: tuple[str, ...] = ()
    """What nobody has said of it and the arrays may show: `activation`, `loss`, `bias`."""
    assumed: tuple[str, ...] = ()
    """What nobody has said of it and was taken, as no other fits the arrays better."""

    @classmethod
    def of_network(cls, problem: Problem, network: Network) -> Subject:
        """The network of a problem, which has a loss, with its optimiser and its numbers."""
        assert network.loss is not None
        dense = all(one.is_dense for one in network.layers)
        units = tuple(one.units for one in network.layers) if dense else ()
        activations = tuple(one.activation for one in network.layers)
        return cls(units, activations, network.loss.name, problem._replace(network=network))

    def readings(self) -> Iterator[Subject]:
        """The network as it is, and as programs count layers that hold an activation as well."""
        yield self
        if self.problem is not None and self.problem.network is not None:
            fewer = joined(self.problem.network)
            if fewer is not None:
                yield self.of_network(self.problem, fewer)

    @property
    def is_dense(self) -> bool:
        """Whether every layer is dense, so that its arrays have two axes."""
        network = None if self.problem is None else self.problem.network
        return network is None or all(layer.is_dense for layer in network.layers)

    def sizes(
        self, arrays: Mapping[str, Array], named: Mapping[str, str]
    ) -> tuple[int, int] | None:
        """How many inputs and samples there are; None where nothing shows it."""
        if self.problem is None or self.problem.network is None:
            return sizes_of(self.units, arrays, named)
        inputs = self.problem.network.inputs if self.is_dense else 0
        return inputs, len(batches(self.problem)[0])

    def lines(self, sizes: tuple[int, int], *, apart: bool, slope_at_zero: int) -> Lines:
        """What leads from one array to the next."""
        if self.problem is not None:
            return lines_of_problem(self.problem, apart=apart, slope_at_zero=slope_at_zero)
        inputs, samples = sizes
        shape = Shape(
            inputs, self.units, self.activations, self.loss, samples, apart, self.optimiser,
            self.biases,
        )  # fmt: skip
        return lines_of(shape, slope_at_zero)


def judged(best: list[Case]) -> Outcome:
    """What is found in the conventions that fit equally well.

    Of these it is one in which the first wrong array is explained.
    """
    outcomes = (outcome_of(case) for case in best[:MOST_TRIED])
    first = likely = next(outcomes)
    for one in (first, *outcomes):
        if one.explained and not one.by_factor:
            return one
        if one.explained and not likely.explained:
            likely = one
    return likely


def fitting(
    asked: Subject,
    arrays: Mapping[str, Array],
    rate: float | None,
    decay: float | None = None,
    run: Running | None = None,
) -> list[Case] | None:
    """The conventions in which most arrays are right; without a `run` the first where all are.

    None where nothing shows how many samples there are.

    Raises:
        MisfitError: inputs, targets, weights or biases do not fit together.
    """
    best: list[Case] = []
    highest = (-1, 0, 0, 0)
    misfits: list[MisfitError] = []
    unsure = any(one is not None and one.letter == UNSURE for one in map(meaning_of, arrays))
    ways = (False, True) if unsure else (False,)
    for subject, errors in product(asked.readings(), ways):
        units = subject.units
        if subject.is_dense:
            counted = inputs_at(units, arrays)
            named = canonical_names(arrays, len(units), inputs_at=counted, errors=errors)
        else:
            of_subject = subject.lines((0, 0), apart=False, slope_at_zero=0)
            named = names_among_layers(arrays, of_subject)
        plain = subject.problem is None and subject.optimiser == Optimiser()
        if plain and any(map(is_state, arrays.keys() - named.keys())):
            # What else goes into a step is not known.
            named = {name: one for name, one in named.items() if "'" not in one}
        sizes = subject.sizes(arrays, named)
        if sizes is None:
            return None
        apart = f"dA[{len(units) + 1}]" in named.values()
        kinks = "relu" in subject.activations
        lines = {
            slope: subject.lines(sizes, apart=apart, slope_at_zero=slope)
            for slope in ((0, 1) if kinks else (0,))
        }
        # Who hands in a factor of weight decay wants it to be somewhere.
        shares = (decay, decay / sizes[1], 2 * decay) if decay else (0.0,)
        for convention in conventions(kinks=kinks, decays=shares):
            if run is not None and not run.allows(convention):
                continue
            here = lines[convention.slope_at_zero]
            case = Case(here, convention, sizes[1], arrays, named, rate, run or Running())
            if not case.possible:
                misfits.append(case.misfit_error())
                continue
            score = case.score()
            best = [case] if score > highest else [*best, case] if score == highest else best
            highest = max(score, highest)
            if not case.wrong and run is None:
                return [case]
    if not best:
        raise min(misfits, key=lambda misfit: misfit.wrong)
    return best


def outcome_of(case: Case) -> Outcome:
    """All that was found in one convention, the first wrong arrays explained."""
    first = [one for one in case.wrong if not case.rests_on_wrong(one)]
    judged = {one: _told(case, one, explain=one in first) for one in case.in_order()}
    for one, causes in _shared({one: judged[one].causes for one in first}).items():
        judged[one] = judged[one]._replace(causes=causes)
    return Outcome(
        case.lines,
        case.convention,
        tuple(judged.values()),
        tuple(judged[one] for one in first),
        tuple(name for name in case.handed if name not in case.named),
        case.own,
        dict(case.named),
        case.doubled,
        case.rate,
        {case.named[name]: case.handed[name].shape for name in case.names.values()},
        odd_targets(case.lines, case.own),
    )


def _shared(causes: Mapping[Quantity, tuple[str, ...]]) -> dict[Quantity, tuple[str, ...]]:
    """Those that explain all arrays that are wrong first, if any do: it is one mistake then."""
    every = [set(keys) for keys in causes.values()]
    common = set.intersection(*every) if every else set()
    found = {}
    for one, keys in causes.items():
        kept = [key for key in keys if not common or key in common]
        # By how much it is off says less than why.
        why = [key for key in kept if not is_factor(key)]
        found[one] = tuple(why or kept)[:MOST_CAUSES]
    return found


def _told(case: Case, quantity: Quantity, *, explain: bool) -> Judged:
    import numpy as np

    status, name = case.status[quantity], case.names[quantity]
    if status == UNCHECKED:
        return Judged(name, quantity, status, missing=case.missing(quantity))
    tolerance = case.tolerance(quantity)
    wanted = case.expected(quantity)
    if wanted is None:
        wanted = case.true.get(quantity)
    if status == AGREES or wanted is None:
        return Judged(name, quantity, status, tolerance=tolerance)
    causes = Causes(case).of(quantity, wanted) if explain else ()
    mine = case.given.get(quantity)
    if mine is None:
        return Judged(name, quantity, status, causes=causes, shape=case.handed[name].shape)
    apart = np.abs(mine - wanted)
    most = max(float(np.abs(wanted).max()), 1e-12)
    off = tuple(map(tuple, np.argwhere(apart > tolerance * most).tolist()))
    worst = tuple(map(int, np.unravel_index(int(apart.argmax()), apart.shape)))
    difference = float(apart.max() / most)
    return Judged(name, quantity, status, difference, off, worst, tolerance, causes)

"""Other ways to calculate the same exercise: rounding on the way, other conventions.

Each row changes the problem and nothing else; the calculation itself stays what it is.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.clipping import CLIPPING
from bp_tutor.frozen import Frozen
from bp_tutor.problem.model import Rounding
from bp_tutor.problem.signals import has_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.problem import Problem
    from bp_tutor.quiz.figure import Printed

    Changed = Iterator[tuple[str, Problem]]
    """Conventions by the key of their words, and the problem under each."""

MOST_BY_HAND = 200
"""So many updates are done by hand at most, in a search."""


class Variation(Frozen):
    """A way to calculate: its sentence by key, and the problem calculated so."""

    key: str
    values: tuple[tuple[str, object], ...] = ()
    problem: Problem | None = None
    shift: int = 0
    """So many updates later, the same number is met."""
    mistake: str = ""
    """A misconception that goes through the whole calculation."""
    layers: tuple[int, ...] = ()
    """The only layers in which that mistake is made; empty for all."""
    which: int = 0
    """Where the sentence has several problems, which one it is."""

    @property
    def spread(self) -> float:
        """In how many layers a mistake is made; endless where in all."""
        return len(self.layers) or inf

    @property
    def name(self) -> object:
        """What tells it from the other ways to calculate the same problem."""
        return self.key, self.values, self.which


MOST_LAYERS = 4
MOST_PATHS = 3
"""So many terms of a sum are left out in turn."""
PARTS = (("A",), ("Z",), ("Z", "A"), ("dZ",), ("W'", "B'"))
"""Kinds of quantities of which a source may round only these."""


def by_hand(problem: Problem, printed: Printed, kind: str) -> Iterator[Variation]:
    """The ways to round on the way that fit a figure of this kind with so many digits.

    Whoever rounds a value to fewer decimals does not print it with more.
    """
    decimals = sorted(
        {printed.decimals, printed.decimals + 1, printed.decimals - 1},
        key=lambda count: (abs(count - printed.decimals), -count),
    )
    decimals = [count for count in decimals if 1 <= count <= 12]
    figures = [count for count in (printed.figures, printed.figures + 1) if 2 <= count <= 12]
    for count in decimals:
        if count < printed.decimals:
            continue
        yield _rounded(problem, "decimals", Rounding("hand", count), count)
        yield _rounded(problem, "cut", Rounding("hand", count, truncate=True), count)
    for count in figures:
        yield _rounded(problem, "figures", Rounding("hand", count, significant=True), count)
    for count in decimals:
        for kinds in PARTS:
            if count < printed.decimals and kind in kinds:
                continue
            rounding = Rounding(digits=count, by_quantity=tuple((kind, count) for kind in kinds))
            yield _rounded(problem, "only", rounding, count, ", ".join(kinds))


def _rounded(
    problem: Problem, key: str, rounding: Rounding, count: int, kinds: str = ""
) -> Variation:
    values = (("count", count), ("kinds", kinds))
    return Variation(f"published.hand.{key}", values, problem._replace(rounding=rounding))


def conventions(problem: Problem) -> Iterator[Variation]:
    """Every other convention under which the same exercise can be calculated."""
    for change in CONVENTIONS:
        for key, changed in change(problem):
            if changed != problem:
                yield Variation(f"published.convention.{key}", (), changed)
    yield Variation("published.convention.one_update_fewer", (), problem, -1)
    yield Variation("published.convention.one_update_more", (), problem, 1)
    yield from _misapplied(problem)


def _misapplied(problem: Problem) -> Iterator[Variation]:
    """Mistakes that go through the backward pass: in all layers, in all hidden ones, in one."""
    layers = problem.network.layers if problem.network is not None else ()
    hidden = tuple(range(2, len(layers) + 1)) if len(layers) <= MOST_LAYERS else ()
    several = len(hidden) > 1
    slope = Variation("published.convention.slope_left_out", (), problem, mistake="slope_left_out")
    yield slope
    if several:
        yield slope._replace(key=f"{slope.key}_hidden", layers=hidden)
    for layer in (*hidden, len(layers) + 1) if hidden else ():
        yield _in_layer(slope, layer)
    for place in range(MOST_PATHS):
        key = "published.convention.path_left_out"
        path = Variation(key, (), problem, mistake="path_left_out", which=place)
        yield path
        yield from (_in_layer(path, layer) for layer in hidden if several)


def _in_layer(variation: Variation, layer: int) -> Variation:
    values = (("layer", layer),)
    return variation._replace(key=f"{variation.key}_in_layer", values=values, layers=(layer,))


def _order(problem: Problem) -> Changed:
    if problem.network is not None and not has_order(problem.network):
        return
    part = problem.network or problem.graph
    clipping = part.optimiser.clipping if part is not None else None
    if clipping is not None and CLIPPING[clipping[0]].by_norm:
        return
    for order in ("sequential", "simultaneous"):
        yield order, problem._replace(conventions=problem.conventions._replace(update_order=order))


def _sign(problem: Problem) -> Changed:
    for delta in ("descent", "gradient"):
        yield (
            f"delta_{delta}",
            problem._replace(conventions=problem.conventions._replace(delta=delta)),
        )


def _network(problem: Problem, key: str, **changes: object) -> Changed:
    if problem.network is not None:
        yield key, problem._replace(network=problem.network._replace(**changes))


def _layers(problem: Problem, key: str, change: Callable[[Layer], Layer]) -> Changed:
    if problem.network is not None:
        layers = tuple(change(layer) for layer in problem.network.layers)
        yield from _network(problem, key, layers=layers)


def _biases(problem: Problem, key: str, **changes: object) -> Changed:
    def changed(layer: Layer) -> Layer:
        if layer.bias.kind == "none":
            return layer
        return layer._replace(bias=layer.bias._replace(**changes))

    yield from _layers(problem, key, changed)


def _frozen(problem: Problem) -> Changed:
    yield from _biases(problem, "frozen_bias", frozen=True)
    yield from _biases(problem, "trained_bias", frozen=False)


def _bias(problem: Problem) -> Changed:
    yield from _biases(problem, "threshold", kind="threshold")
    yield from _biases(problem, "added_bias", kind="added")
    yield from _biases(problem, "no_bias", kind="none", shared=False, frozen=False, values=None)


def _turned_weights(problem: Problem) -> Changed:
    def turned(layer: Layer) -> Layer:
        weights = layer.weights
        if isinstance(weights, tuple) and len(weights) == len(weights[0]):
            return layer._replace(weights=tuple(zip(*weights, strict=True)))
        return layer

    yield from _layers(problem, "weight_order", turned)


def _kink(problem: Problem) -> Changed:
    for slope in (0, 1):

        def sloped(layer: Layer, slope: int = slope) -> Layer:
            bends = ACTIVATIONS[layer.activation].has_kink
            return layer._replace(slope_at_zero=slope) if bends else layer

        yield from _layers(problem, f"slope_at_zero_{slope}", sloped)


def _losses(problem: Problem, key: str, **changes: object) -> Changed:
    if problem.network is not None and problem.network.loss is not None:
        loss = problem.network.loss._replace(**changes)
        yield from _network(problem, key, loss=loss)


def _half(problem: Problem) -> Changed:
    loss = problem.network.loss if problem.network is not None else None
    if loss is None:
        return
    if loss.name == "half_squared_error":
        yield from _losses(problem, "without_half", name="squared_error")
    if loss.name == "squared_error":
        yield from _losses(problem, "with_half", name="half_squared_error", drop_factor=False)
    if loss.name in ("squared_error", "mean_squared_error"):
        yield from _losses(problem, "factor_dropped", drop_factor=True)
        yield from _losses(problem, "factor_kept", drop_factor=False)


def _shares(problem: Problem) -> Changed:
    for way in ("mean", "sum"):
        yield from _losses(problem, f"outputs_{way}", outputs=way)
        if problem.network is not None and problem.network.sample_count > 1:
            yield from _losses(problem, f"samples_{way}", samples=way)


def _batch(problem: Problem) -> Changed:
    if problem.network is not None and problem.network.sample_count > 1:
        yield from _network(problem, "online", batch=1)
        yield from _network(problem, "full_batch", batch=None)


def _decay(problem: Problem) -> Changed:
    yield from _losses(problem, "no_decay", penalty=None)


def _ahead(problem: Problem) -> Changed:
    """Nesterov's gradient at the weight itself, or where the velocity leads."""
    part = problem.network or problem.graph
    if part is None or part.optimiser.name != "nesterov":
        return
    own = dict(part.optimiser.parameters)
    for form in ("at_weight", "look_ahead"):
        optimiser = part.optimiser._replace(parameters=tuple({**own, "form": form}.items()))
        if optimiser == part.optimiser:
            continue
        if problem.graph is not None:
            yield (
                f"gradient_{form}",
                problem._replace(graph=problem.graph._replace(optimiser=optimiser)),
            )
        else:
            yield from _network(problem, f"gradient_{form}", optimiser=optimiser)


CONVENTIONS: tuple[Callable[[Problem], Changed], ...] = (
    _frozen, _order, _half, _shares, _batch, _decay, _sign, _bias, _turned_weights, _kink,
    _ahead,
)  # fmt: skip
"""Each gives conventions with the problem as it is under them, in the order of the trials."""

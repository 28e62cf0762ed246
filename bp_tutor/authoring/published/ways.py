"""Other ways to calculate the same exercise: rounding on the way, other conventions.

Each row changes the problem and nothing else; the calculation itself stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.problem.choices import Rounding
from bp_tutor.problem.names import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.authoring.published.figure import Printed
    from bp_tutor.problem import Problem
    from bp_tutor.problem.model import Layer, Loss, Network

MOST_BY_HAND = 200
"""So many updates are done by hand at most, in a search."""


class Way(Frozen):
    """A way to calculate: its sentence by key, and the problem calculated so."""

    key: str
    values: tuple[tuple[str, object], ...] = ()
    problem: Problem | None = None
    shift: int = 0
    """So many updates later, the same number is met."""
    mistake: str = ""
    """A misconception that goes through the whole calculation."""
    which: int = 0


PARTS = (("A",), ("Z",), ("Z", "A"), ("dZ",), ("W'", "B'"))
"""Kinds of quantities of which a source may round only these."""


def by_hand(problem: Problem, printed: Printed) -> Iterator[Way]:
    """The ways to round on the way that fit a figure with so many digits."""
    decimals = sorted(
        {printed.decimals, printed.decimals + 1, printed.decimals - 1},
        key=lambda count: (abs(count - printed.decimals), -count),
    )
    decimals = [count for count in decimals if 1 <= count <= 12]
    figures = [count for count in (printed.figures, printed.figures + 1) if 2 <= count <= 12]
    for count in decimals:
        yield _rounded(problem, "decimals", Rounding("hand", count), count)
        yield _rounded(problem, "cut", Rounding("hand", count, truncate=True), count)
    for count in figures:
        yield _rounded(problem, "figures", Rounding("hand", count, significant=True), count)
    for count in decimals:
        for kinds in PARTS:
            rounding = Rounding(digits=count, by_quantity=tuple((kind, count) for kind in kinds))
            yield _rounded(problem, "only", rounding, count, ", ".join(kinds))


def _rounded(problem: Problem, key: str, rounding: Rounding, count: int, kinds: str = "") -> Way:
    values = (("count", count), ("kinds", kinds))
    return Way(f"published.hand.{key}", values, problem._replace(rounding=rounding))


def conventions(problem: Problem) -> Iterator[Way]:
    """Every other convention under which the same exercise can be calculated."""
    for key, change in CONVENTIONS.items():
        for changed in change(problem):
            if changed is not None and changed != problem:
                yield Way(f"published.convention.{key}", (), changed)
    yield Way("published.convention.one_update_fewer", (), problem, -1)
    yield Way("published.convention.one_update_more", (), problem, 1)
    yield Way("published.convention.slope_left_out", (), problem, 0, "slope_left_out")
    for place in range(MOST_PATHS):
        values = (("number", place + 1),)
        yield Way("published.convention.path_left_out", values, problem, 0, "path_left_out", place)


MOST_PATHS = 3


def _order(problem: Problem) -> Iterator[Problem]:
    old = problem.conventions.update_order
    other = "sequential" if old == "simultaneous" else "simultaneous"
    yield problem._replace(conventions=problem.conventions._replace(update_order=other))


def _sign(problem: Problem) -> Iterator[Problem]:
    other = "descent" if problem.conventions.delta == "gradient" else "gradient"
    yield problem._replace(conventions=problem.conventions._replace(delta=other))


def _network(problem: Problem, **changes: object) -> Iterator[Problem]:
    if problem.network is not None:
        yield problem._replace(network=problem.network._replace(**changes))


def _layers(problem: Problem, change: Callable[[Layer], Layer]) -> Iterator[Problem]:
    network: Network | None = problem.network
    if network is not None:
        yield from _network(problem, layers=tuple(change(layer) for layer in network.layers))


def _loss(problem: Problem, change: Callable[[Loss], Loss]) -> Iterator[Problem]:
    network: Network | None = problem.network
    if network is not None and network.loss is not None:
        yield from _network(problem, loss=change(network.loss))


def _biases(problem: Problem, **changes: object) -> Iterator[Problem]:
    def changed(layer: Layer) -> Layer:
        if layer.bias.kind == "none":
            return layer
        return layer._replace(bias=layer.bias._replace(**changes))

    yield from _layers(problem, changed)


def _frozen(problem: Problem) -> Iterator[Problem]:
    yield from _biases(problem, frozen=True)


def _trained(problem: Problem) -> Iterator[Problem]:
    yield from _biases(problem, frozen=False)


def _no_bias(problem: Problem) -> Iterator[Problem]:
    yield from _biases(problem, kind="none", shared=False, frozen=False, values=None)


def _threshold(problem: Problem) -> Iterator[Problem]:
    signs = {"added": "threshold", "threshold": "added"}
    yield from _layers(
        problem,
        lambda layer: layer._replace(
            bias=layer.bias._replace(kind=signs.get(layer.bias.kind, layer.bias.kind))
        ),
    )


def _turned_weights(problem: Problem) -> Iterator[Problem]:
    def turned(layer: Layer) -> Layer:
        weights = layer.weights
        if isinstance(weights, tuple) and len(weights) == len(weights[0]):
            return layer._replace(weights=tuple(zip(*weights, strict=True)))
        return layer

    yield from _layers(problem, turned)


def _half(problem: Problem) -> Iterator[Problem]:
    other = {"half_squared_error": "squared_error", "squared_error": "half_squared_error"}
    yield from _loss(problem, lambda loss: loss._replace(name=other.get(loss.name, loss.name)))


def _factor(problem: Problem) -> Iterator[Problem]:
    doubled = ("squared_error", "mean_squared_error")
    yield from _loss(
        problem,
        lambda loss: loss._replace(drop_factor=loss.name in doubled and not loss.drop_factor),
    )


def _outputs(problem: Problem) -> Iterator[Problem]:
    for way in ("mean", "sum"):
        yield from _loss(problem, lambda loss, way=way: loss._replace(outputs=way))  # type: ignore[misc]


def _samples(problem: Problem) -> Iterator[Problem]:
    other = {"mean": "sum", "sum": "mean"}
    if problem.network is not None and problem.network.sample_count > 1:
        yield from _loss(problem, lambda loss: loss._replace(samples=other[loss.samples]))


def _batch(problem: Problem) -> Iterator[Problem]:
    if problem.network is not None and problem.network.sample_count > 1:
        yield from _network(problem, batch=1 if problem.network.batch is None else None)


def _decay(problem: Problem) -> Iterator[Problem]:
    yield from _loss(problem, lambda loss: loss._replace(weight_decay=0.0))


def _kink(problem: Problem) -> Iterator[Problem]:
    def other(layer: Layer) -> Layer:
        if not ACTIVATIONS[layer.activation].has_kink:
            return layer
        return layer._replace(slope_at_zero=1 - layer.slope_at_zero)

    yield from _layers(problem, other)


CONVENTIONS: dict[str, Callable[[Problem], Iterator[Problem]]] = {
    "frozen_bias": _frozen,
    "trained_bias": _trained,
    "update_order": _order,
    "half": _half,
    "factor_two": _factor,
    "outputs": _outputs,
    "samples": _samples,
    "batch": _batch,
    "decay": _decay,
    "sign_of_delta": _sign,
    "threshold": _threshold,
    "no_bias": _no_bias,
    "weight_order": _turned_weights,
    "slope_at_zero": _kink,
}
"""Each convention with the problem as it is under it, in the order in which they are tried."""

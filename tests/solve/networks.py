"""Random problems: every activation, loss and convention of dense networks."""

from __future__ import annotations

from pathlib import Path
from random import Random

from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem import Conventions, Network, Problem
from bp_tutor.solve import Run

ACTIVATIONS = (
    "identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "swish", "softmax",
    "selu", "softsign", "gelu", "gelu_tanh", "mish", "relu6", "hard_sigmoid", "hard_swish",
    "log_softmax",
)  # fmt: skip
LOSSES = (
    "half_squared_error", "squared_error", "mean_squared_error", "mean_absolute_error", "huber",
    "binary_cross_entropy", "cross_entropy", "log_cosh", "hinge", "squared_hinge", "kl_divergence",
    "negative_log_likelihood", "focal", "binary_focal",
)  # fmt: skip
LAST = {
    "binary_cross_entropy": ("sigmoid",), "binary_focal": ("sigmoid",),
    "cross_entropy": ("softmax",), "kl_divergence": ("softmax",), "focal": ("softmax",),
    "negative_log_likelihood": ("log_softmax",),
}  # fmt: skip
FUSED = LAST.keys() - {"focal"}
DOUBLED = ("squared_error", "mean_squared_error")
BIASES = ("none", "added", "threshold", "plus_input", "minus_input")
PARAMETERS = {
    "leaky_relu": "alpha",
    "elu": "alpha",
    "swish": "beta",
    "selu": "scale",
    "hard_sigmoid": "width",
}


def targets_for(loss: str, units: int, draw: Random) -> tuple[float, ...]:
    if LAST.get(loss) in (("softmax",), ("log_softmax",)):
        chosen = draw.randrange(units)
        return tuple(float(unit == chosen) for unit in range(units))
    if loss in LAST:
        return tuple(float(draw.randint(0, 1)) for _ in range(units))
    if "hinge" in loss:
        return tuple(float(draw.choice((-1, 1))) for _ in range(units))
    return tuple(round(draw.uniform(-1, 2), 2) for _ in range(units))


def layer_of(draw: Random, sources: int, units: int, activation: str, **more: object) -> Layer:
    parameters: tuple[tuple[str, float], ...] = ()
    if activation in PARAMETERS and draw.random() < 0.5:
        parameters = ((PARAMETERS[activation], round(draw.uniform(0.1, 2), 2)),)
    return Layer(
        units,
        activation,
        parameters,
        weights=tuple(
            tuple(round(draw.uniform(-1, 1), 3) for _ in range(units)) for _ in range(sources)
        ),
        **more,  # type: ignore[arg-type]
    )


def bias_of(draw: Random, units: int, kind: str, *, shared: bool, frozen: bool) -> Bias:
    if kind == "none":
        return Bias("none")
    count = 1 if shared else units
    values = tuple(round(draw.uniform(-1, 1), 3) for _ in range(count))
    return Bias(kind, shared=shared, frozen=frozen, values=values)


@st.composite
def problems(
    draw: st.DrawFn,
    loss: str | None = None,
    activation: str | None = None,
    update_order: str | None = None,
) -> Problem:
    """A network of 1-4 layers with 1-4 units over 1-4 samples, its numbers and conventions."""
    numbers = Random(draw(st.integers(0, 10**6)))  # noqa: S311 - nothing is secret
    name = loss or draw(st.sampled_from(LOSSES))
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    layers: list[Layer] = []
    for place, size in enumerate(sizes[1:], 2):
        fitting = (activation,) if activation else ACTIVATIONS
        last = place == len(sizes)
        kind = draw(st.sampled_from(LAST.get(name, fitting) if last else fitting))
        units = max(size, 2) if kind in ("softmax", "log_softmax") else size
        sources = layers[-1].units if layers else sizes[0]
        bias = bias_of(
            numbers,
            units,
            draw(st.sampled_from(BIASES)),
            shared=draw(st.booleans()),
            frozen=draw(st.integers(0, 4)) == 0,
        )
        frozen = draw(st.integers(0, 5)) == 0
        layers.append(layer_of(numbers, sources, units, kind, bias=bias, frozen=frozen))
    samples = draw(st.integers(1, 4))
    decay = draw(st.sampled_from([0.0, 0.0, 0.3]))
    network = Network(
        sizes[0],
        tuple(layers),
        samples=tuple(
            tuple(round(numbers.uniform(-2, 2), 2) for _ in range(sizes[0])) for _ in range(samples)
        ),
        targets=tuple(targets_for(name, layers[-1].units, numbers) for _ in range(samples)),
        sample_count=samples,
        loss=Loss(
            name,
            outputs=draw(st.sampled_from(["default", "sum", "mean"])),
            samples=draw(st.sampled_from(["sum", "mean"])),
            fused=draw(st.sampled_from([None, True, False]))
            if name in LAST and name != "focal"
            else None,
            error=(
                "prediction-target"
                if name in LAST or "hinge" in name
                else draw(st.sampled_from(["prediction-target", "target-prediction"]))
            ),
            drop_factor=name in DOUBLED and not decay and draw(st.booleans()),
            penalty=("weight_decay", decay) if decay else None,
        ),
        learning_rate=round(numbers.uniform(0.05, 0.5), 2),
        ask_inputs=draw(st.booleans()),
    )
    conventions = Conventions(
        delta=draw(st.sampled_from(["gradient", "descent"])),
        update_order=update_order or draw(st.sampled_from(["simultaneous", "sequential"])),
        report=draw(st.sampled_from(["gradient", "step"])),
    )
    return Problem(Path("random.yaml"), network=network, conventions=conventions)


def identifiers(run: Run) -> dict[str, float]:
    """Every number of a run by its canonical identifier."""
    return {
        quantity.identifier(index): run.value(quantity, index)
        for quantity in run.values
        for index in quantity.indices()
    }

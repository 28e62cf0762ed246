"""Dense networks by plain loops over lists, which share no code with the tutor."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem.model import Network, Problem

Row = list[float]
Rows = list[Row]
Values = dict[str, float]


@dataclass
class Weights:
    """Matrices from-to and bias rows, one of each for a layer (None: no bias)."""

    matrices: list[Rows]
    biases: list[Row | None]


@dataclass
class Passed:
    """One sample on its way through: values before and after every activation."""

    before: Rows = field(default_factory=list)
    after: Rows = field(default_factory=list)


def weights_of(network: Network) -> Weights:
    matrices: list[Rows] = []
    biases: list[Row | None] = []
    for layer in network.layers:
        assert isinstance(layer.weights, tuple)
        matrices.append([list(row) for row in layer.weights])
        if layer.bias.kind == "none":
            biases.append(None)
        else:
            assert isinstance(layer.bias.values, tuple)
            biases.append(list(layer.bias.values))
    return Weights(matrices, biases)


def sign_of(layer: Layer) -> int:
    return -1 if layer.bias.kind in ("threshold", "minus_input") else 1


def bias_at(layer: Layer, row: Row | None, unit: int) -> float:
    if row is None:
        return 0.0
    return sign_of(layer) * row[0 if layer.bias.shared else unit]


def softmax(z: Row) -> Row:
    powers = [math.exp(value - max(z)) for value in z]
    return [power / math.fsum(powers) for power in powers]


def weighted(row: Row, matrix: Rows) -> Row:
    """The sum for each unit, without its bias."""
    return [sum(row[j] * matrix[j][k] for j in range(len(row))) for k in range(len(matrix[0]))]


USUAL_ALPHA = {"leaky_relu": 0.01, "selu": 1.6732632423543772}
GELU_TANH = math.sqrt(2 / math.pi)


def activated(layer: Layer, z: Row) -> Row:
    given = dict(layer.parameters)
    if layer.activation == "softmax":
        return softmax(z)
    if layer.activation == "log_softmax":
        # Of a share that is too small for a float there is no logarithm.
        total = math.log(math.fsum(math.exp(value - max(z)) for value in z))
        return [value - max(z) - total for value in z]
    alpha = given.get("alpha", USUAL_ALPHA.get(layer.activation, 1.0))
    beta, scale = given.get("beta", 1.0), given.get("scale", 1.0507009873554805)
    width = given.get("width", 3.0)
    functions: dict[str, Callable[[float], float]] = {
        "identity": lambda v: v,
        "sigmoid": lambda v: (1 + math.tanh(v / 2)) / 2,
        "tanh": lambda v: 1 - 2 / (1 + math.exp(2 * v)),
        "relu": lambda v: v if v > 0 else 0,
        "leaky_relu": lambda v: v if v > 0 else alpha * v,
        "elu": lambda v: v if v > 0 else alpha * (math.exp(v) - 1),
        "softplus": lambda v: math.log(1 + math.exp(v)),
        "swish": lambda v: v * (1 + math.tanh(beta * v / 2)) / 2,
        "selu": lambda v: scale * (v if v > 0 else alpha * (math.exp(v) - 1)),
        "softsign": lambda v: v / (1 - v) if v < 0 else v / (1 + v),
        "gelu": lambda v: v * (1 + math.erf(v / math.sqrt(2))) / 2,
        "gelu_tanh": lambda v: v / (1 + math.exp(-2 * GELU_TANH * (v + 0.044715 * v**3))),
        "mish": lambda v: v * (1 - 2 / ((1 + math.exp(v)) ** 2 + 1)),
        "relu6": lambda v: min(max(v, 0.0), 6.0),
        "hard_sigmoid": lambda v: min(max((v + width) / (2 * width), 0.0), 1.0),
        "hard_swish": lambda v: v * min(max(v + 3, 0.0), 6.0) / 6,
        "step": lambda v: 1.0 if v >= 0 else 0.0,
        "sign": lambda v: float((v > 0) - (v < 0)),
    }
    return [functions[layer.activation](value) for value in z]


def slopes(layer: Layer, z: Row) -> Rows:
    """`slopes[j][k]`: the derivative of output j by the value in front of unit k."""
    count = len(z)
    if layer.activation == "softmax":
        a = activated(layer, z)
        return [[a[j] * ((j == k) - a[k]) for k in range(count)] for j in range(count)]
    if layer.activation == "log_softmax":
        p = softmax(z)
        return [[(j == k) - p[k] for k in range(count)] for j in range(count)]
    given = dict(layer.parameters)
    alpha = given.get("alpha", USUAL_ALPHA.get(layer.activation, 1.0))
    beta, scale = given.get("beta", 1.0), given.get("scale", 1.0507009873554805)
    width = given.get("width", 3.0)

    def on(v: float) -> bool:
        return v > 0 or (v == 0 and layer.slope_at_zero == 1)

    def swish(v: float) -> float:
        s = 1 / (1 + math.exp(-beta * v))
        return s + v * beta * s * (1 - s)

    def gelu_tanh(v: float) -> float:
        s = 1 / (1 + math.exp(-2 * GELU_TANH * (v + 0.044715 * v**3)))
        return s + v * s * (1 - s) * 2 * GELU_TANH * (1 + 3 * 0.044715 * v**2)

    def mish(v: float) -> float:
        e = math.exp(v)
        omega = 4 * (v + 1) + 4 * e**2 + e**3 + e * (4 * v + 6)
        return e * omega / (2 * e + e**2 + 2) ** 2

    functions: dict[str, Callable[[float], float]] = {
        "selu": lambda v: scale * (1.0 if on(v) else alpha * math.exp(v)),
        "softsign": lambda v: (1 / (1 + abs(v))) ** 2,
        "gelu": lambda v: (
            (1 + math.erf(v / math.sqrt(2))) / 2 + v * math.exp(-v * v / 2) / math.sqrt(2 * math.pi)
        ),
        "gelu_tanh": gelu_tanh,
        "mish": mish,
        "relu6": lambda v: 1.0 if on(v) and v < 6 else 0.0,
        "hard_sigmoid": lambda v: 1 / (2 * width) if -width < v < width else 0.0,
        "hard_swish": lambda v: 0.0 if v <= -3 else 1.0 if v >= 3 else (2 * v + 3) / 6,
        "identity": lambda _: 1.0,
        "sigmoid": lambda v: math.exp(-v) / (1 + math.exp(-v)) ** 2,
        "tanh": lambda v: 1 / math.cosh(v) ** 2,
        "relu": lambda v: 1.0 if on(v) else 0.0,
        "leaky_relu": lambda v: 1.0 if on(v) else alpha,
        "elu": lambda v: 1.0 if on(v) else alpha * math.exp(v),
        "softplus": lambda v: math.exp(v) / (1 + math.exp(v)),
        "swish": swish,
    }
    slope = functions[layer.activation]
    return [[slope(z[k]) if j == k else 0.0 for k in range(count)] for j in range(count)]


def forward(network: Network, weights: Weights, x: Row) -> Passed:
    passed = Passed([x], [x])
    for layer, matrix, bias in zip(network.layers, weights.matrices, weights.biases, strict=True):
        sums = weighted(passed.after[-1], matrix)
        z = [value + bias_at(layer, bias, k) for k, value in enumerate(sums)]
        passed.before.append(z)
        passed.after.append(activated(layer, z))
    return passed


def usual(name: str) -> float:
    """The parameter that a loss has where none is given."""
    return 2.0 if "focal" in name else 1.0


def output_loss(name: str, a: float, y: float, given: float | None = None) -> float:
    delta = usual(name) if given is None else given
    if name == "half_squared_error":
        return (a - y) ** 2 / 2
    if name in ("squared_error", "mean_squared_error"):
        return (a - y) ** 2
    if name == "mean_absolute_error":
        return abs(a - y)
    if name == "huber":
        error = abs(a - y)
        return error**2 / 2 if error <= delta else delta * (error - delta / 2)
    if name == "cross_entropy":
        return -y * math.log(a) if y else 0.0
    if name == "log_cosh":
        return abs(a - y) + math.log((1 + math.exp(-2 * abs(a - y))) / 2)
    if name in ("hinge", "squared_hinge"):
        return max(0.0, 1 - y * a) ** (1 if name == "hinge" else 2)
    if name == "multi_class_margin":
        # The output of the right class and the margin are one number here.
        return (1 - y) * max(0.0, a)
    if name == "kl_divergence":
        return y * (math.log(y) - math.log(a)) if y else 0.0
    if name == "negative_log_likelihood":
        return -y * a
    if name in ("focal", "binary_focal"):
        right = -y * (1 - a) ** delta * math.log(a) if y else 0.0
        other = -(1 - y) * a**delta * math.log(1 - a) if y != 1 else 0.0
        return right + (other if name == "binary_focal" else 0.0)
    assert name == "binary_cross_entropy", f"{name} is new: write it out in tests/solve/by_loops.py"
    return -(y * math.log(a) if y else 0.0) - ((1 - y) * math.log(1 - a) if y != 1 else 0.0)


def focal_slope(a: float, y: float, gamma: float) -> float:
    """The derivative of -y·(1 - a)^gamma·ln a."""
    return float(y * (1 - a) ** gamma * (gamma * math.log(a) / (1 - a) - 1 / a))


LATER_SLOPES: dict[str, Callable[[float, float, float], float]] = {
    "log_cosh": lambda a, y, _: math.tanh(a - y),
    "hinge": lambda a, y, _: -y if y * a < 1 else 0.0,
    "squared_hinge": lambda a, y, _: -2 * y * (1 - y * a) if y * a < 1 else 0.0,
    "multi_class_margin": lambda a, y, _: 1 - y if a > 0 else 0.0,
    "kl_divergence": lambda a, y, _: -y / a,
    "negative_log_likelihood": lambda _, y, __: -y,
    "focal": focal_slope,
    "binary_focal": lambda a, y, gamma: focal_slope(a, y, gamma) - focal_slope(1 - a, 1 - y, gamma),
}


def output_slope(name: str, a: float, y: float, given: float | None = None) -> float:
    delta = usual(name) if given is None else given
    if name == "half_squared_error":
        return a - y
    if name in ("squared_error", "mean_squared_error"):
        return 2 * (a - y)
    if name == "mean_absolute_error":
        return math.copysign(1, a - y) if a != y else 0.0
    if name == "huber":
        return a - y if abs(a - y) <= delta else math.copysign(delta, a - y)
    if name == "cross_entropy":
        return -y / a
    if name in LATER_SLOPES:
        return LATER_SLOPES[name](a, y, delta)
    assert name == "binary_cross_entropy", (
        f"write out the slope of {name} in tests/solve/by_loops.py"
    )
    return (1 - y) / (1 - a) - y / a


def share(loss: Loss, outputs: int, count: int) -> float:
    """What each output's loss of each sample counts in the whole."""
    mean = loss.name in ("mean_squared_error", "mean_absolute_error")
    averaged = mean if loss.outputs == "default" else loss.outputs == "mean"
    parts = outputs if averaged else 1
    return 1 / (parts * (count if loss.samples == "mean" else 1))


def total_loss(network: Network, weights: Weights, rows: list[int]) -> float:
    loss = network.loss
    assert loss is not None
    assert isinstance(network.samples, tuple)
    assert isinstance(network.targets, tuple)
    total = 0.0
    for row in rows:
        outputs = forward(network, weights, list(network.samples[row])).after[-1]
        for a, y in zip(outputs, network.targets[row], strict=True):
            total += share(loss, len(outputs), len(rows)) * output_loss(loss.name, a, y)
    squares = sum(w * w for matrix in weights.matrices for line in matrix for w in line)
    return total + decay_of(loss) / 2 * squares


def factor_of(problem: Problem) -> float:
    """What is reported is this many times the derivative of the loss."""
    assert problem.network is not None
    loss = problem.network.loss
    assert loss is not None
    doubled = loss.name in ("squared_error", "mean_squared_error")
    dropped = 0.5 if loss.drop_factor and doubled else 1.0
    return dropped * (-1 if problem.conventions.delta == "descent" else 1)


@dataclass
class Update:
    """One update: everything that is met, by canonical identifier, and the weights after it."""

    values: Values
    weights: Weights


def one_update(problem: Problem, weights: Weights, rows: list[int], rate: float) -> Update:
    """Forward, backward and gradient descent, sample by sample and weight by weight."""
    network = problem.network
    assert network is not None
    assert network.loss is not None
    assert isinstance(network.samples, tuple)
    assert isinstance(network.targets, tuple)
    depth = len(network.layers)
    seen: Values = {"L": total_loss(network, weights, rows)}
    passes = [forward(network, weights, list(network.samples[row])) for row in rows]
    sign = factor_of(problem)
    part = share(network.loss, network.layers[-1].units, len(rows))
    downhill = -abs(rate) if sign > 0 else abs(rate)
    deltas: list[Rows] = [[[] for _ in range(depth + 1)] for _ in rows]
    new = deepcopy(weights)
    for place, row in enumerate(rows):
        at = f"@{place + 1}" if len(rows) > 1 else ""
        for number, (z, a) in enumerate(
            zip(passes[place].before, passes[place].after, strict=True), 1
        ):
            if number > 1:
                seen |= {f"Z[{number},{k}]{at}": v for k, v in enumerate(z, 1)}
            seen |= {f"A[{number},{k}]{at}": v for k, v in enumerate(a, 1)}
        outputs = zip(passes[place].after[-1], network.targets[row], strict=True)
        for k, (output, y) in enumerate(outputs, 1):
            seen[f"E[{k}]{at}"] = output_loss(network.loss.name, output, y)
            seen[f"Y[{k}]{at}"] = y
    # From the last layer to the first, with what the order of updates says.
    for number in range(depth, -1, -1):
        for place, row in enumerate(rows):
            at = f"@{place + 1}" if len(rows) > 1 else ""
            one = passes[place]
            if number == depth:
                pairs = zip(one.after[-1], network.targets[row], strict=True)
                back = [sign * part * output_slope(network.loss.name, a, y) for a, y in pairs]
            else:
                # The derivatives by the inputs are no deltas: nothing is learnt from them.
                late = problem.conventions.update_order == "sequential" and number > 0
                used = new if late else weights
                matrix = used.matrices[number]
                back = [
                    sum(d * matrix[j][k] for k, d in enumerate(deltas[place][number + 1]))
                    for j in range(len(matrix))
                ]
            seen |= {f"dA[{number + 1},{k}]{at}": v for k, v in enumerate(back, 1)}
            if number:
                bent = slopes(network.layers[number - 1], one.before[number])
                delta = [
                    sum(back[j] * bent[j][k] for j in range(len(back))) for k in range(len(back))
                ]
                deltas[place][number] = delta
                seen |= {f"dZ[{number + 1},{k}]{at}": v for k, v in enumerate(delta, 1)}
        if number:
            _learn(problem, number, passes, deltas, weights, new, downhill, seen)
    return Update(seen, new)


def _learn(
    problem: Problem,
    number: int,
    passes: list[Passed],
    deltas: list[Rows],
    weights: Weights,
    new: Weights,
    downhill: float,
    seen: Values,
) -> None:
    """Gradients and steps of the weights and the bias that enter layer `number` + 1."""
    network = problem.network
    assert network is not None
    assert network.loss is not None
    layer = network.layers[number - 1]
    decay = decay_of(network.loss) * factor_of(problem)
    matrix, bias = weights.matrices[number - 1], weights.biases[number - 1]
    for j, line in enumerate(matrix):
        for k, w in enumerate(line):
            gradient = decay * w + sum(
                one.after[number - 1][j] * delta[number][k]
                for one, delta in zip(passes, deltas, strict=True)
            )
            if not layer.frozen:
                name = f"W[{number},{j + 1},{k + 1}]"
                seen |= {f"d{name}": gradient, f"step{name}": downhill * gradient}
                new.matrices[number - 1][j][k] = w + downhill * gradient
                seen[name.replace("W", "W'")] = w + downhill * gradient
    if bias is None or layer.frozen or layer.bias.frozen:
        return
    changed = new.biases[number - 1]
    assert changed is not None
    for place in range(len(bias)):
        units = range(layer.units) if layer.bias.shared else [place]
        gradient = sign_of(layer) * sum(delta[number][k] for delta in deltas for k in units)
        changed[place] = bias[place] + downhill * gradient
        name = f"B[{number + 1},{place + 1}]"
        seen |= {f"d{name}": gradient, f"step{name}": downhill * gradient}
        seen[name.replace("B", "B'")] = changed[place]


def slope_by_difference(
    problem: Problem, weights: Weights, rows: list[int], change: Callable[[Weights, float], None]
) -> float:
    """The central difference of the loss by whatever `change` moves."""
    assert problem.network is not None
    ends = []
    for side in (1e-5, -1e-5):
        moved = deepcopy(weights)
        change(moved, side)
        ends.append(total_loss(problem.network, moved, rows))
    return factor_of(problem) * (ends[0] - ends[1]) / 2e-5


def decay_of(loss: Loss) -> float:
    """The factor of half the squared weights."""
    return loss.penalty[1] if loss.penalty is not None else 0.0

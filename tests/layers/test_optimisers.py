"""Optimisers over several updates: against scalar loops, and training against solving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import cos, sin, sqrt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.catalogue.optimisers import OPTIMISERS, Optimiser
from bp_tutor.problem.model import Graph, Network, Problem
from bp_tutor.solve import Trace, solve
from bp_tutor.solve.check import check
from bp_tutor.solve.program import program_of
from bp_tutor.solve.solver import run_of
from bp_tutor.solve.training import train
from tests.layers.cases import Draw, dense, network_of, problem_of, with_arrays
from tests.layers.test_images import pooling
from tests.layers.test_sequences import cell

Rates = tuple[float, ...]


def descent(rates: Iterator[float], _: dict[str, float]) -> Callable[[float, float], float]:
    return lambda w, g: w - next(rates) * g


def momentum(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    v = 0.0

    def step(w: float, g: float) -> float:
        nonlocal v
        v = given["mu"] * v - next(rates) * g
        return w + v

    return step


def momentum_of_gradients(
    rates: Iterator[float], given: dict[str, float]
) -> Callable[[float, float], float]:
    v = 0.0

    def step(w: float, g: float) -> float:
        nonlocal v
        v = given["mu"] * v + g
        return w - next(rates) * v

    return step


def nesterov(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    v = 0.0

    def step(w: float, g: float) -> float:
        nonlocal v
        rate = next(rates)
        v = given["mu"] * v - rate * g
        return w + given["mu"] * v - rate * g

    return step


def rmsprop(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    s = 0.0

    def step(w: float, g: float) -> float:
        nonlocal s
        s = given["rho"] * s + (1 - given["rho"]) * g * g
        return w - next(rates) * g / root(s, given)

    return step


def adam(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    m = s = 0.0
    t = 0
    b1, b2 = given["beta1"], given["beta2"]

    def step(w: float, g: float) -> float:
        nonlocal m, s, t
        t += 1
        m = b1 * m + (1 - b1) * g
        s = b2 * s + (1 - b2) * g * g
        return w - next(rates) * (m / (1 - b1**t)) / root(s / (1 - b2**t), given)

    return step


def adagrad(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    gradients: list[float] = []

    def step(w: float, g: float) -> float:
        gradients.append(g)
        return w - next(rates) * g / (sqrt(sum(each**2 for each in gradients)) + given["epsilon"])

    return step


def adadelta(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    s = r = 0.0
    rho, epsilon = given["rho"], given["epsilon"]

    def step(w: float, g: float) -> float:
        nonlocal s, r
        s = rho * s + (1 - rho) * g * g
        change = -sqrt((r + epsilon) / (s + epsilon)) * g
        r = rho * r + (1 - rho) * change * change
        return w + next(rates) * change

    return step


def rmsprop_momentum(
    rates: Iterator[float], given: dict[str, float]
) -> Callable[[float, float], float]:
    s = v = 0.0

    def step(w: float, g: float) -> float:
        nonlocal s, v
        s = given["rho"] * s + (1 - given["rho"]) * g * g
        v = given["mu"] * v + g / root(s, given)
        return w - next(rates) * v

    return step


def adamw(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    kept: list[float] = []
    inner = adam(iter(lambda: kept[-1], None), given)

    def step(w: float, g: float) -> float:
        kept.append(next(rates))
        return inner(w, g) - kept[-1] * given["decay"] * w

    return step


def amsgrad(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    m = s = 0.0
    t = 0
    largest = [0.0]
    b1, b2 = given["beta1"], given["beta2"]

    def step(w: float, g: float) -> float:
        nonlocal m, s, t
        t += 1
        m = b1 * m + (1 - b1) * g
        s = b2 * s + (1 - b2) * g * g
        largest.append(s)
        return w - next(rates) * (m / (1 - b1**t)) / root(max(largest) / (1 - b2**t), given)

    return step


def adamax(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    m = u = 0.0
    t = 0
    b1, b2 = given["beta1"], given["beta2"]

    def step(w: float, g: float) -> float:
        nonlocal m, u, t
        t += 1
        m = b1 * m + (1 - b1) * g
        u = max(b2 * u, abs(g) + given["epsilon"])
        return w - next(rates) / (1 - b1**t) * m / u

    return step


def nadam(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    m = s = 0.0
    t = 0
    b1, b2 = given["beta1"], given["beta2"]

    def step(w: float, g: float) -> float:
        nonlocal m, s, t
        t += 1
        m = b1 * m + (1 - b1) * g
        s = b2 * s + (1 - b2) * g * g
        corrected = m / (1 - float(b1 ** (t + given.get("ahead", 0))))
        ahead = b1 * corrected + (1 - b1) * g / (1 - b1**t)
        return w - next(rates) * ahead / root(s / (1 - b2**t), given)

    return step


def lion(rates: Iterator[float], given: dict[str, float]) -> Callable[[float, float], float]:
    m = 0.0

    def step(w: float, g: float) -> float:
        nonlocal m
        c = given["beta1"] * m + (1 - given["beta1"]) * g
        m = given["beta2"] * m + (1 - given["beta2"]) * g
        sign = 0.0 if abs(c) < 1e-15 else 1.0 if c > 0 else -1.0
        return w - next(rates) * (sign + given["decay"] * w)

    return step


def root(s: float, given: dict[str, float]) -> float:
    if given.get("epsilon_inside"):
        return sqrt(s + given["epsilon"])
    return sqrt(s) + given["epsilon"]


Stepper = Callable[[Iterator[float], dict[str, float]], Callable[[float, float], float]]
BY_HAND: dict[str, tuple[Optimiser, Stepper, dict[str, float]]] = {
    "descent": (Optimiser(), descent, {}),
    "momentum": (Optimiser("momentum", (("mu", 0.8),)), momentum, {"mu": 0.8}),
    "momentum, usual": (Optimiser("momentum"), momentum, {"mu": 0.9}),
    "momentum by steps": (
        Optimiser("momentum", (("mu", 0.5), ("form", "step"))), momentum, {"mu": 0.5},
    ),
    "momentum of gradients": (
        Optimiser("momentum", (("mu", 0.8), ("form", "gradient"))),
        momentum_of_gradients,
        {"mu": 0.8},
    ),
    "nesterov": (Optimiser("nesterov", (("mu", 0.7),)), nesterov, {"mu": 0.7}),
    "rmsprop": (Optimiser("rmsprop"), rmsprop, {"rho": 0.9, "epsilon": 1e-8}),
    "rmsprop, epsilon inside": (
        Optimiser("rmsprop", (("rho", 0.5), ("epsilon", 0.1), ("epsilon_inside", 1))),
        rmsprop,
        {"rho": 0.5, "epsilon": 0.1, "epsilon_inside": 1},
    ),
    "rmsprop, epsilon outside": (
        Optimiser("rmsprop", (("rho", 0.5), ("epsilon", 0.1), ("epsilon_inside", 0))),
        rmsprop,
        {"rho": 0.5, "epsilon": 0.1},
    ),
    "adam": (Optimiser("adam"), adam, {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
    "adam, epsilon inside": (
        Optimiser(
            "adam", (("beta1", 0.8), ("beta2", 0.9), ("epsilon", 0.1), ("epsilon_inside", 1))
        ),
        adam,
        {"beta1": 0.8, "beta2": 0.9, "epsilon": 0.1, "epsilon_inside": 1},
    ),
    "adam, epsilon outside": (
        Optimiser("adam", (("beta1", 0.8), ("beta2", 0.9), ("epsilon", 0.1))),
        adam,
        {"beta1": 0.8, "beta2": 0.9, "epsilon": 0.1},
    ),
    "adagrad": (Optimiser("adagrad"), adagrad, {"epsilon": 1e-8}),
    "adadelta": (
        Optimiser("adadelta", (("rho", 0.8), ("epsilon", 0.01))),
        adadelta,
        {"rho": 0.8, "epsilon": 0.01},
    ),
    "rmsprop with momentum": (
        Optimiser("rmsprop_momentum", (("mu", 0.5), ("epsilon", 0.1))),
        rmsprop_momentum,
        {"rho": 0.9, "mu": 0.5, "epsilon": 0.1},
    ),
    "adamw": (
        Optimiser("adamw", (("decay", 0.2),)),
        adamw,
        {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "decay": 0.2},
    ),
    "amsgrad": (
        Optimiser("amsgrad", (("beta2", 0.5), ("epsilon", 0.01))),
        amsgrad,
        {"beta1": 0.9, "beta2": 0.5, "epsilon": 0.01},
    ),
    "adamax": (Optimiser("adamax"), adamax, {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
    "nadam": (
        Optimiser("nadam", (("beta1", 0.7), ("epsilon", 0.1))),
        nadam,
        {"beta1": 0.7, "beta2": 0.999, "epsilon": 0.1},
    ),
    "nadam, corrected ahead": (
        Optimiser("nadam", (("beta1", 0.7), ("epsilon", 0.1), ("correction", "next"))),
        nadam,
        {"beta1": 0.7, "beta2": 0.999, "epsilon": 0.1, "ahead": 1},
    ),
    "lion": (
        Optimiser("lion", (("decay", 0.1),)), lion, {"beta1": 0.9, "beta2": 0.99, "decay": 0.1},
    ),
}  # fmt: skip

every_optimiser = pytest.mark.parametrize("name", BY_HAND)
rates = st.lists(st.sampled_from([0.01, 0.05, 0.1, 0.2]), min_size=1, max_size=4).map(tuple)


def schedule(given: Rates) -> Iterator[float]:
    """Each update's rate; the last one stays."""
    yield from given
    while True:
        yield given[-1]


def rate_of(given: Rates) -> float | Rates:
    return given[0] if len(given) == 1 else given


@every_optimiser
@settings(max_examples=8, deadline=None)
@given(given_rates=rates, start=st.tuples(*[st.integers(-30, 30).map(lambda n: n / 10)] * 2))
def test_on_a_plain_function(name: str, given_rates: Rates, start: tuple[float, float]) -> None:
    """f(u, w) = u² + u·w + w² + sin(w), six updates, each number by hand."""
    optimiser, stepper, settings_of = BY_HAND[name]
    graph = Graph(
        (("f", "u**2 + u*w + w**2 + sin(w)"),),
        values=(("u", start[0]), ("w", start[1])),
        differentiate="f",
        with_respect_to=("u", "w"),
        learning_rate=rate_of(given_rates),
        optimiser=optimiser,
    )
    problem = Problem(Path("case.yaml"), graph=graph)
    steps = [stepper(schedule(given_rates), settings_of) for _ in "uw"]
    u, w = start
    for run in solve(problem, 6).runs:
        assert run.step("f").value == pytest.approx(
            (u**2 + u * w + w**2 + sin(w),), rel=1e-9, abs=1e-9
        )
        u, w = steps[0](u, 2 * u + w), steps[1](w, u + 2 * w + cos(w))
        assert run.step("u'").value == pytest.approx((u,), rel=1e-9, abs=1e-9)
        assert run.step("w'").value == pytest.approx((w,), rel=1e-9, abs=1e-9)


@st.composite
def small_networks(draw: st.DrawFn) -> Network:
    """A dense, a convolutional or a recurrent network with one or more batches."""
    numbers = Draw(draw(st.integers(0, 10**6)))
    samples = draw(st.integers(1, 3))
    kind = draw(st.sampled_from(["dense", "image", "sequence"]))
    if kind == "dense":
        layers = [dense(numbers, 2, "sigmoid"), dense(numbers, 1, "sigmoid")]
        network = network_of(numbers, layers, "vector", (2,), samples=samples)
    elif kind == "image":
        window = (("rows", 2), ("columns", 2), ("down", 1), ("across", 1))
        sides = (("top", 0), ("bottom", 1), ("left", 0), ("right", 0))
        slid = Layer(2, "tanh", kind="convolution", settings=(*window, *sides))
        layers = [
            with_arrays(slid, numbers, "WB"),
            pooling("global"),
            dense(numbers, 1),
        ]
        network = network_of(numbers, layers, "image", (1, 2, 3), samples=samples)
    else:
        layers = [cell(numbers, "recurrent", 2, "last", starts="H"), dense(numbers, 1)]
        network = network_of(numbers, layers, "sequence", (3, 1), samples=samples)
    decay = draw(st.sampled_from([None, ("weight_decay", 0.1)]))
    return network._replace(
        ask_inputs=False,
        loss=Loss("half_squared_error", penalty=decay),
        batch=draw(st.sampled_from([None, 1, 2])),
        learning_rate=rate_of(draw(rates)),
    )


def assert_steps(trace: Trace, stepper: Stepper, given: dict[str, float], rates: Rates) -> None:
    """Every trained number goes from update to update as the scalar loop says."""
    model = trace.runs[0].program.model
    for quantity in model.trained:
        for place in range(quantity.size):
            step = stepper(schedule(rates), given)
            w = trace.runs[0].values[quantity][place]
            for run in trace.runs:
                assert run.values[quantity][place] == pytest.approx(w, rel=1e-9, abs=1e-12)
                w = step(w, run.values[quantity.as_kind("d")][place])
                assert run.values[quantity.as_kind("'")][place] == pytest.approx(w, rel=1e-9)
            assert trace.after is not None
            assert trace.after.values[quantity][place] == pytest.approx(w, rel=1e-9)


@every_optimiser
@settings(max_examples=6, deadline=None)
@given(network=small_networks())
def test_on_a_network(name: str, network: Network) -> None:
    optimiser, stepper, settings_of = BY_HAND[name]
    network = network._replace(optimiser=optimiser)
    given_rates = network.learning_rate
    assert given_rates is not None
    listed = given_rates if isinstance(given_rates, tuple) else (given_rates,)
    assert_steps(solve(problem_of(network), 5), stepper, settings_of, listed)


@every_optimiser
@settings(max_examples=8, deadline=None)
@given(network=small_networks(), updates=st.integers(1, 7), between=st.integers(0, 7))
def test_training_is_solving_again_and_again(
    name: str, network: Network, updates: int, between: int
) -> None:
    """With states and the count of updates, over batches and schedules, in any stretches."""
    problem = problem_of(network._replace(optimiser=BY_HAND[name][0]))
    trace = solve(problem, updates)
    points = tuple(sorted({0, min(between, updates), updates}))
    training = train(problem, updates, points)
    assert trace.after is not None
    model = trace.runs[0].program.model
    for quantity in model.trained:
        assert training.last.values[quantity] == pytest.approx(
            trace.after.values[quantity], rel=1e-9, abs=1e-12
        )
    assert tuple(point.updates for point in training.points) == points
    assert model.loss is not None
    assert training.points[-1].loss == pytest.approx(trace.after.values[model.loss][0], rel=1e-9)


@pytest.mark.parametrize("frozen", [True, False])
def test_states_belong_to_what_is_trained(frozen: bool) -> None:
    numbers = Draw(4)
    layers = [dense(numbers, 2, "tanh")._replace(frozen=frozen), dense(numbers, 1)]
    network = network_of(numbers, layers, "vector", (2,))
    network = network._replace(optimiser=Optimiser("momentum"), ask_inputs=False)
    run = solve(problem_of(network), 2).runs[1]
    kept = {quantity.name for quantity in run.values if quantity.kind == "v"}
    assert kept == ({"vW[2]", "vB[3]"} | (set() if frozen else {"vW[1]", "vB[2]"}))


@pytest.mark.parametrize("name", ["descent", "momentum of gradients", "adam"])
def test_downhill_deltas_are_turned_before_an_optimiser_sees_them(name: str) -> None:
    """Deltas may be told with their sign turned; the weights go the same way."""
    from bp_tutor.problem.model import Conventions

    numbers = Draw(8)
    network = network_of(numbers, [dense(numbers, 2, "sigmoid")], "vector", (3,), samples=2)
    problem = problem_of(network._replace(optimiser=BY_HAND[name][0], ask_inputs=False))
    turned = problem._replace(conventions=Conventions(delta="descent"))
    ends = [solve(each, 4).after for each in (problem, turned)]
    assert ends[0] is not None
    assert ends[1] is not None
    for quantity in ends[0].program.model.trained:
        assert ends[0].values[quantity] == pytest.approx(ends[1].values[quantity], rel=1e-12)


def test_the_states_that_a_file_must_not_name_are_those_of_the_formulas() -> None:
    """A graph's own names are kept apart from what an optimiser calls its numbers."""
    beside = {
        "gradient_descent": (), "momentum": ("v",), "nesterov": ("v",), "rmsprop": ("s",),
        "nesterov look_ahead": ("v", "p"),
        "adam": ("m", "s", "mhat", "shat"), "adagrad": ("s",), "adadelta": ("s", "r", "u"),
        "rmsprop_momentum": ("s", "v"), "adamw": ("m", "s", "mhat", "shat"),
        "amsgrad": ("m", "s", "q", "mhat", "qhat"), "adamax": ("m", "u", "mhat"),
        "nadam": ("m", "s", "mhat", "shat"), "lion": ("m", "u"),
    }  # fmt: skip
    worked_out = {("adadelta", "u"), ("lion", "u")}
    counting = ("adam", "adamw", "amsgrad", "adamax", "nadam")
    for name, kind in OPTIMISERS.items():
        assert name in beside, f"{name} is new: say here what it keeps beside each weight"
        for form in kind.forms:
            kept = beside[f"{name} look_ahead" if form.ahead else name]
            assert form.beside == kept, name
            assert form.states == tuple(
                each
                for each in kept
                if "hat" not in each and each != "p" and (name, each) not in worked_out
            )
            assert form.counts == (name in counting)


@pytest.mark.parametrize(
    ("names", "optimiser"),
    [(("w", "vw"), "momentum"), (("w", "sw"), "rmsprop"), (("w", "mhatw"), "adam"),
     (("w", "dw"), "gradient_descent")],
)  # fmt: skip
def test_names_that_would_mean_two_things(
    names: tuple[str, str], optimiser: str, tmp_path: Path
) -> None:
    from bp_tutor.problem import ProblemError, load_problem

    w, other = names
    path = tmp_path / "names.yaml"
    path.write_text(
        f"graph:\n  values: {{{w}: 2, {other}: 3}}\n  formulas: {{f: {w}*{other}}}\n"
        f"  differentiate: f\n  with_respect_to: [{w}]\n  learning_rate: 0.1\n"
        f"  optimiser: {optimiser}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProblemError, match="derived_name"):
        load_problem(path)


def test_a_schedule_may_come_back_to_its_first_rate() -> None:
    numbers = Draw(6)
    network = network_of(numbers, [dense(numbers, 1)], "vector", (2,))
    network = network._replace(ask_inputs=False, learning_rate=(0.2, 0.01, 0.2))
    problem = problem_of(network)
    after = solve(problem, 3).after
    assert after is not None
    last = train(problem, 3, (3,)).last
    for quantity in after.program.model.trained:
        assert last.values[quantity] == pytest.approx(after.values[quantity], rel=1e-12)


def test_nesterov_looks_ahead_on_a_parabola() -> None:
    """v = 0.9·v - 0.1·2(w + 0.9·v), w = w + v, from w = 1: 0.8, then 0.496."""
    graph = Graph(
        (("f", "w**2"),),
        values=(("w", 1.0),),
        differentiate="f",
        with_respect_to=("w",),
        learning_rate=0.1,
        optimiser=Optimiser("nesterov", (("mu", 0.9), ("form", "look_ahead"))),
    )
    trace = solve(Problem(Path("case.yaml"), graph=graph), 2)
    assert [run.step("w'").value for run in trace.runs] == [
        pytest.approx((0.8,)), pytest.approx((0.496,)),
    ]  # fmt: skip
    assert trace.runs[1].step("pw").value == pytest.approx((0.62,))
    assert trace.after is not None
    # The loss after the updates is that of the weights, not that of a point ahead.
    assert trace.after.step("f").value == pytest.approx((0.496**2,))


@settings(max_examples=6, deadline=None)
@given(network=small_networks(), mu=st.sampled_from([0.5, 0.9]))
def test_nesterov_looks_ahead_in_a_network(network: Network, mu: float) -> None:
    """Each gradient is that of the same network with the weights of the point ahead."""
    ahead = Optimiser("nesterov", (("mu", mu), ("form", "look_ahead")))
    problem = problem_of(network._replace(optimiser=ahead, learning_rate=0.1))
    plain = problem_of(network._replace(learning_rate=0.1))
    trace = solve(problem, 4)
    for run in trace.runs:
        found = check(run)
        assert found is not None
        assert found.failed == ()
        trained = run.program.model.trained
        points = {quantity: run.values[quantity.as_kind("p")] for quantity in trained}
        there = run_of(program_of(plain, run.rows), plain, 1, run.rows, points, None)
        for quantity in trained:
            gradient = run.values[quantity.as_kind("d")]
            assert gradient == pytest.approx(there.values[quantity.as_kind("d")], abs=1e-12)
            for w, v, p, g, new in zip(
                run.values[quantity], run.values[quantity.as_kind("v")], points[quantity],
                gradient, run.values[quantity.as_kind("'")], strict=True,
            ):  # fmt: skip
                assert p == pytest.approx(w + mu * v, abs=1e-12)
                assert new == pytest.approx(w + mu * v - 0.1 * g, abs=1e-12)
    last = train(problem, 4, (4,)).last
    assert trace.after is not None
    for quantity in trace.after.program.model.trained:
        assert last.values[quantity] == pytest.approx(trace.after.values[quantity], abs=1e-9)

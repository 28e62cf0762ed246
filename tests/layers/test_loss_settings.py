"""What a file says of a loss: margins between classes, label smoothing, penalties; and refusals."""

from __future__ import annotations

import json
from math import exp, log

import pytest

from bp_tutor.problem import Problem, ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import Run, solve
from bp_tutor.solve.check import check

X = (0.5, -1.0)
W = ((0.3, -0.2, 0.8), (0.4, 0.9, -0.1))
B = (0.1, -0.3, 0.2)
Z = tuple(sum(x * row[k] for x, row in zip(X, W, strict=True)) + B[k] for k in range(3))


def problem(loss: object, targets: object, activation: str = "identity") -> Problem:
    layer = {"units": 3, "activation": activation, "weights": W, "bias": B}
    network = {"inputs": 2, "weight_order": "from-to", "layers": [layer]}
    file = {"network": network, "inputs": X, "targets": targets, "loss": loss, "learning_rate": 0.1}
    return read_problem(json.dumps(file))


def solved(loss: object, targets: object, activation: str = "identity") -> Run:
    run = solve(problem(loss, targets, activation)).runs[0]
    found = check(run)
    assert found is not None
    assert (found.failed, found.skipped) == ((), ())
    assert found.checked == 9
    return run


def deltas(run: Run) -> tuple[float, ...]:
    value = run.step("dZ[2]").value
    assert value is not None
    return value


def softmax() -> list[float]:
    powers = [exp(z) for z in Z]
    return [power / sum(powers) for power in powers]


@pytest.mark.parametrize("share", [0.0, 0.15])
@pytest.mark.parametrize("targets", [(0, 1, 0), (0.2, 0.5, 0.3)])
def test_each_share_of_a_target_counts_by_its_class(
    share: float, targets: tuple[float, ...]
) -> None:
    weights = (0.5, 2.0, 3.0)
    loss = {
        "name": "cross_entropy", "class_weights": weights, "label_smoothing": share, "fused": False,
    }  # fmt: skip
    counts = [w * ((1 - share) * y + share / 3) for w, y in zip(weights, targets, strict=True)]
    run = solved(loss, targets, "softmax")
    p = softmax()
    expected = -sum(c * log(each) for c, each in zip(counts, p, strict=True))
    assert run.step("L").value == pytest.approx((expected,))
    right = [sum(counts) * each - c for c, each in zip(counts, p, strict=True)]
    assert deltas(run) == pytest.approx(right)


@pytest.mark.parametrize(("key", "of_squares"), [("l2", 0.03), ("weight_decay", 0.015)])
def test_two_penalties_are_told_as_the_one_that_they_make(key: str, of_squares: float) -> None:
    """0.02 times the absolute values and 0.03 times the squares, as by scikit-learn's names."""
    with pytest.raises(ProblemError) as told:
        problem({"name": "squared_error", "l1": 0.02, key: 0.03}, [0, 1, 0])
    (mistake,) = told.value.mistakes
    assert mistake.key == "problem.l1_and_l2"
    factor, share = (float(str(mistake.values[name])) for name in ("factor", "share"))
    loss = {"name": "squared_error", "elastic_net": factor, "l1_share": share}
    errors = sum((z - y) ** 2 for z, y in zip(Z, (0, 1, 0), strict=True))
    weights = [each for row in W for each in row]
    penalty = 0.02 * sum(map(abs, weights)) + of_squares * sum(each**2 for each in weights)
    assert solved(loss, [0, 1, 0]).step("L").value == pytest.approx((errors + penalty,), rel=1e-10)


@pytest.mark.parametrize("right", [0, 1, 2])
@pytest.mark.parametrize("margin", [0.4, 1.0, 1.7])
def test_a_margin_between_classes(right: int, margin: float) -> None:
    targets = [float(k == right) for k in range(3)]
    run = solved({"multi_class_margin": {"margin": margin}}, targets)
    missed = [max(0.0, margin - Z[right] + Z[k]) if k != right else 0.0 for k in range(3)]
    assert run.step("E").value == pytest.approx(missed)
    active = [1.0 if loss > 0 else 0.0 for loss in missed]
    active[right] = -sum(active)
    assert deltas(run) == pytest.approx(active)


@pytest.mark.parametrize("share", [0.1, 0.3])
@pytest.mark.parametrize("fused", [True, False])
def test_label_smoothing_of_cross_entropy(share: float, fused: bool) -> None:
    loss = {"name": "cross_entropy", "label_smoothing": share, "fused": fused}
    run = solved(loss, [0, 1, 0], "softmax")
    wanted = [share / 3, 1 - share + share / 3, share / 3]
    assert run.step("L").value == pytest.approx(
        (-sum(y * log(p) for y, p in zip(wanted, softmax(), strict=True)),)
    )
    assert deltas(run) == pytest.approx([p - y for y, p in zip(wanted, softmax(), strict=True)])


def test_the_likelihood_of_logarithms_is_cross_entropy() -> None:
    run = solved("negative_log_likelihood", [0, 1, 0], "log_softmax")
    assert run.step("L").value == pytest.approx((-log(softmax()[1]),))
    assert deltas(run) == pytest.approx([p - y for y, p in zip((0, 1, 0), softmax(), strict=True)])


def test_a_divergence_is_nothing_where_the_shares_are_the_targets() -> None:
    run = solved("kl_divergence", [0.2, 0.5, 0.3], "softmax")
    terms = [y * log(y / p) for y, p in zip((0.2, 0.5, 0.3), softmax(), strict=True)]
    assert run.step("L").value == pytest.approx((sum(terms),))
    run = solved("kl_divergence", [0, 1, 0], "softmax")
    assert run.step("L").value == pytest.approx((-log(softmax()[1]),))


@pytest.mark.parametrize("penalised", ["weights", "all"])
@pytest.mark.parametrize("kind", ["weight_decay", "l1", "l2", "elastic_net"])
def test_penalties(kind: str, penalised: str) -> None:
    loss: dict[str, object] = {"name": "half_squared_error", kind: 0.3, "penalised": penalised}
    loss |= {"l1_share": 0.7} if kind == "elastic_net" else {}
    counted = [w for row in W for w in row] + (list(B) if penalised == "all" else [])
    sizes, squares = sum(map(abs, counted)), sum(w * w for w in counted)
    costs = {
        "weight_decay": squares / 2,
        "l1": sizes,
        "l2": squares,
        "elastic_net": 0.7 * sizes + 0.3 * squares / 2,
    }
    run, plain = solved(loss, [1, 0, 0]), solved("half_squared_error", [1, 0, 0])
    added = run.values[run.program.model.loss][0] - plain.values[plain.program.model.loss][0]  # type: ignore[index]
    assert added == pytest.approx(0.3 * costs[kind])


@pytest.mark.parametrize(
    ("loss", "targets", "activation", "key"),
    [
        ("hinge", [1, 0, -1], "identity", "problem.targets_signs"),
        ("squared_hinge", [0.5, 1, 1], "identity", "problem.targets_signs"),
        ("multi_class_margin", [1, 1, 0], "identity", "problem.targets_one_class"),
        ("multi_class_margin", [0.5, 0.5, 0], "identity", "problem.targets_one_class"),
        ({"multi_class_margin": {"margin": 0}}, [1, 0, 0], "identity", "problem.found"),
        ({"huber": {"delta": 0}}, [1, 0, 0], "identity", "problem.found"),
        ({"focal": {"gamma": -1}}, [1, 0, 0], "softmax", "problem.found"),
        ("kl_divergence", [0.5, 0.2, 0.1], "softmax", "problem.targets_sum"),
        ("negative_log_likelihood", [0, 1, 0], "softmax", "problem.loss_needs_log_softmax"),
        ("negative_log_likelihood", [0, 1, 1], "log_softmax", "problem.targets_sum"),
        ("focal", [0, 1, 0], "sigmoid", "problem.loss_needs_softmax"),
        ({"name": "squared_error", "label_smoothing": 0.1}, [0, 1, 0], "identity",
         "problem.no_labels"),
        ({"name": "cross_entropy", "label_smoothing": 1}, [0, 1, 0], "softmax", "problem.found"),
        ({"name": "squared_error", "elastic_net": 1, "l1_share": 2}, [0, 1, 0], "identity",
         "problem.found"),
        ({"name": "squared_error", "l1": -1}, [0, 1, 0], "identity", "problem.found"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_once_and_where(
    loss: object, targets: object, activation: str, key: str
) -> None:
    with pytest.raises(ProblemError) as told:
        problem(loss, targets, activation)
    (mistake,) = told.value.mistakes
    assert mistake.key == key
    assert mistake.path.startswith("targets" if "targets" in key else "loss")
    assert mistake.mark is not None

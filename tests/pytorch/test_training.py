"""What surrounds a loss and an optimiser against PyTorch, in float64: weights of classes and of
samples, penalties, clipping and schedules, over three updates of one layer."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from bp_tutor.catalogue.clipping import CLIPPING
from bp_tutor.catalogue.regularisers import REGULARISERS
from bp_tutor.catalogue.schedules import SCHEDULES
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from tests.pytorch.needed import CLOSE, needs_torch
from tests.pytorch.test_losses import ANY, ONE_HOT, SIGNS, W, X

Torch = Any
Tensor = Any
BIAS = (0.1, -0.3, 0.2)
RATE = 0.1
UPDATES = 5
SAMPLES = (2.0, 0.5, 1.0)
CLASSES = (0.5, 2.0, 3.0)
LEFT_OUT = ((0, 1, 0), (-1, -1, -1), (0, 0, 1))
SOME_LEFT_OUT = ((0.25, -9, -1), (0, 1, -9), (-2, 0.125, 4))


class Case(NamedTuple):
    """Keys of a file, and the same in PyTorch over the sums `z`; what is not said is plain."""

    keys: dict[str, Any]
    loss: Callable[[Torch, Tensor, Tensor], Tensor]
    targets: tuple[tuple[float, ...], ...] = ANY
    activation: str = "identity"
    penalty: Callable[[Tensor, Tensor], Tensor] | None = None
    clip: Callable[[Torch, list[Tensor]], None] | None = None
    schedule: Callable[[Torch, Any], Any] | None = None


def half(torch: Torch, z: Tensor, y: Tensor) -> Tensor:
    return torch.nn.MSELoss(reduction="sum")(z, y) / 2 / len(X)


def by_classes(divided: str, **more: Any) -> Callable[[Torch, Tensor, Tensor], Tensor]:
    def loss(torch: Torch, z: Tensor, y: Tensor) -> Tensor:
        numbers = torch.where(y.min(dim=1).values < 0, -100, y.argmax(dim=1))
        weights = torch.tensor(CLASSES, dtype=torch.float64)
        module = torch.nn.CrossEntropyLoss(weight=weights, reduction=divided, **more)
        return module(z, numbers) / (len(X) if divided == "sum" else 1)

    return loss


def by_samples(torch: Torch, values: Tensor) -> Tensor:
    """The mean over the samples of losses that count by weights."""
    return (values * torch.tensor(SAMPLES, dtype=torch.float64)[:, None]).sum() / len(X)


def norm_of(torch: Torch, gradients: list[Tensor]) -> Tensor:
    return torch.linalg.vector_norm(torch.cat([each.flatten() for each in gradients]))


def clip_by_norm(limit: float) -> Callable[[Torch, list[Tensor]], None]:
    """PyTorch's own adds a millionth to the norm."""

    def clip(torch: Torch, parameters: list[Tensor]) -> None:
        norm = norm_of(torch, [each.grad for each in parameters])
        for one in parameters:
            one.grad *= limit / max(norm, limit)

    return clip


def clip_by_value(torch: Torch, parameters: list[Tensor]) -> None:
    torch.nn.utils.clip_grad_value_(parameters, 0.3)


LOSSES: dict[str, Case] = {
    "squared error": Case(
        {"loss": "squared_error"},
        lambda torch, z, y: torch.nn.MSELoss(reduction="sum")(z, y) / len(X),
    ),
    "classes": Case(
        {"loss": {"name": "cross_entropy", "class_weights": CLASSES}},
        by_classes("sum"), ONE_HOT, "softmax",
    ),
    "classes, divided by weights": Case(
        {"loss": {"name": "cross_entropy", "class_weights": CLASSES, "divide_by": "weights"}},
        by_classes("mean"), ONE_HOT, "softmax",
    ),
    "classes and a target left out": Case(
        {"loss": {
            "name": "cross_entropy", "class_weights": CLASSES, "divide_by": "weights",
            "ignored": -1,
        }},
        by_classes("mean"), LEFT_OUT, "softmax",
    ),
    "classes with label smoothing": Case(
        {"loss": {
            "name": "cross_entropy", "class_weights": CLASSES, "label_smoothing": 0.1,
            "fused": False,
        }},
        by_classes("sum", label_smoothing=0.1), ONE_HOT, "softmax",
    ),
    "outputs": Case(
        {"loss": {"name": "binary_cross_entropy", "class_weights": CLASSES}},
        lambda torch, z, y: torch.nn.BCEWithLogitsLoss(
            weight=torch.tensor(CLASSES, dtype=torch.float64), reduction="sum"
        )(z, y) / len(X),
        ONE_HOT, "sigmoid",
    ),
    "samples": Case(
        {"loss": {"name": "squared_error", "sample_weights": SAMPLES}},
        lambda torch, z, y: by_samples(torch, (z - y) ** 2),
    ),
    "samples of a margin": Case(
        {"loss": {"name": "hinge", "sample_weights": SAMPLES}},
        lambda torch, z, y: by_samples(torch, torch.relu(1 - y * z)), SIGNS,
    ),
    "targets left out": Case(
        {"loss": {"name": "mean_squared_error", "outputs": "mean", "ignored": -9}},
        lambda _, z, y: ((z - y) ** 2)[y != -9].mean(), SOME_LEFT_OUT,
    ),
}  # fmt: skip


def penalised(key: str, penalty: Callable[[Tensor, Tensor], Tensor], **more: Any) -> Case:
    keys = {"loss": {"name": "half_squared_error", key: 0.3, **more}}
    return Case(keys, half, penalty=penalty)


PENALTIES: dict[str, Case] = {
    "weight_decay": penalised("weight_decay", lambda w, _: 0.3 / 2 * (w**2).sum()),
    "l1": penalised("l1", lambda w, _: 0.3 * w.abs().sum()),
    "l2": penalised("l2", lambda w, _: 0.3 * (w**2).sum()),
    "l2 of all": penalised(
        "l2", lambda w, b: 0.3 * ((w**2).sum() + (b**2).sum()), penalised="all"
    ),
    "elastic_net": penalised(
        "elastic_net", lambda w, _: 0.3 * (0.2 * w.abs().sum() + 0.4 * (w**2).sum()),
        l1_share=0.2,
    ),
}  # fmt: skip


CLIPPED: dict[str, Case] = {
    "value": Case({"clipping": {"value": 0.3}}, half, clip=clip_by_value),
    "norm": Case({"clipping": {"norm": 0.9}}, half, clip=clip_by_norm(0.9)),
    "norm that is not reached": Case({"clipping": {"norm": 90}}, half, clip=clip_by_norm(90)),
}


def scheduled(name: str, module: str, ours: dict[str, Any], **theirs: Any) -> Case:
    return Case(
        {"schedule": {name: ours}}, half,
        schedule=lambda torch, optimiser: getattr(torch.optim.lr_scheduler, module)(
            optimiser, **theirs
        ),
    )  # fmt: skip


SCHEDULED: dict[str, Case] = {
    "step": scheduled("step", "StepLR", {"factor": 0.4, "every": 2}, step_size=2, gamma=0.4),
    "exponential": scheduled("exponential", "ExponentialLR", {"factor": 0.7}, gamma=0.7),
    "cosine": scheduled(
        "cosine", "CosineAnnealingLR", {"updates": 5, "end": 0.01}, T_max=5, eta_min=0.01
    ),
    "warm_up": scheduled(
        "warm_up", "LinearLR", {"updates": 4}, start_factor=1 / 4, total_iters=3
    ),
    "cosine behind warm-up": Case(
        {"schedule": {"cosine": {"updates": 3, "end": 0.01, "warm_up": 2}}}, half,
        schedule=lambda torch, optimiser: torch.optim.lr_scheduler.SequentialLR(
            optimiser,
            [
                torch.optim.lr_scheduler.LinearLR(optimiser, start_factor=1 / 2, total_iters=1),
                torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=3, eta_min=0.01),
            ],
            milestones=[2],
        ),
    ),
}  # fmt: skip

CASES = LOSSES | PENALTIES | CLIPPED | SCHEDULED


def test_every_penalty_clipping_and_schedule_is_compared() -> None:
    assert {name.partition(" ")[0] for name in PENALTIES} == REGULARISERS.keys()
    assert {name.partition(" ")[0] for name in CLIPPED} == CLIPPING.keys()
    assert {name.partition(" ")[0] for name in SCHEDULED} == SCHEDULES.keys()


@needs_torch
@pytest.mark.parametrize("name", CASES)
def test_updates_are_pytorch_s(name: str) -> None:
    torch = import_module("torch")
    case = CASES[name]
    layer = {"units": 3, "activation": case.activation, "weights": W, "bias": BIAS}
    file = {
        "network": {"inputs": 2, "weight_order": "from-to", "layers": [layer]},
        "inputs": X, "targets": case.targets, "loss": "half_squared_error",
        "learning_rate": RATE, **case.keys,
    }  # fmt: skip
    weights = torch.tensor(W, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor(BIAS, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([weights, bias], lr=RATE)
    schedule = case.schedule(torch, optimiser) if case.schedule else None
    x, y = (torch.tensor(rows, dtype=torch.float64) for rows in (X, case.targets))
    for run in solve(read_problem(json.dumps(file)), UPDATES).runs:
        optimiser.zero_grad()
        total = case.loss(torch, x @ weights + bias, y)
        if case.penalty:
            total = total + case.penalty(weights, bias)
        total.backward()
        right = {"L": total, "dW[1]": weights.grad.clone(), "dB[2]": bias.grad.clone()}
        if case.clip:
            case.clip(torch, [weights, bias])
        optimiser.step()
        if schedule:
            schedule.step()
        for step, theirs in (right | {"W'[1]": weights, "B'[2]": bias}).items():
            values = theirs.flatten().tolist()
            assert run.step(step).value == pytest.approx(values, rel=CLOSE, abs=CLOSE), step

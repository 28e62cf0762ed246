"""Losses against PyTorch's own, in float64: values, and slopes by autograd."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from tests.pytorch.needed import CLOSE, needs_torch

X = ((0.5, -1.0), (1.5, 0.25), (-0.75, 2.0))
W = ((0.3, -0.2, 0.8), (0.4, 0.9, -0.1))
ONE_HOT = ((0, 1, 0), (1, 0, 0), (0, 0, 1))
SIGNS = ((1, -1, 1), (-1, -1, 1), (1, 1, -1))
MIXED = ((0.2, 0.5, 0.3), (0.1, 0.1, 0.8), (1, 0, 0))
ANY = ((0.25, 3, -1), (0, 1, 0.5), (-2, 0.125, 4))


def _classes(torch: Any, y: Any) -> Any:
    return torch.argmax(y, dim=1)


CALLED: dict[str, tuple[object, tuple[tuple[float, ...], ...], str, Any]] = {
    "half squared": (
        "half_squared_error", ANY, "identity",
        lambda torch, z, y: torch.nn.MSELoss(reduction="sum")(z, y) / 2 / len(X),
    ),
    "mean squared": (
        "mean_squared_error", ANY, "identity", lambda torch, z, y: torch.nn.MSELoss()(z, y),
    ),
    "mean absolute": (
        "mean_absolute_error", ANY, "identity", lambda torch, z, y: torch.nn.L1Loss()(z, y),
    ),
    "huber": (
        {"name": {"huber": {"delta": 0.7}}, "outputs": "mean"}, ANY, "identity",
        lambda torch, z, y: torch.nn.HuberLoss(delta=0.7)(z, y),
    ),
    "hinge": (
        "hinge", SIGNS, "identity",
        lambda torch, z, y: torch.nn.HingeEmbeddingLoss(reduction="sum")(
            y * z, -torch.ones_like(y)
        ) / len(X),
    ),
    "multi-class margin": (
        {"name": "multi_class_margin", "outputs": "mean"}, ONE_HOT, "identity",
        lambda torch, z, y: torch.nn.MultiMarginLoss()(z, _classes(torch, y)),
    ),
    "binary cross-entropy": (
        {"name": "binary_cross_entropy", "outputs": "mean"}, MIXED, "sigmoid",
        lambda torch, z, y: torch.nn.BCEWithLogitsLoss()(z, y),
    ),
    "cross-entropy": (
        "cross_entropy", ONE_HOT, "softmax",
        lambda torch, z, y: torch.nn.CrossEntropyLoss()(z, _classes(torch, y)),
    ),
    "cross-entropy of shares": (
        "cross_entropy", MIXED, "softmax", lambda torch, z, y: torch.nn.CrossEntropyLoss()(z, y),
    ),
    "label smoothing": (
        {"name": "cross_entropy", "label_smoothing": 0.15}, ONE_HOT, "softmax",
        lambda torch, z, y: torch.nn.CrossEntropyLoss(label_smoothing=0.15)(z, _classes(torch, y)),
    ),
    "negative log-likelihood": (
        "negative_log_likelihood", ONE_HOT, "log_softmax",
        lambda torch, z, y: torch.nn.NLLLoss()(
            torch.nn.LogSoftmax(dim=1)(z), _classes(torch, y)
        ),
    ),
    "divergence": (
        "kl_divergence", MIXED, "softmax",
        lambda torch, z, y: torch.nn.KLDivLoss(reduction="batchmean")(
            torch.nn.LogSoftmax(dim=1)(z), y
        ),
    ),
    "focal": (
        {"focal": {"gamma": 2}}, ONE_HOT, "softmax",
        lambda torch, z, y: (
            (1 - torch.softmax(z, 1)) ** 2 * -torch.log_softmax(z, 1) * y
        ).sum() / len(X),
    ),
    "binary focal": (
        {"binary_focal": {"gamma": 2}}, ONE_HOT, "sigmoid",
        lambda torch, z, y: (
            (torch.sigmoid(z) - y) ** 2
            * torch.nn.BCEWithLogitsLoss(reduction="none")(z, y)
        ).sum() / len(X),
    ),
    "log-cosh": (
        "log_cosh", ANY, "identity",
        lambda torch, z, y: torch.log(torch.cosh(z - y)).sum() / len(X),
    ),
    "squared hinge": (
        "squared_hinge", SIGNS, "identity",
        lambda torch, z, y: (torch.relu(1 - y * z) ** 2).sum() / len(X),
    ),
}  # fmt: skip
"""The loss in a file, targets, the last activation, and the same in PyTorch over the sums z."""


@needs_torch
@pytest.mark.parametrize("name", CALLED)
def test_loss_and_gradients_are_pytorch_s(name: str) -> None:
    torch = import_module("torch")
    loss, targets, activation, function = CALLED[name]
    layer = {"units": 3, "activation": activation, "weights": W, "bias": [0.1, -0.3, 0.2]}
    network = {"inputs": 2, "weight_order": "from-to", "layers": [layer]}
    file = {
        "network": network, "inputs": X, "targets": targets, "loss": loss, "learning_rate": 0.1,
    }  # fmt: skip
    run = solve(read_problem(json.dumps(file))).runs[0]
    weights = torch.tensor(W, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor([0.1, -0.3, 0.2], dtype=torch.float64, requires_grad=True)
    z = torch.tensor(X, dtype=torch.float64) @ weights + bias
    total = function(torch, z, torch.tensor(targets, dtype=torch.float64))
    total.backward()
    assert run.step("L").value == pytest.approx((total.item(),), rel=CLOSE, abs=CLOSE)
    for step, right in (("dW[1]", weights.grad), ("dB[2]", bias.grad)):
        assert run.step(step).value == pytest.approx(right.flatten().tolist(), rel=CLOSE, abs=CLOSE)

"""Optimisers against PyTorch's own, in float64: six updates of two weights."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from bp_tutor.catalogue.optimisers import OPTIMISERS
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from tests.pytorch.needed import CLOSE, needs_torch

CALLED: dict[str, tuple[object, str, dict[str, Any]]] = {
    "gradient_descent": ("gradient_descent", "SGD", {}),
    "momentum": ({"momentum": {"mu": 0.8}}, "SGD", {"momentum": 0.8}),
    "momentum of gradients": (
        {"momentum": {"mu": 0.8, "form": "gradient"}}, "SGD", {"momentum": 0.8},
    ),
    "nesterov": ({"nesterov": {"mu": 0.8}}, "SGD", {"momentum": 0.8, "nesterov": True}),
    "rmsprop": ({"rmsprop": {"rho": 0.8}}, "RMSprop", {"alpha": 0.8}),
    "rmsprop_momentum": (
        {"rmsprop_momentum": {"rho": 0.8, "mu": 0.7}}, "RMSprop", {"alpha": 0.8, "momentum": 0.7},
    ),
    "adagrad": ("adagrad", "Adagrad", {"eps": 1e-8}),
    "adadelta": ({"adadelta": {"rho": 0.8}}, "Adadelta", {"rho": 0.8, "eps": 1e-6}),
    "adam": ("adam", "Adam", {}),
    "adamw": ({"adamw": {"decay": 0.05}}, "AdamW", {"weight_decay": 0.05}),
    "amsgrad": ({"amsgrad": {"beta2": 0.5}}, "Adam", {"amsgrad": True, "betas": (0.9, 0.5)}),
    "adamax": ("adamax", "Adamax", {}),
    # PyTorch's own lets beta1 grow; with so large a decay it is there from the first update on.
    "nadam": (
        {"nadam": {"beta1": 0.8, "correction": "next"}}, "NAdam",
        {"betas": (0.8, 0.999), "momentum_decay": 1e9},
    ),
}  # fmt: skip
"""The optimiser in a file, its class in `torch.optim` and what that is given."""
NOT_THERE = {"lion"}
"""PyTorch has none; `tests/layers/test_optimisers.py` has its published lines in a plain loop."""


def test_every_optimiser_is_compared() -> None:
    assert {name.partition(" ")[0] for name in CALLED} | NOT_THERE == OPTIMISERS.keys()


def graph(optimiser: object) -> str:
    return json.dumps({"graph": {
        "values": {"u": 0.8, "w": -1.3},
        "formulas": {"f": "u**2 + u*w + 2*w**2 + sin(w)"},
        "differentiate": "f", "with_respect_to": ["u", "w"],
        "learning_rate": 0.05, "optimiser": optimiser,
    }})  # fmt: skip


@needs_torch
@pytest.mark.parametrize("name", CALLED)
def test_six_updates_are_pytorch_s(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = import_module("torch")
    # Its NAdam keeps a product of its own in it.
    monkeypatch.setattr(torch, "get_default_dtype", lambda: torch.float64)
    optimiser, kind, more = CALLED[name]
    u, w = (torch.tensor(at, dtype=torch.float64, requires_grad=True) for at in (0.8, -1.3))
    theirs = getattr(torch.optim, kind)([u, w], lr=0.05, **more)
    for run in solve(read_problem(graph(optimiser)), 6).runs:
        theirs.zero_grad()
        (u**2 + u * w + 2 * w**2 + torch.sin(w)).backward()
        theirs.step()
        assert run.step("u'").value == pytest.approx((u.item(),), rel=CLOSE, abs=CLOSE)
        assert run.step("w'").value == pytest.approx((w.item(),), rel=CLOSE, abs=CLOSE)

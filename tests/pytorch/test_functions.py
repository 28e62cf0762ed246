"""Functions against PyTorch's own, in float64: values, and slopes by autograd."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from bp_tutor.formula import FUNCTIONS, Number, call
from bp_tutor.formula.algebra import compiled
from tests.pytorch.needed import CLOSE, needs_torch

POINTS = (-30.0, -4.1, -2.9, -1.25, -0.4, -0.01, 0.01, 0.3, 1.0, 2.5, 5.9, 7.0, 20.0)
"""On both sides of every kink."""
Torch = Any

CALLED: dict[str, tuple[Callable[[Torch, Torch], Torch], tuple[float, ...]]] = {
    "sigmoid": (lambda torch, z: torch.sigmoid(z), ()),
    "tanh": (lambda torch, z: torch.tanh(z), ()),
    "relu": (lambda torch, z: torch.relu(z), ()),
    "leaky_relu": (lambda torch, z: torch.nn.LeakyReLU(0.2)(z), (0.2,)),
    "elu": (lambda torch, z: torch.nn.ELU(1.5)(z), (1.5,)),
    "selu": (lambda torch, z: torch.nn.SELU()(z), ()),
    "softplus": (lambda torch, z: torch.nn.Softplus(threshold=100)(z), ()),
    "softsign": (lambda torch, z: torch.nn.Softsign()(z), ()),
    "swish": (lambda torch, z: torch.nn.SiLU()(z), ()),
    "gelu": (lambda torch, z: torch.nn.GELU()(z), ()),
    "gelu_tanh": (lambda torch, z: torch.nn.GELU("tanh")(z), ()),
    "mish": (lambda torch, z: torch.nn.Mish()(z), ()),
    "relu6": (lambda torch, z: torch.nn.ReLU6()(z), ()),
    # The slope of PyTorch's own Hardsigmoid is 1/6 in single precision.
    "hard_sigmoid": (lambda torch, z: torch.clamp(z / 6 + 0.5, 0, 1), ()),
    "hard_swish": (lambda torch, z: torch.nn.Hardswish()(z), ()),
    "identity": (lambda _, z: z * 1, ()),
    "erf": (lambda torch, z: torch.erf(z), ()),
    "normal_cdf": (lambda torch, z: torch.distributions.Normal(0.0, 1.0).cdf(z), ()),
}
"""What PyTorch calls each function, with the parameters that it has there."""


def test_every_activation_with_a_slope_is_compared() -> None:
    smooth = {name for name, row in FUNCTIONS.items() if row.activation and row.slopes[0]}
    smooth |= {name for name, row in FUNCTIONS.items() if row.activation and row.slopes[0] == ""}
    assert smooth <= CALLED.keys()


@needs_torch
@pytest.mark.parametrize("name", CALLED)
def test_values_and_slopes_are_pytorch_s(name: str) -> None:
    torch = import_module("torch")
    function, parameters = CALLED[name]
    z = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
    values = function(torch, z)
    (slopes,) = torch.autograd.grad(values.sum(), z)
    row = FUNCTIONS[name]
    given = (*parameters, *row.defaults[len(parameters) :])
    for point, value, slope in zip(POINTS, values.tolist(), slopes.tolist(), strict=True):
        assert compiled(row)(point, *given) == pytest.approx(value, rel=CLOSE, abs=CLOSE), point
        made = call(name, Number(point), *map(Number, given))
        own = made.slope(made)
        assert own is not None
        found = own.value(lambda *_: float("nan"))
        assert found == pytest.approx(slope, rel=CLOSE, abs=CLOSE), point

"""The transformer block: its loss and every gradient are those of PyTorch's own functions."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from tests.layers.transformer import (
    ATTENTION,
    EPSILON,
    FIRST,
    HEADS,
    OUT,
    SECOND,
    arrays_of,
    solved,
)
from tests.pytorch.needed import CLOSE, needs_torch


@needs_torch
def test_loss_and_gradients_are_those_of_pytorch() -> None:
    run = solved()
    torch = import_module("torch")
    functional = torch.nn.functional
    a = {
        name: torch.tensor(array, dtype=torch.float64, requires_grad=True)
        for name, array in arrays_of(run).items()
    }

    def normalised(x: Any, layer: int) -> Any:
        width = (x.shape[1],)
        return functional.layer_norm(
            x, width, a[f"gamma[{layer}]"][0], a[f"B[{layer}]"][0], EPSILON
        )

    def parts(part: str, axis: int) -> Any:
        heads = range(1, HEADS + 1)
        return torch.cat([a[f"W{part}[{ATTENTION},{head}]"] for head in heads], axis)

    x = a["A[1]"]
    into = torch.cat([parts(part, 1) for part in "qkv"], 1)
    n = normalised(x, 2)[:, None]
    mask = torch.triu(torch.ones(len(x), len(x), dtype=torch.bool), 1)
    attended, _ = functional.multi_head_attention_forward(
        n, n, n, x.shape[1], HEADS, into.T, None, None, None, False, 0.0, parts("o", 0).T, None,
        attn_mask=mask,
    )  # fmt: skip
    seen = x + attended[:, 0]
    hidden = functional.relu(normalised(seen, 5) @ a[f"W[{FIRST}]"] + a["B[6]"])
    behind = seen + hidden @ a[f"W[{SECOND}]"] + a["B[7]"]
    loss = functional.cross_entropy(behind @ a[f"W[{OUT}]"], a["Y"], reduction="sum")
    loss.backward()
    model = run.program.model
    assert model.loss is not None
    assert run.values[model.loss][0] == pytest.approx(loss.item(), rel=CLOSE)
    for quantity in model.wanted:
        right = a[quantity.name].grad.flatten().tolist()
        assert run.values[quantity.as_kind("d")] == pytest.approx(right, rel=CLOSE, abs=CLOSE)

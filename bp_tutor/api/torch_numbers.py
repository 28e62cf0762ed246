"""The numbers of tensors, with as many digits as they have."""

from __future__ import annotations

from typing import Any

SHORT = {"torch.float32": "float32", "torch.float16": "float16", "torch.bfloat16": "float32"}
"""Types of tensors whose numbers have fewer digits than those of Python."""


def numbers_of(tensor: Any) -> Any:
    """The numbers as nested lists: of a float32 the shortest that is that float32 again."""
    values = tensor.detach().tolist()
    short = SHORT.get(str(tensor.dtype))
    if short is None:
        return values
    import numpy as np

    kind = getattr(np, short)

    def shortest(value: Any) -> Any:
        if isinstance(value, list):
            return [*map(shortest, value)]
        return float(str(kind(value)))

    return shortest(values)

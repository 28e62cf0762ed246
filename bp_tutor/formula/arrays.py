"""The array primitives on NumPy arrays; imported only where NumPy computes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis, shape as `logits`; safe for any logits."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def softmax_back(upstream: Array, output: Array) -> Array:
    """The derivative by the logits, given the one by the softmax's output."""
    return np.asarray(output * (upstream - (upstream * output).sum(axis=-1, keepdims=True)))


def logsumexp(logits: Array) -> Array:
    """log of the sum of exponentials along the last axis, kept with length 1."""
    largest = logits.max(axis=-1, keepdims=True)
    return np.asarray(largest + np.log(np.exp(logits - largest).sum(axis=-1, keepdims=True)))

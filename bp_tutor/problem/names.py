"""The kinds of layers that a problem file can choose from, and of biases."""

from __future__ import annotations

LAYERS: dict[str, tuple[str, ...]] = {
    "convolution": ("conv", "conv2d", "convolutional", "correlation"),
    "pooling": ("pool", "max_pool", "maxpool", "max_pooling", "average_pooling", "avg_pool"),
    "flatten": ("reshape",),
    "recurrent": ("rnn", "elman", "simple_rnn"),
    "lstm": (),
    "gru": (),
    "swiglu": ("gated", "glu"),
    "attention": ("self_attention",),
    "normalisation": ("normalization", "layer_norm", "layernorm", "norm"),
}
"""Kinds of layers beside dense ones, by the key that says them, and what else they are called."""

BIAS_KINDS = ("added", "threshold", "plus_input", "minus_input", "none")

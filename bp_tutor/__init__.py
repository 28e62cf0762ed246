"""Backpropagation worked out line by line, from a problem file."""

__version__ = "0.1.0"

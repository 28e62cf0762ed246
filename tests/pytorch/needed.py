"""What a comparison with PyTorch needs: PyTorch itself, and how close numbers must be."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

CLOSE = 1e-12
needs_torch = pytest.mark.skipif(
    find_spec("torch") is None, reason="PyTorch is not installed here; `make check-torch` does"
)

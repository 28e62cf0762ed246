"""The transformer block: its loss and every gradient are those of NumPy written for it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.layers.transformer import arrays_of, gradients_of, solved
from tests.pytorch.needed import CLOSE


def test_loss_and_gradients_are_those_of_numpy_written_for_it() -> None:
    run = solved()
    loss, gradients = gradients_of(arrays_of(run))
    model = run.program.model
    assert model.loss is not None
    assert run.values[model.loss][0] == pytest.approx(loss, rel=CLOSE)
    assert {quantity.name for quantity in model.wanted} == gradients.keys()
    for quantity in model.wanted:
        right = np.ravel(gradients[quantity.name])
        assert run.values[quantity.as_kind("d")] == pytest.approx(right, rel=CLOSE, abs=CLOSE)

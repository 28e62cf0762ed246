"""A training as JSON: the losses at the points shown, and the last values by identifier."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bp_tutor.formula import Role
from bp_tutor.formula.quantity import SIGNALS, WEIGHTS

if TYPE_CHECKING:
    from bp_tutor.solve.training import Training

TRAINING_SCHEMA = "bp-tutor/training/1"
_SHOWN = (*WEIGHTS, Role.BIAS, *SIGNALS, Role.INITIAL_STATE, Role.LOSS)


def training_json(training: Training, name: str, updates: int) -> str:
    """The losses at the points shown, and the last weights, outputs and loss by identifier."""
    last = training.last
    values = {
        address.identifier: number
        for quantity, numbers in last.values.items()
        if not quantity.kind and (quantity.role in _SHOWN or quantity in last.program.model.trained)
        for address, number in zip(quantity.addresses(), numbers, strict=True)
    }
    document = {
        "schema": TRAINING_SCHEMA,
        "problem": name,
        "updates": updates,
        "losses": [{"updates": point.updates, "L": point.loss} for point in training.points],
        "final": values,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

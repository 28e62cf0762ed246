"""A training as JSON: the losses at the points shown, and the last values by identifier."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bp_tutor.solve.training import Training

TRAINING_SCHEMA = "bp-tutor/training/1"
_SHOWN = ("W", "B", "A", "L")


def training_json(training: Training, name: str, updates: int) -> str:
    """The losses at the points shown, and the last weights, outputs and loss by identifier."""
    last = training.last
    values = {
        quantity.identifier(index): number
        for quantity, numbers in last.values.items()
        if not quantity.kind
        and (quantity.symbol in _SHOWN or quantity in last.program.model.trained)
        for index, number in zip(quantity.indices(), numbers, strict=True)
    }
    document = {
        "schema": TRAINING_SCHEMA,
        "problem": name,
        "updates": updates,
        "losses": [{"updates": point.updates, "L": point.loss} for point in training.points],
        "final": values,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

"""Losses as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bp_tutor.solve.training import Training


def losses_csv(training: Training) -> str:
    """Updates done and the loss, a row each, under a head."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("updates", "L"))
    writer.writerows((point.updates, repr(point.loss)) for point in training.points)
    return text.getvalue()

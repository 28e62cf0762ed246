"""QTI 3.0: the items of QTI 2.1 by the names of version 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.exchange.qti2 import QTI_3, write_version

if TYPE_CHECKING:
    from bp_tutor.exchange.exercise import Exercise


def write(exercise: Exercise) -> bytes:
    """The package, a zip file."""
    return write_version(exercise, QTI_3)

"""What each of some questions is worth: one rule for papers that are marked and for sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DECIMALS = 2
"""Points are told with so many."""


def worth_of(
    kinds: Sequence[str], total: float | None = None, of_kind: Mapping[str, float] | None = None
) -> list[float]:
    """Points of questions of these kinds: the total shared out, or so much for each of a kind.

    Without `total` and `of_kind` each question is worth 1; so is one of a kind not named.
    """
    worth = [(of_kind or {}).get(kind, 1.0) for kind in kinds]
    whole = sum(worth, 0.0)
    scale = total / whole if total is not None and whole else 1.0
    return [one * scale for one in worth]


def amount(points: float) -> str:
    """Points as they are told: `12.5`."""
    return f"{round(points + 1e-9, DECIMALS):g}" if abs(points) < 1e5 else f"{points:.0f}"

"""Where the benchmarks touch the product: the only place to change when its names change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Updates = Callable[[int], float]

SMALL, LARGE, EXERCISE = "sigmoid-2-2-2", "digits-784", "exercise"


class NotThereError(Exception):
    """The product cannot do this yet."""


def updates_of(name: str) -> Updates:
    """Does so many updates of a problem in its steady state, and gives the loss after them."""
    message = f"no trainer is connected for {name}"
    raise NotThereError(message)


def large_given() -> dict[str, Any]:
    """What `yardsticks.large_numpy` needs to start from the same numbers as the product."""
    message = f"the numbers of {LARGE} are not connected"
    raise NotThereError(message)


def one_entry() -> Callable[[], float]:
    """Expands one entry of the exercise's trace to a scalar formula, and evaluates it."""
    message = f"the trace of {EXERCISE} is not connected"
    raise NotThereError(message)

"""What is found of somebody's arrays: of each by itself, and of all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.convention import Convention
    from bp_tutor.debugging.lines import Lines
    from bp_tutor.formula import Quantity

    Array = NDArray[np.float64]

CONSTANT_FACTOR, OTHER_RATE = "constant_factor", "other_rate"
FACTORS = (CONSTANT_FACTOR, OTHER_RATE)
AGREES, FOLLOWS, WRONG, UNCHECKED = "agrees", "follows", "wrong", "unchecked"


class Judged(Frozen):
    """One array with what is found of it."""

    name: str
    """As it was handed in."""
    quantity: Quantity
    status: str
    difference: float = 0.0
    """The largest difference from what it should be, relative to the largest entry."""
    off: tuple[tuple[int, ...], ...] = ()
    """Where it differs, counted from 0; empty where its shape does."""
    worst: tuple[int, ...] = ()
    """Where it is most off."""
    tolerance: float = 0.0
    """So much it may be off, relative to the largest entry."""
    causes: tuple[str, ...] = ()
    """Slips each of which gives every entry, the likeliest first."""
    missing: tuple[Quantity, ...] = ()
    """What would have to be handed in to check it."""
    shape: tuple[int, ...] | None = None
    """The shape that it has, `()` of a number alone; None where it is the one it should have."""


class Outcome(Frozen):
    """What was found of all arrays together."""

    lines: Lines
    convention: Convention
    judged: tuple[Judged, ...]
    """In the order of the calculation."""
    first: tuple[Judged, ...]
    """Those wrong ones that rest on no other wrong one."""
    unread: tuple[str, ...]
    """Names that mean nothing here."""
    own: Mapping[Quantity, Array]
    """What was handed in, as the lines have it, and what follows from it."""
    given: Mapping[str, str]
    """Canonical names by those that were handed in."""
    doubled: Mapping[str, str]
    """Names that mean what another one means as well, which was compared: by that one."""
    rate: Array | None
    shapes: Mapping[str, tuple[int, ...]]
    """Shapes of what was handed in, by canonical names."""
    odd_targets: str = ""
    """Why the targets do not go with a cross-entropy, by key: `outside`, `sum`."""

    @property
    def explained(self) -> bool:
        """Whether every array that is wrong first has a cause."""
        return all(one.causes for one in self.first)

    @property
    def by_factor(self) -> bool:
        """Whether of some of them no more is known than by how much it is off."""
        return any(is_factor(key) for one in self.first for key in one.causes)


def is_factor(key: str) -> bool:
    """Whether a cause tells by how much an array is off, and not why."""
    return key.partition(":")[0] in FACTORS

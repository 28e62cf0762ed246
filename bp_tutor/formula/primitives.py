"""The table of array primitives. The engine knows none of them by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.kernels import KERNELS
from bp_tutor.formula.masks import MASKS
from bp_tutor.formula.primitive import Apply, Primitive
from bp_tutor.formula.shapes import SHAPES
from bp_tutor.formula.slices import SLICES
from bp_tutor.formula.softmax import ROWS
from bp_tutor.formula.stepwise import STEPWISE
from bp_tutor.formula.windows import WINDOWS

if TYPE_CHECKING:
    from bp_tutor.formula.node import Formula

PRIMITIVES: dict[str, Primitive] = {
    row.name: row for row in (*ROWS, *MASKS, *WINDOWS, *KERNELS, *STEPWISE, *SHAPES, *SLICES)
}


def apply(name: str, *args: Formula, options: tuple[int, ...] = ()) -> Apply:
    """A primitive of the table applied to arrays."""
    if name not in PRIMITIVES:
        raise LookupError(f"no primitive is called {name!r}; there are: {', '.join(PRIMITIVES)}")
    return Apply(PRIMITIVES[name], args, options)

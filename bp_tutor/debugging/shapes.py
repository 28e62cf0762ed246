"""How many inputs and samples there are: the numbers by which most arrays have their sizes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def sizes_of(
    units: tuple[int, ...], arrays: Mapping[str, Array], named: Mapping[str, str]
) -> tuple[int, int] | None:
    """Inputs and samples; None where no array shows how many samples there are."""
    told = {named[name]: array.shape for name, array in arrays.items() if name in named}
    of_samples = [name for name in told if name.lstrip("d")[0] in "AZY"]
    if not of_samples:
        return None
    lengths = {length for shape in told.values() for length in (*shape, 1) if length}
    best, found = (0, False, False), None
    x = told.get("A[1]")
    for inputs, samples in product(sorted(lengths), repeat=2):
        score = sum(_fits(name, shape, units, inputs, samples) for name, shape in told.items())
        # Of sizes that fit equally many arrays those of the inputs are taken.
        fits_x = x is not None and _fits("A[1]", x, units, inputs, samples)
        rank = (score, fits_x, x == (samples, inputs))
        if rank > best:
            best, found = rank, (inputs, samples)
    return found


def _fits(
    name: str, shape: tuple[int, ...], units: tuple[int, ...], inputs: int, samples: int
) -> bool:
    """Whether an array of that name has the numbers that it should have."""
    widths = (inputs, *units)
    bare = name.lstrip("d").replace("'", "")
    if bare == "Y":
        return sorted(shape) in (sorted((samples, units[-1])), [samples])
    number = int(bare[2:-1])
    if bare[0] == "W":
        return sorted(shape) == sorted((widths[number - 1], widths[number]))
    if bare[0] == "B":
        return sorted(shape) in (sorted((1, widths[number - 1])), [widths[number - 1]])
    return sorted(shape) in (sorted((samples, widths[number - 1])), [samples * widths[number - 1]])


def inputs_at(units: tuple[int, ...], arrays: Mapping[str, Array]) -> int:
    """Which number the activation has that is the input: 0, or 1; -1 where layers begin at 0."""
    import numpy as np

    from bp_tutor.debugging.named import meaning_of

    read = {name: one for name in arrays if (one := meaning_of(name)) is not None}
    values = {one.number: arrays[name] for name, one in read.items()
              if one.letter == "A" and not one.kind and one.number is not None}  # fmt: skip
    if len(units) + 1 in values:
        return 1
    inputs = [arrays[name] for name, one in read.items() if one.letter == "X" and not one.kind]
    if not inputs:
        return 0
    if 1 in values and np.array_equal(values[1], inputs[0]):
        return 1
    return -1 if 0 in values and not np.array_equal(values[0], inputs[0]) else 0

"""Everything that a dense network of a given structure has, for the tests of notations."""

from __future__ import annotations

from collections.abc import Iterator

from bp_tutor.formula.quantity import Quantity
from bp_tutor.notations import Structure

NAMED_WEIGHTS = (
    ("W[1,1,1]", "w1"), ("W[1,2,1]", "w3"), ("W[1,1,2]", "w2"), ("W[1,2,2]", "w4"),
    ("W[2,1,1]", "w6"), ("W[2,2,1]", "w5"), ("B[2,1]", "b5"), ("B[2,2]", "b6"), ("B[3,1]", "b"),
)  # fmt: skip

STRUCTURES = {
    "3-3-3-2": Structure((3, 3, 3, 2)),
    "2-2-1": Structure((2, 2, 1)),
    "2-2-2, shared biases": Structure((2, 2, 2), shared_biases=(2, 3)),
    "3-12-2, three samples": Structure((3, 12, 2), samples=3),
    "12-11-1, two samples, one shared bias": Structure((12, 11, 1), samples=2, shared_biases=(2,)),
    "11-1, eleven samples": Structure((11, 1), samples=11),
    "2-2-1, named": Structure(
        (2, 2, 1), 2, (("x1", "x2"), ("a1", "a2"), ("a3",)), weight_names=NAMED_WEIGHTS
    ),
    "2-2-1, words": Structure((2, 2, 1), 4, (("x1", "x2"), ("NAND", "OR"), ("XOR",))),
    "1-1, letters": Structure(
        (1, 1), 1, (("x",), ("y",)), weight_names=(("W[1,1,1]", "w"), ("B[2,1]", "b"))
    ),
}


KINDS = {
    **dict.fromkeys("WB", ("", "d", "'", "step")),
    **dict.fromkeys("AZEL", ("", "d")),
    **dict.fromkeys(("Y", "eta", "lambda"), ("",)),
}
"""What there is of each letter: values, derivatives, updated values, steps."""


def values(structure: Structure) -> Iterator[Quantity]:
    """The quantities of the forward pass, and the learning rate and weight decay."""
    rows = ("sample", "unit")
    for layer, units in enumerate(structure.units, 1):
        yield Quantity("A", (layer,), (structure.samples, units), rows)
        if layer > 1:
            yield Quantity("Z", (layer,), (structure.samples, units), rows)
            yield Quantity("B", (layer,), (1, structure.biases(layer)), ("one", "unit"))
        if layer < structure.depth:
            yield Quantity("W", (layer,), (units, structure.units[layer]), ("from", "to"))
    for symbol in ("E", "Y"):
        yield Quantity(symbol, (), (structure.samples, structure.units[-1]), rows)
    for symbol in ("L", "eta", "lambda"):
        yield Quantity(symbol)


def everything(structure: Structure) -> Iterator[Quantity]:
    """Values, derivatives, updated values and steps."""
    for quantity in values(structure):
        for kind in KINDS[quantity.symbol]:
            yield quantity.as_kind(kind)


def entries(structure: Structure) -> Iterator[tuple[Quantity, tuple[int, ...] | None, str]]:
    """Every array and every entry, with its canonical identifier."""
    for quantity in everything(structure):
        if quantity.axes:
            yield quantity, None, quantity.name
        for index in quantity.indices():
            yield quantity, index, quantity.identifier(index)

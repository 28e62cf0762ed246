"""What stands on either side of a kink: a formula with one of its choices made for good.

`relu(z)` is `z` on one side and 0 on the other, and `I(z > 0)` is 1 or 0. Two formulas with
kinks are equal where they are equal on every side, so whoever compares them has to look there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bp_tutor.formula.algebra import ONE, ZERO, Call, template
from bp_tutor.formula.choices import Indicator, IsLargest, Largest
from bp_tutor.formula.node import replace, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula.function_table import Function
    from bp_tutor.formula.node import Formula

CHOICES = ("max", "min")
"""Functions that are one of their arguments."""


def pieces(formula: Formula) -> Iterator[Formula]:
    """The scalar formula with one kink taken away, once for each of the kink's sides.

    >>> from bp_tutor.formula import CANONICAL, Entry, Quantity, call, spell
    >>> [spell(piece, CANONICAL) for piece in pieces(call("relu", Entry(Quantity("z"), ())))]
    ['0', 'z']
    """
    written = replace(formula, _written_out)
    for node in dict.fromkeys(walk(written)):
        for side in _sides(node):
            yield replaced(written, node, side)


def replaced(formula: Formula, old: Formula, new: Formula) -> Formula:
    """The formula with `new` wherever `old` stands in it."""
    return replace(formula, lambda node: new if node == old else None)


def has_kink(formula: Formula) -> bool:
    """Whether a scalar formula has a kink anywhere."""
    return any(_is_kinked(node) for node in walk(formula))


def _sides(node: Formula) -> tuple[Formula, ...]:
    """What a kinked node is on each side; nothing of any other node."""
    match node:
        case Indicator() | IsLargest():
            return ONE, ZERO
        case Largest(candidates):
            return candidates
        case Call(function, args) if function.name in CHOICES:
            return args
    return ()


def _written_out(node: Formula) -> Formula | None:
    """A function with a kink as its body, down to comparisons."""
    if not isinstance(node, Call) or not _has_kinked_body(node.function):
        return None
    return replace(node.expanded(), _written_out)


def _is_kinked(node: Formula) -> bool:
    return bool(_sides(node)) or (isinstance(node, Call) and _has_kinked_body(node.function))


@cache
def _has_kinked_body(function: Function) -> bool:
    return function.body is not None and has_kink(template(function.body))

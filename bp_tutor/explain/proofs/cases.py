"""The pieces of a function that bends: in each, every maximum, amount and comparison is decided.

Which pieces there are is found by trying numbers: a comparison divides a piece where it comes
out both ways on it.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bp_tutor.explain.proofs.record import Comparison
from bp_tutor.formula import Add, Call, Entry, Formula, Indicator, Number, replace, walk
from bp_tutor.formula.algebra import ONE, ZERO, add, neg, tidy
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity

    Point = dict[str, float]

TRIED = (-8.13, -5.61, -3.07, -2.31, -1.43, -0.87, -0.53, -0.21, 0.17, 0.47, 0.91, 1.37, 2.23,
         2.81, 3.29, 5.77, 8.41)  # fmt: skip
"""Numbers for the letters of a function; none of them is where any of these bends."""
PARAMETERS = (0.31, 0.73, 1.19)
"""Numbers for settings, which are positive."""
APART = 0.013
"""So much do the numbers of two letters differ, lest they are equal."""
TURNED = {">": "<", "<": ">"}
_CHOICES = ("max", "min", "abs")


class Piece(Frozen):
    """Where some comparisons hold, and the formulas as they are there."""

    conditions: tuple[Comparison, ...]
    formulas: tuple[Formula, ...]


def pieces_of(formulas: tuple[Formula, ...], variables: tuple[str, ...]) -> tuple[Piece, ...]:
    """The formulas on each piece, from the first branch on; one piece where nothing bends.

    `variables` are the letters that may have any sign; all others are settings.
    """
    names = _letters(formulas)
    several = len([name for name in names if name in variables]) > 1
    numbers = TRIED[::2] if several else TRIED
    ranges = [
        [number + place * APART for number in (numbers if name in variables else PARAMETERS)]
        for place, name in enumerate(names)
    ]
    points = [dict(zip(names, chosen, strict=True)) for chosen in product(*ranges)]
    bodies = tuple(replace(each, _written_out) for each in formulas)
    return tuple(_Pieces(points).of(bodies, (), points))


def _letters(formulas: tuple[Formula, ...]) -> tuple[str, ...]:
    found = (n.quantity.name for each in formulas for n in walk(each) if isinstance(n, Entry))
    return tuple(dict.fromkeys(found))


def _written_out(node: Formula) -> Formula | None:
    """A function that bends by its definition, down to what is decided here."""
    if isinstance(node, Call) and node.function.kinks and node.function.name not in _CHOICES:
        return replace(node.expanded(), _written_out)
    return None


class _Pieces:
    """Finds pieces over some points."""

    def __init__(self, points: list[Point]) -> None:
        self.points = points

    def of(
        self, formulas: tuple[Formula, ...], conditions: tuple[Comparison, ...], here: list[Point]
    ) -> list[Piece]:
        """The pieces of a piece, which has the points `here`."""
        while choice := next((n for each in formulas for n in walk(each) if _decidable(n)), None):
            asked, then, otherwise = _branches(choice)
            holding = [point for point in here if holds(asked, point)]
            failing = [point for point in here if not holds(asked, point)]
            if holding and failing:
                other = Comparison(asked.left, TURNED[asked.sign], asked.right)
                return [
                    *self.of(_with(formulas, choice, then), (*conditions, asked), holding),
                    *self.of(_with(formulas, choice, otherwise), (*conditions, other), failing),
                ]
            formulas = _with(formulas, choice, then if holding else otherwise)
        return [Piece(self._needed(conditions), tuple(map(_shortened, formulas)))]

    def _needed(self, conditions: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
        """The conditions without those that follow from the others."""
        kept = list(conditions)
        for each in conditions:
            others = [other for other in kept if other is not each]
            meeting = [p for p in self.points if all(holds(other, p) for other in others)]
            if others and all(holds(each, point) for point in meeting):
                kept = others
        return tuple(kept)


def _with(formulas: tuple[Formula, ...], choice: Formula, decided: Formula) -> tuple[Formula, ...]:
    return tuple(replace(each, lambda n: decided if n == choice else None) for each in formulas)


def _shortened(formula: Formula) -> Formula:
    """The formula without what adds up to nothing."""
    return tidy(replace(tidy(formula), _without_opposites))


def _without_opposites(node: Formula) -> Formula | None:
    """A sum without pairs of terms that are each other's negative."""
    if not isinstance(node, Add):
        return None
    kept: list[Formula] = []
    for term in node.terms:
        opposite = neg(term)
        if opposite in kept:
            kept.remove(opposite)
        else:
            kept.append(replace(term, _without_opposites))
    return add(*kept)


def _decidable(node: Formula) -> bool:
    """Whether it is a choice with no other choice inside."""
    return _is_choice(node) and not any(_is_choice(inner) for inner in walk(node)[1:])


def _is_choice(node: Formula) -> bool:
    return isinstance(node, Indicator) or (
        isinstance(node, Call) and node.function.name in _CHOICES
    )


def _branches(node: Formula) -> tuple[Comparison, Formula, Formula]:
    """What is compared, and what the choice is where that holds and where it does not."""
    if isinstance(node, Indicator):
        return Comparison(node.arg, node.sign[0], ZERO), ONE, ZERO
    assert isinstance(node, Call)
    if node.function.name == "abs":
        (inside,) = node.args
        return Comparison(inside, ">", ZERO), inside, tidy(neg(inside))
    first, second = node.args
    if isinstance(first, Number):
        # What varies stands on the left.
        first, second = second, first
    larger = Comparison(first, ">", second)
    return (larger, first, second) if node.function.name == "max" else (larger, second, first)


def holds(asked: Comparison, point: Point) -> bool:
    """Whether a comparison holds with these numbers for the letters."""

    def number(quantity: Quantity, _: tuple[int, ...]) -> float:
        return point[quantity.name]

    difference = asked.left.value(number) - asked.right.value(number)
    return difference > 0 if asked.sign[0] == ">" else difference < 0

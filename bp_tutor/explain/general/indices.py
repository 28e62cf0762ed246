"""An array formula as the formula of one entry whose indices are letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.general.primitives import RULES
from bp_tutor.explain.general.writer import NoGeneralFormError
from bp_tutor.formula import (
    Add,
    Apply,
    Call,
    Div,
    Formula,
    Indicator,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Quantity,
    Reduce,
    Ref,
    Role,
    StableForm,
    Transpose,
    walk,
)
from bp_tutor.formula.algebra import div
from bp_tutor.formula.indexed import At, Bound, Indexed, Place, Total, summed
from bp_tutor.formula.quantity import OF_OUTPUTS, ONE, SAMPLE, VALUE
from bp_tutor.formula.slices import PLACE
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.general.widths import Width

    Index = tuple[Place | None, ...]
    """A letter for each axis; None where there is only one place."""

INNER = "jklmpqghuv"
"""Letters for sums, in the order in which they are taken."""
LETTERS = {
    SAMPLE: "s", "position": "p", "channel": "c", "row": "r", "column": "q", "from": "j", "to": "k",
}  # fmt: skip
SUMMED = {SAMPLE: "s", "position": "p", "row": "u", "column": "v"}
"""The letters that sums over some axes have before all others."""
NO_LAYER = (*OF_OUTPUTS, Role.EDGE)
"""What has no index of a layer: an edge has the name that its file gives it."""
MASKED = (Role.SCORE, Role.SHARE)
"""What a mask removes something of."""
ZERO = Number(0)
ENTRYWISE = (Add, Mul, Neg, Div, Pow, Call, Indicator)


class Indices:
    """Writes one line with letters; it remembers which are taken."""

    def __init__(
        self,
        base: int | None,
        step: int | None,
        layers: tuple[tuple[int, ...], tuple[int, ...]],
        taken: tuple[str, ...],
        *,
        apart: bool = False,
        starts: tuple[int, ...] = (),
        counter: str = "t",
        inner: frozenset[Width] = frozenset(),
        whole: tuple[Quantity, int] | None = None,
    ) -> None:
        """`base` and `step` are those of the line; layers are told `apart` by their numbers.

        `counter` is the letter of the step, or of the head; `inner` are the axes inside of layers
        that have a length of their own; `whole` is the quantity of a line through time, with the
        number of steps.

        `layers` are the units of each layer, and the layers that have one bias for all units;
        `starts` says of each layer how many units are counted before its own, if any are.
        """
        self.units, self.shared = layers
        self.apart, self.starts = apart, starts
        self.counter, self.inner, self.whole = counter, inner, whole
        self.base = base
        self.step = step
        self.taken = set(taken)

    def fresh(self, axis: str) -> str:
        """A letter for a sum over an axis."""
        own = SUMMED.get(axis, "")
        found = next(letter for letter in own + INNER if letter not in self.taken)
        self.taken.add(found)
        return found

    def layer(self, quantity: Quantity) -> Place | None:
        """The layer of a quantity, counted from that of the line."""
        if not quantity.place or quantity.role in NO_LAYER:
            return None
        number = quantity.place[0]
        return Place("", number) if self.base is None else Place("i", number - self.base)

    def time(self, quantity: Quantity) -> Place | None:
        """The step of a quantity, counted from that of the line."""
        if quantity.step is None:
            return None
        if self.step is None or (self.whole is not None and self._at_an_end(quantity)):
            return Place("", quantity.step)
        return Place(self.counter, quantity.step - self.step)

    def _at_an_end(self, quantity: Quantity) -> bool:
        """Whether the first step of a layer takes the last one of another, or the way back."""
        assert self.whole is not None
        line, last = self.whole
        onward, back = (1, last), (last, 1)
        if line.kind == VALUE:
            ends = [onward]
        else:
            ends = [onward, back] if quantity.kind == VALUE else [back]
        within = quantity.place[:1] == line.place[:1] or quantity.role is Role.INPUT
        return last > 1 and not within and (self.step, quantity.step) in ends

    def leaf(self, quantity: Quantity, index: Index) -> Formula:
        """One entry of a quantity."""
        places: list[Place] = []
        sample = None
        if quantity.role is Role.BIAS and quantity.place[0] in self.shared:
            return Indexed(quantity, self.layer(quantity), self.time(quantity), ())
        own = index[len(index) - len(quantity.axes) :]
        for axis, length, place in zip(quantity.axes, quantity.shape, own, strict=True):
            if axis == SAMPLE:
                sample = place if quantity.samples > 1 else None
            elif axis != ONE and place is not None and place.letter:
                places.append(place)
            elif axis != ONE and (place is not None or quantity.role is not Role.BIAS):
                # An axis of length 1 that a sum passed over has no place but the first.
                before = self._before(axis, quantity, length)
                places.append((place or Place("", 1)).plus(before))
        return Indexed(quantity, self.layer(quantity), self.time(quantity), tuple(places), sample)

    def entry(self, formula: Formula, index: Index) -> Formula:
        """The entry at an index."""
        match formula:
            case Number():
                return formula
            case Ref(quantity):
                return self.leaf(quantity, index)
            case StableForm(shown):
                return self.entry(shown, index)
            case Transpose(arg):
                return self.entry(arg, index[::-1])
            case MatMul():
                return self._product(formula, index)
            case Reduce():
                return self._reduced(formula, index)
            case Apply():
                rule = RULES.get(formula.primitive.name)
                if rule is None:
                    raise NoGeneralFormError(formula.primitive.name)
                return rule(self, formula, index)
        if isinstance(formula, ENTRYWISE):
            found = tuple(
                self._apart(each, _fit(index, each, formula)) for each in formula.children
            )
            if isinstance(formula, Add):
                return _added(formula.terms, found)
            return ordered(found) if isinstance(formula, Mul) else formula.rebuild(found)
        raise NoGeneralFormError(type(formula).__name__)

    def _apart(self, formula: Formula, index: Index) -> Formula:
        """The entry of an operand, whose sums may have the letters of another operand's."""
        taken = set(self.taken)
        found = self.entry(formula, index)
        self.taken = taken
        return found

    def _product(self, formula: MatMul, index: Index) -> Formula:
        axis, quantity = axis_of(formula.left, 1)
        row, column = index
        edge = edge_of(formula.right)
        if edge is not None:
            return self._over_edge(formula.left, edge, index)
        if formula.left.shape[1] == 1 and axis in (SAMPLE, ONE):
            pair = self.entry(formula.left, (row, None)), self.entry(formula.right, (None, column))
            return ordered(pair)
        letter = self.fresh(axis)
        inner = Place(letter)
        pair = self.entry(formula.left, (row, inner)), self.entry(formula.right, (inner, column))
        span = self.span(axis, quantity, formula.left.shape[1])
        return self.total(letter, ordered(pair), span)

    def _over_edge(self, signals: Formula, edge: Edge, index: Index) -> Formula:
        """What one edge brings to a unit: nothing where it leads to another."""
        row, column = index
        if column is not None and column.letter:
            raise NoGeneralFormError(PLACE.name)
        if column is not None and column.offset != edge.end:
            return ZERO
        return ordered((self.entry(signals, (row, Place("", edge.start))), edge.weight))

    def _reduced(self, formula: Reduce, index: Index) -> Formula:
        shape = formula.arg.shape
        inner: list[Place | None] = list(index) if index else [None] * len(shape)
        sums: list[tuple[str, tuple[Formula, Formula]]] = []
        counts: list[Formula] = []
        for axis in formula.axes:
            name, quantity = axis_of(formula.arg, axis)
            if shape[axis] == 1 and name in (SAMPLE, ONE):
                inner[axis] = None
                continue
            letter = self.fresh(name)
            inner[axis] = Place(letter)
            sums.append((letter, self.span(name, quantity, shape[axis])))
            counts.append(self.bound(name, quantity, shape[axis]))
        found = self.entry(formula.arg, tuple(inner))
        for letter, span in reversed(sums):
            found = self.total(letter, found, span)
        if formula.kind == "mean":
            for count in counts:
                found = div(found, count)
        return found

    def last_axis(self, formula: Formula) -> tuple[str, Quantity | None]:
        """What the last axis of an array formula counts, and a quantity that has it."""
        return axis_of(formula, len(formula.shape) - 1)

    def total(self, letter: str, body: Formula, span: tuple[Formula, Formula]) -> Total:
        """The sum over a letter, as far as masks leave something in what is summed."""
        first, last = span
        for node in walk(body):
            if not (isinstance(node, Indexed) and node.like.removed and node.like.role in MASKED):
                continue
            row, column = node.places[-2:]
            if column.letter == letter:
                last = self.last_seen(node.like, row)
            elif row.letter == letter:
                self.last_seen(node.like, row)
                first = At(column)
        return summed(letter, body, first, last)

    def last_seen(self, scores: Quantity, row: Place) -> Formula:
        """The last column that a row sees, where a mask lets each see up to itself."""
        rows, columns = scores.shape
        later = {(one, other) for one in range(rows) for other in range(one + 1, columns)}
        if scores.removed != later:
            raise NoGeneralFormError("removed")
        return At(row)

    def product(self, *factors: Formula) -> Formula:
        """A product with its sums at the end."""
        return ordered(factors)

    def span(self, axis: str, quantity: Quantity | None, length: int) -> tuple[Formula, Formula]:
        """From where to where the index of an axis runs."""
        if not self.starts or self._counted(axis, quantity, length) is None:
            return Number(1), self.bound(axis, quantity, length)
        before = self._before(axis, quantity, length)
        return Number(before + 1), Number(before + length)

    def _before(self, axis: str, quantity: Quantity | None, length: int) -> int:
        """How many units are counted before those of an axis."""
        layer = self._counted(axis, quantity, length) if self.starts else None
        return 0 if layer is None else self.starts[layer - 1]

    def bound(self, axis: str, quantity: Quantity | None, length: int) -> Formula:
        """How many places an axis has."""
        if axis == SAMPLE:
            return Bound("m")
        of_positions = quantity is not None and quantity.role in (Role.SCORE, Role.SHARE)
        if axis == "position" or (axis == "unit" and of_positions):
            return Bound("T")
        number = self._counted(axis, quantity, length)
        if quantity is None or number is None:
            return Number(length)
        layer = self.layer(quantity)
        if layer is None:
            return Bound("N", Place("", number) if self.apart else Place("n"))
        return Bound("N", layer.plus(number - quantity.place[0]))

    def _counted(self, axis: str, quantity: Quantity | None, length: int) -> int | None:
        """The layer whose units an axis counts; None where it counts something else."""
        if quantity is None or axis not in ("unit", "from", "to"):
            return None
        if (quantity.symbol, quantity.place[:1], axis) in self.inner:
            return None
        further = int(axis == "to" and quantity.role is Role.WEIGHT)
        inside = self.layer(quantity) is not None
        number = quantity.place[0] + further if inside else len(self.units)
        # What is inside a layer may have a width of its own.
        fits = 0 < number <= len(self.units) and self.units[number - 1] == length
        return number if fits else None


class Edge(Frozen):
    """The weight of an edge by itself, and the units that it joins, counted from 1."""

    weight: Formula
    start: int
    end: int


def edge_of(formula: Formula) -> Edge | None:
    """The edge of which a matrix is made, with its ends as a product goes through it."""
    match formula:
        case Apply(primitive, (Ref(quantity),), (_, _, row, column)) if (
            primitive.name == PLACE.name
        ):
            return Edge(Indexed(quantity, None, None, ()), row + 1, column + 1)
        case Transpose(arg):
            found = edge_of(arg)
            return found and found._replace(start=found.end, end=found.start)
    return None


def _added(terms: tuple[Formula, ...], found: tuple[Formula, ...]) -> Formula:
    """The sum of entries, without those of edges that lead elsewhere."""
    left = tuple(
        each for whole, each in zip(terms, found, strict=True) if not each == ZERO != whole
    )
    return Add(left) if len(left) > 1 else (*left, ZERO)[0]


def _fit(index: Index, operand: Formula, whole: Formula) -> Index:
    """The index of an operand, which may be spread over some axes of the whole."""
    own = operand.shape
    behind = len(index) - len(own)
    return tuple(
        None if length == 1 < long else place
        for place, length, long in zip(index[behind:], own, whole.shape[behind:], strict=True)
    )


def ordered(factors: tuple[Formula, ...]) -> Formula:
    """A product with its sums at the end, as they are written."""
    flat: list[Formula] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Mul) else (factor,))
    last = [factor for factor in flat if isinstance(factor, Total)]
    return Mul((*(factor for factor in flat if not isinstance(factor, Total)), *last))


def axis_of(formula: Formula, axis: int) -> tuple[str, Quantity | None]:
    """What an axis of an array formula counts, and a quantity that has it."""
    match formula:
        case Ref(quantity):
            return quantity.axes[axis], quantity
        case Transpose(arg):
            return axis_of(arg, 1 - axis)
        case MatMul(left, right):
            return axis_of(left, 0) if axis == 0 else axis_of(right, 1)
        case Reduce(_, arg):
            return axis_of(arg, axis)
    for child, own in _with_axis(formula, axis):
        return axis_of(child, own)
    return ONE, None


def _with_axis(formula: Formula, axis: int) -> Iterator[tuple[Formula, int]]:
    """The operands that are not spread along an axis."""
    shape = formula.shape
    for child in formula.children:
        own = axis - len(shape) + len(child.shape)
        if own >= 0 and child.shape[own] == shape[axis]:
            yield child, own

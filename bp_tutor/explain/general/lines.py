"""The lines of one update in general form, those of different layers and steps as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.general.folding import folded
from bp_tutor.explain.general.indices import (
    LETTERS,
    NO_LAYER,
    Indices,
    edge_of,
)
from bp_tutor.explain.general.widths import inner_widths
from bp_tutor.explain.general.windows import image_axes, row_place
from bp_tutor.explain.general.writer import NoGeneralFormError
from bp_tutor.formula import Apply, Number, Ref, Role, replace, walk
from bp_tutor.formula.indexed import Indexed, Place, with_places
from bp_tutor.formula.quantity import ONE, SAMPLE
from bp_tutor.formula.shapes import FLATTEN
from bp_tutor.frozen import Frozen
from bp_tutor.notations.indexed import counted_before, says_layers
from bp_tutor.solve import used

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.general.widths import Width
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.notations import Structure, Symbols
    from bp_tutor.solve import Definition

    Free = tuple[tuple[str, Formula, Formula], ...]


class GeneralLine(Frozen):
    """One kind of step: `target = formula`, for some layers and steps."""

    target: Formula
    """Whole arrays stand on both sides where the formula has no form with letters."""
    formula: Formula
    rule: str
    phase: str
    free: Free = ()
    """The letters of the target's indices, each with the first and last number that it takes."""
    layers: tuple[int, ...] = ()
    """For which layers it holds, in the order of the calculation."""
    steps: tuple[int, ...] = ()
    letter: str = "i"
    """The letter of the layer: n for the output layer alone."""
    lines: tuple[Definition, ...] = ()
    """The lines that it stands for."""
    again: bool = False
    """Whether it has been said of another step before, and comes again in the order of things."""


class Ends(Frozen):
    """How far the letters of layers and steps go."""

    units: tuple[int, ...]
    """Those of each layer, the inputs first."""
    steps: int
    shared: tuple[int, ...]
    """The layers that have one bias for all units."""
    apart: bool = False
    """Whether each layer has lines of its own, since no name says which layer it is of."""
    heads: bool = False
    """Whether steps are heads of attention."""
    starts: tuple[int, ...] = ()
    """How many units are counted before those of each layer; empty where that is none of any."""
    wired: tuple[int, ...] = ()
    """The layers whose units are reached by edges of their own."""
    uneven: bool = False
    """Whether some layers have fewer steps than others: no letter is the last step of all."""
    inner: frozenset[Width] = frozenset()
    """The axes inside of layers that have a length of their own: that of keys, that of values."""

    @property
    def counted(self) -> int:
        """The last step where a letter may stand for it; else 0."""
        return 0 if self.uneven else self.steps

    @property
    def counter(self) -> tuple[str, str]:
        """The letter that counts steps or heads, and that of the last one."""
        return ("h", "H") if self.heads else ("t", "T")

    def seen(self, quantity: Quantity) -> tuple[bool, ...]:
        """Which axes of a quantity have an index that is written."""
        alone = quantity.role is Role.BIAS and quantity.place[0] in self.shared
        return tuple(
            axis != ONE and not alone and (axis != SAMPLE or quantity.samples > 1)
            for axis in quantity.axes
        )


def ends_of(
    lines: tuple[Definition, ...], structure: Structure, symbols: Symbols | None = None
) -> Ends:
    """How far the letters of these lines go, in a course's `symbols` or in those of a program."""
    steps = max((line.quantity.step or 0 for line in lines), default=0)
    heads = any("position" in line.quantity.axes for line in lines)
    lasts: dict[int, int] = {}
    for quantity in (line.quantity for line in lines if line.phase == "forward"):
        if quantity.step and layered(quantity):
            number = quantity.place[0]
            lasts[number] = max(lasts.get(number, 0), quantity.step)
    wired = tuple(
        line.quantity.place[0]
        for line in lines
        if line.phase == "forward" and any(map(edge_of, walk(line.formula)))
    )
    ends = Ends(
        structure.units,
        steps,
        structure.shared_biases,
        heads=heads,
        wired=wired,
        uneven=len(set(lasts.values())) > 1,
        inner=inner_widths(lines),
    )
    if symbols is None or says_layers(symbols):
        return ends
    return ends._replace(apart=True, starts=counted_before(symbols))


def general_lines(
    lines: tuple[Definition, ...], structure: Structure, symbols: Symbols | None = None
) -> tuple[GeneralLine, ...]:
    """Each kind of step once, in the order of the calculation."""
    depth = structure.depth
    ends = ends_of(lines, structure, symbols)
    gathered = _Gathered()
    for line in lines:
        for one in _each_of(line, ends) if line.is_written else ():
            gathered.add(one, line)
    return tuple(_settled(line, depth) for line in gathered.found)


class _Gathered:
    """Lines with letters, those that are the same as one, each after all that it needs.

    Over layers and steps a calculation goes round; in one layer and step a value is calculated
    before it is used.
    """

    def __init__(self) -> None:
        self.found: list[GeneralLine] = []
        self.places: dict[Quantity, int] = {}
        """In which line each quantity is calculated."""

    def add(self, one: GeneralLine, line: Definition) -> None:
        """Adds what one line of the calculation says with letters."""
        key = _key(one)
        place = next((p for p, each in _from_behind(self.found) if _key(each) == key), None)
        if place is not None and not self._in_order(place, line):
            place = self._moved_behind(place)
        if place is None:
            self.places[line.quantity] = len(self.found)
            again = any(
                _key(each) == key and {*one.layers} <= {*each.layers} for each in self.found
            )
            self.found.append(one._replace(again=again))
            return
        before = self.found[place]
        self.places[line.quantity] = place
        self.found[place] = before._replace(
            layers=tuple(dict.fromkeys((*before.layers, *one.layers))),
            steps=tuple(dict.fromkeys((*before.steps, *one.steps))),
            lines=(*before.lines, *one.lines),
        )

    def _in_order(self, place: int, line: Definition) -> bool:
        """Whether what a line needs of its own layer and step stands before this place."""
        return all(
            self.places.get(each, 0) <= place
            for each in used(line.formula)
            if _where(each) == _where(line.quantity)
        )

    def _moved_behind(self, place: int) -> int | None:
        """The line at a place as the last one, where none behind it needs it, but a step later."""
        moved = self.found[place]
        targets = {line.quantity for line in moved.lines}
        needed = any(
            each in targets and not _later(each, line.quantity)
            for behind in self.found[place + 1 :]
            for line in behind.lines
            for each in used(line.formula)
        )
        if needed:
            return None
        self.found.append(self.found.pop(place))
        for quantity, old in self.places.items():
            if old >= place:
                self.places[quantity] = len(self.found) - 1 if old == place else old - 1
        return len(self.found) - 1


def _key(line: GeneralLine) -> tuple[object, ...]:
    return line.phase, line.target, line.formula, line.rule, line.free


def _from_behind(found: list[GeneralLine]) -> Iterator[tuple[int, GeneralLine]]:
    return reversed([*enumerate(found)])


def _where(quantity: Quantity) -> tuple[tuple[int, ...], int | None]:
    return quantity.place[:1], quantity.step


def _later(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are of one layer, at different steps."""
    return one.place[:1] == other.place[:1] and one.step != other.step


def _settled(line: GeneralLine, depth: int) -> GeneralLine:
    """With n for the layer where it is the output layer; what is of one layer says so."""
    if len(line.layers) != 1 or not isinstance(line.target, Indexed):
        return line
    if line.target.layer is None or not line.target.layer.letter:
        return line
    letter = "n" if line.layers == (depth,) and depth > 1 else "i"

    def put(_: str, place: Place) -> Place:
        return Place(letter, place.offset) if place.letter == "i" else place

    def lettered(formula: Formula) -> Formula:
        return replace(with_places(formula, put, ("layer",)), _alone)

    return line._replace(
        target=lettered(line.target),
        formula=lettered(line.formula),
        free=tuple((name, lettered(first), lettered(last)) for name, first, last in line.free),
        letter=letter,
    )


def _alone(node: Formula) -> Formula | None:
    if not isinstance(node, Indexed):
        return None
    return Indexed(node.like, node.layer, node.step, node.places, node.sample, alone=True)


def _each_of(line: Definition, ends: Ends) -> tuple[GeneralLine, ...]:
    """One line for all units, or one for each where edges of their own lead to them."""
    quantity = line.quantity
    own = layered(quantity) and quantity.place[0] in ends.wired
    units = [
        length
        for axis, length, seen in zip(
            quantity.axes, quantity.shape, ends.seen(quantity), strict=True
        )
        if axis == "unit" and seen
    ]
    if not units or not (own or any(map(edge_of, walk(line.formula)))):
        return (general_line(line, ends),)
    found = [general_line(line, ends, unit) for unit in range(1, units[0] + 1)]
    # What has no letters is the same for all.
    return tuple(found) if isinstance(found[0].target, Indexed) else (found[0],)


def general_line(line: Definition, ends: Ends, unit: int | None = None) -> GeneralLine:
    """One line with letters, or with the number of one unit."""
    quantity = line.quantity
    apart = ends.apart or unit is not None or quantity.role is Role.EDGE
    base = quantity.place[0] if layered(quantity) and not apart else None
    step = quantity.step if layered(quantity) or quantity.role is Role.OUTPUT_LOSS else None
    seen = ends.seen(quantity)
    index = _letters_of(quantity, seen, line.phase, unit)
    image = _flattened(line.formula)
    if image:
        index = (index[0], row_place(image))
    names = tuple(name for place in index if place is not None for name in place.letters)
    where = ((base,) if base is not None else (), (step,) if step is not None else ())
    writer = Indices(
        base,
        step,
        (ends.units, ends.shared),
        names,
        apart=apart,
        starts=ends.starts,
        counter=ends.counter[0],
        inner=ends.inner,
        whole=(quantity, ends.counted) if quantity.step and not ends.heads else None,
    )
    try:
        depth = 0 if apart else len(ends.units)
        formula = folded(writer.entry(line.formula, index), depth, ends.counted, ends.counter)
        target = writer.leaf(quantity, index)
        counted = zip(quantity.axes, quantity.shape, index, strict=True)
        free = tuple(
            (place.letter, *_span(writer, quantity, (axis, length), index))
            for axis, length, place in counted
            if place is not None and place.letter and not (image and axis == "unit")
        )
        if image:
            inside = (pair for pair in image_axes(image) if pair[1] > 1)
            free += tuple((letter, Number(1), Number(length)) for letter, length in inside)
    except NoGeneralFormError:
        whole = Ref(quantity), line.formula
        return GeneralLine(*whole, line.rule, line.phase, (), *where, lines=(line,))
    return GeneralLine(target, formula, line.rule, line.phase, free, *where, lines=(line,))


def _flattened(formula: Formula) -> tuple[int, ...]:
    """The shape of the image that a row is made of; empty where it is made of something else."""
    match formula:
        case Apply(primitive, (image,)) if primitive.name == FLATTEN.name:
            return image.shape
    return ()


def _span(
    writer: Indices, quantity: Quantity, counted: tuple[str, int], index: tuple[Place | None, ...]
) -> tuple[Formula, Formula]:
    """From where to where an index of the target runs, as far as a mask lets it."""
    axis, length = counted
    first, last = writer.span(axis, quantity, length)
    row = index[-2] if quantity.removed and axis == "unit" else None
    return first, last if row is None else writer.last_seen(quantity, row)


def layered(quantity: Quantity) -> bool:
    """Whether it belongs to a layer."""
    return bool(quantity.place) and quantity.role not in NO_LAYER


def _letters_of(
    quantity: Quantity, seen: tuple[bool, ...], phase: str, number: int | None
) -> tuple[Place | None, ...]:
    """A letter for each axis that is seen, or the number of the unit.

    As in the lectures a unit is k where signals arrive at it from units j, and j where errors come
    back to it from units k.
    """
    letter = "k" if phase == "forward" else "j"
    unit = Place(letter) if number is None else Place("", number)
    return tuple(
        (unit if axis == "unit" else Place(LETTERS.get(axis, "g"))) if shown else None
        for axis, shown in zip(quantity.axes, seen, strict=True)
    )

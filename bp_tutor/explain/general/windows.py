"""Entries of what slides over images, with letters: the place of a window is `S·r + u - S`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.general.writer import NoGeneralFormError
from bp_tutor.formula import Apply, Number, walk
from bp_tutor.formula.algebra import div
from bp_tutor.formula.indexed import At, Greatest, Indexed, Place, Total, summed
from bp_tutor.formula.kernels import DILATE
from bp_tutor.formula.quantity import ONE, SAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bp_tutor.explain.general.writer import Index, Writer
    from bp_tutor.formula import Formula

    Sums = list[tuple[Place, Formula, Formula]]


def _summed_over(writer: Writer, axis: str, length: int, sums: Sums) -> Place:
    """An index that runs, and its sum among `sums`; of one place alone there is none."""
    if length == 1:
        return Place("", 1)
    place = Place(writer.fresh(axis))
    sums.append((place, Number(1), Number(length)))
    return place


def _over_samples(writer: Writer, count: int, sums: Sums) -> Place | None:
    if count == 1:
        return None
    place = Place(writer.fresh(SAMPLE))
    sums.append((place, *writer.span(SAMPLE, None, count)))
    return place


def _mixed(offset: int, *parts: tuple[int, Place | None]) -> Place:
    """An index that is several, each some times, with a number added."""
    terms: list[tuple[int, str]] = []
    for factor, place in parts:
        if place is None:
            offset += factor
            continue
        offset += factor * place.offset
        if place.letter:
            terms.append((factor * place.times, place.letter))
            terms += [(factor * times, letter) for times, letter in place.more]
    # What is added stands before what is subtracted.
    terms.sort(key=lambda term: term[0] < 0)
    if not terms:
        return Place("", offset)
    (times, letter), *more = terms
    return Place(letter, offset, times, tuple(more))


def _total(writer: Writer, sums: Sums, *factors: Formula) -> Formula:
    found = writer.product(*factors) if len(factors) > 1 else factors[0]
    for place, first, last in reversed(sums):
        found = summed(place.letter, found, first, last)
    return found


def correlated(writer: Writer, node: Apply, index: Index) -> Formula:
    """`sum A[j, S·r + u - S - P, …] * W[k, j, u, v]`."""
    image, kernel = node.args
    sample, to, row, column = index
    down, across, top, _, left, _ = node.options
    kernel, below, beside = _gathered(kernel)
    _, channels, rows, columns = kernel.shape
    sums: Sums = []
    channel = _summed_over(writer, "channel", channels, sums)
    u = _summed_over(writer, "row", rows, sums)
    v = _summed_over(writer, "column", columns, sums)
    y = _mixed(1 - below - down - top, (down, row), (below, u))
    x = _mixed(1 - beside - across - left, (across, column), (beside, v))
    under = writer.entry(image, (sample, channel, y, x))
    return _total(writer, sums, under, writer.entry(kernel, (to, channel, u, v)))


def _gathered(kernel: Formula) -> tuple[Formula, int, int]:
    """A kernel without the zeros that dilate it, and how far apart its weights lie."""
    match kernel:
        case Apply(primitive, (weights,), (down, across)) if primitive.name == DILATE.name:
            return weights, down, across
    return kernel, 1, 1


def thinned(writer: Writer, node: Apply, index: Index) -> Formula:
    """What belongs to a weight of a dilated kernel, without the zeros between the weights."""
    to, channel, row, column = index
    down, across = node.options
    y, x = _mixed(1 - down, (down, row)), _mixed(1 - across, (across, column))
    return writer.entry(node.args[0], (to, channel, y, x))


def to_kernel(writer: Writer, node: Apply, index: Index) -> Formula:
    """The sum over all places of the window: `sum A[j, S·u + r - S - P, …] * dZ[k, u, v]`."""
    upstream, image = node.args
    to, channel, row, column = index
    down, across, top, _, left, _ = node.options[2:]
    samples, _, rows, columns = upstream.shape
    sums: Sums = []
    sample = _over_samples(writer, samples, sums)
    u = _summed_over(writer, "row", rows, sums)
    v = _summed_over(writer, "column", columns, sums)
    y = _mixed(-down - top, (down, u), (1, row))
    x = _mixed(-across - left, (across, v), (1, column))
    under = writer.entry(image, (sample, channel, y, x))
    return _total(writer, sums, under, writer.entry(upstream, (sample, to, u, v)))


def to_image(writer: Writer, node: Apply, index: Index) -> Formula:
    """The sum over the windows above a place: `sum dZ[k, u, v] * W[k, c, r + P + S - S·u, …]`."""
    upstream, kernel = node.args
    sample, channel, row, column = index
    down, across, top, _, left, _ = node.options[2:]
    _, outputs, rows, columns = upstream.shape
    sums: Sums = []
    to = _summed_over(writer, "channel", outputs, sums)
    u = _summed_over(writer, "row", rows, sums)
    v = _summed_over(writer, "column", columns, sums)
    p = _mixed(down + top, (1, row), (-down, u))
    q = _mixed(across + left, (1, column), (-across, v))
    above = writer.entry(upstream, (sample, to, u, v))
    return _total(writer, sums, above, writer.entry(kernel, (to, channel, p, q)))


def row_place(shape: tuple[int, ...]) -> Place:
    """Where a value of an image stands in its row: `8c+4r+q-12` of two rows of four columns."""
    _, *lengths = shape
    parts: list[tuple[int, Place | None]] = []
    behind = 1
    for letter, length in zip("qrc", reversed(lengths), strict=True):
        parts.insert(0, (behind, Place(letter) if length > 1 else None))
        behind *= length
    return _mixed(1 - sum(factor for factor, _ in parts), *parts)


def in_a_row(writer: Writer, node: Apply, index: Index) -> Formula:
    """A value of an image, at the place that a row has for it; no other place has a letter."""
    (image,) = node.args
    if index[1] != row_place(image.shape):
        raise NoGeneralFormError(node.primitive.name)
    places = (Place(letter) if length > 1 else None for letter, length in image_axes(image.shape))
    return writer.entry(image, (index[0], *places))


def image_axes(shape: tuple[int, ...]) -> list[tuple[str, int]]:
    """The letters of an image's channels, rows and columns, each with how many there are."""
    return [*zip("crq", shape[1:], strict=True)]


def in_an_image(writer: Writer, node: Apply, index: Index) -> Formula:
    """A value of a row, from the place that it has in the image."""
    sample, channel, row, column = index
    _, height, width = node.options
    size = height * width
    place = _mixed(-size - width, (size, channel), (width, row), (1, column))
    return writer.entry(node.args[0], (sample, place))


def _window(writer: Writer, node: Apply, index: Index) -> tuple[Formula, Sums]:
    """One value of a window that stays in its channel, and the letters that run through it."""
    sample, channel, row, column = index
    rows, columns, down, across = node.options
    sums: Sums = []
    u = _summed_over(writer, "row", rows, sums)
    v = _summed_over(writer, "column", columns, sums)
    y, x = _mixed(-down, (down, row), (1, u)), _mixed(-across, (across, column), (1, v))
    return writer.entry(node.args[0], (sample, channel, y, x)), sums


def averaged(writer: Writer, node: Apply, index: Index) -> Formula:
    """The mean of a window."""
    value, sums = _window(writer, node, index)
    rows, columns, *_ = node.options
    return div(_total(writer, sums, value), Number(rows * columns))


def greatest(writer: Writer, node: Apply, index: Index) -> Formula:
    """The largest value of a window."""
    value, sums = _window(writer, node, index)
    sides = [length for length in node.options[:2] if length > 1]
    spans = [(place, 1, side) for (place, *_), side in zip(sums, sides, strict=True)]
    return Greatest(value, tuple(spans)) if spans else value


def reaches_outside(formula: Formula, free: Iterable[tuple[str, Formula, Formula]]) -> bool:
    """Whether a window lies partly outside its array, where nothing but zeros is."""
    spans = {name: (first, last) for name, first, last in free}
    for node in walk(formula):
        if isinstance(node, Total) and isinstance(node.index, At) and node.first and node.last:
            spans[node.index.of.letter] = node.first, node.last
        elif isinstance(node, Greatest):
            ends = {place.letter: (Number(low), Number(high)) for place, low, high in node.spans}
            spans |= ends
    bounds = {
        name: (int(first.number), int(last.number))
        for name, (first, last) in spans.items()
        if isinstance(first, Number) and isinstance(last, Number)
    }
    return any(
        _outside(place, length, bounds)
        for node in walk(formula)
        if isinstance(node, Indexed)
        for place, length in zip(node.places, _lengths(node), strict=False)
        if place.more
    )


def _lengths(node: Indexed) -> list[int]:
    """How long the axes are that have an index."""
    axes = zip(node.like.axes, node.like.shape, strict=True)
    return [length for axis, length in axes if axis not in (SAMPLE, ONE)]


def _outside(place: Place, length: int, bounds: Mapping[str, tuple[int, int]]) -> bool:
    low = high = place.offset
    for factor, name in ((place.times, place.letter), *place.more):
        ends = [factor * end for end in bounds[name]]
        low, high = low + min(ends), high + max(ends)
    return low < 1 or high > length

"""The array primitives on NumPy arrays; imported only where NumPy computes."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis, shape as `logits`; safe for any logits."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def softmax_back(upstream: Array, output: Array) -> Array:
    """The derivative by the logits, given the one by the softmax's output."""
    return np.asarray(output * (upstream - (upstream * output).sum(axis=-1, keepdims=True)))


def logsumexp(logits: Array) -> Array:
    """log of the sum of exponentials along the last axis, kept with length 1."""
    largest = logits.max(axis=-1, keepdims=True)
    return np.asarray(largest + np.log(np.exp(logits - largest).sum(axis=-1, keepdims=True)))


def log_softmax(logits: Array) -> Array:
    """The logarithms of the probabilities along the last axis; finite for any logits."""
    return np.asarray(logits - logsumexp(logits))


def masked(scores: Array, causal: int, padded: int) -> Array:
    """The scores with minus infinity for what is not to be seen."""
    rows, columns = np.indices(scores.shape)
    padding = np.array([padded >> place & 1 for place in range(scores.shape[1])], dtype=bool)
    removed = ((columns > rows) & bool(causal)) | padding
    return np.where(removed, -np.inf, scores)


def flatten(image: Array) -> Array:
    """Each sample's values in one row."""
    return image.reshape(len(image), -1)


def unflatten(rows: Array, channels: int, height: int, width: int) -> Array:
    """Rows as images again."""
    return rows.reshape(len(rows), channels, height, width)


def flip(kernel: Array) -> Array:
    """Both spatial axes turned round."""
    return kernel[..., ::-1, ::-1]


def dilate(kernel: Array, rows_apart: int, columns_apart: int) -> Array:
    """The kernel with its weights so far apart, and zeros between them."""
    *before, rows, columns = kernel.shape
    sides = (rows - 1) * rows_apart + 1, (columns - 1) * columns_apart + 1
    spread = np.zeros((*before, *sides))
    spread[..., ::rows_apart, ::columns_apart] = kernel
    return spread


def thinned(spread: Array, rows_apart: int, columns_apart: int) -> Array:
    """The weights of a dilated kernel alone."""
    return spread[..., ::rows_apart, ::columns_apart]


def grouped(kernel: Array, groups: int) -> Array:
    """The kernel over all channels, with zeros for those of other groups."""
    count, sources, *sides = kernel.shape
    whole = np.zeros((count, sources * groups, *sides))
    for to in range(count):
        first = to * groups // count * sources
        whole[to, first : first + sources] = kernel[to]
    return whole


def ungrouped(whole: Array, groups: int) -> Array:
    """Of each output channel the channels of its own group."""
    count, sources = len(whole), whole.shape[1] // groups
    firsts = [to * groups // count * sources for to in range(count)]
    return np.stack([whole[to, first : first + sources] for to, first in enumerate(firsts)])


def pad(array: Array, axis: int, before: int, behind: int) -> Array:
    """Zeros before and behind along one axis."""
    widths = [(before, behind) if place == axis else (0, 0) for place in range(array.ndim)]
    return np.pad(array, widths)


def slice_of(array: Array, axis: int, first: int, end: int) -> Array:
    """The part of one axis from `first`, counted from 0, to before `end`."""
    return array[(slice(None),) * axis + (slice(first, end),)]


def at_place(number: float, rows: int, columns: int, row: int, column: int) -> Array:
    """A matrix with a number at one place, and zeros."""
    matrix = np.zeros((rows, columns))
    matrix[row, column] = number
    return matrix


def entry_at(matrix: Array, row: int, column: int) -> np.float64:
    """One number of a matrix."""
    number: np.float64 = matrix[row, column]
    return number


def concatenate(*arrays: Array | int) -> Array:
    """Arrays set side by side along an axis, whose number comes last."""
    *parts, axis = arrays
    return np.concatenate(parts, axis=int(axis))


def correlate(image: Array, kernel: Array, down: int, across: int, *padding: int) -> Array:
    """Every window of the padded image times the kernel, summed: (samples, to, rows, columns)."""
    windows = _windows(image, kernel.shape[2], kernel.shape[3], down, across, *padding)
    product = np.tensordot(windows, kernel, axes=((1, 4, 5), (1, 2, 3)))
    return np.asarray(product.transpose(0, 3, 1, 2))


def correlate_to_kernel(
    upstream: Array, image: Array, rows: int, columns: int, down: int, across: int, *padding: int
) -> Array:
    """The derivative by the kernel, given the one by the correlation."""
    windows = _windows(image, rows, columns, down, across, *padding)
    return np.asarray(np.tensordot(upstream, windows, axes=((0, 2, 3), (0, 2, 3))))


def correlate_to_image(
    upstream: Array,
    kernel: Array,
    height: int,
    width: int,
    down: int,
    across: int,
    *padding: int,
) -> Array:
    """The derivative by the image, given the one by the correlation."""
    top, bottom, left, right = padding
    shape = (len(upstream), kernel.shape[1], height + top + bottom, width + left + right)
    image = np.zeros(shape)
    rows, columns = upstream.shape[2:]
    for p in range(kernel.shape[2]):
        for q in range(kernel.shape[3]):
            part = np.tensordot(upstream, kernel[:, :, p, q], axes=(1, 0)).transpose(0, 3, 1, 2)
            image[:, :, p : p + down * rows : down, q : q + across * columns : across] += part
    return image[:, :, top : top + height, left : left + width]


def slide(kernel: Array, *steps: Array | int) -> Array:
    """The kernel over some steps, the first under the place whose number comes last."""
    *under, first = steps
    places = enumerate(under, int(first))
    return np.asarray(sum(step @ kernel[:, :, place].T for place, step in places))


def slide_to_kernel(upstream: Array, *steps: Array | int) -> Array:
    """The derivative by the kernel, which has so many places, the first step under `first`."""
    *under, first, count = steps
    kernel = np.zeros((upstream.shape[1], np.shape(under[0])[1], int(count)))
    for place, step in enumerate(under, int(first)):
        kernel[:, :, place] = upstream.T @ step
    return kernel


def slide_to_step(upstream: Array, kernel: Array, place: int) -> Array:
    """The derivative by the step under one place of the kernel."""
    return np.asarray(upstream @ kernel[:, :, place])


def largest_step(*steps: Array) -> Array:
    """The largest value over the steps, unit by unit."""
    return np.asarray(np.max(steps, axis=0))


def largest_step_back(upstream: Array, *steps: Array | int) -> Array:
    """The derivative by one step, whose number comes last: where it is the first of the largest."""
    *values, place = steps
    return np.asarray(upstream * (np.argmax(np.stack(values), axis=0) == place))


def max_pool(image: Array, rows: int, columns: int, down: int, across: int) -> Array:
    """The largest value of every window."""
    return np.asarray(_windows(image, rows, columns, down, across).max(axis=(4, 5)))


def max_pool_back(
    upstream: Array, image: Array, rows: int, columns: int, down: int, across: int
) -> Array:
    """Each window's derivative at its first largest value."""
    windows = _windows(image, rows, columns, down, across)
    winners = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
    samples, channels, y, x = np.indices(winners.shape)
    result = np.zeros(image.shape)
    place = (samples, channels, y * down + winners // columns, x * across + winners % columns)
    np.add.at(result, place, upstream)
    return result


def average_pool(image: Array, rows: int, columns: int, down: int, across: int) -> Array:
    """The mean of every window."""
    return np.asarray(_windows(image, rows, columns, down, across).mean(axis=(4, 5)))


def average_pool_back(
    upstream: Array, height: int, width: int, rows: int, columns: int, down: int, across: int
) -> Array:
    """Each window's derivative shared out evenly."""
    result = np.zeros((*upstream.shape[:2], height, width))
    part = upstream / (rows * columns)
    for p in range(rows):
        for q in range(columns):
            rows_end, columns_end = p + down * part.shape[2], q + across * part.shape[3]
            result[:, :, p:rows_end:down, q:columns_end:across] += part
    return result


def _windows(image: Array, rows: int, columns: int, down: int, across: int, *padding: int) -> Array:
    """Every window, shape (samples, channels, places down, places across, rows, columns)."""
    if any(padding):
        top, bottom, left, right = padding
        image = np.pad(image, ((0, 0), (0, 0), (top, bottom), (left, right)))
    return sliding_window_view(image, (rows, columns), axis=(2, 3))[:, :, ::down, ::across]

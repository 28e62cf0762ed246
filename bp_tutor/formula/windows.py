"""Windows that slide over images: correlation and pooling, forward and back.

Images have the shape (samples, channels, height, width), kernels (to, from, height, width).
Options are whole numbers: strides down and across, then padding above, below, left, right.
Zeros of the padding, and of a kernel that was spread, are left out of the sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.algebra import Add, Div, Mul
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.choices import IsLargest, largest
from bp_tutor.formula.kernels import spreading
from bp_tutor.formula.primitive import Apply, Primitive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.formula.node import Formula, Index, Shape
    from bp_tutor.formula.primitive import Grid, Written

    Pulled = tuple[Formula | None, ...]


_NOTHING = Number(0)
"""What stands in a kernel where it has no weight."""


def size_after(length: int, window: int, stride: int, before: int, after: int) -> int:
    """How often a window fits: (length + padding - window) / stride + 1, rounded down."""
    return (length + before + after - window) // stride + 1


def _total(terms: Iterable[Formula]) -> Formula:
    listed = tuple(term for term in terms if _NOTHING not in term.children)
    if not listed:
        return Number(0)
    return listed[0] if len(listed) == 1 else Add(listed)


def _correlate_shape(node: Apply) -> Shape:
    (samples, _, height, width), (to, _, rows, columns) = (arg.shape for arg in node.args)
    down, across, top, bottom, left, right = node.options
    return (
        samples,
        to,
        size_after(height, rows, down, top, bottom),
        size_after(width, columns, across, left, right),
    )


def _correlate_entry(node: Apply, index: Index) -> Formula:
    image, kernel = node.args
    sample, to, row, column = index
    _, channels, height, width = image.shape
    _, _, rows, columns = kernel.shape
    down, across, top, _, left, _ = node.options
    return _total(
        Mul((image.entry((sample, channel, y, x)), kernel.entry((to, channel, p, q))))
        for channel in range(channels)
        for p in range(rows)
        for q in range(columns)
        if 0 <= (y := row * down + p - top) < height
        and 0 <= (x := column * across + q - left) < width
    )


def _correlate_grids(node: Apply, index: Index) -> tuple[Grid, ...]:
    """For each channel the window, with the zeros of the padding, and the kernel."""
    image, kernel = node.args
    sample, to, row, column = index
    _, channels, height, width = image.shape
    _, _, rows, columns = kernel.shape
    down, across, top, _, left, _ = node.options

    def pixel(channel: int, y: int, x: int) -> Formula:
        inside = 0 <= y < height and 0 <= x < width
        return image.entry((sample, channel, y, x)) if inside else Number(0)

    found: list[Grid] = []
    for channel in range(channels):
        window = tuple(
            tuple(
                pixel(channel, row * down + p - top, column * across + q - left)
                for q in range(columns)
            )
            for p in range(rows)
        )
        weights = tuple(
            tuple(kernel.entry((to, channel, p, q)) for q in range(columns)) for p in range(rows)
        )
        found += [("window", window), ("kernel", weights)]
    return tuple(found)


def _correlate_pullback(node: Apply, upstream: Formula, _: Formula) -> Pulled:
    image, kernel = node.args
    return (
        Apply(TO_IMAGE, (upstream, kernel), (*image.shape[2:], *node.options)),
        Apply(TO_KERNEL, (upstream, image), (*kernel.shape[2:], *node.options)),
    )


def _to_image_pullback(node: Apply, upstream: Formula, _: Formula) -> Pulled:
    """As a step forward it is the transposed convolution, and a correlation leads back."""
    source, kernel = node.args
    options = node.options[2:]
    return (
        Apply(CORRELATE, (upstream, kernel), options),
        Apply(TO_KERNEL, (source, upstream), (*kernel.shape[2:], *options)),
    )


def _to_kernel_shape(node: Apply) -> Shape:
    upstream, image = node.args
    return upstream.shape[1], image.shape[1], *node.options[:2]


def _to_kernel_entry(node: Apply, index: Index) -> Formula:
    """The sum over every place where this weight was used."""
    upstream, image = node.args
    to, channel, p, q = index
    samples, _, rows, columns = upstream.shape
    _, _, height, width = image.shape
    _, _, down, across, top, _, left, _ = node.options
    return _total(
        Mul((image.entry((sample, channel, y, x)), upstream.entry((sample, to, row, column))))
        for sample in range(samples)
        for row in range(rows)
        for column in range(columns)
        if 0 <= (y := row * down + p - top) < height
        and 0 <= (x := column * across + q - left) < width
    )


def _to_image_shape(node: Apply) -> Shape:
    upstream, kernel = node.args
    return upstream.shape[0], kernel.shape[1], *node.options[:2]


def _to_image_entry(node: Apply, index: Index) -> Formula:
    """The sum over every window in which this pixel lies."""
    upstream, kernel = node.args
    sample, channel, y, x = index
    outputs, _, rows, columns = kernel.shape
    down, across, top, _, left, _ = node.options[2:]
    return _total(
        Mul((upstream.entry((sample, to, row, column)), kernel.entry((to, channel, p, q))))
        for to in range(outputs)
        for row, p in _windows_over(y + top, rows, down, upstream.shape[2])
        for column, q in _windows_over(x + left, columns, across, upstream.shape[3])
    )


def _windows_over(place: int, window: int, stride: int, count: int) -> list[tuple[int, int]]:
    """The windows that lie over a place, each with where in the window it is."""
    return [
        (number, place - number * stride)
        for number in range(count)
        if 0 <= place - number * stride < window
    ]


def _pool_shape(node: Apply) -> Shape:
    samples, channels, height, width = node.args[0].shape
    rows, columns, down, across = node.options
    return (
        samples,
        channels,
        size_after(height, rows, down, 0, 0),
        size_after(width, columns, across, 0, 0),
    )


def _window(image: Formula, index: Index, options: tuple[int, ...]) -> tuple[Formula, ...]:
    sample, channel, row, column = index
    rows, columns, down, across = options
    return tuple(
        image.entry((sample, channel, row * down + p, column * across + q))
        for p in range(rows)
        for q in range(columns)
    )


def _max_entry(node: Apply, index: Index) -> Formula:
    return largest(_window(node.args[0], index, node.options))


def _average_entry(node: Apply, index: Index) -> Formula:
    window = _window(node.args[0], index, node.options)
    return Div(_total(window), Number(len(window)))


def _max_pullback(node: Apply, upstream: Formula, _: Formula) -> Pulled:
    return (Apply(_MAX_BACK, (upstream, node.args[0]), node.options),)


def _average_pullback(node: Apply, upstream: Formula, _: Formula) -> Pulled:
    return (Apply(_AVERAGE_BACK, (upstream,), (*node.args[0].shape[2:], *node.options)),)


def _max_back_entry(node: Apply, index: Index) -> Formula:
    """The derivative of every window that this pixel has won."""
    upstream, image = node.args
    sample, channel, y, x = index
    rows, columns, down, across = node.options
    return _total(
        Mul(
            (
                upstream.entry((sample, channel, row, column)),
                IsLargest(
                    _window(image, (sample, channel, row, column), node.options), p * columns + q
                ),
            )
        )
        for row, p in _windows_over(y, rows, down, upstream.shape[2])
        for column, q in _windows_over(x, columns, across, upstream.shape[3])
    )


def _average_back_entry(node: Apply, index: Index) -> Formula:
    """An equal share of every window in which this pixel lies."""
    sample, channel, y, x = index
    _, _, rows, columns, down, across = node.options
    upstream = node.args[0]
    return _total(
        Div(upstream.entry((sample, channel, row, column)), Number(rows * columns))
        for row, _ in _windows_over(y, rows, down, upstream.shape[2])
        for column, _ in _windows_over(x, columns, across, upstream.shape[3])
    )


def _in_pytorch(node: Apply, arrays: Sequence[str]) -> str:
    """PyTorch's own convolution does not turn the kernel round either."""
    image, kernel = arrays
    stride, (top, bottom, left, right) = node.options[:2], node.options[2:]
    more = (f", stride={stride}" if stride != (1, 1) else "") + spreading(node.args[1])
    if (top, left) == (bottom, right):
        more += f", padding={(top, left)}" if top or left else ""
        return f"F.conv2d({image}, {kernel}{more})"
    return f"F.conv2d(F.pad({image}, {(left, right, top, bottom)}), {kernel}{more})"


def _transposed_in_pytorch(node: Apply, arrays: Sequence[str]) -> str:
    """Whole, with what lies beyond the last window; the padding is cut off afterwards."""
    (height, width), stride, (top, bottom, left, right) = (
        node.options[:2], node.options[2:4], node.options[4:],
    )  # fmt: skip
    sizes = zip(
        (height + top + bottom, width + left + right),
        node.args[0].shape[2:],
        node.args[1].shape[2:],
        stride,
        strict=True,
    )
    beyond = tuple(size - (count - 1) * by - window for size, count, window, by in sizes)
    more = (f", stride={stride}" if stride != (1, 1) else "") + spreading(node.args[1])
    more += f", output_padding={beyond}" if any(beyond) else ""
    whole = f"F.conv_transpose2d({arrays[0]}, {arrays[1]}{more})"
    if not any((top, bottom, left, right)):
        return whole
    return f"{whole}[:, :, {top}:{top + height}, {left}:{left + width}]"


def _pooled_in_pytorch(function: str) -> Written:
    def written(node: Apply, arrays: Sequence[str]) -> str:
        window, stride = node.options[:2], node.options[2:]
        return f"F.{function}({arrays[0]}, {window}, stride={stride})"

    return written


TO_IMAGE = Primitive(
    "correlate_to_image",
    _to_image_shape,
    _to_image_entry,
    _to_image_pullback,
    options=8,
    pytorch=_transposed_in_pytorch,
)
TO_KERNEL = Primitive("correlate_to_kernel", _to_kernel_shape, _to_kernel_entry, options=8)
_MAX_BACK = Primitive("max_pool_back", lambda node: node.args[1].shape, _max_back_entry, options=4)
_AVERAGE_BACK = Primitive(
    "average_pool_back",
    lambda node: (*node.args[0].shape[:2], *node.options[:2]),
    _average_back_entry,
    options=6,
)
CORRELATE = Primitive(
    "correlate",
    _correlate_shape,
    _correlate_entry,
    _correlate_pullback,
    options=6,
    grids=_correlate_grids,
    pytorch=_in_pytorch,
)
MAX_POOL = Primitive(
    "max_pool",
    _pool_shape,
    _max_entry,
    _max_pullback,
    options=4,
    pytorch=_pooled_in_pytorch("max_pool2d"),
)
AVERAGE_POOL = Primitive(
    "average_pool",
    _pool_shape,
    _average_entry,
    _average_pullback,
    options=4,
    pytorch=_pooled_in_pytorch("avg_pool2d"),
)
WINDOWS = (
    CORRELATE,
    TO_IMAGE,
    TO_KERNEL,
    MAX_POOL,
    _MAX_BACK,
    AVERAGE_POOL,
    _AVERAGE_BACK,
)

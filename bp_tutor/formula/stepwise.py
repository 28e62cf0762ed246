"""What is made of several time steps at once: a kernel over a window of them, the largest value.

Steps have the shape (samples, units), kernels over them (to, from, places).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.algebra import Add, Mul
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.choices import IsLargest, largest
from bp_tutor.formula.primitive import Apply, Primitive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.formula.node import Formula, Index, Shape
    from bp_tutor.formula.primitive import Pulled


def _total(terms: Iterable[Formula]) -> Formula:
    """The sum; what a kernel has no weight for is left out."""
    listed = tuple(term for term in terms if Number(0) not in term.children)
    if not listed:
        return Number(0)
    return listed[0] if len(listed) == 1 else Add(listed)


def _slid_shape(node: Apply) -> Shape:
    kernel, step, *_ = node.args
    return step.shape[0], kernel.shape[0]


def _slid_entry(node: Apply, index: Index) -> Formula:
    kernel, *steps = node.args
    (first,) = node.options
    sample, to = index
    return _total(
        Mul((step.entry((sample, source)), kernel.entry((to, source, place))))
        for place, step in enumerate(steps, first)
        for source in range(kernel.shape[1])
    )


def _slid_pullback(node: Apply, upstream: Formula, _: Formula) -> Pulled:
    kernel, *steps = node.args
    (first,) = node.options
    return (
        Apply(_TO_KERNEL, (upstream, *steps), (first, kernel.shape[2])),
        *(Apply(_TO_STEP, (upstream, kernel), (first + place,)) for place in range(len(steps))),
    )


def _to_kernel_shape(node: Apply) -> Shape:
    upstream, step, *_ = node.args
    return upstream.shape[1], step.shape[1], node.options[1]


def _to_kernel_entry(node: Apply, index: Index) -> Formula:
    """The sum over the samples, where a step lies under this place of the kernel."""
    upstream, *steps = node.args
    to, source, place = index
    inside = place - node.options[0]
    if not 0 <= inside < len(steps):
        return Number(0)
    return _total(
        Mul((steps[inside].entry((sample, source)), upstream.entry((sample, to))))
        for sample in range(upstream.shape[0])
    )


def _to_step_shape(node: Apply) -> Shape:
    upstream, kernel = node.args
    return upstream.shape[0], kernel.shape[1]


def _to_step_entry(node: Apply, index: Index) -> Formula:
    upstream, kernel = node.args
    (place,) = node.options
    sample, source = index
    return _total(
        Mul((upstream.entry((sample, to)), kernel.entry((to, source, place))))
        for to in range(kernel.shape[0])
    )


def _as_products(node: Apply, arrays: Sequence[str]) -> str:
    """A product for each place of the kernel."""
    kernel, *steps = arrays
    places = enumerate(steps, node.options[0])
    return f"({' + '.join(f'{step} @ {kernel}[:, :, {place}].T' for place, step in places)})"


def _largest_entry(node: Apply, index: Index) -> Formula:
    return largest(tuple(step.entry(index) for step in node.args))


def _largest_pullback(node: Apply, upstream: Formula, _: Formula) -> Pulled:
    places = range(len(node.args))
    return tuple(Apply(_LARGEST_BACK, (upstream, *node.args), (place,)) for place in places)


def _largest_back_entry(node: Apply, index: Index) -> Formula:
    """The derivative, where this step has won."""
    upstream, *steps = node.args
    (place,) = node.options
    won = IsLargest(tuple(step.entry(index) for step in steps), place)
    return Mul((upstream.entry(index), won))


_TO_KERNEL = Primitive("slide_to_kernel", _to_kernel_shape, _to_kernel_entry, options=2)
_TO_STEP = Primitive(
    "slide_to_step",
    _to_step_shape,
    _to_step_entry,
    options=1,
    numpy=lambda node, arrays: f"{arrays[0]} @ {arrays[1]}[:, :, {node.options[0]}]",
)
_LARGEST_BACK = Primitive(
    "largest_step_back", lambda node: node.args[0].shape, _largest_back_entry, options=1
)
STEPWISE = (
    Primitive(
        "slide",
        _slid_shape,
        _slid_entry,
        _slid_pullback,
        options=1,
        numpy=_as_products,
        pytorch=_as_products,
    ),
    _TO_KERNEL,
    _TO_STEP,
    Primitive(
        "largest_step",
        lambda node: node.args[0].shape,
        _largest_entry,
        _largest_pullback,
        pytorch=lambda _, arrays: f"torch.stack([{', '.join(arrays)}]).max(dim=0).values",
    ),
    _LARGEST_BACK,
)

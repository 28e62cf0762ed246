"""A line worked out with one slip in it: every array that a student may get instead.

The line is walked as it is written, and at each of its nodes what is often done there instead is
put in for it: `*` for `@`, an axis mistaken, a factor left out, another layer's array. What NumPy
would refuse is no slip; what it broadcasts in silence is one.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from bp_tutor.formula import (
    Add,
    Apply,
    Call,
    Div,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Reduce,
    Ref,
    Transpose,
)
from bp_tutor.formula.compiling import compile_arrays
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, Quantity, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.formula import Formula

    Array = NDArray[np.float64]
    Values = Mapping[Quantity, Array]
    Found = tuple[str, Array]
    """The key of a slip, and what comes out with it."""

LEAK = 0.01
"""The usual slope of leaky ReLU below 0."""
SLOPES: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a * a,
    "relu": lambda a: (a > 0) * 1.0,
    "leaky_relu": lambda a: _where_below(a, 1.0, LEAK),
    "sigmoid of": lambda z: _sigmoid(z) * (1 - _sigmoid(z)),
    "tanh of": lambda z: 1 - _tanh(z) ** 2,
    "unfinished": lambda a: 1 - a,
    "bare": lambda a: a,
    "turned": lambda a: (a <= 0) * 1.0,
}
"""Slopes as programs have them, also of another activation, or not finished."""
STRUCTURE = (MatMul, Transpose, Mul, Add, Neg, Div, Reduce)
"""Nodes that are worked out from their operands, whatever the shapes of these."""


class Worked:
    """Values of formulas over arrays, each worked out once."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._known: dict[int, tuple[Formula, Array]] = {}
        """By the identity of the node, which is kept so that no other one takes its place."""

    def __call__(self, node: Formula) -> Array:
        """The value of a node, as it should be."""
        if isinstance(node, Ref):
            return self._values[node.quantity]
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (node, self._made(node))
        return known[1]

    def _made(self, node: Formula) -> Array:
        import numpy as np

        if isinstance(node, STRUCTURE):
            return np.asarray(_applied(node, [self(child) for child in node.children]))
        sources, made = _compiled(node)
        return np.asarray(made(1, *(self._values[each] for each in sources))[0], dtype=float)


@lru_cache(maxsize=4096)
def _compiled(node: Formula) -> tuple[tuple[Quantity, ...], Callable[..., Any]]:
    """The arrays that a formula is made from, and what makes it of them."""
    sources = tuple(dict.fromkeys(each.quantity for each in leaves(node)))
    result = Quantity("result", shape=node.shape)
    return sources, compile_arrays(sources, [(result, node)], [result])


def leaves(node: Formula) -> Iterator[Ref]:
    """The arrays that a formula speaks of, each time that it does."""
    if isinstance(node, Ref):
        yield node
    for child in node.children:
        yield from leaves(child)


class Slips:
    """The slips at one line, with the values that it goes by and all others that there are."""

    def __init__(
        self,
        values: Values,
        others: Values,
        samples: int,
        scale: float,
        besides: Callable[[Formula, Array], Iterator[Found]],
    ) -> None:
        """`values` are the sources of the line; `others` may be taken for them by mistake.

        What was handed in is `scale` times what the line gives. `besides` says what else may come
        out of a node, given what should.
        """
        self._besides, self._scale = besides, scale
        self._worked, self._others, self._samples = Worked(values), others, samples

    def of(self, node: Formula) -> Iterator[Found]:
        """What comes out with one slip somewhere in the formula."""
        yield from self._besides(node, self._worked(node))
        yield from self._inside(node)
        yield from self._at(node)

    def _inside(self, node: Formula) -> Iterator[Found]:
        """With one slip in an operand, the node itself worked out as it should be."""
        operands = node.children
        if not operands or (isinstance(node, Call) and isinstance(operands[0], Ref)):
            return
        if isinstance(node, Apply) and node.primitive.name in ("softmax", "softmax_back"):
            return
        for place, child in enumerate(operands):
            for key, value in self.of(child):
                made = self._combined(node, place, value)
                if made is not None:
                    yield key, made

    def _combined(self, node: Formula, place: int, value: Array) -> Array | None:
        """The node with one of its operands being this array, whatever its shape."""
        operands = [value if at == place else self._worked(child)
                    for at, child in enumerate(node.children)]  # fmt: skip
        return tried(lambda: _applied(node, operands))

    def _at(self, node: Formula) -> Iterator[Found]:
        """What is done at this node instead."""
        for kind, slips in AT.items():
            if isinstance(node, kind):
                for key, make in slips(self, node):
                    value = tried(make)
                    if value is not None:
                        yield key, value

    # One method for each kind of node

    def product(self, node: MatMul) -> Iterator[tuple[str, Callable[[], Any]]]:
        """A matrix product: entry by entry, the other way round, an operand not turned."""
        left, right = self._worked(node.left), self._worked(node.right)
        yield "star_for_matmul", lambda: left * right
        yield "star_for_matmul", lambda: left * right.T
        yield "star_for_matmul", lambda: left.T * right
        yield "transposed", lambda: left.T @ right
        yield "transposed", lambda: left @ right.T
        yield "transposed", lambda: left.T @ right.T
        yield "product_turned_round", lambda: right @ left
        yield "result_transposed", lambda: (left @ right).T
        if isinstance(node.left, Transpose):
            # It goes over the samples.
            yield "sample_left_out", lambda: left[:, :-1] @ right[:-1]
            yield "sample_left_out", lambda: left[:, 1:] @ right[1:]

    def turned(self, node: Transpose) -> Iterator[tuple[str, Callable[[], Any]]]:
        """A transpose that is forgotten."""
        yield "transposed", lambda: self._worked(node.children[0])

    def factors(self, node: Mul) -> Iterator[tuple[str, Callable[[], Any]]]:
        """A product: a factor left out, or taken twice; the slope left out, or another one."""
        operands = [self._worked(child) for child in node.children]
        for place, child in enumerate(node.children):
            rest = [one for at, one in enumerate(operands) if at != place]
            twice = [*operands, operands[place]]
            if isinstance(child, Ref) and child.quantity.role is Role.RATE:
                yield "rate_left_out", partial(_times, rest)
                yield "rate_twice", partial(_times, twice)
            elif isinstance(child, Number):
                yield "factor_left_out", partial(_times, rest)
                yield "factor_twice", partial(_times, twice)
        yield from self._slopes(node, operands)
        if len(operands) == 2 and all(one.ndim == 2 for one in operands):
            first, second = operands
            yield "matmul_for_star", lambda: first @ second.T
            yield "matmul_for_star", lambda: first @ second

    def _slopes(self, node: Mul, operands: list[Array]) -> Iterator[tuple[str, Callable[[], Any]]]:
        """The factors that are the slope of an activation: all of them together."""
        pairs = list(zip(node.children, operands, strict=True))
        slope = [value for child, value in pairs if _is_slope(child)]
        rest = [value for child, value in pairs if not _is_slope(child)]
        leaf = next(
            (each for child, _ in pairs if _is_slope(child) for each in leaves(child)), None
        )
        if leaf is None or not rest:
            return
        mine, own, before = leaf.quantity, self._worked(leaf), _times(rest)
        yield "slope_left_out", lambda: before
        yield "slope_twice", partial(_times, [*operands, *slope])
        yield "slope_on_gradient", lambda: before * (before > 0)
        yield "brackets", lambda: before * own - own / self._scale
        yield "brackets", lambda: before - own**2 / self._scale
        for quantity, at in ((mine, own), *self._near(mine)):
            for name, value in SLOPES.items():
                if quantity.layer != mine.layer:
                    key = f"slope_of_other_layer:{quantity.name}"
                elif name in ("unfinished", "bare", "turned"):
                    key = "mask_turned" if name == "turned" else "slope_unfinished"
                elif _same_kind(name, slope, own):
                    key = "slope_at_other"
                else:
                    key = f"other_slope:{name.partition(' ')[0]}"
                yield key, partial(_with_slope, rest, value, at)
            if quantity.layer == mine.layer and quantity != mine:
                # A·(1 − Z), where only one of the two is mistaken.
                yield "slope_at_other", partial(_times, [*rest, own, 1 - at])
                yield "slope_at_other", partial(_times, [*rest, at, 1 - own])

    def terms(self, node: Add) -> Iterator[tuple[str, Callable[[], Any]]]:
        """A sum: a term left out, or with the wrong sign; numbers below 0 that wrapped round."""
        operands = [self._worked(child) for child in node.children]
        for place, child in enumerate(node.children):
            rest = [one for at, one in enumerate(operands) if at != place]
            key = "bias_left_out" if _is_bias(child) else "term_left_out"
            yield key, partial(_total, rest)
            turned = [-one if at == place else one for at, one in enumerate(operands)]
            yield "sign_of_term", partial(_total, turned)
            if isinstance(child, Neg):
                wrapped = [one % 256 if at == place else one for at, one in enumerate(operands)]
                yield "unsigned", partial(_total, wrapped)
        for place in range(len(operands)):
            turned = [one.T if at == place else one for at, one in enumerate(operands)]
            yield "broadcast", partial(_total, turned)
            for axis in (0, 1):
                # The square array brought back to a column.
                yield "broadcast", partial(_back, turned, axis, 1)
                yield "broadcast", partial(_back, turned, axis, self._samples)

    def summed(self, node: Reduce) -> Iterator[tuple[str, Callable[[], Any]]]:
        """A sum over samples: over the units instead, not at all, or the mean."""
        import numpy as np

        inner = self._worked(node.children[0])
        yield "not_summed", lambda: inner
        yield "sum_over_units", lambda: inner.sum(axis=-1)
        yield "sum_over_all", inner.sum
        yield "mean_twice", lambda: inner.mean(axis=0, keepdims=True)
        yield "one_sample", lambda: inner[:1]
        yield "one_sample", lambda: inner[-1:]
        yield "sample_left_out", lambda: inner[:-1].sum(axis=0, keepdims=True)
        yield "sample_left_out", lambda: inner[1:].sum(axis=0, keepdims=True)
        yield "mean_over_units", lambda: inner.mean(axis=-1)
        for left in range(len(node.axes)) if len(node.axes) > 1 else ():
            axes = tuple(axis for at, axis in enumerate(node.axes) if at != left)
            yield "axis_left_out", partial(_sum_first, inner, axes, node.axes[left])
        if len(node.axes) > 1:
            yield "mean_for_sum", lambda: inner.mean(axis=node.axes, keepdims=True)
        yield "sum_over_all", lambda: np.broadcast_to(inner.sum(), (1, inner.shape[-1]))

    def called(self, node: Call) -> Iterator[tuple[str, Callable[[], Any]]]:
        """A function: left out, another one, or applied to another array."""
        import numpy as np

        argument = self._worked(node.args[0])
        others: dict[str, Callable[[Array], Any]] = {
            "sigmoid": _sigmoid,
            "tanh": _tanh,
            "relu": lambda z: np.maximum(z, 0),
            "leaky_relu": lambda z: _where_below(z, z, LEAK * z),
        }
        yield "activation_left_out", lambda: argument
        for name, function in others.items():
            if name != node.function.name:
                yield f"other_activation:{name}", partial(function, argument)
        own = others.get(node.function.name)
        if own is not None:
            yield "activation_twice", lambda: own(own(argument))

    def shares(self, node: Apply) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Softmax: over the samples, over everything, not divided; or a sigmoid."""
        import numpy as np

        if node.primitive.name != "softmax":
            return
        logits = self._worked(node.args[0])
        powers = np.exp(logits - logits.max())
        yield "activation_before", lambda: _softmax(np.maximum(logits, 0))
        yield "activation_before", lambda: _softmax(_sigmoid(logits))
        yield "activation_before", lambda: _softmax(_tanh(logits))
        yield "activation_twice", lambda: _softmax(_softmax(logits))
        yield "softmax_over_samples", lambda: powers / powers.sum(axis=0, keepdims=True)
        yield "softmax_over_all", lambda: powers / powers.sum()
        yield "not_divided", lambda: np.exp(logits)
        yield "other_activation:sigmoid", lambda: 1 / (1 + np.exp(-logits))
        yield "activation_left_out", lambda: logits

    def source(self, node: Ref) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Another array for the one that belongs here."""
        import numpy as np

        mine = node.quantity
        if mine.kind == DERIVATIVE:
            yield "mean_left_out", lambda: self._worked(node) * self._samples
            yield "mean_twice", lambda: self._worked(node) / self._samples
        own = self._worked(node)
        if own.ndim == 4 and mine.role is Role.WEIGHT:
            yield "kernel_flipped", lambda: own[:, :, ::-1, ::-1]
            if own.shape[0] == own.shape[1]:
                yield "kernel_transposed", lambda: own.swapaxes(0, 1)
            yield "kernel_transposed", lambda: own.swapaxes(2, 3)
        if mine.role in (Role.ACTIVATION, Role.OUTPUT) and not mine.kind:
            yield "thresholded", lambda: (own > 0.5) * 1.0
            yield "thresholded", lambda: np.eye(own.shape[-1])[own.argmax(axis=-1)]
            yield "slope_for_value", lambda: own * (1 - own)
            yield "slope_for_value", lambda: 1 - own**2
            yield "activation_twice", lambda: _softmax(own)
            yield "activation_twice", lambda: _sigmoid(own)
        for quantity, value in self._near(mine):
            if quantity.kind == UPDATED and mine.kind != UPDATED:
                key = "already_updated"
            elif quantity.kind == DERIVATIVE and mine.kind == DERIVATIVE:
                same = quantity.step == mine.step
                key = f"other_delta:{quantity.name}" if same else "other_step"
            elif quantity.layer == mine.layer and quantity.step != mine.step:
                key = "other_step"
            elif quantity.layer == mine.layer:
                key = "z_for_a" if quantity.role is Role.WEIGHTED_SUM else "a_for_z"
            else:
                key = f"other_layer:{quantity.name}"
            yield key, partial(np.asarray, value)

    def _near(self, mine: Quantity) -> Iterator[tuple[Quantity, Array]]:
        """Arrays that may stand for this one by mistake."""
        if mine.shape == ():
            return
        for quantity, value in self._others.items():
            if quantity == mine or quantity.shape == ():
                continue
            if mine.role is Role.WEIGHT and not mine.kind:
                if quantity.role is Role.WEIGHT and quantity.kind in ("", UPDATED):
                    yield quantity, value
            elif quantity.kind == mine.kind and quantity.role not in (Role.WEIGHT, Role.BIAS):
                yield quantity, value


def _softmax(z: Array) -> Array:
    from bp_tutor.formula import arrays

    return arrays.softmax(z)


def _sigmoid(z: Array) -> Array:
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-z)))


def _tanh(z: Array) -> Array:
    import numpy as np

    return np.asarray(np.tanh(z))


def _where_below(z: Array, above: Any, below: Any) -> Array:
    """One array where another one is above 0, another below."""
    import numpy as np

    return np.asarray(np.where(z > 0, above, below))


def _with_slope(rest: list[Array], slope: Callable[[Any], Any], at: Array) -> Array:
    return _times([*rest, slope(at)])


def _sum_first(array: Array, axes: tuple[int, ...], one: int) -> Array:
    """The sum along some axes, of another one only its first place."""
    total: Array = array.sum(axis=axes, keepdims=True).take([0], axis=one)
    return total


def _times(arrays: list[Array]) -> Array:
    found = arrays[0]
    for each in arrays[1:]:
        found = found * each
    return found


def _total(arrays: list[Array]) -> Array:
    found = arrays[0]
    for each in arrays[1:]:
        found = found + each
    return found


def _back(arrays: list[Array], axis: int, share: int) -> Array:
    back: Array = _total(arrays).sum(axis=axis)[:, None] / share
    return back


def _applied(node: Formula, operands: list[Array]) -> Array:
    """A node over arrays that may have other shapes than they should."""
    if isinstance(node, MatMul):
        return operands[0] @ operands[1]
    if isinstance(node, Transpose):
        return operands[0].T
    if isinstance(node, Mul):
        return _times(operands)
    if isinstance(node, Add):
        return _total(operands)
    if isinstance(node, Neg):
        return -operands[0]
    if isinstance(node, Div):
        return operands[0] / operands[1]
    if isinstance(node, Pow):
        return operands[0] ** operands[1]
    if isinstance(node, Reduce):
        axis = None if node.scalar else node.axes
        total: Array = operands[0].sum(axis=axis, keepdims=not node.scalar)
        return total
    if isinstance(node, Call):
        put_in = Quantity("argument", shape=operands[0].shape)
        return Worked({put_in: operands[0]})(node.rebuild((Ref(put_in), *node.children[1:])))
    if isinstance(node, Apply):
        from bp_tutor.formula import arrays

        made: Array = getattr(arrays, node.primitive.name)(*operands, *node.options)
        return made
    raise TypeError(type(node).__name__)


def tried(make: Callable[[], Any]) -> Array | None:
    """What comes out; None where NumPy refuses, or no number comes out."""
    import numpy as np

    try:
        with np.errstate(all="ignore"):
            found = np.asarray(make(), dtype=float)
    except (ValueError, TypeError, IndexError):
        return None
    return found if np.isfinite(found).all() else None


def _is_slope(node: Formula) -> bool:
    """Whether a factor is made of the values of a layer alone, as slopes are."""
    if isinstance(node, Number | MatMul | Reduce):
        return False
    found = [each.quantity for each in leaves(node)]
    return bool(found) and all(
        not one.kind and one.shape and one.role in (Role.ACTIVATION, Role.WEIGHTED_SUM, Role.OUTPUT)
        for one in found
    )


def _is_bias(node: Formula) -> bool:
    return isinstance(node, Ref) and node.quantity.role is Role.BIAS


def _same_kind(name: str, slope: list[Array], own: Array) -> bool:
    """Whether a slope is of the activation that is meant, taken at another array."""
    import numpy as np

    kind = name.partition(" ")[0]
    return bool(np.allclose(_times(slope), SLOPES[kind](own)))


AT: dict[type[Formula], Callable[[Slips, Any], Iterator[tuple[str, Callable[[], Any]]]]] = {
    MatMul: Slips.product,
    Transpose: Slips.turned,
    Mul: Slips.factors,
    Add: Slips.terms,
    Reduce: Slips.summed,
    Call: Slips.called,
    Apply: Slips.shares,
    Ref: Slips.source,
}
"""What is done instead, by the kind of node."""


def on_the_whole(value: Array, samples: int, widths: Collection[int]) -> Iterator[Found]:
    """What is done to a right result: its sign, its scale, its shape, whole numbers of it."""
    import numpy as np

    yield "sign", -value
    yield "mean_left_out", value * samples
    yield "mean_twice", value / samples
    for width in set(widths) - {1, samples}:
        yield "divided_by_other", value * samples / width
    yield "factor_two", value * 2
    yield "factor_half", value / 2
    if value.ndim == 2:
        yield "result_transposed", value.T
    elif value.ndim == 4:
        yield "kernel_flipped", value[:, :, ::-1, ::-1]
    yield "whole_numbers", np.trunc(value)
    if value.size > 1:
        yield "mean_over_outputs", value / value.shape[-1]
        yield "sum_over_outputs", value * value.shape[-1]

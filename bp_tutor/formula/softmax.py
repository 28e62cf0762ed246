"""Softmax along the last axis, its way back, and the logarithm of its denominator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.algebra import Add, Mul, Neg, Reduce, call
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.choices import LogSumExp, SoftmaxEntry
from bp_tutor.formula.linear import is_nothing
from bp_tutor.formula.masks import is_minus_infinity
from bp_tutor.formula.primitive import Apply, Primitive

if TYPE_CHECKING:
    from bp_tutor.formula.node import Formula, Index, Shape


def _row(array: Formula, index: Index) -> tuple[Formula, ...]:
    """All entries that share an entry's row."""
    return tuple(array.entry((*index[:-1], place)) for place in range(array.shape[-1]))


def _softmax_entry(node: Apply, index: Index) -> Formula:
    """The share among those that no mask has removed."""
    row = _row(node.args[0], index)
    kept = [place for place, logit in enumerate(row) if not is_minus_infinity(logit)]
    if index[-1] not in kept:
        return Number(0)
    return SoftmaxEntry(tuple(row[place] for place in kept), kept.index(index[-1]))


def _softmax_pullback(_: Apply, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
    return (Apply(SOFTMAX_BACK, (upstream, itself)),)


def _back_entry(node: Apply, index: Index) -> Formula:
    """Through the Jacobian: the slope of every output by this logit, times its derivative."""
    upstream, output = node.args
    outputs = _row(output, index)
    own = outputs[index[-1]]
    terms: list[Formula] = []
    for place, other in enumerate(outputs):
        if is_nothing(own) or is_nothing(other):
            continue
        given = upstream.entry((*index[:-1], place))
        slope = Add((Number(1), Neg(own))) if place == index[-1] else Neg(other)
        terms.append(Mul((given, own, slope)))
    if not terms:
        return Number(0)
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _log_softmax_entry(node: Apply, index: Index) -> Formula:
    logits = _row(node.args[0], index)
    return Add((logits[index[-1]], Neg(LogSumExp(logits))))


def _log_softmax_pullback(
    _: Apply, upstream: Formula, itself: Formula
) -> tuple[Formula | None, ...]:
    """What arrives at an output, less its share of all that arrives."""
    total = Reduce("sum", upstream, (len(itself.shape) - 1,))
    return (Add((upstream, Neg(Mul((call("exp", itself), total))))),)


def _logsumexp_entry(node: Apply, index: Index) -> Formula:
    return LogSumExp(_row(node.args[0], index))


def _one_column(node: Apply) -> Shape:
    return (*node.args[0].shape[:-1], 1)


SOFTMAX_BACK = Primitive("softmax_back", lambda node: node.args[1].shape, _back_entry)
SOFTMAX = Primitive(
    "softmax",
    lambda node: node.args[0].shape,
    _softmax_entry,
    _softmax_pullback,
    pytorch=lambda _, arrays: f"torch.softmax({arrays[0]}, dim=-1)",
)
LOG_SOFTMAX = Primitive(
    "log_softmax",
    lambda node: node.args[0].shape,
    _log_softmax_entry,
    _log_softmax_pullback,
    pytorch=lambda _, arrays: f"torch.log_softmax({arrays[0]}, dim=-1)",
)
LOGSUMEXP = Primitive(
    "logsumexp",
    _one_column,
    _logsumexp_entry,
    pytorch=lambda _, arrays: f"torch.logsumexp({arrays[0]}, dim=-1, keepdim=True)",
)
ROWS = (SOFTMAX, SOFTMAX_BACK, LOG_SOFTMAX, LOGSUMEXP)

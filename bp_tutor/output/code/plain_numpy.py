"""Formulas as one expression of NumPy each, as somebody types them: no helper functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Apply, Call, Formula, Indicator, Mul, Reduce
from bp_tutor.formula.primitive import atom
from bp_tutor.formula.softmax import LOG_SOFTMAX, LOGSUMEXP, SOFTMAX, SOFTMAX_BACK
from bp_tutor.formula.style import Binding
from bp_tutor.output.code.libraries import CodeText, NumPy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bp_tutor.formula import Speller

    Written = Callable[[Sequence[str], int], str]


def _softmax(arrays: Sequence[str], axis: int) -> str:
    return f"np.exp({arrays[0]}) / {_total(f'np.exp({arrays[0]})', axis)}"


def _softmax_back(arrays: Sequence[str], axis: int) -> str:
    upstream, output = map(atom, arrays)
    return f"{output} * ({upstream} - {_total(f'{upstream} * {output}', axis)})"


def _log_softmax(arrays: Sequence[str], axis: int) -> str:
    return f"{atom(arrays[0])} - {_logsumexp(arrays, axis)}"


def _logsumexp(arrays: Sequence[str], axis: int) -> str:
    return f"np.log({_total(f'np.exp({arrays[0]})', axis)})"


def _total(text: str, axis: int) -> str:
    return f"np.sum({text}, axis={axis}, keepdims=True)"


WRITTEN: dict[str, tuple[Written, Binding]] = {
    SOFTMAX.name: (_softmax, Binding.PRODUCT),
    SOFTMAX_BACK.name: (_softmax_back, Binding.PRODUCT),
    LOG_SOFTMAX.name: (_log_softmax, Binding.SUM),
    LOGSUMEXP.name: (_logsumexp, Binding.ATOM),
}
"""Array primitives over their arrays and the axis of the units, and how tightly they bind."""


class PlainNumPy(NumPy):
    """NumPy in single expressions; what cannot be said in one stays the name of a function."""

    def __init__(self, *, columns: bool = False, keeps_axes: bool = True) -> None:
        """`columns`: samples stand in columns, so that units are counted along axis 0.

        `keeps_axes`: an axis that is summed over stays, with one entry.
        """
        super().__init__()
        self._axis, self._keeps_axes = 0 if columns else 1, keeps_axes

    def _put(self, node: Formula, speller: Speller) -> Formula | None:
        match node:
            case Indicator(arg, sign):
                said = f"np.where({self.text(arg, speller)} {sign} 0, 1.0, 0.0)"
                return CodeText(said, Binding.ATOM, node.shape)
            case Mul(factors) if any(isinstance(one, Indicator) for one in factors):
                # A mask as a factor is the comparison itself.
                return self._prepared(
                    Mul(tuple(self._mask(one, speller) for one in factors)), speller
                )
            case Call(function) if function.body and not self._has_name(node):
                return self._prepared(node.expanded(), speller)
            case Apply(primitive, args) if primitive.name in WRITTEN:
                write, binding = WRITTEN[primitive.name]
                said = write([self.text(arg, speller) for arg in args], self._axis)
                return CodeText(said, binding, node.shape)
        return super()._put(node, speller)

    def _summed(self, node: Reduce, inside: str) -> str:
        if self._keeps_axes or node.scalar:
            return super()._summed(node, inside)
        along = node.axes[0] if len(node.axes) == 1 else node.axes
        return f"{self.module}.{node.kind}({inside}, {self.axis}={along})"

    def _mask(self, factor: Formula, speller: Speller) -> Formula:
        if not isinstance(factor, Indicator):
            return factor
        said = f"({self.text(factor.arg, speller)} {factor.sign} 0)"
        return CodeText(said, Binding.ATOM, factor.shape)

    def _has_name(self, node: Call) -> bool:
        """Whether NumPy has a function for it, or it is nothing but its argument."""
        used = set(self.used)
        self.called(node.function, ["z"] * len(node.args))
        helped, self.used = self.used - used, used
        return not helped

"""Array primitives: what is said of whole arrays and cannot be said entry by entry.

A primitive is a row of the table: its shape, one entry of it as a scalar formula, its
gradient as formulas, and its code. The engine knows none of them by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bp_tutor.formula import build
from bp_tutor.formula.arithmetic import Add, Mul, Neg
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.functions import call
from bp_tutor.formula.node import Formula
from bp_tutor.formula.powers import Div
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller

    Args = tuple[Formula, ...]


class Primitive(NamedTuple):
    """How one primitive behaves; `array` is the name of its function in `arrays.py`."""

    name: str
    shape: Callable[[Args], Shape]
    entry: Callable[[Args, Index], Formula]
    pullback: Callable[[Args, Formula, Formula], tuple[Formula | None, ...]] | None
    latex: str | None = None


class Apply(Formula):
    """A primitive applied to arrays."""

    __slots__ = __match_args__ = ("primitive", "args")

    def __init__(self, primitive: Primitive, args: tuple[Formula, ...]) -> None:
        self.primitive: Final = primitive
        self.args: Final = args

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.args

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Apply(self.primitive, children)

    @property
    def shape(self) -> Shape:
        return self.primitive.shape(self.args)

    def entry(self, index: Index) -> Formula:
        return self.primitive.entry(self.args, index)

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        if self.primitive.pullback is None:
            raise ValueError(f"{self.primitive.name} has no gradient rule")
        return self.primitive.pullback(self.args, upstream, itself)

    def array_code(self, coder: Coder) -> str:
        inside = ", ".join(arg.array_code(coder) for arg in self.args)
        return f"{self.primitive.name}({inside})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        inside = ", ".join(arg.spelled(speller)[0] for arg in self.args)
        name = self.primitive.name
        if speller.style.name == "latex":
            name = self.primitive.latex or rf"\operatorname{{{name}}}".replace("_", r"\_")
        return f"{name}({inside})", Binding.ATOM


class Stable(Formula):
    """A textbook formula together with one that gives the same number without overflow.

    It is shown, differentiated and expanded as `shown`; the number comes from `computed`.
    """

    __slots__ = __match_args__ = ("shown", "computed")

    def __init__(self, shown: Formula, computed: Formula) -> None:
        self.shown: Final = shown
        self.computed: Final = computed

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.shown, self.computed)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Stable(*children)

    @property
    def shape(self) -> Shape:
        return self.shown.shape

    def entry(self, index: Index) -> Formula:
        return Stable(self.shown.entry(index), self.computed.entry(index))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return upstream, None

    def value(self, lookup: Lookup) -> float:
        return self.computed.value(lookup)

    def scalar_code(self, coder: Coder) -> str:
        return self.computed.scalar_code(coder)

    def array_code(self, coder: Coder) -> str:
        return self.computed.array_code(coder)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.shown.spelled(speller)


class Share(Formula):
    """One entry of a softmax: the exponential of `logits[place]` over the sum of all."""

    __slots__ = __match_args__ = ("logits", "place")

    def __init__(self, logits: tuple[Formula, ...], place: int) -> None:
        self.logits: Final = logits
        self.place: Final = place

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.logits

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Share(children, self.place)

    @property
    def shape(self) -> Shape:
        return ()

    def entry(self, index: Index) -> Formula:
        return self

    def expanded(self) -> Formula:
        """`exp(z1)/(exp(z1) + exp(z2) + ...)`."""
        powers = tuple(call("exp", logit) for logit in self.logits)
        return Div(powers[self.place], Add(powers) if len(powers) > 1 else powers[0])

    def value(self, lookup: Lookup) -> float:
        from math import exp

        logits = [logit.value(lookup) for logit in self.logits]
        largest = max(logits)
        powers = [exp(logit - largest) for logit in logits]
        return powers[self.place] / sum(powers)

    def scalar_code(self, coder: Coder) -> str:
        logits = [coder.variable(logit.scalar_code(coder)) for logit in self.logits]
        if len(logits) == 1:
            return "1.0"
        largest = coder.variable(f"max({', '.join(logits)})")
        powers = [coder.variable(f"exp({logit}-{largest})") for logit in logits]
        return f"({powers[self.place]}/{coder.variable('+'.join(powers))})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.expanded().spelled(speller)


def _softmax_entry(args: Args, index: Index) -> Formula:
    row, place = index
    return Share(tuple(args[0].entry((row, j)) for j in range(args[0].shape[1])), place)


def _softmax_pullback(_: Args, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
    return (Apply(PRIMITIVES["softmax_back"], (upstream, itself)),)


def _softmax_back_entry(args: Args, index: Index) -> Formula:
    """Through the Jacobian: the slope of every output by this logit, times its derivative."""
    row, place = index
    upstream, output = args
    own = output.entry((row, place))
    terms = []
    for other in range(output.shape[1]):
        given = upstream.entry((row, other))
        if other == place:
            terms.append(Mul((given, own, Add((Number(1), Neg(own))))))
        else:
            terms.append(Mul((given, Neg(output.entry((row, other))), own)))
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _logsumexp_entry(args: Args, index: Index) -> Formula:
    row = index[0]
    largest: Formula = args[0].entry((row, 0))
    logits = [args[0].entry((row, j)) for j in range(args[0].shape[1])]
    for logit in logits[1:]:
        largest = call("max", largest, logit)
    if len(logits) == 1:
        return largest
    powers = tuple(call("exp", build.sub(logit, largest)) for logit in logits)
    return Add((largest, call("log", Add(powers))))


def _one_column(args: Args) -> Shape:
    return (*args[0].shape[:-1], 1)


PRIMITIVES: dict[str, Primitive] = {
    row.name: row
    for row in (
        Primitive("softmax", lambda args: args[0].shape, _softmax_entry, _softmax_pullback),
        Primitive("softmax_back", lambda args: args[1].shape, _softmax_back_entry, None),
        Primitive("logsumexp", _one_column, _logsumexp_entry, None),
    )
}


def apply(name: str, *args: Formula) -> Apply:
    """A primitive of the table applied to arrays."""
    return Apply(PRIMITIVES[name], args)

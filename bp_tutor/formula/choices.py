"""Scalar nodes over several candidates: softmax shares, the largest value, the winner.

And a textbook formula together with one that has a value where the first has none.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Final

from bp_tutor.formula.algebra import Add, Div, call, mul
from bp_tutor.formula.function_table import FUNCTIONS
from bp_tutor.formula.node import NOISE, Formula, chosen, finite, replace, walk
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller


class StableForm(Formula):
    """A textbook formula together with one that gives the same number without overflow.

    It is shown, differentiated and expanded as `shown`. As long as `leaf` has the value of
    `origin` in full (A is the softmax of Z, and nobody rounded it), both are one number, and it
    comes from `computed`, which floats spoil nowhere. Once `leaf` has a number of its own, which
    was rounded, printed or answered, `shown` is worked out with it, as on paper; and only where
    that has no value (the logarithm of 0) `computed` again.
    """

    __slots__ = __match_args__ = ("shown", "computed", "leaf", "origin")

    def __init__(self, shown: Formula, computed: Formula, leaf: Formula, origin: Formula) -> None:
        self.shown: Final = shown
        self.computed: Final = computed
        self.leaf: Final = leaf
        self.origin: Final = origin

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.shown, self.computed, self.leaf, self.origin)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return StableForm(*children)

    @property
    def shape(self) -> Shape:
        return self.shown.shape

    def entry(self, index: Index) -> Formula:
        return StableForm(*(child.entry(index) for child in self.children))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return upstream, None, None, None

    def value(self, lookup: Lookup) -> float:
        return chosen(
            self.leaf.value(lookup),
            self.origin.value(lookup),
            lambda: self.shown.value(lookup),
            lambda: self.computed.value(lookup),
        )

    def scalar_code(self, coder: Coder) -> str:
        computed = self.computed.scalar_code(coder)
        if not (coder.by_hand or coder.exactly):
            # Code works everything out from the start: the leaf always follows.
            return computed
        leaf, origin = self.leaf.scalar_code(coder), self.origin.scalar_code(coder)
        shown = self.shown.scalar_code(coder)
        return f"chosen({leaf}, {origin}, lambda: {shown}, lambda: {computed})"

    def array_code(self, coder: Coder) -> str:
        return self.computed.array_code(coder)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.shown.spelled(speller)


def as_shown(formula: Formula) -> Formula:
    """The formula with the form that is shown for every stable one."""
    return replace(formula, lambda node: node.shown if isinstance(node, StableForm) else None)


def has_stable(formula: Formula) -> bool:
    """Whether a formula has a stable form in it."""
    return any(isinstance(node, StableForm) for node in walk(formula))


def as_computed(formula: Formula) -> Formula:
    """The formula with the form that code computes for every stable one."""
    return replace(formula, lambda node: node.computed if isinstance(node, StableForm) else None)


def worked_out(formula: Formula, lookup: Lookup) -> Formula:
    """A scalar formula in the form in which these numbers give its value.

    Every stable one is as it is shown; where that has no value, as it is computed.
    """

    def chosen(node: Formula) -> Formula | None:
        if not isinstance(node, StableForm):
            return None
        return node.computed if number_of(node.shown, lookup) is None else node.shown

    return replace(formula, chosen)


def number_of(formula: Formula, lookup: Lookup) -> float | None:
    """The value of a scalar formula; None where floats have none (the logarithm of 0)."""
    return finite(lambda: formula.value(lookup))


class SoftmaxEntry(Formula):
    """One entry of a softmax: the exponential of `logits[place]` over the sum of all."""

    __slots__ = __match_args__ = ("logits", "place")

    def __init__(self, logits: tuple[Formula, ...], place: int) -> None:
        self.logits: Final = logits
        self.place: Final = place

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.logits

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return SoftmaxEntry(children, self.place)

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
        return f"({powers[self.place]}/{coder.variable(_total(powers, coder))})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.expanded().spelled(speller)


class LogSumExp(Formula):
    """The logarithm of the sum of the exponentials of `logits`."""

    __slots__ = __match_args__ = ("logits",)

    def __init__(self, logits: tuple[Formula, ...]) -> None:
        self.logits: Final = logits

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.logits

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return LogSumExp(children)

    @property
    def shape(self) -> Shape:
        return ()

    def entry(self, index: Index) -> Formula:
        return self

    def expanded(self) -> Formula:
        """`log(exp(z1) + exp(z2) + ...)`."""
        powers = tuple(call("exp", logit) for logit in self.logits)
        return call("log", Add(powers) if len(powers) > 1 else powers[0])

    def value(self, lookup: Lookup) -> float:
        logits = [logit.value(lookup) for logit in self.logits]
        largest = max(logits)
        return largest + log(sum(exp(logit - largest) for logit in logits))

    def scalar_code(self, coder: Coder) -> str:
        logits = [coder.variable(logit.scalar_code(coder)) for logit in self.logits]
        if len(logits) == 1:
            return logits[0]
        largest = coder.variable(f"max({', '.join(logits)})")
        powers = [f"exp({logit}-{largest})" for logit in logits]
        return f"({largest}+log({_total(powers, coder)}))"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.expanded().spelled(speller)


def _total(codes: list[str], coder: Coder) -> str:
    # Newer Pythons lose less in `sum` than in a sum that is written out.
    return f"sum(({', '.join(codes)},))" if coder.exactly else "+".join(codes)


class _Candidates(Formula):
    """A scalar made from a list of scalars."""

    __slots__ = ("candidates",)

    def __init__(self, candidates: tuple[Formula, ...]) -> None:
        self.candidates: Final = candidates

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.candidates

    @property
    def shape(self) -> Shape:
        return ()

    def entry(self, index: Index) -> Formula:
        return self.rebuild(tuple(candidate.entry(()) for candidate in self.candidates))

    def _listed(self, speller: Speller) -> list[str]:
        return [candidate.spelled(speller)[0] for candidate in self.candidates]


class Largest(_Candidates):
    """The largest of several values."""

    __slots__ = ()
    __match_args__ = ("candidates",)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Largest(children)

    def value(self, lookup: Lookup) -> float:
        return max(candidate.value(lookup) for candidate in self.candidates)

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        places = range(len(self.candidates))
        return tuple(mul(upstream, IsLargest(self.candidates, place)) for place in places)

    def scalar_code(self, coder: Coder) -> str:
        return f"max(({', '.join(one.scalar_code(coder) for one in self.candidates)},))"

    def array_code(self, coder: Coder) -> str:
        return f"max(({', '.join(one.array_code(coder) for one in self.candidates)},))"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        name = speller.style.function(FUNCTIONS["max"])
        return speller.style.call(name, self._listed(speller)), Binding.ATOM


def largest(candidates: tuple[Formula, ...]) -> Formula:
    """The largest of any number of values, as text that is read back says it."""
    if len(candidates) > 2:
        return Largest(candidates)
    return call("max", *candidates) if len(candidates) == 2 else candidates[0]


class IsLargest(_Candidates):
    """1 if the candidate at `place` (from 0) is the first of the largest, else 0.

    Through a maximum, the derivative reaches the winner alone; of equal ones, the first.
    """

    __slots__ = ("place",)
    __match_args__ = ("candidates", "place")

    def __init__(self, candidates: tuple[Formula, ...], place: int) -> None:
        super().__init__(candidates)
        self.place: Final = place

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return IsLargest(children, self.place)

    def value(self, lookup: Lookup) -> float:
        values = [candidate.value(lookup) for candidate in self.candidates]
        return float(values.index(max(values)) == self.place)

    def scalar_code(self, coder: Coder) -> str:
        return self._code([coder.variable(one.scalar_code(coder)) for one in self.candidates])

    def array_code(self, coder: Coder) -> str:
        return self._code([coder.variable(one.array_code(coder)) for one in self.candidates])

    def _code(self, names: list[str]) -> str:
        own = names[self.place]
        beats = [f"{own} > {name}" for name in names[: self.place]]
        holds = [f"{own} >= {name}" for name in names[self.place + 1 :]]
        return f"(1.0 if {' and '.join(beats + holds) or 'True'} else 0.0)"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        place = style.number(str(self.place + 1))
        return style.call(style.word("winner"), (place, *self._listed(speller))), Binding.ATOM


class Indicator(Formula):
    """1 where a comparison with zero holds, else 0: `I(z > 0)`."""

    __slots__ = __match_args__ = ("arg", "sign")

    def __init__(self, arg: Formula, sign: str) -> None:
        self.arg: Final = arg
        self.sign: Final = sign

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Indicator(children[0], self.sign)

    @property
    def shape(self) -> Shape:
        return self.arg.shape

    def entry(self, index: Index) -> Formula:
        return Indicator(self.arg.entry(index), self.sign)

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return (None,)

    def value(self, lookup: Lookup) -> float:
        value = self.arg.value(lookup)
        return float(value > self._bound if ">" in self.sign else value < self._bound)

    @property
    def _bound(self) -> float:
        """Where the branch changes: what floats leave of 0 counts as 0."""
        return NOISE if self.sign in (">", "<=") else -NOISE

    def scalar_code(self, coder: Coder) -> str:
        return f"(1.0 if {self.arg.scalar_code(coder)} {self.sign[0]} {self._bound} else 0.0)"

    def array_code(self, coder: Coder) -> str:
        code = self.arg.array_code(coder)
        return f"np.where({code} {self.sign[0]} {self._bound}, 1.0, 0.0)"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        sign = style.compare.get(self.sign, self.sign)
        compared = self.arg.spelled(speller)[0] + f" {sign} {style.number('0')}"
        return style.call(style.letter("I"), (compared,)), Binding.ATOM

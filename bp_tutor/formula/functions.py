"""Nodes that apply a named function, or tell which branch of one holds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from bp_tutor.formula import build
from bp_tutor.formula.function_table import FUNCTIONS, Function
from bp_tutor.formula.node import NOISE, Formula, broadcast, fit
from bp_tutor.formula.node import replace as replace_nodes
from bp_tutor.formula.quantity import Quantity
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller


class Call(Formula):
    """A function applied to its arguments, entry by entry."""

    __slots__ = __match_args__ = ("function", "args")

    def __init__(self, function: Function, args: tuple[Formula, ...]) -> None:
        self.function: Final = function
        self.args: Final = args

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.args

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Call(self.function, children)

    @property
    def shape(self) -> Shape:
        return broadcast(*(arg.shape for arg in self.args))

    def entry(self, index: Index) -> Formula:
        entries = (arg.entry(fit(index, arg.shape) if index else ()) for arg in self.args)
        return Call(self.function, tuple(entries))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return tuple(
            None
            if slope is None
            else build.sum_to(
                build.mul(upstream, build.tidy(self._filled(slope, itself))), arg.shape
            )
            for slope, arg in zip(self.function.slopes, self.args, strict=False)
        )

    def slope(self, itself: Formula) -> Formula | None:
        """The derivative by the first argument, its own value written as `itself`."""
        slope = self.function.slopes[0]
        return None if slope is None else build.tidy(self._filled(slope, itself))

    def expanded(self) -> Formula:
        """The function's definition with the arguments put in (itself where it has none)."""
        return self if self.function.body is None else self._filled(self.function.body, self)

    def _filled(self, text: str, itself: Formula) -> Formula:
        filling = dict(zip(self.function.parameters, self.args, strict=True))
        filling[self.function.result] = itself
        return replace_nodes(
            template(text),
            lambda node: filling.get(node.symbol) if isinstance(node, Hole) else None,
        )

    def value(self, lookup: Lookup) -> float:
        return compiled(self.function)(*(arg.value(lookup) for arg in self.args))

    def scalar_code(self, coder: Coder) -> str:
        names = (coder.variable(arg.scalar_code(coder)) for arg in self.args)
        return self.function.scalar.format(
            **dict(zip(self.function.parameters, names, strict=True))
        )

    def array_code(self, coder: Coder) -> str:
        names = (coder.variable(arg.array_code(coder)) for arg in self.args)
        code = self.function.array.format(**dict(zip(self.function.parameters, names, strict=True)))
        return f"({code})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        if self.function.as_body:
            return self.expanded().spelled(speller)
        style = speller.style
        if self.function.name == "exp":
            text, binding = self.args[0].spelled(speller)
            alone = not self.args[0].children and not style.is_product(text)
            single = alone and binding == Binding.SUM
            return style.exponential(text, bare=binding == Binding.ATOM or single)
        args = self.args
        if self.function.defaults and not style.tells_all:
            args = args[: -len(self.function.defaults)]
        shown = [arg.spelled(speller)[0] for arg in args]
        name = style.function(self.function)
        if self.function.name == "sqrt":
            root = style.root(name, shown[0])
            # What is raised, or takes part in a name, needs brackets around a bare root.
            return root, Binding.POWER if root[-1].isdecimal() else Binding.ATOM
        return style.call(name, shown), Binding.ATOM


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
        compared = f"{self.arg.spelled(speller)[0]} {sign} {style.number('0')}"
        return style.call(style.letter("I"), (compared,)), Binding.ATOM


class Hole(Formula):
    """A parameter in the text of a function's body or slope, filled before use."""

    __slots__ = __match_args__ = ("symbol",)

    def __init__(self, symbol: str) -> None:
        self.symbol: Final = symbol

    @property
    def shape(self) -> Shape:
        return ()

    def entry(self, index: Index) -> Formula:
        return self

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return speller.name(Quantity(self.symbol), None), Binding.ATOM


def call(name: str, *args: Formula) -> Call:
    """A row of the table applied to arguments; parameters left out take their defaults."""
    function = FUNCTIONS[name]
    missing = len(function.parameters) - len(args)
    defaults = function.defaults[len(function.defaults) - missing :] if missing else ()
    return Call(function, (*args, *map(build.number, defaults)))


@cache
def template(text: str) -> Formula:
    """The formula of a body or slope, with a `Hole` for each name."""
    from bp_tutor.formula.parse import parse

    return parse(text, Hole)


@cache
def compiled(function: Function) -> Callable[..., float]:
    """A Python function that computes one value safely."""
    from bp_tutor.formula.compiling import lambda_of

    return lambda_of(function.parameters, function.scalar)

"""Named functions: the table, and the nodes that apply them.

Value and slope of a function are two formulas, so that each proves the other. Where the
textbook form overflows, the code of a row computes the same value safely.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from bp_tutor.formula import build
from bp_tutor.formula.node import Formula, broadcast, fit
from bp_tutor.formula.node import replace as replace_nodes
from bp_tutor.formula.quantity import Quantity
from bp_tutor.formula.style import Binding, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller


@dataclass(frozen=True, slots=True)
class Function:
    """A function of numbers, applied entry by entry.

    `body` and `slopes` are written in the language of formulas over `parameters` and
    `result`, the function's own value; a slope is the derivative by its parameter, None
    where there is none. `scalar` and `array` are Python with a `{name}` for each parameter.
    """

    name: str
    parameters: tuple[str, ...]
    body: str | None
    slopes: tuple[str | None, ...]
    scalar: str
    array: str
    result: str = "a"
    defaults: tuple[float, ...] = ()
    """Values of the last parameters where a file does not give them."""
    unicode: str | None = None
    latex: str | None = None
    kinks: tuple[float, ...] = ()
    """Where the slope jumps."""
    as_body: bool = False
    """Spelled as its body, never by its name (losses)."""
    elementary: bool = False
    """Known to everybody: its body is never written out."""

    def with_slope(self, slope: str) -> Function:
        """The same function with its first slope stated in another way."""
        return replace(self, slopes=(slope, *self.slopes[1:]))


def _row(name: str, body: str | None, slope: str | None, scalar: str, array: str, **more: object) -> Function:
    return Function(name, ("z",), body, (slope,), scalar, array, **more)  # type: ignore[arg-type]


FUNCTIONS: dict[str, Function] = {
    row.name: row
    for row in (
        # Elementary functions.
        _row("exp", None, "a", "exp({z})", "np.exp({z})", latex=r"\exp"),
        _row("log", None, "1/z", "log({z})", "np.log({z})", unicode="ln", latex=r"\ln"),
        _row("log10", "log(z)/log(10)", "1/(z*log(10))", "log10({z})", "np.log10({z})", elementary=True),
        _row("sqrt", "z**0.5", "1/(2*a)", "sqrt({z})", "np.sqrt({z})", unicode="√", latex=r"\sqrt", elementary=True),
        _row("sin", None, "cos(z)", "sin({z})", "np.sin({z})", latex=r"\sin"),
        _row("cos", None, "-sin(z)", "cos({z})", "np.cos({z})", latex=r"\cos"),
        _row("abs", "z*sign(z)", "sign(z)", "abs({z})", "np.abs({z})", kinks=(0.0,), elementary=True),
        Function(
            "max", ("y", "z"), None, ("I(y - z > 0)", "I(z - y >= 0)"),
            "({y} if {y} > {z} else {z})", "np.maximum({y}, {z})",
        ),
        Function(
            "min", ("y", "z"), None, ("I(z - y > 0)", "I(y - z >= 0)"),
            "({y} if {y} < {z} else {z})", "np.minimum({y}, {z})",
        ),
        # Activations: slopes in the form in which lectures state them.
        _row("identity", "z", "1", "{z}", "{z}"),
        _row(
            "sigmoid", "1/(1 + exp(-z))", "a*(1 - a)",
            "(1.0/(1.0+exp(-{z})) if {z} > -700.0 else exp({z}))",
            "1.0 / (1.0 + np.exp(-{z}))", unicode="σ", latex=r"\sigma",
        ),
        _row("tanh", "(exp(z) - exp(-z))/(exp(z) + exp(-z))", "1 - a**2", "tanh({z})", "np.tanh({z})", latex=r"\tanh"),
        _row("relu", "max(0, z)", "I(z > 0)", "({z} if {z} > 0.0 else 0.0)", "np.maximum({z}, 0.0)", unicode="ReLU", kinks=(0.0,)),
        Function(
            "leaky_relu", ("z", "alpha"), "max(0, z) + alpha*min(0, z)",
            ("I(z > 0) + alpha*I(z <= 0)", "min(0, z)"),
            "({z} if {z} > 0.0 else {alpha}*{z})", "np.where({z} > 0.0, {z}, {alpha} * {z})",
            defaults=(0.01,), unicode="LeakyReLU", kinks=(0.0,),
        ),
        Function(
            "elu", ("z", "alpha"), "max(0, z) + min(0, alpha*(exp(z) - 1))",
            ("I(z > 0) + I(z <= 0)*alpha*exp(z)", "I(z <= 0)*(exp(z) - 1)"),
            "({z} if {z} > 0.0 else {alpha}*expm1({z}))",
            "np.where({z} > 0.0, {z}, {alpha} * np.expm1(np.minimum({z}, 0.0)))",
            defaults=(1.0,), unicode="ELU", kinks=(0.0,),
        ),
        _row(
            "softplus", "log(1 + exp(z))", "1/(1 + exp(-z))",
            "(log1p(exp(-abs({z}))) + ({z} if {z} > 0.0 else 0.0))", "np.logaddexp(0.0, {z})",
        ),
        Function(
            "swish", ("z", "beta"), "z/(1 + exp(-beta*z))",
            ("beta*a + sigmoid(beta*z)*(1 - beta*a)", None),
            "({z}/(1.0+exp(-{beta}*{z})) if {beta}*{z} > -700.0 else {z}*exp({beta}*{z}))",
            "{z} / (1.0 + np.exp(-{beta} * {z}))", defaults=(1.0,), unicode="Swish",
        ),
        _row("step", "I(z >= 0)", None, "(1.0 if {z} >= 0.0 else 0.0)", "np.where({z} >= 0.0, 1.0, 0.0)", kinks=(0.0,)),
        _row("sign", "I(z > 0) - I(z < 0)", None, "(1.0 if {z} > 0.0 else -1.0 if {z} < 0.0 else 0.0)", "np.sign({z})", unicode="sgn", kinks=(0.0,), elementary=True),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call(Formula):
    """A function applied to its arguments, entry by entry."""

    function: Function
    args: tuple[Formula, ...]

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
            else build.sum_to(build.mul(upstream, build.tidy(self._filled(slope, itself))), arg.shape)
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
            template(text), lambda node: filling.get(node.symbol) if isinstance(node, Hole) else None
        )

    def value(self, lookup: Lookup) -> float:
        return compiled(self.function)(*(arg.value(lookup) for arg in self.args))

    def scalar_code(self, coder: Coder) -> str:
        names = (coder.variable(arg.scalar_code(coder)) for arg in self.args)
        return self.function.scalar.format(**dict(zip(self.function.parameters, names, strict=True)))

    def array_code(self, coder: Coder) -> str:
        names = (coder.variable(arg.array_code(coder)) for arg in self.args)
        code = self.function.array.format(**dict(zip(self.function.parameters, names, strict=True)))
        return f"({code})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        if self.function.as_body:
            return self.expanded().spelled(speller)
        style = speller.style.name
        if self.function.name == "exp" and style != "ascii":
            return _spelled_exp(self.args[0], speller)
        name = {"unicode": self.function.unicode, "latex": self.function.latex}.get(style)
        if style == "latex" and name is None:
            name = rf"\operatorname{{{self.function.unicode or self.function.name}}}"
        shown = [arg.spelled(speller)[0] for arg in self.args]
        if self.function.defaults:
            shown = shown[: -len(self.function.defaults)] if style != "ascii" else shown
        inside = ", ".join(shown)
        if name == r"\sqrt":
            return rf"\sqrt{{{inside}}}", Binding.ATOM
        return f"{name or self.function.name}({inside})", Binding.ATOM


def _spelled_exp(arg: Formula, speller: Speller) -> tuple[str, int]:
    text, binding = arg.spelled(speller)
    if speller.style.name == "latex":
        return f"e^{{{text}}}", Binding.POWER
    bare = binding == Binding.ATOM or (not arg.children and binding == Binding.SUM)
    return f"e^{text if bare else f'({text})'}", Binding.POWER


@dataclass(frozen=True, slots=True)
class Indicator(Formula):
    """1 where a comparison with zero holds, else 0: `I(z > 0)`."""

    arg: Formula
    sign: Literal[">", ">=", "<", "<="]

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
        return float(value >= 0 if "=" in self.sign and value == 0 else value > 0 if ">" in self.sign else value < 0)

    def scalar_code(self, coder: Coder) -> str:
        return f"(1.0 if {self.arg.scalar_code(coder)} {self.sign} 0.0 else 0.0)"

    def array_code(self, coder: Coder) -> str:
        return f"({self.arg.array_code(coder)} {self.sign} 0.0).astype(float)"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        signs = {"unicode": {">=": "≥", "<=": "≤"}, "latex": {">=": r"\ge", "<=": r"\le"}}
        sign = signs.get(speller.style.name, {}).get(self.sign, self.sign)
        return f"I({self.arg.spelled(speller)[0]} {sign} 0)", Binding.ATOM


@dataclass(frozen=True, slots=True)
class Hole(Formula):
    """A parameter in the text of a function's body or slope, filled before use."""

    symbol: str

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

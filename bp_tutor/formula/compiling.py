"""Formulas turned into code once: straight-line Python over floats, or NumPy over arrays.

The only module that makes code run. What it runs is written from nodes alone: names of
variables are numbered, numbers are printed by `repr`; no text of a file or a person gets in.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from bp_tutor.formula.node import added, chosen, fit
from bp_tutor.formula.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal
    from types import CodeType

    from bp_tutor.formula.node import Formula, Index

    Definitions = Iterable[tuple[Quantity, Formula]]
    Values = tuple[float, ...]
    """The numbers of one quantity in row-major order."""

_MATH = {
    name: getattr(math, name)
    for name in (
        "exp",
        "log",
        "log10",
        "sqrt",
        "sin",
        "cos",
        "tanh",
        "expm1",
        "log1p",
        "pow",
        "cosh",
        "erf",
        "floor",
        "erfc",
        "pi",
        "inf",
    )
} | {"max": max, "min": min, "abs": abs, "sum": sum, "float": float}


UNTOUCHED = 3 * 2**20
"""Numbers of an array that is larger than any that many updates work on."""


KEPT_CODE = 4096
"""So many functions are kept for other numbers of the same formulas."""

_LITERAL = r"(?<![\w.])\d+(?:\.\d*(?:e[-+]?\d+)?|e[-+]?\d+)"
"""A number with a point or an exponent, as `repr` and the table of functions write them."""


def lambda_of(parameters: Sequence[str], code: str) -> Callable[..., float]:
    """One row of the function table as a Python function."""
    code = code.format(**{name: name for name in parameters})
    made: Callable[..., float] = _run(f"def made({', '.join(parameters)}):\n return {code}", _MATH)
    return made


class _Lines:
    """Statements, one variable each; the names are given out in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.known: dict[str, str] = {}
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def variable(self, code: str) -> str:
        if code.isidentifier():
            return code
        if code not in self.known:
            self.known[code] = self.fresh()
            self.lines.append(f"{self.known[code]} = {code}")
        return self.known[code]


class ScalarCoder(_Lines):
    """One float variable for each entry; `rounded` takes each number before it is used."""

    def __init__(
        self,
        rounded: Callable[[Quantity, float], float] | None = None,
        *,
        exactly: bool = False,
    ) -> None:
        super().__init__()
        self.names: dict[tuple[str, Index | None], str] = {}
        self.rounded = rounded
        self.by_hand = rounded is not None
        self.exactly = exactly
        self.scope: dict[str, Any] = {**_MATH, "chosen": chosen, "added": added}

    def name(self, quantity: Quantity, index: Index | None) -> str:
        key = (quantity.name, index)
        if key not in self.names:
            self.names[key] = self.fresh()
        return self.names[key]

    def all_names(self, quantity: Quantity) -> list[str]:
        """The variables of a whole quantity in row-major order."""
        return [self.name(quantity, index) for index in quantity.indices()]

    def arguments(self, quantity: Quantity) -> list[str]:
        """The variables that take all its numbers, also those that no formula uses."""
        return [self.name(quantity, index) for index in quantity.places()]

    def define(self, quantity: Quantity, formula: Formula) -> None:
        for index in quantity.indices():
            code = entry_of(formula, index).scalar_code(self)
            if self.rounded is not None:
                code = f"{self._rounding(quantity)}({code})"
            self.lines.append(f"{self.name(quantity, index)} = {code}")

    def _rounding(self, quantity: Quantity) -> str:
        name = f"r{self.name(quantity, None)}"
        if self.rounded is not None and name not in self.scope:
            self.scope[name] = partial(self.rounded, quantity)
        return name


class ArrayCoder(_Lines):
    """One array variable for each quantity."""

    by_hand = exactly = False

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, str] = {}

    def name(self, quantity: Quantity, index: Index | None) -> str:
        if index is not None:
            position = ", ".join(map(str, index))
            return (
                f"{self.name(quantity, None)}[{position}]"
                if position
                else self.name(quantity, None)
            )
        if quantity.name not in self.names:
            self.names[quantity.name] = self.fresh()
        return self.names[quantity.name]

    def all_names(self, quantity: Quantity) -> list[str]:
        return [self.name(quantity, None)]

    arguments = all_names

    def define(self, quantity: Quantity, formula: Formula) -> None:
        code = formula.array_code(self)
        if formula.shape != quantity.shape:
            code = f"np.broadcast_to({code}, {quantity.shape})"
        self.lines.append(f"{self.name(quantity, None)} = {code}")


def entry_of(formula: Formula, index: Index) -> Formula:
    """One entry of a formula whose value is spread over a larger quantity where needed."""
    return formula.entry(fit(index, formula.shape) if formula.shape else ())


def compile_scalars(
    inputs: Sequence[Quantity],
    definitions: Definitions,
    outputs: Sequence[Quantity],
    next_values: Sequence[tuple[Quantity, Quantity]] = (),
    rounded: Callable[[Quantity, float], float] | None = None,
    *,
    exactly: bool = False,
) -> Callable[..., Values]:
    """A function `f(times, *numbers)` over the entries of `inputs`, giving those of `outputs`.

    The definitions are worked through `times` times; after each time every `next_values` pair
    (old, new) hands its new numbers on as the old ones. `rounded` rounds every number by hand.
    Where they are worked out `exactly`, they are just the numbers that the formulas' `value` gives.
    """
    coder = ScalarCoder(rounded, exactly=exactly)
    return _looped(coder, inputs, definitions, outputs, next_values, coder.scope)


def compile_decimals(
    inputs: Sequence[Quantity], definitions: Definitions, outputs: Sequence[Quantity]
) -> Callable[..., tuple[Decimal, ...]]:
    """As `compile_scalars`, over decimal numbers of the precision of the context."""
    from decimal import Decimal

    from bp_tutor.formula.decimals import FUNCTIONS

    scope: dict[str, Any] = dict(FUNCTIONS)

    def literal(found: re.Match[str]) -> str:
        name = f"c{len(scope)}"
        scope[name] = Decimal(found[0])
        return name

    return _looped(
        ScalarCoder(),
        inputs,
        definitions,
        outputs,
        (),
        scope,
        lambda code: re.sub(_LITERAL, literal, code),
    )


def compile_arrays(
    inputs: Sequence[Quantity],
    definitions: Definitions,
    outputs: Sequence[Quantity],
    next_values: Sequence[tuple[Quantity, Quantity]] = (),
) -> Callable[..., Any]:
    """As `compile_scalars`, over NumPy arrays, one for each quantity."""
    import numpy as np

    from bp_tutor.formula import arrays

    # The C library hands freed memory back to the system, and pays for fresh pages at the next
    # array, until it has once freed a block larger than all of them. This one is never written.
    np.empty(UNTOUCHED)
    scope = {name: getattr(arrays, name) for name in dir(arrays) if not name.startswith("_")}
    run = _looped(
        ArrayCoder(), inputs, definitions, outputs, next_values, scope | {"np": np, "math": math}
    )

    def quiet(*args: Any) -> Any:
        # Overflow to infinity inside exp is meant: 1/(1 + inf) is 0. Whoever takes the results
        # looks whether they are numbers.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return run(*args)

    return quiet


def array_value(formula: Formula, values: Mapping[Quantity, Sequence[float]]) -> list[float]:
    """The value of a formula in row-major order, over the values of what it uses, by NumPy.

    What has no value is no finite number in it.
    """
    import numpy as np

    result = Quantity("result", (), formula.shape)
    inputs = list(values)
    run = compile_arrays(inputs, [(result, formula)], [result])
    arrays = (np.array(values[each], dtype=float).reshape(each.shape) for each in inputs)
    found: list[float] = np.ravel(run(1, *arrays)[0]).tolist()
    return found


def _looped(
    coder: ScalarCoder | ArrayCoder,
    inputs: Sequence[Quantity],
    definitions: Definitions,
    outputs: Sequence[Quantity],
    next_values: Sequence[tuple[Quantity, Quantity]],
    scope: dict[str, Any],
    rewritten: Callable[[str], str] = str,
) -> Callable[..., Any]:
    arguments = [name for quantity in inputs for name in coder.arguments(quantity)]
    for quantity, formula in definitions:
        coder.define(quantity, formula)
    results = [name for quantity in outputs for name in coder.all_names(quantity)]
    for old, new in next_values:
        pairs = zip(coder.all_names(old), coder.all_names(new), strict=True)
        coder.lines.extend(f"{to} = {source}" for to, source in pairs)
    body = rewritten("\n  ".join(coder.lines) or "pass")
    returned = f"({', '.join(results)},)" if results else "()"
    parameters = ", ".join(["times", *arguments])
    return _run(
        f"def made({parameters}):\n for _ in range(times):\n  {body}\n return {returned}", scope
    )


def _run(source: str, scope: dict[str, Any]) -> Callable[..., Any]:
    made: dict[str, Any] = dict(scope)
    exec(_code(source), made)  # noqa: S102 - written from nodes alone
    function: Callable[..., Any] = made["made"]
    return function


@lru_cache(KEPT_CODE)
def _code(source: str) -> CodeType:
    """The same formulas are turned into code once, whatever numbers they are given."""
    return compile(source, "<formulas>", "exec")

"""Reading what stands with its arguments in brackets: functions, sums, indicators."""

from __future__ import annotations

from bp_tutor.formula import build
from bp_tutor.formula.arithmetic import Add, Neg
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.choices import Largest, Winner
from bp_tutor.formula.cursor import MAX_DEPTH, Cursor
from bp_tutor.formula.function_table import FUNCTIONS
from bp_tutor.formula.functions import Call, Indicator
from bp_tutor.formula.linear import Reduce
from bp_tutor.formula.node import Formula, walk
from bp_tutor.formula.primitive import Apply
from bp_tutor.formula.primitives import PRIMITIVES
from bp_tutor.formula.tokens import FormulaError, Token

MAX_SLOPE = 2_000
"""Nodes of a slope: each slope of a slope is several times as large."""


class CallReader(Cursor):
    """Reads arguments and makes the node that has them."""

    def call(self, name: str, token: Token, *, primed: bool) -> Formula:
        args = self.arguments()
        if name in PRIMITIVES:
            return self.primitive(name, args, token)
        if name == "max" and len(args) > 2:
            return Largest(self.scalars(args, token))
        function = FUNCTIONS[name]
        most = len(function.parameters)
        if not most - len(function.defaults) <= len(args) <= most:
            raise FormulaError(
                "formula.arguments", token.start, len(token.text), name=name, count=most
            )
        args.extend(
            map(build.number, function.defaults[len(args) - most :] if len(args) < most else ())
        )
        call = Call(function, tuple(args))
        if not primed:
            return call
        slope = call.slope(call)
        if slope is None:
            raise FormulaError("formula.no_slope", token.start, len(token.text), name=name)
        if len(walk(slope)) > MAX_SLOPE:
            raise FormulaError("formula.too_deep", token.start, len(token.text), limit=MAX_DEPTH)
        return slope

    def primitive(self, name: str, args: list[Formula], token: Token) -> Formula:
        row = PRIMITIVES[name]
        arrays = args[: len(args) - row.options]
        options = [arg.number for arg in args[len(arrays) :] if isinstance(arg, Number)]
        if len(options) != row.options or not all(arg.shape for arg in arrays) or not arrays:
            raise FormulaError(
                "formula.arguments", token.start, len(name), name=name, count=row.options
            )
        made = Apply(row, tuple(arrays), tuple(int(option) for option in options))
        try:
            _ = made.shape
        except (ValueError, IndexError, ZeroDivisionError) as error:
            raise FormulaError("formula.shapes", token.start, len(name)) from error
        return made

    def winner(self, token: Token) -> Formula:
        place, *candidates = self.arguments()
        if not isinstance(place, Number) or place.number not in range(1, len(candidates) + 1):
            raise FormulaError("formula.arguments", token.start, 6, name="winner", count=2)
        return Winner(self.scalars(candidates, token), int(place.number) - 1)

    def scalars(self, args: list[Formula], token: Token) -> tuple[Formula, ...]:
        """The arguments, none of them an array."""
        if any(arg.shape for arg in args):
            raise FormulaError("formula.shapes", token.start, len(token.text))
        return tuple(args)

    def arguments(self) -> list[Formula]:
        self.expect("(")
        args = [self.sum()]
        while self.take(","):
            args.append(self.sum())
        self.expect(")")
        return args

    def reduction(self, kind: str) -> Formula:
        at = self.peek().start
        arg, *axes = self.arguments()
        rank = len(arg.shape)
        places = [axis.number if isinstance(axis, Number) else 0 for axis in axes]
        known = all(place in range(1, rank + 1) for place in places)
        if not known or len(set(places)) < len(places):
            raise FormulaError("formula.axis", at, count=rank)
        chosen = tuple(int(place) - 1 for place in places)
        return Reduce(
            "mean" if kind == "mean" else "sum", arg, chosen or tuple(range(rank)), scalar=not axes
        )

    def indicator(self) -> Formula:
        self.expect("(")
        arg = self.sum()
        token = self.peek()
        if self.take(">", ">=", "<", "<=") is None:
            self.fail()
        zero = self.sum()
        self.expect(")")
        if zero != Number(0):
            arg = Add((arg, negative(zero)))
        return Indicator(arg, token.text)


def negative(formula: Formula) -> Formula:
    """What a minus sign makes of a formula: of a number, a negative number."""
    return Number(-formula.number) if isinstance(formula, Number) else Neg(formula)

"""The forms of single values: numbers, words, choices, each with the way to read it.

Reading never stops at a mistake: it is told to the context, and the value is `BAD`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mapping, Mark, Node, Scalar, scalar_value, shown
from bp_tutor.reader.signs import numbers_in

if TYPE_CHECKING:
    from collections.abc import Mapping as Table
    from typing import Protocol

    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, SchemaWriter

    class Form(Protocol):
        """The form of a value."""

        @property
        def expected(self) -> str:
            """The key of what is expected here, for messages and for the reference."""

        def read(self, node: Node, context: Context) -> Any:
            """The value, or `BAD`."""

        def schema(self, writer: SchemaWriter) -> Fragment:
            """The same as JSON Schema, as far as that can say it."""


_DECIMAL_COMMA = r"[-+\u2212]?[0-9]{1,20},[0-9]{1,20}"


class _Bad:
    """Stands for a value that was not right; it is false."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


Setting = int | float | str

BAD: Final[Any] = _Bad()


def number_of(node: Node, context: Context, expected: str = "expected.number") -> Any:
    """A finite number, or `BAD`."""
    value = scalar_value(node) if isinstance(node, Scalar) else None
    if (
        not isinstance(node, Scalar)
        or isinstance(value, bool)
        or not isinstance(value, int | float)
    ):
        if isinstance(value, str) and is_number(value):
            context.mistake(node, "problem.quoted_number", found=shown(value))
        elif isinstance(value, str) and re.fullmatch(_DECIMAL_COMMA, value):
            point = value.replace(",", ".")
            context.mistake(node, "problem.decimal_comma", found=value, point=point)
        elif isinstance(value, str) and "," in (several := numbers_in(value)):
            context.mistake(node, "problem.several_numbers", found=shown(value), several=several)
        else:
            context.wrong(node, expected)
        return BAD
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        context.mistake(node, "problem.not_finite", found=shown(node.text))
        return BAD
    return number


def is_number(text: str) -> bool:
    """Whether YAML takes the text for a number where it stands without quotes."""
    bare = Scalar(text.strip(), quoted=False, mark=Mark(1, 1))
    return isinstance(scalar_value(bare), int | float)


class Number(Frozen):
    """A finite number, perhaps within limits."""

    expected: str = "expected.number"
    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf
    """It must be greater than this."""

    def read(self, node: Node, context: Context) -> Any:
        """The number."""
        value = number_of(node, context, self.expected)
        if value is BAD or (self.low <= value <= self.high and value > self.above):
            return value
        context.wrong(node, self.expected)
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A number within these limits."""
        limits = {"minimum": self.low, "maximum": self.high, "exclusiveMinimum": self.above}
        kept = {key: limit for key, limit in limits.items() if math.isfinite(limit)}
        return {"type": "number", **kept}


class Whole(Frozen):
    """A whole number within limits."""

    low: int
    high: int
    expected: str = "expected.whole"

    def read(self, node: Node, context: Context) -> Any:
        """The number."""
        value = scalar_value(node) if isinstance(node, Scalar) else None
        if type(value) is int and self.low <= value <= self.high:
            return value
        context.wrong(node, self.expected, low=self.low, high=f"{self.high:,}")
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A whole number within these limits."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Flag(Frozen):
    """True or false."""

    expected: str = "expected.flag"

    def read(self, node: Node, context: Context) -> Any:
        """The truth value."""
        value = scalar_value(node) if isinstance(node, Scalar) else None
        if isinstance(value, bool):
            return value
        context.wrong(node, self.expected)
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A truth value."""
        return {"type": "boolean"}


class Words(Frozen):
    """A text of at most so many characters, kept as it is."""

    longest: int = 200
    lines: bool = False
    """Whether it may run over several lines."""
    expected: str = "expected.text"

    def read(self, node: Node, context: Context) -> Any:
        """The text."""
        if not isinstance(node, Scalar) or not node.text.strip():
            context.wrong(node, self.expected)
        elif len(node.text) > self.longest:
            context.mistake(node, "problem.too_long", longest=self.longest, length=len(node.text))
        elif not self.lines and ("\n" in node.text or "\t" in node.text):
            context.mistake(node, "problem.line_break")
        else:
            return node.text
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A text, or a number or truth value that is kept as it was typed."""
        pattern = r"\S" if self.lines else r"^[^\n\t]*\S[^\n\t]*$"
        kinds = ["string", "number", "boolean"]
        return {"type": kinds, "maxLength": self.longest, "pattern": pattern}


class Name(Frozen):
    """A name of a unit, a weight, a quantity: a letter, then letters, digits and `_`."""

    expected: str = "expected.name"

    def read(self, node: Node, context: Context) -> Any:
        """The name."""
        if not isinstance(node, Scalar):
            context.wrong(node, self.expected)
        elif len(node.text) > 40:
            context.mistake(node, "problem.too_long", longest=40, length=len(node.text))
        elif not (node.text[:1].isalpha() and node.text.replace("_", "a").isalnum()):
            context.wrong(node, self.expected)
        else:
            return node.text
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A text of letters, digits and `_`."""
        # Letters beyond ASCII are not told apart from other signs there.
        pattern = "^[A-Za-z\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*$"
        return {"type": "string", "maxLength": 40, "pattern": pattern}


class Choice(Frozen):
    """One of a table of names."""

    names: tuple[str, ...]
    key: str = "problem.unknown_choice"
    also: Table[str, str] = {}
    expected: str = "expected.one_of"

    def read(self, node: Node, context: Context) -> Any:
        """The name."""
        if not isinstance(node, Scalar) or not node.text:
            context.wrong(node, self.expected, choices=", ".join(self.names))
        elif node.text not in self.names:
            context.unknown(node, self.key, node.text, self.names, self.also)
        else:
            return node.text
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """One of the names."""
        return {"enum": list(self.names)}


class Nothing(Frozen):
    """Nothing at all: the key alone says everything."""

    expected: str = "expected.nothing"

    def read(self, node: Node, context: Context) -> Any:
        """Nothing, once it is seen that nothing stands there."""
        if isinstance(node, Scalar) and scalar_value(node) is None:
            return None
        if isinstance(node, Mapping) and not node.items:
            return None
        context.wrong(node, self.expected)
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Nothing, or an empty mapping."""
        return {"type": ["null", "object"], "maxProperties": 0}

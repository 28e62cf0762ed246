"""How a file says that values are rounded as by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Whole
from bp_tutor.fields.schema import any_of
from bp_tutor.frozen import Frozen
from bp_tutor.problem.model import Rounding
from bp_tutor.reader import Mapping, Mark, Node, Scalar, shown

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.records import Section
    from bp_tutor.fields.schema import Fragment, SchemaWriter
    from bp_tutor.problem.symbols import Reader

_HAND = r"hand:([0-9]{1,2})([st]?)"
_USUAL = ("exact", "hand:4", "hand:3s", "hand:4t")
"""What an editor offers."""
_QUANTITY = r"[A-Za-z]\w*'?(?:\[[0-9]+(?:,[0-9]+)*\])?"


class Rounded(Frozen):
    """`exact`, `hand:4`, `hand:3s`, `hand:4t`, or a mapping from quantities to digits."""

    expected: str = "expected.rounding"

    def read(self, node: Node, context: Context) -> Any:
        """The `Rounding`."""
        if not isinstance(node, Mapping):
            return self.rule(node, context)
        default, digits, bad = Rounding(), [], False
        for key, value in node.items:
            if key.text == "default":
                default = self.rule(value, context)
                bad = bad or default is BAD
            elif not re.fullmatch(_QUANTITY, key.text):
                context.mistake(key, "problem.unknown_quantity", name=shown(key.text))
                bad = True
            elif isinstance(value, Scalar) and value.text == "exact":
                digits.append((key.text, None))
            else:
                count = Whole(0, 15, "expected.digits").read(value, context)
                bad = bad or count is BAD
                digits.append((key.text, count))
        if bad:
            return BAD
        return Rounding(
            default.mode, default.digits, default.significant, default.truncate, tuple(digits)
        )

    def rule(self, node: Node, context: Context) -> Any:
        """The rule that one word states."""
        if isinstance(node, Scalar) and node.text == "exact":
            return Rounding()
        match = re.fullmatch(_HAND, node.text) if isinstance(node, Scalar) else None
        if match is None or not (match[2] == "s") <= int(match[1]) <= 15:
            context.wrong(node, self.expected)
            return BAD
        return Rounding("hand", int(match[1]), match[2] == "s", match[2] == "t")

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A rule, or a rule for each quantity."""
        rule = any_of({"enum": list(_USUAL)}, {"type": "string", "pattern": f"^{_HAND}$"})
        digits = any_of(Whole(0, 15).schema(writer), {"const": "exact"})
        named = {"pattern": f"^(?:default|{_QUANTITY})$"}
        mapping = {"type": "object", "properties": {"default": rule}, "propertyNames": named}
        return any_of(rule, {**mapping, "additionalProperties": digits})


def check_rounded(problem: Section, symbols: Reader, context: Context) -> None:
    """Each array that has digits of its own must be one of this problem."""
    if not (problem.has("rounding") and symbols.bound):
        return
    node = problem.at("rounding")
    for key, _ in node.items if isinstance(node, Mapping) else ():
        if key.text == "default" or not re.fullmatch(_QUANTITY, key.text):
            continue
        if not symbols.plain:
            # Of other layers the structure does not know everything.
            if "[" in key.text and symbols.read(key.text) is None:
                context.mistake(key, "problem.no_such_array", name=shown(key.text))
        elif not symbols.names.addresses.has(key.text):
            entry = symbols.names.addresses.read(key.text)
            near = entry.quantity.name if entry is not None else ""
            context.mistake(key, "problem.no_such_array", nearest=near, name=shown(key.text))


def read_rounding(text: str) -> Rounding | None:
    """The rounding that `hand:4` and its like ask for; None where the text asks for none."""
    from bp_tutor.fields.context import Context

    rounding = Rounded().rule(Scalar(text, quoted=False, mark=Mark(1, 1)), Context(""))
    return None if rounding is BAD else rounding

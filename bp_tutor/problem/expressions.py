"""Formulas that stand in a file as text, checked with the house's own parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.fields.forms import BAD
from bp_tutor.reader import Mark, Scalar, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from bp_tutor.fields.context import Context
    from bp_tutor.formula import Formula
    from bp_tutor.reader import Node

LONGEST = 2_000


def formula_of(
    node: Node, resolve: Callable[[str], Formula | None], names: Iterable[str], context: Context
) -> Any:
    """The formula that stands at `node`, or `BAD`; `names` serve to say what was meant."""
    from bp_tutor.formula import FormulaError, parse

    if not isinstance(node, Scalar) or not node.text.strip():
        context.wrong(node, "expected.formula")
        return BAD
    if len(node.text) > LONGEST:
        context.mistake(node, "problem.too_long", longest=LONGEST, length=len(node.text))
        return BAD
    try:
        return parse(node.text, resolve)
    except FormulaError as error:
        mark = place_in(node, error.position)
        if error.key == "formula.unknown_name":
            name = str(error.values.get("name", ""))
            context.unknown(node, "problem.unknown_quantity_name", name, names, mark=mark)
        else:
            values = {key: shown(str(value)) for key, value in error.values.items()}
            context.mistake(node, error.key, mark=mark, **values)
    return BAD


def place_in(node: Scalar, position: int) -> Mark:
    """Where a piece of a text on one line stands in the file."""
    if node.block:
        return node.mark
    return Mark(node.mark.line, node.mark.column + position + node.quoted)

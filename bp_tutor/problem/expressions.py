"""Formulas that stand in a file as text, checked with the house's own parser."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from bp_tutor.fields.forms import BAD
from bp_tutor.reader import Mark, Scalar, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from bp_tutor.fields.context import Context
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.reader import Node

LONGEST = 2_000


def formula_of(
    node: Node,
    resolve: Callable[[str], Formula | None],
    names: Iterable[str],
    context: Context,
    known: Mapping[str, Quantity] = MappingProxyType({}),
) -> Any:
    """The formula that stands at `node`, or `BAD`; `names` serve to say what was meant.

    The sizes of what is `known` are told where they do not fit together.
    """
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
        elif error.key == "formula.shapes" and (sizes := _sizes(node.text, known)):
            context.mistake(node, "problem.sizes", mark=mark, sizes=sizes)
        else:
            values = {key: shown(str(value)) for key, value in error.values.items()}
            context.mistake(node, error.key, mark=mark, **values)
    return BAD


def _sizes(text: str, known: Mapping[str, Quantity]) -> str:
    """The sizes of the arrays that stand in a formula."""
    names = dict.fromkeys(re.findall(r"[^\W\d]\w*", text))
    arrays = [known[name] for name in names if name in known and known[name].shape]
    return ", ".join(f"{each.symbol} {' x '.join(map(str, each.shape))}" for each in arrays)


def place_in(node: Scalar, position: int) -> Mark:
    """Where a piece of a text on one line stands in the file."""
    if node.block:
        return node.mark
    return Mark(node.mark.line, node.mark.column + position + node.quoted)

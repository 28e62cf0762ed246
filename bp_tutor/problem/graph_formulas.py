"""The formulas of a graph problem: names, text, circles, and whether each has a value."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from bp_tutor.fields.forms import BAD, Name
from bp_tutor.problem.expressions import formula_of, place_in
from bp_tutor.reader import Mapping, Node, Scalar, shown

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.formula import Formula, Quantity

    Parsed = dict[str, tuple[Formula, tuple[str, ...]]]

RESERVED = frozenset({"eta", "lambda", "sum", "mean", "I"})


def text_of(node: Node) -> str:
    """The text of a formula; empty where something else stands."""
    return node.text if isinstance(node, Scalar) else ""


def is_name(key: Scalar, context: Context) -> bool:
    """Whether `key` can be the name of a quantity; says so where it cannot."""
    from bp_tutor.formula import FUNCTIONS, PRIMITIVES, FormulaError, Quantity, Ref, parse

    if Name().read(key, context) is BAD:
        return False
    if key.text in RESERVED or key.text in FUNCTIONS or key.text in PRIMITIVES:
        context.mistake(key, "problem.reserved_name", name=key.text)
        return False
    try:
        read = parse(key.text, lambda name: Ref(Quantity(name)))
    except FormulaError:
        read = None
    if read != Ref(Quantity(key.text)):
        context.wrong(key, "expected.name")
        return False
    return True


def read_formulas(formulas: Mapping, names: tuple[str, ...], context: Context) -> Parsed:
    """Each formula that can be read, with the names in it."""
    from bp_tutor.formula import Quantity, Ref

    parsed: Parsed = {}
    for key, node in formulas.items:
        used: dict[str, None] = {}

        def resolve(name: str, used: dict[str, None] = used) -> Formula | None:
            if "/" in name:
                return None
            used[name] = None
            return Ref(Quantity(name)) if name in names or name != "e" else None

        formula = formula_of(node, resolve, names, context)
        unknown = [name for name in used if name not in names and name != "e"]
        for name in unknown if formula is not BAD else ():
            position = re.search(rf"(?<!\w){re.escape(name)}", text_of(node))
            at = position.start() if position else 0
            mark = place_in(node, at) if isinstance(node, Scalar) else node.mark
            context.unknown(node, "problem.unknown_quantity_name", name, names, mark=mark)
        if formula is BAD or unknown or not _fits(formula, node, context):
            continue
        parsed[key.text] = formula, tuple(name for name in used if name in names)
    return parsed


def _fits(formula: Formula, node: Node, context: Context) -> bool:
    """Whether it is made of functions of single numbers."""
    from bp_tutor.formula import Apply, Reduce, walk

    if any(isinstance(part, Apply | Reduce) for part in walk(formula)):
        context.mistake(node, "problem.array_function")
        return False
    return True


def has_circle(parsed: Parsed, keys: dict[str, Scalar], context: Context) -> bool:
    """Whether a formula needs its own value; the whole circle is told."""
    waiting = {name: used for name, (_, used) in parsed.items()}
    while ready := [n for n, used in waiting.items() if not any(u in waiting for u in used)]:
        for name in ready:
            del waiting[name]
    if not waiting:
        return False
    way = [next(iter(waiting))]
    while way.count(way[-1]) == 1:
        way.append(next(used for used in waiting[way[-1]] if used in waiting))
    circle = way[way.index(way[-1]) :]
    first = min(circle, key=lambda name: keys[name].mark)
    turn = circle.index(first)
    told = " -> ".join([*circle[turn:-1], *circle[:turn], first])
    context.mistake(keys[first], "problem.circle", circle=told)
    return True


def check_values(
    parsed: Parsed,
    leaves: dict[str, float | None],
    formulas: Mapping,
    context: Context,
) -> None:
    """Where all numbers are known, each formula must have a value."""
    nodes = {key.text: node for key, node in formulas.items}
    values = {name: value for name, value in leaves.items() if value is not None}

    def lookup(quantity: Quantity, _index: tuple[int, ...]) -> float:
        return values[quantity.symbol]

    waiting = dict(parsed)
    while ready := [n for n, (_, used) in waiting.items() if all(u in values for u in used)]:
        for name in ready:
            formula, _ = waiting.pop(name)
            try:
                value = float(formula.entry(()).value(lookup))
            except (ArithmeticError, ValueError, TypeError) as error:
                reason = "division" if isinstance(error, ZeroDivisionError) else "domain"
                value = math.nan
            else:
                reason = "domain"
            if not math.isfinite(value):
                text = text_of(nodes[name])
                context.mistake(
                    nodes[name], f"problem.no_value_{reason}", name=name, formula=shown(text)
                )
                return
            values[name] = value

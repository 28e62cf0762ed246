"""The formulas of a graph problem: names, text, circles, values, ways between quantities."""

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
    from collections.abc import Iterable

    from bp_tutor.reader import Mapping, Node


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


def led_to(names: Iterable[str], parsed: Parsed) -> set[str]:
    """Some quantities and all that is worked out from them."""
    reached, more = set(names), True
    while more:
        new = {name for name, (_, used) in parsed.items() if not reached.isdisjoint(used)}
        more = not new <= reached
        reached |= new
    return reached


def check_slopes(
    parsed: Parsed,
    starts: Iterable[str],
    wanted: Iterable[str],
    formulas: Mapping,
    context: Context,
) -> None:
    """Every function that a derivative passes through must have a slope."""
    from bp_tutor.formula import Call, Indicator, Ref, walk

    nodes = {key.text: node for key, node in formulas.items}
    reached = led_to(wanted, parsed)
    waiting, arrived = list(starts), set[str]()
    while waiting:
        name = waiting.pop()
        if name in arrived or name not in reached or name not in parsed:
            continue
        arrived.add(name)
        formula, used = parsed[name]
        waiting += used
        for part in walk(formula):
            flat = isinstance(part, Indicator) or (
                isinstance(part, Call) and None in part.function.slopes[:1]
            )
            inside = {node.quantity.symbol for node in walk(part) if isinstance(node, Ref)}
            if flat and not reached.isdisjoint(inside):
                function = part.function.name if isinstance(part, Call) else "I"
                context.mistake(nodes[name], "problem.no_slope_formula", name=function)
                break


def check_given(parsed: Parsed, keys: dict[str, Scalar], context: Context) -> None:
    """A given derivative is the whole of it, so none may follow from another.

    `keys` holds for each quantity the key under which its derivative is given.
    """
    for name, key in keys.items():
        below = led_to((name,), parsed) - {name}
        later = next((other for other in keys if other in below), None)
        if later is not None:
            context.mistake(
                key, "problem.given_follows", found=key.text, other=keys[later].text,
                name=name, later=later,
            )  # fmt: skip


def check_wanted(
    parsed: Parsed, starts: list[str], wanted: dict[str, Node], context: Context
) -> None:
    """Everything by which is differentiated must lead to where the derivatives start."""
    for name, node in wanted.items():
        if led_to((name,), parsed).isdisjoint(starts):
            context.mistake(node, "problem.no_path", name=name, starts=", ".join(starts))

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
    from bp_tutor.problem.model import Leaf

    Parsed = dict[str, tuple[Formula, tuple[str, ...]]]
    from collections.abc import Iterable

    from bp_tutor.reader import Mapping, Node


RESERVED = frozenset({"eta", "lambda", "sum", "mean", "I"})


ALONG_ROWS = frozenset({"softmax", "log_softmax"})
"""Functions of whole arrays that a graph may use."""
LARGE = 64
"""Entries of a formula from which it is worked out by NumPy, where it has a value."""


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


def read_formulas(
    formulas: Mapping, names: tuple[str, ...], leaves: dict[str, Quantity], context: Context
) -> Parsed:
    """Each formula that can be read, with the names in it; what it uses stands before it."""
    from bp_tutor.formula import Quantity, Ref
    from bp_tutor.formula.quantity import in_graph
    from bp_tutor.problem.graph_arrays import in_order, names_in, without_end

    parsed: Parsed = {}
    known = dict(leaves)
    arrays = any(leaf.shape for leaf in leaves.values())
    pairs = {key.text: (key, node) for key, node in formulas.items}
    texts = {name: text_of(node) for name, (_, node) in pairs.items()}
    stuck = without_end(texts)
    for key, node in map(pairs.__getitem__, in_order(texts)):
        inside = [name for name in names_in(texts[key.text]) if name in texts]
        if arrays and any(name not in known for name in inside):
            # Of which size that is nobody knows: a circle, or what could not be read.
            if key.text in stuck:
                parsed[key.text] = Ref(Quantity(key.text)), tuple(dict.fromkeys(inside))
            continue
        used: dict[str, None] = {}

        def resolve(name: str, used: dict[str, None] = used) -> Formula | None:
            # A name of nothing has no size: beside arrays it is told at once.
            if "/" in name or (arrays and name not in names):
                return None
            used[name] = None
            if name in known:
                return Ref(known[name])
            return Ref(Quantity(name)) if name in names or name != "e" else None

        formula = formula_of(node, resolve, names, context, known)
        unknown = [name for name in used if name not in names and name != "e"]
        for name in unknown if formula is not BAD else ():
            position = re.search(rf"(?<!\w){re.escape(name)}", text_of(node))
            at = position.start() if position else 0
            mark = place_in(node, at) if isinstance(node, Scalar) else node.mark
            context.unknown(node, "problem.unknown_quantity_name", name, names, mark=mark)
        if formula is BAD or unknown or not _fits(formula, node, context):
            continue
        parsed[key.text] = formula, tuple(name for name in used if name in names)
        known[key.text] = in_graph(key.text, formula.shape)
    return parsed


def _fits(formula: Formula, node: Node, context: Context) -> bool:
    """Whether functions of whole arrays have arrays to work on."""
    from bp_tutor.formula import Apply, Reduce, walk

    for part in walk(formula):
        if not isinstance(part, (Apply, Reduce)):
            continue
        known = isinstance(part, Reduce) or part.primitive.name in ALONG_ROWS
        if not known or not part.children[0].shape:
            context.mistake(node, "problem.array_function")
            return False
        if isinstance(part, Apply) and part.shape[-1] == 1:
            context.mistake(node, "problem.rows_of_one", name=part.primitive.name)
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
    leaves: dict[str, Leaf],
    formulas: Mapping,
    context: Context,
) -> None:
    """Where all numbers are known, each formula must have a value."""
    from bp_tutor.formula.compiling import array_value, entry_of
    from bp_tutor.formula.quantity import in_graph
    from bp_tutor.problem.graph_arrays import numbers_of, shape_of

    nodes = {key.text: node for key, node in formulas.items}
    values = {
        name: dict(zip(in_graph(name, shape_of(leaf)).indices(), numbers, strict=True))
        for name, leaf in leaves.items()
        if (numbers := numbers_of(leaf)) is not None
    }

    shapes = {name: shape_of(leaf) for name, leaf in leaves.items()}

    def lookup(quantity: Quantity, index: tuple[int, ...]) -> float:
        return values[quantity.symbol][index]

    waiting = dict(parsed)
    while ready := [n for n, (_, used) in waiting.items() if all(u in values for u in used)]:
        for name in ready:
            formula, _ = waiting.pop(name)
            found: dict[tuple[int, ...], float] = {}
            reason = "domain"
            places = list(in_graph(name, formula.shape).indices())
            try:
                if math.prod(formula.shape) >= LARGE:
                    used = {in_graph(one, shapes[one]): [*values[one].values()]
                            for one in parsed[name][1]}  # fmt: skip
                    found = dict(zip(places, array_value(formula, used), strict=True))
                if not found or not all(map(math.isfinite, found.values())):
                    found = {at: float(entry_of(formula, at).value(lookup)) for at in places}
            except (ArithmeticError, ValueError, TypeError) as error:
                reason = "division" if isinstance(error, ZeroDivisionError) else "domain"
                found = {(): math.nan}
            if not all(map(math.isfinite, found.values())):
                text = text_of(nodes[name])
                context.mistake(
                    nodes[name], f"problem.no_value_{reason}", name=name, formula=shown(text)
                )
                return
            values[name], shapes[name] = found, formula.shape


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

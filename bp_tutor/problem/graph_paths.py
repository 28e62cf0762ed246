"""The ways from the quantities of a graph to those at which its derivatives start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.fields.context import Context
    from bp_tutor.problem.graph_formulas import Parsed
    from bp_tutor.reader import Mapping, Node, Scalar


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

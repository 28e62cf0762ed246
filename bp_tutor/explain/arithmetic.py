"""What the numbers in a line give, and what has to be said where that is not the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Relation
from bp_tutor.explain.numbers import reproduces
from bp_tutor.explain.settings import put_in_exactly
from bp_tutor.formula import (
    Add,
    Call,
    Div,
    Formula,
    LogSumExp,
    Mul,
    SoftmaxEntry,
    as_shown,
    number_of,
    replace,
    walk,
    worked_out,
)

if TYPE_CHECKING:
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Quantity, Shown
    from bp_tutor.formula.node import Lookup
    from bp_tutor.solve import Run


def arithmetic(numbers: Formula) -> float | None:
    """What the numbers on the page give; None where they have no value as they are shown."""
    return number_of(numbers, _nothing)


def _nothing(quantity: Quantity, _: tuple[int, ...]) -> float:
    raise KeyError(quantity.name)


def as_calculated(settings: Settings, run: Run, formula: Formula) -> Formula:
    """The formula in the form that has a value with the page's numbers put in."""
    return worked_out(
        formula, lambda *entry: settings.shown(run, entry[0], run.lookup(*entry)).value
    )


def literal(formula: Formula) -> Formula:
    """The formula as it is printed.

    Where a target is 0, a loss leaves its logarithm out; that is not written there.
    """
    return replace(
        as_shown(formula),
        lambda node: node.expanded() if isinstance(node, Call) and node.function.as_body else None,
    )


def in_powers(formula: Formula) -> Formula:
    """The formula with every exponential of a softmax by itself, as it is printed."""
    return replace(
        formula,
        lambda node: node.expanded() if isinstance(node, SoftmaxEntry | LogSumExp) else None,
    )


def compared(
    numbers: Formula, result: Shown, lookup: Lookup = _nothing
) -> tuple[float | None, Relation]:
    """What the numbers of a line give, and whether that is rounded to its result."""
    found = number_of(numbers, lookup)
    equal = found is not None and reproduces(found, result)
    return found, Relation.EQUAL if equal else Relation.NEAR


def judged(
    settings: Settings, run: Run, quantity: Quantity, index: tuple[int, ...], formula: Formula,
    numbers: Formula, result: Shown,
) -> tuple[Relation, str]:  # fmt: skip
    """The sign before the result of an entry, and the key of what has to be said.

    `formula` is the line as it was calculated, `numbers` the same with the page's numbers.
    """
    found, sign = compared(numbers, result)
    if found is None:
        whole = arithmetic(put_in_exactly(run, formula))
        return sign, "overflow" if whole is None else "digits"
    if not has_functions(numbers):
        # Without exponentials, which grow and vanish beyond what floats hold, that is all.
        return sign, ""
    nodes = walk(numbers)
    printed, caution = numbers, ""
    if any(isinstance(node, Call) and node.function.as_body for node in nodes):
        printed = literal(numbers)
        if arithmetic(printed) is None:
            return sign, "nothing_counts"
    if any(isinstance(node, SoftmaxEntry | LogSumExp) for node in nodes):
        caution = "overflow" if arithmetic(in_powers(printed)) is None else ""
    to_the_last = is_exact(settings, run, quantity, index, result)
    if sign is Relation.EQUAL and to_the_last and falls_short(numbers):
        return Relation.NEAR, caution or "limit"
    return sign, caution


def has_functions(numbers: Formula) -> bool:
    """Whether there are functions in it of which floats may hold only a part."""
    return any(isinstance(node, Call | SoftmaxEntry | LogSumExp) for node in walk(numbers))


def is_exact(
    settings: Settings, run: Run, quantity: Quantity, index: tuple[int, ...], result: Shown
) -> bool:
    """Whether nothing of an entry's value is rounded away in its result."""
    rounding = settings.rounding
    by_hand = rounding is not None and rounding.digits_of(quantity.name) is not None
    return not by_hand and result.value == run.value(quantity, index)


def falls_short(formula: Formula) -> bool:
    """Whether floats drop a part of an arithmetic: a term too small beside another, a tiny factor.

    Then what comes out in full is not what it says: 1/(1 + exp(-40)) is not 1.
    """
    return any(_drops(node) for node in walk(formula))


def _drops(node: Formula) -> bool:
    match node:
        case Add(terms):
            sizes = [abs(arithmetic(term) or 0.0) for term in terms]
            return any(size > 0.0 and max(sizes) + size == max(sizes) for size in sizes)
        case Mul(factors):
            return arithmetic(node) == 0.0 and all(arithmetic(factor) for factor in factors)
        case Div(top, _):
            return arithmetic(node) == 0.0 and bool(arithmetic(top))
        case SoftmaxEntry() | LogSumExp():
            value = arithmetic(node)
            highest = max(arithmetic(logit) or 0.0 for logit in node.logits)
            bounds = (0.0, 1.0) if isinstance(node, SoftmaxEntry) else (highest,)
            return len(node.logits) > 1 and value in bounds
        case Call(function):
            if function.name == "exp":
                return arithmetic(node) == 0.0
            defined = function.body and not function.elementary
            return bool(defined) and falls_short(node.expanded())
    return False

"""Everything that stands on the settings, evaluated again."""

from __future__ import annotations

from functools import cache
from itertools import islice
from math import inf
from typing import TYPE_CHECKING

from bp_tutor.explain.arithmetic import arithmetic, in_powers, literal
from bp_tutor.explain.document import Line
from bp_tutor.explain.nodes import Written
from bp_tutor.formula import (
    UNICODE,
    FormulaError,
    Number,
    Quantity,
    number_of,
    parse,
    replace,
    spell,
    walk,
    worked_out,
)
from bp_tutor.formula.compiling import compile_decimals
from bp_tutor.formula.node import broadcast
from bp_tutor.formula.spelling import Canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.explain.document import Said, Section
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula
    from bp_tutor.formula.node import Index
    from bp_tutor.solve import Run, Step

CLOSE = 1e-9
LAST = 1e-15
"""What floats may be off by, relatively: a few units of their last digit."""
SUMS = 1e-12
"""How far sums of the same terms in another order may be off, beside the largest term."""
ULP, WHOLE = 4e-16, 2**53
"""Half a step between floats beside their size; whole numbers below are what they are."""
FIGURES = 60
"""Of arithmetic where that of floats is too coarse."""
TINY = 2.3e-308
"""Below, the last digit is no smaller than that of this number."""
_AS_TEXT = Canonical(UNICODE)
"""How lines are written to be read back."""
SMALL, FEW = 64, 16
"""Entries of a quantity of which all are evaluated; so many of a larger one."""


def wrong_names(settings: Settings, run: Run, sections: list[Section]) -> list[Said]:
    """What does not come out the same: shapes, values, and lines as they are printed."""
    steps = {step.quantity: step for step in run.steps}

    @cache
    def holds(quantity: Quantity, index: Index) -> bool:
        return _value_holds(settings, run, steps[quantity], index)

    wrong: list[Said] = [step.quantity.name for step in run.steps if not _holds(step, holds)]
    lines = [line for part in sections for line in part.blocks if isinstance(line, Line)]
    for line in lines:
        step = steps.get(line.quantity)
        entry_holds = (
            step is None
            or line.index is None
            or step.value is None
            or holds(step.quantity, line.index)
        )
        if not entry_holds or not line_holds(line):
            wrong.append(line.name)
    return wrong


def _holds(step: Step, holds: Callable[[Quantity, Index], bool]) -> bool:
    quantity = step.quantity
    if broadcast(step.formula.shape, quantity.shape) != quantity.shape:
        return False
    if step.value is None:
        return True
    most = SMALL if quantity.size <= SMALL else FEW
    return len(step.value) == quantity.size and all(
        holds(quantity, index) for index in islice(quantity.indices(), most)
    )


def _value_holds(settings: Settings, run: Run, step: Step, index: Index) -> bool:
    """Whether an entry's line, worked out as it is shown, gives the value of the entry."""
    formula = step.entry(index)
    if step.line.has_stable:
        formula = worked_out(formula, run.lookup)
    value = _rounded(settings, step.quantity, formula.value(run.value))
    expected = run.value(step.quantity, index)
    return _close(value, expected) or abs(value - expected) <= _noise(run, formula, value)


def _rounded(settings: Settings, quantity: Quantity, value: float) -> float:
    """A value as the page carries it on."""
    rounding = settings.rounding
    if rounding is None or rounding.digits_of(quantity.name) is None:
        return value
    from bp_tutor.solve.rounding import rounder

    rounded = rounder(rounding)
    return rounded(quantity, value) if rounded else value


def _noise(run: Run, formula: Formula, value: float) -> float:
    """How far floats may move a formula.

    By their last digits where it hangs on them (ln(1 - a) near a = 1), or by the order of a
    sum, which arrays choose themselves, where large terms cancel.
    """
    ways = (
        number_of(formula, lambda *entry, by=by: run.lookup(*entry) * (1 + by) + by * TINY)
        for by in (-LAST, LAST)
    )
    moved = max((abs(way - value) for way in ways if way is not None), default=0.0)
    return max(2 * moved, SUMS * max(abs(node.value(run.value)) for node in walk(formula)))


def _close(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= CLOSE * max(1.0, abs(other))


def line_holds(line: Line) -> bool:
    """Whether the numbers of a line, written and read back, are the arithmetic meant."""
    numbers = next((part.formula for part in line.parts if part.kind == "numbers"), None)
    if numbers is None or any(isinstance(node, Written) for node in walk(numbers)):
        return True
    try:
        read = parse(spell(numbers, _AS_TEXT), lambda _: None, largest_exponent=inf)
    except FormulaError as error:
        # A sum of hundreds of terms is printed on demand, and too long to be typed.
        return error.key == "formula.too_long"
    meant, got = arithmetic(numbers), arithmetic(read)
    if got is None:
        # What is printed has no value in floats, 0·ln 0 or e^800: nor has what is meant, so put.
        return arithmetic(in_powers(literal(numbers))) is None
    if meant is None:
        return False
    return isinstance(read, Number) or _close(got, meant) or _same(numbers, read)


def _same(one: Formula, other: Formula) -> bool:
    """Whether two formulas of numbers alone have one value, worked out in many figures.

    In floats `1.5·10¹⁶ - 1.5·10¹⁶ + 100` depends on how its powers of ten are worked out.
    """
    from decimal import Decimal, Overflow, localcontext

    from bp_tutor.formula.decimals import context

    formulas = (one, other, replace(one, _moved))
    results = [Quantity(f"r{place}") for place in range(len(formulas))]
    run = compile_decimals([], zip(results, formulas, strict=True), results)
    with localcontext(context(FIGURES)):
        try:
            first, second, moved = run(1)
        except Overflow:
            # e to the power of 10³¹: nobody can work that out, so nothing speaks against it.
            return True
        except ArithmeticError:
            return False
        near = abs(first) * Decimal(CLOSE)
        # The cosine of 10²⁹ hangs on more figures than a number that is read has.
        return abs(first - second) <= near or abs(first - moved) > near


def _moved(formula: Formula) -> Formula | None:
    """A number a little beside the one that is meant, by less than floats keep apart."""
    if not isinstance(formula, Number) or _is_whole(formula.number):
        return None
    return Number(formula.number * (1 + ULP))


def _is_whole(number: float) -> bool:
    return abs(number) < WHOLE and float(number).is_integer()

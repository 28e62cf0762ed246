"""The last lines: how the figures were checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Line
from bp_tutor.explain.lines import arithmetic
from bp_tutor.explain.numbers import format_number
from bp_tutor.formula import FormulaError, Number, parse
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.node import broadcast
from bp_tutor.solve.check import Check, check

if TYPE_CHECKING:
    from bp_tutor.explain.document import Section
    from bp_tutor.explain.page import Page
    from bp_tutor.solve import Run

CLOSE = 1e-9


def closing_lines(
    page: Page, runs: tuple[Run, ...], sections: tuple[Section, ...]
) -> tuple[tuple[str, ...], bool]:
    """What was checked, in one or two sentences, and whether all of it holds."""
    words = page.words
    found = [result for run in runs if (result := check(run)) is not None]
    wrong_lines = [
        line.name
        for part in sections
        for line in part.blocks
        if isinstance(line, Line) and not line_holds(page, runs, line)
    ]
    wrong_shapes = [
        step.quantity.name
        for run in runs
        for step in run.steps
        if not _shape_fits(run, step.quantity.name)
    ]
    failed = [name for result in found for name in result.failed]
    wrong = [*failed, *wrong_lines, *wrong_shapes]
    if wrong:
        return (words.text("verify.failed", names=_names(wrong)),), False
    if not any(step.value is not None for run in runs for step in run.steps):
        return (words.text("verify.symbols_only"),), True
    compared = any(result.checked for result in found)
    lines = [_gradients(page, found) if compared else words.text("verify.lines")]
    skipped = [name for result in found for name in result.skipped]
    if skipped:
        lines.append(words.text("verify.skipped", names=_names(skipped)))
    return tuple(lines), True


def _names(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _gradients(page: Page, found: list[Check]) -> str:
    largest = max(result.largest for result in found)
    shown = format_number(largest, 1, page.style.name).text
    count = sum(result.checked for result in found)
    key = "verify.directions" if found[0].along_directions else "verify.gradients"
    if any(result.recalculated for result in found):
        key += "_recalculated"
    return page.words.text(key, count=count, largest=shown)


def _shape_fits(run: Run, name: str) -> bool:
    step = run.step(name)
    shape = step.quantity.shape
    if broadcast(step.formula.shape, shape) != shape:
        return False
    return step.value is None or len(step.value) == step.quantity.size


def line_holds(page: Page, runs: tuple[Run, ...], line: Line) -> bool:
    """Whether a displayed line, evaluated again, gives the value beside it.

    The formula is evaluated with the exact values; the printed numbers are read back from
    the text on the page and must give what their relation sign claims.
    """
    if line.index is None:
        return True
    for part in line.parts:
        if part.kind == "numbers" and part.formula is not None and not _reads_back(page, part):
            return False
    shown = next((part.formula for part in line.parts if part.kind == "formula"), None)
    for run in runs:
        step = next((step for step in run.steps if step.quantity == line.quantity), None)
        if step is None or step.value is None or not any(p.kind == "result" for p in line.parts):
            continue
        formula = shown or entry_of(step.formula, line.index)
        value = formula.value(run.value)
        expected = run.value(line.quantity, line.index)
        rounding = page.rounding
        if rounding is not None and rounding.digits_of(line.quantity.name) is not None:
            from bp_tutor.solve.rounding import rounder

            rounded = rounder(rounding)
            value = rounded(line.quantity, value) if rounded else value
        if abs(value - expected) > CLOSE * max(1.0, abs(expected)):
            return False
    return True


def _reads_back(page: Page, part: object) -> bool:
    """Whether the printed arithmetic, read as a student would, is the arithmetic meant."""
    text, formula = part.text, part.formula  # type: ignore[attr-defined]
    if "…" in text or "..." in text or page.style.name == "latex":
        return True
    try:
        read = parse(text, lambda _: None)
    except FormulaError:
        return False
    meant = arithmetic(formula, 0.0)
    got = arithmetic(read, 0.0)
    return isinstance(read, Number) or abs(meant - got) <= CLOSE * max(1.0, abs(meant))

"""The last lines: how the figures were checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.numbers import format_number
from bp_tutor.solve.check import Check, check

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.solve import Run


def closing_lines(
    page: Page, runs: tuple[Run, ...], wrong: list[str]
) -> tuple[tuple[str, ...], bool]:
    """What was checked, in one or two sentences, and whether all of it holds.

    `wrong` names what did not come out the same when it was evaluated again.
    """
    words = page.words
    found = [result for run in runs if (result := check(run)) is not None]
    wrong = [*(name for result in found for name in result.failed), *wrong]
    if wrong:
        return (words.text("verify.failed", names=_names(wrong)),), False
    if symbolic := in_symbols(page, runs):
        return (symbolic,), True
    compared = any(result.checked for result in found)
    lines = [_gradients(page, found) if compared else words.text("verify.lines")]
    skipped = [name for result in found for name in result.skipped]
    if skipped:
        lines.append(words.text("verify.skipped", names=_names(skipped)))
    undecided = [name for result in found for name in result.undecided]
    if undecided:
        lines.append(words.text("verify.undecided", names=_names(undecided)))
    return tuple(lines), True


def in_symbols(page: Page, runs: tuple[Run, ...]) -> str:
    """What is said of a calculation without any number; empty where there are some."""
    if any(step.value is not None for run in runs for step in run.steps):
        return ""
    given = runs[0].program.model.given
    known = [quantity for quantity, values in given.items() if values is not None]
    missing = [q.name for q in given if given[q] is None and q != runs[0].program.model.rate]
    # A problem in symbols has no numbers at all; one with some has perhaps forgotten others.
    if any(quantity.shape for quantity in known) and missing:
        return page.words.text("verify.numbers_missing", names=_names(missing))
    return page.words.text("verify.symbols_only")


def _names(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _gradients(page: Page, found: list[Check]) -> str:
    largest = max(result.largest for result in found)
    shown = page.style.inline(format_number(largest, 1, page.style.name).text)
    count = sum(result.checked for result in found)
    key = "verify.directions" if found[0].along_directions else "verify.gradients"
    if any(result.recalculated for result in found):
        key += "_recalculated"
    return page.words.text(key, count=count, largest=shown)

"""The last lines: how the figures were checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, Sentence, sentence
from bp_tutor.explain.numbers import format_number
from bp_tutor.explain.settings import plain_number
from bp_tutor.formula import Entry, Ref
from bp_tutor.solve.check import Check, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain.document import Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.solve import Run


def closing_lines(
    settings: Settings, runs: tuple[Run, ...], wrong: Sequence[Said]
) -> tuple[tuple[Said, ...], bool]:
    """What was checked, in one or two sentences, and whether all of it holds.

    `wrong` names what did not come out the same when it was evaluated again.
    """
    found = [result for run in runs if (result := check(run)) is not None]
    wrong = [*(name for result in found for name in result.failed), *wrong]
    if wrong:
        return (sentence("verify.failed", names=_names(wrong)),), False
    if symbolic := in_symbols(runs):
        return (symbolic,), True
    compared = any(result.checked for result in found)
    lines = [_gradients(found) if compared else Sentence("verify.lines")]
    lines = [*taken_as_given(settings, runs[0], found[:1]), *lines]
    skipped = [name for result in found for name in result.skipped]
    if skipped:
        lines.append(sentence("verify.skipped", names=_names(skipped)))
    undecided = [name for result in found for name in result.undecided]
    if undecided:
        lines.append(sentence("verify.undecided", names=_names(undecided)))
    return (*lines, *behind_given(found)), True


def taken_as_given(settings: Settings, run: Run, checks: Sequence[Check]) -> list[Sentence]:
    """The first value of a run that is given, where what leads to it makes it another number."""
    return [
        sentence(
            "verify.taken_as_given",
            name=Entry(*entry),
            given=settings.number(run, *entry),
            calculated=plain_number(format_number(calculated, settings.digits)),
        )
        for result in checks
        for entry, calculated in result.overridden[:1]
    ]


def behind_given(checks: Sequence[Check]) -> list[Sentence]:
    """Which gradients differences do not reach, because values are given."""
    beyond = [Ref(quantity) for result in checks for quantity in result.beyond]
    return [sentence("verify.beyond", names=_names(beyond))] if beyond else []


def in_symbols(runs: tuple[Run, ...]) -> Sentence | None:
    """What is said of a calculation without any number; None where there are some."""
    if any(step.value is not None for run in runs for step in run.steps):
        return None
    given = runs[0].program.model.given
    known = [quantity for quantity, values in given.items() if values is not None]
    missing = [q.name for q in given if given[q] is None and q != runs[0].program.model.rate]
    # A problem in symbols has no numbers at all; one with some has perhaps forgotten others.
    if any(quantity.shape for quantity in known) and missing:
        return sentence("verify.numbers_missing", names=_names(missing))
    return Sentence("verify.symbols_only")


def _names(names: Sequence[Said]) -> Joined:
    return Joined(tuple(dict.fromkeys(names)))


def _gradients(found: list[Check]) -> Sentence:
    largest = plain_number(format_number(max(result.largest for result in found), 1))
    count = sum(result.checked for result in found)
    key = "verify.directions" if found[0].along_directions else "verify.gradients"
    if any(result.overridden for result in found):
        key += "_calculated"
    elif any(result.recalculated for result in found):
        key += "_recalculated"
    return sentence(key, count=count, largest=largest)

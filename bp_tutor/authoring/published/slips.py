"""What would explain a figure that does not follow: slips of the pen, and known mistakes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.calculation import context_at
from bp_tutor.authoring.published.judged import FOLLOWING, Reason
from bp_tutor.quiz.mistakes import diagnose
from bp_tutor.quiz.sheet import Sheet
from bp_tutor.quiz.tolerance import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.published.calculation import Calculation, Meant
    from bp_tutor.authoring.published.figure import Printed
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.authoring.published.origins import PrintedBefore
    from bp_tutor.explain import Page

CHANCE = 0.007
"""At most so often a number that nobody calculated may be explained by a slip."""


def slips(meant: Meant, value: float | None) -> tuple[Reason, ...]:
    """The slips of the pen that make the printed figure of the right one."""
    left = CHANCE
    found = []
    for key, meant_figure in _slips(meant.printed):
        left -= 1.5 * meant.printed.room
        if left < 0:
            break
        if meant_figure.stands_for(value):
            values = (("figure", _plain(meant_figure)),)
            found.append(Reason(f"published.slip.{key}", values))
    return tuple(found)


def _plain(figure: Printed) -> str:
    return f"{figure.number:f}" if abs(figure.number.adjusted()) < 7 else str(figure.number)


def _slips(printed: Printed) -> Iterator[tuple[str, Printed]]:
    """What may have been meant, the likeliest first."""
    for places in (-1, 1):
        yield "point", printed.moved(places)
    yield "sign", printed._replace(number=-printed.number)
    digits = printed.number.as_tuple().digits
    for place in range(len(digits) - 1):
        if digits[place] != digits[place + 1]:
            turned = list(digits)
            turned[place : place + 2] = turned[place + 1], turned[place]
            number = Decimal((0, tuple(turned), printed.unit.adjusted()))
            yield "digits", printed._replace(number=number.copy_sign(printed.number))


def mistakes(
    meant: Meant, calculation: Calculation, page: Page, before: PrintedBefore, others: list[Judged]
) -> tuple[Reason, ...]:
    """The mistakes that many make and that would give this figure."""
    run = calculation.run(meant.moment)
    key = meant.key
    if run is None or key is None or not meant.printed.number:
        return ()
    if key[0] not in {step.quantity for step in run.steps}:
        return ()
    context = context_at(calculation.problem, run, page)
    answer = Answer(
        float(meant.printed.number), float(meant.printed.unit / 2), meant.printed.figures
    )
    follow = [one.meant for one in others if one.verdict in FOLLOWING]
    for sheet in (Sheet(context), before.sheet(meant, follow, finest=True)):
        if sheet is None:
            continue
        found = diagnose(context, sheet, key, answer)
        if found:
            return tuple(
                Reason(f"misconception.{each.misconception}.name", each.values, each)
                for each in found
            )
    return ()

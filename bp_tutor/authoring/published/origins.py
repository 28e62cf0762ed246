"""Figures that follow from other printed figures: as the file says, or by the calculation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.calculation import context_at
from bp_tutor.authoring.published.judged import FOLLOWING, Reason
from bp_tutor.formula import FormulaError, parse
from bp_tutor.quiz.moving import value_of
from bp_tutor.quiz.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.authoring.published.calculation import Calculation, Meant, Moment
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.explain import Page
    from bp_tutor.quiz.book import Key

CHANCE = 0.03
"""At most so often a number that nobody calculated may follow from printed figures."""
_LITERAL = re.compile(r"(?<![\w.])(\d+(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?")


def worth(text: str) -> float | None:
    """What an arithmetic of plain numbers gives."""
    try:
        return value_of(parse(text, lambda _name: None), lambda _key: float("nan"))
    except FormulaError:
        return None


def slack(text: str, exact: Collection[float] = ()) -> float:
    """How far an arithmetic moves where each printed decimal may be off in its last digit.

    Those that are `exact` are not.
    """
    middle = worth(text)
    if middle is None:
        return 0.0
    total = 0.0
    for literal in _LITERAL.finditer(text):
        _, point, behind = literal[1].partition(".")
        if not point or float(literal[0]) in exact:
            continue
        unit = 10.0 ** (int((literal[2] or "e0")[1:]) - len(behind))
        moved = f"({float(literal[0]) + unit!r})"
        other = worth(text[: literal.start()] + moved + text[literal.end() :])
        total += abs(other - middle) if other is not None else 0.0
    return total


def literals(text: str) -> dict[float, str]:
    """The decimals in an arithmetic, each as it stands there."""
    found = (literal[0] for literal in _LITERAL.finditer(text))
    return {float(literal): literal for literal in found if "." in literal}


def said_origin(meant: Meant, value: float | None, wrong: set[float]) -> Reason | None:
    """How a figure follows from the arithmetic that its file states, if it does.

    It counts only where rounding explains that its numbers are not those of the calculation,
    or where one of them is a printed figure that does not follow itself (`wrong`).
    """
    text = meant.figure.origin
    found = worth(text) if text is not None else None
    how = meant.printed.stands_for(found)
    if not how or text is None or found is None:
        return None
    values = (("origin", text), ("cut", how))
    # A rounded figure may be taken for a cut one, and the other way round.
    room = slack(text) + 2 * float(meant.printed.unit)
    if value is not None and abs(found - value) <= room:
        return Reason(f"published.how.from_{how}", values)
    for number, literal in literals(text).items():
        if number in wrong:
            return Reason("published.how.carried", (*values, ("figure", literal)))
    return None


def misstated(meant: Meant, given: Collection[float]) -> Reason | None:
    """What the arithmetic gives that the file states, where that is not the printed figure.

    `given` are the numbers that the file starts from, which nobody rounded.
    """
    text = meant.figure.origin
    found = worth(text) if text is not None else None
    if text is None or found is None or meant.printed.stands_for(found):
        return None
    # A source may print rounded numbers and go on with all digits.
    if abs(found - float(meant.printed.number)) <= slack(text, given) + 2 * float(
        meant.printed.unit
    ):
        return None
    return Reason("published.origin.other", (("origin", text), ("result", f"{found:.6g}")))


class PrintedBefore:
    """The calculation with the source's own printed figures put in as they stand."""

    def __init__(self, calculation: Calculation, page: Page) -> None:
        self.calculation, self.page = calculation, page

    def reason(self, meant: Meant, others: list[Judged]) -> Reason | None:
        """How a figure follows from those that are printed beside it, if it does."""
        if 3 * meant.printed.room > CHANCE:
            return None
        follow = [one.meant for one in others if one.verdict in FOLLOWING]
        for finest in (False, True):
            value = self.value(meant, follow, finest=finest)
            if how := meant.printed.stands_for(value):
                return Reason(f"published.how.printed_{how}")
        return None

    def value(self, meant: Meant, figures: list[Meant], *, finest: bool = True) -> float | None:
        """What a figure is with others put in as they are printed; None without any there."""
        sheet = self.sheet(meant, figures, finest=finest)
        return _value(meant, sheet) if sheet is not None else self.calculation.value(meant)

    def sheet(self, meant: Meant, figures: list[Meant], *, finest: bool) -> Sheet | None:
        """Printed figures as answers, each with its fewest or most digits; None without any.

        In what is too large to be done by hand, nothing is put in either.
        """
        if self.calculation.large:
            return None
        known = [one for one in figures if one.key is not None]
        update, over_all = meant.moment
        here = [one for one in known if one.moment == meant.moment and one.key != meant.key]
        earlier = [one for one in known if one.moment == (update - 1, False) and not over_all]
        before = self._sheet((update - 1, False), earlier, None, finest=finest)
        return self._sheet(meant.moment, here, before, finest=finest)

    def _sheet(
        self, moment: Moment, figures: list[Meant], before: Sheet | None, *, finest: bool
    ) -> Sheet | None:
        run = self.calculation.run(moment) if moment[0] > 0 and (figures or before) else None
        if run is None:
            return None
        sheet = Sheet(context_at(self.calculation.problem, run, self.page), before)
        chosen: dict[Key, Meant] = {}
        for one in figures:
            assert one.key is not None
            known = chosen.get(one.key)
            if known is None or (one.printed.unit < known.printed.unit) == finest:
                chosen[one.key] = one
        for (quantity, index), one in chosen.items():
            number, radius = float(one.printed.number), float(one.printed.unit / 2)
            sheet.answer(quantity.identifier(index), number, radius)
        return sheet


def _value(meant: Meant, sheet: Sheet) -> float | None:
    key = meant.key
    if key is not None:
        return sheet.follows(key) if key[0] in sheet.book.steps else sheet.lookup(key)
    assert meant.formula is not None
    return value_of(meant.formula, sheet.lookup)

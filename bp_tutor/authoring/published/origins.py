"""Figures that follow from other printed figures: as the file says, or by the calculation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.calculation import context_at
from bp_tutor.authoring.published.judged import FOLLOWING, Reason
from bp_tutor.authoring.published.same import Known, same_in
from bp_tutor.formula import Entry, FormulaError, parse
from bp_tutor.quiz.book import Book
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.moving import leaves_of, value_of
from bp_tutor.quiz.sheet import Sheet
from bp_tutor.quiz.tolerance import Answer
from bp_tutor.solve import Definition, Step

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.authoring.published.calculation import Calculation, Meant, Moment
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.quiz.book import Key
    from bp_tutor.quiz.model import Context

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
        return Reason(f"published.how.from_{how}", values, value=found)
    for number, literal in literals(text).items():
        if number in wrong:
            return Reason("published.how.carried", (*values, ("figure", literal)), value=found)
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

    def __init__(self, calculation: Calculation, page: Presentation) -> None:
        self.calculation, self.page = calculation, page
        self._books: dict[tuple[Moment, tuple[Key, ...]], Book] = {}

    def reason(self, meant: Meant, others: list[Judged]) -> Reason | None:
        """How a figure follows from those that are printed beside it, if it does."""
        if 3 * meant.printed.room > CHANCE:
            return None
        follow = [one.meant for one in others if one.verdict in FOLLOWING]
        for finest in (False, True):
            value = self.value(meant, follow, finest=finest)
            if how := meant.printed.stands_for(value):
                return Reason(f"published.how.printed_{how}", value=value)
        return None

    def value(self, meant: Meant, figures: list[Meant], *, finest: bool = True) -> float | None:
        """What a figure is with others put in as they are printed; without any, what is right."""
        sheet = self.sheet(meant, figures, finest=finest)
        return _value(meant, sheet) if sheet is not None else self.calculation.value(meant)

    def sheet(
        self, meant: Meant, figures: list[Meant], *, finest: bool, plain: bool = False
    ) -> Sheet | None:
        """Printed figures as answers, each with its fewest or most digits; None without any.

        Where it is `plain`, they stand only where the formulas name them, as mistakes need it.
        In what is too large to be done by hand, nothing is put in either.
        """
        if self.calculation.large:
            return None
        known = [one for one in figures if one.named is not None]
        update, over_all = meant.moment
        here = [one for one in known if one.moment == meant.moment and one.key != meant.key]
        earlier = [one for one in known if one.moment == (update - 1, False) and not over_all]
        before = self._sheet((update - 1, False), earlier, None, finest=finest, plain=plain)
        return self._sheet(meant.moment, here, before, finest=finest, plain=plain)

    def _sheet(
        self,
        moment: Moment,
        figures: list[Meant],
        before: Sheet | None,
        *,
        finest: bool,
        plain: bool,
    ) -> Sheet | None:
        run = self.calculation.run(moment) if moment[0] > 0 and (figures or before) else None
        if run is None:
            return None
        chosen: dict[Key, Meant] = {}
        for one in figures:
            assert one.key is not None
            known = chosen.get(one.key)
            if known is None or (one.printed.unit < known.printed.unit) == finest:
                chosen[one.key] = one
        named = tuple(one.named for one in chosen.values() if one.named is not None)
        context = context_at(self.calculation.problem, run, self.page)
        sheet = Sheet(context, before, None if plain else self._book(moment, context, named))
        for key, one in chosen.items():
            sheet.enter(key, Answer(one.number, float(one.printed.unit / 2)))
        return sheet

    def _book(self, moment: Moment, context: Context, named: tuple[Known, ...]) -> Book:
        keys = (moment, tuple(one.key for one in named))
        if keys not in self._books:
            plain = book_of(context)
            self._books[keys] = BookWithFigures(plain, named) if named else plain
        return self._books[keys]


class BookWithFigures(Book):
    """An update in which printed numbers stand wherever they are part of a formula."""

    def __init__(self, plain: Book, figures: tuple[Known, ...]) -> None:
        made = {one.key[0]: one.formula for one in figures if one.formula is not None}
        values = {quantity: (_number(formula, plain),) for quantity, formula in made.items()}
        steps = tuple(
            Step(Definition(quantity, formula, "", ""), plain.run.update, values[quantity])
            for quantity, formula in made.items()
        )
        run = plain.run._replace(
            steps=(*plain.run.steps, *steps), values={**plain.run.values, **values}
        )
        super().__init__(run, plain.page)
        self.before = plain.before
        self._plain, self._same = plain, same_in(plain)
        self._figures = tuple(
            one if one.numbers else one._replace(numbers=self._same.at(Entry(*one.key)) or (0.0,))
            for one in figures
        )

    def formula(self, key: Key) -> Formula:
        """The line of an entry, with the figures put in."""
        if key not in self._formulas:
            plain = self._plain.formula(key) if key[0] in self._plain.steps else None
            own = plain or next(one.formula for one in self._figures if one.key == key)
            assert own is not None
            self._formulas[key] = self.through(own, key[0])
        return self._formulas[key]

    def through(self, formula: Formula, quantity: Quantity | None = None) -> Formula:
        """A formula with the figures put in, but for those that are made from `quantity`."""
        earlier = [one for one in self._figures if quantity not in self._sources(one)]
        return self._same.through(formula, earlier)

    def _sources(self, one: Known) -> set[Quantity | None]:
        """What a figure is made from, and itself."""
        inside = {one.key[0]} if one.formula is None else {q for q, _ in leaves_of(one.formula)}
        return {one.key[0], *inside, *(up for q in inside for up in self._plain.above(q))}

    def above(self, quantity: Quantity) -> frozenset[Quantity]:
        """Every quantity that this one is calculated from, figures among them."""
        if quantity not in self._above:
            found: set[Quantity] = set()
            waiting = [quantity]
            while waiting:
                one = waiting.pop()
                entries = one.indices() if one in self.steps else ()
                inside = {leaf[0] for index in entries for leaf in self.leaves((one, index))}
                waiting += inside - found
                found |= inside
            self._above[quantity] = frozenset(found)
        return self._above[quantity]


def _number(formula: Formula, book: Book) -> float:
    found = value_of(formula, book.exact)
    return float("nan") if found is None else found


def _value(meant: Meant, sheet: Sheet) -> float | None:
    """The figure as it follows from what is on the sheet, with the sign that it has itself."""
    assert meant.formula is not None
    book = sheet.book
    if meant.key is None or meant.own:
        formula = meant.formula
        if isinstance(book, BookWithFigures):
            formula = book.through(formula)
        return value_of(formula, sheet.lookup)
    followed = sheet.follows(meant.key) if meant.key[0] in book.steps else sheet.lookup(meant.key)
    return None if followed is None else meant.sign * followed

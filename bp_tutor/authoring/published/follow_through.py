"""Figures that follow from other printed figures, also from those that do not follow themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.judged import FOLLOWING, Reason
from bp_tutor.formula import Entry, FormulaError, parse
from bp_tutor.quiz.entry_graph import EntryGraph
from bp_tutor.quiz.figure import Budget
from bp_tutor.quiz.kept import once_each
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.tolerance import Answer, entries_of, value_of
from bp_tutor.solve import Definition, Step

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.authoring.published.calculation import Calculation, Moment
    from bp_tutor.authoring.published.identities import Identities, NamedNumber
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.authoring.published.meant import Meant
    from bp_tutor.formula import Address, Formula, Quantity
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.entry_line import EntryLine


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

    def __init__(self, calculation: Calculation) -> None:
        self.calculation = calculation
        self._graphs: dict[tuple[Moment, tuple[Address, ...]], EntryGraph] = {}

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
        source = self.source(meant, figures, finest=finest)
        return meant.value_in(self.calculation) if source is None else _value(meant, source)

    def source(
        self, meant: Meant, figures: list[Meant], *, finest: bool, plain: bool = False
    ) -> StudentAnswers | None:
        """Printed figures as answers, each with its fewest or most digits; None without any.

        Where it is `plain`, they stand only where the formulas name them, as mistakes need it.
        In what is too large to be done by hand, nothing is put in either.
        """
        if self.calculation.large:
            return None
        known = [one for one in figures if one.named is not None]
        update, over_all = meant.moment
        here = [one for one in known if one.moment == meant.moment and one.address != meant.address]
        earlier = [one for one in known if one.moment == (update - 1, False) and not over_all]
        before = self._entered((update - 1, False), earlier, None, finest=finest, plain=plain)
        return self._entered(meant.moment, here, before, finest=finest, plain=plain)

    def _entered(
        self,
        moment: Moment,
        figures: list[Meant],
        before: StudentAnswers | None,
        *,
        finest: bool,
        plain: bool,
    ) -> StudentAnswers | None:
        context = self.calculation.context(moment) if figures or before else None
        if context is None:
            return None
        chosen: dict[Address, Meant] = {}
        for one in figures:
            assert one.address is not None
            known = chosen.get(one.address)
            if known is None or (one.printed.unit < known.printed.unit) == finest:
                chosen[one.address] = one
        named = tuple(one.named for one in chosen.values() if one.named is not None)
        graph = context.graph if plain else self._graph(moment, context, named)
        source = StudentAnswers(context, before, graph)
        for address, one in chosen.items():
            source.enter(address, Answer(one.number, float(one.printed.unit / 2)))
        return source

    def _graph(
        self, moment: Moment, context: Context, named: tuple[NamedNumber, ...]
    ) -> EntryGraph:
        if not named:
            return context.graph
        which = (moment, tuple(one.address for one in named))
        if which not in self._graphs:
            same = self.calculation.identities(moment)
            self._graphs[which] = GraphWithFigures(context.graph, same, named)
        return self._graphs[which]


class GraphWithFigures(EntryGraph):
    """An update in which printed numbers stand wherever they are part of a formula."""

    def __init__(
        self, plain: EntryGraph, same: Identities, figures: tuple[NamedNumber, ...]
    ) -> None:
        made = {one.address.quantity: one.formula for one in figures if one.formula is not None}
        values = {quantity: (_number(formula, plain),) for quantity, formula in made.items()}
        steps = tuple(
            Step(Definition(quantity, formula, "", ""), plain.run.update, values[quantity])
            for quantity, formula in made.items()
        )
        run = plain.run._replace(
            steps=(*plain.run.steps, *steps), values={**plain.run.values, **values}
        )
        super().__init__(run, plain.page, plain.before)
        self._plain, self._same = plain, same
        self._figures = tuple(
            one
            if one.numbers
            else one._replace(numbers=self._same.at(Entry(*one.address)) or (0.0,))
            for one in figures
        )

    @once_each
    def formula(self, address: Address) -> Formula:
        """The line of an entry, with the figures put in."""
        own = self._plain.formula(address) if self._plain.step(address) is not None else None
        own = own or next(one.formula for one in self._figures if one.address == address)
        assert own is not None
        return self.through(own, address.quantity)

    def through(self, formula: Formula, quantity: Quantity | None = None) -> Formula:
        """A formula with the figures put in, but for those that are made from `quantity`."""
        earlier = [one for one in self._figures if quantity not in self._sources(one)]
        return self._same.through(formula, earlier)

    def _sources(self, one: NamedNumber) -> set[Quantity | None]:
        """What a figure is made from, and itself."""
        own = one.address.quantity
        entries = () if one.formula is None else entries_of(one.formula)
        inside = {own} if one.formula is None else {entry.quantity for entry in entries}
        return {own, *inside, *(up for q in inside for up in self._plain.ancestors(q))}

    @once_each
    def chain(self, _address: Address) -> EntryLine | None:
        """None: printed numbers stand in the lines as they are."""
        return None

    @once_each
    def sources(self, quantity: Quantity) -> frozenset[Quantity]:
        """Its ancestors, as it has no other line."""
        return self.ancestors(quantity)

    @once_each
    def ancestors(self, quantity: Quantity) -> frozenset[Quantity]:
        """Every quantity that this one is calculated from, figures among them."""
        found: set[Quantity] = set()
        waiting = [quantity]
        while waiting:
            one = waiting.pop()
            entries = one.addresses() if one in self.steps else ()
            inside = {leaf.quantity for entry in entries for leaf in self.leaves(entry)}
            waiting += inside - found
            found |= inside
        return frozenset(found)


def _number(formula: Formula, graph: EntryGraph) -> float:
    found = value_of(formula, graph.exact)
    return float("nan") if found is None else found


def _value(meant: Meant, source: StudentAnswers) -> float | None:
    """The figure as it follows from the entered ones, with the sign that it has itself."""
    assert meant.formula is not None
    graph, address = source.graph, meant.address
    if address is None or meant.own:
        formula = meant.formula
        if isinstance(graph, GraphWithFigures):
            formula = graph.through(formula)
        return value_of(formula, source.value)
    calculated = graph.step(address) is not None
    followed = source.follows(address) if calculated else source.value(address)
    return None if followed is None else meant.sign * followed


CHANCE_OF_ONE = 0.04
"""And so often where there is but one that it could be made from; as with known mistakes."""
MOST_SOURCES = 12
"""So many figures are put in one by one."""


class FollowThrough:
    """One figure, held against the calculation with wrong printed figures put in as given."""

    def __init__(self, before: PrintedBefore, meant: Meant, sound: list[Meant]) -> None:
        self.before, self.meant, self.sound = before, meant, sound
        self._values: dict[tuple[int, ...], tuple[float, ...]] = {}
        right = before.value(meant, [])
        self._budget = Budget(meant.printed, CHANCE, cut=True)
        if right is not None:
            self._budget.know(right)

    def reasons(self, sources: list[Meant]) -> tuple[Reason, ...]:
        """From which of the sources it follows; several reasons are alternatives.

        First all of them are put in, then each alone; where neither will do, as few as will.
        """
        own = self.meant.address
        sources = [one for one in sources if one.named is not None and one.address != own]
        sources = [one for one in sources if self._matters(one)][:MOST_SOURCES]
        if len(sources) == 1:
            value = self._only(sources[0])
            return () if value is None else (self._reason(sources, value),)
        together = self._fits(sources) if sources else None
        alone = [(one, value) for one in sources if (value := self._fits([one])) is not None]
        if alone:
            return tuple(self._reason([one], value) for one, value in alone)
        if together is None:
            return ()
        for one in list(sources):
            fewer = [other for other in sources if other is not one]
            value = self._fits(fewer)
            if value is not None:
                sources, together = fewer, value
        return (self._reason(sources, together),)

    def speaks_against(self, source: Meant) -> bool:
        """Whether the figure, which follows as it is, would not with this one put in."""
        if not self._matters(source):
            return False
        return not any(self.meant.printed.stands_for(value) for value in self._with([source]))

    def _matters(self, source: Meant) -> bool:
        """Whether the figure changes at all with this one put in."""
        return self._with([source]) != self._with([])

    def _only(self, source: Meant) -> float | None:
        """What it is with the only source there is: the first number of all that is tried."""
        if self._with([source]) and self.meant.printed.room <= CHANCE_OF_ONE:
            # What one would do who goes on with what stands there: no search, so no chance.
            self._budget.left = max(self._budget.left, self._budget.cost)
        return self._fits([source])

    def _fits(self, sources: list[Meant]) -> float | None:
        """What it is with these put in, if it follows and that is hardly chance."""
        for value in self._with(sources):
            if not self._budget.allows(value):
                return None
            if self._budget.met(value):
                return value
        return None

    def _with(self, sources: list[Meant]) -> tuple[float, ...]:
        """What it is with these put in, and the figures that follow exact or as printed."""
        place = tuple(one.place for one in sources)
        if place not in self._values:
            put_in = {one.address for one in sources}
            sound = [one for one in self.sound if one.address not in put_in]
            ways = [
                self.before.value(self.meant, [*follow, *sources], finest=finest)
                for follow, finest in (([], True), (sound, False), (sound, True))
            ]
            known = [value for value in ways if value is not None]
            self._values[place] = tuple(dict.fromkeys(known))
        return self._values[place]

    def _reason(self, sources: list[Meant], value: float) -> Reason:
        named = ", ".join(map(named_with_value, sources))
        key = "carried" if len(sources) == 1 else "carried_several"
        return Reason(f"published.how.{key}", (("figure", named),), None, value)


def named_with_value(source: Meant) -> str:
    """A printed figure in a sentence, `y3 = 0.667`."""
    return f"{source.figure.name} = {source.figure.value}"

"""One student's answers to an update, and every value as it follows from them."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.formula import worked_out
from bp_tutor.formula.quantity import UPDATED, VALUE, Address
from bp_tutor.quiz.kept import Following, work_out
from bp_tutor.quiz.scrap_paper import ScrapPapers, keepings_of
from bp_tutor.quiz.tolerance import (
    EXACT,
    LEAST_FIGURES,
    MOST_PROPAGATED,
    NEARLY,
    NOTHING,
    Answer,
    entries_of,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.entry_line import EntryLine
    from bp_tutor.quiz.model import Diagnosis
    from bp_tutor.quiz.scrap_paper import Keeping
    from bp_tutor.quiz.tolerance import Lookup
    from bp_tutor.quiz.typed import Rounding, Typed

RIGHT, CARRIED, TRIVIAL, WRONG = "right", "carried", "trivial", "wrong"
FAR = 0.5
"""Rounding all along hardly moves a value by a larger part of it, unless large numbers cancel."""


class Position(NamedTuple):
    """One answer of a student, in the order of the calculation."""

    update: int
    order: int
    address: Address


class Judged(NamedTuple):
    """`right`, `carried` forward from an earlier mistake, `trivial` because of one, or `wrong`."""

    status: str
    first_wrong: Position | None = None


class Way(NamedTuple):
    """A line for an entry, and the numbers that somebody may have put in."""

    line: EntryLine
    value: Lookup
    leaves: tuple[Address, ...]
    """The entries in it."""
    passed: frozenset[Address] = frozenset()
    """Those of which not the answer stands in it, but what the student had before."""
    printed: bool = False
    """Whether what was not answered stands in it as on the page."""


class StudentAnswers:
    """The answers of one student to one update; `before` are those to the update before.

    They are held against the graph of the update, or another one that is given.
    """

    def __init__(
        self,
        context: Context,
        before: StudentAnswers | None = None,
        graph: EntryGraph | None = None,
    ) -> None:
        self.context, self.graph = context, graph or context.graph
        self.papers = context.papers if graph is None else ScrapPapers(graph)
        self.answers: dict[Address, Answer] = {}
        self.meant: dict[Address, float] = {}
        """What a wrong answer was before it was rounded, where its mistake is known."""
        self.ahead: dict[Address, Answer] = {}
        """Answers that are there already but were not marked yet."""
        self.assumed: dict[Address, tuple[Diagnosis, ...]] = {}
        """Answers that nobody gave but that others show, with the mistake made there."""
        self.unsaid: Collection[Address] = ()
        """What is still asked for: no sentence tells its number."""
        self.before = before
        self._later: list[StudentAnswers] = []
        if before is not None:
            before._later.append(self)
        self.start_anew()

    def start_anew(self) -> None:
        """Forget all that was worked out from the answers."""
        self._touched: set[Quantity] = set()
        """What was answered here, or came from the update before with answers in it."""
        self._below: set[Quantity] | None = None
        """What depends on that; None where it has to be found anew, the other as well."""
        self._values = Following[float]()
        self._judged = Following[Judged]()
        self._firsts = Following[Position | None]()
        self._tried = Following[list[float]]()
        """What a wrong answer was held against."""
        self.in_full = Following[float]()
        """What follows from the answers with all their digits, kept for `InFull`."""
        self._typed_radii = Following[float]()
        self._scraps: dict[Keeping, Following[float]] = {}
        self._radii: dict[Keeping, Following[tuple[float, float]]] = {}
        for later in self._later:
            later.start_anew()

    def answer(
        self, identifier: str, value: float, radius: float = 0.0, figures: int = EXACT
    ) -> None:
        """Note an answer; `radius` is half a unit of its last digit."""
        address = self.graph.find(identifier)
        if address is not None:
            self.enter(address, Answer(value, radius, figures))

    def enter(self, address: Address, answer: Answer, judged: Judged | None = None) -> None:
        """Note the answer to an entry, and how it was judged if it was."""
        self.assumed.pop(address, None)
        self.answers[address] = answer
        self._renew(address)
        if judged is not None:
            self._judged[address] = judged

    def assume(
        self, numbers: tuple[tuple[Address, float], ...], why: tuple[Diagnosis, ...]
    ) -> None:
        """Go on with the numbers that a student must have had, where none was given."""
        for address, value in numbers:
            if address not in self.answers:
                self.enter(address, Answer(value))
                self.assumed[address] = why

    def doubt(self, address: Address, answer: Answer) -> None:
        """Assume no longer what a right answer does not follow from."""
        above = self.graph.entries_before(address) if self.assumed else ()
        against = [one for one in self.assumed if one in above]
        own = self.follows(address) if against else None
        if own is not None and abs(own - answer.value) > 2 * answer.radius + NEARLY * abs(own):
            for one in against:
                self.forget(one)

    def forget(self, address: Address) -> None:
        """Take an answer back."""
        self.meant.pop(address, None)
        self.assumed.pop(address, None)
        if self.answers.pop(address, None) is not None:
            self._renew(address)

    def _renew(self, changed: Address) -> None:
        """What depends on a changed answer has to be worked out anew."""
        below = self.graph.results(changed.quantity)
        if changed not in self.answers:
            self._below = None
        elif self._below is not None:
            self._touched.add(changed.quantity)
            self._below |= below
        for one in self._following():
            one.forget(changed, below)
        for later in self._later:
            later.start_anew()

    def _following(self) -> Iterator[Following[Any]]:
        """Everything that was worked out from the answers."""
        yield from (self._values, self._judged, self._firsts, self._tried)
        yield from (self.in_full, self._typed_radii)
        yield from self._scraps.values()
        yield from self._radii.values()

    def touches(self, quantity: Quantity) -> bool:
        """Whether a quantity was answered, or depends on something that was."""
        return self._depends(quantity) or quantity in self._touched

    def _depends(self, quantity: Quantity) -> bool:
        below = self._below
        if below is None:
            self._touched = {address.quantity for address in self.answers}
            if self.before is not None:
                inherited = self.graph.inherited.items()
                self._touched |= {old for old, new in inherited if self.before.touches(new)}
            below = self._below = set().union(*map(self.graph.results, self._touched))
        return quantity in below

    # What follows from the answers

    def value(self, address: Address) -> float:
        """An entry's value as it follows from this student's answers."""
        answer = self.answers.get(address)
        if answer is not None:
            return answer.value
        if not self.touches(address.quantity):
            return self.graph.exact(address)
        value = self._values.get(address)
        if value is None:
            value = work_out(address, self._values, self._needed, self._own_value)
        return value

    def _needed(self, address: Address) -> list[Address]:
        """What has to be worked out before the student's number for an entry can be."""
        if not self._depends(address.quantity):
            return []
        return [
            entry
            for entry in self.line(address).entries
            if self._depends(entry.quantity) and entry not in self.answers
        ]

    def _own_value(self, address: Address) -> float:
        if (earlier := self._inherited(address)) is not None:
            return earlier[0].value(earlier[1])
        own = self.line(address).value(self.value) if self._depends(address.quantity) else None
        return self.graph.exact(address) if own is None else own

    def _on_scrap(self, address: Address, keeping: Keeping) -> float:
        """The same where every number that was not asked for was kept in one way on paper."""
        values, paper = self._scraps.setdefault(keeping, Following()), self.papers.kept(keeping)

        def there(entry: Address) -> float:
            answer = self.answers.get(entry)
            if answer is not None:
                return answer.value
            if not self.touches(entry.quantity):
                return paper.value(entry)
            value = values.get(entry)
            return work_out(entry, values, self._needed, kept) if value is None else value

        def kept(entry: Address) -> float:
            if (earlier := self._inherited(entry)) is not None:
                return earlier[0]._on_scrap(earlier[1], keeping)
            if not self._depends(entry.quantity):
                return paper.value(entry)
            own = self.line(entry).value(there)
            return self.graph.exact(entry) if own is None else keeping.kept(own)

        return there(address)

    def _inherited(self, address: Address) -> tuple[StudentAnswers, Address] | None:
        """The new weight of the update before, where answers of this student lead to it."""
        new = self.graph.inherited.get(address.quantity)
        if new is None or self.before is None or not self.touches(address.quantity):
            return None
        return self.before, Address(new, address.index)

    def line(self, address: Address) -> EntryLine:
        """The line of an entry, by the chain rule where this student has numbers for that one."""
        if self.answers and not self.answers.keys().isdisjoint(self.graph.in_chain_alone(address)):
            chain = self.graph.chain(address)
            assert chain is not None
            return chain
        return self.graph.line(address)

    def leaves(self, address: Address) -> tuple[Address, ...]:
        """The entries that an entry is worked out from, with this student's numbers."""
        return self._leaves_of(address, self.line(address))

    def _leaves_of(self, address: Address, line: EntryLine) -> tuple[Address, ...]:
        if address.quantity not in self.graph.steps:
            return ()
        if line is not self.graph.line(address):
            return line.entries
        shown = self.graph.leaves(address)
        if len(self.graph.inputs(address)) == len(shown):
            return shown
        return entries_of(worked_out(line.formula, lambda *entry: self.value(Address(*entry))))

    def follows(self, address: Address) -> float | None:
        """What an entry's formula gives with this student's earlier values."""
        return self.line(address).value(self.value)

    def possible(self, address: Address) -> Iterator[float]:
        """What an entry may be: the exact value, and what follows from this student's answers."""
        yield self.graph.exact(address)
        if address in self._tried:
            yield from self._tried[address]
            return
        for way in self._ways(address):
            own = way.line.value(way.value)
            if own is not None:
                yield own

    def may_be_nothing(self, address: Address, unit: float) -> bool:
        """Whether an entry may be so small that a zero stands for it on paper."""
        return unit > 0 and any(abs(one) < unit for one in self.possible(address))

    # Whether an answer is right

    def judge(self, address: Address, answer: Answer) -> Judged:
        """Whether an answer is right, or follows from an earlier one."""
        if within(answer, self.graph.exact(address)):
            return Judged(RIGHT)
        known = self.graph.step(address) is not None
        keepings = keepings_of(answer, by_hand=self.graph.by_hand) if known else ()
        found = []
        for way in self._ways(address):
            own = way.line.value(way.value)
            if own is None:
                continue
            if within(answer, own):
                return self._explained(address, way, own)
            found.append((way, own))
        for way, own in found:
            if not way.printed and self._is_near(address, answer, way, own, keepings):
                return self._explained(address, way, own)
        self._tried[address] = [own for _, own in found]
        first = self.first_wrong(address)
        if first is not None and self._is_right_anyway(address, answer, keepings):
            return Judged(RIGHT)
        return Judged(WRONG, first)

    def _ways(self, address: Address) -> Iterator[Way]:
        """The lines that the student may have worked out, with the numbers to put in.

        First with what was answered; then with what stands on the page where nothing was; then
        as if wrong answers had not been used, but what led to them.
        """
        line = self.line(address)
        others = (self.graph.line(address), self.graph.chain(address))
        lines = [line, *(one for one in others if one is not None and one is not line)]
        found = [Way(one, self.value, self._leaves_of(address, one)) for one in lines]
        yield from found
        for way in found:
            unseen = [leaf for leaf in way.leaves if self._is_unseen(leaf)]
            if unseen:
                printed = {leaf: self.graph.printed(leaf, self.value(leaf)) for leaf in unseen}
                yield way._replace(value=_with(self.value, printed), printed=True)
        for way in found:
            wrong = [leaf for leaf in way.leaves if leaf in self.answers and self.wrong_at(leaf)]
            alone = [[leaf] for leaf in wrong] if len(wrong) > 1 else []
            for passed in (*alone, wrong):
                if passed:
                    value = _with(self.value, {leaf: self._before(leaf) for leaf in passed})
                    yield way._replace(value=value, passed=frozenset(passed))

    def _is_unseen(self, leaf: Address) -> bool:
        return leaf not in self.answers and self.graph.is_calculated(leaf)

    def _before(self, leaf: Address) -> float:
        found = self.follows(leaf)
        return self.graph.exact(leaf) if found is None else found

    def accepted(self, address: Address, answer: Answer) -> Iterator[tuple[float, float]]:
        """The numbers for which an answer with such digits is taken, and what each may be off by.

        What was answered before has no say against the right value.
        """
        yield self.graph.exact(address), 0.0
        known = self.graph.step(address) is not None
        keepings = keepings_of(answer, by_hand=self.graph.by_hand) if known else ()
        for way in self._ways(address):
            own = way.line.value(way.value)
            if own is not None:
                yield own, 0.0
                if not way.printed:
                    yield from self._near(address, answer, way, own, keepings)

    def _is_near(
        self, address: Address, answer: Answer, way: Way, own: float, keepings: tuple[Keeping, ...]
    ) -> bool:
        """Whether an answer is what a way gives, as far as the digits say that were put in."""
        near = self._near(address, answer, way, own, keepings)
        return any(within(answer, value, slack) for value, slack in near)

    def _near(
        self, address: Address, answer: Answer, way: Way, own: float, keepings: tuple[Keeping, ...]
    ) -> Iterator[tuple[float, float]]:
        """What a way may give where numbers in it were rounded, and what that may be off by.

        What is far from the answer is left out.
        """
        unseen = [leaf for leaf in way.leaves if self._is_unseen(leaf)] if keepings else []
        size, off = self._size(address, own), abs(answer.value - own) - 2 * answer.radius
        typed = (leaf for leaf in way.leaves if leaf in self.answers and leaf not in way.passed)
        seen = {leaf: self._typed_radius(leaf) for leaf in typed}
        slack = way.line.deviation(way.value, seen)
        yield own, slack
        if not unseen or off > max(FAR * size, 4 * (self.propagated(address, answer) + slack)):
            return
        scrap: dict[Address, float] = {}
        for leaf in unseen:
            seen[leaf], scrap[leaf] = self._radii_of(leaf, keepings[0])
        slack = way.line.deviation(way.value, seen)
        unseen_slack = way.line.deviation(way.value, scrap)
        yield own, slack + min(unseen_slack, MOST_PROPAGATED * size)
        if off > max(FAR * size, 2 * (slack + unseen_slack)):
            return
        for keeping in keepings:
            lookup = _with(way.value, {leaf: self._on_scrap(leaf, keeping) for leaf in unseen})
            kept = way.line.value(lookup)
            if kept is not None and self._is_step(address, kept):
                yield kept, 0.0

    def _is_right_anyway(
        self, address: Address, answer: Answer, keepings: tuple[Keeping, ...]
    ) -> bool:
        """Whether an answer comes from the start on scrap paper, whatever was answered."""
        exact, line = self.graph.exact(address), self.graph.line(address)
        size = self._size(address, exact)
        for keeping in keepings:
            paper = self.papers.kept(keeping)
            slack = paper.propagated(address)
            if within(answer, exact, min(slack, MOST_PROPAGATED * size)):
                return True
            if abs(answer.value - exact) <= max(FAR * size, 2 * slack) + answer.radius:
                kept = line.value(paper.value)
                if kept is not None and self._is_step(address, kept) and within(answer, kept):
                    return True
        return False

    def _is_step(self, address: Address, kept: float) -> bool:
        """Whether a new weight is another than the old one, however small the step."""
        quantity, index = address
        if quantity.kind != UPDATED:
            return True
        old = self.value(Address(quantity.as_kind(VALUE), index))
        return kept != old or self.graph.exact(address) == old

    def _size(self, address: Address, value: float) -> float:
        """What rounding may move only by a small part: a value, of a new weight its step."""
        quantity, index = address
        if quantity.kind != UPDATED:
            return abs(value)
        return abs(value - self.value(Address(quantity.as_kind(VALUE), index)))

    def _typed_radius(self, leaf: Address) -> float:
        """By how much the number that a student had may differ from the one that was typed."""
        if leaf not in self._typed_radii:
            self._typed_radii[leaf] = self._radius_of_typed(leaf, self.answers[leaf])
        return self._typed_radii[leaf]

    def _radius_of_typed(self, leaf: Address, answer: Answer) -> float:
        if not answer.radius:
            return 0.0
        gap = abs(self._before(leaf) - answer.value)
        if answer.figures < LEAST_FIGURES:
            # Hardly any digit bounds a number: it lies between what was typed and what follows.
            return min(answer.radius, gap)
        # Who cuts digits off had more of the last one.
        cut = answer.radius < gap and self.judged(leaf).status != WRONG
        return 2 * answer.radius if cut else answer.radius

    def answer_of(self, typed: Typed) -> Answer:
        """What was typed, with what the rounding of the decimals in it allows."""
        known = sum(one.moved for one in typed.roundings if self._is_known(one))
        radius = min(known, MOST_PROPAGATED * abs(typed.value))
        return Answer(typed.value, typed.radius + radius, typed.figures)

    def _is_known(self, rounding: Rounding) -> bool:
        """Whether a decimal may be a rounded value of this calculation."""
        near = rounding.radius * (1 + NEARLY)
        sizes = self.graph.sizes
        place = bisect_left(sizes, rounding.number - near)
        if place < len(sizes) and sizes[place] <= rounding.number + near:
            return True
        own = (abs(answer.value) for answer in self.answers.values())
        return any(abs(number - rounding.number) <= near for number in own)

    def propagated(self, address: Address, answer: Answer) -> float:
        """How far an entry may be off by scrap paper alone, with the digits of an answer."""
        keepings = keepings_of(answer)
        return self.papers.kept(keepings[0]).propagated(address) if keepings else 0.0

    def _radii_of(self, leaf: Address, keeping: Keeping) -> tuple[float, float]:
        """How far a number on scrap paper may be off by answers before it, and by scrap paper."""
        radii = self._radii.setdefault(keeping, Following())

        def needed(entry: Address) -> tuple[Address, ...]:
            if entry in self.answers or not self._depends(entry.quantity):
                return ()
            return self.leaves(entry)

        def radius(entry: Address) -> tuple[float, float]:
            if entry in self.answers:
                return self._typed_radius(entry), 0.0
            if (earlier := self._inherited(entry)) is not None:
                return earlier[0]._radii_of(earlier[1], keeping)
            if not self._depends(entry.quantity):
                return 0.0, self.papers.kept(keeping).radius(entry)
            line, leaves = self.line(entry), self.leaves(entry)
            seen, scrap = (
                line.deviation(self.value, {one: radii[one][which] for one in leaves})
                for which in (0, 1)
            )
            return seen, scrap + keeping.radius(self.value(entry))

        return work_out(leaf, radii, needed, radius)

    def _explained(self, address: Address, way: Way, own: float) -> Judged:
        first = self._first_in(way.leaves, way.passed)
        if first is None:
            return Judged(RIGHT)
        return Judged(TRIVIAL if self._is_trivial(address, way, own) else CARRIED, first)

    def judged(self, address: Address) -> Judged:
        """How an answer that was given stands now."""
        if address not in self._judged:
            answer = self.answers[address]
            small = answer.value == 0 and self.may_be_nothing(address, 2 * answer.radius)
            self._judged[address] = Judged(RIGHT) if small else self.judge(address, answer)
        return self._judged[address]

    def first_wrong(self, address: Address) -> Position | None:
        """The first wrong answer that an entry depends on, here or in an update before."""
        if address not in self._firsts:
            self._firsts[address] = self._first_in(self.leaves(address))
        return self._firsts[address]

    def first_wrong_on_page(self, address: Address) -> Position | None:
        """The first wrong answer in the line of an entry as it stands on the page."""
        return self._first_in(self._leaves_of(address, self.graph.line(address)))

    def _first_in(
        self, leaves: tuple[Address, ...], passed: frozenset[Address] = frozenset()
    ) -> Position | None:
        """The first wrong answer in what was put in; of those passed over, in what is before."""
        found = []
        waiting, seen = list(leaves), set()
        while waiting:
            leaf = waiting.pop()
            if leaf in seen:
                continue
            seen.add(leaf)
            earlier = self._inherited(leaf)
            if earlier is not None:
                before, new = earlier
                found += before.wrong_at(new)
            elif leaf in self.answers and leaf not in passed:
                found += self.wrong_at(leaf)
            else:
                waiting.extend(self.leaves(leaf) if self._depends(leaf.quantity) else ())
        return min(found, default=None)

    def wrong_at(self, address: Address) -> list[Position]:
        """The first wrong answer at an entry or above it; none where all is right."""
        if address not in self.answers:
            first = self.first_wrong(address)
            return [first] if first is not None else []
        judged = self.judged(address)
        if judged.status == RIGHT:
            return []
        order = self.graph.order[address.quantity]
        return [judged.first_wrong or Position(self.graph.run.update, order, address)]

    def _is_trivial(self, address: Address, way: Way, own: float) -> bool:
        """Whether an earlier mistake left nothing to work out: a zero that makes all the rest 0.

        Two equal numbers that cancel are a sum like any other.
        """
        wrong = [leaf for leaf in way.leaves if not _alike(way.value(leaf), self.graph.exact(leaf))]
        if not any(way.value(leaf) == 0 for leaf in wrong):
            return False
        return len(way.leaves) == 1 or abs(own) < NOTHING < abs(self.graph.exact(address))


def _with(value: Lookup, others: dict[Address, float]) -> Lookup:
    """The numbers of `value`, with others for some entries."""
    return lambda entry: others[entry] if entry in others else value(entry)


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= NEARLY * max(abs(one), abs(other))

"""One student's answers to an update, and every value as it follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import worked_out
from bp_tutor.formula.quantity import Address
from bp_tutor.quiz.tolerance import (
    EXACT,
    NEARLY,
    NOTHING,
    Answer,
    deviation,
    entries_of,
    value_of,
    within,
)

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.entry_graph import EntryGraph

RIGHT, CARRIED, TRIVIAL, WRONG = "right", "carried", "trivial", "wrong"


class Position(NamedTuple):
    """One answer of a student, in the order of the calculation."""

    update: int
    order: int
    address: Address


class Judged(NamedTuple):
    """`right`, `carried` forward from an earlier mistake, `trivial` because of one, or `wrong`."""

    status: str
    first_wrong: Position | None = None


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
        self.answers: dict[Address, Answer] = {}
        self.meant: dict[Address, float] = {}
        """What a wrong answer was before it was rounded, where its mistake is known."""
        self.before = before
        self._later: list[StudentAnswers] = []
        self._touched: frozenset[Quantity] | None = None
        self._values: dict[Address, float] = {}
        self._judged: dict[Address, Judged] = {}
        if before is not None:
            before._later.append(self)

    def answer(
        self, identifier: str, value: float, radius: float = 0.0, figures: int = EXACT
    ) -> None:
        """Note an answer; `radius` is half a unit of its last digit."""
        address = self.graph.find(identifier)
        if address is not None:
            self.enter(address, Answer(value, radius, figures))

    def enter(self, address: Address, answer: Answer) -> None:
        """Note the answer to an entry."""
        self.answers[address] = answer
        self._renew(address)

    def forget(self, address: Address) -> None:
        """Take an answer back."""
        self.meant.pop(address, None)
        if self.answers.pop(address, None) is not None:
            self._renew(address)

    def _renew(self, changed: Address) -> None:
        """What depends on a changed answer has to be worked out anew."""
        self._touched = None
        ancestors = self.graph.ancestors
        for kept in (self._values, self._judged):
            for one in list(kept):
                if one == changed or changed.quantity in ancestors(one.quantity):
                    del kept[one]
        for later in self._later:
            later.start_anew()

    def start_anew(self) -> None:
        """Forget all that was worked out from the answers."""
        self._touched = None
        self._values.clear()
        self._judged.clear()
        for later in self._later:
            later.start_anew()

    @property
    def touched(self) -> frozenset[Quantity]:
        """What was answered here, or came from the update before with answers in it."""
        if self._touched is None:
            found = {address.quantity for address in self.answers}
            if self.before is not None:
                inherited = self.graph.inherited.items()
                found |= {old for old, new in inherited if self.before.touches(new)}
            self._touched = frozenset(found)
        return self._touched

    def touches(self, quantity: Quantity) -> bool:
        """Whether a quantity was answered, or depends on something that was."""
        return quantity in self.touched or self._depends(quantity)

    def _depends(self, quantity: Quantity) -> bool:
        return bool(self.touched) and not self.touched.isdisjoint(self.graph.ancestors(quantity))

    def value(self, address: Address) -> float:
        """An entry's value as it follows from this student's answers."""
        value = self._values.get(address)
        if value is None:
            self._work_out(address)
            value = self._values[address]
        return value

    def _work_out(self, address: Address) -> None:
        """What an entry depends on first; with a stack, for through time recursion goes deep."""
        values = self._values
        waiting = [address]
        while waiting:
            entry = waiting[-1]
            if entry in self.answers:
                values[entry] = self.answers[entry].value
            elif (earlier := self._inherited(entry)) is not None:
                before, new = earlier
                values[entry] = before.value(new)
            elif not self._depends(entry.quantity):
                values[entry] = self.graph.exact(entry)
            else:
                missing = [leaf for leaf in self.graph.inputs(entry) if leaf not in values]
                if missing:
                    waiting += missing
                    continue
                own = value_of(self.graph.formula(entry), values.__getitem__)
                values[entry] = self.graph.exact(entry) if own is None else own
            waiting.pop()

    def _inherited(self, address: Address) -> tuple[StudentAnswers, Address] | None:
        """The new weight of the update before, where answers of this student lead to it."""
        new = self.graph.inherited.get(address.quantity)
        if new is None or self.before is None or address.quantity not in self.touched:
            return None
        return self.before, Address(new, address.index)

    def leaves(self, address: Address) -> tuple[Address, ...]:
        """The entries that an entry is worked out from, with this student's numbers."""
        shown = self.graph.leaves(address)
        if len(self.graph.inputs(address)) == len(shown):
            return shown
        formula = self.graph.formula(address)
        return entries_of(worked_out(formula, lambda *entry: self.value(Address(*entry))))

    def follows(self, address: Address) -> float | None:
        """What an entry's formula gives with this student's earlier values."""
        return value_of(self.graph.formula(address), self.value)

    def possible(self, address: Address) -> list[float]:
        """What an entry may be: the exact value, and what follows from this student's answers."""
        own = self.follows(address) if self.answers else None
        return [self.graph.exact(address), *([] if own is None else [own])]

    def radius(self, address: Address, figures: int) -> float:
        """By how much rounding may have moved a value on this student's paper."""
        if address in self.answers:
            return self.answers[address].radius
        return self.graph.radius(address, figures)

    def judge(self, address: Address, answer: Answer) -> Judged:
        """Whether an answer is right, or follows from an earlier one."""
        exact = self.graph.exact(address)
        if within(answer, exact, 0.0) or within(
            answer, exact, self.graph.propagated(address, answer.figures)
        ):
            return Judged(RIGHT)
        if not self._depends(address.quantity):
            return Judged(WRONG)
        first = self.first_wrong(address)
        own = self.follows(address)
        if own is None:
            return Judged(WRONG, first)
        radii = {leaf: self.radius(leaf, answer.figures) for leaf in self.leaves(address)}
        if not within(answer, own, deviation(self.graph.formula(address), self.value, radii)):
            return Judged(WRONG, first)
        if first is None:
            return Judged(RIGHT)
        return Judged(TRIVIAL if self._is_trivial(address, own) else CARRIED, first)

    def judged(self, address: Address) -> Judged:
        """How an answer that was given stands now."""
        if address not in self._judged:
            self._judged[address] = self.judge(address, self.answers[address])
        return self._judged[address]

    def first_wrong(self, address: Address) -> Position | None:
        """The first wrong answer that an entry depends on, here or in an update before."""
        found = []
        waiting, seen = list(self.leaves(address)), set()
        while waiting:
            leaf = waiting.pop()
            if leaf in seen:
                continue
            seen.add(leaf)
            earlier = self._inherited(leaf)
            if earlier is not None:
                before, new = earlier
                found += before.wrong_at(new)
            elif leaf not in self.answers:
                waiting.extend(self.leaves(leaf) if self._depends(leaf.quantity) else ())
            else:
                found += self.wrong_at(leaf)
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

    def _is_trivial(self, address: Address, own: float) -> bool:
        """Whether an earlier mistake left nothing to work out: zeros, or two values alike."""
        leaves = self.leaves(address)
        if len(leaves) == 1:
            return self.value(leaves[0]) == 0
        for leaf in leaves:
            value = self.value(leaf)
            if _alike(value, self.graph.exact(leaf)):
                continue
            others = (other for other in leaves if other != leaf)
            if value == 0 or any(value == self.value(other) for other in others):
                return True
        return abs(own) < NOTHING < abs(self.graph.exact(address))


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= NEARLY * max(abs(one), abs(other))

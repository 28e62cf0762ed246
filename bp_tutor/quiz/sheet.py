"""A student's answers so far, and every value as it follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import worked_out
from bp_tutor.quiz.book import NEARLY
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.moving import leaves_of, moved, value_of
from bp_tutor.quiz.tolerance import NOTHING, Answer, within

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.quiz.model import Context

RIGHT, CARRIED, TRIVIAL, WRONG = "right", "carried", "trivial", "wrong"


class Place(NamedTuple):
    """One answer of a student, in the order of the calculation."""

    update: int
    order: int
    key: Key


class Judged(NamedTuple):
    """`right`, `carried` from an earlier mistake, `trivial` because of one, or `wrong`."""

    status: str
    first_wrong: Place | None = None


class Sheet:
    """The answers of one student to one update; `before` are those to the update before.

    They are held against the book of the update, or another one that is given.
    """

    def __init__(
        self, context: Context, before: Sheet | None = None, book: Book | None = None
    ) -> None:
        self.book = book or book_of(context)
        self.answers: dict[Key, Answer] = {}
        self.before = before
        self._later: list[Sheet] = []
        self._touched: frozenset[Quantity] | None = None
        self._values: dict[Key, float] = {}
        self._judged: dict[Key, Judged] = {}
        if before is not None:
            before._later.append(self)

    def answer(self, identifier: str, value: float, radius: float = 0.0, figures: int = 99) -> None:
        """Note an answer; `radius` is half a unit of its last digit."""
        key = self.book.find(identifier)
        if key is not None:
            self.enter(key, Answer(value, radius, figures))

    def enter(self, key: Key, answer: Answer) -> None:
        """Note the answer to an entry."""
        self.answers[key] = answer
        self._renew(key)

    def forget(self, key: Key) -> None:
        """Take an answer back."""
        if self.answers.pop(key, None) is not None:
            self._renew(key)

    def _renew(self, key: Key) -> None:
        """What hangs on a changed answer has to be worked out anew."""
        self._touched = None
        for kept in (self._values, self._judged):
            for other in [one for one in kept if one == key or key[0] in self.book.above(one[0])]:
                del kept[other]
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
            found = {quantity for quantity, _ in self.answers}
            if self.before is not None:
                before = self.before
                inherited = self.book.inherited.items()
                found |= {old for old, new in inherited if before.moves(new)}
            self._touched = frozenset(found)
        return self._touched

    def moves(self, quantity: Quantity) -> bool:
        """Whether a quantity was answered, or hangs on something that was."""
        return quantity in self.touched or not self.touched.isdisjoint(self.book.above(quantity))

    def changed(self, identifier: str) -> tuple[str, ...]:
        """The answered identifiers that hang on one, in the order of the calculation."""
        changed = self.book.find(identifier)
        if changed is None:
            return ()
        hanging = [key for key in self.answers if changed[0] in self.book.above(key[0])]
        hanging.sort(key=lambda key: (self.book.order[key[0]], key[1]))
        return tuple(quantity.identifier(index) for quantity, index in hanging)

    def lookup(self, key: Key) -> float:
        """An entry's value as it follows from this student's answers."""
        value = self._values.get(key)
        if value is None:
            self._work_out(key)
            value = self._values[key]
        return value

    def _work_out(self, key: Key) -> None:
        """What an entry hangs on first: by a list, because through time it is a long way."""
        values = self._values
        waiting = [key]
        while waiting:
            key = waiting[-1]
            if key in self.answers:
                values[key] = self.answers[key].value
            elif self.comes_from(key) is not None:
                assert self.before is not None
                values[key] = self.before.lookup(self.comes_from(key))  # type: ignore[arg-type]
            elif not self._hangs(key):
                values[key] = self.book.exact(key)
            else:
                missing = [leaf for leaf in self.book.inputs(key) if leaf not in values]
                if missing:
                    waiting += missing
                    continue
                own = value_of(self.book.formula(key), values.__getitem__)
                values[key] = self.book.exact(key) if own is None else own
            waiting.pop()

    def comes_from(self, key: Key) -> Key | None:
        """The new weight of the update before, where answers of this student lead to it."""
        new = self.book.inherited.get(key[0])
        if new is None or self.before is None or key[0] not in self.touched:
            return None
        return new, key[1]

    def leaves(self, key: Key) -> tuple[Key, ...]:
        """The entries that an entry is worked out from, with this student's numbers."""
        shown = self.book.leaves(key)
        if len(self.book.inputs(key)) == len(shown):
            return shown
        formula = worked_out(self.book.formula(key), lambda *entry: self.lookup(entry))
        return leaves_of(formula)

    def follows(self, key: Key) -> float | None:
        """What an entry's formula gives with this student's earlier values."""
        return value_of(self.book.formula(key), self.lookup)

    def radius(self, key: Key, figures: int) -> float:
        """By how much rounding may have moved a value on this student's paper."""
        if key in self.answers:
            return self.answers[key].radius
        return self.book.radius(key, figures)

    def _hangs(self, key: Key) -> bool:
        return bool(self.touched) and not self.touched.isdisjoint(self.book.above(key[0]))

    def judge(self, key: Key, answer: Answer) -> Judged:
        """Whether an answer is right, or follows from an earlier one."""
        exact = self.book.exact(key)
        if within(answer, exact, 0.0):
            return Judged(RIGHT)
        if within(answer, exact, self.book.carried_radius(key, answer.figures)):
            return Judged(RIGHT)
        if not self._hangs(key):
            return Judged(WRONG)
        first = self.first_wrong(key)
        own = self.follows(key)
        if own is None:
            return Judged(WRONG, first)
        radii = {leaf: self.radius(leaf, answer.figures) for leaf in self.leaves(key)}
        if not within(answer, own, moved(self.book.formula(key), self.lookup, radii)):
            return Judged(WRONG, first)
        if first is None:
            return Judged(RIGHT)
        return Judged(TRIVIAL if self._trivial(key, own) else CARRIED, first)

    def judged(self, key: Key) -> Judged:
        """How an answer that was given stands now."""
        if key not in self._judged:
            self._judged[key] = self.judge(key, self.answers[key])
        return self._judged[key]

    def first_wrong(self, key: Key) -> Place | None:
        """The first wrong answer that an entry hangs on, here or in an update before."""
        found = []
        waiting, seen = list(self.leaves(key)), set()
        while waiting:
            leaf = waiting.pop()
            if leaf in seen:
                continue
            seen.add(leaf)
            earlier = self.comes_from(leaf)
            if earlier is not None:
                assert self.before is not None
                found += self.before.wrong_at(earlier)
            elif leaf not in self.answers:
                waiting.extend(self.leaves(leaf) if self._hangs(leaf) else ())
            else:
                found += self.wrong_at(leaf)
        return min(found, default=None)

    def wrong_at(self, key: Key) -> list[Place]:
        """The first wrong answer at an entry or above it; none where all is right."""
        if key not in self.answers:
            first = self.first_wrong(key)
            return [first] if first is not None else []
        judged = self.judged(key)
        if judged.status == RIGHT:
            return []
        here = Place(self.book.run.update, self.book.order[key[0]], key)
        return [judged.first_wrong or here]

    def _trivial(self, key: Key, own: float) -> bool:
        """Whether an earlier mistake left nothing to work out: zeros, or two values alike."""
        leaves = self.leaves(key)
        if len(leaves) == 1:
            return self.lookup(leaves[0]) == 0
        off = [leaf for leaf in leaves if not _alike(self.lookup(leaf), self.book.exact(leaf))]
        for leaf in off:
            value = self.lookup(leaf)
            others = (other for other in leaves if other != leaf)
            if value == 0 or any(value == self.lookup(other) for other in others):
                return True
        return abs(own) < NOTHING < abs(self.book.exact(key))


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= NEARLY * max(abs(one), abs(other))

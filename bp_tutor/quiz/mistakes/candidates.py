"""What each mistake makes of an entry, worked out once and evaluated for every student."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Entry, Formula, Quantity, as_shown, replace, walk
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.quiz.mistakes.case import Case
from bp_tutor.quiz.mistakes.rounded import RoundedRun, rounded_run
from bp_tutor.quiz.mistakes.table import MISCONCEPTIONS
from bp_tutor.quiz.moving import leaves_of, value_of
from bp_tutor.solve.rounding import round_by_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.quiz.model import Context

MOST_PAIRS = 120
LARGE = 400
"""Nodes of a formula beyond which only the plainest mistakes are looked for."""
PATIENCE = 12
"""So often candidates are evaluated as they are before it is worth compiling them."""


class Candidate(NamedTuple):
    """A mistake (or two), the formula with it, and the part of the right formula it spoils."""

    keys: tuple[str, ...]
    formula: Formula
    place: Formula | None
    decimals: int | None = None
    along: RoundedRun | None = None
    """Where everything before it was rounded as well."""

    @property
    def name(self) -> str:
        return "+".join(self.keys)


class Candidates:
    """Formulas over the same entries, evaluated together."""

    def __init__(self, found: tuple[Candidate, ...]) -> None:
        self.found = found
        self._leaves: tuple[Key, ...] | None = None
        self._times = 0
        self._run: Callable[..., tuple[float, ...]] | None = None

    @property
    def leaves(self) -> tuple[Key, ...]:
        """The entries in any of the formulas, each once."""
        if self._leaves is None:
            formulas = (candidate.formula for candidate in self.found)
            self._leaves = tuple(
                dict.fromkeys(leaf for formula in formulas for leaf in leaves_of(formula))
            )
        return self._leaves

    def values(self, lookup: Callable[[Key], float]) -> list[float | None]:
        """The number that each candidate gives; None where it gives none."""
        if not self.found:
            return []
        self._times += 1
        if self._times == PATIENCE and len(self.leaves) <= LARGE // 2:
            self._run = self._compiled()
        if self._run is not None:
            numbers = [lookup(leaf) for leaf in self.leaves]
            try:
                values = list(self._run(1, *numbers))
            except (ValueError, OverflowError, ZeroDivisionError):
                values = []
            if values:
                found: list[float | None] = list(values)
                for place, candidate in enumerate(self.found):
                    if candidate.decimals is not None:
                        found[place] = _value(candidate, lookup)
                return found
        return [_value(candidate, lookup) for candidate in self.found]

    def _compiled(self) -> Callable[..., tuple[float, ...]]:
        flat = Quantity("x", (), (len(self.leaves),), ("unit",))
        places = {leaf: Entry(flat, (place,)) for place, leaf in enumerate(self.leaves)}

        def numbered(node: Formula) -> Formula | None:
            return places[node.quantity, node.index] if isinstance(node, Entry) else None

        lines = [
            (Quantity(f"c{place}"), replace(candidate.formula, numbered))
            for place, candidate in enumerate(self.found)
        ]
        return compile_scalars([flat], lines, [quantity for quantity, _ in lines])


def _value(candidate: Candidate, lookup: Callable[[Key], float]) -> float | None:
    decimals, along = candidate.decimals, candidate.along
    if decimals is None:
        return value_of(candidate.formula, lookup)
    if along is None:
        return value_of(candidate.formula, lambda key: round_by_hand(lookup(key), decimals))

    def rounded(key: Key) -> float:
        # What the student answered is on the sheet; the rest was rounded on scrap paper.
        value = lookup(key)
        own = value != along.exact(key)
        return round_by_hand(value, decimals) if own else along.value(key)

    return value_of(candidate.formula, rounded)


def singles(context: Context, book: Book, key: Key) -> Candidates:
    """Everything that one mistake can make of an entry."""
    found = book.kept.get(("singles", key))
    if found is None:
        case = Case(context, book, key, as_shown(book.formula(key)))
        small = len(walk(case.formula)) <= LARGE
        names = [name for name, row in MISCONCEPTIONS.items() if small or row.large]
        made = _distinct(book, key, [one for name in names for one in _made(case, name)])
        found = book.kept["singles", key] = Candidates(made)
    assert isinstance(found, Candidates)
    return found


def pairs(context: Context, book: Book, key: Key) -> Candidates:
    """What two mistakes together can make of an entry."""
    found = book.kept.get(("pairs", key))
    if found is None:
        case = Case(context, book, key, as_shown(book.formula(key)))
        made: list[Candidate] = []
        if len(walk(case.formula)) <= LARGE:
            names = [name for name, row in MISCONCEPTIONS.items() if row.pairs]
            for place, first in enumerate(names):
                for one in _made(case, first):
                    later = case._replace(formula=one.formula)
                    for second in names[place + 1 :]:
                        made += [
                            other._replace(keys=(first, second), place=one.place)
                            for other in _made(later, second)
                        ]
                if len(made) >= MOST_PAIRS:
                    break
        known = {hash(candidate.formula) for candidate in singles(context, book, key).found}
        distinct = _distinct(book, key, made, known)
        found = book.kept["pairs", key] = Candidates(distinct[:MOST_PAIRS])
    assert isinstance(found, Candidates)
    return found


def _made(case: Case, name: str) -> list[Candidate]:
    row = MISCONCEPTIONS[name]
    if not row.applies(case):
        return []
    if row.rewrite is None:
        here = [Candidate((name,), case.formula, None, decimals) for decimals in row.decimals]
        runs = [(decimals, rounded_run(case.book, decimals)) for decimals in row.all_along]
        return here + [
            Candidate((name,), case.formula, None, decimals, along)
            for decimals, along in runs
            if along is not None
        ]
    return [Candidate((name,), formula, place) for formula, place in row.rewrite(case)]


def _distinct(
    book: Book, key: Key, made: list[Candidate], known: Iterable[int] = ()
) -> tuple[Candidate, ...]:
    """Without what changes nothing, what is there already, and what has no numbers."""
    # Hashing a formula goes through all of it, so it is done once and stands for the formula.
    right, known = hash(as_shown(book.formula(key))), set(known)
    seen: set[object] = set()
    kept = []
    for candidate in made:
        there = hash(candidate.formula)
        same = (candidate.keys, there, candidate.decimals, candidate.along is None)
        unchanged = there == right and candidate.decimals is None
        if unchanged or there in known or same in seen:
            continue
        seen.add(same)
        leaves = leaves_of(candidate.formula)
        if all(book.known(leaf) for leaf in leaves) and key not in leaves:
            kept.append(candidate)
    return tuple(kept)


def prepare(context: Context, book: Book, key: Key) -> None:
    """Work out beforehand what diagnosing an answer will need."""
    singles(context, book, key)
    pairs(context, book, key)

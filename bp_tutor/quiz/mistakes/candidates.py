"""What the mistakes make of each entry, worked out once and evaluated for every student."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Address, Entry, Formula, as_shown, walk
from bp_tutor.quiz.entry_line import MOST_ENTRIES, EntryLine, as_code
from bp_tutor.quiz.kept import Kept, Remembered, once_each
from bp_tutor.quiz.mistakes.case import Case
from bp_tutor.quiz.mistakes.leaves import Leaves, Numbers
from bp_tutor.quiz.mistakes.likeness import Shared
from bp_tutor.quiz.mistakes.rewrites import MISCONCEPTIONS, OFTEN
from bp_tutor.quiz.model import Diagnosis
from bp_tutor.quiz.scrap_paper import Keeping, ScrapPaper, ScrapPapers
from bp_tutor.quiz.tolerance import entries_of, value_of
from bp_tutor.solve.rounding import round_quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.mistakes.case import Rewritten
    from bp_tutor.quiz.mistakes.rewrites import Misconception
    from bp_tutor.quiz.tolerance import Lookup
    from bp_tutor.solve import Run

MOST_PAIRS = 120
LARGE = 400
"""Nodes of a formula beyond which only the plainest mistakes are looked for."""
PATIENCE = 5
"""So often candidates are evaluated as they are before it is worth compiling them."""
MOST_KNOWN = 64
"""So many students' numbers are remembered: those of most are the same."""
MOST_MISTAKES, MOST_TOLD = 2000, 20
"""What is said of so many mistakes is remembered, of each with so many students' numbers."""
MOST_ROUNDED = 500
"""Nobody works out more numbers on paper."""


class Candidate(NamedTuple):
    """A mistake (or two), the formula with it, and the parts of the right formula it spoils."""

    keys: tuple[str, ...]
    formula: Formula
    changes: tuple[Rewritten, ...] = ()
    """For each mistake what it makes of the right formula."""
    decimals: int | None = None
    rounded: ScrapPaper | None = None
    """Where everything before it was rounded as well."""

    @property
    def name(self) -> str:
        return "+".join(self.keys)

    @property
    def part(self) -> Formula | None:
        """The part that the first mistake spoils."""
        return self.changes[0].part if self.changes else None

    @property
    def parts(self) -> tuple[Formula, ...]:
        """For each mistake the part of the right formula that it spoils."""
        return tuple(change.part for change in self.changes)

    @property
    def often(self) -> int:
        """How often it is made: 1 for the most frequent ones, by the rarer of two."""
        return _OFTEN[self.keys]

    def value(self, lookup: Lookup) -> float | None:
        """The number that it gives; None where it gives none."""
        return value_of(self.formula, self.put_in(lookup))

    def put_in(self, lookup: Lookup) -> Lookup:
        """The numbers that stand in its formula, rounded where that is the mistake."""
        decimals, rounded = self.decimals, self.rounded
        if decimals is None:
            return lookup
        if rounded is None:
            return lambda entry: round_quickly(lookup(entry), decimals)

        def as_kept(entry: Address) -> float:
            # What the student answered is known; the rest was rounded on scrap paper.
            value = lookup(entry)
            own = value != rounded.graph.exact(entry)
            return round_quickly(value, decimals) if own else rounded.value(entry)

        return as_kept


class Told:
    """What was said of a mistake in the line of an entry.

    It hangs on what a student had in place of the `leaves`, on the number that the mistake
    gives, and on whether nothing else explains the answer.
    """

    def __init__(self, candidate: Candidate, right: Formula) -> None:
        self.candidate = candidate
        changed = (one for change in candidate.changes for one in (change.part, change.instead))
        formulas = (right, candidate.formula, *changed)
        self.leaves = tuple(dict.fromkeys(leaf for one in formulas for leaf in entries_of(one)))
        self.told = Remembered[tuple[Numbers, float, bool], Diagnosis](MOST_TOLD)


_OFTEN = Kept[tuple[str, ...], int](lambda keys: max(MISCONCEPTIONS[key].often for key in keys))


class Rewritings:
    """Candidates for one entry as formulas, the same for whatever numbers an exercise has."""

    def __init__(self, found: tuple[Candidate, ...]) -> None:
        self.found = found
        self._times = 0
        self._compiled: Callable[..., tuple[float, ...]] | None = None

    @cached_property
    def leaves(self) -> tuple[Address, ...]:
        """The entries in any of the formulas, each once."""
        formulas = (candidate.formula for candidate in self.found)
        return tuple(dict.fromkeys(leaf for formula in formulas for leaf in entries_of(formula)))

    @cached_property
    def often(self) -> tuple[int, ...]:
        """How often each is made."""
        return tuple(candidate.often for candidate in self.found)

    def values_at(self, numbers: Numbers) -> list[float | None]:
        """The number that each candidate gives with these for the leaves."""
        lookup = dict(zip(self.leaves, numbers, strict=True)).__getitem__
        self._times += 1
        if self.found[0].decimals is not None:
            return [self._rounded.value(candidate.put_in(lookup)) for candidate in self.found]
        if self._times == PATIENCE and len(self.leaves) <= MOST_ENTRIES:
            self._compiled = as_code(self.leaves, [one.formula for one in self.found])
        if self._compiled is not None:
            try:
                return list(self._compiled(1, *numbers))
            except (ValueError, OverflowError, ZeroDivisionError):
                # One of them has no value; which one, each says by itself.
                pass
        return [candidate.value(lookup) for candidate in self.found]

    @cached_property
    def _rounded(self) -> EntryLine:
        """The formula in which numbers are rounded too early: the right one for all of them."""
        return EntryLine(self.found[0].formula)


class Candidates:
    """Candidates for one entry, evaluated together."""

    def __init__(self, rewritings: Rewritings) -> None:
        self._rewritings = rewritings
        self.found = rewritings.found
        self._unchanged: Leaves | None = None
        self._known = Remembered[Numbers, list[float | None]](MOST_KNOWN)

    @property
    def leaves(self) -> tuple[Address, ...]:
        """The entries in any of the formulas, each once."""
        return self._rewritings.leaves

    @property
    def often(self) -> tuple[int, ...]:
        """How often each is made."""
        return self._rewritings.often

    def leaves_in(self, graph: EntryGraph) -> Leaves:
        """The same with their values in a graph of the update."""
        if self._unchanged is None or self._unchanged.graph is not graph:
            self._unchanged = Leaves(self.leaves, graph)
        return self._unchanged

    def values(self, lookup: Lookup) -> list[float | None]:
        """The number that each candidate gives; None where it gives none."""
        return self.values_at(tuple(map(lookup, self.leaves)))

    def values_at(self, numbers: Numbers) -> list[float | None]:
        """The same with these numbers for the leaves."""
        if not self.found:
            return []
        known = self._known.get(numbers)
        if known is None:
            known = self._known[numbers] = self._rewritings.values_at(numbers)
        return known


_SHARED = Shared[Rewritings]()
"""What mistakes make of exercises that differ in their numbers alone, as in a class."""


class CandidateTable:
    """The candidates for every entry of an update, each worked out when it is asked for."""

    def __init__(self, graph: EntryGraph) -> None:
        self.graph = graph
        self._papers = ScrapPapers(graph)
        # A mistake that is kept here has its number for itself.
        self._told = Remembered[tuple[Address, int], Told](MOST_MISTAKES)
        self._run: Run | None = None
        self._made_of_alike: dict[tuple[str, Address], Rewritings] = {}

    def prepare(self, address: Address) -> None:
        """Work out beforehand what diagnosing an answer will need."""
        self.singles(address)
        self.pairs(address)

    @once_each
    def singles(self, address: Address) -> Candidates:
        """Everything that one mistake can make of an entry."""
        return Candidates(self._shared("singles", address, self._singles))

    @once_each
    def pairs(self, address: Address) -> Candidates:
        """What two mistakes together can make of an entry."""
        return Candidates(self._shared("pairs", address, self._pairs))

    def told_of(self, address: Address, candidate: Candidate) -> Told:
        """What was said of a mistake so far."""
        found = self._told.get((address, id(candidate)))
        if found is None:
            found = self._told[address, id(candidate)] = Told(
                candidate, self.graph.formula(address)
            )
        return found

    @once_each
    def copies(self, address: Address) -> tuple[tuple[Candidate, Address], ...]:
        """The frequent mistakes that give just one number as it stands somewhere, and which."""
        return tuple(
            (one, one.formula.address)
            for one in self.singles(address).found
            if isinstance(one.formula, Entry) and one.often == OFTEN
        )

    def _shared(
        self, kind: str, address: Address, make: Callable[[Address], Rewritings]
    ) -> Rewritings:
        """What is made of an entry, here or in an exercise with other numbers."""
        if self._run is not self.graph.run:
            # Asked for a derivative by name, an update has one line more.
            self._run, self._made_of_alike = self.graph.run, _SHARED.of(self.graph)
        key = kind, address
        if key not in self._made_of_alike:
            self._made_of_alike[key] = make(address)
        return self._made_of_alike[key]

    def _singles(self, address: Address) -> Rewritings:
        case = self._case(address)
        small = len(walk(case.formula)) <= LARGE
        names = [name for name, row in MISCONCEPTIONS.items() if small or row.large]
        forms = tuple(case.forms())
        made = [one for name in names for form in forms for one in self._made(form, name)]
        return Rewritings(self._distinct(address, made))

    def _pairs(self, address: Address) -> Rewritings:
        known = [candidate.formula for candidate in self.singles(address).found]
        found = self._distinct(address, self._made_together(address), known)
        return Rewritings(found[:MOST_PAIRS])

    @once_each
    def roundings(self, address: Address) -> Candidates:
        """What rounding too early can make of an entry, here or all along."""
        case = self._case(address)
        small = len(walk(case.formula)) <= LARGE
        made = [
            one
            for name, row in MISCONCEPTIONS.items()
            if (small or row.large) and row.rewrite is None
            for one in self._rounded(case, name, row)
        ]
        return Candidates(Rewritings(self._distinct(address, made)))

    def _case(self, address: Address) -> Case:
        return Case(self.graph, address, as_shown(self.graph.formula(address)))

    def _made_together(self, address: Address) -> list[Candidate]:
        forms = self._case(address).forms()
        return [one for case in forms for one in self._together_in(case)]

    def _together_in(self, case: Case) -> list[Candidate]:
        made: list[Candidate] = []
        if len(walk(case.formula)) > LARGE:
            return made
        names = [name for name, row in MISCONCEPTIONS.items() if row.pairs]
        alone = {name: self._made(case, name) for name in names}
        inside = set(walk(case.formula))
        for place, first in enumerate(names):
            for one in alone[first]:
                later = case._replace(formula=one.formula)
                for second in names[place + 1 :]:
                    for way, other in enumerate(self._made(later, second)):
                        own = _own_change(other, way, alone[second], inside)
                        if own is not None:
                            both = (one.changes[0], own)
                            made.append(other._replace(keys=(first, second), changes=both))
            if len(made) >= MOST_PAIRS:
                break
        return made

    def _made(self, case: Case, name: str) -> list[Candidate]:
        row = MISCONCEPTIONS[name]
        if row.rewrite is None:
            return []
        return [Candidate((name,), made.formula, (made,)) for made in row.rewrite(case)]

    def _rounded(self, case: Case, name: str, row: Misconception) -> list[Candidate]:
        here = [Candidate((name,), case.formula, decimals=decimals) for decimals in row.decimals]
        return here + [
            Candidate((name,), case.formula, decimals=decimals, rounded=self._rounded_to(decimals))
            for decimals in (row.all_along if self._may_be_rounded else ())
        ]

    @cached_property
    def _may_be_rounded(self) -> bool:
        """Whether somebody may round every value, so that it is not too long, or done anyway."""
        return not self.graph.by_hand and sum(one.size for one in self.graph.steps) <= MOST_ROUNDED

    def _rounded_to(self, decimals: int) -> ScrapPaper:
        return self._papers.kept(Keeping(decimals, significant=False))

    def _distinct(
        self, address: Address, made: list[Candidate], known: Iterable[Formula] = ()
    ) -> tuple[Candidate, ...]:
        """Without what changes nothing, what is there already, and what has no numbers.

        Mistakes that make the same of the formula are one: the first of them in the table.
        """
        right, there_already = as_shown(self.graph.formula(address)), set(known)
        seen: set[object] = set()
        kept = []
        for candidate in made:
            there = candidate.formula
            same = (there, candidate.decimals, candidate.rounded is None)
            unchanged = there == right and candidate.decimals is None
            if unchanged or there in there_already or same in seen:
                continue
            seen.add(same)
            leaves = entries_of(candidate.formula)
            if all(map(self.graph.known, leaves)) and address not in leaves:
                kept.append(candidate)
        return tuple(kept)


def _own_change(
    made: Candidate, way: int, alone: list[Candidate], inside: set[Formula]
) -> Rewritten | None:
    """What the second of two mistakes makes of the right formula; None where that is nothing.

    `made` is the second one upon the first, `alone` what it makes of the right formula, and
    `inside` are the parts of that.
    """
    if made.part in inside:
        return made.changes[0]
    return alone[min(way, len(alone) - 1)].changes[0] if alone else None

"""From a wrong answer to the mistakes that explain it, never more surely than its digits allow."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.settings import put_in
from bp_tutor.formula import Entry, Number
from bp_tutor.quiz.figure import as_written
from bp_tutor.quiz.mistakes.chance import BEFORE, HERE, KNOWN, LOOSE, Tried
from bp_tutor.quiz.mistakes.evidence import ROUNDED, Evidence
from bp_tutor.quiz.mistakes.numbers import Ways
from bp_tutor.quiz.mistakes.pen import PREFIX, Pen, may_be_meant, plain
from bp_tutor.quiz.mistakes.rewrites.table import OFTEN, SELDOM
from bp_tutor.quiz.model import Diagnosis, full_name
from bp_tutor.quiz.points import are_close, number_of
from bp_tutor.quiz.student import RIGHT
from bp_tutor.quiz.tolerance import LEAST_FIGURES, MOST_PROPAGATED, NEARLY, entries_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula import Formula
    from bp_tutor.formula.quantity import Address
    from bp_tutor.quiz.mistakes.candidates import Candidate, Candidates
    from bp_tutor.quiz.mistakes.chance import Limits
    from bp_tutor.quiz.mistakes.evidence import Shown
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.quiz.tolerance import Answer, Lookup

    Hit = tuple[Candidate, float]
    """A mistake that gives an answer, and the number that it gives."""

UNCHANGED = "old_value"
MOST_SHOWN = 4
SAME = 1e-7
"""Two formulas for the same number differ by less at any point, relatively."""


class Explanation(NamedTuple):
    """What explains a wrong answer, and what the student had before it if that is so."""

    diagnoses: tuple[Diagnosis, ...] = ()
    slip: tuple[tuple[Address, float], ...] = ()
    """The numbers at the step where it was made, if that was before the answer."""
    shown_before: bool = False
    """Whether an earlier answer showed the same slip, and cost its marks."""


NOTHING = Explanation()


def diagnose(student: StudentAnswers, address: Address, answer: Answer) -> tuple[Diagnosis, ...]:
    """The mistakes that give this answer, with the numbers that this student may have had."""
    return explain(student, address, answer).diagnoses


def explain(student: StudentAnswers, address: Address, answer: Answer) -> Explanation:
    """What gives this answer, with the numbers that this student may have had.

    What several answers show together goes first; then one mistake here, one before, two here;
    and rounding on the way comes last. Within these the order of the table decides: a mistake is
    named where little of the numbers around the answer is explained by it and by all that are at
    least as likely.
    """
    return _Explaining(student, address, answer).found()


def explain_in_line(student: StudentAnswers, address: Address, answer: Answer) -> list[Hit]:
    """The single mistakes in the line of a wrong answer that explain it, the likeliest first.

    They are what `explain` names, unless other answers of the student show something else.
    """
    return _Explaining(student, address, answer).in_its_line()


def told(student: StudentAnswers, address: Address, hits: Sequence[Hit]) -> tuple[Diagnosis, ...]:
    """What is said of mistakes that explain an answer, each with the numbers that make it."""
    alone = len(hits) == 1
    return tuple(
        _told_of(student, address, hit, value, alone=alone) for hit, value in hits[:MOST_SHOWN]
    )


def _told_of(
    student: StudentAnswers, address: Address, candidate: Candidate, value: float, *, alone: bool
) -> Diagnosis:
    """What is said of one mistake; kept for who makes it with the same numbers."""
    if student.unsaid or student.graph is not student.context.graph:
        taken = _taken(student, candidate, value)
        return diagnosis_of(student, address, candidate, alone=alone, taken=taken)
    mistake = student.context.candidates.told_of(address, candidate)
    own = tuple(map(student.value, mistake.leaves))
    found = mistake.told.get((own, value, alone))
    if found is None:
        taken = _taken(student, candidate, value)
        found = diagnosis_of(student, address, candidate, alone=alone, taken=taken)
        mistake.told[own, value, alone] = found
    return found


def leaves_open(student: StudentAnswers, address: Address, answer: Answer) -> bool:
    """Whether a known mistake may have given an answer, whose digits are too few to tell."""
    return _Explaining(student, address, answer).is_open()


class _Explaining:
    """One wrong answer held against everything that mistakes make of its entry."""

    def __init__(self, student: StudentAnswers, address: Address, answer: Answer) -> None:
        self.student, self.address, self.answer = student, address, answer
        self.graph, self.table = student.graph, student.context.candidates
        self.width = max(answer.radius, NEARLY * abs(answer.value))
        self.right = tuple(dict.fromkeys(student.possible(address)))
        self.right_before = student.first_wrong(address) is None
        self.ways = Ways(student, address, answer, right_before=self.right_before)
        self.tried = Tried(answer, self.right, self.width)

    def found(self) -> Explanation:
        """What explains it."""
        if hits := self._copied_or_unchanged():
            return self._named(hits)
        if not self._may_be_explained:
            return NOTHING
        if (shown := self._above(together=True)) is not None:
            return shown
        if hits := self._in_its_line():
            return self._named(hits)
        if (shown := self._above(often=OFTEN)) is not None:
            return shown
        return NOTHING if self._is_short else self._found_later()

    def in_its_line(self) -> list[Hit]:
        """The single mistakes in its own line that explain it."""
        if hits := self._copied_or_unchanged():
            return hits
        return self._in_its_line() if self._may_be_explained else []

    def _copied_or_unchanged(self) -> list[Hit]:
        """What gives a 0, or the old value in every digit, however little the new one differs."""
        zero = self.answer.value == 0
        return [hit for hit in self._copied() if zero or hit[0].name == UNCHANGED]

    @property
    def _may_be_explained(self) -> bool:
        return self.answer.value != 0 and self.tried.allows(HERE[OFTEN])

    def _in_its_line(self) -> list[Hit]:
        singles = self.table.singles(self.address)
        return self._met(singles, self.tried, HERE) or self._turned()

    def _found_later(self) -> Explanation:
        """What explains it where no frequent mistake does, and none in its own line."""
        table, address, tried = self.table, self.address, self.tried
        if slipped := self._of_the_pen():
            # What was rounded early may look like a slip of the pen: then both are named.
            return self._also_rounded(slipped)
        if (shown := self._above()) is not None:
            return shown
        if hits := self._another_value():
            return self._named(hits)
        # Rounding on the way explains more than a second mistake would.
        if not self._is_opposite and (hits := self._met(table.pairs(address), tried, HERE)):
            return self._named(hits)
        loose = Tried(self.answer, self.right, self.width + self._propagated())
        if loose.width > self.width and (
            hits := self._met(table.singles(address), loose, LOOSE, ways=1)
        ):
            return self._named(hits)
        return self._named(self._rounded())

    def is_open(self) -> bool:
        """Whether a mistake gives it, as far as its digits say, surely or not."""
        singles = self.table.singles(self.address)
        if not (singles.found and self.answer.radius):
            return False
        leaves = singles.leaves_in(self.graph)
        return any(
            value is not None and self.tried.fits(value) and not self.tried.is_right(value)
            for numbers in self.ways.numbers(leaves)
            for value in singles.values_at(numbers)
        )

    @cached_property
    def _is_short(self) -> bool:
        """Whether it is exact but so short, as ½ is, that any number of the exercise may be it."""
        written = f"{abs(self.answer.value):.9e}".partition("e")[0].replace(".", "").rstrip("0")
        return self.answer.radius == 0 and len(written) < LEAST_FIGURES

    @cached_property
    def _is_opposite(self) -> bool:
        """Whether it would be right with the other sign, rounded on the way as it may be."""
        opposite = -self.answer.value
        near = any(abs(opposite - one) <= MOST_PROPAGATED * abs(one) for one in self.right)
        other = self.answer._replace(value=opposite)
        return near and self.student.judge(self.address, other).status == RIGHT

    @property
    def _has_lost_its_sign(self) -> bool:
        """Whether it would be right with the other sign, and a unit of its last digit off."""
        unit = 2 * self.width * (1 + NEARLY)
        near = any(abs(self.answer.value + one) <= unit for one in self.right)
        return near and self._is_opposite

    def _turned(self) -> list[Hit]:
        """The mistakes that turn the sign of the right number and change nothing else."""
        if not self._has_lost_its_sign:
            return []
        singles = self.table.singles(self.address)
        pairs = zip(singles.found, singles.values(self.student.value), strict=True)
        return _most_frequent(
            [
                (candidate, value)
                for candidate, value in pairs
                if value and any(abs(value + one) <= NEARLY * abs(one) for one in self.right)
            ]
        )

    def _copied(self) -> list[Hit]:
        """What gives just a number that stands in the formula, such as the old weight, or a 0.

        So much else comes to 0, or to less than was written down, that a 0 shows nothing of it.
        """
        value, leaves = self.student.value, self.graph.leaves(self.address)
        return _most_frequent(
            [
                (candidate, self.answer.value)
                for candidate, leaf in self.table.copies(self.address)
                if value(leaf) == self.answer.value and leaf in leaves
            ]
        )

    def _also_rounded(self, slipped: tuple[Diagnosis, ...]) -> Explanation:
        hits = self._rounded()
        if not hits:
            return Explanation(slipped)
        told = (*slipped, *self._named(hits).diagnoses)[:MOST_SHOWN]
        self.student.meant.pop(self.address, None)
        return Explanation(tuple(one._replace(certainty="one_of") for one in told))

    def _rounded(self) -> list[Hit]:
        roundings = self.table.roundings(self.address)
        hits = self._met(roundings, self.tried, HERE, ways=1)
        return [hit for hit in hits if not self._is_unchanged(hit)]

    def _another_value(self) -> list[Hit]:
        """The other value of the update that it is."""
        known, tried, address = self.student.context.known, self.tried, self.address
        for values in known.for_answer(self.answer):
            if values.some(*tried.close):
                for other, value in values.between(*tried.reach, address):
                    if tried.is_right(value):
                        continue
                    if not tried.counted(value, KNOWN):
                        break
                    if tried.fits(value):
                        return [(known.taken_for(other, address), value)]
        return []

    def _of_the_pen(self) -> tuple[Diagnosis, ...]:
        """The slips of the pen that make the answer of the right number."""
        answer, address = self.answer, self.address
        if not (answer.radius and answer.value):
            return ()
        written = as_written(answer.value, 2 * answer.radius)
        found: dict[str, None] = {}
        meant = [one for one in self.right if may_be_meant(written, one)]
        if meant:
            pen = Pen(written, doubled=True)
            found = {slip.key: None for value in meant for slip in pen.slips(value)}
        if not found and self._has_lost_its_sign:
            found["sign"] = None
        name, certainty = self.student.context.page.name(*address), ("one_of", "only")
        return tuple(
            Diagnosis(
                f"{PREFIX}{key}",
                certainty[len(found) == 1],
                name,
                (("typed", plain(written)), ("name", name)),
            )
            for key in found
        )

    def _above(self, *, together: bool = False, often: int = SELDOM) -> Explanation | None:
        """The slip before the answer that gives it; `together` with the student's other answers.

        It is one of the mistakes that are made as `often`, or more so.
        """
        if together and not (self._may_slip and self._evidence.unexplained):
            return None
        found = [
            one for one in self._slips if one.slip.often <= often and (one.others or not together)
        ]
        if not found:
            return None
        best = [one for one in found if len(one.others) == len(found[0].others)]
        least = min(one.slip.often for one in best)
        best = _at_one_place([one for one in best if one.slip.often == least])
        told = tuple(self._slip_told(one, alone=len(best) == 1) for one in best[:MOST_SHOWN])
        if len(best) > 1:
            return Explanation(told)
        made = tuple((entry, value) for entry, _, value in best[0].slip.made)
        return Explanation(
            told, made, shown_before=any(one in self.student.answers for one in best[0].others)
        )

    @cached_property
    def _may_slip(self) -> bool:
        """Whether it may show a slip before it: not where another answer before it is wrong."""
        student = self.student
        own = student.graph is student.context.graph and self.answer.value != 0
        return own and self.right_before

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.student, self.address)

    @cached_property
    def _slips(self) -> list[Shown]:
        """The slips before the answer that give it, the likeliest first."""
        for slips in self.student.context.slips.for_answer(self.answer) if self._may_slip else ():
            near = slips.near(self.address, self.answer.value, ROUNDED * self.width)
            if near and (found := self._evidence.of(slips, near, self.tried, BEFORE)):
                return found
        return []

    def _slip_told(self, shown: Shown, *, alone: bool) -> Diagnosis:
        """A slip as what is said about an answer: of its first entry that matters here."""
        above = self.graph.entries_before(self.address)
        made = [(entry, candidate) for entry, candidate, _ in shown.slip.made if entry in above]
        entry, candidate = (made or [shown.slip.made[0][:2]])[0]
        told = diagnosis_of(self.student, entry, candidate, alone=alone)
        return told._replace(at=full_name(entry.identifier, self.graph.run.update))

    def _propagated(self) -> float:
        """What rounding on the way may have done to the answer."""
        if self.graph.step(self.address) is None:
            return 0.0
        propagated = self.student.propagated(self.address, self.answer)
        exact = abs(self.graph.exact(self.address))
        part = min(propagated / exact, MOST_PROPAGATED) if exact else 0.0
        return abs(self.answer.value) * part

    def _met(
        self, candidates: Candidates, tried: Tried, limits: Limits, *, ways: int | None = None
    ) -> list[Hit]:
        """The candidates that give the answer, each with the number that it gives.

        The likelier numbers go first: where they explain it, the others are not looked at.
        """
        if not candidates.found:
            return []
        leaves = candidates.leaves_in(self.graph)
        often = candidates.often
        for numbers in islice(self.ways.numbers(leaves), ways):
            values = candidates.values_at(numbers)
            if not tried.some_fit(values):
                tried.count_later(values, often, limits)
                continue
            hits = [
                (candidates.found[place], value)
                for place, value in tried.in_reach(values)
                if (not self._is_short or often[place] == OFTEN)
                and tried.counted(value, limits[often[place]])
                and tried.fits(value)
            ]
            if hits:
                return _most_frequent(hits)
        return []

    def _is_unchanged(self, hit: Hit) -> bool:
        """Whether rounding made nothing of it: it is a value that the formula starts from."""
        candidate, value = hit
        leaves = entries_of(candidate.formula)
        return any(abs(self.student.value(leaf) - value) <= self.width for leaf in leaves)

    def _named(self, hits: list[Hit]) -> Explanation:
        if len(hits) == 1:
            self.student.meant[self.address] = hits[0][1]
        return Explanation(told(self.student, self.address, hits))


def _taken(student: StudentAnswers, candidate: Candidate, value: float) -> Lookup:
    """The numbers that make a value of a formula: the student's, or else the right ones.

    What the right line does not start from may be copied right, whatever was answered above.
    """

    def gap(numbers: Lookup) -> float:
        found = value_of(candidate.formula, numbers)
        return inf if found is None else abs(found - value)

    return min((student.value, student.graph.exact), key=gap)


def _at_one_place(found: list[Shown]) -> list[Shown]:
    """Of slips that come to the same numbers all over, the one next to the answer."""
    kept: list[Shown] = []
    for one in found:
        if not any(abs(one.value - other.value) <= SAME * abs(other.value) for other in kept):
            kept.append(one)
    return kept


def _most_frequent(hits: list[Hit]) -> list[Hit]:
    """Of several mistakes those that are made most often, each once."""
    often = min((candidate.often for candidate, _ in hits), default=0)
    found: dict[str, tuple[Candidate, float]] = {}
    for candidate, value in hits:
        if candidate.often == often:
            found.setdefault(candidate.name, (candidate, value))
    return list(found.values())


def diagnose_values(
    student: StudentAnswers, address: Address, numbers: list[float | None]
) -> tuple[Diagnosis, ...]:
    """The mistakes whose formulas give these numbers at all random points."""
    mistakes = student.context.candidates
    known = any(number is not None for number in numbers)
    for group in (mistakes.singles, mistakes.pairs):
        hits: dict[str, Candidate] = {}
        for candidate in group(address).found:
            found = (number_of(candidate.formula, point) for point in student.graph.points)
            pairs = zip(found, numbers, strict=True)
            if known and all(_are_alike(one, number) for one, number in pairs):
                hits.setdefault(candidate.name, candidate)
        if hits:
            often = min(hit.often for hit in hits.values())
            named = [hit for hit in hits.values() if hit.often == often][:MOST_SHOWN]
            alone = len(named) == 1
            return tuple(
                diagnosis_of(student, address, hit, alone=alone, by_name=True) for hit in named
            )
    return ()


def _are_alike(found: float | None, number: float | None) -> bool:
    """Whether a formula has this number at a point, or none where there is none."""
    return found is number is None or are_close(found, number, SAME)


def diagnosis_of(
    student: StudentAnswers,
    address: Address,
    candidate: Candidate,
    *,
    alone: bool,
    by_name: bool = False,
    taken: Lookup | None = None,
) -> Diagnosis:
    """A candidate as what is said about an answer, with the student's numbers.

    Where the answer came from other numbers than the student's own, `taken` has these.

    The whole formula of what is still asked for stands there in symbols: to put numbers in is
    left to the student. Where the formula itself is asked for, it stands there `by_name`.
    """
    page = student.context.page
    right = student.graph.formula(address)
    changes = [(one.part, one.instead) for one in candidate.changes] or [(right, right)]
    whole = page.spell(right) if address in student.unsaid else None

    def symbols_and_numbers(part: Formula) -> tuple[str, str]:
        spelled = page.spell(part)
        if spelled != whole:
            return spelled, page.spell(with_numbers(student, part))
        return (page.name(*address) if by_name else spelled,) * 2

    told = [
        (
            *zip(("part", "numbers"), symbols_and_numbers(part), strict=True),
            ("instead", page.spell(instead)),
            ("instead_numbers", page.spell(with_numbers(student, instead, taken))),
            ("formula", page.spell(candidate.formula)),
            ("name", page.name(*address)),
            ("decimals", str(candidate.decimals or "")),
        )
        for part, instead in changes
    ]
    certainty = "only" if alone else "one_of"
    place = page.spell(changes[0][0])
    return Diagnosis(candidate.name, certainty, place, told[0], told[1] if told[1:] else ())


def with_numbers(student: StudentAnswers, formula: Formula, taken: Lookup | None = None) -> Formula:
    """A formula with numbers put in, but for those that are still asked for.

    They are the student's own, or those that were `taken`.
    """
    value_at = taken or student.value
    page, run = student.context.page, student.context.run

    def number(entry: Entry) -> Formula:
        if entry.address in student.unsaid:
            return entry
        value = value_at(entry.address)
        shown = page.settings.shown(run, entry.quantity, value)
        return Number(shown.value, shown)

    return put_in(formula, number)

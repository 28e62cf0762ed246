"""What would explain a figure at its own step: known mistakes, and slips in its formula."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.calculation import context_at
from bp_tutor.authoring.published.figure import CUT, printed
from bp_tutor.authoring.published.judged import FOLLOWING, TRUNCATED, Reason
from bp_tutor.authoring.published.pen import CUT_OR_ROUNDED, plain, replaced, turned
from bp_tutor.formula import Add, Div, Entry, Mul, Neg, walk
from bp_tutor.formula.choices import SoftmaxEntry
from bp_tutor.quiz.mistakes.candidates import pairs, singles
from bp_tutor.quiz.mistakes.diagnose import MOST_SHOWN, diagnosis_of
from bp_tutor.quiz.moving import value_of
from bp_tutor.quiz.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.published.calculation import Calculation, Meant
    from bp_tutor.authoring.published.figure import Printed
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.authoring.published.origins import PrintedBefore
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Formula
    from bp_tutor.quiz.book import Key
    from bp_tutor.quiz.mistakes.candidates import Candidate
    from bp_tutor.quiz.model import Context

    Slip = tuple[str, tuple[tuple[str, object], ...], float | None]
    """The key of its sentence, what stands in it, and the number that it gives."""

CHANCE = 0.04
"""So much chance the known mistakes may use up together, the likeliest first."""
CHANCE_OF_SLIP = 0.004
"""And so much the slips in a formula, where no mistake explains the figure."""
CHANCE_NEARBY = 0.05
"""And at most such a part of the numbers that are as near to the right one may be explained."""
MOST_SLIPS = 3_000
MOST_TERMS = 6
"""Any terms of a sum of so few may be missing; of a longer one, those at its beginning or end."""


class Step:
    """One figure at its own step, with the printed figures that follow put in or not."""

    def __init__(
        self,
        meant: Meant,
        calculation: Calculation,
        page: Presentation,
        before: PrintedBefore,
        others: list[Judged],
    ) -> None:
        self.meant, self.page = meant, page
        run = calculation.run(meant.moment)
        key = meant.key
        self.context: Context | None = None
        self.sheets: list[Sheet] = []
        if run is None or key is None or meant.own or not meant.printed.number:
            return
        if key[0] not in {step.quantity for step in run.steps}:
            return
        self.key = key
        self.context = context_at(calculation.problem, run, page)
        follow = [one for one in others if one.verdict in FOLLOWING]
        here = [one.meant for one in follow if one.meant.moment == meant.moment]
        self.figures = {one.key: one for one in here if not one.own}
        self.cuts = any(one.verdict == TRUNCATED for one in follow)
        entries = [one.meant for one in follow if not one.meant.own]
        sheets = (Sheet(self.context), before.sheet(meant, entries, finest=True, plain=True))
        self.sheets = [sheet for sheet in sheets if sheet is not None]

    def mistakes(self) -> tuple[Reason, ...]:
        """The mistakes that many make and that give this figure, to its last digit."""
        if self.context is None:
            return ()
        for sheet in self.sheets:
            hits = self._met(self.context, sheet)
            if hits:
                alone = len(hits) == 1
                return tuple(
                    self._reason(self.context, sheet, *hit, alone=alone)
                    for hit in hits[:MOST_SHOWN]
                )
        return ()

    def _reason(
        self, context: Context, sheet: Sheet, candidate: Candidate, value: float, *, alone: bool
    ) -> Reason:
        found = diagnosis_of(context, sheet, self.key, candidate, alone=alone)
        return Reason(f"misconception.{found.misconception}.name", found.values, found, value)

    def _met(self, context: Context, sheet: Sheet) -> list[tuple[Candidate, float]]:
        """The mistakes that give the figure, tried until their chance is used up."""
        chance = _Chance(self.meant, CHANCE, cut=self.cuts)
        for group in (singles, pairs):
            candidates = group(context, sheet.book, self.key)
            values = candidates.values(sheet.lookup)
            hits: dict[str, tuple[Candidate, float]] = {}
            for candidate, own in zip(candidates.found, values, strict=True):
                value = None if own is None else self.meant.sign * own
                # What gives the same as a cause that was found is one too.
                if value is not None and chance.allows(value) and chance.met(value):
                    hits.setdefault(candidate.name, (candidate, value))
            if hits:
                return list(hits.values())
        return []

    def slips(self) -> tuple[Reason, ...]:
        """The slips in the figure's formula that give it."""
        right = self.meant.sign * self.context.run.value(*self.key) if self.context else 0.0
        for sheet in self.sheets:
            chance = _Chance(self.meant, CHANCE_OF_SLIP, cut=False)
            found: dict[str, Reason] = {}
            for key, values, own in islice(self._slips(sheet), MOST_SLIPS):
                value = None if own is None else self.meant.sign * own
                if value is None:
                    continue
                if not chance.allows(value):
                    break
                if chance.met(value):
                    found.setdefault(key, Reason(f"published.slip.{key}", values, None, value))
            if found and chance.around(right) <= CHANCE_NEARBY:
                return tuple(found.values())
        return ()

    def _slips(self, sheet: Sheet) -> Iterator[Slip]:
        formula = sheet.book.formula(self.key)
        yield from self._totals(sheet)
        yield from self._parts(sheet, formula)
        yield from self._missing(sheet, formula)
        yield from self._without_exponential(sheet, formula)
        yield from self._operands(sheet, formula)

    def _totals(self, sheet: Sheet) -> Iterator[Slip]:
        """The sum that the figure is a term of."""
        for quantity in sheet.book.steps:
            if self.key[0] not in sheet.book.above(quantity) or quantity.size > 1:
                continue
            total = quantity, (0,) * len(quantity.shape)
            formula = sheet.book.formula(total)
            if isinstance(formula, Add) and self.key in map(_key, formula.terms):
                yield "total", (("figure", self.page.name(*total)),), sheet.lookup(total)

    def _parts(self, sheet: Sheet, formula: Formula) -> Iterator[Slip]:
        """One term of the sum that the figure is."""
        for node in _sums(formula):
            for term in node.terms:
                value = _put(sheet, formula, node, term)
                yield "part", (("figure", self.page.spell(term)),), value

    def _missing(self, sheet: Sheet, formula: Formula) -> Iterator[Slip]:
        """The sum without several of its terms."""
        for node in _sums(formula):
            terms = node.terms
            for count in range(len(terms) - 2, 1, -1):
                chosen = (
                    combinations(terms, count)
                    if len(terms) <= MOST_TERMS
                    else (terms[:count], terms[-count:])
                )
                for kept in chosen:
                    gone = tuple(term for term in terms if not any(term is one for one in kept))
                    text = self.page.spell(Add(gone))
                    yield "terms", (("figure", text),), _put(sheet, formula, node, Add(kept))

    def _without_exponential(self, sheet: Sheet, formula: Formula) -> Iterator[Slip]:
        """The share of each number itself, where a softmax takes that of its exponential."""
        if isinstance(formula, SoftmaxEntry) and len(formula.logits) > 1:
            share = Div(formula.logits[formula.place], Add(formula.logits))
            yield "exponential", (), value_of(share, sheet.lookup)

    def _operands(self, sheet: Sheet, formula: Formula) -> Iterator[Slip]:
        """One number of the formula copied wrongly: its point, its sign, one of its digits."""
        leaves = [key for key in sheet.book.leaves(self.key) if sheet.book.known(key)]
        # A number that stands on the paper rightly was copied rightly once.
        leaves.sort(key=self.figures.__contains__)
        ways = (lambda one: (wrong for _, wrong in turned(one)), replaced)
        for way in ways:
            for leaf in leaves:
                right = self._as_written(sheet, leaf)
                for wrong in way(right) if right.number else ():
                    other = float(wrong.number)
                    value = value_of(
                        formula,
                        lambda key, leaf=leaf, other=other: (  # type: ignore[misc]
                            other if key == leaf else sheet.lookup(key)
                        ),
                    )
                    said = (
                        ("figure", plain(wrong)),
                        ("right", plain(right)),
                        ("name", self.page.name(*leaf)),
                    )
                    yield "operand", said, value

    def _as_written(self, sheet: Sheet, leaf: Key) -> Printed:
        """A number as it stands on the paper: as it is printed, as it is given, or rounded."""
        if leaf in self.figures:
            figure = self.figures[leaf]
            return figure.printed._replace(number=figure.sign * figure.printed.number)
        value = sheet.book.exact(leaf)
        if sheet.book.step(leaf) is None and len(text := repr(value)) <= MOST_SIGNS:
            return printed(text)
        return printed(f"{value:.{self.meant.printed.decimals}f}")


MOST_SIGNS = 8


class _Chance:
    """What may be tried on a figure; each different number that is printed costs a share."""

    def __init__(self, meant: Meant, left: float, *, cut: bool) -> None:
        self.printed, self.left, self.cut = meant.printed, left, cut
        self._tried: set[int] = set()

    def allows(self, value: float) -> bool:
        """Whether one more number may be tried."""
        cell = self.printed.cell(value)
        if cell in self._tried:
            return True
        self.left -= self.printed.room * (CUT_OR_ROUNDED if self.cut else 1.0)
        if self.left < 0:
            return False
        self._tried.add(cell)
        return True

    def around(self, right: float) -> float:
        """Which part of the numbers about as far from the right one as the figure was tried.

        Near the right number there are few others, and many slips that change but little.
        """
        middle = self.printed.cell(right)
        reach = 2 * max(1, abs(self.printed.cell(float(self.printed.number)) - middle))
        near = sum(abs(cell - middle) <= reach for cell in self._tried)
        return near / (2 * reach + 1)

    def met(self, value: float) -> bool:
        """Whether the figure is this number as it is printed."""
        how = self.printed.stands_for(value)
        return bool(how) and (self.cut or how != CUT)


def _key(formula: Formula) -> Key | None:
    return (formula.quantity, formula.index) if isinstance(formula, Entry) else None


def _sums(formula: Formula) -> list[Add]:
    """The sums of products or of several numbers in a formula, the outermost first."""
    match formula:
        case Neg(arg):
            return _sums(arg)
        case Div(top, _):
            return _sums(top)
        case Mul(factors):
            return [found for factor in factors for found in _sums(factor)]
        case Add(terms) if len(terms) > 1 and all(_has_entry(term) for term in terms):
            return [formula]
    return []


def _has_entry(formula: Formula) -> bool:
    return any(isinstance(node, Entry) for node in walk(formula))


def _put(sheet: Sheet, formula: Formula, old: Formula, new: Formula) -> float | None:
    from bp_tutor.formula import replace

    changed = replace(formula, lambda node: new if node is old else None)
    return value_of(changed, sheet.lookup)

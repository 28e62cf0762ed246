"""The verdict on every printed figure of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.calculation import Calculation
from bp_tutor.authoring.published.follow_through import (
    FollowThrough,
    PrintedBefore,
    misstated,
    named_with_value,
    said_origin,
    worth,
)
from bp_tutor.authoring.published.judged import (
    AGREES,
    BY_HAND,
    CONVENTION,
    FOLLOWING,
    NOT_FOUND,
    TRUNCATED,
    WRONG,
    Judged,
    Reason,
    weightiest,
)
from bp_tutor.authoring.published.meant import all_meant, moment_of
from bp_tutor.authoring.published.search import Search
from bp_tutor.authoring.published.slips import FigureStep, slips_of_pen
from bp_tutor.problem.model import Rounding
from bp_tutor.quiz.figure import CUT, ROUNDED
from bp_tutor.quiz.tolerance import entries_of

if TYPE_CHECKING:
    from bp_tutor.authoring.published.meant import Meant
    from bp_tutor.authoring.published.search import Hit
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem

    Verdict = tuple[str, tuple[Reason, ...]]


SAME_CAUSE = {
    "frozen_bias": ("frozen_bias",),
    "sequential": ("updated_weights",),
    "simultaneous": ("updated_weights",),
    "without_half": ("factor_two",),
    "with_half": ("factor_two",),
    "factor_dropped": ("factor_two",),
    "factor_kept": ("factor_two",),
    "outputs_mean": ("mean_lost",),
    "outputs_sum": ("mean_lost",),
    "samples_mean": ("mean_lost",),
    "samples_sum": ("mean_lost",),
    "no_decay": ("decay_left_out",),
    "delta_descent": ("sign_of_delta", "error_turned"),
    "delta_gradient": ("sign_of_delta", "error_turned"),
    "no_bias": ("bias_left_out",),
    "weight_order": ("weights_transposed",),
    "slope_left_out": ("slope_left_out",),
    "slope_left_out_hidden": ("slope_left_out",),
    "slope_left_out_in_layer": ("slope_left_out",),
    "path_left_out": ("path_left_out",),
    "path_left_out_in_layer": ("path_left_out",),
    "sign": ("sign_of_delta",),
}
"""Conventions and slips of the pen, and the mistakes that are the same thing at a single step."""


class Alternatives:
    """Weighs conventions, known mistakes and slips of the pen for the figures of one file.

    What explains more of the figures is the better explanation, and what other figures speak
    against is none as long as there is another. What is left is equally good.
    """

    def __init__(self, own: Calculation, before: PrintedBefore, pending: list[Meant]) -> None:
        self.own, self.before, self.pending = own, before, pending
        self._mistakes: dict[int, tuple[Reason, ...]] = {}
        self._steps: dict[int, FigureStep] = {}

    def verdict(self, meant: Meant, hits: tuple[Hit, ...], others: list[Judged]) -> Verdict:
        """What a figure is, and everything that explains it equally well."""
        same = {cause for hit in hits for cause in causes(hit.variation.key)}
        known = self._mistakes_of(meant, others)
        small = (
            tuple(
                reason._replace(count=self._count(reason, others))
                for reason in self._pen(meant) + known
            )
            or self._step(meant, others).slips()
        )
        sound = tuple(hit.reason for hit in hits if hit.against == 0 and hit.holds)
        rivals = _each_once(
            tuple(reason for reason in small if not sound or reason.mistake not in same)
        )
        ways = sound or tuple(hit.reason for hit in hits)
        found = weightiest((*ways, *rivals))
        certain = sound and all(reason in sound for reason in found)
        return (CONVENTION if certain else WRONG), found

    def _pen(self, meant: Meant) -> tuple[Reason, ...]:
        return slips_of_pen(meant.printed, meant.value_in(self.own))

    def _mistakes_of(self, meant: Meant, others: list[Judged]) -> tuple[Reason, ...]:
        if meant.place not in self._mistakes:
            self._mistakes[meant.place] = self._step(meant, others).mistakes()
        return self._mistakes[meant.place]

    def _step(self, meant: Meant, others: list[Judged]) -> FigureStep:
        if meant.place not in self._steps:
            self._steps[meant.place] = FigureStep(meant, self.own, self.before, others)
        return self._steps[meant.place]

    def _count(self, reason: Reason, others: list[Judged]) -> int:
        """How many figures the same mistake explains; a slip of the pen is made but once."""
        if not reason.mistake:
            return 1
        found = [{one.mistake for one in self._mistakes_of(m, others)} for m in self.pending]
        return sum(reason.mistake in known for known in found)


def _each_once(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The reasons without the slips of the pen that a mistake among them is already."""
    said = {reason.mistake for reason in reasons if reason.mistake}
    return tuple(one for one in reasons if not (one.slip and said.intersection(causes(one.key))))


def causes(key: str) -> tuple[str, ...]:
    """The mistakes at a single step that a convention is when it is made everywhere."""
    return SAME_CAUSE.get(key.rpartition(".")[2], ())


def judge(problem: Problem, page: Presentation) -> tuple[Judged, ...]:
    """Every printed figure with its verdict, in the order of the file."""
    return _Judge(problem, page).all()


class _Judge:
    def __init__(self, problem: Problem, page: Presentation) -> None:
        moments = {moment_of(problem, figure) for figure in problem.published}
        self.own = Calculation(problem, page, moments)
        plain = problem._replace(rounding=Rounding())
        by_hand = problem.rounding.by_hand
        self.exact = Calculation(plain, page, moments, self.own.programs) if by_hand else self.own
        self.meant = all_meant(self.own)
        self.before = PrintedBefore(self.own)
        self.found: dict[int, Judged] = {}

    def all(self) -> tuple[Judged, ...]:
        for meant in self.meant:
            self._at_once(meant)
        for meant in self._pending():
            self._from_others(meant)
        carried = self._carried()
        pending = [meant for meant in self._pending() if meant.place not in carried]
        if pending:
            self._searched(pending)
        for place, reason in carried.items():
            self._note(self.meant[place], BY_HAND, reason)
        return tuple(self._with_origin(self.found[meant.place]) for meant in self.meant)

    def _with_origin(self, judged: Judged) -> Judged:
        if judged.verdict not in FOLLOWING or judged.meant.figure.origin is None:
            return judged
        return judged._replace(misstated=misstated(judged.meant, self._given()))

    def _given(self) -> set[float]:
        """The numbers that the file starts from."""
        run = self.own.run((1, False))
        known = run.program.model.given.values() if run is not None else ()
        return {number for numbers in known for number in numbers or ()}

    def _pending(self) -> list[Meant]:
        return [meant for meant in self.meant if meant.place not in self.found]

    def _note(self, meant: Meant, verdict: str, *reasons: Reason) -> None:
        own, exact = meant.value_in(self.own), meant.value_in(self.exact)
        self.found[meant.place] = Judged(meant, own, exact, verdict, reasons)

    def _at_once(self, meant: Meant) -> None:
        """What the calculation itself says."""
        exact = meant.printed.stands_for(meant.value_in(self.exact))
        own = meant.printed.stands_for(meant.value_in(self.own))
        if meant.formula is None or meant.value_in(self.own) is None:
            self._note(meant, NOT_FOUND, _missing(meant))
        elif exact == ROUNDED:
            self._note(meant, AGREES)
        elif own and self.own is not self.exact:
            reason = Reason(f"published.how.file_{own}", value=meant.value_in(self.own))
            self._note(meant, BY_HAND, reason)
        elif exact == CUT:
            self._note(meant, TRUNCATED)

    def _from_others(self, meant: Meant) -> None:
        """What other printed figures say."""
        reason = said_origin(meant, meant.value_in(self.own), set())
        if reason is None:
            reason = self.before.reason(meant, list(self.found.values()))
            text = meant.figure.origin
            # Where the file says how, that is the better word for it.
            if reason is not None and text is not None:
                how = meant.printed.stands_for(worth(text))
                values = (("origin", text),)
                told = Reason(f"published.how.from_{how}", values, value=worth(text))
                reason = told if how else reason
        if reason is not None:
            self._note(meant, BY_HAND, reason)

    def _carried(self) -> dict[int, Reason]:
        """Figures that the file says to be made from others which do not follow."""
        wrong: set[float] = set()
        carried: dict[int, Reason] = {}
        for meant in self._pending():
            reason = said_origin(meant, meant.value_in(self.own), wrong)
            if reason is not None:
                carried[meant.place] = reason
            wrong.add(abs(float(meant.printed.number)))
        return carried

    def _searched(self, pending: list[Meant]) -> None:
        """What other ways to calculate say, and then which slip would explain it."""
        agreeing = [one.meant for one in self.found.values() if one.verdict in (AGREES, TRUNCATED)]
        search = Search(self.exact, pending, agreeing)
        by_hand = search.by_hand()
        hands = {place: [hit for hit in hits if hit.holds] for place, hits in by_hand.items()}
        # What explains one figure of several alone may give way to what explains them all.
        open_ones = [
            meant
            for meant in pending
            if len(pending) > 1 or not hands.get(meant.place)
            if max((hit.count for hit in hands.get(meant.place, ())), default=0) < len(pending)
        ]
        search.pending = open_ones
        conventions = search.conventions() if open_ones else {}
        left = []
        for meant in pending:
            hits = hands.get(meant.place, [])
            most = max((hit.count for hit in hits), default=0)
            better = any(
                hit.against + hit.beside == 0 and hit.count > max(most, 1)
                for hit in conventions.get(meant.place, ())
            )
            if hits and not better:
                self._note(meant, BY_HAND, *(hit.reason for hit in hits))
            else:
                left.append(meant)
        others = list(self.found.values())
        alternatives = Alternatives(self.own, self.before, left)
        for meant in left:
            found = alternatives.verdict(meant, conventions.get(meant.place, ()), others)
            self._note(meant, found[0], *(found[1] or _unfounded(meant)))
        self._linked(left)

    def _linked(self, left: list[Meant]) -> None:
        """What was worked out from printed figures that do not follow, the first ones first."""
        if len(left) < 2:
            return
        follow = [one.meant for one in self.found.values() if one.verdict in FOLLOWING]
        roots = [meant for meant in left if self.found[meant.place].verdict != NOT_FOUND]
        carried: list[Meant] = []
        for meant in sorted(left, key=self._order):
            if self.found[meant.place].verdict != WRONG:
                continue
            figure = FollowThrough(self.before, meant, follow)
            others = [one for one in roots if one is not meant]
            reasons = figure.reasons(others) or figure.reasons(others + carried)
            if not reasons:
                continue
            # Everybody goes on with what stands there; a slip of the pen is rare beside that.
            own = self.found[meant.place].reasons
            rivals = tuple(one for one in own if not (one.plain or one.slip))
            weighed = weightiest((*(self._weighed(one, left, follow) for one in reasons), *rivals))
            if all(one in rivals for one in weighed):
                continue
            if not any(one in rivals for one in weighed):
                roots = others
                carried.append(meant)
                self._note(meant, BY_HAND, *weighed)
            else:
                self._note(meant, WRONG, *weighed)

    def _weighed(self, reason: Reason, left: list[Meant], follow: list[Meant]) -> Reason:
        """How many figures a wrong one explains that is carried on, and how many it spoils."""
        source = next(
            (one for one in left if dict(reason.values).get("figure") == named_with_value(one)),
            None,
        )
        if source is None:
            return reason
        held = [one for one in left if one is not source]
        count = sum(bool(FollowThrough(self.before, one, follow).reasons([source])) for one in held)
        against = sum(
            FollowThrough(
                self.before, one, [other for other in follow if other is not one]
            ).speaks_against(source)
            for one in follow
        )
        return reason._replace(count=max(count, 1), against=against)

    def _order(self, meant: Meant) -> tuple[int, int]:
        """Where a figure comes in the calculation; one made of several after them all."""
        run = self.own.run(meant.moment)
        if run is None or meant.formula is None:
            return meant.moment[0], 0
        places = {quantity: place for place, quantity in enumerate(run.quantities())}
        inside = (places.get(one.quantity, 0) for one in entries_of(meant.formula))
        return meant.moment[0], max(inside, default=0)


def _unfounded(meant: Meant) -> tuple[Reason, ...]:
    """What the arithmetic says that the file states for a figure."""
    text = meant.figure.origin
    value = worth(text) if text is not None else None
    if value is None or text is None:
        return ()
    key = "unfounded" if meant.printed.stands_for(value) else "other"
    return (Reason(f"published.origin.{key}", (("origin", text), ("result", f"{value:.6g}"))),)


def _missing(meant: Meant) -> Reason:
    """Why a figure has no number; of several, which there are."""
    values = (("names", meant.choices),) if meant.choices else ()
    return Reason(f"published.missing.{meant.missing or 'value'}", values)

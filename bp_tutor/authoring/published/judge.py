"""The verdict on every printed figure of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.alternatives import Alternatives
from bp_tutor.authoring.published.calculation import Calculation, all_meant, moment_of
from bp_tutor.authoring.published.carrying import Carried, named_with_value
from bp_tutor.authoring.published.figure import CUT, ROUNDED
from bp_tutor.authoring.published.judged import (
    AGREES,
    BY_HAND,
    FOLLOWING,
    NOT_FOUND,
    TRUNCATED,
    WRONG,
    Judged,
    Reason,
    weightiest,
)
from bp_tutor.authoring.published.origins import PrintedBefore, misstated, said_origin, worth
from bp_tutor.authoring.published.search import Search
from bp_tutor.problem.model import Rounding
from bp_tutor.quiz.moving import leaves_of

if TYPE_CHECKING:
    from bp_tutor.authoring.published.calculation import Meant
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem


def judge(problem: Problem, page: Presentation) -> tuple[Judged, ...]:
    """Every printed figure with its verdict, in the order of the file."""
    return _Judge(problem, page).all()


class _Judge:
    def __init__(self, problem: Problem, page: Presentation) -> None:
        self.page = page
        moments = {moment_of(problem, figure) for figure in problem.published}
        self.own = Calculation(problem, moments)
        plain = problem._replace(rounding=Rounding())
        by_hand = problem.rounding.by_hand
        self.exact = Calculation(plain, moments, self.own.programs) if by_hand else self.own
        self.meant = all_meant(problem, self.own, page)
        self.before = PrintedBefore(self.own, page)
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
        own, exact = self.own.value(meant), self.exact.value(meant)
        self.found[meant.place] = Judged(meant, own, exact, verdict, reasons)

    def _at_once(self, meant: Meant) -> None:
        """What the calculation itself says."""
        exact = meant.printed.stands_for(self.exact.value(meant))
        own = meant.printed.stands_for(self.own.value(meant))
        if meant.formula is None or self.own.value(meant) is None:
            self._note(meant, NOT_FOUND, _missing(meant))
        elif exact == ROUNDED:
            self._note(meant, AGREES)
        elif own and self.own is not self.exact:
            reason = Reason(f"published.how.file_{own}", value=self.own.value(meant))
            self._note(meant, BY_HAND, reason)
        elif exact == CUT:
            self._note(meant, TRUNCATED)

    def _from_others(self, meant: Meant) -> None:
        """What other printed figures say."""
        reason = said_origin(meant, self.own.value(meant), set())
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
            reason = said_origin(meant, self.own.value(meant), wrong)
            if reason is not None:
                carried[meant.place] = reason
            wrong.add(abs(float(meant.printed.number)))
        return carried

    def _searched(self, pending: list[Meant]) -> None:
        """What other ways to calculate say, and then which slip would explain it."""
        agreeing = [one.meant for one in self.found.values() if one.verdict in (AGREES, TRUNCATED)]
        search = Search(self.exact, self.page, pending, agreeing)
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
        alternatives = Alternatives(self.own, self.page, self.before, left)
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
            figure = Carried(self.before, meant, follow)
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
        count = sum(bool(Carried(self.before, one, follow).reasons([source])) for one in held)
        against = sum(
            Carried(
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
        inside = (places.get(key[0], 0) for key in leaves_of(meant.formula))
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

"""What was found of one printed figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.authoring.published.meant import Meant
    from bp_tutor.quiz.model import Diagnosis

AGREES, TRUNCATED = "agrees", "truncated"
BY_HAND, CONVENTION = "follows_by_hand_rounding", "follows_under_convention"
WRONG, NOT_FOUND = "does_not_follow", "not_found"
FOLLOWING = (AGREES, TRUNCATED, BY_HAND)
"""Verdicts that need nobody's consent."""


class Reason(Frozen):
    """How a figure comes about, or what would explain it: a sentence by its key."""

    key: str
    values: tuple[tuple[str, object], ...] = ()
    diagnosis: Diagnosis | None = None
    value: float | None = None
    """The number that it gives, which is printed like the figure."""
    count: int = 1
    """How many figures of the file it explains."""
    against: int = 0
    """And how many speak against it."""

    @property
    def slip(self) -> bool:
        """Whether it is a slip that nobody makes twice."""
        return self.key.startswith("published.slip.")

    @property
    def weight(self) -> tuple[int, int]:
        """The larger, the better the evidence.

        What explains several figures may hold for them and not for others: then these speak
        against it, but less than those speak for it.
        """
        return 2 * self.count - self.against, self.count

    @property
    def mistake(self) -> str:
        """The misconception that it is, or two of them; empty for anything else."""
        return self.diagnosis.misconception if self.diagnosis is not None else ""

    @property
    def plain(self) -> bool:
        """Whether it says only what stands there, and supposes nothing."""
        return self.key.startswith("published.origin.")


def weightiest(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The reasons for which the figures of the file speak most; several are equally good."""
    most = max((reason.weight for reason in reasons), default=(0, 0))
    return tuple(reason for reason in reasons if reason.weight == most)


class Judged(Frozen):
    """A figure with its verdict."""

    meant: Meant
    value: float | None
    """What is right: the number that the file's own calculation gives."""
    exact: float | None
    """The same without the rounding that the file may state."""
    verdict: str
    reasons: tuple[Reason, ...] = ()
    """How it follows; of a figure that does not follow, what would explain it. Several are
    alternatives."""

    misstated: Reason | None = None
    """What the arithmetic gives that the file states for it, where that is another number."""

    @property
    def accepted(self) -> bool:
        """Whether the file says that this verdict is known."""
        return self.meant.figure.accepted == self.verdict

    @property
    def changed(self) -> bool:
        """Whether the file says another verdict."""
        return self.meant.figure.accepted not in (None, self.verdict)

    @property
    def sound(self) -> bool:
        """Whether there is nothing to be done about it."""
        follows = self.verdict in FOLLOWING and not self.misstated
        return self.accepted or (follows and not self.changed)

    @property
    def certain(self) -> bool:
        """Whether it is known how the figure comes about: one reason, and no mere guess."""
        return self.verdict != WRONG and len(self.reasons) <= 1

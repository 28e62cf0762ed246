"""What would explain the figures that no rounding gives: all that fits, and never one too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.judged import CONVENTION, WRONG, Reason, weightiest
from bp_tutor.authoring.published.pen import slips
from bp_tutor.authoring.published.slips import Step

if TYPE_CHECKING:
    from bp_tutor.authoring.published.calculation import Calculation, Meant
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.authoring.published.origins import PrintedBefore
    from bp_tutor.authoring.published.search import Hit
    from bp_tutor.explain import Presentation

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

    def __init__(
        self, own: Calculation, page: Presentation, before: PrintedBefore, pending: list[Meant]
    ) -> None:
        self.own, self.page, self.before = own, page, before
        self.pending = pending
        self._mistakes: dict[int, tuple[Reason, ...]] = {}
        self._steps: dict[int, Step] = {}

    def verdict(self, meant: Meant, hits: tuple[Hit, ...], others: list[Judged]) -> Verdict:
        """What a figure is, and everything that explains it equally well."""
        same = {cause for hit in hits for cause in causes(hit.way.key)}
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
        return slips(meant.printed, self.own.value(meant))

    def _mistakes_of(self, meant: Meant, others: list[Judged]) -> tuple[Reason, ...]:
        if meant.place not in self._mistakes:
            self._mistakes[meant.place] = self._step(meant, others).mistakes()
        return self._mistakes[meant.place]

    def _step(self, meant: Meant, others: list[Judged]) -> Step:
        if meant.place not in self._steps:
            self._steps[meant.place] = Step(meant, self.own, self.page, self.before, others)
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

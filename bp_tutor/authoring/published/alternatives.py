"""What would explain the figures that no rounding gives: all that fits, and never one too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.judged import CONVENTION, WRONG, Reason
from bp_tutor.authoring.published.slips import mistakes, slips

if TYPE_CHECKING:
    from bp_tutor.authoring.published.calculation import Calculation, Meant
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.authoring.published.origins import PrintedBefore
    from bp_tutor.authoring.published.search import Hit
    from bp_tutor.explain import Page

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
}
"""Conventions, and the mistakes that are the same thing at a single step."""


class Alternatives:
    """Weighs conventions, known mistakes and slips of the pen for the figures of one file.

    What explains more of the figures is the better explanation, and what other figures speak
    against is none as long as there is another. What is left is equally good.
    """

    def __init__(
        self, own: Calculation, page: Page, before: PrintedBefore, pending: list[Meant]
    ) -> None:
        self.own, self.page, self.before = own, page, before
        self.pending = pending
        self._mistakes: dict[int, tuple[Reason, ...]] = {}

    def verdict(self, meant: Meant, hits: tuple[Hit, ...], others: list[Judged]) -> Verdict:
        """What a figure is, and everything that explains it equally well."""
        sound = [hit for hit in hits if hit.against == 0 and hit.holds]
        small = self._single(meant, others)
        if not sound:
            against = tuple(
                Reason(hit.way.key, (*hit.way.values, ("against", hit.against))) for hit in hits
            )
            return WRONG, small or against
        same = {cause for hit in sound for cause in causes(hit.way.key)}
        rivals = tuple(
            reason
            for reason in small
            if reason.mistake not in same and self._count(reason, others) >= sound[0].count
        )
        reasons = tuple(Reason(hit.way.key, hit.way.values) for hit in sound)
        return (WRONG if rivals else CONVENTION), (*reasons, *rivals)

    def _single(self, meant: Meant, others: list[Judged]) -> tuple[Reason, ...]:
        """What explains the figure at its own step: slips of the pen and known mistakes."""
        return (*slips(meant, self.own.value(meant)), *self._of(meant, others))

    def _of(self, meant: Meant, others: list[Judged]) -> tuple[Reason, ...]:
        if meant.place not in self._mistakes:
            found = mistakes(meant, self.own, self.page, self.before, others)
            self._mistakes[meant.place] = found
        return self._mistakes[meant.place]

    def _count(self, reason: Reason, others: list[Judged]) -> int:
        """How many figures the same mistake explains; a slip of the pen is made but once."""
        if not reason.mistake:
            return 1
        found = [{other.mistake for other in self._of(one, others)} for one in self.pending]
        return sum(reason.mistake in known for known in found)


def causes(key: str) -> tuple[str, ...]:
    """The mistakes at a single step that a convention is when it is made everywhere."""
    return SAME_CAUSE.get(key.rpartition(".")[2], ())

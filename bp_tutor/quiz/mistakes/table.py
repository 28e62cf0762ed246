"""The table of misconceptions: each is a rewrite of the formula that a student should use."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.mistakes import slopes, steps, sums

if TYPE_CHECKING:
    from bp_tutor.quiz.mistakes.case import Case, Rewrite

FORWARD, LOSS, BACKWARD, GRADIENT, UPDATE = "forward", "loss", "backward", "gradient", "update"


class Misconception(NamedTuple):
    """A mistake that many make: what it does to a formula, and where it can be made."""

    rewrite: Rewrite | None
    """None for early rounding, which changes the numbers and not the formula."""
    phases: tuple[str, ...]
    rules: tuple[str, ...] = ()
    """Only at steps with these rules; empty for all."""
    decimals: tuple[int, ...] = ()
    """To so many decimals the values are rounded before they are put in."""
    all_along: tuple[int, ...] = ()
    """To so many decimals every value is rounded from the first one on."""
    pairs: bool = True
    """Whether it is looked for together with another one."""
    large: bool = True
    """Whether it is looked for in formulas of hundreds of terms."""

    def applies(self, case: Case) -> bool:
        """Whether the mistake can be made at this step."""
        return case.phase in self.phases and (not self.rules or case.rule in self.rules)


_OUTPUT = ("output_delta", "loss_slope", "fused_delta", "output_loss", "total_loss", "chain_rule")
_AVERAGED = (*_OUTPUT, "weight_gradient", "bias_gradient")

MISCONCEPTIONS: dict[str, Misconception] = {
    "slope_left_out": Misconception(slopes.slope_left_out, (BACKWARD,)),
    "activation_left_out": Misconception(slopes.activation_left_out, (FORWARD, BACKWARD, GRADIENT)),
    "bias_left_out": Misconception(sums.bias_left_out, (FORWARD,)),
    "error_turned": Misconception(slopes.error_turned, (BACKWARD,)),
    "sign_of_delta": Misconception(slopes.sign_of_delta, (BACKWARD, GRADIENT)),
    "step_added": Misconception(steps.step_added, (UPDATE,)),
    "rate_left_out": Misconception(steps.rate_left_out, (UPDATE,)),
    "gradient_for_step": Misconception(steps.gradient_for_step, (UPDATE,), pairs=False),
    "step_for_gradient": Misconception(steps.step_for_gradient, (GRADIENT, UPDATE), pairs=False),
    "weights_transposed": Misconception(sums.weights_transposed, (FORWARD, BACKWARD), large=False),
    "slope_misplaced": Misconception(slopes.slope_misplaced, (BACKWARD,)),
    "path_left_out": Misconception(sums.path_left_out, (FORWARD, LOSS, BACKWARD, GRADIENT)),
    "updated_weights": Misconception(steps.updated_weights, (FORWARD, BACKWARD), large=False),
    "factor_two": Misconception(sums.factor_two, (LOSS, BACKWARD), _OUTPUT),
    "decay_left_out": Misconception(sums.decay_left_out, (LOSS, GRADIENT)),
    "mean_lost": Misconception(sums.mean_lost, (LOSS, BACKWARD, GRADIENT), _AVERAGED),
    "softmax_elementwise": Misconception(slopes.softmax_elementwise, (FORWARD, BACKWARD)),
    "logarithm_base": Misconception(slopes.logarithm_base, (LOSS,)),
    "rows_and_columns": Misconception(sums.rows_and_columns, (GRADIENT, UPDATE), pairs=False),
    "wrong_layer": Misconception(sums.wrong_layer, (FORWARD, BACKWARD, GRADIENT), large=False),
    "other_slope": Misconception(slopes.other_slope, (BACKWARD,)),
    "other_activation": Misconception(slopes.other_activation, (FORWARD,)),
    "wrong_index": Misconception(sums.wrong_index, (BACKWARD,), pairs=False, large=False),
    "frozen_bias": Misconception(steps.frozen_bias, (FORWARD, UPDATE)),
    "early_rounding": Misconception(
        None,
        (FORWARD, LOSS, BACKWARD, GRADIENT, UPDATE),
        decimals=(2, 1),
        all_along=(3, 2, 1),
        pairs=False,
        large=False,
    ),
}
"""In the order in which they are looked for: the most frequent ones first."""

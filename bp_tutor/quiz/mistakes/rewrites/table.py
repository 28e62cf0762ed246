"""The table of mistakes: each is a rewrite of the formula that a student should use."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.mistakes.rewrites import (
    arrays,
    elsewhere,
    factors,
    functions,
    kinds,
    layers,
    neighbours,
    signs,
    sums,
    updates,
    values,
)
from bp_tutor.quiz.mistakes.rewrites.factors import Factor, on_the_way_back

if TYPE_CHECKING:
    from bp_tutor.quiz.mistakes.case import Rewrite

FACTORS, OPERANDS, SUMS, SIGNS = "factors", "operands", "sums", "signs"
FUNCTIONS, ARRAYS, UPDATES, VALUES = "functions", "arrays", "updates", "values"
ROUNDING = "rounding"
FAMILIES = (FACTORS, OPERANDS, SUMS, SIGNS, FUNCTIONS, ARRAYS, UPDATES, VALUES, ROUNDING)
"""What goes wrong."""
OFTEN, SOMETIMES, SELDOM = 1, 2, 3


class Misconception(NamedTuple):
    """A mistake that many make: what it does to a formula, and how often it is made."""

    rewrite: Rewrite | None
    """None for early rounding, which changes the numbers and not the formula."""
    family: str
    often: int = SOMETIMES
    """1 for the most frequent ones, which are looked for first."""
    decimals: tuple[int, ...] = ()
    """To so many decimals the values are rounded before they are put in."""
    all_along: tuple[int, ...] = ()
    """To so many decimals every value is rounded from the first one on."""
    pairs: bool = False
    """Whether it is looked for together with another one."""
    large: bool = True
    """Whether it is looked for in formulas of hundreds of terms."""


def _often(
    rewrite: Rewrite, family: str, *, pairs: bool = True, large: bool = True
) -> Misconception:
    return Misconception(rewrite, family, OFTEN, pairs=pairs, large=large)


def _sometimes(
    rewrite: Rewrite, family: str, *, pairs: bool = False, large: bool = False
) -> Misconception:
    return Misconception(rewrite, family, SOMETIMES, pairs=pairs, large=large)


def _seldom(rewrite: Rewrite, family: str) -> Misconception:
    return Misconception(rewrite, family, SELDOM, large=False)


# fmt: off
MISCONCEPTIONS: dict[str, Misconception] = {
    "scale_left_out": _often(layers.scale_left_out, FACTORS, pairs=False, large=False),
    "scaled_by_length": _often(layers.scaled_by_length, FACTORS, pairs=False, large=False),
    "dropout_unscaled": _often(layers.dropout_unscaled, FACTORS, pairs=False, large=False),
    "dropped_kept": _often(layers.dropped_kept, FACTORS, pairs=False, large=False),
    "dropout_left_out": _often(layers.dropout_left_out, FACTORS, pairs=False, large=False),
    "variance_by_one_less": _often(layers.variance_by_one_less, FACTORS, pairs=False, large=False),
    "estimate_left_out": _often(layers.estimate_left_out, FACTORS, pairs=False, large=False),
    "mask_left_out": _often(functions.mask_left_out, FUNCTIONS, large=False),
    "slope_left_out": _often(factors.slope_left_out, FACTORS),
    "activation_left_out": _often(functions.activation_left_out, FUNCTIONS),
    "bias_left_out": _often(sums.bias_left_out, SUMS),
    "error_turned": _often(signs.error_turned, SIGNS),
    "sign_of_delta": _often(signs.sign_of_delta, SIGNS),
    "step_added": _often(updates.step_added, UPDATES),
    "correction_subtracted": _often(updates.correction_subtracted, UPDATES),
    "rate_left_out": _often(updates.rate_left_out, UPDATES),
    "gradient_for_step": _often(updates.gradient_for_step, VALUES, pairs=False),
    "step_for_gradient": _often(updates.step_for_gradient, VALUES, pairs=False),
    "old_value": _often(updates.old_value, VALUES, pairs=False),
    "weight_left_out": _often(on_the_way_back(Factor.WEIGHT), FACTORS),
    "input_left_out": _often(on_the_way_back(Factor.SIGNAL), FACTORS),
    "path_left_out": _often(sums.path_left_out, SUMS),
    "updated_weights": _often(kinds.updated_weights, OPERANDS, large=False),
    "mean_lost": _often(factors.mean_lost, FACTORS),
    "mean_put_in": _often(factors.mean_put_in, FACTORS, pairs=False),
    "factor_two": _often(factors.doubled, FACTORS),
    "factor_half": _often(factors.halved, FACTORS),
    "weights_transposed": _often(arrays.weights_transposed, ARRAYS, large=False),
    "slope_misplaced": _often(functions.slope_misplaced, FUNCTIONS),
    "slope_kept": _often(functions.slope_kept, FUNCTIONS, pairs=False),
    "power_left_out": _often(functions.power_left_out, FUNCTIONS),
    "through_time_left_out": _often(sums.through_time_left_out, SUMS),
    "derivative_for_delta": _often(
        kinds.derivative_for_delta, OPERANDS, pairs=False, large=False
    ),
    "new_for_gradient": _often(updates.new_for_gradient, VALUES, pairs=False),
    "activated_already": _sometimes(values.activated_already, VALUES),
    "error_left_out": _sometimes(factors.error_left_out, FACTORS),
    "correction_left_out": _sometimes(updates.correction_left_out, UPDATES),
    "factor_left_out": _sometimes(factors.factor_left_out, FACTORS, pairs=True),
    "slope_twice": _sometimes(factors.slope_twice, FACTORS),
    "slope_on_top": _sometimes(factors.slope_on_top, FACTORS),
    "factor_twice": _sometimes(factors.twice, FACTORS),
    "factor_alone": _sometimes(factors.alone, FACTORS),
    "only_one_term": _sometimes(sums.only_one_term, SUMS),
    "paths_left_out": _sometimes(sums.paths_left_out, SUMS),
    "decay_left_out": _sometimes(sums.decay_left_out, SUMS, large=True),
    "sign_of_term": _sometimes(signs.sign_of_term, SIGNS),
    "bias_subtracted": _sometimes(signs.bias_subtracted, SIGNS, large=True),
    "minus_lost": _sometimes(signs.minus_lost, SIGNS),
    "exponent_sign": _sometimes(signs.exponent_sign, SIGNS),
    "exponential_alone": _sometimes(signs.exponential_alone, SIGNS),
    "logarithm_base": _sometimes(functions.logarithm_base, FUNCTIONS),
    "root_left_out": _sometimes(functions.root_left_out, FUNCTIONS),
    "slope_in_part": _sometimes(functions.slope_in_part, FUNCTIONS),
    "other_slope": _sometimes(functions.other_slope, FUNCTIONS, large=True),
    "other_activation": _sometimes(functions.other_activation, FUNCTIONS, large=True),
    "other_operation": _sometimes(functions.other_operation, FUNCTIONS),
    "softmax_elementwise": _sometimes(functions.softmax_elementwise, FUNCTIONS),
    "softmax_not_normalised": _sometimes(functions.softmax_not_normalised, FUNCTIONS),
    "softmax_axis": _sometimes(functions.softmax_axis, FUNCTIONS),
    "exponential_left_out": _sometimes(functions.exponential_left_out, FUNCTIONS),
    "kernel_turned": _sometimes(arrays.kernel_turned, ARRAYS),
    "gradient_to_every_cell": _sometimes(arrays.gradient_to_every_cell, ARRAYS),
    "other_pooling": _sometimes(arrays.other_pooling, ARRAYS),
    "rows_and_columns": _sometimes(arrays.rows_and_columns, ARRAYS, large=True),
    "same_step_state": _sometimes(elsewhere.same_step_state, OPERANDS),
    "share_exchanged": _sometimes(updates.share_exchanged, UPDATES),
    "plain_step": _sometimes(updates.plain_step, UPDATES),
    "frozen_bias": _sometimes(updates.frozen_bias, UPDATES, large=True),
    "gradient_for_value": _sometimes(kinds.gradient_for_value, OPERANDS),
    "delta_for_gradient": _sometimes(kinds.delta_for_gradient, OPERANDS),
    "target_left_out": _sometimes(kinds.target_left_out, OPERANDS),
    "own_output_for_input": _sometimes(elsewhere.own_output_for_input, OPERANDS),
    "wrong_layer": _sometimes(elsewhere.wrong_layer, OPERANDS),
    "value_for_derivative": _sometimes(kinds.value_for_derivative, OPERANDS),
    "other_setting": _sometimes(neighbours.other_setting, OPERANDS),
    "loss_for_error": _sometimes(kinds.loss_for_error, OPERANDS),
    "wrong_index": _sometimes(sums.wrong_index, SUMS),
    "other_value": _seldom(values.other_value, VALUES),
    "own_value_for_factor": _seldom(kinds.own_value_for_factor, OPERANDS),
    "other_step": _seldom(elsewhere.other_step, OPERANDS),
    "other_head": _seldom(elsewhere.other_head, OPERANDS),
    "other_sample": _seldom(elsewhere.other_sample, OPERANDS),
    "other_part": _seldom(elsewhere.other_part, OPERANDS),
    "other_weight": _seldom(neighbours.other_weight, OPERANDS),
    "other_unit": _seldom(neighbours.other_unit, OPERANDS),
    "other_gradient": _seldom(neighbours.other_gradient, OPERANDS),
    "other_target": _seldom(neighbours.other_target, OPERANDS),
    "other_name": _seldom(neighbours.other_name, OPERANDS),
    "early_rounding": Misconception(
        None, ROUNDING, SELDOM, decimals=(2, 1), all_along=(3, 2, 1), large=False
    ),
}
# fmt: on
"""In the order in which they are looked for: the most frequent ones first.

Of two that make the same of a formula the first is named, so the more special stands first."""

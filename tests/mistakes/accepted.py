"""Which of the program's mistakes are what the bank calls by a plain label."""

from __future__ import annotations

TERMS = ("path_left_out", "paths_left_out")

# One step on, what was done goes by the name of what was used there: the delta or the gradient of
# another weight for the gradient, a derivative for the delta.
ACCEPTED: dict[str, tuple[str, ...]] = {
    # Factors
    "slope left out": ("slope_left_out", "derivative_for_delta"),
    "only the error": ("slope_left_out", "derivative_for_delta", "factor_alone"),
    "only the slope": ("factor_alone", "error_left_out"),
    "error left out": ("error_left_out",),
    "delta left out": ("error_left_out",),
    # Where nothing says which one is the weight, a factor is a factor.
    "weight left out": ("weight_left_out", "factor_left_out"),
    "input left out": ("input_left_out", "factor_left_out", "delta_for_gradient"),
    "gate left out": ("factor_left_out",),
    "mask left out": ("gradient_to_every_cell",),
    "scale left out": ("scale_left_out", "dropout_unscaled"),
    "share left out of the slope": ("factor_left_out",),
    "slope twice": ("slope_twice", "slope_on_top"),
    "slope kept on a fused delta": ("slope_kept",),
    "share left out": ("mean_lost",),
    "share twice": ("factor_twice",),
    "averaged instead of added": ("mean_put_in",),
    "average not divided": ("mean_lost",),
    "half left out": ("factor_two",),
    "half put in": ("factor_half",),
    "factor two put in": ("factor_two",),
    "two left out": ("factor_half",),
    "rate left out": ("rate_left_out",),
    "rate twice": ("factor_twice",),
    "only the input": ("error_left_out",),
    # Slopes and activations
    "slope at the net input": ("slope_misplaced",),
    "slope of another activation": ("other_slope",),
    "slope of another step": ("other_step",),
    "only a of the slope": ("slope_in_part",),
    "only 1 - a of the slope": ("slope_in_part",),
    "slope not squared": ("slope_in_part",),
    "activation left out": ("activation_left_out",),
    "net for activation": ("activation_left_out",),
    "net for activation in the error": ("activation_left_out",),
    "scores for shares": ("activation_left_out",),
    "cell not squashed": ("activation_left_out",),
    "added instead of multiplied": ("other_operation",),
    "another activation": ("other_activation",),
    "sign of the exponent": ("exponent_sign",),
    "only the exponential": ("exponential_alone",),
    "softmax entry by entry": ("softmax_elementwise", "path_left_out"),
    "softmax not normalised": ("softmax_not_normalised",),
    "softmax over the columns": ("softmax_axis",),
    "shares of the net inputs": ("exponential_left_out",),
    # Sums
    "bias left out": ("bias_left_out",),
    "one term left out": ("path_left_out",),
    "one time left out": ("path_left_out",),
    "one sample left out": ("path_left_out",),
    "one moment left out": ("path_left_out",),
    "one half of the derivative": ("path_left_out",),
    "only one term": ("only_one_term",),
    "only one of all terms": ("only_one_term",),
    "only one time": ("only_one_term",),
    "only one sample": ("only_one_term",),
    "only one moment": ("only_one_term",),
    "terms through time left out": ("through_time_left_out", *TERMS),
    "only the terms through time": TERMS,
    "decay left out": ("decay_left_out",),
    "old state left out": ("path_left_out",),
    "momentum left out": ("path_left_out",),
    "activation for error": ("target_left_out", "value_for_derivative"),
    # Signs
    "error turned": ("error_turned",),
    "sign lost": ("sign_of_delta", "minus_lost", "error_turned", "pen_sign"),
    "sign of a term": ("sign_of_term", "minus_lost", "step_added"),
    "sign of the logarithm": ("minus_lost",),
    "bias subtracted": ("bias_subtracted",),
    "step added": ("step_added",),
    "minus lost or put in": ("sign_of_delta", "minus_lost", "pen_sign"),
    "digits exchanged": ("pen_digits",),
    "digit lost": ("pen_lost",),
    "digit twice": ("pen_put_in",),
    "decimal point moved": ("pen_point",),
    # Operands
    "other weight": ("other_weight", "wrong_index"),
    "other unit's weights": ("other_weight",),
    "other bias": ("other_unit", "wrong_layer", "other_name"),
    "other input": ("other_unit", "other_name", "wrong_index", "other_gradient"),
    "other unit": ("other_unit",),
    "other unit's net": ("other_unit", "other_value"),
    "other unit's delta": ("other_unit", "wrong_index", "other_gradient"),
    "other sample": ("other_sample",),
    "other time step": ("other_step",),
    "other position": ("other_unit", "wrong_index"),
    "window elsewhere": ("other_value",),
    "other target": ("other_target",),
    "other gradient": ("other_gradient",),
    "other gate": ("other_part",),
    "gates exchanged": ("other_part",),
    "cell for state": ("other_part",),
    "state for cell": ("other_part",),
    "weight of another gate": ("other_part",),
    "bias of another gate": ("other_part",),
    "delta of another gate": ("other_part",),
    "weights of another projection": ("other_part",),
    "key for value": ("other_part",),
    "value for key": ("other_part",),
    "key for query": ("other_part",),
    "query for key": ("other_part",),
    "query and key exchanged": ("rows_and_columns",),
    "wrong layer": ("wrong_layer", "other_name"),
    "weights of the wrong layer": ("wrong_layer",),
    "own activation for input": ("own_output_for_input", "wrong_layer"),
    "same state for the one before": ("same_step_state", "other_step"),
    "same cell for the one before": ("same_step_state", "other_step"),
    "state before for this one": ("other_step",),
    "first state for the one before": ("other_step",),
    "new weights": ("updated_weights",),
    "old weight for the new": ("updated_weights",),
    "gradient for weight": ("gradient_for_value",),
    "gradient for state": ("gradient_for_value",),
    "gradient for the first moment": ("gradient_for_value",),
    "old gradient for the new": ("updated_weights",),
    "old state for the new": ("updated_weights",),
    "input weight for recurrent weight": ("other_part",),
    "other factor": ("own_value_for_factor",),
    "loss for error": ("loss_for_error",),
    "derivative for delta": ("derivative_for_delta", "slope_left_out"),
    "state's derivative for the cell's": ("other_part",),
    "net for delta": ("value_for_derivative",),
    "delta for gradient": ("delta_for_gradient",),
    "derivative for the delta": ("other_value",),
    "fused for the derivative": ("other_value",),
    "error not squared": ("power_left_out",),
    "gradient not squared": ("power_left_out",),
    "exponent left out": ("power_left_out",),
    "root left out": ("root_left_out", "scaled_by_length"),
    # Arrays
    "weights transposed": ("weights_transposed",),
    "rows and columns": ("rows_and_columns", "other_gradient"),
    "kernel turned round": ("kernel_turned",),
    "kernel turned round in the gradient": ("kernel_turned", "other_gradient"),
    "mean for maximum": ("other_pooling",),
    "minimum for maximum": ("other_pooling",),
    "maximum for mean": ("other_pooling",),
    # Updates
    "gradient for the new value": ("gradient_for_step",),
    "step for the new value": ("step_for_gradient",),
    "step for gradient": ("step_for_gradient",),
    "not updated": ("old_value",),
    "new weight for gradient": ("new_for_gradient",),
    "new bias for gradient": ("new_for_gradient",),
    "not divided": ("factor_left_out",),
    "share of the gradient left out": ("factor_left_out",),
    "share of the state left out": ("factor_left_out",),
    "other share": ("other_setting",),
    "plain step": ("plain_step",),
    "not corrected": ("correction_left_out",),
    "moments not corrected": ("correction_left_out",),
    "shares exchanged": ("share_exchanged",),
    # Other values, and the loss
    "another known value": ("other_value",),
    "weight for gradient": ("other_value", "value_for_derivative"),
    "logarithm to base 10": ("logarithm_base",),
    "rounded too early": ("early_rounding",),
}


def keys_of(label: str) -> tuple[str, ...]:
    return ACCEPTED.get(label, ())


def is_accepted(labels: tuple[str, ...], keys: frozenset[str]) -> bool:
    """Whether the keys of one explanation say what was done: all of it, and nothing else."""
    if len(labels) == 1:
        return len(keys) == 1 and not keys.isdisjoint(keys_of(labels[0]))
    first, second = labels
    for one in keys:
        rest = keys - {one} or keys
        if one in keys_of(first) and not rest.isdisjoint(keys_of(second)):
            return True
    return False


def labels_of(key: str) -> tuple[str, ...]:
    """The labels that a key of the program stands for."""
    return tuple(label for label, keys in ACCEPTED.items() if key in keys)

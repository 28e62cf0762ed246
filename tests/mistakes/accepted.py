"""Which of the program's mistakes are what the bank calls by a plain label."""

from __future__ import annotations

ACCEPTED: dict[str, tuple[str, ...]] = {
    "slope left out": ("slope_left_out",),
    "only the error": ("slope_left_out",),
    "only the slope": ("only_factor",),
    "slope twice": ("factor_twice",),
    "slope kept on a fused delta": ("factor_twice",),
    "slope at the net input": ("slope_misplaced",),
    "slope of another activation": ("other_slope",),
    "activation left out": ("activation_left_out",),
    "net for activation": ("activation_left_out",),
    "another activation": ("other_activation",),
    # In a graph a bias is a term like another, and so is a target.
    "bias left out": ("bias_left_out", "path_left_out"),
    "activation for error": ("path_left_out",),
    "other unit's delta": ("wrong_index",),
    "error turned": ("error_turned",),
    "sign lost": ("sign_of_delta", "error_turned"),
    "step added": ("step_added",),
    "rate left out": ("rate_left_out",),
    "gradient for the new value": ("gradient_for_step",),
    "step for the new value": ("step_for_gradient",),
    "step for gradient": ("step_for_gradient",),
    "weights transposed": ("weights_transposed",),
    "one term left out": ("path_left_out",),
    "one time left out": ("path_left_out",),
    "one sample left out": ("path_left_out",),
    "one half of the derivative": ("path_left_out",),
    "new weights": ("updated_weights",),
    "half left out": ("factor_two",),
    "half put in": ("factor_two",),
    "factor two put in": ("factor_two",),
    "two left out": ("factor_two",),
    "share left out": ("mean_lost", "factor_two"),
    "averaged instead of added": ("mean_lost", "factor_two"),
    "decay left out": ("decay_left_out",),
    "softmax entry by entry": ("softmax_elementwise",),
    "softmax not normalised": ("softmax_elementwise",),
    "logarithm to base 10": ("logarithm_base",),
    "rows and columns": ("rows_and_columns",),
    "wrong layer": ("wrong_layer",),
    "own activation for input": ("wrong_layer",),
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

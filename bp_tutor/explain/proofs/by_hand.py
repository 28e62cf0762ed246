"""Steps of algebra that a teacher takes by hand between the derivative and its usual form.

By the key of a proof: formulas in the order of the lines, each with the key of its reason. A
function that is not here goes over to its usual form in one line; what is put here is proven as
every other line is.
"""

from __future__ import annotations

_GATE = "1/(1 + exp(-beta*z))"
_SWISH = "beta*z/(1 + exp(-beta*z))"

BY_HAND: dict[str, tuple[tuple[str, str], ...]] = {
    "sigmoid'": (
        ("1/(1 + exp(-z))*(exp(-z)/(1 + exp(-z)))", "split_fraction"),
        ("1/(1 + exp(-z))*((1 + exp(-z) - 1)/(1 + exp(-z)))", "add_and_subtract"),
        ("1/(1 + exp(-z))*(1 - 1/(1 + exp(-z)))", "split_fraction"),
    ),
    "tanh'": (
        ("1 - (exp(z) - exp(-z))**2/(exp(z) + exp(-z))**2", "split_fraction"),
    ),
    "softplus'": (
        ("1/(exp(-z) + 1)", "fraction_reduced"),
    ),
    "swish'": (
        (f"{_GATE} + {_SWISH}*(exp(-beta*z)/(1 + exp(-beta*z)))", "split_fraction"),
        (f"{_GATE} + {_SWISH}*((1 + exp(-beta*z) - 1)/(1 + exp(-beta*z)))", "add_and_subtract"),
        (f"{_GATE} + {_SWISH}*(1 - {_GATE})", "split_fraction"),
        ("sigmoid(beta*z) + beta*a*(1 - sigmoid(beta*z))", "value_put_in"),
    ),
    "binary_cross_entropy'": (
        ("-((y*(1 - a) - (1 - y)*a)/(a*(1 - a)))", "common_denominator"),
        ("-((y - a)/(a*(1 - a)))", "multiplied_out"),
    ),
}  # fmt: skip

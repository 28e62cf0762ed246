"""Names by what they mean."""

from __future__ import annotations

import pytest

from bp_tutor.debugging.named import canonical_names

NAMES = {
    "dW1": "dW[1]", 'grads["W1"]': "dW[1]", "w1.grad": "dW[1]", "grad_W2": "dW[2]",
    "dL_dW2": "dW[2]", "dJdw2": "dW[2]", "nabla_w1": "dW[1]", "fc2.weight": "W[2]",
    "fc2.bias.grad": "dB[3]", "syn1": "W[1]", "wh": "W[1]", "wout": "W[2]", "bout": "B[3]",
    "W1_new": "W'[1]", "new_b2": "B'[3]", "delta_2": "dZ[3]", "δ1": "dZ[2]", "l1_delta": "dZ[2]",
    "l1": "A[2]", "X": "A[1]", "l0": "A[1]", "Y": "Y", "y_true": "Y",
    "y_hat": "A[3]", "yhat": "A[3]", "probs": "A[3]", "logits": "Z[3]", "hidden_layer": "A[2]",
    "hidden_layer_input": "Z[2]", "output": "A[3]", "AL": "A[3]", "dAL": "dA[3]", "h_relu": "A[2]",
    "dZ_2": "dZ[3]", "a1": "A[2]", "net1": "Z[2]", "out1": "A[2]",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read(name: str) -> None:
    others = ("W1", "W2") if "syn" not in name else ("syn2",)
    found = canonical_names((*others, name), 2, inputs_at=0, errors=False)
    assert found.get(name) == NAMES[name]


@pytest.mark.parametrize("name", ["foo", "W9", "b", "lam", "", "42", "vW1", "E"])
def test_what_means_nothing_is_not_read(name: str) -> None:
    assert name not in canonical_names(("W1", "W2", name), 2, inputs_at=0, errors=False)


def test_a_list_is_counted_from_0() -> None:
    names = ("weights[0]", "weights[1]", "zs[0]", "zs[1]", "activations[0]", "activations[1]")
    found = canonical_names(names, 2, inputs_at=0, errors=False)
    assert [found[name] for name in names] == ["W[1]", "W[2]", "Z[2]", "Z[3]", "A[1]", "A[2]"]


def test_weights_without_a_number_are_those_that_are_left() -> None:
    found = canonical_names(("W", "W2", "b", "b2"), 2, inputs_at=0, errors=False)
    assert found == {"W": "W[1]", "W2": "W[2]", "b": "B[2]", "b2": "B[3]"}


def test_an_error_is_a_delta_where_nothing_else_is() -> None:
    weights = ("W1", "W2")
    for errors, alone in ((False, "dZ[2]"), (True, "dA[2]")):
        found = canonical_names((*weights, "l1_error"), 2, inputs_at=0, errors=errors)
        assert found["l1_error"] == alone
        both = canonical_names((*weights, "l1_error", "l1_delta"), 2, inputs_at=0, errors=errors)
        assert (both["l1_error"], both["l1_delta"]) == ("dA[2]", "dZ[2]")

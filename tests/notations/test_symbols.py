from __future__ import annotations

import pytest

from bp_tutor.formula.quantity import Quantity
from bp_tutor.notations import Structure, Symbols, load_notation
from tests.notations.quantities import NAMED_WEIGHTS

NAMED = Structure((2, 2, 1), 1, (("x1", "x2"), ("a1", "a2"), ("a3",)), NAMED_WEIGHTS)

SPELLED = [
    # notation, structure, identifier, unicode, ascii, LaTeX
    ("layered", Structure((3, 3, 3, 2)), "W[1,1,2]", "W₁₁₂", "W112", "W_{112}"),
    ("layered", Structure((3, 3, 3, 2)), "dZ[4,1]", "δZ₄₁", "dZ41", r"\delta Z_{41}"),
    ("layered", Structure((3, 3, 3, 2)), "W'[3,3,2]", "W₃₃₂′", "W332'", r"W_{332}^{\prime}"),
    ("layered", Structure((3, 3, 3, 2)), "dA[4,1]", "∂L/∂A₄₁", "dL/dA41",
     r"\frac{\partial L}{\partial A_{41}}"),
    ("layered", Structure((3, 3, 3, 2)), "Z[2]", "Z₂", "Z2", "Z_{2}"),
    ("layered", Structure((3, 11, 2)), "W[1,1,11]", "W[1,1,11]", "W[1,1,11]", "W_{1,1,11}"),
    ("layered", Structure((3, 3), 2), "A[2,1]@2", "A₂₁⁽²⁾", "A21@2", "A_{21}^{(2)}"),
    ("layered", Structure((3, 3)), "eta", "λ", "lr", r"\lambda"),
    ("superscript", Structure((2, 2, 1)), "W[2,2,1]", "w₁₂⁽²⁾", "w12^(2)", "w_{12}^{(2)}"),
    ("superscript", Structure((2, 2, 1)), "dZ[3,1]", "δ₁⁽²⁾", "delta1^(2)", r"\delta_{1}^{(2)}"),
    ("superscript", Structure((2, 2, 1)), "A[1,2]", "x₂", "x2", "x_{2}"),
    ("superscript", Structure((2, 2, 1), 3), "Z[2,1]@3", "z₁⁽¹⁾@3", "z1^(1)@3", "z_{1}^{(1)[3]}"),
    ("flat", Structure((2, 2, 1)), "W[2,2,1]", "w₆", "w6", "w_{6}"),
    ("flat", Structure((2, 2, 1)), "A[3,1]", "out", "out", r"\mathrm{out}"),
    ("flat", Structure((2, 2, 1)), "dZ[3,1]", "Δ", "Delta", r"\Delta"),
    ("flat", NAMED, "W[1,2,1]", "w₃", "w3", "w_{3}"),
    ("flat", NAMED, "B[3,1]", "b", "b", "b"),
    ("flat", NAMED, "B'[3,1]", "b′", "b'", r"b^{\prime}"),
    ("flat", NAMED, "dW[2,1,1]", "∂L/∂w₆", "dL/dw6", r"\frac{\partial L}{\partial w_{6}}"),
    ("numbered", Structure((2, 2, 1)), "W[1,2,1]", "w₃₂", "w32", "w_{32}"),
    ("numbered", Structure((2, 2, 1)), "A[3,1]", "y₅", "y5", "y_{5}"),
    ("net-out", Structure((2, 2, 2)), "Z[2,1]", "net_h1", "net_h1", r"\mathrm{net}_{h1}"),
    ("net-out", Structure((2, 2, 2)), "W'[1,1,1]", "w₁⁺", "w1^+", "w_{1}^{+}"),
    ("net-out", Structure((2, 2, 2), shared_biases=(2, 3)), "B[3,1]", "b₂", "b2", "b_{2}"),
    ("net-out", Structure((2, 2, 2), shared_biases=(3,)), "B[3,1]", "b₃", "b3", "b_{3}"),
    ("in-out", Structure((3, 2, 3)), "W[1,1,2]", "w₂", "w2", "w_{2}"),
    ("in-out", Structure((3, 2, 3)), "dW[2,1,1]", "δ₇", "delta7", r"\delta_{7}"),
    ("in-out", Structure((3, 2, 3)), "A[3,1]", "ŷ₁", "yhat1", r"\hat{y}_{1}"),
    ("in-out", Structure((3, 2, 3)), "W'[2,1,1]", "w₇ⁿᵉʷ", "w7^new", r"w_{7}^{\mathrm{new}}"),
    ("in-out", NAMED, "dW[2,1,1]", "δ₆", "delta6", r"\delta_{6}"),
]  # fmt: skip


@pytest.mark.parametrize(("notation", "structure", "identifier", "uni", "ascii_", "latex"), SPELLED)
def test_spelling(
    notation: str, structure: Structure, identifier: str, uni: str, ascii_: str, latex: str
) -> None:
    symbols = Symbols(load_notation(notation), structure)
    found = symbols.reader.addresses.read(identifier)
    assert found is not None
    quantity, index = found.first
    styles = ("unicode", "ascii", "latex")
    assert tuple(symbols.name(quantity, index, style) for style in styles) == (uni, ascii_, latex)


READ = {
    ("layered", Structure((3, 3, 3, 2))): {
        "W_111": "W[1,1,1]", "w_{111}": "W[1,1,1]", "b_21": "B[2,1]", "W_1_2_3": "W[1,2,3]",
        "W111+": "W'[1,1,1]", "W_111^new": "W'[1,1,1]", "dL/dW111": "dW[1,1,1]",
        "∂L/∂W₁₁₁": "dW[1,1,1]", "W[1, 1, 1]": "W[1,1,1]", "Z2": "Z[2]", "W114": None,
        "Z51": None, "λ": "eta", "lambda": "lambda", "X_11": "A[1,1]", "O_2": "A[4,2]",
        "Z21@1": "Z[2,1]", "Ｗ１１１": "W[1,1,1]", "": None, "nonsense": None,
    },
    ("superscript", Structure((2, 2, 1), 4)): {
        "w_11^2": "W[2,1,1]", "w_{12}^{(1)}": "W[1,2,1]", "a_1^(0)": "A[1,1]", "a^(0)": "A[1]",
        "x1@3": "A[1,1]@3", "delta_1^2": "dZ[3,1]", "w_11^(1)+": "W'[1,1,1]", "w_12^3": None,
    },
    ("flat", Structure((2, 2, 1))): {
        "w5": "W[2,1,1]", "w_5": "W[2,1,1]", "W5": "W[2,1,1]", "prediction": "A[3,1]",
        "w5'": "W'[2,1,1]", "w5+": "W'[2,1,1]", "w5new": "W'[2,1,1]", "dError/dw5": "dW[2,1,1]",
        "dE/dw5": "dW[2,1,1]", "dw5": "dW[2,1,1]", "step w5": "stepW[2,1,1]", "w7": None,
        "w0": None, "i3": None, "Delta": "dZ[3,1]",
    },
    ("numbered", Structure((2, 2, 1))): {
        "y_out": "Y[1]", "w13": None, "w52": None, "y1": None, "dC/dw53": "dW[2,1,1]",
    },
    ("net-out", Structure((2, 2, 2), shared_biases=(2, 3))): {
        "w1+": "W'[1,1,1]", "E(total)": "L", "neth1": "Z[2,1]", "w2": "W[1,2,1]", "b3": None,
        "∂E_total/∂net_o1": "dZ[3,1]",
    },
    ("in-out", Structure((3, 2, 3))): {
        "δ_7": "dW[2,1,1]", "Out_o1": "A[3,1]", "in_h1": "Z[2,1]", "loss": "L", "w13": None,
    },
    ("plain", Structure(names=("z1", "e", "w_1"), loss="e")): {
        "de/dz1": "dz1", "dz1": "dz1", "z₁": "z1", "de/dq": None, "w1": "w_1", "W[1,1,1]": None,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("notation", "structure", "typed", "identifier"),
    [(*key, typed, found) for key, pairs in READ.items() for typed, found in pairs.items()],
)
def test_reading(notation: str, structure: Structure, typed: str, identifier: str | None) -> None:
    assert Symbols(load_notation(notation), structure).read(typed) == identifier


def test_digits_that_can_be_shared_out_in_two_ways_are_not_guessed() -> None:
    symbols = Symbols(load_notation("layered"), Structure((11, 11)))
    assert symbols.read("W1113") is None or symbols.read("W1113") == "W[1,11,3]"
    assert symbols.read("W1111") is None
    assert symbols.read("W1,11,1") == "W[1,11,1]"


def test_a_partial_derivative_is_written_out() -> None:
    symbols = Symbols(load_notation("layered"), Structure((3, 3, 3, 2)))
    after = Quantity("Z", (4,), (1, 2), ("sample", "unit")), (0, 0)
    before = Quantity("A", (3,), (1, 3), ("sample", "unit")), (0, 0)
    assert symbols.partial(after, before) == "∂Z₄₁/∂A₃₁"
    assert symbols.partial(after, before, "ascii") == "dZ41/dA31"
    assert symbols.partial(after, before, "latex") == r"\frac{\partial Z_{41}}{\partial A_{31}}"


def test_a_quantity_of_another_shape_is_written_by_its_numbers() -> None:
    symbols = Symbols(load_notation("numbered"), Structure((2, 2, 1)))
    image = Quantity("Z", (2,), (3, 3), ("row", "column"))
    assert symbols.name(image, (0, 2)) == "Z₂₁₃"


def test_a_large_network_is_not_counted_out() -> None:
    structure = Structure((100_000, 30_000, 10))
    for notation in ("layered", "superscript", "net-out", "in-out"):
        symbols = Symbols(load_notation(notation), structure)
        weights = Quantity("W", (1,), (100_000, 30_000), ("from", "to"))
        name = symbols.name(weights, (99_999, 29_999), "ascii")
        assert symbols.read(name) == "W[1,100000,30000]"

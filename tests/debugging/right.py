"""Right backpropagation programs in varied conventions: nothing may be called wrong in them.

Every program of `broken.py` is here without its mistakes, and more programs whose conventions
are easily taken for mistakes.  Each is handed in whole and as several subsets of its arrays.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tests.debugging import broken
from tests.debugging.broken import Case, Program, make_case

# Logistic regression of the Coursera assignment: columns, w (in, 1), b a single number.
LOGISTIC = Program(
    """
m = int(rng.integers(3, 9))
X = rng.random((4, m))
Y = rng.integers(0, 2, (1, m))
w = rng.standard_normal((4, 1))
b = float(rng.standard_normal())
A = sigmoid(np.dot(w.T, X) + b)
dw = np.dot(X, (A - Y).T) / m
db = np.sum(A - Y) / m
w_new = w - 0.01 * dw
b_new = b - 0.01 * db
""",
    "X Y w b A dw db w_new b_new",
    [("dense", 1, "sigmoid")],
    "binary_cross_entropy",
    0.01,
)

# Softmax regression with integer labels and pixel-like integer inputs.
SOFTMAX_REGRESSION = Program(
    """
N = int(rng.integers(3, 9))
X = rng.integers(0, 5, (N, 5))
y = rng.integers(0, 3, N)
W = 0.1 * rng.standard_normal((5, 3))
b = np.zeros(3)
scores = X @ W + b
P = softmax(scores)
dS = P.copy()
dS[np.arange(N), y] -= 1
dW = X.T @ dS / N
db = dS.sum(axis=0) / N
W_new = W - 0.01 * dW
b_new = b - 0.01 * db
""",
    "X y W b scores P dS dW db W_new b_new",
    [("dense", 3, "softmax")],
    "cross_entropy",
    0.01,
)

# Samples in columns but weights (in, out): W.T @ X; ReLU slope 1 at exactly 0.
COLUMNS_IN_OUT = Program(
    """
m = int(rng.integers(3, 9))
X = rng.integers(-1, 2, (3, m)).astype(float)
Y = rng.integers(0, 2, (1, m)).astype(float)
W1 = rng.integers(-1, 2, (3, 5)).astype(float)
b1 = np.zeros((5, 1))
W2 = rng.standard_normal((5, 1))
b2 = np.zeros((1, 1))
Z1 = W1.T @ X + b1
A1 = np.maximum(0, Z1)
Z2 = W2.T @ A1 + b2
A2 = sigmoid(Z2)
dZ2 = (A2 - Y) / m
dW2 = A1 @ dZ2.T
db2 = dZ2.sum(axis=1, keepdims=True)
dA1 = W2 @ dZ2
dZ1 = dA1 * (Z1 >= 0)
dW1 = X @ dZ1.T
db1 = dZ1.sum(axis=1, keepdims=True)
W1_new = W1 - dW1
W2_new = W2 - dW2
""",
    "X Y W1 b1 W2 b2 Z1 A1 Z2 A2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 W1_new W2_new",
    [("dense", 5, "relu"), ("dense", 1, "sigmoid")],
    "binary_cross_entropy",
    1.0,
)

# Whole-number inputs and weights, so that many Z are exactly 0; slope 0 there.
RELU_AT_ZERO = Program(
    """
m = int(rng.integers(3, 9))
X = rng.integers(-1, 2, (m, 3))
Y = np.eye(3)[rng.integers(0, 3, m)]
W1 = rng.integers(-1, 2, (4, 3))
b1 = np.zeros(4)
W2 = rng.integers(-2, 3, (3, 4))
b2 = np.zeros(3)
z1 = X @ W1.T + b1
a1 = relu(z1)
z2 = a1 @ W2.T + b2
a2 = softmax(z2)
dz2 = (a2 - Y) / m
dW2 = dz2.T @ a1
db2 = dz2.sum(axis=0)
da1 = dz2 @ W2
dz1 = np.where(a1 > 0, da1, 0)
dW1 = dz1.T @ X
db1 = dz1.sum(axis=0)
""",
    "X Y W1 b1 W2 b2 z1 a1 z2 a2 dz2 grad_W2=dW2 grad_b2=db2 da1 dz1 grad_W1=dW1 grad_b1=db1",
    [("dense", 4, "relu"), ("dense", 3, "softmax")],
    "cross_entropy",
    None,
)

# target - output throughout, with 1/m in the update and +=; deltas named as in lectures.
TARGET_MINUS_OUTPUT = Program(
    """
m = int(rng.integers(3, 9))
eta = 0.3
x = rng.standard_normal((3, m))
t = rng.choice([-1.0, 1.0], (2, m))
W1 = rng.standard_normal((4, 3))
b1 = rng.standard_normal((4, 1))
W2 = rng.standard_normal((2, 4))
b2 = rng.standard_normal((2, 1))
h = np.tanh(W1 @ x + b1)
o = np.tanh(W2 @ h + b2)
delta_2 = (t - o) * (1 - o**2)
delta_1 = W2.T @ delta_2 * (1 - h**2)
W2_new = W2 + eta / m * delta_2 @ h.T
b2_new = b2 + eta / m * delta_2.sum(axis=1, keepdims=True)
W1_new = W1 + eta / m * delta_1 @ x.T
b1_new = b1 + eta / m * delta_1.sum(axis=1, keepdims=True)
""",
    "x t W1 b1 W2 b2 h o delta_2 delta_1 W2_new b2_new W1_new b1_new",
    [("dense", 4, "tanh"), ("dense", 2, "tanh")],
    "half_squared_error",
    0.3,
)

# Sample by sample with np.outer, the gradients added up and divided at the end.
SAMPLE_LOOP = Program(
    """
m = int(rng.integers(3, 8))
X = rng.standard_normal((m, 3))
Y = np.eye(3)[rng.integers(0, 3, m)]
W1 = rng.standard_normal((4, 3))
b1 = rng.standard_normal(4)
W2 = rng.standard_normal((3, 4))
b2 = rng.standard_normal(3)
dW1, db1, dW2, db2 = (np.zeros_like(p) for p in (W1, b1, W2, b2))
for x, y in zip(X, Y):
    a1 = np.tanh(W1 @ x + b1)
    e = np.exp(W2 @ a1 + b2)
    delta2 = e / e.sum() - y
    delta1 = (W2.T @ delta2) * (1 - a1**2)
    dW2 += np.outer(delta2, a1)
    db2 += delta2
    dW1 += np.outer(delta1, x)
    db1 += delta1
dW1, db1, dW2, db2 = dW1 / m, db1 / m, dW2 / m, db2 / m
""",
    "X Y W1 b1 W2 b2 dW2 db2 dW1 db1",
    [("dense", 4, "tanh"), ("dense", 3, "softmax")],
    "cross_entropy",
    None,
)

# Boolean inputs, boolean flat labels, float32, sums everywhere (the loss is a sum).
BOOLEAN = Program(
    """
m = int(rng.integers(4, 9))
X = rng.random((m, 4)) < 0.5
y = rng.random(m) < 0.5
W1 = rng.standard_normal((4, 3)).astype(np.float32)
b1 = rng.standard_normal((1, 3)).astype(np.float32)
W2 = rng.standard_normal((3, 1)).astype(np.float32)
b2 = rng.standard_normal((1, 1)).astype(np.float32)
z1 = X @ W1 + b1
h1 = sigmoid(z1)
z2 = h1 @ W2 + b2
y_hat = sigmoid(z2)
dz2 = y_hat - y[:, None]
gW2 = h1.T @ dz2
gb2 = dz2.sum(0, keepdims=True)
dz1 = dz2 @ W2.T * h1 * (1 - h1)
gW1 = X.T @ dz1
gb1 = dz1.sum(0, keepdims=True)
""",
    "X y W1 b1 W2 b2 z1 h1 z2 y_hat dz2 W2.grad=gW2 b2.grad=gb2 dz1 W1.grad=gW1 b1.grad=gb1",
    [("dense", 3, "sigmoid"), ("dense", 1, "sigmoid")],
    "binary_cross_entropy",
    None,
)

# Three hidden layers, every one another activation, rows, bias (n,), one output, dL_d names.
MIXED = Program(
    """
m = int(rng.integers(3, 8))
X = rng.standard_normal((m, 2))
y = rng.standard_normal((m, 1))
W1 = rng.standard_normal((2, 4))
b1 = rng.standard_normal(4)
W2 = rng.standard_normal((4, 3))
b2 = rng.standard_normal(3)
W3 = rng.standard_normal((3, 3))
b3 = rng.standard_normal(3)
W4 = rng.standard_normal((3, 1))
b4 = rng.standard_normal(1)
Z1 = X @ W1 + b1
A1 = relu(Z1)
Z2 = A1 @ W2 + b2
A2 = sigmoid(Z2)
Z3 = A2 @ W3 + b3
A3 = np.tanh(Z3)
y_pred = A3 @ W4 + b4
dL_dy = 2 * (y_pred - y)
dL_dW4 = A3.T @ dL_dy / m
dL_db4 = dL_dy.mean(axis=0)
dL_dA3 = dL_dy @ W4.T
dL_dZ3 = dL_dA3 * (1 - np.tanh(Z3) ** 2)
dL_dW3 = A2.T @ dL_dZ3 / m
dL_db3 = dL_dZ3.mean(axis=0)
dL_dA2 = dL_dZ3 @ W3.T
dL_dZ2 = dL_dA2 * sigmoid_prime(Z2)
dL_dW2 = A1.T @ dL_dZ2 / m
dL_db2 = dL_dZ2.mean(axis=0)
dL_dA1 = dL_dZ2 @ W2.T
dL_dZ1 = dL_dA1 * np.heaviside(Z1, 0)
dL_dW1 = X.T @ dL_dZ1 / m
dL_db1 = dL_dZ1.mean(axis=0)
""",
    "X y W1 b1 W2 b2 W3 b3 W4 b4 Z1 A1 Z2 A2 Z3 A3 y_pred dL_dy dL_dW4 dL_db4 dL_dA3 dL_dZ3 "
    "dL_dW3 dL_db3 dL_dA2 dL_dZ2 dL_dW2 dL_db2 dL_dA1 dL_dZ1 dL_dW1 dL_db1",
    [("dense", 4, "relu"), ("dense", 3, "sigmoid"), ("dense", 3, "tanh"), ("dense", 1, "identity")],
    "squared_error",
    None,
)

# As many samples as inputs and units: every array is square and nothing shows in the shapes.
ALL_SQUARE = Program(
    """
X = rng.standard_normal((4, 4))
Y = rng.standard_normal((4, 4))
W1 = rng.standard_normal((4, 4))
b1 = rng.standard_normal(4)
W2 = rng.standard_normal((4, 4))
b2 = rng.standard_normal(4)
Z1 = X @ W1.T + b1
A1 = np.tanh(Z1)
Z2 = A1 @ W2.T + b2
dZ2 = (Z2 - Y) / 4
dW2 = dZ2.T @ A1
db2 = dZ2.sum(axis=0)
dA1 = dZ2 @ W2
dZ1 = dA1 / np.cosh(Z1) ** 2
dW1 = dZ1.T @ X
db1 = dZ1.sum(axis=0)
W1_new = W1 - 0.1 * dW1
b1_new = b1 - 0.1 * db1
W2_new = W2 - 0.1 * dW2
b2_new = b2 - 0.1 * db2
""",
    "X Y W1 b1 W2 b2 Z1 A1 Z2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 W1_new b1_new W2_new b2_new",
    [("dense", 4, "tanh"), ("dense", 4, "identity")],
    "half_squared_error",
    0.1,
)

WEIGHTS = "X Y W1 b1 W2 b2 "
SPECS: list[tuple[str, Program, str]] = [
    ("ng-all", broken.NG, ""),
    ("ng-gradients", broken.NG, WEIGHTS + "dW1 db1 dW2 db2"),
    ("ng-forward", broken.NG, WEIGHTS + "Z1 A1 Z2 A2"),
    ("ng-updates", broken.NG, WEIGHTS + "W1_new b1_new W2_new b2_new"),
    ("ng-deltas", broken.NG, WEIGHTS + "A1 A2 dZ2 dZ1"),
    ("cs231n-all", broken.CS231N, ""),
    ("cs231n-gradients", broken.CS231N, "X y W b W2 b2 dW db dW2 db2"),
    ("cs231n-backward", broken.CS231N, "X y W b W2 b2 probs dscores dhidden dW2 dW"),
    ("trask-all", broken.TRASK, ""),
    ("trask-weights", broken.TRASK, "l0 y syn0 syn1 syn1_new syn0_new"),
    ("blog-all", broken.BLOG, ""),
    ("blog-deltas", broken.BLOG, "X y wh bh wout bout output E d_output d_hiddenlayer"),
    ("nielsen-all", broken.NIELSEN, ""),
    (
        "nielsen-nablas",
        broken.NIELSEN,
        (
            "x y weights[0] biases[0] weights[1] biases[1] weights[2] biases[2] nabla_w[0] "
            "nabla_w[1] nabla_w[2] nabla_b[0] nabla_b[1] nabla_b[2] new_weights[0]"
        ),
    ),
    ("warmup-all", broken.WARMUP, ""),
    ("warmup-gradients", broken.WARMUP, "x y w1 b1 w2 b2 grad_w1 grad_w2 w1_new w2_new"),
    ("module-all", broken.MODULE, ""),
    (
        "module-gradients",
        broken.MODULE,
        (
            "x labels fc1.weight fc1.bias fc2.weight fc2.bias fc1.weight.grad fc1.bias.grad "
            "fc2.weight.grad fc2.bias.grad"
        ),
    ),
    ("deep-all", broken.DEEP, ""),
    (
        "deep-gradients",
        broken.DEEP,
        (
            'X Y W1 b1 W2 b2 W3 b3 W4 b4 AL grads["dW4"] grads["db4"] grads["dW3"] grads["dW2"] '
            'grads["dW1"]'
        ),
    ),
    ("jacobian-all", broken.JACOBIAN, ""),
    ("jacobian-gradients", broken.JACOBIAN, "X T W1 b1 W2 b2 A2 dL_dA2 dL_dZ2 dL_dW1 dL_db1"),
    ("digits-all", broken.DIGITS, ""),
    ("digits-gradients", broken.DIGITS, WEIGHTS + "W3 b3 dW3 db3 dW2 db2 dW1 db1"),
    ("regression-all", broken.REGRESSION, ""),
    ("regression-gradients", broken.REGRESSION, "X target W1 b1 W2 b2 dW1 db1 dW2 db2"),
    ("flat-all", broken.FLAT, ""),
    ("flat-gradients", broken.FLAT, "X y W1 b1 W2 b2 dW2 db2 dW1 db1"),
    ("net-out-all", broken.NET_OUT, ""),
    ("net-out-updates", broken.NET_OUT, "inputs target w1 b1 w2 b2 out1 out2 w1_new w2_new"),
    ("softcol-all", broken.SOFTCOL, ""),
    ("softcol-gradients", broken.SOFTCOL, WEIGHTS + "dW2 db2 dW1 db1"),
    ("xor-all", broken.XOR, ""),
    ("xor-gradients", broken.XOR, WEIGHTS + "dW2 db2 dW1 db1"),
    ("linear-all", broken.LINEAR, ""),
    ("linear-gradients", broken.LINEAR, WEIGHTS + "W3 b3 dW3 db3 dW2 db2 dW1 db1"),
    ("loop-second-step", broken.LOOP, ""),
    ("loop-gradients", broken.LOOP, WEIGHTS + "W1.grad b1.grad W2.grad b2.grad"),
    ("logistic-all", LOGISTIC, ""),
    ("logistic-gradients", LOGISTIC, "X Y w b dw db"),
    ("softmax-regression-all", SOFTMAX_REGRESSION, ""),
    ("softmax-regression-gradients", SOFTMAX_REGRESSION, "X y W b dW db"),
    ("columns-in-out-all", COLUMNS_IN_OUT, ""),
    ("columns-in-out-gradients", COLUMNS_IN_OUT, WEIGHTS + "dW2 db2 dW1 db1"),
    ("relu-at-zero-all", RELU_AT_ZERO, ""),
    ("relu-at-zero-gradients", RELU_AT_ZERO, WEIGHTS + "grad_W1 grad_b1 grad_W2 grad_b2"),
    ("target-minus-output-all", TARGET_MINUS_OUTPUT, ""),
    ("target-minus-output-updates", TARGET_MINUS_OUTPUT, "x t W1 b1 W2 b2 W1_new W2_new"),
    ("sample-loop", SAMPLE_LOOP, ""),
    ("boolean-all", BOOLEAN, ""),
    ("boolean-gradients", BOOLEAN, "X y W1 b1 W2 b2 W1.grad b1.grad W2.grad b2.grad"),
    ("mixed-all", MIXED, ""),
    (
        "mixed-gradients",
        MIXED,
        "X y W1 b1 W2 b2 W3 b3 W4 b4 dL_dW4 dL_db4 dL_dW3 dL_db3 dL_dW2 dL_db2 dL_dW1 dL_db1",
    ),
    ("all-square-all", ALL_SQUARE, ""),
    ("all-square-gradients", ALL_SQUARE, WEIGHTS + "dW2 db2 dW1 db1"),
]

RIGHT: list[Case] = [
    make_case(f"right-{name}", program, {}, "", "no mistake", keep) for name, program, keep in SPECS
]

"""Broken backpropagation programs as students write them.

Each program is kept once, as the text the student would have in a notebook.  A broken case is
that text with one or two lines replaced by what was written by mistake, so that the right
program is always at hand (`Program.text`) and the difference is visible in the case itself.

Losses are meant per sample and averaged over (or summed over, where the program has no 1/m) the
samples: `squared_error` is the sum over the output units of (a - y)^2, `half_squared_error` half
of it, `mean_squared_error` the mean over samples *and* output units.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Arrays = dict[str, np.ndarray]
Layers = list[tuple[str, int, str]]


@dataclass(frozen=True)
class Case:
    """One program: what it computes, how to run it, and where it goes wrong first."""

    name: str
    layers: Layers
    loss: str
    learning_rate: float | None
    run: Callable[[np.random.Generator], Arrays]
    first_wrong: tuple[str, ...]
    cause: str


@dataclass(frozen=True)
class Program:
    """A right program: its text and the arrays it returns, as `name` or `name=variable`."""

    text: str
    returns: str
    layers: Layers
    loss: str
    learning_rate: float | None


def sigmoid(z: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-z)))


def sigmoid_prime(z: np.ndarray) -> np.ndarray:
    return np.asarray(sigmoid(z) * (1 - sigmoid(z)))


def relu(z: np.ndarray) -> np.ndarray:
    return np.asarray(np.maximum(0, z))


def softmax(z: np.ndarray, axis: int = 1) -> np.ndarray:
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


HELPERS = {
    "np": np,
    "sigmoid": sigmoid,
    "sigmoid_prime": sigmoid_prime,
    "relu": relu,
    "softmax": softmax,
}


def returned_names(program: Program) -> dict[str, str]:
    """The returned names in the order of computation, each with the variable that holds it."""
    names = {}
    for token in program.returns.split():
        name, _, variable = token.rpartition("=")
        names[name or variable] = variable
    return names


def execute(text: str, names: dict[str, str], rng: np.random.Generator) -> Arrays:
    """Copies of the named variables as they are at the end of a program."""
    scope = {**HELPERS, "rng": rng}
    exec(text, scope)  # noqa: S102 - the programs of this file
    return {name: np.array(eval(variable, scope)) for name, variable in names.items()}  # noqa: S307


def mistaken_text(program: Program, swaps: dict[str, str]) -> str:
    """The text with each right line replaced by the mistaken one."""
    text = program.text
    for right, wrong in swaps.items():
        if text.count(right) != 1:
            raise ValueError(f"{right!r} occurs {text.count(right)} times")
        text = text.replace(right, wrong)
    return text


def make_case(
    name: str,
    program: Program,
    swaps: dict[str, str],
    first_wrong: str,
    cause: str,
    keep: str = "",
) -> Case:
    """A case from a program, the swapped lines, and the names kept (all of them if empty)."""
    names = returned_names(program)
    if keep:
        names = {kept: names[kept] for kept in keep.split()}
    text = mistaken_text(program, swaps)

    def run(rng: np.random.Generator) -> Arrays:
        return execute(text, names, rng)

    first = tuple(first_wrong.split())
    if not set(first) <= set(names):
        raise ValueError(f"{name}: {set(first) - set(names)} is not returned")
    PARTS[name] = (program, names, text)
    return Case(name, program.layers, program.loss, program.learning_rate, run, first, cause)


PARTS: dict[str, tuple[Program, dict[str, str], str]] = {}


# ---------------------------------------------------------------------------------------------
# The programs
# ---------------------------------------------------------------------------------------------

# Samples in columns, weights (out, in), biases (n, 1), 1/m in dW and db.
NG = Program(
    """
m = int(rng.integers(4, 9))
X = rng.standard_normal((3, m))
Y = rng.integers(0, 2, (1, m))
Y[0, :2] = [0, 1]
W1 = rng.standard_normal((4, 3))
b1 = 0.3 * rng.standard_normal((4, 1))
W2 = rng.standard_normal((1, 4))
b2 = 0.3 * rng.standard_normal((1, 1))
Z1 = np.dot(W1, X) + b1
A1 = np.tanh(Z1)
Z2 = np.dot(W2, A1) + b2
A2 = sigmoid(Z2)
dZ2 = A2 - Y
dW2 = np.dot(dZ2, A1.T) / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dA1 = np.dot(W2.T, dZ2)
dZ1 = dA1 * (1 - A1**2)
dW1 = np.dot(dZ1, X.T) / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
W1_new = W1 - 0.5 * dW1
b1_new = b1 - 0.5 * db1
W2_new = W2 - 0.5 * dW2
b2_new = b2 - 0.5 * db2
""",
    "X Y W1 b1 W2 b2 Z1 A1 Z2 A2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 W1_new b1_new W2_new b2_new",
    [("dense", 4, "tanh"), ("dense", 1, "sigmoid")],
    "binary_cross_entropy",
    0.5,
)

# The small network of the CS231n notes: rows, (in, out), integer labels, 1/m in dscores.
CS231N = Program(
    """
num_examples = int(rng.integers(5, 9))
X = rng.standard_normal((num_examples, 4))
y = rng.integers(0, 3, num_examples)
W = rng.standard_normal((4, 5))
b = 0.3 * rng.standard_normal((1, 5))
W2 = rng.standard_normal((5, 3))
b2 = 0.3 * rng.standard_normal((1, 3))
hidden_pre = np.dot(X, W) + b
hidden_layer = np.maximum(0, hidden_pre)
scores = np.dot(hidden_layer, W2) + b2
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
dscores = probs.copy()
dscores[range(num_examples), y] -= 1
dscores /= num_examples
dW2 = np.dot(hidden_layer.T, dscores)
db2 = np.sum(dscores, axis=0, keepdims=True)
dhidden = np.dot(dscores, W2.T)
dhidden[hidden_layer <= 0] = 0
dW = np.dot(X.T, dhidden)
db = np.sum(dhidden, axis=0, keepdims=True)
W_new = W - 0.1 * dW
b_new = b - 0.1 * db
W2_new = W2 - 0.1 * dW2
b2_new = b2 - 0.1 * db2
""",
    "X y W b W2 b2 hidden_layer scores probs dscores dW2 db2 dhidden dW db "
    "W_new b_new W2_new b2_new",
    [("dense", 5, "relu"), ("dense", 3, "softmax")],
    "cross_entropy",
    0.1,
)

# Eleven lines of Python: target - output, +=, no biases, no 1/m.
TRASK = Program(
    """
m = int(rng.integers(4, 9))
l0 = rng.integers(0, 2, (m, 3))
l0[:, 2] = 1
y = rng.integers(0, 2, (m, 1))
syn0 = 2 * rng.random((3, 4)) - 1
syn1 = 2 * rng.random((4, 1)) - 1
l1 = sigmoid(np.dot(l0, syn0))
l2 = sigmoid(np.dot(l1, syn1))
l2_error = y - l2
l2_delta = l2_error * (l2 * (1 - l2))
l1_error = l2_delta.dot(syn1.T)
l1_delta = l1_error * (l1 * (1 - l1))
syn1_new = syn1 + 0.5 * l1.T.dot(l2_delta)
syn0_new = syn0 + 0.5 * l0.T.dot(l1_delta)
""",
    "l0 y syn0 syn1 l1 l2 l2_error l2_delta l1_error l1_delta syn1_new syn0_new",
    [("dense", 4, "sigmoid"), ("dense", 1, "sigmoid")],
    "half_squared_error",
    0.5,
)

# "Neural network from scratch" blog: y - output, +=, slopes as arrays of their own.
BLOG = Program(
    """
X = rng.integers(0, 2, (int(rng.integers(3, 8)), 4))
X[0] = 1
y = rng.integers(0, 2, (len(X), 1))
lr = 0.1
wh = rng.uniform(-1, 1, (4, 3))
bh = rng.uniform(-1, 1, (1, 3))
wout = rng.uniform(-1, 1, (3, 1))
bout = rng.uniform(-1, 1, (1, 1))
hidden_layer_input = np.dot(X, wh) + bh
hiddenlayer_activations = sigmoid(hidden_layer_input)
output_layer_input = np.dot(hiddenlayer_activations, wout) + bout
output = sigmoid(output_layer_input)
E = y - output
slope_output_layer = output * (1 - output)
slope_hidden_layer = hiddenlayer_activations * (1 - hiddenlayer_activations)
d_output = E * slope_output_layer
Error_at_hidden_layer = d_output.dot(wout.T)
d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer
wout_new = wout + hiddenlayer_activations.T.dot(d_output) * lr
bout_new = bout + np.sum(d_output, axis=0, keepdims=True) * lr
wh_new = wh + X.T.dot(d_hiddenlayer) * lr
bh_new = bh + np.sum(d_hiddenlayer, axis=0, keepdims=True) * lr
""",
    "X y wh bh wout bout hidden_layer_input hiddenlayer_activations output_layer_input output E "
    "slope_output_layer slope_hidden_layer d_output Error_at_hidden_layer d_hiddenlayer wout_new "
    "bout_new wh_new bh_new",
    [("dense", 3, "sigmoid"), ("dense", 1, "sigmoid")],
    "half_squared_error",
    0.1,
)

# Nielsen's book, with a whole mini-batch in columns: sums in nabla, eta/m in the update.
NIELSEN = Program(
    """
m = int(rng.integers(3, 9))
x = rng.standard_normal((3, m))
y = np.eye(2)[rng.integers(0, 2, m)].T
w0 = rng.standard_normal((4, 3))
w1 = rng.standard_normal((4, 4))
w2 = rng.standard_normal((2, 4))
b0 = rng.standard_normal((4, 1))
b1 = rng.standard_normal((4, 1))
b2 = rng.standard_normal((2, 1))
z0 = np.dot(w0, x) + b0
a0 = sigmoid(z0)
z1 = np.dot(w1, a0) + b1
a1 = sigmoid(z1)
z2 = np.dot(w2, a1) + b2
a2 = sigmoid(z2)
delta2 = (a2 - y) * sigmoid_prime(z2)
nw2 = np.dot(delta2, a1.T)
nb2 = delta2.sum(axis=1, keepdims=True)
delta1 = np.dot(w2.T, delta2) * sigmoid_prime(z1)
nw1 = np.dot(delta1, a0.T)
nb1 = delta1.sum(axis=1, keepdims=True)
delta0 = np.dot(w1.T, delta1) * sigmoid_prime(z0)
nw0 = np.dot(delta0, x.T)
nb0 = delta0.sum(axis=1, keepdims=True)
new_w0 = w0 - (3.0 / m) * nw0
new_w1 = w1 - (3.0 / m) * nw1
new_w2 = w2 - (3.0 / m) * nw2
""",
    "x y weights[0]=w0 biases[0]=b0 weights[1]=w1 biases[1]=b1 weights[2]=w2 biases[2]=b2 "
    "zs[0]=z0 activations[1]=a0 zs[1]=z1 activations[2]=a1 zs[2]=z2 activations[3]=a2 "
    "delta_3=delta2 nabla_w[2]=nw2 nabla_b[2]=nb2 delta_2=delta1 nabla_w[1]=nw1 nabla_b[1]=nb1 "
    "delta_1=delta0 nabla_w[0]=nw0 nabla_b[0]=nb0 new_weights[0]=new_w0 new_weights[1]=new_w1 "
    "new_weights[2]=new_w2",
    [("dense", 4, "sigmoid"), ("dense", 4, "sigmoid"), ("dense", 2, "sigmoid")],
    "half_squared_error",
    3.0,
)

# The NumPy warm-up of the PyTorch tutorial, with biases: squared error summed.
WARMUP = Program(
    """
N = int(rng.integers(4, 9))
x = rng.standard_normal((N, 3))
y = rng.standard_normal((N, 2))
w1 = rng.standard_normal((3, 5))
b1 = 0.3 * rng.standard_normal(5)
w2 = rng.standard_normal((5, 2))
b2 = 0.3 * rng.standard_normal(2)
h = x.dot(w1) + b1
h_relu = np.maximum(h, 0)
y_pred = h_relu.dot(w2) + b2
grad_y_pred = 2.0 * (y_pred - y)
grad_w2 = h_relu.T.dot(grad_y_pred)
grad_b2 = grad_y_pred.sum(axis=0)
grad_h_relu = grad_y_pred.dot(w2.T)
grad_h = grad_h_relu.copy()
grad_h[h < 0] = 0
grad_w1 = x.T.dot(grad_h)
grad_b1 = grad_h.sum(axis=0)
w1_new = w1 - 1e-2 * grad_w1
w2_new = w2 - 1e-2 * grad_w2
""",
    "x y w1 b1 w2 b2 h h_relu y_pred grad_y_pred grad_w2 grad_b2 grad_h_relu grad_h grad_w1 "
    "grad_b1 w1_new w2_new",
    [("dense", 5, "relu"), ("dense", 2, "identity")],
    "squared_error",
    1e-2,
)

# Checking one's own NumPy against a torch.nn module: (out, in) weights, (n,) biases, mean loss.
MODULE = Program(
    """
B = int(rng.integers(3, 8))
x = rng.standard_normal((B, 4)).astype(np.float32)
labels = rng.integers(0, 3, B)
w1 = rng.uniform(-1, 1, (5, 4)).astype(np.float32)
b1 = rng.uniform(-0.5, 0.5, 5).astype(np.float32)
w2 = rng.uniform(-1, 1, (3, 5)).astype(np.float32)
b2 = rng.uniform(-0.5, 0.5, 3).astype(np.float32)
z1 = x @ w1.T + b1
h1 = np.tanh(z1)
logits = h1 @ w2.T + b2
probs = softmax(logits)
onehot = np.eye(3, dtype=np.float32)[labels]
dlogits = (probs - onehot) / B
gw2 = dlogits.T @ h1
gb2 = dlogits.sum(0)
dh1 = dlogits @ w2
dz1 = dh1 * (1 - h1**2)
gw1 = dz1.T @ x
gb1 = dz1.sum(0)
""",
    "x labels fc1.weight=w1 fc1.bias=b1 fc2.weight=w2 fc2.bias=b2 z1 h1 logits probs "
    "logits.grad=dlogits fc2.weight.grad=gw2 fc2.bias.grad=gb2 h1.grad=dh1 z1.grad=dz1 "
    "fc1.weight.grad=gw1 fc1.bias.grad=gb1",
    [("dense", 5, "tanh"), ("dense", 3, "softmax")],
    "cross_entropy",
    None,
)

# Course assignment "deep neural network step by step": caches and a dictionary of gradients.
DEEP = Program(
    """
m = int(rng.integers(5, 9))
X = rng.standard_normal((4, m))
Y = rng.integers(0, 2, (1, m))
Y[0, :2] = [0, 1]
W1 = rng.standard_normal((5, 4))
b1 = 0.5 * rng.standard_normal((5, 1))
W2 = rng.standard_normal((5, 5))
b2 = 0.5 * rng.standard_normal((5, 1))
W3 = rng.standard_normal((3, 5))
b3 = 0.5 * rng.random((3, 1))
W4 = 0.5 * rng.standard_normal((1, 3))
b4 = np.zeros((1, 1))
Z1 = W1 @ X + b1
A1 = relu(Z1)
Z2 = W2 @ A1 + b2
A2 = relu(Z2)
Z3 = W3 @ A2 + b3
A3 = np.tanh(Z3)
Z4 = W4 @ A3 + b4
A4 = sigmoid(Z4)
dA4 = -(np.divide(Y, A4) - np.divide(1 - Y, 1 - A4))
dZ4 = dA4 * A4 * (1 - A4)
dW4 = 1 / m * dZ4 @ A3.T
db4 = 1 / m * np.sum(dZ4, axis=1, keepdims=True)
dA3 = W4.T @ dZ4
dZ3 = dA3 * (1 - np.power(A3, 2))
dW3 = 1 / m * dZ3 @ A2.T
db3 = 1 / m * np.sum(dZ3, axis=1, keepdims=True)
dA2 = W3.T @ dZ3
dZ2 = np.array(dA2, copy=True)
dZ2[Z2 <= 0] = 0
dW2 = 1 / m * dZ2 @ A1.T
db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
dA1 = W2.T @ dZ2
dZ1 = np.array(dA1, copy=True)
dZ1[Z1 <= 0] = 0
dW1 = 1 / m * dZ1 @ X.T
db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
""",
    "X Y W1 b1 W2 b2 W3 b3 W4 b4 Z1 A1 Z2 A2 Z3 A3 Z4 AL=A4 dAL=dA4 dZ4 "
    'grads["dW4"]=dW4 grads["db4"]=db4 grads["dA3"]=dA3 dZ3 grads["dW3"]=dW3 grads["db3"]=db3 '
    'grads["dA2"]=dA2 dZ2 grads["dW2"]=dW2 grads["db2"]=db2 grads["dA1"]=dA1 dZ1 '
    'grads["dW1"]=dW1 grads["db1"]=db1',
    [("dense", 5, "relu"), ("dense", 5, "relu"), ("dense", 3, "tanh"), ("dense", 1, "sigmoid")],
    "binary_cross_entropy",
    None,
)

# Softmax and cross-entropy not fused, rows, sigmoid hidden layer.
JACOBIAN = Program(
    """
n = int(rng.integers(3, 8))
X = rng.standard_normal((n, 3))
T = np.eye(4)[rng.integers(0, 4, n)]
T[1] = T[0]
W1 = rng.standard_normal((3, 5))
b1 = rng.standard_normal((1, 5))
W2 = rng.standard_normal((5, 4))
b2 = rng.standard_normal((1, 4))
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
A2 = softmax(Z2)
dL_dA2 = -T / A2 / n
dL_dZ2 = A2 * (dL_dA2 - (dL_dA2 * A2).sum(axis=1, keepdims=True))
dL_dW2 = A1.T @ dL_dZ2
dL_db2 = dL_dZ2.sum(axis=0, keepdims=True)
dL_dA1 = dL_dZ2 @ W2.T
dL_dZ1 = dL_dA1 * A1 * (1 - A1)
dL_dW1 = X.T @ dL_dZ1
dL_db1 = dL_dZ1.sum(axis=0, keepdims=True)
W1_new = W1 - 0.2 * dL_dW1
b1_new = b1 - 0.2 * dL_db1
W2_new = W2 - 0.2 * dL_dW2
b2_new = b2 - 0.2 * dL_db2
""",
    "X T W1 b1 W2 b2 Z1 A1 Z2 A2 dL_dA2 dL_dZ2 dL_dW2 dL_db2 dL_dA1 dL_dZ1 dL_dW1 dL_db1 "
    "W1_new b1_new W2_new b2_new",
    [("dense", 5, "sigmoid"), ("dense", 4, "softmax")],
    "cross_entropy",
    0.2,
)

# Two hidden layers with a square matrix between them, rows, one-hot integers.
DIGITS = Program(
    """
m = int(rng.integers(6, 9))
X = rng.standard_normal((m, 5))
Y = np.eye(3, dtype=int)[rng.integers(0, 3, m)]
W1 = rng.standard_normal((5, 4))
b1 = 0.4 * rng.standard_normal(4)
W2 = rng.standard_normal((4, 4))
b2 = rng.random(4)
W3 = rng.standard_normal((4, 3))
b3 = -rng.random(3)
z1 = X @ W1 + b1
h1 = np.tanh(z1)
z2 = h1 @ W2 + b2
h2 = relu(z2)
logits = h2 @ W3 + b3
y_hat = softmax(logits)
dz3 = y_hat - Y
dW3 = h2.T @ dz3 / m
db3 = dz3.mean(axis=0)
dh2 = dz3 @ W3.T
dz2 = dh2 * (z2 > 0)
dW2 = h1.T @ dz2 / m
db2 = dz2.mean(axis=0)
dh1 = dz2 @ W2.T
dz1 = dh1 * (1 - h1**2)
dW1 = X.T @ dz1 / m
db1 = dz1.mean(axis=0)
W1_new = W1 - 0.3 * dW1
W2_new = W2 - 0.3 * dW2
W3_new = W3 - 0.3 * dW3
""",
    "X Y W1 b1 W2 b2 W3 b3 z1 h1 z2 h2 logits y_hat dz3 dW3 db3 dh2 dz2 dW2 db2 dh1 dz1 dW1 db1 "
    "W1_new W2_new W3_new",
    [("dense", 4, "tanh"), ("dense", 4, "relu"), ("dense", 3, "softmax")],
    "cross_entropy",
    0.3,
)

# Regression in float32, mean over samples and outputs.
REGRESSION = Program(
    """
m = int(rng.integers(4, 9))
X = rng.standard_normal((m, 2)).astype("float32")
target = rng.standard_normal((m, 2)).astype("float32")
W1 = rng.standard_normal((2, 4)).astype("float32")
b1 = rng.standard_normal((1, 4)).astype("float32")
W2 = rng.standard_normal((4, 2)).astype("float32")
b2 = rng.standard_normal((1, 2)).astype("float32")
Z1 = X @ W1 + b1
A1 = np.tanh(Z1)
pred = A1 @ W2 + b2
dpred = 2 * (pred - target) / target.size
dW2 = A1.T @ dpred
db2 = dpred.sum(axis=0, keepdims=True)
dA1 = dpred @ W2.T
dZ1 = dA1 * (1 - A1 * A1)
dW1 = X.T @ dZ1
db1 = dZ1.sum(axis=0, keepdims=True)
W1_new = W1 - 0.05 * dW1
b1_new = b1 - 0.05 * db1
W2_new = W2 - 0.05 * dW2
b2_new = b2 - 0.05 * db2
""",
    "X target W1 b1 W2 b2 Z1 A1 pred dpred dW2 db2 dA1 dZ1 dW1 db1 W1_new b1_new W2_new b2_new",
    [("dense", 4, "tanh"), ("dense", 2, "identity")],
    "mean_squared_error",
    0.05,
)

# Labels as a flat vector, made a column by hand.
FLAT = Program(
    """
m = int(rng.integers(4, 8))
X = rng.standard_normal((m, 2))
y = rng.integers(0, 2, m)
y[:2] = [0, 1]
W1 = rng.standard_normal((2, 3))
b1 = 0.3 * rng.standard_normal(3)
W2 = rng.standard_normal((3, 1))
b2 = 0.3 * rng.standard_normal(1)
z1 = X @ W1 + b1
a1 = sigmoid(z1)
z2 = a1 @ W2 + b2
p = sigmoid(z2)
dz2 = (p - y.reshape(-1, 1)) / m
dW2 = a1.T @ dz2
db2 = dz2.sum(axis=0)
da1 = dz2 @ W2.T
dz1 = da1 * a1 * (1 - a1)
dW1 = X.T @ dz1
db1 = dz1.sum(axis=0)
""",
    "X y W1 b1 W2 b2 z1 a1 z2 p dz2 dW2 db2 da1 dz1 dW1 db1",
    [("dense", 3, "sigmoid"), ("dense", 1, "sigmoid")],
    "binary_cross_entropy",
    None,
)

# net / out notation, 1/m already in the output delta.
NET_OUT = Program(
    """
m = int(rng.integers(3, 8))
inputs = rng.random((m, 2))
target = rng.random((m, 2))
w1 = rng.standard_normal((2, 3))
b1 = rng.standard_normal((1, 3))
w2 = rng.standard_normal((3, 2))
b2 = rng.standard_normal((1, 2))
net1 = inputs @ w1 + b1
out1 = sigmoid(net1)
net2 = out1 @ w2 + b2
out2 = sigmoid(net2)
delta_2 = (out2 - target) * out2 * (1 - out2) / m
grad_w2 = out1.T @ delta_2
grad_b2 = delta_2.sum(axis=0, keepdims=True)
delta_1 = (delta_2 @ w2.T) * out1 * (1 - out1)
grad_w1 = inputs.T @ delta_1
grad_b1 = delta_1.sum(axis=0, keepdims=True)
w1_new = w1 - 0.5 * grad_w1
b1_new = b1 - 0.5 * grad_b1
w2_new = w2 - 0.5 * grad_w2
b2_new = b2 - 0.5 * grad_b2
""",
    "inputs target w1 b1 w2 b2 net1 out1 net2 out2 delta_2 grad_w2 grad_b2 delta_1 grad_w1 "
    "grad_b1 w1_new b1_new w2_new b2_new",
    [("dense", 3, "sigmoid"), ("dense", 2, "sigmoid")],
    "half_squared_error",
    0.5,
)

# Softmax over columns, boolean one-hot labels, ReLU mask from A.
SOFTCOL = Program(
    """
m = int(rng.integers(4, 9))
X = rng.standard_normal((3, m))
Y = np.eye(4, dtype=bool)[:, rng.integers(0, 4, m)]
W1 = rng.standard_normal((5, 3))
b1 = 0.4 * rng.standard_normal((5, 1))
W2 = rng.standard_normal((4, 5))
b2 = 0.4 * rng.standard_normal((4, 1))
Z1 = W1.dot(X) + b1
A1 = relu(Z1)
Z2 = W2.dot(A1) + b2
A2 = softmax(Z2, axis=0)
dZ2 = A2 - Y
dW2 = 1 / m * dZ2.dot(A1.T)
db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
dZ1 = W2.T.dot(dZ2) * (A1 > 0)
dW1 = 1 / m * dZ1.dot(X.T)
db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
W1_new = W1 - 0.1 * dW1
b1_new = b1 - 0.1 * db1
W2_new = W2 - 0.1 * dW2
b2_new = b2 - 0.1 * db2
""",
    "X Y W1 b1 W2 b2 Z1 A1 Z2 A2 dZ2 dW2 db2 dZ1 dW1 db1 W1_new b1_new W2_new b2_new",
    [("dense", 5, "relu"), ("dense", 4, "softmax")],
    "cross_entropy",
    0.1,
)

# XOR with unsigned labels and whole-number weights typed in by hand.
XOR = Program(
    """
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0], [1], [1], [0]], dtype=np.uint8)
W1 = rng.integers(-3, 4, (2, 3))
b1 = rng.integers(-1, 2, (1, 3))
W2 = rng.integers(1, 3, (3, 1))
b2 = rng.integers(-1, 2, (1, 1))
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
A2 = sigmoid(Z2)
dA2 = (A2 - Y) / (A2 * (1 - A2)) / 4
dZ2 = dA2 * A2 * (1 - A2)
dW2 = A1.T @ dZ2
db2 = dZ2.sum(axis=0, keepdims=True)
dA1 = dZ2 @ W2.T
dZ1 = dA1 * A1 * (1 - A1)
dW1 = X.T @ dZ1
db1 = dZ1.sum(axis=0, keepdims=True)
W2_new = W2 - 1.0 * dW2
W1_new = W1 - 1.0 * dW1
""",
    "X Y W1 b1 W2 b2 Z1 A1 Z2 A2 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 W2_new W1_new",
    [("dense", 3, "sigmoid"), ("dense", 1, "sigmoid")],
    "binary_cross_entropy",
    1.0,
)

# A linear network: every layer the identity, samples in rows, square matrices.
LINEAR = Program(
    """
m = int(rng.integers(3, 9))
X = rng.standard_normal((m, 3))
Y = rng.standard_normal((m, 1))
W1 = rng.standard_normal((3, 3))
b1 = rng.standard_normal(3)
W2 = rng.standard_normal((3, 3))
b2 = rng.standard_normal(3)
W3 = rng.standard_normal((3, 1))
b3 = rng.standard_normal(1)
H1 = X @ W1 + b1
H2 = H1 @ W2 + b2
Yhat = H2 @ W3 + b3
dYhat = 2 / m * (Yhat - Y)
dW3 = H2.T @ dYhat
db3 = dYhat.sum(axis=0)
dH2 = dYhat @ W3.T
dW2 = H1.T @ dH2
db2 = dH2.sum(axis=0)
dH1 = dH2 @ W2.T
dW1 = X.T @ dH1
db1 = dH1.sum(axis=0)
""",
    "X Y W1 b1 W2 b2 W3 b3 H1 H2 Yhat dYhat dW3 db3 dH2 dW2 db2 dH1 dW1 db1",
    [("dense", 3, "identity"), ("dense", 3, "identity"), ("dense", 1, "identity")],
    "mean_squared_error",
    None,
)

# Two steps of training in a loop; what is returned belongs to the second step.
LOOP = Program(
    """
m = int(rng.integers(3, 8))
X = rng.standard_normal((m, 3))
Y = rng.integers(0, 2, (m, 1)).astype(float)
W1 = rng.standard_normal((3, 4))
b1 = np.zeros(4)
W2 = rng.standard_normal((4, 1))
b2 = np.zeros(1)
lr = 0.4
gW1, gb1, gW2, gb2 = (np.zeros_like(p) for p in (W1, b1, W2, b2))
old = {}
for step in range(2):
    W1_start, b1_start, W2_start, b2_start = W1, b1, W2, b2
    z1 = X @ W1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    if not old:
        old = {"a1": a1, "z1": z1, "a2": a2}
    dz2 = (a2 - Y) / m
    gW2 = a1.T @ dz2
    gb2 = dz2.sum(axis=0)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    gW1 = X.T @ dz1
    gb1 = dz1.sum(axis=0)
    W1 = W1 - lr * gW1
    b1 = b1 - lr * gb1
    W2 = W2 - lr * gW2
    b2 = b2 - lr * gb2
""",
    "X Y W1=W1_start b1=b1_start W2=W2_start b2=b2_start z1 a1 z2 a2 dz2 W2.grad=gW2 b2.grad=gb2 "
    "dz1 W1.grad=gW1 b1.grad=gb1 W1_new=W1 b1_new=b1 W2_new=W2 b2_new=b2",
    [("dense", 4, "tanh"), ("dense", 1, "sigmoid")],
    "binary_cross_entropy",
    0.4,
)

# Weight decay in the gradients of the weights (lam is returned), half the squared error.
DECAY = Program(
    """
m = int(rng.integers(3, 8))
lam = 0.1
lr = 0.2
X = rng.standard_normal((3, m))
Y = rng.standard_normal((2, m))
W1 = rng.standard_normal((4, 3))
b1 = rng.standard_normal((4, 1))
W2 = rng.standard_normal((2, 4))
b2 = rng.standard_normal((2, 1))
Z1 = W1 @ X + b1
A1 = relu(Z1)
A2 = W2 @ A1 + b2
dZ2 = (A2 - Y) / m
dW2 = dZ2 @ A1.T + lam * W2
db2 = dZ2.sum(axis=1, keepdims=True)
dZ1 = (W2.T @ dZ2) * (Z1 > 0)
dW1 = dZ1 @ X.T + lam * W1
db1 = dZ1.sum(axis=1, keepdims=True)
W1_new = W1 - lr * dW1
b1_new = b1 - lr * db1
W2_new = W2 - lr * dW2
b2_new = b2 - lr * db2
""",
    "lam X Y W1 b1 W2 b2 Z1 A1 A2 dZ2 dW2 db2 dZ1 dW1 db1 W1_new b1_new W2_new b2_new",
    [("dense", 4, "relu"), ("dense", 2, "identity")],
    "half_squared_error",
    0.2,
)


# Momentum on the weights; the velocities before the step are given.
MOMENTUM = Program(
    NG.text.replace("W1_new = W1 - 0.5 * dW1", "vW1 = 0.9 * vW1_old + dW1\nW1_new = W1 - 0.5 * vW1")
    .replace("W2_new = W2 - 0.5 * dW2", "vW2 = 0.9 * vW2_old + dW2\nW2_new = W2 - 0.5 * vW2")
    .replace(
        "Z1 = np.dot",
        "vW1_old = rng.standard_normal(W1.shape)\n"
        "vW2_old = rng.standard_normal(W2.shape)\nZ1 = np.dot",
    ),
    "X Y W1 b1 W2 b2 vW1_old vW2_old Z1 A1 Z2 A2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 vW1 W1_new vW2 W2_new",
    NG.layers,
    NG.loss,
    NG.learning_rate,
)

# ---------------------------------------------------------------------------------------------
# The cases
# ---------------------------------------------------------------------------------------------

NG_GRADIENTS = "X Y W1 b1 W2 b2 dW1 db1 dW2 db2"

NG_CASES = [
    make_case(
        "ng-output-sign",
        NG,
        {"dZ2 = A2 - Y": "dZ2 = Y - A2"},
        "dZ2 W1_new b1_new W2_new b2_new",
        "y - a in the output delta, yet gradient descent with minus",
    ),
    make_case(
        "ng-update-plus",
        NG,
        {"W1_new = W1 - 0.5": "W1_new = W1 + 0.5"},
        "W1_new",
        "update of W1 with + instead of -",
    ),
    make_case(
        "ng-db2-no-m",
        NG,
        {
            "db2 = np.sum(dZ2, axis=1, keepdims=True) / m": (
                "db2 = np.sum(dZ2, axis=1, keepdims=True)"
            ),
        },
        "db2",
        "1/m left out of db2 while dW2 has it",
    ),
    make_case(
        "ng-both-db-no-m",
        NG,
        {
            "db2 = np.sum(dZ2, axis=1, keepdims=True) / m": (
                "db2 = np.sum(dZ2, axis=1, keepdims=True)"
            ),
            "db1 = np.sum(dZ1, axis=1, keepdims=True) / m": (
                "db1 = np.sum(dZ1, axis=1, keepdims=True)"
            ),
        },
        "db1 db2",
        "1/m left out of both bias gradients",
        NG_GRADIENTS,
    ),
    make_case(
        "ng-dw1-no-m",
        NG,
        {"dW1 = np.dot(dZ1, X.T) / m": "dW1 = np.dot(dZ1, X.T)"},
        "dW1",
        "1/m left out of dW1 only",
        NG_GRADIENTS,
    ),
    make_case(
        "ng-m-twice",
        NG,
        {"dZ2 = A2 - Y": "dZ2 = (A2 - Y) / m"},
        "dW2 db2",
        "1/m in dZ2 and again in dW and db",
    ),
    make_case(
        "ng-tanh-slope-of-z",
        NG,
        {"dZ1 = dA1 * (1 - A1**2)": "dZ1 = dA1 * (1 - Z1**2)"},
        "dZ1",
        "slope of tanh taken as 1 - Z1^2",
    ),
    make_case(
        "ng-tanh-slope-of-tanh-a",
        NG,
        {"dZ1 = dA1 * (1 - A1**2)": "dZ1 = dA1 * (1 - np.tanh(A1) ** 2)"},
        "dW1 db1",
        "tanh applied again to A1 in its slope",
        NG_GRADIENTS,
    ),
    make_case(
        "ng-tanh-slope-not-squared",
        NG,
        {"dZ1 = dA1 * (1 - A1**2)": "dZ1 = dA1 * (1 - A1)"},
        "dZ1",
        "slope of tanh as 1 - A1, square forgotten",
    ),
    make_case(
        "ng-slope-sigmoid-for-tanh",
        NG,
        {"dZ1 = dA1 * (1 - A1**2)": "dZ1 = dA1 * A1 * (1 - A1)"},
        "dZ1",
        "slope of the sigmoid used for the tanh layer",
    ),
    make_case(
        "ng-slope-left-out",
        NG,
        {"dZ1 = dA1 * (1 - A1**2)": "dZ1 = dA1"},
        "dZ1",
        "slope of the hidden layer left out",
    ),
    make_case(
        "ng-sigmoid-slope-on-bce",
        NG,
        {"dZ2 = A2 - Y": "dZ2 = (A2 - Y) * A2 * (1 - A2)"},
        "dZ2",
        "sigmoid slope multiplied onto a - y of the fused binary cross-entropy",
    ),
    make_case(
        "ng-sigmoid-slope-on-bce-grads-only",
        NG,
        {"dZ2 = A2 - Y": "dZ2 = (A2 - Y) * A2 * (1 - A2)"},
        "dW2 db2 dW1 db1",
        "sigmoid slope multiplied onto a - y of the fused binary cross-entropy",
        NG_GRADIENTS,
    ),
    make_case(
        "ng-db1-over-units",
        NG,
        {"db1 = np.sum(dZ1, axis=1, keepdims=True)": "db1 = np.sum(dZ1, axis=0, keepdims=True)"},
        "db1",
        "db1 summed over the units instead of the samples",
    ),
    make_case(
        "ng-db1-keepdims",
        NG,
        {"db1 = np.sum(dZ1, axis=1, keepdims=True)": "db1 = np.sum(dZ1, axis=1)"},
        "b1_new",
        "keepdims forgotten in db1, so b1 - db1 broadcasts to a matrix",
    ),
    make_case(
        "ng-db1-sum-everything",
        NG,
        {"db1 = np.sum(dZ1, axis=1, keepdims=True)": "db1 = np.sum(dZ1)"},
        "db1",
        "db1 summed over everything (axis forgotten)",
        NG_GRADIENTS,
    ),
    make_case(
        "ng-dw2-with-z1",
        NG,
        {"dW2 = np.dot(dZ2, A1.T) / m": "dW2 = np.dot(dZ2, Z1.T) / m"},
        "dW2",
        "dW2 built from Z1 instead of A1",
    ),
    make_case(
        "ng-updated-w2-backward",
        NG,
        {
            "dA1 = np.dot(W2.T, dZ2)": "W2_new = W2 - 0.5 * dW2\ndA1 = np.dot(W2_new.T, dZ2)",
        },
        "dA1",
        "W2 updated before it carries the error back",
    ),
    make_case(
        "ng-updated-w2-backward-grads-only",
        NG,
        {
            "dA1 = np.dot(W2.T, dZ2)": "W2_new = W2 - 0.5 * dW2\ndA1 = np.dot(W2_new.T, dZ2)",
        },
        "dW1 db1",
        "W2 updated before it carries the error back",
        "X Y W1 b1 W2 b2 dW2 db2 dW1 db1 W2_new",
    ),
    make_case(
        "ng-eta-forgotten-b2",
        NG,
        {"b2_new = b2 - 0.5 * db2": "b2_new = b2 - db2"},
        "b2_new",
        "learning rate forgotten in the update of b2",
    ),
    make_case(
        "ng-eta-twice",
        NG,
        {
            "W2_new = W2 - 0.5 * dW2": "W2_new = W2 - 0.5 * (0.5 * dW2)",
            "W1_new = W1 - 0.5 * dW1": "W1_new = W1 - 0.5 * (0.5 * dW1)",
        },
        "W1_new W2_new",
        "learning rate applied twice to the weights",
    ),
    make_case(
        "ng-bias-not-added",
        NG,
        {"Z1 = np.dot(W1, X) + b1": "Z1 = np.dot(W1, X)"},
        "Z1",
        "b1 not added in the forward pass",
    ),
    make_case(
        "ng-hidden-activation-forgotten",
        NG,
        {"A1 = np.tanh(Z1)": "A1 = Z1"},
        "A1",
        "tanh of the hidden layer forgotten",
    ),
    make_case(
        "ng-output-activation-forgotten",
        NG,
        {"A2 = sigmoid(Z2)": "A2 = Z2"},
        "A2",
        "sigmoid of the output forgotten",
    ),
    make_case(
        "ng-z2-from-z1",
        NG,
        {"Z2 = np.dot(W2, A1) + b2": "Z2 = np.dot(W2, Z1) + b2"},
        "Z2",
        "Z2 computed from Z1 instead of A1",
    ),
    make_case(
        "ng-a-minus-a-times-y",
        NG,
        {"dZ2 = A2 - Y": "dZ2 = A2 - A2 * Y"},
        "dZ2",
        "a - a*y instead of a - y",
        "X Y A1 A2 dZ2 dW2 db2",
    ),
    make_case(
        "ng-dw2-divided-by-features",
        NG,
        {"dW2 = np.dot(dZ2, A1.T) / m": "dW2 = np.dot(dZ2, A1.T) / X.shape[0]"},
        "dW2",
        "dW2 divided by the number of features instead of samples",
        NG_GRADIENTS + " A1 A2",
    ),
    make_case(
        "ng-star-for-dot-dw2",
        NG,
        {"dW2 = np.dot(dZ2, A1.T) / m": "dW2 = (dZ2 * A1) / m", "W2_new = W2 - 0.5 * dW2\n": ""},
        "dW2",
        "* for @ in dW2, the samples are not summed",
        "X Y W1 b1 W2 b2 Z1 A1 Z2 A2 dZ2 dW2 db2",
    ),
]

CS231N_GRADIENTS = "X y W b W2 b2 probs dW db dW2 db2"

CS231N_CASES = [
    make_case(
        "cs231n-probs-overwritten",
        CS231N,
        {"dscores = probs.copy()": "dscores = probs"},
        "probs",
        "dscores is probs itself, so probs is overwritten in place",
    ),
    make_case(
        "cs231n-softmax-axis",
        CS231N,
        {"np.sum(exp_scores, axis=1, keepdims=True)": "np.sum(exp_scores, axis=0, keepdims=True)"},
        "probs",
        "softmax normalised over the samples instead of the classes",
    ),
    make_case(
        "cs231n-softmax-over-everything",
        CS231N,
        {"np.sum(exp_scores, axis=1, keepdims=True)": "np.sum(exp_scores)"},
        "probs",
        "softmax divided by the sum over the whole batch",
        CS231N_GRADIENTS,
    ),
    make_case(
        "cs231n-mask-of-gradient",
        CS231N,
        {"dhidden[hidden_layer <= 0] = 0": "dhidden[dhidden <= 0] = 0"},
        "dhidden",
        "ReLU mask taken from the gradient itself",
    ),
    make_case(
        "cs231n-mask-of-gradient-grads-only",
        CS231N,
        {"dhidden[hidden_layer <= 0] = 0": "dhidden[dhidden <= 0] = 0"},
        "dW db",
        "ReLU mask taken from the gradient itself",
        CS231N_GRADIENTS,
    ),
    make_case(
        "cs231n-mask-forgotten",
        CS231N,
        {"dhidden[hidden_layer <= 0] = 0\n": ""},
        "dhidden",
        "ReLU slope left out",
    ),
    make_case(
        "cs231n-fancy-index-all-rows",
        CS231N,
        {"dscores[range(num_examples), y] -= 1": "dscores[:, y] -= 1"},
        "dscores",
        "[:, y] instead of [range(m), y]: 1 taken from whole columns",
    ),
    make_case(
        "cs231n-plus-one",
        CS231N,
        {"dscores[range(num_examples), y] -= 1": "dscores[range(num_examples), y] += 1"},
        "dscores",
        "p + y instead of p - y",
        "X y scores probs dscores dW2 db2 dhidden dW db",
    ),
    make_case(
        "cs231n-m-twice",
        CS231N,
        {
            "dW2 = np.dot(hidden_layer.T, dscores)": (
                "dW2 = np.dot(hidden_layer.T, dscores) / num_examples"
            ),
        },
        "dW2",
        "1/m once more in dW2",
    ),
    make_case(
        "cs231n-db2-mean",
        CS231N,
        {"np.sum(dscores, axis=0, keepdims=True)": "np.mean(dscores, axis=0, keepdims=True)"},
        "db2",
        "mean instead of sum in db2 although dscores already has 1/m",
    ),
    make_case(
        "cs231n-db2-over-classes",
        CS231N,
        {"np.sum(dscores, axis=0, keepdims=True)": "np.sum(dscores, axis=1, keepdims=True)"},
        "db2",
        "db2 summed over the classes (always zero)",
        CS231N_GRADIENTS,
    ),
    make_case(
        "cs231n-dw2-before-relu",
        CS231N,
        {"dW2 = np.dot(hidden_layer.T, dscores)": "dW2 = np.dot(hidden_pre.T, dscores)"},
        "dW2",
        "dW2 built from the hidden layer before the ReLU",
    ),
    make_case(
        "cs231n-softmax-slope-on-the-way-back",
        CS231N,
        {
            "dhidden = np.dot(dscores, W2.T)": (
                "dhidden = np.dot(dscores * probs * (1 - probs), W2.T)"
            ),
        },
        "dhidden",
        "softmax slope p(1 - p) multiplied in on the way back",
    ),
    make_case(
        "cs231n-db-not-summed",
        CS231N,
        {"db = np.sum(dhidden, axis=0, keepdims=True)": "db = dhidden"},
        "db",
        "bias gradient not summed over the samples",
    ),
    make_case(
        "cs231n-update-plus-all",
        CS231N,
        {
            "W_new = W - 0.1 * dW\n": "W_new = W + 0.1 * dW\n",
            "W2_new = W2 - 0.1 * dW2": "W2_new = W2 + 0.1 * dW2",
            "b_new = b - 0.1 * db\n": "b_new = b + 0.1 * db\n",
            "b2_new = b2 - 0.1 * db2": "b2_new = b2 + 0.1 * db2",
        },
        "W_new b_new W2_new b2_new",
        "every update with + (gradient ascent)",
    ),
    make_case(
        "cs231n-relu-output-of-hidden-forgotten",
        CS231N,
        {"hidden_layer = np.maximum(0, hidden_pre)": "hidden_layer = hidden_pre"},
        "hidden_layer",
        "ReLU of the hidden layer forgotten forwards",
    ),
]

TRASK_CASES = [
    make_case(
        "trask-error-instead-of-delta",
        TRASK,
        {"l1_error = l2_delta.dot(syn1.T)": "l1_error = l2_error.dot(syn1.T)"},
        "l1_error",
        "the output error, not the output delta, sent back",
    ),
    make_case(
        "trask-double-sigmoid-output",
        TRASK,
        {"l2_delta = l2_error * (l2 * (1 - l2))": "l2_delta = l2_error * sigmoid_prime(l2)"},
        "l2_delta",
        "sigmoid_prime applied to the activation l2",
    ),
    make_case(
        "trask-double-sigmoid-hidden",
        TRASK,
        {"l1_delta = l1_error * (l1 * (1 - l1))": "l1_delta = l1_error * sigmoid_prime(l1)"},
        "l1_delta",
        "sigmoid_prime applied to the activation l1",
    ),
    make_case(
        "trask-updated-syn1",
        TRASK,
        {
            "l1_error = l2_delta.dot(syn1.T)": (
                "syn1_new = syn1 + 0.5 * l1.T.dot(l2_delta)\nl1_error = l2_delta.dot(syn1_new.T)"
            ),
            "syn1_new = syn1 + 0.5 * l1.T.dot(l2_delta)\nsyn0_new": "syn0_new",
        },
        "l1_error",
        "syn1 updated before the error is sent back through it",
    ),
    make_case(
        "trask-minus-equals",
        TRASK,
        {
            "syn0_new = syn0 + 0.5": "syn0_new = syn0 - 0.5",
            "syn1_new = syn1 + 0.5": "syn1_new = syn1 - 0.5",
        },
        "l2_error syn0_new syn1_new",
        "target - output, yet the update subtracts",
    ),
    make_case(
        "trask-slope-left-out-output",
        TRASK,
        {"l2_delta = l2_error * (l2 * (1 - l2))": "l2_delta = l2_error"},
        "l2_delta",
        "slope of the output left out with the squared error",
    ),
    make_case(
        "trask-slope-of-output-in-hidden",
        TRASK,
        {"l1_delta = l1_error * (l1 * (1 - l1))": "l1_delta = l1_error * (l2 * (1 - l2))"},
        "l1_delta",
        "slope of the output layer used in the hidden layer",
    ),
    make_case(
        "trask-slope-plus",
        TRASK,
        {"l1_delta = l1_error * (l1 * (1 - l1))": "l1_delta = l1_error * l1 * 1 - l1"},
        "l1_delta",
        "brackets forgotten: error * l1 * 1 - l1",
    ),
]

BLOG_CASES = [
    make_case(
        "blog-slope-from-input",
        BLOG,
        {
            "slope_hidden_layer = hiddenlayer_activations * (1 - hiddenlayer_activations)": (
                "slope_hidden_layer = hidden_layer_input * (1 - hidden_layer_input)"
            )
        },
        "slope_hidden_layer",
        "z(1 - z) of the input of the layer as the sigmoid slope",
    ),
    make_case(
        "blog-slope-a-one-minus-z",
        BLOG,
        {
            "slope_output_layer = output * (1 - output)": (
                "slope_output_layer = output * (1 - output_layer_input)"
            )
        },
        "slope_output_layer",
        "sigmoid slope as a(1 - z)",
    ),
    make_case(
        "blog-bh-no-axis",
        BLOG,
        {"np.sum(d_hiddenlayer, axis=0, keepdims=True)": "np.sum(d_hiddenlayer)"},
        "bh_new",
        "bias step summed over samples and units",
    ),
    make_case(
        "blog-sign-of-error",
        BLOG,
        {"E = y - output": "E = output - y"},
        "E wout_new bout_new wh_new bh_new",
        "output - target, yet the update adds",
    ),
    make_case(
        "blog-wout-from-input",
        BLOG,
        {"hiddenlayer_activations.T.dot(d_output)": "hidden_layer_input.T.dot(d_output)"},
        "wout_new",
        "weight step from the layer's input instead of its activation",
        "X y wh bh wout bout hidden_layer_input hiddenlayer_activations output d_output wout_new "
        "bout_new",
    ),
    make_case(
        "blog-lr-forgotten-biases",
        BLOG,
        {
            "np.sum(d_output, axis=0, keepdims=True) * lr": (
                "np.sum(d_output, axis=0, keepdims=True)"
            ),
            "np.sum(d_hiddenlayer, axis=0, keepdims=True) * lr": (
                "np.sum(d_hiddenlayer, axis=0, keepdims=True)"
            ),
        },
        "bout_new bh_new",
        "learning rate forgotten in the biases",
    ),
    make_case(
        "blog-hidden-error-not-slope",
        BLOG,
        {
            "d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer": (
                "d_hiddenlayer = Error_at_hidden_layer"
            ),
        },
        "wh_new bh_new",
        "slope of the hidden layer left out",
        "X y wh bh wout bout output d_output wout_new bout_new wh_new bh_new",
    ),
]

NIELSEN_GRADIENTS = (
    "x y weights[0] biases[0] weights[1] biases[1] weights[2] biases[2] nabla_w[0] nabla_b[0] "
    "nabla_w[1] nabla_b[1] nabla_w[2] nabla_b[2]"
)

NIELSEN_CASES = [
    make_case(
        "nielsen-square-not-transposed",
        NIELSEN,
        {"np.dot(w1.T, delta1)": "np.dot(w1, delta1)"},
        "delta_1",
        "the square W of layer 2 not transposed on the way back",
    ),
    make_case(
        "nielsen-square-not-transposed-grads-only",
        NIELSEN,
        {"np.dot(w1.T, delta1)": "np.dot(w1, delta1)"},
        "nabla_w[0] nabla_b[0]",
        "the square W of layer 2 not transposed on the way back",
        NIELSEN_GRADIENTS,
    ),
    make_case(
        "nielsen-prime-of-activation",
        NIELSEN,
        {"* sigmoid_prime(z1)": "* sigmoid_prime(a1)"},
        "delta_2",
        "sigmoid_prime of the activation instead of z",
    ),
    make_case(
        "nielsen-prime-of-activation-output",
        NIELSEN,
        {"* sigmoid_prime(z2)": "* sigmoid_prime(a2)"},
        "nabla_w[2] nabla_b[2] nabla_w[1] nabla_b[1] nabla_w[0] nabla_b[0]",
        "sigmoid_prime of the activation instead of z, in the output layer",
        NIELSEN_GRADIENTS,
    ),
    make_case(
        "nielsen-prime-of-wrong-layer",
        NIELSEN,
        {"* sigmoid_prime(z0)": "* sigmoid_prime(z1)"},
        "delta_1",
        "slope of hidden layer 2 used for hidden layer 1",
    ),
    make_case(
        "nielsen-activation-of-wrong-layer",
        NIELSEN,
        {"nw1 = np.dot(delta1, a0.T)": "nw1 = np.dot(delta1, a1.T)"},
        "nabla_w[1]",
        "own activation instead of the one before, in nabla_w",
    ),
    make_case(
        "nielsen-cross-entropy-delta",
        NIELSEN,
        {"delta2 = (a2 - y) * sigmoid_prime(z2)": "delta2 = a2 - y"},
        "delta_3",
        "cross-entropy delta used with the squared error: slope left out",
    ),
    make_case(
        "nielsen-slope-skipped-on-the-way",
        NIELSEN,
        {"np.dot(w1.T, delta1)": "np.dot(w1.T, np.dot(w2.T, delta2))"},
        "delta_1",
        "slope of hidden layer 2 left out on the way to hidden layer 1",
    ),
    make_case(
        "nielsen-nabla-b-one-sample",
        NIELSEN,
        {"nb1 = delta1.sum(axis=1, keepdims=True)": "nb1 = delta1[:, -1:]"},
        "nabla_b[1]",
        "nabla_b overwritten in the loop: only the last sample is left",
    ),
    make_case(
        "nielsen-nabla-b-mean",
        NIELSEN,
        {
            "nb0 = delta0.sum(axis=1, keepdims=True)": "nb0 = delta0.mean(axis=1, keepdims=True)",
            "nb1 = delta1.sum(axis=1, keepdims=True)": "nb1 = delta1.mean(axis=1, keepdims=True)",
            "nb2 = delta2.sum(axis=1, keepdims=True)": "nb2 = delta2.mean(axis=1, keepdims=True)",
        },
        "nabla_b[0] nabla_b[1] nabla_b[2] nabla_w[0] nabla_w[1] nabla_w[2]",
        "mean in every bias gradient, sum in the weight gradients",
        NIELSEN_GRADIENTS,
    ),
    make_case(
        "nielsen-factor-two",
        NIELSEN,
        {"delta1 = np.dot(w2.T, delta2)": "delta1 = 2 * np.dot(w2.T, delta2)"},
        "delta_2",
        "factor 2 put in a second time in a hidden layer",
    ),
    make_case(
        "nielsen-bias-not-added-middle",
        NIELSEN,
        {"z1 = np.dot(w1, a0) + b1": "z1 = np.dot(w1, a0)"},
        "zs[1]",
        "bias of hidden layer 2 not added",
    ),
    make_case(
        "nielsen-bias-of-wrong-layer",
        NIELSEN,
        {"z1 = np.dot(w1, a0) + b1": "z1 = np.dot(w1, a0) + b0"},
        "zs[1]",
        "bias of layer 1 added in layer 2",
    ),
    make_case(
        "nielsen-weights-not-transposed-forward",
        NIELSEN,
        {"z1 = np.dot(w1, a0) + b1": "z1 = np.dot(w1.T, a0) + b1"},
        "zs[1]",
        "the square W transposed in the forward pass",
    ),
    make_case(
        "nielsen-nabla-w-transposed",
        NIELSEN,
        {"nw1 = np.dot(delta1, a0.T)": "nw1 = np.dot(a0, delta1.T)"},
        "nabla_w[1]",
        "gradient of a square W transposed",
        NIELSEN_GRADIENTS,
    ),
]

WARMUP_GRADIENTS = "x y w1 b1 w2 b2 grad_w1 grad_b1 grad_w2 grad_b2"

WARMUP_CASES = [
    make_case(
        "warmup-mask-in-place",
        WARMUP,
        {
            "grad_h = grad_h_relu.copy()\ngrad_h[h < 0] = 0": (
                "h[h < 0] = 0\ngrad_h = grad_h_relu * h"
            )
        },
        "h",
        "h clipped in place and multiplied on instead of a 0/1 mask",
    ),
    make_case(
        "warmup-relu-value-for-slope",
        WARMUP,
        {
            "grad_h = grad_h_relu.copy()\ngrad_h[h < 0] = 0": (
                "grad_h = grad_h_relu * np.maximum(h, 0)"
            )
        },
        "grad_h",
        "relu(h) instead of its slope multiplied on",
    ),
    make_case(
        "warmup-mask-inverted",
        WARMUP,
        {"grad_h[h < 0] = 0": "grad_h[h > 0] = 0"},
        "grad_h",
        "ReLU mask the wrong way round",
    ),
    make_case(
        "warmup-mask-inverted-grads-only",
        WARMUP,
        {"grad_h[h < 0] = 0": "grad_h[h > 0] = 0"},
        "grad_w1 grad_b1",
        "ReLU mask the wrong way round",
        WARMUP_GRADIENTS,
    ),
    make_case(
        "warmup-factor-two-left-out",
        WARMUP,
        {"grad_y_pred = 2.0 * (y_pred - y)": "grad_y_pred = y_pred - y"},
        "grad_y_pred",
        "factor 2 of the squared error left out",
    ),
    make_case(
        "warmup-loss-for-gradient",
        WARMUP,
        {"grad_y_pred = 2.0 * (y_pred - y)": "grad_y_pred = 2.0 * np.square(y_pred - y)"},
        "grad_y_pred",
        "the loss itself taken for its gradient",
    ),
    make_case(
        "warmup-relu-on-output-gradient",
        WARMUP,
        {"grad_y_pred = 2.0 * (y_pred - y)": "grad_y_pred = 2.0 * (y_pred - y) * (y_pred > 0)"},
        "grad_y_pred",
        "ReLU mask on the output layer, which is linear",
    ),
    make_case(
        "warmup-w2-from-h",
        WARMUP,
        {"grad_w2 = h_relu.T.dot(grad_y_pred)": "grad_w2 = h.T.dot(grad_y_pred)"},
        "grad_w2",
        "grad_w2 from h before the ReLU",
        WARMUP_GRADIENTS,
    ),
    make_case(
        "warmup-relu-bias-from-unmasked",
        WARMUP,
        {"grad_b1 = grad_h.sum(axis=0)": "grad_b1 = grad_h_relu.sum(axis=0)"},
        "grad_b1",
        "bias gradient from the gradient before the ReLU mask",
    ),
    make_case(
        "warmup-view-not-copy",
        WARMUP,
        {"grad_h = grad_h_relu.copy()": "grad_h = grad_h_relu"},
        "grad_h_relu",
        "no copy: the mask overwrites grad_h_relu as well",
    ),
]

MODULE_GRADIENTS = (
    "x labels fc1.weight fc1.bias fc2.weight fc2.bias fc1.weight.grad fc1.bias.grad "
    "fc2.weight.grad fc2.bias.grad"
)

MODULE_CASES = [
    make_case(
        "module-softmax-before-loss",
        MODULE,
        {"dlogits = (probs - onehot) / B": "dlogits = (softmax(probs) - onehot) / B"},
        "logits.grad",
        "softmax applied twice: the loss was given probabilities instead of logits",
    ),
    make_case(
        "module-softmax-before-loss-grads-only",
        MODULE,
        {"dlogits = (probs - onehot) / B": "dlogits = (softmax(probs) - onehot) / B"},
        "fc1.weight.grad fc1.bias.grad fc2.weight.grad fc2.bias.grad",
        "softmax applied twice: the loss was given probabilities instead of logits",
        MODULE_GRADIENTS,
    ),
    make_case(
        "module-bias-mean-of-everything",
        MODULE,
        {"gb2 = dlogits.sum(0)": "gb2 = dlogits.mean()"},
        "fc2.bias.grad",
        "mean over all entries as bias gradient",
        MODULE_GRADIENTS,
    ),
    make_case(
        "module-slope-on-wrong-side",
        MODULE,
        {"gw2 = dlogits.T @ h1": "gw2 = dlogits.T @ (1 - h1**2)"},
        "fc2.weight.grad",
        "slope of tanh instead of its value in the weight gradient",
    ),
    make_case(
        "module-bias-sum-over-units",
        MODULE,
        {"gb1 = dz1.sum(0)": "gb1 = dz1.sum(1)"},
        "fc1.bias.grad",
        "bias gradient summed over the units",
    ),
    make_case(
        "module-jacobian-onto-fused",
        MODULE,
        {
            "dlogits = (probs - onehot) / B": (
                "dprobs = (probs - onehot) / B\n"
                "dlogits = probs * (dprobs - (dprobs * probs).sum(1, keepdims=True))"
            )
        },
        "logits.grad",
        "softmax Jacobian multiplied onto the already fused p - y",
    ),
    make_case(
        "module-argmax-for-probs",
        MODULE,
        {"dlogits = (probs - onehot) / B": ("dlogits = (np.eye(3)[probs.argmax(1)] - onehot) / B")},
        "logits.grad",
        "the predicted class instead of the probabilities in p - y",
        "x labels fc1.weight fc1.bias fc2.weight fc2.bias logits probs logits.grad "
        "fc2.weight.grad fc2.bias.grad",
    ),
    make_case(
        "module-raw-logits",
        MODULE,
        {"dlogits = (probs - onehot) / B": "dlogits = (logits - onehot) / B"},
        "logits.grad",
        "logits - y instead of p - y",
    ),
]

DEEP_GRADIENTS = (
    'X Y W1 b1 W2 b2 W3 b3 W4 b4 grads["dW4"] grads["db4"] grads["dW3"] grads["db3"] '
    'grads["dW2"] grads["db2"] grads["dW1"] grads["db1"]'
)

DEEP_CASES = [
    make_case(
        "deep-mask-of-other-layer",
        DEEP,
        {"dZ1[Z1 <= 0] = 0": "dZ1[Z2 <= 0] = 0"},
        "dZ1",
        "ReLU mask taken from layer 2 in layer 1",
    ),
    make_case(
        "deep-mask-of-other-layer-grads-only",
        DEEP,
        {"dZ2[Z2 <= 0] = 0": "dZ2[Z1 <= 0] = 0"},
        'grads["dW2"] grads["db2"] grads["dW1"] grads["db1"]',
        "ReLU mask taken from layer 1 in layer 2",
        DEEP_GRADIENTS,
    ),
    make_case(
        "deep-mask-of-gradient",
        DEEP,
        {"dZ2[Z2 <= 0] = 0": "dZ2[dA2 <= 0] = 0"},
        "dZ2",
        "ReLU mask taken from dA2 instead of Z2",
    ),
    make_case(
        "deep-dal-sign",
        DEEP,
        {
            "dA4 = -(np.divide(Y, A4) - np.divide(1 - Y, 1 - A4))": (
                "dA4 = -np.divide(Y, A4) - np.divide(1 - Y, 1 - A4)"
            )
        },
        "dAL",
        "brackets forgotten: the second term of dAL has the wrong sign",
    ),
    make_case(
        "deep-dal-one-term",
        DEEP,
        {"dA4 = -(np.divide(Y, A4) - np.divide(1 - Y, 1 - A4))": "dA4 = -np.divide(Y, A4)"},
        "dAL",
        "only -y/a, the term of the zeros left out",
    ),
    make_case(
        "deep-relu-for-tanh",
        DEEP,
        {"dZ3 = dA3 * (1 - np.power(A3, 2))": "dZ3 = dA3 * (Z3 > 0)"},
        "dZ3",
        "slope of ReLU in the tanh layer",
    ),
    make_case(
        "deep-last-slope-left-out",
        DEEP,
        {"dZ4 = dA4 * A4 * (1 - A4)": "dZ4 = dA4"},
        "dZ4",
        "sigmoid slope left out, dAL used as dZ",
    ),
    make_case(
        "deep-tanh-slope-left-out-grads-only",
        DEEP,
        {"dZ3 = dA3 * (1 - np.power(A3, 2))": "dZ3 = dA3"},
        'grads["dW3"] grads["db3"] grads["dW2"] grads["db2"] grads["dW1"] grads["db1"]',
        "slope of tanh left out in layer 3",
        DEEP_GRADIENTS,
    ),
    make_case(
        "deep-sigmoid-everywhere",
        DEEP,
        {"dZ2 = np.array(dA2, copy=True)\ndZ2[Z2 <= 0] = 0": "dZ2 = dA2 * A2 * (1 - A2)"},
        "dZ2",
        "sigmoid slope used in a ReLU layer",
    ),
    make_case(
        "deep-m-missing-one-layer",
        DEEP,
        {"dW3 = 1 / m * dZ3 @ A2.T": "dW3 = dZ3 @ A2.T"},
        'grads["dW3"]',
        "1/m left out in one layer",
        DEEP_GRADIENTS,
    ),
    make_case(
        "deep-skip-a-layer",
        DEEP,
        {"dW2 = 1 / m * dZ2 @ A1.T": "dW2 = 1 / m * dZ2 @ A2.T"},
        'grads["dW2"]',
        "A2 instead of A1 in dW2",
    ),
    make_case(
        "deep-square-not-transposed",
        DEEP,
        {"dA1 = W2.T @ dZ2": "dA1 = W2 @ dZ2"},
        'grads["dA1"]',
        "square W2 not transposed",
    ),
    make_case(
        "deep-da-without-slope",
        DEEP,
        {"dA2 = W3.T @ dZ3": "dA2 = W3.T @ dA3"},
        'grads["dA2"]',
        "dA3 instead of dZ3 sent back",
    ),
    make_case(
        "deep-relu-skipped-forward",
        DEEP,
        {"Z3 = W3 @ A2 + b3": "Z3 = W3 @ A1 + b3"},
        "Z3",
        "the activation of the layer before last fed forward",
    ),
    make_case(
        "deep-sigmoid-in-hidden",
        DEEP,
        {"A3 = np.tanh(Z3)": "A3 = sigmoid(Z3)"},
        "A3",
        "sigmoid computed in the layer that should be tanh",
    ),
]

JACOBIAN_GRADIENTS = "X T W1 b1 W2 b2 dL_dW2 dL_db2 dL_dW1 dL_db1"

JACOBIAN_CASES = [
    make_case(
        "jacobian-diagonal-only",
        JACOBIAN,
        {
            "dL_dZ2 = A2 * (dL_dA2 - (dL_dA2 * A2).sum(axis=1, keepdims=True))": (
                "dL_dZ2 = dL_dA2 * A2 * (1 - A2)"
            )
        },
        "dL_dZ2",
        "only the diagonal a(1 - a) of the softmax Jacobian",
    ),
    make_case(
        "jacobian-diagonal-only-grads-only",
        JACOBIAN,
        {
            "dL_dZ2 = A2 * (dL_dA2 - (dL_dA2 * A2).sum(axis=1, keepdims=True))": (
                "dL_dZ2 = dL_dA2 * A2 * (1 - A2)"
            )
        },
        "dL_dW2 dL_db2 dL_dW1 dL_db1",
        "only the diagonal a(1 - a) of the softmax Jacobian",
        JACOBIAN_GRADIENTS,
    ),
    make_case(
        "jacobian-wrong-axis",
        JACOBIAN,
        {"(dL_dA2 * A2).sum(axis=1, keepdims=True)": "(dL_dA2 * A2).sum(axis=0, keepdims=True)"},
        "dL_dZ2",
        "sum of the softmax Jacobian over the samples",
    ),
    make_case(
        "jacobian-onto-fused",
        JACOBIAN,
        {"dL_dA2 = -T / A2 / n": "dL_dA2 = (A2 - T) / n"},
        "dL_dA2",
        "p - y taken for dL/dA and the Jacobian multiplied on",
    ),
    make_case(
        "jacobian-one-minus-term",
        JACOBIAN,
        {"dL_dA2 = -T / A2 / n": "dL_dA2 = (-T / A2 + (1 - T) / (1 - A2)) / n"},
        "dL_dA2",
        "binary cross-entropy gradient used for the categorical one",
    ),
    make_case(
        "jacobian-hidden-a-one-minus-z",
        JACOBIAN,
        {"dL_dZ1 = dL_dA1 * A1 * (1 - A1)": "dL_dZ1 = dL_dA1 * A1 * (1 - Z1)"},
        "dL_dZ1",
        "sigmoid slope as A(1 - Z)",
        "X T W1 b1 W2 b2 A1 A2 dL_dZ2 dL_dW2 dL_dZ1 dL_dW1 dL_db1",
    ),
    make_case(
        "jacobian-hidden-slope-tanh",
        JACOBIAN,
        {"dL_dZ1 = dL_dA1 * A1 * (1 - A1)": "dL_dZ1 = dL_dA1 * (1 - A1**2)"},
        "dL_dW1 dL_db1",
        "slope of tanh in the sigmoid layer",
        JACOBIAN_GRADIENTS,
    ),
    make_case(
        "jacobian-lr-in-gradient",
        JACOBIAN,
        {"dL_dW2 = A1.T @ dL_dZ2": "dL_dW2 = 0.2 * A1.T @ dL_dZ2"},
        "dL_dW2",
        "learning rate already multiplied into dW2, and again in the update",
    ),
]

DIGITS_GRADIENTS = "X Y W1 b1 W2 b2 W3 b3 dW1 db1 dW2 db2 dW3 db3"

DIGITS_CASES = [
    make_case(
        "digits-square-not-transposed-grads-only",
        DIGITS,
        {"dh1 = dz2 @ W2.T": "dh1 = dz2 @ W2"},
        "dW1 db1",
        "square W2 not transposed on the way back",
        DIGITS_GRADIENTS,
    ),
    make_case(
        "digits-mask-swapped-with-tanh",
        DIGITS,
        {"dz2 = dh2 * (z2 > 0)": "dz2 = dh2 * (1 - h2**2)"},
        "dz2",
        "slope of tanh in the ReLU layer",
    ),
    make_case(
        "digits-tanh-slope-of-other-layer",
        DIGITS,
        {"dz1 = dh1 * (1 - h1**2)": "dz1 = dh1 * (1 - h2**2)"},
        "dz1",
        "tanh slope computed from the activation of layer 2",
    ),
    make_case(
        "digits-db-sum-dw-mean",
        DIGITS,
        {"db2 = dz2.mean(axis=0)": "db2 = dz2.sum(axis=0)"},
        "db2",
        "sum instead of mean in db2",
    ),
    make_case(
        "digits-dw2-transposed",
        DIGITS,
        {"dW2 = h1.T @ dz2 / m": "dW2 = dz2.T @ h1 / m"},
        "dW2",
        "gradient of the square W2 transposed",
        DIGITS_GRADIENTS,
    ),
    make_case(
        "digits-updated-w3-backward",
        DIGITS,
        {"dh2 = dz3 @ W3.T": "W3_new = W3 - 0.3 * dW3\ndh2 = dz3 @ W3_new.T"},
        "dh2",
        "W3 updated before it carries the error back",
    ),
    make_case(
        "digits-updated-w2-backward",
        DIGITS,
        {"dh1 = dz2 @ W2.T": "W2_new = W2 - 0.3 * dW2\ndh1 = dz2 @ W2_new.T"},
        "dz1",
        "W2 updated before it carries the error back",
        "X Y W1 b1 W2 b2 W3 b3 dz3 dW3 dz2 dW2 dz1 dW1 W2_new",
    ),
    make_case(
        "digits-softmax-axis",
        DIGITS,
        {"y_hat = softmax(logits)": "y_hat = softmax(logits, axis=0)"},
        "y_hat",
        "softmax over the samples",
    ),
    make_case(
        "digits-relu-before-softmax",
        DIGITS,
        {"y_hat = softmax(logits)": "y_hat = softmax(relu(logits))"},
        "y_hat",
        "ReLU applied to the logits before the softmax",
    ),
    make_case(
        "digits-sigmoid-for-softmax",
        DIGITS,
        {"y_hat = softmax(logits)": "y_hat = sigmoid(logits)"},
        "y_hat",
        "sigmoid at the output instead of softmax",
        "X Y W1 b1 W2 b2 W3 b3 logits y_hat dz3 dW3 db3",
    ),
    make_case(
        "digits-eta-forgotten-w2",
        DIGITS,
        {"W2_new = W2 - 0.3 * dW2": "W2_new = W2 - dW2"},
        "W2_new",
        "learning rate forgotten for W2",
    ),
]

REGRESSION_CASES = [
    make_case(
        "regression-factor-two-left-out",
        REGRESSION,
        {"dpred = 2 * (pred - target) / target.size": "dpred = (pred - target) / target.size"},
        "dpred",
        "factor 2 of the squared error left out",
    ),
    make_case(
        "regression-half-too-much",
        REGRESSION,
        {
            "dpred = 2 * (pred - target) / target.size": (
                "dpred = 0.5 * (pred - target) / target.size"
            ),
        },
        "dW2 db2 dW1 db1",
        "half instead of two in the gradient of the squared error",
        "X target W1 b1 W2 b2 pred dW1 db1 dW2 db2",
    ),
    make_case(
        "regression-tanh-slope-on-output",
        REGRESSION,
        {
            "dpred = 2 * (pred - target) / target.size": (
                "dpred = 2 * (pred - target) / target.size * (1 - pred**2)"
            )
        },
        "dpred",
        "tanh slope on the linear output",
    ),
    make_case(
        "regression-z-squared",
        REGRESSION,
        {"dZ1 = dA1 * (1 - A1 * A1)": "dZ1 = dA1 * (1 - Z1 * Z1)"},
        "dW1 db1",
        "slope of tanh as 1 - Z^2",
        "X target W1 b1 W2 b2 A1 pred dW2 db2 dW1 db1",
    ),
    make_case(
        "regression-tanh-on-output",
        REGRESSION,
        {"pred = A1 @ W2 + b2": "pred = np.tanh(A1 @ W2 + b2)"},
        "pred",
        "tanh put on the linear output",
    ),
    make_case(
        "regression-weights-for-gradient",
        REGRESSION,
        {"W1_new = W1 - 0.05 * dW1": "W1_new = -0.05 * dW1"},
        "W1_new",
        "update overwrites W1 by the step (W = -lr dW)",
        "X target W1 b1 W2 b2 dW1 db1 dW2 db2 W1_new b1_new W2_new b2_new",
    ),
    make_case(
        "regression-lr-twice-b1",
        REGRESSION,
        {"b1_new = b1 - 0.05 * db1": "b1_new = b1 - 0.05 * db1 * 0.05"},
        "b1_new",
        "learning rate twice in the update of b1",
    ),
    make_case(
        "regression-tanh-slope-outside",
        REGRESSION,
        {"dA1 = dpred @ W2.T": "dA1 = dpred @ W2.T * A1"},
        "dA1",
        "activation multiplied onto the error sent back",
    ),
]

FLAT_GRADIENTS = "X y W1 b1 W2 b2 p dW2 db2 dW1 db1"

FLAT_CASES = [
    make_case(
        "flat-m-by-m",
        FLAT,
        {
            "dz2 = (p - y.reshape(-1, 1)) / m": "dz2 = (p - y) / m",
            FLAT.text[FLAT.text.index("da1 = ") :]: "",  # the next line raises
        },
        "dz2",
        "(m, 1) minus (m,) broadcasts to m x m",
        "X y W1 b1 W2 b2 z1 a1 z2 p dz2 dW2 db2",
    ),
    make_case(
        "flat-m-by-m-summed",
        FLAT,
        {
            "dz2 = (p - y.reshape(-1, 1)) / m": "dz2 = ((p - y) / m).sum(axis=1, keepdims=True)",
        },
        "dz2",
        "m x m array by broadcasting, then summed back to a column",
    ),
    make_case(
        "flat-m-by-m-averaged-grads-only",
        FLAT,
        {
            "dz2 = (p - y.reshape(-1, 1)) / m": "dz2 = (p - y).mean(axis=1, keepdims=True) / m",
        },
        "dW2 dW1 db1",
        "m x m array by broadcasting, then averaged back to a column",
        FLAT_GRADIENTS,
    ),
    make_case(
        "flat-db-scalar",
        FLAT,
        {"db1 = dz1.sum(axis=0)": "db1 = dz1.sum()"},
        "db1",
        "db1 summed over units too",
    ),
    make_case(
        "flat-db-m-again",
        FLAT,
        {
            "db1 = dz1.sum(axis=0)": "db1 = dz1.mean(axis=0)",
            "db2 = dz2.sum(axis=0)": "db2 = dz2.mean(axis=0)",
        },
        "db1 db2",
        "mean in the bias gradients although dz2 has 1/m",
        FLAT_GRADIENTS,
    ),
    make_case(
        "flat-slope-of-z",
        FLAT,
        {"dz1 = da1 * a1 * (1 - a1)": "dz1 = da1 * z1 * (1 - z1)"},
        "dz1",
        "sigmoid slope as z(1 - z)",
    ),
    make_case(
        "flat-thresholded-prediction",
        FLAT,
        {"dz2 = (p - y.reshape(-1, 1)) / m": "dz2 = ((p > 0.5) - y.reshape(-1, 1)) / m"},
        "dz2",
        "the thresholded prediction instead of the probability",
        "X y W1 b1 W2 b2 a1 p dz2 dW2 db2 dW1 db1",
    ),
    make_case(
        "flat-slope-plus",
        FLAT,
        {"dz1 = da1 * a1 * (1 - a1)": "dz1 = da1 * a1 * (1 + a1)"},
        "dW1 db1",
        "1 + a instead of 1 - a in the sigmoid slope",
        FLAT_GRADIENTS,
    ),
]

NET_OUT_CASES = [
    make_case(
        "net-out-slope-of-net",
        NET_OUT,
        {"* out2 * (1 - out2) / m": "* net2 * (1 - net2) / m"},
        "delta_2",
        "net(1 - net) as the sigmoid slope",
    ),
    make_case(
        "net-out-factor-two",
        NET_OUT,
        {"delta_2 = (out2 - target)": "delta_2 = 2 * (out2 - target)"},
        "delta_2",
        "factor 2 put in although the loss has 1/2",
    ),
    make_case(
        "net-out-factor-two-grads-only",
        NET_OUT,
        {"delta_2 = (out2 - target)": "delta_2 = 2 * (out2 - target)"},
        "grad_w2 grad_b2 grad_w1 grad_b1",
        "factor 2 put in although the loss has 1/2",
        "inputs target w1 b1 w2 b2 grad_w2 grad_b2 grad_w1 grad_b1",
    ),
    make_case(
        "net-out-m-again-hidden",
        NET_OUT,
        {"* out1 * (1 - out1)": "* out1 * (1 - out1) / m"},
        "delta_1",
        "1/m once more in the hidden delta",
    ),
    make_case(
        "net-out-brackets",
        NET_OUT,
        {
            "delta_1 = (delta_2 @ w2.T) * out1 * (1 - out1)": (
                "delta_1 = (delta_2 @ w2.T) * out1 - out1**2"
            ),
        },
        "delta_1",
        "brackets forgotten in the slope of the hidden layer",
        "inputs target w1 b1 w2 b2 out1 out2 delta_2 delta_1 grad_w1",
    ),
    make_case(
        "net-out-slope-twice",
        NET_OUT,
        {"* out2 * (1 - out2) / m": "* (out2 * (1 - out2)) ** 2 / m"},
        "delta_2",
        "slope of the output multiplied on twice",
    ),
    make_case(
        "net-out-w2-from-net1",
        NET_OUT,
        {"grad_w2 = out1.T @ delta_2": "grad_w2 = net1.T @ delta_2"},
        "grad_w2",
        "net1 instead of out1 in grad_w2",
    ),
    make_case(
        "net-out-bias-not-updated",
        NET_OUT,
        {"b1_new = b1 - 0.5 * grad_b1": "b1_new = b1"},
        "b1_new",
        "bias not updated",
    ),
]

SOFTCOL_GRADIENTS = "X Y W1 b1 W2 b2 dW2 db2 dW1 db1"

SOFTCOL_CASES = [
    make_case(
        "softcol-softmax-axis",
        SOFTCOL,
        {"A2 = softmax(Z2, axis=0)": "A2 = softmax(Z2, axis=1)"},
        "A2",
        "softmax over the samples, which are in columns",
    ),
    make_case(
        "softcol-mask-of-gradient",
        SOFTCOL,
        {"dZ1 = W2.T.dot(dZ2) * (A1 > 0)": "dZ1 = relu(W2.T.dot(dZ2))"},
        "dZ1",
        "relu applied to the gradient instead of its mask",
    ),
    make_case(
        "softcol-mask-left-out-grads-only",
        SOFTCOL,
        {"dZ1 = W2.T.dot(dZ2) * (A1 > 0)": "dZ1 = W2.T.dot(dZ2)"},
        "dW1 db1",
        "ReLU mask left out",
        SOFTCOL_GRADIENTS,
    ),
    make_case(
        "softcol-db-over-units",
        SOFTCOL,
        {"np.sum(dZ2, axis=1, keepdims=True)": "np.sum(dZ2)"},
        "db2",
        "db2 summed over everything",
    ),
    make_case(
        "softcol-db1-axis-zero",
        SOFTCOL,
        {"np.sum(dZ1, axis=1, keepdims=True)": "np.sum(dZ1, axis=0, keepdims=True)"},
        "db1",
        "db1 summed over the units, then broadcast in the update",
    ),
    make_case(
        "softcol-z-overwritten-by-mask",
        SOFTCOL,
        {
            "dZ1 = W2.T.dot(dZ2) * (A1 > 0)": (
                "Z1[Z1 <= 0] = 0\nZ1[Z1 > 0] = 1\ndZ1 = W2.T.dot(dZ2) * Z1"
            )
        },
        "Z1",
        "Z1 overwritten in place by its 0/1 mask",
    ),
    make_case(
        "softcol-a2-overwritten",
        SOFTCOL,
        {"dZ2 = A2 - Y": "dZ2 = A2\ndZ2 -= Y"},
        "A2",
        "A2 overwritten in place by A2 - Y",
    ),
    make_case(
        "softcol-slope-a-of-relu",
        SOFTCOL,
        {"* (A1 > 0)": "* A1"},
        "dZ1",
        "A1 instead of its mask A1 > 0",
        "X Y W1 b1 W2 b2 A1 A2 dZ2 dW2 db2 dZ1 dW1 db1",
    ),
    make_case(
        "softcol-divided-by-entries",
        SOFTCOL,
        {"db2 = 1 / m * np.sum": "db2 = 1 / Y.size * np.sum"},
        "db2",
        "divided by the number of entries of Y instead of samples",
        SOFTCOL_GRADIENTS,
    ),
]

XOR_CASES = [
    make_case(
        "xor-unsigned-minus",
        XOR,
        {
            "dA2 = (A2 - Y) / (A2 * (1 - A2)) / 4": "dA2 = (-Y / A2 + (1 - Y) / (1 - A2)) / 4",
        },
        "dA2",
        "-Y of unsigned labels wraps around to 255",
    ),
    make_case(
        "xor-unsigned-minus-grads-only",
        XOR,
        {
            "dA2 = (A2 - Y) / (A2 * (1 - A2)) / 4": "dA2 = (-Y / A2 + (1 - Y) / (1 - A2)) / 4",
        },
        "dW2 db2 dW1 db1",
        "-Y of unsigned labels wraps around to 255",
        "X Y W1 b1 W2 b2 A2 dW2 db2 dW1 db1",
    ),
    make_case(
        "xor-integer-weights-truncated",
        XOR,
        {
            "W2_new = W2 - 1.0 * dW2": "W2_new = W2.copy()\nW2_new[:] = W2 - 1.0 * dW2",
            "W1_new = W1 - 1.0 * dW1": "W1_new = W1.copy()\nW1_new[:] = W1 - 1.0 * dW1",
        },
        "W1_new W2_new",
        "integer weights truncate the update",
    ),
    make_case(
        "xor-integer-weights-truncated-last",
        XOR,
        {"W2_new = W2 - 1.0 * dW2": "W2_new = (W2 - 1.0 * dW2).astype(int)"},
        "W2_new",
        "updated weights cast back to integers",
        "X Y W1 b1 W2 b2 dW2 db2 dW1 db1 W2_new W1_new",
    ),
    make_case(
        "xor-reshape-until-it-fits",
        XOR,
        {"dW1 = X.T @ dZ1": "dW1 = (dZ1.T @ X).reshape(2, 3)"},
        "dW1",
        "product the wrong way round, reshaped until the shape fits",
        "X Y W1 b1 W2 b2 dZ2 dW2 db2 dZ1 dW1 db1",
    ),
    make_case(
        "xor-prime-of-activation",
        XOR,
        {"dZ1 = dA1 * A1 * (1 - A1)": "dZ1 = dA1 * sigmoid_prime(A1)"},
        "dZ1",
        "sigmoid_prime of A1",
    ),
]

LINEAR_CASES = [
    make_case(
        "linear-square-not-transposed",
        LINEAR,
        {"dH1 = dH2 @ W2.T": "dH1 = dH2 @ W2"},
        "dH1",
        "square W2 not transposed",
    ),
    make_case(
        "linear-square-transposed-forward",
        LINEAR,
        {"H2 = H1 @ W2 + b2": "H2 = H1 @ W2.T + b2"},
        "H2",
        "square W2 transposed in the forward pass only",
    ),
    make_case(
        "linear-dw2-from-h2",
        LINEAR,
        {"dW2 = H1.T @ dH2": "dW2 = H2.T @ dH2"},
        "dW2",
        "H2 instead of H1 in dW2",
        "X Y W1 b1 W2 b2 W3 b3 Yhat dW3 db3 dW2 db2 dW1 db1",
    ),
    make_case(
        "linear-dw2-from-x",
        LINEAR,
        {"dW2 = H1.T @ dH2": "dW2 = X.T @ dH2"},
        "dW2",
        "X instead of H1 in dW2",
    ),
    make_case(
        "linear-tanh-slope",
        LINEAR,
        {"dH1 = dH2 @ W2.T": "dH1 = dH2 @ W2.T * (1 - H1**2)"},
        "dH1",
        "tanh slope on a linear layer",
    ),
    make_case(
        "linear-w-other-layer",
        LINEAR,
        {"dH1 = dH2 @ W2.T": "dH1 = dH2 @ W1.T"},
        "dW1 db1",
        "W1 instead of W2 on the way back",
        "X Y W1 b1 W2 b2 W3 b3 Yhat dYhat dW3 db3 dW2 db2 dW1 db1",
    ),
    make_case(
        "linear-dw1-transposed",
        LINEAR,
        {"dW1 = X.T @ dH1": "dW1 = dH1.T @ X"},
        "dW1",
        "gradient of the square W1 transposed",
    ),
    make_case(
        "linear-gradient-of-absolute-error",
        LINEAR,
        {"dYhat = 2 / m * (Yhat - Y)": "dYhat = 2 / m * np.sign(Yhat - Y)"},
        "dYhat",
        "only the sign of the residual, as for the absolute error",
    ),
]

LOOP_CASES = [
    make_case(
        "loop-gradients-accumulate",
        LOOP,
        {
            "gW2 = a1.T @ dz2": "gW2 = gW2 + a1.T @ dz2",
            "gb2 = dz2.sum(axis=0)": "gb2 = gb2 + dz2.sum(axis=0)",
            "gW1 = X.T @ dz1": "gW1 = gW1 + X.T @ dz1",
            "gb1 = dz1.sum(axis=0)": "gb1 = gb1 + dz1.sum(axis=0)",
        },
        "W2.grad b2.grad W1.grad b1.grad",
        "gradients not reset between two steps",
    ),
    make_case(
        "loop-gradients-accumulate-weights-only",
        LOOP,
        {
            "gW2 = a1.T @ dz2": "gW2 = gW2 + a1.T @ dz2",
            "gW1 = X.T @ dz1": "gW1 = gW1 + X.T @ dz1",
        },
        "W2.grad W1.grad",
        "weight gradients not reset between two steps",
        "X Y W1 b1 W2 b2 W1.grad b1.grad W2.grad b2.grad",
    ),
    make_case(
        "loop-stale-a1-in-dw2",
        LOOP,
        {"gW2 = a1.T @ dz2": 'gW2 = old["a1"].T @ dz2'},
        "W2.grad",
        "A1 of the first step used in dW2",
    ),
    make_case(
        "loop-stale-slope",
        LOOP,
        {"dz1 = dz2 @ W2.T * (1 - a1**2)": 'dz1 = dz2 @ W2.T * (1 - old["a1"] ** 2)'},
        "dz1",
        "slope from the activation of the first step",
    ),
    make_case(
        "loop-stale-output",
        LOOP,
        {"dz2 = (a2 - Y) / m": 'dz2 = (old["a2"] - Y) / m'},
        "dz2",
        "output of the first step in the error of the second",
    ),
    make_case(
        "loop-stale-a1-forward",
        LOOP,
        {"z2 = a1 @ W2 + b2": 'z2 = old.get("a1", a1) @ W2 + b2'},
        "z2",
        "cached A1 of the first step in the forward pass of the second",
    ),
    make_case(
        "loop-eta-forgotten-b1",
        LOOP,
        {"b1 = b1 - lr * gb1": "b1 = b1 - gb1"},
        "b1_new",
        "learning rate forgotten for b1",
    ),
]

DECAY_CASES = [
    make_case(
        "decay-on-biases",
        DECAY,
        {
            "db2 = dZ2.sum(axis=1, keepdims=True)": (
                "db2 = dZ2.sum(axis=1, keepdims=True) + lam * b2"
            ),
            "db1 = dZ1.sum(axis=1, keepdims=True)": (
                "db1 = dZ1.sum(axis=1, keepdims=True) + lam * b1"
            ),
        },
        "db1 db2",
        "weight decay added to the bias gradients as well",
    ),
    make_case(
        "decay-wrong-sign",
        DECAY,
        {"dW2 = dZ2 @ A1.T + lam * W2": "dW2 = dZ2 @ A1.T - lam * W2"},
        "dW2",
        "weight decay with the wrong sign in dW2",
    ),
    make_case(
        "decay-twice",
        DECAY,
        {"dW1 = dZ1 @ X.T + lam * W1": "dW1 = dZ1 @ X.T + 2 * lam * W1"},
        "dW1",
        "weight decay with 2 lambda in dW1, lambda in dW2",
    ),
    make_case(
        "decay-of-other-layer-missing",
        DECAY,
        {"dW1 = dZ1 @ X.T + lam * W1": "dW1 = dZ1 @ X.T"},
        "dW1",
        "weight decay forgotten in dW1",
    ),
    make_case(
        "momentum-sign",
        MOMENTUM,
        {"vW1 = 0.9 * vW1_old + dW1": "vW1 = 0.9 * vW1_old - dW1"},
        "vW1",
        "gradient enters the velocity with minus, and the velocity is subtracted",
    ),
    make_case(
        "momentum-old-velocity",
        MOMENTUM,
        {"W2_new = W2 - 0.5 * vW2": "W2_new = W2 - 0.5 * vW2_old"},
        "W2_new",
        "the velocity before the step used in the update",
    ),
]

MORE_CASES = [
    make_case(
        "softcol-output-sign",
        SOFTCOL,
        {"dZ2 = A2 - Y": "dZ2 = Y - A2"},
        "dZ2 W1_new b1_new W2_new b2_new",
        "y - p in the output delta, yet gradient descent with minus",
    ),
    make_case(
        "digits-output-sign-integer-labels",
        DIGITS,
        {"dz3 = y_hat - Y": "dz3 = Y - y_hat"},
        "dW3 db3 dW2 db2 dW1 db1 W1_new W2_new W3_new",
        "y - p in the output delta, yet gradient descent with minus",
        DIGITS_GRADIENTS + " W1_new W2_new W3_new",
    ),
    make_case(
        "digits-hidden-sign",
        DIGITS,
        {"dh2 = dz3 @ W3.T": "dh2 = -dz3 @ W3.T"},
        "dh2",
        "sign turned round between output and hidden layer",
    ),
    make_case(
        "digits-m-is-features",
        DIGITS,
        {
            "dW3 = h2.T @ dz3 / m": "dW3 = h2.T @ dz3 / X.shape[1]",
            "dW2 = h1.T @ dz2 / m": "dW2 = h1.T @ dz2 / X.shape[1]",
            "dW1 = X.T @ dz1 / m": "dW1 = X.T @ dz1 / X.shape[1]",
        },
        "dW3 dW2 dW1",
        "weight gradients divided by the number of features instead of samples",
        DIGITS_GRADIENTS,
    ),
    make_case(
        "module-labels-off-by-one",
        MODULE,
        {"onehot = np.eye(3, dtype=np.float32)[labels]": "onehot = np.eye(3)[labels - 1]"},
        "logits.grad",
        "one-hot labels shifted by one class (labels counted from 1)",
    ),
    make_case(
        "module-labels-not-one-hot",
        MODULE,
        {"dlogits = (probs - onehot) / B": "dlogits = (probs - labels[:, None]) / B"},
        "logits.grad",
        "class numbers subtracted from the probabilities, labels not made one-hot",
    ),
    make_case(
        "cs231n-not-normalised",
        CS231N,
        {"probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)": "probs = exp_scores"},
        "probs",
        "softmax not normalised, only exp",
    ),
    make_case(
        "nielsen-sigmoid-exp-sign",
        NIELSEN,
        {"a1 = sigmoid(z1)": "a1 = 1 / (1 + np.exp(z1))"},
        "activations[2]",
        "minus forgotten in the exponent of the sigmoid",
    ),
    make_case(
        "nielsen-sigmoid-prime-square-forgotten",
        NIELSEN,
        {"* sigmoid_prime(z0)": "* (np.exp(-z0) / (1 + np.exp(-z0)))"},
        "delta_1",
        "square forgotten in exp(-z) / (1 + exp(-z))^2: slope is 1 - a",
    ),
    make_case(
        "nielsen-slope-a-squared",
        NIELSEN,
        {"* sigmoid_prime(z1)": "* (1 - a1**2)"},
        "nabla_w[1] nabla_b[1] nabla_w[0] nabla_b[0]",
        "slope of tanh in a sigmoid layer",
        NIELSEN_GRADIENTS,
    ),
    make_case(
        "softcol-bias-subtracted",
        SOFTCOL,
        {"Z1 = W1.dot(X) + b1": "Z1 = W1.dot(X) - b1"},
        "Z1",
        "bias subtracted in the forward pass",
    ),
    make_case(
        "net-out-updated-w2-backward",
        NET_OUT,
        {
            "delta_1 = (delta_2 @ w2.T)": (
                "w2_new = w2 - 0.5 * grad_w2\ndelta_1 = (delta_2 @ w2_new.T)"
            )
        },
        "delta_1",
        "w2 updated before it carries the error back",
    ),
    make_case(
        "net-out-updated-w2-backward-grads-only",
        NET_OUT,
        {
            "delta_1 = (delta_2 @ w2.T)": (
                "w2_new = w2 - 0.5 * grad_w2\ndelta_1 = (delta_2 @ w2_new.T)"
            )
        },
        "grad_w1 grad_b1",
        "w2 updated before it carries the error back",
        "inputs target w1 b1 w2 b2 grad_w2 grad_b2 grad_w1 grad_b1 w2_new",
    ),
    make_case(
        "warmup-grad-b2-mean",
        WARMUP,
        {"grad_b2 = grad_y_pred.sum(axis=0)": "grad_b2 = grad_y_pred.mean(axis=0)"},
        "grad_b2",
        "mean instead of sum in one bias gradient",
        WARMUP_GRADIENTS,
    ),
    make_case(
        "deep-cached-before-relu",
        DEEP,
        {"dW3 = 1 / m * dZ3 @ A2.T": "dW3 = 1 / m * dZ3 @ Z2.T"},
        'grads["dW3"]',
        "Z2 instead of A2 in dW3",
        DEEP_GRADIENTS,
    ),
]

CASES: list[Case] = [
    *NG_CASES,
    *CS231N_CASES,
    *TRASK_CASES,
    *BLOG_CASES,
    *NIELSEN_CASES,
    *WARMUP_CASES,
    *MODULE_CASES,
    *DEEP_CASES,
    *JACOBIAN_CASES,
    *DIGITS_CASES,
    *REGRESSION_CASES,
    *FLAT_CASES,
    *NET_OUT_CASES,
    *SOFTCOL_CASES,
    *XOR_CASES,
    *LINEAR_CASES,
    *LOOP_CASES,
    *DECAY_CASES,
    *MORE_CASES,
]

"""What the product is measured against: the same updates, written by hand and for speed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.layers.transformer import gradients_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Layer = tuple[NDArray[np.float64], NDArray[np.float64]]
    Updates = Callable[[int], float]
    """Does so many updates and gives the loss after them."""


def small_numpy() -> Updates:
    """problems/sigmoid-2-2-2.yaml with as few and as cheap NumPy calls as there can be.

    No array is made inside the loop. The weights are kept with their sign turned, so that
    `exp` needs no negation, and each bias as a column of its weights; the learning rate
    enters once, with the output delta, and reaches the hidden layer through it.
    """
    x = np.array([0.02, 0.7])
    x_one = np.array([0.02, 0.7, 1.0])
    target = np.array([0.0, 1.0])
    rate = np.array([0.5, 0.5])
    one = np.ones(2)
    hidden_one = np.ones(3)
    hidden, output = hidden_one[:2], np.empty(2)
    first_all = -np.array([[0.1, 0.2, 0.3], [0.3, 0.4, 0.3]])
    second_all = -np.array([[0.2, 0.3, 0.2], [0.1, 0.2, 0.2]])
    first, second = first_all[:, :2], second_all[:, :2]
    delta, slope, back = np.empty(2), np.empty(2), np.empty(2)
    delta_column, back_column = delta[:, None], back[:, None]
    gradient = np.empty((2, 2))
    dot, exp, add, subtract = np.dot, np.exp, np.add, np.subtract
    multiply, reciprocal = np.multiply, np.reciprocal

    def forward() -> None:
        dot(first_all, x_one, hidden)
        exp(hidden, hidden)
        add(hidden, one, hidden)
        reciprocal(hidden, hidden)
        dot(second_all, hidden_one, output)
        exp(output, output)
        add(output, one, output)
        reciprocal(output, output)

    def updates(count: int) -> float:
        for _ in range(count):
            dot(first_all, x_one, hidden)
            exp(hidden, hidden)
            add(hidden, one, hidden)
            reciprocal(hidden, hidden)
            dot(second_all, hidden_one, output)
            exp(output, output)
            add(output, one, output)
            reciprocal(output, output)
            subtract(output, target, delta)
            subtract(one, output, slope)
            multiply(slope, output, slope)
            multiply(delta, slope, delta)
            multiply(delta, rate, delta)
            dot(delta, second, back)
            subtract(hidden, one, slope)
            multiply(slope, hidden, slope)
            multiply(back, slope, back)
            multiply(delta_column, hidden, gradient)
            add(second, gradient, second)
            multiply(back_column, x, gradient)
            add(first, gradient, first)
        forward()
        return float(0.5 * ((output - target) ** 2).sum())

    return updates


def small_c() -> Callable[[int], tuple[float, float]] | None:
    """The same in C: nanoseconds an update, and the loss. None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    folder = tempfile.TemporaryDirectory()
    program = Path(folder.name) / "small_net"
    source = Path(__file__).with_name("small_net.c")
    subprocess.run([compiler, "-O2", "-o", program, source, "-lm"], check=True)

    def updates(count: int, _keep: object = folder) -> tuple[float, float]:
        done = subprocess.run([program, str(count)], check=True, capture_output=True, text=True)
        nanoseconds, loss = done.stdout.split()
        return float(nanoseconds), float(loss)

    return updates


def large_numpy(
    x: NDArray[np.float64],
    target: NDArray[np.float64],
    layers: tuple[Layer, Layer],
    rate: float,
) -> Updates:
    """problems/digits-784.yaml: one sample, two sigmoid layers, the squared error.

    `layers` are the weights (from, to) and biases of each; they are copied.
    """
    (first, first_bias), (second, second_bias) = ((w.copy(), b.copy()) for w, b in layers)
    step = np.empty_like(first)
    column = x[:, None]

    def updates(count: int) -> float:
        loss = 0.0
        for number in range(count + 1):
            hidden = 1 / (1 + np.exp(-(x @ first + first_bias)))
            output = 1 / (1 + np.exp(-(hidden @ second + second_bias)))
            error = output - target
            loss = float(error @ error)
            if number == count:
                break
            delta = rate * 2 * error * output * (1 - output)
            back = (second @ delta) * hidden * (1 - hidden)
            second[...] -= hidden[:, None] * delta
            second_bias[...] -= delta
            np.multiply(column, back, out=step)
            np.subtract(first, step, out=first)
            first_bias[...] -= back
        return loss

    return updates


def image_numpy(
    image: NDArray[np.float64],
    target: NDArray[np.float64],
    kernel: NDArray[np.float64],
    bias: NDArray[np.float64],
    dense: Layer,
    rate: float,
) -> Updates:
    """tests/benchmarks/image-28.yaml: convolution, ReLU, largest of 2×2, dense, softmax.

    `kernel` is (to, row, column). The windows are laid out anew for every update, as if each
    had an image of its own, and once for both the values and the gradient. Places stand in
    front of channels, so that both products run over plain matrices, and windows of the
    pooling, which do not overlap, are parts of a reshaped array.
    """
    channels, rows, columns = kernel.shape
    height, width = image.shape[0] - rows + 1, image.shape[1] - columns + 1
    weights, shift = (array.copy() for array in dense)
    bias = bias.copy()
    flat_kernel = kernel.reshape(channels, -1).T.copy()
    halves = (height // 2, 2, width // 2, 2, channels)
    places = height // 2 * (width // 2)

    def updates(count: int) -> float:
        loss = 0.0
        for number in range(count + 1):
            windows = sliding_window_view(image, (rows, columns)).reshape(height * width, -1)
            slid = windows @ flat_kernel
            slid += bias
            bright = np.maximum(slid, 0.0)
            fours = bright.reshape(halves).transpose(0, 2, 1, 3, 4).reshape(places, 4, channels)
            winners = fours.argmax(axis=1)[:, None, :]
            pooled = np.take_along_axis(fours, winners, axis=1)[:, 0, :].T.reshape(-1)
            logits = pooled @ weights + shift
            powers = np.exp(logits - logits.max())
            shares = powers / powers.sum()
            loss = -float(target @ np.log(shares))
            if number == count:
                break
            delta = shares - target
            back = (weights @ delta).reshape(channels, places).T
            weights[...] -= pooled[:, None] * (rate * delta)
            shift[...] -= rate * delta
            spread = np.zeros_like(fours)
            np.put_along_axis(spread, winners, back[:, None, :], axis=1)
            spread = spread.reshape(height // 2, width // 2, 2, 2, channels)
            slope = spread.transpose(0, 2, 1, 3, 4).reshape(height * width, channels)
            slope *= slid > 0.0
            slope *= rate
            flat_kernel[...] -= windows.T @ slope
            bias[...] -= slope.sum(axis=0)
        return loss

    return updates


def transformer_numpy(arrays: dict[str, NDArray[np.float64]], rate: float) -> Updates:
    """problems/transformer-block.yaml, by all arrays of its first update."""
    state = dict(arrays)

    def updates(count: int) -> float:
        for _ in range(count):
            _, gradients = gradients_of(state)
            for name, gradient in gradients.items():
                if name != "A[1]":
                    state[name] = state[name] - rate * gradient
        return gradients_of(state)[0]

    return updates

"""The small convolutional networks by plain loops over rows and columns.

Every value has its canonical identifier; weights go in and come out as plain lists.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.lectures.by_hand import Rows, Values


@dataclass
class Cnn:
    """One kernel 3 × 3 with padding 1, ReLU, pooling 2 × 2, one dense unit."""

    image: Rows
    kernel: Rows
    kernel_bias: float
    weight: float
    bias: float
    target: float | None = None
    rate: float = 0.0


def entries(name: str, rows: Rows) -> Values:
    """Every entry of a matrix, by identifiers such as `Z[2,1,1,2]` for the name `Z[2,1`."""
    return {
        f"{name},{i + 1},{j + 1}]": value
        for i, row in enumerate(rows)
        for j, value in enumerate(row)
    }


def slid(image: Rows, kernel: Rows, stride: int, padding: int) -> Rows:
    """The kernel at every place of the padded image, not turned round."""
    size = len(image) + 2 * padding
    padded = [[0.0] * size for _ in range(size)]
    for i, row in enumerate(image):
        for j, value in enumerate(row):
            padded[i + padding][j + padding] = value
    width = len(kernel)
    found: Rows = []
    top = 0
    while top + width <= size:
        found.append([])
        left = 0
        while left + width <= size:
            total = 0.0
            for p in range(width):
                for q in range(width):
                    total += padded[top + p][left + q] * kernel[p][q]
            found[-1].append(total)
            left += stride
        top += stride
    return found


def one_update(net: Cnn) -> tuple[Values, Cnn]:
    """Every value of one update, and the network after it."""
    z = [[value + net.kernel_bias for value in row] for row in slid(net.image, net.kernel, 1, 1)]
    a = [[max(0.0, value) for value in row] for row in z]
    best = (0, 0)
    for i in (0, 1):
        for j in (0, 1):
            if a[i][j] > a[best[0]][best[1]]:
                best = i, j
    pooled = a[best[0]][best[1]]
    out = net.weight * pooled + net.bias
    seen = entries("Z[2,1", z) | entries("A[2,1", a)
    seen |= {"A[3,1,1,1]": pooled, "A[4,1]": pooled, "Z[5,1]": out, "A[5,1]": out}
    if net.target is None:
        return seen, net
    delta = out - net.target
    seen |= {"E[1]": delta**2 / 2, "L": delta**2 / 2, "dA[5,1]": delta, "dZ[5,1]": delta}
    back = delta * net.weight
    seen |= {"dA[4,1]": back, "dA[3,1,1,1]": back, "dW[4,1,1]": delta * pooled, "dB[5,1]": delta}
    da, dz = [[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]
    da[best[0]][best[1]] = back
    for i in (0, 1):
        for j in (0, 1):
            dz[i][j] = da[i][j] if z[i][j] > 0 else 0.0
    dk = [[0.0] * 3 for _ in range(3)]
    dx = [[0.0, 0.0], [0.0, 0.0]]
    for i in (0, 1):
        for j in (0, 1):
            for p in range(3):
                for q in range(3):
                    y, x = i + p - 1, j + q - 1
                    if y in (0, 1) and x in (0, 1):
                        dk[p][q] += dz[i][j] * net.image[y][x]
                        dx[y][x] += dz[i][j] * net.kernel[p][q]
    shift = dz[0][0] + dz[0][1] + dz[1][0] + dz[1][1]
    seen |= entries("dA[2,1", da) | entries("dZ[2,1", dz) | entries("dW[1,1,1", dk)
    seen |= entries("dA[1,1", dx) | {"dB[2,1]": shift}
    kernel = [[net.kernel[p][q] - net.rate * dk[p][q] for q in range(3)] for p in range(3)]
    after = Cnn(
        net.image,
        kernel,
        net.kernel_bias - net.rate * shift,
        net.weight - net.rate * delta * pooled,
        net.bias - net.rate * delta,
        net.target,
        net.rate,
    )
    seen |= entries("W'[1,1,1", kernel) | {"B'[2,1]": after.kernel_bias}
    seen |= {"W'[4,1,1]": after.weight, "B'[5,1]": after.bias}
    return seen, after

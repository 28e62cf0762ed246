"""A 2-2-1 sigmoid network as a file and as a plain loop that knows no tutor."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.authoring.published.judge import judge
from bp_tutor.problem import load_problem
from tests.authoring.pages import page_of

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.authoring.published.judged import Judged

Figure = tuple[str, str] | tuple[str, str, str]
"""Name and value, and perhaps more of the line, such as `update: 2`."""


class Net(NamedTuple):
    """`w[j][k]` leads from input j to hidden unit k; `v[k]` from there to the output."""

    w: tuple[tuple[float, float], tuple[float, float]]
    v: tuple[float, float]
    x: tuple[float, float]
    y: float
    rate: float

    def file(self, figures: tuple[Figure, ...]) -> str:
        """The problem file with printed figures, in the course's net/out symbols."""
        lines = "".join(
            f'  - {{name: "{name}", value: "{value}"{", " + more[0] if more else ""}}}\n'
            for name, value, *more in figures
        )
        return f"""title: invented
notation: net-out
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: sigmoid, weights: {[list(row) for row in self.w]}, bias: none}}
    - {{units: 1, activation: sigmoid, weights: {[[one] for one in self.v]}, bias: none}}
inputs: {list(self.x)}
targets: [{self.y}]
loss: half_squared_error
learning_rate: {self.rate}
published:
{lines}"""

    def values(self) -> dict[str, float]:
        """Every number of one update by its canonical name."""
        z = [sum(self.x[j] * self.w[j][k] for j in (0, 1)) for k in (0, 1)]
        a = [1 / (1 + exp(-one)) for one in z]
        out = a[0] * self.v[0] + a[1] * self.v[1]
        o = 1 / (1 + exp(-out))
        d3 = (o - self.y) * o * (1 - o)
        d2 = [d3 * self.v[k] * a[k] * (1 - a[k]) for k in (0, 1)]
        found = {"Z[3,1]": out, "A[3,1]": o, "L": (self.y - o) ** 2 / 2, "dZ[3,1]": d3}
        found["dA[3,1]"] = o - self.y
        for k in (0, 1):
            found |= {
                f"Z[2,{k + 1}]": z[k], f"A[2,{k + 1}]": a[k], f"dZ[2,{k + 1}]": d2[k],
                f"dA[2,{k + 1}]": d3 * self.v[k],
                f"slope[3,{k + 1}]": o * (1 - o),
                f"dW[2,{k + 1},1]": d3 * a[k],
                f"W'[2,{k + 1},1]": self.v[k] - self.rate * d3 * a[k],
            }  # fmt: skip
            for j in (0, 1):
                found[f"dW[1,{j + 1},{k + 1}]"] = d2[k] * self.x[j]
                found[f"W'[1,{j + 1},{k + 1}]"] = self.w[j][k] - self.rate * d2[k] * self.x[j]
        return found

    def after(self, updates: int) -> Net:
        """The same with the weights that so many updates make."""
        net = self
        for _ in range(updates):
            new = net.values()
            net = net._replace(
                w=tuple(  # type: ignore[arg-type]
                    tuple(new[f"W'[1,{j + 1},{k + 1}]"] for k in (0, 1)) for j in (0, 1)
                ),
                v=(new["W'[2,1,1]"], new["W'[2,2,1]"]),
            )
        return net


NET = Net(((0.15, 0.4), (0.35, -0.25)), (0.6, 0.45), (0.8, 0.3), 0.1, 0.5)


def judged(folder: Path, *figures: Figure, net: Net = NET, text: str = "") -> list[Judged]:
    """The verdicts on figures of the network, or of another file."""
    path = folder / "problem.yaml"
    path.write_text(text or net.file(figures), encoding="utf-8")
    problem = load_problem(path)
    return list(judge(problem, page_of(problem)))


def keys(one: Judged) -> list[str]:
    """The reasons by their keys."""
    return [reason.key.removeprefix("published.") for reason in one.reasons]

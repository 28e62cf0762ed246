"""Small random problems of every kind: dense, through time, images, attention, optimisers."""

from __future__ import annotations

from random import Random

from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Context
from tests.quiz.networks import context_of_problem

RECURRENT = """
network:
  inputs: {{steps: 3, units: 1}}
  weight_order: from-to
  layers:
    - recurrent: {{units: 2, returns: all}}
      weights: {0}
      recurrent_weights: {1}
      bias: {2}
    - {{units: 1, weights: {3}, bias: none}}
inputs: {4}
targets: {5}
learning_rate: 0.1
"""
LSTM = """
network:
  inputs: {{steps: 2, units: 1}}
  weight_order: from-to
  layers:
    - lstm: {{units: 1, returns: last, initial: [0.1], initial_cell: [0.2]}}
      weights: {{input: {0}, forget: {1}, output: {2}, candidate: {3}}}
      recurrent_weights: {{input: {4}, forget: {5}, output: {6}, candidate: {7}}}
      bias: {{input: [0], forget: [1], output: [0.1], candidate: [-0.1]}}
    - {{units: 1, weights: {8}, bias: [0.2]}}
inputs: {9}
targets: [0.8]
loss: half_squared_error
learning_rate: 0.5
"""
ATTENTION = """
network:
  inputs: {{positions: 2, units: 2}}
  weight_order: from-to
  layers:
    - attention: {{keys: 2, values: 2}}
      weights: {{query: {0}, key: {1}, value: {2}}}
inputs: {3}
targets: {4}
loss: half_squared_error
learning_rate: 0.5
"""
CONVOLUTION = """
network:
  inputs: {{channels: 1, height: 3, width: 3}}
  weight_order: to-from
  layers:
    - convolution: {{channels: 1, kernel: 2, stride: 1, padding: 0}}
      weights: {0}
      bias: {1}
      activation: sigmoid
    - flatten
    - {{units: 1, weights: {2}, bias: [0.1], activation: tanh}}
inputs: {3}
targets: [0.4]
loss: half_squared_error
learning_rate: 0.3
"""
OPTIMISED = """
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: tanh, weights: {0}, bias: {1}}}
    - {{units: 1, activation: sigmoid, weights: {2}, bias: [0.3]}}
inputs: {3}
targets: [[1], [0]]
loss: binary_cross_entropy
optimiser: """
MOMENTUM = OPTIMISED + "{{momentum: {{mu: 0.9, form: step}}}}\nlearning_rate: 0.1\n"
ADAM = OPTIMISED + "{{adam: {{beta1: 0.9, beta2: 0.999, epsilon: 1e-8}}}}\nlearning_rate: 0.1\n"
SOFTMAX = """
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: sigmoid, weights: {0}, bias: {1}}}
    - {{units: 3, activation: softmax, weights: {2}, bias: {3}}}
inputs: {4}
targets: [[0, 1, 0], [1, 0, 0]]
loss: cross_entropy
learning_rate: 0.4
"""
GRAPH = """
notation: plain
graph:
  values: {{x: 0.7, w: {0}, b: {1}, v: {2}, t: {3}}}
  formulas: {{z: w*x + b, s: exp(z), q: tanh(s*v), p: q*s + z, L: 1/2*(p - t)**2}}
  differentiate: L
  with_respect_to: [w, b, v]
  learning_rate: 0.1
"""
ONE = (1, 1)
_KINDS: dict[str, tuple[str, tuple[tuple[int, ...], ...]]] = {
    "dense": (SOFTMAX, ((2, 2), (2,), (2, 3), (3,), (2, 2))),
    "recurrent": (RECURRENT, ((1, 2), (2, 2), (2,), (2, 1), (3, 1), (3, 1))),
    "lstm": (LSTM, (*[ONE] * 9, (2, 1))),
    "attention": (ATTENTION, ((2, 2),) * 5),
    "convolution": (CONVOLUTION, ((2, 2), (1,), (1, 4), (3, 3))),
    "momentum": (MOMENTUM, ((2, 2), (2,), (2, 1), (2, 2))),
    "adam": (ADAM, ((2, 2), (2,), (2, 1), (2, 2))),
    "graph": (GRAPH, ((),) * 4),
}
ALL_KINDS = tuple(_KINDS)


def context_of_kind(kind: str, seed: int) -> Context:
    """A solved problem of a kind with random numbers of two decimals."""
    text, shapes = _KINDS[kind]
    draw = Random(f"{kind} {seed}")  # noqa: S311
    filled = text.format(*(_drawn(shape, draw) for shape in shapes))
    return context_of_problem(read_problem(f"title: {kind}\n{filled}"))


def _drawn(shape: tuple[int, ...], draw: Random) -> str:
    if not shape:
        return f"{draw.uniform(-1, 1):.2f}"
    return f"[{', '.join(_drawn(shape[1:], draw) for _ in range(shape[0]))}]"

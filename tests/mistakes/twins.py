"""The same calculation as a graph and as a network: the names of one for those of the other."""

from __future__ import annotations

from tests.mistakes.graph import chain, neuron
from tests.mistakes.pieces import row_text, rows_text
from tests.mistakes.sheet import Exercise

NEURON = {
    "z": "Z[2,1]", "a": "A[2,1]", "L": "L", "da": "dA[2,1]", "dz": "dZ[2,1]",
    "dw1": "dW[1,1,1]", "dw2": "dW[1,2,1]", "db": "dB[2,1]",
    "w1'": "W'[1,1,1]", "w2'": "W'[1,2,1]", "b'": "B'[2,1]",
}  # fmt: skip
CHAIN = {
    "p": "Z[2,1]", "h": "A[2,1]", "q": "Z[3,1]", "a": "A[3,1]", "L": "L",
    "da": "dA[3,1]", "dq": "dZ[3,1]", "dh": "dA[2,1]", "dp": "dZ[2,1]",
    "dv": "dW[2,1,1]", "dc": "dB[3,1]", "dw": "dW[1,1,1]", "db": "dB[2,1]",
    "v'": "W'[2,1,1]", "c'": "B'[3,1]", "w'": "W'[1,1,1]", "b'": "B'[2,1]",
}  # fmt: skip


def _activation(exercise: Exercise, name: str) -> str:
    return exercise.by_name[name].text.partition("(")[0]


def _network(exercise: Exercise, layers: list[str], inputs: list[float]) -> Exercise:
    given = exercise.given
    problem = "\n".join(
        [
            "title: The same as a network",
            "network:",
            f"  inputs: {len(inputs)}",
            "  weight_order: from-to",
            "  layers:",
            *layers,
            f"inputs: {row_text(inputs)}",
            f"targets: {row_text([given['t']])}",
            "loss: half_squared_error",
            f"learning_rate: {given['eta']}",
            "",
        ]
    )
    return exercise._replace(problem=problem)


def _layer(activation: str, weights: list[list[float]], bias: float) -> str:
    return (
        f"    - {{units: 1, activation: {activation}, "
        f"weights: {rows_text(weights)}, bias: {row_text([bias])}}}"
    )


def twins(seed: int) -> tuple[Exercise, Exercise, dict[str, str]]:
    """A graph, the network that calculates the same, and the network's names of the values."""
    if seed % 2:
        made = chain(seed)
        given = made.given
        layers = [
            _layer(_activation(made, "h"), [[given["w"]]], given["b"]),
            _layer(_activation(made, "a"), [[given["v"]]], given["c"]),
        ]
        return made, _network(made, layers, [given["x"]]), CHAIN
    made = neuron(seed)
    given = made.given
    layer = _layer(_activation(made, "a"), [[given["w1"]], [given["w2"]]], given["b"])
    return made, _network(made, [layer], [given["x1"], given["x2"]]), NEURON

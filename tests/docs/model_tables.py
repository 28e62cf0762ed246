"""Tables of what networks are made of: layers, activations, losses, optimisers."""

from __future__ import annotations

import json

from bp_tutor.catalogue import OPTIMISERS
from bp_tutor.catalogue.kinds import KINDS, Signal
from bp_tutor.catalogue.losses import LOSSES as LOSS_ROWS
from bp_tutor.formula import FUNCTIONS, Function
from bp_tutor.problem import list_problems, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.names import ACTIVATIONS, LOSSES
from bp_tutor.problem.signals import signals
from tests.docs.layer_examples import EXAMPLES, INPUTS, example
from tests.docs.spelling import ALPHABET, markdown, plainly, spelled

SOFTMAX = ("e^zᵢ/(e^z₁ + e^z₂ + …)", "aᵢ·(1 − aᵢ), and −aᵢ·aⱼ for another unit's z")
"""Softmax is no function of one number, so no row gives it."""


def activations() -> str:
    rows = []
    for name, row in ACTIVATIONS.items():
        function = FUNCTIONS.get(name)
        body, slope = SOFTMAX if function is None else _body_and_slope(function)
        settings = [f"{key}: {plainly(value)}" for key, value in row.parameters]
        settings += ["slope_at_zero: 0"] * row.has_kink
        rows.append((f"`{name}`", ", ".join(f"`{one}`" for one in settings), body, slope))
    return markdown(("name", "parameters and what they are if left out", "a", "slope ∂a/∂z"), rows)


def _body_and_slope(function: Function) -> tuple[str, str]:
    slope = function.slopes[0]
    return spelled(
        function.body or ""
    ), "none: forward only" if not slope or slope == "0" else spelled(slope)


def losses() -> str:
    rows = []
    for name, row in LOSS_ROWS.items():
        slope = row.function.slopes[0]
        assert row.function.body
        assert slope
        fused = ", ".join(
            f"{spelled(delta)} after `{activation}`" for activation, delta in row.fused
        )
        kind = "mean" if row.mean else "sum"
        rows.append((f"`{name}`", spelled(row.function.body), spelled(slope), kind, fused))
    assert [*LOSS_ROWS] == [*LOSSES]
    head = ("name", "loss of one output", "its slope ∂E/∂a", "over outputs", "delta if `fused`")
    return markdown(head, rows)


def layers() -> str:
    shown: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for path in list_problems():
        network = load_problem(path).network
        for layer in network.layers if network else ():
            shown[layer.kind].append(path.stem)
    rows = []
    for kind, row in KINDS.items():
        names = sorted(shown[kind], key=lambda name: (name != "exercise", name))
        takes = ", ".join(TAKES[form] for form in row.takes)
        exercise = f"`{names[0]}`" if names else ""
        rows.append((f"`{kind}`", f"`{EXAMPLES[kind]}`", takes, _sizes(kind), exercise))
    return markdown(("layer", "in a file", "takes", "for example", "exercise"), rows)


def _sizes(kind: str) -> str:
    """What the example of a kind makes of the inputs."""
    inputs, samples = INPUTS[KINDS[kind].takes[0]]
    network = {"inputs": inputs, "layers": [example(kind)]}
    file = {"title": kind, "network": network, "inputs": samples, "loss": "none"}
    problem = read_problem(json.dumps(file))
    assert problem.network
    before, after = signals(problem.network)
    return f"{_size(before)} → {_size(after)}"


def _size(signal: Signal) -> str:
    shape = "×".join(map(str, signal.shape))
    return f"{signal.steps} steps of {shape}" if signal.form == "sequence" else shape


TAKES = {"vector": "units", "image": "images", "sequence": "steps", "positions": "positions"}


def optimisers() -> str:
    rows = []
    for name, row in OPTIMISERS.items():
        lines = []
        for line in row.lines:
            left = (
                "w′" if line.kind == "'" else ALPHABET.get(line.kind, line.kind.replace("'", "′"))
            )
            lines.append(f"{left} = {spelled(line.formula)}")
        usual = ", ".join(f"`{key}: {plainly(value)}`" for key, value in row.parameters)
        rows.append((f"`{CHOSEN_BY[name]}`", ", ".join(lines), usual))
    return markdown(("in a file", "formulas of an update", "parameters if left out"), rows)


CHOSEN_BY = {
    "gradient_descent": "optimiser: gradient_descent",
    "gradient_descent_by_steps": "conventions: {report: step}",
    "momentum": "optimiser: momentum",
    "momentum_of_gradients": "optimiser: {momentum: {form: gradient}}",
    "nesterov": "optimiser: nesterov",
    "rmsprop": "optimiser: rmsprop",
    "rmsprop_epsilon_inside": "optimiser: {rmsprop: {epsilon_inside: true}}",
    "adam": "optimiser: adam",
    "adam_epsilon_inside": "optimiser: {adam: {epsilon_inside: true}}",
}
"""Row of the table of optimisers -> what picks it in a file."""

"""Tables of what networks are made of: layers, activations, losses, optimisers."""

from __future__ import annotations

import json

from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.layer import Signal, layer_kind
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.catalogue.optimisers import (
    OPTIMISERS,
    Optimiser,
    OptimiserKind,
    UpdateForm,
    numbers_of,
)
from bp_tutor.formula import FUNCTIONS, Function
from bp_tutor.formula.algebra import slope_of
from bp_tutor.problem import list_problems, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.signals import signals
from tests.docs.layer_examples import EXAMPLES, inputs_for, layer_in
from tests.docs.spelling import ALPHABET, markdown, plainly, spelled

OF_ALL_UNITS = {
    "softmax": ("e^zᵢ/(e^z₁ + e^z₂ + …)", "aᵢ·(1 − aᵢ), and −aᵢ·aⱼ for another unit's z"),
    "log_softmax": ("zᵢ − ln(e^z₁ + e^z₂ + …)", "1 − e^aᵢ, and −e^aⱼ for another unit's z"),
}
"""Softmax is no function of one number, so no row gives it."""


def activations() -> str:
    rows = []
    for name, row in ACTIVATIONS.items():
        function = FUNCTIONS.get(name)
        body, slope = OF_ALL_UNITS[row.key] if function is None else _body_and_slope(function)
        settings = [f"{field.name}: {plainly(field.default)}" for field in row.fields]
        rows.append((f"`{name}`", ", ".join(f"`{one}`" for one in settings), body, slope))
    return markdown(("name", "parameters and what they are if left out", "a", "slope ∂a/∂z"), rows)


def _body_and_slope(function: Function) -> tuple[str, str]:
    slope = function.slopes[0]
    return spelled(
        function.body or ""
    ), "none: forward only" if not slope or slope == "0" else spelled(slope)


def losses() -> str:
    rows = []
    for name, row in LOSSES.items():
        slope = slope_of(row.function(), 0)
        assert slope is not None
        fused = row.fused and f"{spelled(row.fused.delta)} after `{row.fused.activation}`"
        kind = "mean" if row.mean else "sum"
        usual = "".join(f" (`{each.name}: {plainly(each.default)}`)" for each in row.fields)
        rows.append((f"`{name}`{usual}", spelled(row.formula), spelled(slope), kind, fused or ""))
    head = ("name", "loss of one output", "its slope ∂E/∂a", "over outputs", "delta if `fused`")
    return markdown(head, rows)


def layers() -> str:
    shown: dict[str, list[str]] = {}
    for path in list_problems():
        network = load_problem(path).network
        for layer in network.layers if network else ():
            shown.setdefault(layer.called, []).append(path.stem)
    rows = []
    for name, text in EXAMPLES:
        called, sizes = _example(text)
        names = sorted(shown.get(called, ()), key=lambda name: (name != "exercise", name))
        takes = ", ".join(TAKES[form] for form in layer_kind(name).takes)
        exercise = f"`{names[0]}`" if names else ""
        rows.append((f"`{called}`", f"`{text}`", takes, sizes, exercise))
    return markdown(("layer", "in a file", "takes", "for example", "exercise"), rows)


def _example(text: str) -> tuple[str, str]:
    """What the layer of an example is called, and what it makes of the inputs."""
    inputs, samples = inputs_for(layer_in(text))
    network = {"inputs": inputs, "layers": [layer_in(text)]}
    file = {"title": text, "network": network, "inputs": samples, "loss": "none"}
    problem = read_problem(json.dumps(file))
    assert problem.network
    before, after = signals(problem.network)
    return problem.network.layers[0].called, f"{_size(before)} → {_size(after)}"


def _size(signal: Signal) -> str:
    shape = "×".join(map(str, signal.shape))
    return f"{signal.steps} steps of {shape}" if signal.form == "sequence" else shape


TAKES = {"vector": "units", "image": "images", "sequence": "steps", "positions": "positions"}


def optimisers() -> str:
    rows = []
    for chosen_by, kind, form in FORMS:
        lines = [f"p = {spelled(form.ahead)} with g taken there"] if form.ahead else []
        for line in form.lines:
            left = (
                "w′" if line.kind == "'" else ALPHABET.get(line.kind, line.kind.replace("'", "′"))
            )
            lines.append(f"{left} = {spelled(line.formula)}")
        numbers = numbers_of(Optimiser(kind.key)).items()
        usual = ", ".join(f"`{key}: {plainly(value)}`" for key, value in numbers)
        rows.append((f"`{chosen_by}`", ", ".join(lines), usual))
    return markdown(("in a file", "formulas of an update", "parameters if left out"), rows)


def _chosen_by(kind: OptimiserKind, form: UpdateForm) -> str:
    """What picks a form in a file."""
    settings = ", ".join(f"{key}: {str(value).lower()}" for key, value in form.when)
    if "report" in dict(form.when):
        return f"conventions: {{{settings}}}"
    return f"optimiser: {{{kind.key}: {{{settings}}}}}" if settings else f"optimiser: {kind.key}"


FORMS = [
    (_chosen_by(kind, form), kind, form) for kind in OPTIMISERS.values() for form in kind.forms
]
"""Every form of every optimiser, with what picks it in a file."""

"""The examples of the tables of layers and optimisers do what the tables say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bp_tutor.catalogue.kinds import KINDS
from bp_tutor.catalogue.optimisers import OptimiserKind, UpdateForm, form_of
from bp_tutor.explain import symbols_of
from bp_tutor.problem import Problem
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.schema_layers import KIND_RECORDS
from bp_tutor.problem.schema_network import LAYER
from bp_tutor.problem.signals import signals
from bp_tutor.reader import plain, read_text
from bp_tutor.render.json_trace import trace_json
from bp_tutor.solve import solve
from tests.docs.fragments import BASE, keys_of
from tests.docs.layer_examples import EXAMPLES, INPUTS, example, kind_of
from tests.docs.model_tables import FORMS
from tests.docs.test_json import LETTERS, letters

DRAWN = {"seed": 1, "scale": 1}
NUMBERS = {"weights", "recurrent_weights", "bias"}
"""The keys under which a file gives the numbers of a layer."""


def loaded(file: dict[str, Any]) -> Problem:
    return read_problem(json.dumps(file))


def with_layers(*layers: Any, **more: Any) -> dict[str, Any]:
    inputs, samples = INPUTS[KINDS[kind_of(layers[0])].takes[0]]
    network = {"inputs": inputs, "weight_order": "from-to", "layers": layers}
    return {"title": "Example", "network": network, "inputs": samples, **more}


def test_each_kind_has_an_example() -> None:
    assert EXAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_each_example_is_of_its_kind_and_its_gradients_are_right(kind: str) -> None:
    layer = example(kind)
    network = loaded(with_layers(layer, loss="none")).network
    assert network
    assert network.layers[0].kind == kind
    if isinstance(layer, dict):
        record = KIND_RECORDS.get(next(iter(layer)), LAYER)
        layer |= dict.fromkeys(NUMBERS & keys_of(record), DRAWN)
    # No loss compares images, so they are put in a row.
    image = signals(network)[-1].form == "image"
    file = with_layers(layer, *["flatten"] * image, targets=DRAWN, gradients_of_inputs=True)
    problem = loaded(file)
    text, sound = trace_json(solve(problem), symbols_of(problem))
    assert sound
    assert json.loads(text)["verified"]["gradients"]
    assert letters(problem) <= LETTERS


@pytest.mark.parametrize(("chosen_by", "_", "form"), FORMS, ids=[row[0] for row in FORMS])
def test_each_form_of_the_optimisers_is_chosen_as_the_table_says(
    chosen_by: str, _: OptimiserKind, form: UpdateForm
) -> None:
    problem = loaded(BASE | plain(read_text(chosen_by)))  # type: ignore[operator]
    assert problem.network
    assert form_of(problem.network.optimiser, problem.conventions.report) == form
    rules = [step.line.rule for step in solve(problem).runs[0].steps]
    assert {line.rule for line in form.lines} <= {*rules}

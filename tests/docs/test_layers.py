"""The examples of the tables of layers and optimisers do what the tables say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bp_tutor.catalogue import layers
from bp_tutor.catalogue.layer import LAYERS, layer_kind
from bp_tutor.catalogue.optimisers import OptimiserKind, UpdateForm, form_of
from bp_tutor.explain import symbols_of
from bp_tutor.fields.records import Record
from bp_tutor.output.json_trace import trace_json
from bp_tutor.problem import Problem
from bp_tutor.problem.layer_records import record_of
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.signals import signals
from bp_tutor.reader import plain, read_text
from bp_tutor.solve import solve
from bp_tutor.words import languages, load_words
from tests.docs.fragments import BASE, keys_of
from tests.docs.layer_examples import EXAMPLES, inputs_for, layer_in
from tests.docs.model_tables import FORMS
from tests.docs.test_json import LETTERS, letters

MODULES = sorted(Path(layers.__file__).parent.glob("*.py"))
DRAWN = {"seed": 1, "scale": 1}
NUMBERS = {
    "weights", "recurrent_weights", "bias", "slopes", "peepholes", "output_weights", "output_bias",
}  # fmt: skip
"""The keys under which a file gives the numbers of a layer."""


def loaded(file: dict[str, Any]) -> Problem:
    return read_problem(json.dumps(file))


def with_layers(*layers: Any, **more: Any) -> dict[str, Any]:
    inputs, samples = inputs_for(layers[0])
    network = {"inputs": inputs, "weight_order": "from-to", "layers": layers}
    return {"title": "Example", "network": network, "inputs": samples, **more}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_each_kind_of_layer_is_in_the_table(path: Path) -> None:
    for name in re.findall(r"^(\w+) = LayerKind\(", path.read_text(encoding="utf-8"), re.MULTILINE):
        row = f"{path.stem}.{name}"
        assert row in LAYERS.values(), f"name {row} in LAYERS in bp_tutor/catalogue/layer.py"


@pytest.mark.parametrize("name", LAYERS)
def test_each_kind_of_layer_says_all_that_is_to_be_known_of_it(name: str) -> None:
    kind = layer_kind(name)
    assert kind.key == name, f"LAYERS calls {kind.key} {name}"
    assert kind.examples, f"{name}: give an example of a file's layer in `examples`"
    assert kind.takes, f"{name}: say in `takes` which forms of input it understands"
    for language in languages():
        words = load_words(language)
        record = record_of(kind)
        settings = kind.field.type
        for each in (record, *([settings] if isinstance(settings, Record) else [])):
            for field in each.fields:
                own, usual = f"{each.name.replace(' ', '_')}.{field.name}", f"any.{field.name}"
                known = f"key.{own}" in words or f"key.{usual}" in words
                assert known, f"add key.{own} to bp_tutor/words/{language}.yaml"


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_each_example_is_of_its_kind_and_its_gradients_are_right(name: str, text: str) -> None:
    layer = layer_in(text)
    network = loaded(with_layers(layer, loss="none")).network
    assert network
    assert network.layers[0].kind == name
    for language in languages():
        key = f"layer_kind.{network.layers[0].called}"
        assert key in load_words(language), f"add {key} to bp_tutor/words/{language}.yaml"
    if isinstance(layer, dict):
        layer |= dict.fromkeys(NUMBERS & keys_of(record_of(layer_kind(name))), DRAWN)
    # No loss compares images, so they are put in a row.
    image = signals(network)[-1].form == "image"
    file = with_layers(layer, *["flatten"] * image, targets=DRAWN, gradients_of_inputs=True)
    problem = loaded(file)
    for step in solve(problem).runs[0].steps:
        rule = f"rule.{step.line.rule}.short"
        assert rule in load_words("en"), f"add {rule} to the files in bp_tutor/words/"
    text, sound = trace_json(solve(problem), symbols_of(problem))
    assert sound
    assert json.loads(text)["verified"]["gradients"]
    new = letters(problem) - LETTERS
    assert not new, f"say in docs/reference/json.md what {new} stand for"


@pytest.mark.parametrize(("chosen_by", "_", "form"), FORMS, ids=[row[0] for row in FORMS])
def test_each_form_of_the_optimisers_is_chosen_as_the_table_says(
    chosen_by: str, _: OptimiserKind, form: UpdateForm
) -> None:
    problem = loaded(BASE | plain(read_text(chosen_by)))  # type: ignore[operator]
    assert problem.network
    assert form_of(problem.network.optimiser, problem.conventions.report) == form
    rules = [step.line.rule for step in solve(problem).runs[0].steps]
    assert {line.rule for line in form.lines} <= {*rules}

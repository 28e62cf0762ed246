"""The JSON Schema says yes to every sound file, and no wherever it can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bp_tutor.authoring.schema import MODELINE, SCHEMA_FILE, schema_text
from bp_tutor.problem.schema import ALONE, NETWORK_ONLY, PROBLEM
from bp_tutor.reader import ReadError, plain, read_file, read_text
from bp_tutor.words import languages, load_words

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(schema_text(load_words("en")))
VALID = Draft7Validator(SCHEMA)
SOUND = sorted((ROOT / "problems").glob("*.yaml"))
BROKEN = sorted((ROOT / "tests" / "broken").glob("*.yaml"))

ONLY_READING = {
    "lengths and shapes have to be compared": """
        attention-heads attention-masks normalisation-kinds normalisation-one-row
        token-count token-unknown
        attention-many-samples bias-count gate-shape image-turned initial-state-size inputs-count
        inputs-turned kernel-channels kernel-shape kernel-too-large kernel-uneven
        normalisation-one-number pooling-too-large recurrent-weights-turned sample-count
        image-columns sequence-step-missing sequence-step-uneven targets-count targets-count-2
        too-many-numbers weights-ragged weights-turned weights-wrong-shape""",
    "one layer has to suit the one before, the loss, the targets": """
        attention-keys-from
        attention-after-vector binary-needs-probabilities convolution-bias-shared
        convolution-softmax cross-entropy-needs-softmax cross-entropy-step-sum dense-after-image
        drop-factor dropout-all-dropped image-output not-fused pooling-after-flatten
        recurrent-after-vector sign-with-loss softmax-alone step-with-loss targets-out-of-range""",
    "one key asks for another, or rules it out": """
        attention-projection normalisation-shift dropout-way dropout-mask
        batch-too-large bias-blank bias-omitted bias-twice given-and-loss given-image
        given-missing given-unknown loss-alone-lacks no-logits
        predictions-range graph-given-list graph-steps-no-rate graph-no-start
        inputs-mixed-forms inputs-width-missing learning-rate-missing
        matrix-and-values no-weight-order
        optimiser-without-rate pooling-both-ways published-update-and-after
        recurrent-bias-missing recurrent-no-weight-order targets-missing""",
    "a name stands for something else in the file": """
        edge-twice edges-not-neighbours edges-unknown-unit edges-without-names
        graph-differentiate-unknown graph-given-form graph-given-state graph-given-twice
        graph-leaf-and-formula
        graph-reserved graph-unknown-name-asked optimiser-own-symbol published-name published-size
        rounding-layer
        unit-name-twice value-no-weight value-of-no-bias value-outside value-outside-kernel
        value-twice value-decimal-comma-inside value-missing-in-notation value-typo value-unknown
        values-missing""",
    "a name has to be spelled and read back": """
        names-ascii-clash names-ascii-function names-ascii-greek names-ascii-needless
        names-canonical names-clash names-convolution names-function names-graph names-graph-ascii
        names-graph-letter names-graph-no-ascii names-index names-no-ascii names-rate names-step
        names-sum-sign names-two names-unit-function names-unit-like-quantity names-unit-no-ascii
        names-unit-symbol names-units-alike names-weight-like-unit names-weight-like-updated
        names-weight-twice names-wide""",
    "a formula has to be read, or worked out": """
        graph-circle graph-division graph-exponent graph-given-follows graph-itself
        graph-log-zero graph-no-path graph-no-path-given graph-step
        graph-syntax graph-too-deep graph-too-long graph-undefined graph-unexpected""",
    "what varies has to suit what the file has": """
        vary-drawn vary-graph-inputs vary-graph-leaf vary-graph-symbol vary-network-values
        vary-span-empty vary-span-fine vary-span-turned vary-targets-one-hot vary-targets-range
        vary-twice""",
    "what is printed has to be read as a number": """
        published-bracket published-comma published-curly-quotes published-half-quoted
        published-words""",
    "JSON has no such numbers": "infinity not-a-number",
    "the limit stands in no pattern": "rounding",
}
"""What only reading the file can tell, and why."""


def schema(language: str) -> Any:
    return json.loads(schema_text(load_words(language)))


@pytest.mark.parametrize("language", languages())
def test_the_schema_is_a_schema(language: str) -> None:
    Draft7Validator.check_schema(schema(language))


def test_both_languages_ask_for_the_same() -> None:
    def silent(part: Any) -> Any:
        if isinstance(part, dict):
            # A key of that name has a mapping behind it, an explanation a text.
            said = (
                {"description", "markdownDescription"}
                if isinstance(part.get("description"), str)
                else set()
            )
            return {key: silent(value) for key, value in part.items() if key not in said}
        return [silent(item) for item in part] if isinstance(part, list) else part

    assert silent(schema("en")) == silent(schema("zh"))
    assert schema("en") != schema("zh")


def test_every_key_is_explained() -> None:
    for part in (SCHEMA, *SCHEMA["definitions"].values()):
        for name, value in part["properties"].items():
            about = value["description"]
            assert about.endswith("."), name
            shown = value.get("markdownDescription", about).removeprefix(about)
            assert shown == "" or shown.startswith(f"\n\n`{name}: ")
    assert SCHEMA["properties"].keys() == {field.name for field in PROBLEM.fields}


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_every_sound_file_suits_it(path: Path) -> None:
    errors = [f"{e.json_path}: {e.message}" for e in VALID.iter_errors(plain(read_file(path)))]
    assert not errors


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_what_is_wrong_in_form_does_not(path: Path) -> None:
    try:
        content = plain(read_file(path))
    except ReadError:
        return
    told = {name for names in ONLY_READING.values() for name in names.split()}
    assert VALID.is_valid(content) == (path.stem in told), "see ONLY_READING"


def test_most_of_what_is_wrong_in_form_is_seen() -> None:
    names = [name for names in ONLY_READING.values() for name in names.split()]
    assert len(names) == len(set(names))
    assert {*names} <= {path.stem for path in BROKEN}


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("graph: {formulas: {a: b}, with_respect_to: [b]}", True),
        ("graph: {formulas: {a: b}, with_respect_to: [b]}\ninputs: [1]", False),
        ("network: {inputs: 2, layers: [flatten]}", True),
        ("network: {inputs: 2, layers: [flat]}", False),
        ("network: {inputs: 2, layers: [{units: 2, activation: {relu: {alpha: 1}}}]}", False),
        ("network: {inputs: 2, layers: [{units: 2, activation: {elu: {alpha: 2}}}]}", True),
        ("network: {inputs: 2, layers: [{lstm: {units: 2}, weights: {seed: 1}}]}", False),
        ("network: {inputs: 2, layers: [{lstm: {units: 2}, bias: none}]}", True),
        ("network: {inputs: 2, layers: [{units: 2}]}\nlr: 0.1", False),
        ("network: {inputs: 2, layers: [{units: 2}]}\nbatch: 3", True),
        ("network: {inputs: 2, layers: [{units: 2}]}\nbatch: some", False),
        ("network: {inputs: 2, layers: [{units: 2}]}\nnotation: nett-out", False),
        ("network: {inputs: 2, layers: [{units: 2}]}\nrounding: {default: hand:2, Z: 3}", True),
        ("network: {inputs: 2, layers: [{units: 2}]}\nrounding: {default: hand:2, Z: x}", False),
        ("network: {inputs: 2, layers: [{units: 2}]}\npublished: [{name: L, value: 1}]", False),
        ("title: x", False),
    ],
)
def test_pieces(text: str, valid: bool) -> None:
    assert VALID.is_valid(plain(read_text(text))) == valid


def test_a_graph_has_no_keys_of_networks() -> None:
    assert SCHEMA["then"]["properties"].keys() == {"network", *NETWORK_ONLY, *ALONE}


@pytest.mark.parametrize(
    ("keys", "valid"),
    [
        ("logits: [1, 2]", True),
        ("predictions: [0.1, 0.9]", True),
        ("predictions: [0.1, 0.9]\nlogits: [1, 2]", False),
        ("logits: [1, 2]\nnetwork: {inputs: 2, layers: [{units: 2}]}", False),
        ("logits: [1, 2]\ngraph: {formulas: {c: a + b}}", False),
        ("logits: {seed: 1, scale: 1}", False),
    ],
)
def test_a_loss_alone_has_one_key_of_its_own(keys: str, valid: bool) -> None:
    text = f"targets: [0, 1]\nloss: cross_entropy\n{keys}"
    assert VALID.is_valid(plain(read_text(text))) == valid


def test_the_comment_names_the_file() -> None:
    assert MODELINE.endswith(f"$schema={SCHEMA_FILE}")

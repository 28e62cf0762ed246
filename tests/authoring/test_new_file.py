"""New files are sound as they come, and say what they were asked to say."""

from __future__ import annotations

import json
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from bp_tutor.authoring.new_file import BY_SYMBOL, MOST_TYPED, new_text
from bp_tutor.authoring.plan import (
    FILLS,
    KINDS,
    Plan,
    activations_for,
    usual_activations,
    usual_loss,
)
from bp_tutor.authoring.schema import MODELINE, schema_text
from bp_tutor.authoring.yaml_text import folded, scalar
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.explain import symbols_of
from bp_tutor.notations import notation_names
from bp_tutor.output.json_trace import trace_json
from bp_tutor.problem import Problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.reader import plain, read_text
from bp_tutor.reader.parse import _escaped
from bp_tutor.solve import solve
from bp_tutor.words import languages, load_words

ENGLISH = load_words("en")
VALID = Draft7Validator(json.loads(schema_text(ENGLISH)))


def sound(plan: Plan, language: str = "en") -> Problem:
    text = new_text(plan, load_words(language))
    assert text.startswith(f"{MODELINE}\n# ")
    assert max(map(len, text.splitlines())) <= 120
    VALID.validate(plain(read_text(text)))
    problem = read_problem(text)
    described, right = trace_json(solve(problem), symbols_of(problem))
    assert right
    verified = (json.loads(described)["verified"] or {}).get("gradients")
    assert bool(verified) == (plan.drawn and plan.loss != "none")
    return problem


def test_the_middle_of_the_road() -> None:
    problem = sound(Plan(units=(3, 3, 2), activations=("sigmoid", "sigmoid")))
    network = problem.network
    assert network
    assert network.inputs == 3
    assert [layer.units for layer in network.layers] == [3, 2]
    assert [layer.activation for layer in network.layers] == ["sigmoid", "sigmoid"]
    assert problem.notation == "layered"
    assert problem.title.in_language("en") == "Network 3-3-2: one training step"
    assert problem.title.in_language("zh") == "网络 3-3-2：一次训练"
    assert network.samples
    assert isinstance(network.targets, tuple)
    assert sorted(network.targets[0]) == [0.0, 1.0]


@pytest.mark.parametrize(
    ("kind", "fill", "language", "notation"),
    [
        (kind, fill, language, notation)
        for kind, fill, language in product(KINDS, FILLS, languages())
        for notation in (notation_names() if (kind, fill) == ("network", "blank") else ("plain",))
    ],
)
def test_every_kind_in_every_notation(kind: str, fill: str, language: str, notation: str) -> None:
    problem = sound(Plan(kind=kind, units=KINDS[kind], fill=fill, notation=notation), language)
    assert problem.notation == notation
    assert (problem.graph is not None) == (kind == "graph")


@pytest.mark.parametrize("loss", [*LOSSES, "none"])
@pytest.mark.parametrize("fill", FILLS)
def test_every_loss(loss: str, fill: str) -> None:
    last = usual_activations(loss)[-1]
    plan = Plan(units=(2, 3, 2), activations=("tanh", last), loss=loss, fill=fill)
    network = sound(plan).network
    assert network
    assert (network.loss.name if network.loss else "none") == loss


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_with_its_usual_loss(name: str) -> None:
    found = activations_for((2, 2, 2), (name,))
    assert found
    sound(Plan(units=(2, 2, 2), activations=found, loss=usual_loss(found)))


@pytest.mark.parametrize(
    ("units", "way"),
    [((4, 6, 4), "values"), ((5, 7, 4), "matrices"), ((20, 30, 10), "generator")],
)
@pytest.mark.parametrize("fill", FILLS)
def test_many_numbers_stand_more_closely(units: tuple[int, ...], way: str, fill: str) -> None:
    count = sum(a * b + b for a, b in pairwise(units))
    assert way == (
        "values" if count <= BY_SYMBOL else "matrices" if count <= MOST_TYPED else "generator"
    )
    text = new_text(Plan(units=units, fill=fill), ENGLISH)
    sound(Plan(units=units, fill=fill))
    assert ("  values:" in text) == (way == "values")
    assert ("weight_order:" in text) == (way != "values")
    assert ("seed:" in text) == (way == "generator" and fill == "drawn")


def test_names_come_in_the_order_of_the_course() -> None:
    text = new_text(Plan(units=(2, 2, 3), notation="net-out", fill="blank"), ENGLISH)
    names = [line.strip(" :") for line in text.splitlines() if line.strip().startswith("w")]
    assert [name for name in names if name[1:].isdigit()] == [f"w{n}" for n in range(1, 11)]


TITLES = st.one_of(
    st.text(min_size=1, max_size=60),
    st.text(st.sampled_from("ab1 :#'\"{}[],&*!|>%@`\\-?~\u4f60，：。.0"), min_size=1, max_size=12),
    st.sampled_from(["null", "true", "~", "0.30", "1e5", "- a", "? b", "a: b", "a #b"]),
)


@settings(max_examples=120, deadline=None)
@given(TITLES)
def test_titles_come_back_as_they_were_typed(title: str) -> None:
    if not title.strip() or "\n" in title or "\t" in title or not allowed(title):
        return
    problem = read_problem(new_text(Plan(title=title, fill="blank"), ENGLISH))
    assert problem.title.in_language("en") == problem.title.in_language("zh") == title


def allowed(text: str) -> bool:
    """Whether a problem file can hold it at all: no control characters, no halves of others."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text) and not _escaped(text)


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=20))
def test_a_scalar_is_a_text_wherever_it_stands(text: str) -> None:
    if not allowed(text):
        return
    word = scalar(text)
    read = plain(read_text(f"a: {word}\nb: [{word}, {word}]\nc: {{{word}: {word}}}\n"))
    assert read == {"a": text, "b": [text, text], "c": {text: text}}


@given(st.lists(st.integers(-9, 9).map(str), max_size=80))
def test_a_folded_list_is_the_list(items: list[str]) -> None:
    lines = list(folded("numbers", items))
    assert all(len(line) <= 100 for line in lines)
    assert plain(read_text("\n".join(lines))) == {"numbers": [int(item) for item in items]}


def test_a_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "新题 1.yaml"
    path.write_text(new_text(Plan(title="一"), load_words("zh")), encoding="utf-8")
    assert load_problem(path).title.in_language("zh") == "一"

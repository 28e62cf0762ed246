"""A kind of layer in which branches meet, registered here alone: everything else follows."""

from __future__ import annotations

import json
from collections import ChainMap
from pathlib import Path
from typing import cast

import pytest

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import LAYERS, LayerContext, LayerFormulas, LayerKind, Reached
from bp_tutor.catalogue.layers.joining import EVERY_FORM, layer_numbers, meeting, of_one_shape
from bp_tutor.cli.app import main
from bp_tutor.explain import symbols_of
from bp_tutor.fields.forms import Setting
from bp_tutor.fields.records import Section
from bp_tutor.formula import Mul, Ref, Role
from bp_tutor.output.json_trace import trace_json
from bp_tutor.problem import Problem, ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import StudentAnswers, contexts_of, mark, samples, understand
from bp_tutor.solve import solve
from bp_tutor.words import load_words
from tests.code.running import deviation, run_all, write
from tests.lectures.by_hand import sigmoid
from tests.quiz.networks import context_of_problem
from tests.quiz.test_samples import questions_of


def settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    return {} if of_one_shape(section, reached) else None


def formulas(context: LayerContext) -> LayerFormulas:
    lines = []
    for step, sources in meeting(context):
        after = context.quantity("A", step, sources[0].shape, Role.OUTPUT)
        product = Mul(tuple(map(Ref, sources)))
        lines.append(Definition(after, product, "forward", "multiplied"))
    return LayerFormulas(tuple(lines), tuple(line.quantity for line in lines))


MULTIPLY = LayerKind(
    key="multiply",
    own_field=layer_numbers("multiply", "gated"),
    also=("gated",),
    takes=EVERY_FORM,
    joins=True,
    entrywise=True,
    settings=settings,
    formulas=formulas,
    examples=("{multiply: [1, 1]}",),
)
TEXTS = {
    "layer_kind.multiply": "multiply",
    "rule.multiplied.short": "outputs multiplied",
    "rule.multiplied.long": "Multiply what the layers hand on.",
}

FILE = """title: A gate
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: sigmoid, weights: [[0.1, 0.8], [0.4, 0.6]], bias: [0.1, 0.2]}
    - {multiply: [1, 2]}
    - {units: 1, weights: [[0.3], [0.9]], bias: [0.3]}
inputs: [0.35, 0.9]
targets: [0.5]
learning_rate: 1
gradients_of_inputs: true
"""


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAYERS, "multiply", MULTIPLY)
    words = load_words("en")
    monkeypatch.setattr(words, "_texts", ChainMap(TEXTS, cast("dict[str, str]", words._texts)))


@pytest.fixture
def problem() -> Problem:
    return read_problem(FILE)


def test_values_and_gradients_are_those_of_plain_loops(problem: Problem) -> None:
    x, w, b, v, c, y = (0.35, 0.9), ((0.1, 0.8), (0.4, 0.6)), (0.1, 0.2), (0.3, 0.9), 0.3, 0.5
    hidden = [sigmoid(x[0] * w[0][j] + x[1] * w[1][j] + b[j]) for j in (0, 1)]
    product = [hidden[j] * x[j] for j in (0, 1)]
    delta = product[0] * v[0] + product[1] * v[1] + c - y
    deltas = [delta * v[j] * x[j] * hidden[j] * (1 - hidden[j]) for j in (0, 1)]
    back = [delta * v[i] * hidden[i] + sum(deltas[j] * w[i][j] for j in (0, 1)) for i in (0, 1)]
    run = solve(problem).runs[0]
    found = {quantity.name: values for quantity, values in run.values.items()}
    assert found["A[3]"] == pytest.approx(product)
    assert found["dZ[2]"] == pytest.approx(deltas)
    assert found["dW[1]"] == pytest.approx([x[i] * deltas[j] for i in (0, 1) for j in (0, 1)])
    assert found["dA[1]"] == pytest.approx(back)


def test_it_checks_itself(problem: Problem) -> None:
    text, sound = trace_json(solve(problem), symbols_of(problem))
    assert sound
    assert json.loads(text)["verified"]["gradients"] == 11


def test_it_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gate.yaml"
    path.write_text(FILE, encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["solve", str(path), "--lang", "en"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert "2 → dense → 2 → multiply (layers 1, 2) → 2 → dense → 1" in printed
    assert "A₃₁ = A₁₁·A₂₁ = 0.35·0.6213 ≈ 0.2174" in printed
    assert "∂L/∂Z₂₁·∂Z₂₁/∂A₁₁ + ∂L/∂Z₂₂·∂Z₂₂/∂A₁₁ + ∂L/∂A₃₁·∂A₃₁/∂A₁₁" in printed


def test_it_is_asked_about_and_marked(problem: Problem) -> None:
    whole = context_of_problem(problem)
    contexts = contexts_of(whole.trace, whole.page)
    questions = questions_of(contexts)
    assert any(question.identifier.startswith("A[3") for question in questions)
    for question in questions:
        context = contexts[question.update - 1]
        for text in samples(question, context).right:
            found = mark(question, understand(question, text, context), StudentAnswers(context))
            assert found.right, (question, text)


def test_its_program_says_the_same(problem: Problem) -> None:
    program = write(problem)
    (ran,) = run_all([program.text])
    assert deviation(program, ran) < 1e-9


def test_what_has_another_shape_is_told_with_its_line() -> None:
    with pytest.raises(ProblemError) as error:
        read_problem(FILE.replace("inputs: 2\n", "inputs: 3\n").replace("[[0.1", "[[1, 1], [0.1"))
    mistake = error.value.mistakes[0]
    assert (mistake.key, mistake.path) == (
        "problem.join_shapes", "network.layers[1]",
    )  # fmt: skip
    assert mistake.mark is not None
    assert mistake.mark.line == 7


def test_another_name_is_understood_as_a_hint() -> None:
    with pytest.raises(ProblemError) as error:
        read_problem(FILE.replace("multiply:", "gated:"))
    assert error.value.mistakes[0].nearest == "multiply"

"""A kind of layer that reaches back, registered here alone: everything else follows from it."""

from __future__ import annotations

import json
from collections import ChainMap
from pathlib import Path
from typing import cast

import pytest

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import LAYERS, LayerContext, LayerFormulas, LayerKind, Reached
from bp_tutor.cli.app import main
from bp_tutor.explain import symbols_of
from bp_tutor.fields.forms import Setting, Whole
from bp_tutor.fields.records import Field, Section
from bp_tutor.formula import Add, Ref, Role
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
    own: Section = section["residual"]
    number = own["from"]
    if number < reached.number and reached.signals[number - 1] == reached.signal:
        return {"from": number}
    reached.context.mistake(own.at("from"), "problem.residual_from", layer=reached.number)
    return None


def formulas(context: LayerContext) -> LayerFormulas:
    earlier = context.output_of(context.layer.setting("from"))
    lines = []
    for (step, source), added in zip(context.steps(), earlier, strict=True):
        after = context.quantity("A", step, source.shape, Role.OUTPUT)
        total = Add((Ref(source), Ref(added)))
        lines.append(Definition(after, total, "forward", "earlier_added"))
    return LayerFormulas(tuple(lines), tuple(line.quantity for line in lines))


RESIDUAL = LayerKind(
    key="residual",
    also=("skip",),
    takes=("image", "sequence", "positions", "vector"),
    fields=(Field("from", Whole(1, 64), "1", required=True),),
    example="{from: 1}",
    settings=settings,
    formulas=formulas,
    examples=("{residual: {from: 1}}",),
)
TEXTS = {
    "layer_kind.residual": "residual",
    "rule.earlier_added.short": "earlier output added",
    "rule.earlier_added.long": "Add what an earlier layer hands on.",
    "problem.residual_from": "layer {layer} adds what has another shape",
}

FILE = """title: Skip
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: sigmoid, weights: [[0.1, 0.8], [0.4, 0.6]], bias: [0.1, 0.2]}
    - {residual: {from: 1}}
    - {units: 1, weights: [[0.3], [0.9]], bias: [0.3]}
inputs: [0.35, 0.9]
targets: [0.5]
learning_rate: 1
gradients_of_inputs: true
"""


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAYERS, "residual", RESIDUAL)
    words = load_words("en")
    monkeypatch.setattr(words, "_texts", ChainMap(TEXTS, cast("dict[str, str]", words._texts)))


@pytest.fixture
def problem() -> Problem:
    return read_problem(FILE)


def test_values_and_gradients_are_those_of_plain_loops(problem: Problem) -> None:
    x, w, b, v, c, y = (0.35, 0.9), ((0.1, 0.8), (0.4, 0.6)), (0.1, 0.2), (0.3, 0.9), 0.3, 0.5
    hidden = [sigmoid(x[0] * w[0][j] + x[1] * w[1][j] + b[j]) for j in (0, 1)]
    added = [hidden[j] + x[j] for j in (0, 1)]
    delta = added[0] * v[0] + added[1] * v[1] + c - y
    deltas = [delta * v[j] * hidden[j] * (1 - hidden[j]) for j in (0, 1)]
    back = [delta * v[i] + sum(deltas[j] * w[i][j] for j in (0, 1)) for i in (0, 1)]
    run = solve(problem).runs[0]
    found = {quantity.name: values for quantity, values in run.values.items()}
    assert found["A[3]"] == pytest.approx(added)
    assert found["dZ[2]"] == pytest.approx(deltas)
    assert found["dW[1]"] == pytest.approx([x[i] * deltas[j] for i in (0, 1) for j in (0, 1)])
    assert found["dA[1]"] == pytest.approx(back)


def test_it_checks_itself(problem: Problem) -> None:
    text, sound = trace_json(solve(problem), symbols_of(problem))
    assert sound
    assert json.loads(text)["verified"]["gradients"] == 11


def test_it_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "skip.yaml"
    path.write_text(FILE, encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["solve", str(path), "--lang", "en"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert "2 → dense → 2 → residual → 2 → dense → 1" in printed
    assert "A₃₁ = A₂₁ + A₁₁ = 0.6213 + 0.35 = 0.9713" in printed
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
        "problem.residual_from", "network.layers[1].residual.from",
    )  # fmt: skip
    assert mistake.mark is not None
    assert mistake.mark.line == 7


def test_another_name_is_understood_as_a_hint() -> None:
    with pytest.raises(ProblemError) as error:
        read_problem(FILE.replace("residual:", "skip:"))
    assert error.value.mistakes[0].nearest == "residual"

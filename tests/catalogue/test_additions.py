"""What somebody adds to a table is read, solved, checked, explained, asked about and written out.

Each row below is registered by the test alone; nothing else in the program knows of it.
"""

from __future__ import annotations

import json
from math import isclose, sqrt

import pytest

from bp_tutor.authoring.schema import schema_text
from bp_tutor.catalogue.activations import ACTIVATIONS, entrywise
from bp_tutor.catalogue.losses import LOSSES, LossKind
from bp_tutor.catalogue.optimisers import OPTIMISERS, Line, OptimiserKind, UpdateForm
from bp_tutor.catalogue.regularisers import REGULARISERS, RegulariserKind
from bp_tutor.explain import View, derivation, symbols_of
from bp_tutor.fields.forms import Number
from bp_tutor.fields.records import Field
from bp_tutor.formula import FUNCTIONS, Function
from bp_tutor.formula.function_table import DERIVED
from bp_tutor.output.code.libraries import CodeError
from bp_tutor.output.json_trace import trace_json
from bp_tutor.problem import Problem, ProblemError
from bp_tutor.problem.concepts import LOSS
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Choice, contexts_of, make_questions
from bp_tutor.quiz.session import Session
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from bp_tutor.words import load_words
from tests.code.running import deviation, page_for, run_all, write
from tests.quiz.talking import right_answers, talk

PINBALL = LossKind(
    "pinball",
    "max(tau*(y - a), (1 - tau)*(a - y))",
    also=("quantile_loss",),
    fields=(Field("tau", Number("expected.share", 0, 1), "0.9", 0.5),),
)
ADAGRAD = OptimiserKind(
    "plain_adagrad",
    (
        UpdateForm(
            (
                Line("s'", "s + g**2", "mean_square"),
                Line("'", "w - eta*g/(sqrt(s_new) + epsilon)", "gradient_step"),
            ),
            pytorch=("Adagrad", "lr={eta}, eps={epsilon}"),
        ),
    ),
    (Field("epsilon", Number("expected.not_negative", 0), "1e-8", 1e-8),),
)
SQUAREPLUS = Function("squareplus", ("z",), "(z + sqrt(z**2 + 4))/2", (DERIVED,), activation=True)
LASSO = RegulariserKind(
    Field("lasso", Number("expected.not_negative", 0), "0.01", 0.0), "lambda*S1"
)


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LOSSES, "pinball", PINBALL)
    monkeypatch.setitem(OPTIMISERS, "plain_adagrad", ADAGRAD)
    monkeypatch.setitem(FUNCTIONS, "squareplus", SQUAREPLUS)
    monkeypatch.setitem(ACTIVATIONS, "squareplus", entrywise(SQUAREPLUS))
    monkeypatch.setitem(REGULARISERS, "lasso", LASSO)
    record = LOSS.record._replace(fields=(*LOSS.record.fields, LASSO.field))
    monkeypatch.setitem(LOSS.__dict__, "record", record)


def problem(**more: object) -> Problem:
    file = {
        "title": "Added",
        "network": {
            "inputs": 2,
            "weight_order": "from-to",
            "layers": [
                {"units": 2, "activation": "squareplus", "weights": [[0.3, -0.2], [0.5, 0.4]],
                 "bias": [0.1, -0.1]},
                {"units": 2, "weights": [[0.7, 0.2], [-0.3, 0.6]], "bias": [0.2, 0.1]},
            ],
        },
        "inputs": [1, 0.5],
        "targets": [3, -0.5],
        "loss": {"pinball": {"tau": 0.9}},
        "learning_rate": 0.1,
        **more,
    }  # fmt: skip
    return read_problem(json.dumps(file))


def numbers(made: Problem) -> dict[str, float]:
    run = solve(made).runs[0]
    return {
        quantity.identifier(index): run.value(quantity, index)
        for quantity in run.values
        for index in quantity.indices()
    }


def test_a_loss_with_a_parameter_gives_these_numbers() -> None:
    made = problem()
    assert made.network is not None
    assert made.network.loss is not None
    assert made.network.loss.parameters == (("tau", 0.9),)
    found = numbers(made)
    for place, target in ((1, 3.0), (2, -0.5)):
        error = found[f"A[3,{place}]"] - target
        slope = 0.1 if error > 0 else -0.9
        assert isclose(found[f"E[{place}]"], slope * error)
        assert isclose(found[f"dZ[3,{place}]"], slope)
    assert found["A[3,1]"] < 3.0
    assert found["A[3,2]"] > -0.5


@pytest.mark.parametrize(
    "loss",
    [
        {"pinball": {"tau": 0.9}},
        {"name": {"pinball": {"tau": 0.9}}},
        {"name": {"pinball": {"tau": 0.9}}, "error": "target-prediction"},
        {"name": {"pinball": {"tau": 0.9}}, "outputs": "sum", "samples": "sum"},
    ],
)
def test_a_parameter_goes_with_all_that_a_course_says_of_a_loss(loss: object) -> None:
    assert numbers(problem(loss=loss))["dW[1,1,1]"] == numbers(problem())["dW[1,1,1]"]


def test_without_its_parameter_a_loss_has_the_usual_one() -> None:
    found = numbers(problem(loss="pinball"))
    assert isclose(found["E[1]"], abs(found["A[3,1]"] - 3) / 2)


@pytest.mark.parametrize(
    ("loss", "key", "expected", "nearest"),
    [
        ({"pinball": {"tau": 2}}, "problem.found", "expected.share", ""),
        ({"pinball": {"ta": 1}}, "problem.unknown_key", "", "tau"),
        ("pinbal", "problem.unknown_loss", "", "pinball"),
        ("quantile_loss", "problem.unknown_loss", "", "pinball"),
        ({"pinbal": {"tau": 1}}, "problem.unknown_loss", "", "pinball"),
        ({"squared_error": {"tau": 1}}, "problem.no_parameters", "", ""),
        ({"none": {"tau": 1}}, "problem.found", "expected.loss", ""),
        ({"name": "pinball", "lasso": 1, "weight_decay": 1}, "problem.two_regularisers", "", ""),
    ],
)
def test_what_is_wrong_with_a_parameter_is_told(
    loss: object, key: str, expected: str, nearest: str
) -> None:
    with pytest.raises(ProblemError) as told:
        problem(loss=loss)
    (mistake,) = told.value.mistakes
    assert (mistake.key, mistake.expected, mistake.nearest) == (key, expected, nearest)
    assert mistake.path.startswith("loss")


CASES = {
    "pinball": {},
    "the other way round": {"loss": {"name": {"pinball": {"tau": 0.9}},
                                     "error": "target-prediction"}},
    "plain_adagrad": {"optimiser": "plain_adagrad", "updates": 3},
    "lasso": {"loss": {"name": "squared_error", "lasso": 0.1}},
}  # fmt: skip
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@every_case
def test_gradients_agree_with_central_differences(case: dict[str, object]) -> None:
    found = check(solve(problem(**case)).runs[0])
    assert found is not None
    assert (found.checked, found.failed, found.skipped) == (12, (), ())


@every_case
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_explained(case: dict[str, object], language: str) -> None:
    made = problem(**case)
    page = page_for(made, language=language)
    trace = solve(made, made.updates)
    document = derivation(page.settings, trace, View())
    said = " ".join(map(page.say, document.facts))
    assert ("pinball (tau = 0.9)" in said) == ("lasso" not in str(case))
    assert document.sections


@every_case
def test_it_is_exported(case: dict[str, object]) -> None:
    made = problem(**case)
    text, sound = trace_json(solve(made, made.updates), symbols_of(made))
    assert sound
    told = json.loads(text)["conventions"]
    assert told.get("loss_parameters") == (None if "lasso" in str(case) else {"tau": 0.9})
    assert told["lasso"] == (0.1 if "lasso" in str(case) else 0.0)


@every_case
def test_the_quiz_asks_about_it(case: dict[str, object]) -> None:
    made = problem(**case)
    page, trace = page_for(made), solve(made)
    ask = Choice(ask=("E", "dZ", "dW", "W'"))
    contexts = contexts_of(trace, page)
    questions = make_questions(contexts, ask)
    session = Session(contexts, questions, lambda _: None)
    answers = right_answers(session)
    assert len(answers) >= 6
    heard = talk(session, *answers)
    assert session.over
    assert "Traceback" not in heard.text


@every_case
def test_programs_give_the_same_numbers(case: dict[str, object]) -> None:
    made = problem(**case)
    written = write(made, made.updates)
    (ran,) = run_all([written.text])
    assert deviation(written, ran) < 1e-9
    assert "torch.optim." in write(made, made.updates, "pytorch").text


def test_what_pytorch_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    form = ADAGRAD.forms[0]._replace(pytorch=None)
    monkeypatch.setitem(OPTIMISERS, "plain_adagrad", ADAGRAD._replace(forms=(form,)))
    text = write(problem(optimiser="plain_adagrad"), library="pytorch").text
    assert "torch.optim" not in text
    assert "torch.no_grad()" in text
    with pytest.raises(CodeError):
        write(problem(conventions={"update_order": "sequential"}), library="pytorch")


def test_an_optimiser_counts_its_states_over_the_updates() -> None:
    trace = solve(problem(optimiser="plain_adagrad"), 3)
    (weight,) = (quantity for quantity in trace.runs[0].values if quantity.name == "W[2]")
    w, kept = 0.7, 0.0
    for run in trace.runs:
        assert isclose(run.value(weight, (0, 0)), w)
        slope = run.value(weight.as_kind("d"), (0, 0))
        kept += slope * slope
        w -= 0.1 * slope / (sqrt(kept) + 1e-8)


def test_editors_know_it() -> None:
    schema = schema_text(load_words("en"))
    for name in ("pinball", "plain_adagrad", "squareplus", "lasso"):
        assert f'"{name}"' in schema

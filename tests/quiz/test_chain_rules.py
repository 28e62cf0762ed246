"""Who answers with the chain rule in derivatives, as a derivation prints it, is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.explain import style_named
from bp_tutor.explain.lines import chain_rule
from bp_tutor.explain.nodes import DOTS
from bp_tutor.formula import walk
from bp_tutor.problem import load_problem
from bp_tutor.quiz import Context, NotUnderstood, StudentAnswers, Verdict, mark, understand
from bp_tutor.quiz.batch import question_of
from bp_tutor.quiz.kinds.formula import make
from bp_tutor.quiz.kinds.formula_text import ENTRY as KIND
from bp_tutor.quiz.model import Question
from tests.quiz.networks import context_of_problem

FOLDER = Path(__file__).parents[2] / "problems"
LARGE = ("digits-784", "three-class-3-2-3", "transformer-block")
PROBLEMS = sorted(path for path in FOLDER.glob("*.yaml") if path.stem not in LARGE)


def questions(context: Context) -> list[tuple[Question, list[str]]]:
    """Each question for a derivative with its chain rules, as both alphabets print them."""
    found = []
    for question in make(context):
        place = context.run.find(question.identifier)
        assert place
        if place[0].kind != "d":
            continue
        pages = [context.page._replace(style=style_named(name)) for name in ("unicode", "ascii")]
        rule = chain_rule(context.page.settings, context.run, *place)
        whole = rule is not None and DOTS not in walk(rule)
        found.append((question, [page.say(rule) for page in pages] if rule and whole else []))
    return found


def marked(context: Context, question: Question, text: str) -> Verdict:
    return mark(question, understand(question, text, context), StudentAnswers(context))


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_every_chain_rule_that_is_printed_is_right(path: Path) -> None:
    context = context_of_problem(load_problem(path))
    for question, texts in questions(context):
        for text in texts:
            assert marked(context, question, text).right, (question.identifier, text)


LECTURE = context_of_problem(load_problem(FOLDER / "sigmoid-2-2-2.yaml"))


@pytest.mark.parametrize(
    "text",
    [
        "∂E_total/∂out_o1*∂out_o1/∂net_o1*∂net_o1/∂w5",
        "∂E_total / ∂out_o1 · ∂out_o1 / ∂net_o1 · ∂net_o1 / ∂w₅",
        "dE_total/dout_o1*dout_o1/dnet_o1*dnet_o1/dw5",
        "dE_total / dout_o1 * dout_o1 / dnet_o1 * dnet_o1 / dw5",
        "∂E_o1/∂out_o1 × ∂out_o1/∂net_o1 × out_h1",
        "∂E_total/∂E_o1*∂E_o1/∂net_o1*∂net_o1/∂w5",
        "δ_o1*∂net_o1/∂w5",
        "𝜕𝐸_total/𝜕𝑜𝑢𝑡_o1·𝜕out_o1/𝜕net_o1·𝜕net_o1/𝜕𝑤5",
        "dA[3,1]*dA[3,1]/dZ[3,1]*dZ[3,1]/dW[2,1,1]",
        "∂E_o1/∂w5 + ∂E_o2/∂w5",
        "∂E_total/∂net_o1*(∂net_o1/∂w5)",
    ],
)
def test_the_chain_rule_of_the_slide_is_right(text: str) -> None:
    question = next(one for one in make(LECTURE) if one.identifier == "dW[2,1,1]")
    assert marked(LECTURE, question, text).right


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("∂net_o1/∂out_o1", "quiz.answer.partial.backwards"),
        ("∂E_o1/∂target_o1", "quiz.answer.partial.no_slope"),
        ("∂E_total/∂δ_o1", "quiz.answer.partial.of_values"),
        ("∂foo/∂net_o1", "quiz.answer.not_defined_of"),
        ("∂E_total/∂w5", "quiz.answer.circular"),
    ],
)
def test_a_derivative_that_does_not_exist_is_refused(text: str, key: str) -> None:
    question = next(one for one in make(LECTURE) if one.identifier == "dW[2,1,1]")
    with pytest.raises(NotUnderstood) as refused:
        understand(question, text, LECTURE)
    assert refused.value.key == key


def test_a_wrong_chain_is_wrong() -> None:
    question = next(one for one in make(LECTURE) if one.identifier == "dW[2,1,1]")
    assert not marked(LECTURE, question, "∂E_total/∂out_o1*∂net_o1/∂w5").right
    assert question.kind == KIND


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("dW[2,1,1]", r"\frac{\partial E_{total}}{\partial net_{o1}} \cdot \mathrm{out}_{h1}"),
        ("dZ[2,1]", r"(\delta_{o1} w_5 + \delta_{o2} w_7) \cdot out_{h1} (1 - out_{h1})"),
        ("dZ[2,1]", "(δ_o1*w5 + δ_o2*w7)out_h1(1 − out_h1)"),
        ("dZ[2,1]", "(δ_o1*w5 + δ_o2*w7)*σ'(net_h1)"),
        ("dZ[2,1]", "(δ_o1*w5 + δ_o2*w7)*f'(net_h1)"),
        ("A[2,1]", "f(net_h1)"),
        ("A[2,1]", "1/(1 + e^{-net_h1})"),
        ("A[2,1]", r"\frac{1}{1 + e^{-net_{h1}}}"),
        ("L", "½(out_o1 - target_o1)² + ½(out_o2 - target_o2)²"),
        ("L", "1/2(out_o1 - target_o1)^2 + 1/2(out_o2 - target_o2)^2"),
        ("W'[2,1,1]", "w5 - η ∂E_total/∂w5"),
        # What is given may be put in, and what was calculated with three figures or more.
        ("W'[2,1,1]", "w5 - 0.5*∂E_total/∂w5"),
        ("Z[2,1]", "w1·0.02 + w2·0.7 + 0.3"),
        ("dZ[3,1]", "(out_o1 - 0)*out_o1*(1 - out_o1)"),
        ("dZ[2,1]", "(0.1466*w5 + δ_o2*w7)*out_h1*(1 - out_h1)"),
    ],
)
def test_a_formula_in_other_spellings_is_right(identifier: str, text: str) -> None:
    question = next(one for one in make(LECTURE) if one.identifier == identifier)
    assert marked(LECTURE, question, text).right


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("W'[2,1,1]", "w5 - 0.4*∂E_total/∂w5"),
        ("dZ[2,1]", "(0.15*w5 + δ_o2*w7)*out_h1*(1 - out_h1)"),
        ("Z[2,1]", "w1·0.7 + w2·0.02 + 0.3"),
        ("dW[2,1,1]", "0.1466*w5"),
    ],
)
def test_other_numbers_are_not(identifier: str, text: str) -> None:
    question = next(one for one in make(LECTURE) if one.identifier == identifier)
    assert not marked(LECTURE, question, text).right


def test_numbers_without_a_name_are_no_formula() -> None:
    question = next(one for one in make(LECTURE) if one.identifier == "dW[2,1,1]")
    with pytest.raises(NotUnderstood):
        marked(LECTURE, question, "0.1466*0.6087")


@pytest.mark.parametrize("text", ["1/out_h1 w5", "w5 0.2", "(w5", "w5 / / w6", "\\foo{w5}", "2 3"])
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    question = next(one for one in make(LECTURE) if one.identifier == "dW[2,1,1]")
    with pytest.raises(NotUnderstood):
        understand(question, text, LECTURE)


def test_a_derivative_where_minus_it_is_reported_is_not_taken_for_it() -> None:
    read = load_problem(FOLDER / "sigmoid-2-2-2.yaml")
    turned = read._replace(conventions=read.conventions._replace(delta="descent"))
    context = context_of_problem(turned)
    assert question_of([context], "∂E_total/∂w5") == "marking.downhill_id"
    assert isinstance(question_of([context], "dW[2,1,1]"), Question)
    question = next(one for one in make(context) if one.identifier == "W'[2,1,1]")
    assert marked(context, question, "w5 - η*∂E_total/∂w5").right
    assert marked(context, question, "w5 + η*dW[2,1,1]").right
    assert not marked(context, question, "w5 + η*∂E_total/∂w5").right

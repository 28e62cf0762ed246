"""Who answers with the chain rule in derivatives, as a derivation prints it, is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.explain import style_named
from bp_tutor.explain.lines import chain_text
from bp_tutor.problem import load_problem
from bp_tutor.quiz import Context, NotUnderstood, Sheet, Verdict, mark, understand
from bp_tutor.quiz.kinds.formula import KIND, make
from bp_tutor.quiz.model import Question
from tests.quiz.networks import context_of_problem

FOLDER = Path(__file__).parents[2] / "problems"
LARGE = ("digits-784", "three-class-3-2-3")
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
        texts = [(chain_text(page, context.run, *place), page.dots) for page in pages]
        found.append((question, [text for text, dots in texts if text and dots not in text]))
    return found


def marked(context: Context, question: Question, text: str) -> Verdict:
    return mark(question, understand(question, text, context), Sheet(context), context)


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
        ("∂foo/∂net_o1", "formula.unknown_name"),
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

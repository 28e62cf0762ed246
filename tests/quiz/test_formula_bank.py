"""Right formulas in many forms are right; altered ones are wrong where other numbers show it.

What is right is made from the formula of the derivation by algebra alone. Whether an altered
formula is still right says an evaluation at random numbers of the test's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bp_tutor.explain import style_named
from bp_tutor.formula import (
    CANONICAL,
    Add,
    Address,
    Call,
    Div,
    Entry,
    Formula,
    Indicator,
    Mul,
    Neg,
    Number,
    Role,
    as_shown,
    call,
    replace,
    spell,
    walk,
)
from bp_tutor.problem import load_problem
from bp_tutor.quiz import Context, NotUnderstood, Question, StudentAnswers, mark, points, understand
from bp_tutor.quiz.kinds.formula import make
from bp_tutor.solve import NumberError
from bp_tutor.solve.evaluate import evaluate
from tests.quiz.networks import context_of_problem, random_context

FOLDER = Path(__file__).parents[2] / "problems"
LARGE = ("digits-784", "mlp-shapes", "transformer-block")
PROBLEMS = sorted(path for path in FOLDER.glob("*.yaml") if path.stem not in LARGE)[::2]
MOST_NODES = 60
PER_PROBLEM = 8


def terms(formula: Formula) -> list[Formula]:
    """The terms of a formula that is multiplied out."""
    match formula:
        case Add(parts):
            return [term for part in parts for term in terms(part)]
        case Neg(arg):
            return [Neg(term) for term in terms(arg)]
        case Div(top, bottom):
            return [Div(term, bottom) for term in terms(top)]
        case Mul(factors):
            found: list[tuple[Formula, ...]] = [()]
            for factor in factors:
                found = [(*one, term) for one in found for term in terms(factor)]
            return [Mul(one) for one in found]
    return [formula]


def exchanged(formula: Formula, old: Formula, new: Formula) -> Formula:
    return replace(formula, lambda node: new if node == old else None)


def right_forms(context: Context, address: Address) -> Iterator[str]:
    graph, page = context.graph, context.page
    formula = as_shown(graph.formula(address))
    yield spell(formula, page)
    for style in ("ascii", "latex"):
        yield spell(formula, page._replace(style=style_named(style)))
    if 1 < len(multiplied := terms(formula)) < 20:
        yield spell(Add(tuple(multiplied)), CANONICAL)
    yield f"0.5*({spell(formula, CANONICAL)})*2"
    yield f"[{spell(formula, CANONICAL)}]^1"
    leaves = graph.leaves(address)
    given = [leaf for leaf in leaves if leaf.quantity not in graph.steps and graph.known(leaf)]
    for leaf in leaves[:4]:
        if leaf.quantity in graph.steps:
            line = as_shown(graph.formula(leaf))
            if len(walk(line)) < MOST_NODES:
                yield spell(exchanged(formula, Entry(*leaf), line), CANONICAL)
    everything = formula
    for leaf in given:
        number = Number(graph.exact(leaf))
        everything = exchanged(everything, Entry(*leaf), number)
        if len(leaves) > 1:
            yield spell(exchanged(formula, Entry(*leaf), number), CANONICAL)
    if 0 < len(given) < len(leaves):
        yield spell(everything, CANONICAL)
    for leaf in leaves[:3]:
        if leaf.quantity in graph.steps and graph.known(leaf) and len(leaves) > 1:
            rounded = Number(float(f"{graph.exact(leaf):.4g}"))
            if rounded.number:
                yield spell(exchanged(formula, Entry(*leaf), rounded), CANONICAL)


def altered_forms(context: Context, address: Address, draw: Random) -> list[Formula]:
    graph = context.graph
    formula = as_shown(graph.formula(address))
    ancestors = graph.ancestors(address.quantity)
    others = [at for q in graph.order if q in ancestors and q.size < 60 for at in q.addresses()]
    found = [
        exchanged(formula, Entry(*draw.choice(graph.leaves(address))), Entry(*draw.choice(others)))
        for _ in range(4 if graph.leaves(address) else 0)
    ]
    for node in walk(formula):
        if isinstance(node, Mul | Add):
            parts = node.children
            for place, part in enumerate(parts):
                rest = (*parts[:place], *parts[place + 1 :])
                found.append(exchanged(formula, node, node.rebuild(rest)))
                turned = (*parts[:place], Neg(part), *parts[place + 1 :])
                found.append(exchanged(formula, node, node.rebuild(turned)))
        elif isinstance(node, Number) and node.number:
            found.append(exchanged(formula, node, Number(2 * node.number)))
        elif isinstance(node, Indicator):
            found.append(exchanged(formula, node, Number(1)))
        elif isinstance(node, Call) and len(node.args) == 1:
            found.append(exchanged(formula, node, node.args[0]))
            found.append(exchanged(formula, node, call("tanh", *node.args)))
    found = [one for one in found if any(isinstance(node, Entry) for node in walk(one))]
    return draw.sample(found, min(len(found), 12))


class Trials:
    """Random numbers of the test's own: whether an altered formula is right at all of them."""

    def __init__(self, context: Context, count: int = 30) -> None:
        run, draw = context.graph.run, Random(77)  # noqa: S311
        self.points = []
        for _ in range(4 * count):
            given = {}
            for quantity, known in run.program.model.given.items():
                numbers = [draw.uniform(-1.3, 1.3) for _ in range(quantity.size)]
                positive = quantity.role in (Role.RATE, Role.DECAY) or draw.random() < 0.2
                numbers = [abs(number) for number in numbers] if positive else numbers
                if quantity.role is Role.SETTING and known is not None:
                    numbers = list(known)
                if quantity.role is Role.TARGET and run.program.model.targets:
                    numbers = [draw.uniform(0.1, 0.9) for _ in numbers]
                    if run.program.model.targets == "shares":
                        width = quantity.shape[-1]
                        rows = [numbers[at : at + width] for at in range(0, len(numbers), width)]
                        numbers = [number / sum(row) for row in rows for number in row]
                given[quantity] = tuple(numbers)
            try:
                self.points.append(evaluate([step.line for step in run.steps], given))
            except NumberError:
                continue
            if len(self.points) == count:
                break
        assert self.points

    def agree(self, formula: Formula, address: Address) -> bool:
        for point in self.points:
            found = points.number_of(formula, point)
            right = point[address.quantity][address.quantity.row_major(address.index)]
            if found is None or abs(found - right) > 1e-6 * max(abs(right), 1e-6):
                return False
        return True


def held_against(context: Context, draw: Random) -> tuple[int, int]:
    """How many right and wrong formulas were marked, all as they should be."""
    trials, counts = Trials(context), [0, 0]
    questions = [
        (question, address)
        for question in make(context)
        if (address := context.graph.find(question.identifier)) is not None
        and len(walk(context.graph.formula(address))) <= MOST_NODES
    ]

    def right(question: Question, text: str) -> bool:
        return mark(question, understand(question, text, context), StudentAnswers(context)).right

    for question, address in draw.sample(questions, min(len(questions), PER_PROBLEM)):
        for text in right_forms(context, address):
            assert right(question, text), (question.identifier, text)
            counts[0] += 1
        for formula in altered_forms(context, address, draw):
            text = spell(formula, CANONICAL)
            try:
                verdict = right(question, text)
            except NotUnderstood as refused:
                if "circular" in refused.key:
                    continue
                raise
            if not trials.agree(formula, address):
                assert not verdict, (question.identifier, text)
                counts[1] += 1
    return counts[0], counts[1]


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_formulas_of_every_problem(path: Path) -> None:
    right, wrong = held_against(context_of_problem(load_problem(path)), Random(path.stem))  # noqa: S311
    assert right > 5
    assert wrong > 5


@pytest.mark.parametrize("seed", range(8))
def test_formulas_of_random_networks(seed: int) -> None:
    right, wrong = held_against(random_context(seed), Random(seed))  # noqa: S311
    assert right > 20
    assert wrong > 20


@pytest.mark.parametrize(
    ("target", "right", "wrong"),
    [
        ("[0, 1, 0]", "-ln(A[2,2])", "-ln(A[2,1])"),
        ("[1, 0, 0]", "-ln(A[2,1])", "-ln(1 - A[2,1])"),
        ("[0.2, 0.8, 0]", "-0.2*ln(A[2,1]) - 0.8*ln(A[2,2])", "-ln(A[2,2])"),
    ],
)
def test_the_cross_entropy_of_the_right_class(target: str, right: str, wrong: str) -> None:
    from bp_tutor.problem.load import read_problem

    context = context_of_problem(
        read_problem(f"""
title: softmax
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 3, activation: softmax, weights: [[0.2, -0.1, 0.4], [0.5, 0.3, -0.6]], bias: none}}
loss: cross_entropy
inputs: [[0.7, 0.3]]
targets: [{target}]
learning_rate: 0.1
""")
    )
    question = next(one for one in make(context) if one.identifier == "L")

    def marked(text: str) -> bool:
        return mark(question, understand(question, text, context), StudentAnswers(context)).right

    assert marked(right)
    assert marked("E[1] + E[2] + E[3]")
    assert not marked(wrong)
    assert not marked("E[1] + E[2]*2 + E[3]")

"""PyTorch programs: what stands in them, and, where PyTorch is installed, what they print."""

from __future__ import annotations

import ast
import builtins

import pytest

from bp_tutor.catalogue.optimisers import Optimiser
from bp_tutor.output.code.libraries import CodeError
from bp_tutor.problem.model import Conventions
from tests.code.drawn import NOTATIONS, dense_problems, layered_problems, trained_problems
from tests.code.running import Written, deviation, run_all, write
from tests.explain.paper import NAMES, problem_of
from tests.pytorch.needed import needs_torch

FOLLOWED = [name for name in NAMES if name != "linear-2-2-1"]


def written_for(name: str) -> Written:
    problem = problem_of(name)
    return write(problem, min(problem.updates, 3), "pytorch")


def shown_in(text: str) -> set[str]:
    """The names of everything that a program prints."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    shows = (call for call in calls if ast.unparse(call.func) == "show")
    return {str(keyword.arg) for call in shows for keyword in call.keywords}


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_program_is_python_and_knows_every_name_that_it_uses(name: str) -> None:
    text = written_for(name).text
    tree = ast.parse(text)
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        match node:
            case (
                ast.Name(id=each, ctx=ast.Store()) | ast.arg(arg=each) | ast.FunctionDef(name=each)
            ):
                bound.add(each)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound.update(alias.asname or alias.name for alias in names)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert used <= bound
    assert max(map(len, text.split("\n"))) <= 100
    assert "numpy" not in text


@pytest.mark.parametrize("name", FOLLOWED)
def test_it_shows_what_the_numpy_program_shows_but_for_what_the_optimiser_keeps(name: str) -> None:
    problem = problem_of(name)
    by_hand = shown_in(write(problem, min(problem.updates, 3)).text)
    inside = by_hand - shown_in(written_for(name).text)
    assert inside <= {"v_w_new", "m_w_new", "s_w_new", "mhat_w", "shat_w"}


def test_gradients_come_from_autograd() -> None:
    text = written_for("exercise").text
    assert "L.backward()" in text
    assert "show(dZ3=Z3.grad)" in text
    assert "torch.optim.SGD([W3, B4, W2, B3, W1, B2], lr=lr)" in text
    assert "1 - A" not in text


@pytest.mark.parametrize(
    ("optimiser", "said"),
    [
        (Optimiser("momentum"), "torch.optim.SGD([w], lr=eta, momentum=mu)"),
        (Optimiser("nesterov"), "torch.optim.SGD([w], lr=eta, momentum=mu, nesterov=True)"),
        (Optimiser("rmsprop"), "torch.optim.RMSprop([w], lr=eta, alpha=rho, eps=epsilon)"),
        (Optimiser("rmsprop", (("epsilon_inside", 1),)), "with torch.no_grad():"),
        (Optimiser("adam", (("epsilon_inside", 1),)), "with torch.no_grad():"),
    ],
)
def test_an_optimiser_of_pytorch_stands_where_it_means_the_same(
    optimiser: Optimiser, said: str
) -> None:
    problem = problem_of("momentum")
    assert problem.graph is not None
    graph = problem.graph._replace(optimiser=optimiser)
    assert said in write(problem._replace(graph=graph), 3, "pytorch").text


def test_what_pytorch_does_otherwise_is_refused_with_the_reason() -> None:
    with pytest.raises(CodeError) as caught:
        written_for("linear-2-2-1")
    assert caught.value.key == "code.rounding"
    problem = problem_of("exercise")._replace(conventions=Conventions(update_order="sequential"))
    with pytest.raises(CodeError) as caught:
        write(problem, 1, "pytorch")
    assert caught.value.key == "code.sequential"


@needs_torch
def test_programs_print_the_numbers_of_the_trace() -> None:
    written = [written_for(name) for name in FOLLOWED]
    for each, ran in zip(written, run_all([each.text for each in written]), strict=True):
        deviation(each, ran)


@needs_torch
@pytest.mark.parametrize("kind", ["dense", "layers", "training"])
def test_programs_of_random_problems(kind: str) -> None:
    makers = {"dense": dense_problems, "layers": layered_problems, "training": trained_problems}
    written = []
    for place, problem in enumerate(makers[kind](20 if kind == "dense" else 3)):
        if problem.conventions.update_order != "sequential":
            named = problem._replace(notation=NOTATIONS[place % len(NOTATIONS)])
            written.append(write(named, 4 if kind == "training" else 1, "pytorch"))
    for each, ran in zip(written, run_all([each.text for each in written]), strict=True):
        deviation(each, ran)

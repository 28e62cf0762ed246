"""Where the benchmarks touch the product: the only place to change when its names change."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from bp_tutor.formula.compiling import entry_of
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import Context, NotUnderstood, Question, StudentAnswers, mark, understand
from bp_tutor.quiz.kinds import KINDS
from bp_tutor.quiz.kinds.formula import MATRIX
from bp_tutor.solve import solve
from bp_tutor.solve.program import batches, program_of, rate_at
from bp_tutor.solve.solver import forward
from bp_tutor.solve.training import _Mover as Mover
from tests.quiz.networks import context_of_problem

if TYPE_CHECKING:
    from collections.abc import Callable


SMALL, LARGE, EXERCISE = "sigmoid-2-2-2", "digits-784", "exercise"
TRANSFORMER = "transformer-block"
IMAGE = str(Path(__file__).with_name("image-28.yaml"))


class Updates:
    """Takes a problem through updates in its steady state, everything compiled before."""

    def __init__(self, name: str) -> None:
        self.problem = load_problem(find_problem(name))
        (rows,) = batches(self.problem)
        self.mover = Mover(self.problem, program_of(self.problem, rows))
        self.rate = rate_at(self.problem, 1)
        self.state = self.mover.start({})

    def __call__(self, count: int) -> None:
        self.state = self.mover.move(self.state, self.rate, count)

    def loss_after(self, count: int) -> float:
        """The loss after `count` more updates."""
        self(count)
        run = forward(self.problem, 0, self.mover.named(self.state))
        loss = run.program.model.loss
        assert loss is not None
        return run.value(loss, ())


def large_given() -> dict[str, Any]:
    """What `yardsticks.large_numpy` needs to start from the same numbers as the product."""
    arrays, rate = _arrays(LARGE)
    return {
        "x": arrays["A[1]"][0],
        "target": arrays["Y"][0],
        "layers": tuple((arrays[f"W[{n}]"], arrays[f"B[{n + 1}]"][0]) for n in (1, 2)),
        "rate": rate,
    }


def image_given() -> dict[str, Any]:
    """The same for `yardsticks.image_numpy`."""
    arrays, rate = _arrays(IMAGE)
    return {
        "image": arrays["A[1]"][0, 0],
        "target": arrays["Y"][0],
        "kernel": arrays["W[1]"][:, 0],
        "bias": arrays["B[2]"].reshape(-1),
        "dense": (arrays["W[4]"], arrays["B[5]"][0]),
        "rate": rate,
    }


def transformer_given() -> dict[str, Any]:
    """The same for `yardsticks.transformer_numpy`."""
    arrays, rate = _arrays(TRANSFORMER)
    return {"arrays": arrays, "rate": rate}


def _arrays(name: str) -> tuple[dict[str, Any], Any]:
    """Every array of a problem's first update by its name, and the learning rate."""
    import numpy as np

    problem = load_problem(find_problem(name))
    assert problem.network is not None
    run = solve(problem).runs[0]
    arrays = {
        quantity.name: np.array(value, float).reshape(quantity.shape)
        for quantity, value in run.values.items()
    }
    return arrays, problem.network.learning_rate


def one_entry(name: str, quantity: str, index: tuple[int, ...]) -> Callable[[], float]:
    """Expands one entry of a problem's trace to a scalar formula, and evaluates it."""
    run = solve(load_problem(find_problem(name))).runs[0]
    step = run.step(quantity)

    def work() -> float:
        return entry_of(step.formula, index).value(run.value)

    return work


def verdicts(name: str, count: int = 200, *, warm: bool = False) -> list[Callable[[], object]]:
    """Verdicts on wrong numbers, each at another entry.

    What is shared by all students is not worked out before; or `warm`, after another's answers.
    """
    context = context_of_problem(load_problem(find_problem(name)))
    graph = context.graph
    asked = [one for kind in ("number", "update") for one in KINDS[kind].make(context)]
    Random(1).shuffle(asked)  # noqa: S311

    def verdict(question: Question) -> Callable[[], object]:
        key = graph.find(question.identifier)
        assert key is not None
        text = f"{graph.exact(key) * 1.37 + 0.01234:.5g}"

        return _marked(question, text, context)

    # The first one of all loads what a quiz has loaded long before.
    verdict(asked[0])()
    found = [verdict(question) for question in asked[1:count]]
    for work in found if warm else ():
        work()
    return found


def array_formulas(name: str) -> list[Callable[[], object]]:
    """Formulas of whole arrays of a network, right and wrong, marked each for another student."""
    context = context_of_problem(load_problem(find_problem(name)))
    found: list[Callable[[], object]] = []
    for identifier, text in (("Z[2]", "A[1] @ W[1] + B[2]"), ("dW[1]", "A[1].T @ dZ[2]")):
        question = Question(MATRIX, identifier, "", 1, "", (("name", identifier),))
        found += [_marked(question, typed, context) for typed in (text, f"1.01*({text})")]
    return found


def _marked(question: Question, text: str, context: Context) -> Callable[[], object]:
    return lambda: mark(question, understand(question, text, context), StudentAnswers(context))


def hostile() -> list[Callable[[], object]]:
    """Answers of 10,000 signs to the first question of every kind; none of them is understood."""
    context = context_of_problem(load_problem(find_problem(EXERCISE)))
    found: list[Callable[[], object]] = []
    for kind in KINDS.values():
        question = next(iter(kind.make(context)))
        for sign in HOSTILE_SIGNS:
            text = (sign * (10_000 // len(sign) + 1))[:10_000]
            found.append(_answer(question, text, context))
    return found


def _answer(question: Question, text: str, context: Context) -> Callable[[], object]:
    def work() -> None:
        with suppress(NotUnderstood):
            understand(question, text, context)

    return work


HOSTILE_SIGNS = (
    "(", ")", "[", "[[", "9", "9**", "1/", "-", "+1", ".", ",", "1,", "a", "Z[2,1]", "Z21+", "√",
    "\x00", "\u202e", "🙂", "__import__('os')", "=", ";", "A31=1;", "sigmoid(", "1e9", "½", "²",
)  # fmt: skip

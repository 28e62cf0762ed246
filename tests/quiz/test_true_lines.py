"""Every line that a quiz shows is true: its result is what the numbers that stand in it give."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from bp_tutor.formula import Address, Formula, Number, replace, walk
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import Choice, Context, StudentAnswers
from bp_tutor.quiz.kinds.kind import asked_steps
from bp_tutor.quiz.own_lines import line_of
from bp_tutor.quiz.tolerance import Answer, value_of
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import session_of, talk

PROBLEMS = (
    "exercise", "sigmoid-2-2-2", "batch-weight-decay", "softmax-cross-entropy", "rnn-bptt",
    "lstm-step", "cnn-backward", "attention-tiny", "momentum-adam", "graph-chain-rule",
)  # fmt: skip
FULL = ("rule", "formula", "numbers", "result")


def entries_of(context: Context) -> list[Address]:
    found = [one for step in asked_steps(context) for one in step.quantity.addresses()]
    return [one for one in found if context.graph.known(one)]


def no_entry(address: Address) -> float:
    raise AssertionError(address)


def mistyped(draw: Random, value: float) -> Answer:
    """About the value, and wrong."""
    other = float(f"{value * draw.uniform(1.2, 1.9) + draw.choice((0.1, -0.1)):.4g}")
    return Answer(other, 5e-4 * abs(other))


def unit(node: Formula) -> float:
    """A unit of the last digit of a number, as it stands there; 0 of an exact one."""
    if not isinstance(node, Number) or node.shown is None or node.shown.last is None:
        return 0.0
    return float(10.0**node.shown.last)


def instead(number: Number, step: float) -> Callable[[Formula], Formula | None]:
    """What puts a number that is so much larger in the place of another."""
    return lambda node: Number(number.number + step) if node == number else None


def rounding_in(formula: Formula) -> float:
    """How much the result may be off because the numbers in it stand there rounded."""
    found = value_of(formula, no_entry)
    assert found is not None
    off = 0.0
    for number in {node for node in walk(formula) if unit(node)}:
        assert isinstance(number, Number)
        moved = [
            value_of(replace(formula, instead(number, step)), no_entry)
            for step in (unit(number) / 2, -unit(number) / 2)
        ]
        off += max(abs(one - found) for one in moved if one is not None)
    return 1.1 * off


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_result_is_what_the_numbers_give(name: str) -> None:
    context = context_of_problem(load_problem(find_problem(name)))
    entries, draw, compared = entries_of(context), Random(name), 0  # noqa: S311
    for _ in range(3):
        student = StudentAnswers(context)
        for address in draw.sample(entries, min(len(entries), 6)):
            exact = context.graph.exact(address)
            # Some are wrong, and some right by the true values, whatever stands before them.
            right = Answer(exact, 5e-5 * abs(exact))
            student.enter(address, draw.choice((mistyped(draw, exact), right)))
        for address in entries:
            line = line_of(student, address, FULL)
            assert line is not None
            parts = {part.kind: part for part in line.parts}
            if "numbers" not in parts:
                continue
            numbers, shown = parts["numbers"].formula, parts["result"].formula
            found, result = value_of(numbers, no_entry), value_of(shown, no_entry)
            assert found is not None
            assert result is not None
            off = rounding_in(numbers) + unit(shown) / 2
            assert abs(result - found) <= off + 1e-9, (name, address, found, result)
            compared += off < abs(result) / 20
    assert compared


def test_the_result_shown_is_that_of_the_line_and_not_the_answer() -> None:
    # 1/(1 + e^-0.142) = 0.53544, worked out here by hand; 0.4 was typed.
    session, _ = session_of("sigmoid-2-2-2", choice=Choice(ask=("Z", "A")))
    heard = talk(session, "0.142", "", "0.4", "show", "back", "why", "q").heard
    lines = [one for one in heard if "e^−0.142" in one]
    assert lines
    assert all("0.5354" in one and not one.endswith("= 0.4") for one in lines)


def test_an_answer_right_by_the_true_values_gets_the_true_line() -> None:
    # Z21 = 1.5 (the lecture), and 1/(1 + e^-1.5) = 0.81757.
    session, _ = session_of(choice=Choice(ask=("Z", "A"), layers=(2,)))
    typed = talk(session, "1.3", "", "show", "back", "0.8176", "why", "q").heard
    last = [one for one in typed if "e^" in one][-1]
    assert "e^−1.5" in last
    assert "0.8176" in last

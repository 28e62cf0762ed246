"""The head says in words which quantities are rounded on the way, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.explain.facts import facts_of
from bp_tutor.explain.naming import named_words
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Problem
from tests.explain.pages import PROBLEMS, page_of
from tests.worksheet.making import pair

LINEAR = next(path for path in PROBLEMS if path.stem == "linear-2-2-1")
GRAPH = next(path for path in PROBLEMS if path.stem == "graph-chain-rule")


def rounding(text: str, path: Path = LINEAR) -> Problem:
    lines = [line for line in path.read_text("utf-8").splitlines() if "rounding:" not in line]
    return read_problem("\n".join([*lines, f"rounding: {text}", ""]))


def told(problem: Problem, language: str = "en") -> str:
    page = page_of(problem, language)
    page = page._replace(words=named_words(page.words, problem))
    return "\n".join(map(page.say, facts_of(page.settings, problem)))


def test_the_lectures_scheme_in_words() -> None:
    problem = read_problem(LINEAR.read_text("utf-8"))
    assert told(problem).endswith(
        "\nrounded by hand and carried on: weighted sums, activations, steps of the weights "
        "into the output layer and new weights into the output layer to 4 decimals; "
        "steps of the weights into the hidden layer to 3 decimals; "
        "new weights into the hidden layer to 2 decimals; nothing else is rounded"
    )
    assert told(problem, "zh").endswith(
        "\n下列各量手算舍入后再代入下一步：加权和、激活值、通往输出层的权值改变量和通往输出层的"
        "新权值保留 4 位小数；通往隐藏层的权值改变量保留 3 位小数；通往隐藏层的新权值保留 2 位"
        "小数；其余不舍入"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exact", "no biases"),
        ("hand:3s", "no biases; every value rounded to 3 significant figures and carried on"),
        (
            "{default: hand:4, Z: 3, dZ: exact}",
            (
                "every value rounded to 4 decimals and carried on; "
                "except: weighted sums to 3 decimals; deltas not at all"
            ),
        ),
        (
            "{default: hand:4t, 'Z[2]': 3}",
            (
                "every value cut off after 4 decimals and carried on; "
                "except: weighted sums of the hidden layer cut off after 3 decimals"
            ),
        ),
        (
            '{E: 5, L: 5, dW: 4, stepB: 1, "B\'": 1, eta: 2}',
            (
                "carried on: losses of the outputs and total loss to 5 decimals; weight gradients "
                "to 4 decimals; steps of the biases and new biases to 1 decimal; "
                "η to 2 decimals; nothing else is rounded"
            ),
        ),
    ],
)
def test_every_kind_of_quantity_and_every_way(text: str, said: str) -> None:
    assert told(rounding(text)).endswith(said)


def test_what_a_graph_rounds_is_told_by_its_own_names() -> None:
    assert told(rounding("{c: 3, de: 2}", GRAPH)).endswith(
        "\nrounded by hand and carried on: c to 3 decimals; ∂e/∂e to 2 decimals; "
        "nothing else is rounded"
    )
    assert told(rounding("hand:2", GRAPH)).endswith(
        "\nevery value rounded to 2 decimals and carried on"
    )


def test_the_courses_words_go_first() -> None:
    named = "{Z: 3, A: 2}\nnames: {Z: {symbol: s, en: net input, zh: 净输入}}"
    assert "carried on: net inputs to 3 decimals; activations to 2" in told(rounding(named))
    assert "净输入保留 3 位小数；激活值保留 2 位小数" in told(rounding(named), "zh")


def test_a_sheet_says_how_to_round_what_its_key_rounds() -> None:
    sheet = pair("linear-2-2-1", "md").sheet
    assert "weighted sums, activations, steps of the weights into the output layer" in sheet
    assert "result that is not rounded on the way with 4 decimals" in sheet
    plain = pair("exercise", "md").sheet
    assert "Write each result with 4 decimals" in plain
    assert "on the way" not in plain

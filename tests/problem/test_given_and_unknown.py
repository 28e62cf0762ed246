"""Any of inputs, weights, targets and hidden values given or not, with a learning rate."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from tests.cli.running import good, run

if TYPE_CHECKING:
    from pathlib import Path

GIVEN = {
    "A[2]": "[0.6, 0.7]",
    "Z[2]": "[0.4, 0.8]",
    "A[3]": "[0.6]",
    "dA[2]": "[0.1, -0.2]",
    "dZ[2]": "[0.1, 0.3]",
    "dZ[3]": "[0.1]",
    "dA[3]": "null",
}
FIRST, SECOND = "weights: [[0.1, 0.2], [0.3, 0.2]]", "weights: [[0.3], [0.9]]"
WAYS = ("", "optimiser: adam\n", "clipping: {norm: 0.01}\n")


def text_of(given: tuple[str, ...], *, inputs: bool, first: bool, second: bool, goal: bool) -> str:
    """A network of two layers of which only some is known."""
    lines = [
        "network:",
        "  inputs: 2",
        "  weight_order: from-to",
        "  layers:",
        f"    - {{units: 2, activation: sigmoid, bias: none{f', {FIRST}' * first}}}",
        f"    - {{units: 1, activation: sigmoid, bias: none{f', {SECOND}' * second}}}",
        "inputs: [0.35, 0.9]" * inputs,
        "targets: [0.5]" * goal,
        f"given: {{{', '.join(f'{chr(34)}{n}{chr(34)}: {GIVEN[n]}' for n in given)}}}",
        "learning_rate: 0.5\n",
    ]
    return "\n".join(line for line in lines if line)


@pytest.mark.parametrize("way", WAYS)
def test_new_values_are_those_of_which_all_is_known(way: str) -> None:
    read = some_only = 0
    sets = [names for count in (1, 2) for names in combinations(GIVEN, count)]
    for names, (inputs, first, second, goal) in product(sets, product((True, False), repeat=4)):
        text = text_of(names, inputs=inputs, first=first, second=second, goal=goal) + way
        try:
            problem = read_problem(text)
        except ProblemError:
            continue
        read += 1
        (run,) = solve(problem).runs
        check(run)
        values = {quantity.name: value for quantity, value in run.values.items()}
        changed = {name for name in ("W[1]", "W[2]") if name.replace("[", "'[") in values}
        known = {name for name in ("W[1]", "W[2]") if {name, f"d{name}"} <= values.keys()}
        if way.startswith("clipping") and not {"dW[1]", "dW[2]"} <= values.keys():
            known = set()
        assert changed == known, text
        some_only += len(known) == 1
        for name in changed if not way else ():
            old, gradient = (np.array(values[each]) for each in (name, f"d{name}"))
            new = values[name.replace("[", "'[")]
            np.testing.assert_allclose(new, old - 0.5 * gradient, rtol=1e-12)
    assert read > 100
    assert some_only or way.startswith("clipping")


def hidden(tmp_path: Path, *, first: bool) -> str:
    """A file of the network with its hidden values given."""
    path = tmp_path / f"hidden-{first}.yaml"
    text = text_of(("A[2]",), inputs=True, first=first, second=True, goal=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_command_says_what_stays_and_why(tmp_path: Path) -> None:
    path = hidden(tmp_path, first=False)
    assert "No new value of W₁: its old value is not given." in good("solve", path)
    assert "W₁ 没有给出原来的值" in good("solve", path, "--lang", "zh")
    assert "is not all known: δW₁." in good("check", path)
    assert "W₂₁₁" in good("why", path, "W'[2,1,1]")
    for command, ending in (("page", "html"), ("draw", "svg"), ("worksheet", "html")):
        good(command, path, "-o", str(tmp_path / f"{command}.{ending}"))
    good("variant", path, "-o", str(tmp_path / "variant.yaml"), "--seed", "1")


def test_a_given_value_that_what_leads_to_it_contradicts_is_told(tmp_path: Path) -> None:
    path = hidden(tmp_path, first=True)
    # By hand: 1/(1 + e^-(0.35*0.1 + 0.9*0.3)) = 1/(1 + e^-0.305) = 0.5757.
    for command in ("solve", "check"):
        shown = " ".join(good(command, path).split())
        assert "A₂₁ is taken as given (0.6); what leads to it would make it 0.5757." in shown
    assert "with calculated values in place of the given ones" in " ".join(
        good("solve", path).split()
    )


@pytest.mark.parametrize("given", ["A[2]", "dA[3]", "dZ[2]"])
def test_what_is_given_holds_for_one_update_however_many_are_asked_for(
    tmp_path: Path, given: str
) -> None:
    path = tmp_path / "given.yaml"
    goal = not given.startswith("d")
    text = text_of((given,), inputs=True, first=True, second=True, goal=goal)
    path.write_text(text, encoding="utf-8")
    good("solve", str(path), "--updates", "1")
    for command in ("solve", "quiz", "worksheet", "page"):
        done = run(command, str(path), "--updates", "2")
        assert (done.code != 0, "holds for one update" in done.err) == (True, True)


def test_pages_show_what_is_given_and_name_nothing_that_is_not(tmp_path: Path) -> None:
    path = hidden(tmp_path, first=False)
    pseudo = good("solve", path, "--code", "pseudo", "--ascii")
    assert "Given: A1, W2, A2, lr = 0.5, Y." in pseudo
    table = good("solve", path, "--ascii").split("Before and after activation\n")[1]
    rows = [row.split() for row in table.splitlines()[1:6]]
    assert rows[:4] == [["A11", "0.35"], ["A12", "0.9"], ["A21", "0.6"], ["A22", "0.7"]]
    assert rows[4][0] == "A31"


def test_a_loss_alone_is_not_described_as_a_network() -> None:
    name = "logits-cross-entropy"
    for form in (("--form", "general"), ("--code", "pseudo"), ("--code", "python")):
        shown = good("solve", name, *form, "--ascii")
        assert "layer by layer" not in shown
        assert "hidden layer" not in shown
        assert "input layer" not in shown
    assert "there are N_n = 3 of them" in " ".join(
        good("solve", name, "--form", "general", "--ascii").split()
    )
    assert "there are no weights to train" in run("train", name).err


def test_a_sheet_names_the_activation_also_where_it_is_the_identity(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.md"
    good("worksheet", "given-upstream", "-o", str(sheet))
    assert "activation: identity in every layer" in sheet.read_text(encoding="utf-8")

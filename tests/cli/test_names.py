"""Names on the command line, in class files and in problem files: one meaning, or refused."""

from __future__ import annotations

import csv
import io
import json
import re
from math import exp, tanh
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import good, run, trace_of

BATCH = """
title: two samples
network:
  inputs: 1
  weight_order: from-to
  layers:
    - {units: 1, weights: [[1]], bias: none}
inputs: [[1], [2]]
targets: [[0], [0]]
learning_rate: 0.1
"""
MOMENTUM = """
title: momentum
network:
  inputs: 1
  weight_order: from-to
  layers:
    - {units: 1, weights: [[10]], bias: none}
inputs: [1]
targets: [4]
loss: squared_error
learning_rate: 0.2
optimiser: momentum
updates: 2
"""
LSTM = """
title: t
network:
  inputs: {steps: 2, units: 1}
  weight_order: to-from
  layers:
    - lstm: {units: 1, returns: all}
      weights: {input: [[0.5]], forget: [[0.5]], output: [[0.5]], candidate: [[0.5]]}
      recurrent_weights: {input: [[0.5]], forget: [[0.5]], output: [[0.5]], candidate: [[0.5]]}
      bias: none
inputs: [[1], [2]]
loss: none
"""
EDGES = """
title: edges
notation: NOTATION
network:
  inputs: [x, y]
  weight_order: from-to
  layers:
    - {units: [h1, h2], activation: sigmoid}
    - {units: [o], activation: sigmoid}
  edges:
    {a1: [x, h1], a2: [x, h2], a3: [y, h1], a4: [y, h2], c1: [h1, o], c2: [h2, o], p: h1, q: h2,
     r: o}
  values: {a1: 0.1, a2: 0.2, a3: 0.3, a4: 0.4, c1: 0.5, c2: 0.6, p: 0.1, q: 0.2, r: 0.3}
inputs: [1, 0.5]
targets: [1]
learning_rate: 0.1
"""


def file(folder: Path, text: str, *figures: tuple[str, str]) -> str:
    """A problem file with printed figures."""
    listed = "".join(
        f"  - {{name: {json.dumps(name)}, value: {json.dumps(value)}}}\n" for name, value in figures
    )
    path = folder / "problem.yaml"
    path.write_text(text + ("published:\n" + listed if listed else ""), encoding="utf-8")
    return str(path)


def verdicts(path: str) -> list[str]:
    (found,) = json.loads(run("check", path, "--json").out)["files"]
    return [figure["verdict"] for figure in found["figures"]]


def answers(folder: Path, rows: list[tuple[str, str, str]]) -> str:
    """A class file."""
    text = io.StringIO()
    csv.writer(text).writerows([("student", "id", "value"), *rows])
    path = folder / "answers.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return str(path)


def marked(folder: Path, problem: str, rows: list[tuple[str, str]]) -> dict[str, str]:
    """The verdict of each answer, by the id that it was marked under."""
    path = answers(folder, [("ada", *row) for row in rows])
    done = run("mark", problem, path, "--json")
    return {each["id"]: each["verdict"] for each in json.loads(done.out)["answers"]}


def test_the_loss_of_a_sample_has_one_name_everywhere(tmp_path: Path) -> None:
    """½·1² and ½·2², in the mean 1.25."""
    path = file(tmp_path, BATCH, ("L@1", "0.5"), ("L@2", "2"), ("L@2", "1.25"), ("E@2", "2"))
    assert verdicts(path) == ["agrees", "agrees", "does_not_follow", "agrees"]
    assert good("why", path, "L@2").startswith("L⁽²⁾ = E₁⁽²⁾ = 2 ")
    assert good("why", path, "L⁽²⁾", "--ascii").startswith("L@2 = E1@2 = 2 ")
    assert good("why", path, "L^(2)").startswith("L⁽²⁾")
    (step,) = trace_of(path, "--entry", "L@2")["steps"]
    assert [(entry["id"], entry["value"]) for entry in step["entries"]] == [("L@2", 2.0)]
    assert marked(tmp_path, path, [("L@2", "2.00"), ("L", "1.25"), ("L@1", "1.25")]) == {
        "L@2": "right", "L": "right", "L@1": "wrong",
    }  # fmt: skip
    done = run("why", path, "L@3")
    assert (done.code, "L@1, L@2" in done.err) == (2, True)


def test_the_loss_without_decay_has_a_name_everywhere(tmp_path: Path) -> None:
    """½·2² = 2 without decay, and ½·0.5·1² = 0.25 of decay."""
    text = BATCH.replace("inputs: [[1], [2]]", "inputs: [2]").replace("[[0], [0]]", "[0]")
    decayed = text + "loss: {name: half_squared_error, weight_decay: 0.5}\n"
    path = file(tmp_path, decayed, ("L_data", "2"), ("L_decay", "0.25"), ("L", "2.25"))
    assert verdicts(path) == ["agrees"] * 3
    assert "= 2 " in good("why", path, "L_data")
    assert marked(tmp_path, path, [("L_data", "2.00"), ("L_decay", "0.25")]) == {
        "L_data": "right", "L_decay": "right",
    }  # fmt: skip
    # Of the only sample: with decay or without?
    assert run("why", path, "L@1").code == 2


def test_an_optimisers_quantities_have_names_everywhere(tmp_path: Path) -> None:
    """v = 0.9·v − 0.2·2·(w − 4), w = w + v: −2.4 and 7.6, then −3.6 and 4."""
    path = file(tmp_path, MOMENTUM, ("vW'[1,1,1]", "-2.4"), ("v_W111'", "-2.4"), ("mu", "0.9"))
    assert verdicts(path) == ["agrees"] * 3
    assert "−2.4" in good("why", path, "vW'[1,1,1]")
    step = trace_of(path, "--entry", "v_W111'")["steps"][0]
    assert [entry["id"] for entry in step["entries"]] == ["vW'[1,1,1]"]
    rows = [("vW'[1,1,1]", "-2.40"), ("v_W111'#2", "-3.60"), ("W'[1,1,1]#2", "4.00")]
    assert set(marked(tmp_path, path, rows).values()) == {"right"}


@pytest.mark.parametrize(
    ("name", "said"),
    [("A[2,1]", "A[2,1,1], A[2,2,1]"), ("A21", "A21<1>, A21<2>"), ("A21(2)", "A21<1>, A21<2>")],
)
def test_a_name_that_may_be_two_things_is_refused_with_both(
    tmp_path: Path, name: str, said: str
) -> None:
    done = run("check", file(tmp_path, LSTM, (name, "0.5")))
    assert (done.code, said.partition(", ")[0] in done.out) == (1, True), done
    if "(" not in name:
        for command in (("why", "PATH", name), ("solve", "PATH", "--entry", name)):
            told = run(*(file(tmp_path, LSTM) if part == "PATH" else part for part in command))
            assert (told.code, said.partition(", ")[0] in told.err) == (2, True), told


@pytest.mark.parametrize("name", ["h21(2)", "2 + h21(1)", "h_21(2)"])
def test_an_index_in_brackets_is_no_product(tmp_path: Path, name: str) -> None:
    text = BATCH.replace("[[1], [2]]", "[3]").replace("[[0], [0]]", "[0]") + "names: {A: h}\n"
    told = run("check", file(tmp_path, text, (name, "6"))).out
    assert "can be read in two ways" in told
    assert verdicts(file(tmp_path, text, ("h21*2", "6"), ("2h21", "6"))) == ["agrees"] * 2
    assert "两种读法" in run("check", file(tmp_path, text, (name, "6")), "--lang", "zh").out


def test_an_lstm_is_told_the_names_that_it_has(tmp_path: Path) -> None:
    for name, offered in (("c[2,1,1]", "C[2,1,1]"), ("Qqq", "Zi21<1>")):
        told = run("check", file(tmp_path, LSTM, (name, "0.2876"))).out
        assert offered in told
        assert "W121" not in told


def test_a_step_is_named_canonically_and_as_the_page_writes_it(tmp_path: Path) -> None:
    """i = σ(0.5), g = tanh(0.5): the first cell state is their product."""
    cell = 1 / (1 + exp(-0.5)) * tanh(0.5)
    names = ("C[2,1,1]", "C21<1>", "C₂₁⟨1⟩")
    path = file(tmp_path, LSTM, *((name, f"{cell:.5f}") for name in names))
    assert verdicts(path) == ["agrees"] * 3
    for name in names:
        assert f"{cell:.4f}" in good("why", path, name)


def test_a_weight_with_its_indices_turned_is_told_which_comes_first(tmp_path: Path) -> None:
    text = """
title: t
notation: numbered
network:
  inputs: 2
  weight_order: to-from
  layers:
    - {units: 2, activation: sigmoid, bias: none}
    - {units: 1, activation: sigmoid, bias: none}
  values: {w31: 0.1, w32: 0.8, w41: 0.4, w42: 0.6, w53: 0.3, w54: 0.9}
inputs: [0.35, 0.9]
targets: [0.5]
learning_rate: 1
"""
    for turned, figures, near in (
        (text.replace("w41:", "w14:"), (), "w41"),
        (text, (("w13'", "0.1"),), "w31'"),
        (text, (("W[2,1,2]*2", "0.1"),), "W[2,2,1]"),
    ):
        path = file(tmp_path, turned, *figures)
        told = run("check", path).out
        assert "here the first index is the unit" in told
        assert f"did you mean '{near}'" in told
        assert near in run("check", path, "--lang", "zh").out
    told = run("mark", file(tmp_path, text), answers(tmp_path, [("ada", "w14'", "1")])).err
    assert "did you mean 'w41''" in told
    told = run("why", file(tmp_path, text), "w_{14}").err
    assert "did you mean 'w_{41}'" in told


def test_the_derivative_that_is_offered_is_accepted(tmp_path: Path) -> None:
    """s = 3·w and dL/ds = −1.5, so dL/dw = −4.5."""
    graph = """
title: t
graph:
  values: {w: 2}
  formulas: {s: 3*w}
  given: {dL/ds: -1.5}
  with_respect_to: [w]
"""
    path = file(tmp_path, graph, ("d/dw", "-4.5"), ("dL/dw", "-4.5"), ("∂L/∂w", "-4.5"))
    assert verdicts(path) == ["agrees"] * 3
    told = run("check", file(tmp_path, graph, ("zzz", "1"))).out
    offered = told.partition("expected one of ")[2].splitlines()[0].split(", ")
    assert "dL/dw" in offered
    names = [(name, "1") for name in offered]
    assert len(verdicts(file(tmp_path, graph, *names))) == len(offered)


def test_a_sample_on_either_side_is_that_of_both(tmp_path: Path) -> None:
    """σ(3·1)·(1 − σ(3·1)) = 0.0451767."""
    text = BATCH.replace("units: 1,", "units: 1, activation: sigmoid,").replace("[2]]", "[3]]")
    names = ("dA[2,1]/dZ[2,1]@2", "dA[2,1]@2/dZ[2,1]", "dA[2,1]@2/dZ[2,1]@2")
    path = file(tmp_path, text, *((name, "0.045177") for name in names))
    assert verdicts(path) == ["agrees"] * 3
    for name in names:
        assert "0.04518" in good("why", path, name)
    done = run("why", path, "dA[2,1]/dZ[2,1]")
    assert "dA[2,1]@1/dZ[2,1]@1, dA[2,1]@2/dZ[2,1]@2" in done.err


@pytest.mark.parametrize(
    "notation", ["layered", "numbered", "superscript", "flat", "in-out", "net-out", "plain"]
)
def test_the_names_of_edges_are_kept_in_every_notation(tmp_path: Path, notation: str) -> None:
    """σ'(z): ∂L/∂c1 = (o − 1)·o·(1 − o)·h1 = −0.0540985·0.5866176 = −0.0317351."""
    names = (("c1", "0.5"), ("c1'", "0.5032"), ("∂L/∂c1", "-0.03174"), ("r", "0.3"))
    loss = {"numbered": "C", "net-out": "E_total", "in-out": "ℒ"}.get(notation, "L")
    text = EDGES.replace("NOTATION", notation)
    path = file(tmp_path, text, *((name.replace("∂L", f"∂{loss}"), v) for name, v in names))
    assert verdicts(path) == ["agrees"] * 4
    # Units that the notation numbers have no names there, and `check` says so.
    numbers = notation in ("layered", "numbered", "superscript")
    assert ("numbers the units" in run("check", path).out) == numbers
    page = good("solve", path)
    assert "c₁ = 0.5" in page
    assert "·c₁ + " in page
    assert "c₁" in good("why", path, "c1'")
    assert "c1" in good("solve", path, "--ascii")
    good("worksheet", path, "-o", str(tmp_path / "sheet.md"))
    assert "c_{1}" in (tmp_path / "sheet.md").read_text(encoding="utf-8")
    assert marked(tmp_path, path, [("c1'", "0.5032")]) == {"W'[2,1,1]": "right"}


IDS = st.text(alphabet="dWZABLE[](),@#'0123456789 ⁽⁾₁λ/∂-_=\\$", min_size=1, max_size=14)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ids=st.lists(IDS, min_size=1, max_size=12))
def test_a_malformed_id_becomes_a_row_with_its_reason_and_nothing_else_is_lost(
    tmp_path: Path, ids: list[str]
) -> None:
    path = file(tmp_path, BATCH)
    rows = [("ada", "L", "1.25"), *((f"s{at}", one, "1") for at, one in enumerate(ids)),
            ("eve", "Z[,1]", "1"), ("zoe", "L@2", "2.00")]  # fmt: skip
    done = run("mark", path, answers(tmp_path, rows), "--json")
    assert done.code == 2
    found = json.loads(done.out)
    assert len(found["answers"]) + len(found["bad_rows"]) == len(rows)
    right = {(each["student"], each["id"]) for each in found["answers"] if each["right"]}
    assert {("ada", "L"), ("zoe", "L@2")} <= right
    assert all(row["message"].strip() for row in found["bad_rows"])


@pytest.mark.parametrize(
    ("problem", "name"),
    [("momentum", "w''"), ("exercise", "ZZ31"), ("softmax-cross-entropy", "In_o11x")],
)
def test_canonical_names_that_are_given_as_examples_are_names_of_this_problem(
    problem: str, name: str
) -> None:
    for language, words in (("en", r"such as (.*?);"), ("zh", r"例如 (.*?)；")):
        told = run("why", problem, name, "--lang", language).err
        found = re.search(words, told)
        assert found is not None, told
        for example in found[1].split(", "):
            assert "is no symbol" not in run("why", problem, example).err, example

"""NumPy programs: what they print is what the trace says."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.explain import View
from bp_tutor.output.code.statements import comment, split_terms
from bp_tutor.problem import Conventions, Graph, Network, Problem, Rounding, Text
from tests.code.drawn import NOTATIONS, dense_problems, layered_problems, trained_problems
from tests.code.running import Ran, Written, deviation, run_all, write
from tests.explain.paper import NAMES, problem_of


@pytest.fixture(scope="module")
def programs() -> dict[str, tuple[Written, Ran]]:
    written = {name: write(problem_of(name), updates_of(name)) for name in NAMES}
    ran = run_all([each.text for each in written.values()])
    return {name: (each, result) for (name, each), result in zip(written.items(), ran, strict=True)}


def updates_of(name: str) -> int:
    return min(problem_of(name).updates, 4)


@pytest.mark.parametrize("name", NAMES)
def test_a_program_prints_the_numbers_of_the_trace(
    name: str, programs: dict[str, tuple[Written, Ran]]
) -> None:
    written, ran = programs[name]
    deviation(written, ran)


def test_small_numbers_are_printed_with_the_figures_of_the_derivation() -> None:
    graph = Graph((("f", "x*y"),), values=(("x", 0.00176849), ("y", 0.1)), differentiate="f",
                  with_respect_to=("x",))  # fmt: skip
    written = write(Problem(Path("case.yaml"), notation="plain", graph=graph))
    done = subprocess.run(
        [sys.executable, "-c", written.text], capture_output=True, text=True, check=True
    )
    (run,) = written.trace.runs
    f = next(each for each in run.values if each.name == "f")
    assert written.page.figure(written.page.settings.result(run, f, ())) == "0.0001768"
    assert "f = 0.0001768\n" in done.stdout


DRAWN = {
    "dense": (dense_problems, 20, 1),
    "layers": (layered_problems, 4, 1),
    "training": (trained_problems, 2, 4),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_programs_of_random_problems(kind: str) -> None:
    make, count, updates = DRAWN[kind]
    written = []
    for place, problem in enumerate(make(count)):
        notation = NOTATIONS[place % len(NOTATIONS)]
        written.append(write(problem._replace(notation=notation), updates))
    for each, ran in zip(written, run_all([each.text for each in written]), strict=True):
        deviation(each, ran)


FORMULAS = (
    "exp(x) + log(y)", "log10(y)*sqrt(y)", "sin(x)*cos(y)", "abs(x) - abs(-y)", "max(x, y)",
    "min(x, y)", "max(0, x)", "max(x, y, z)", "sigmoid(x)*tanh(y)", "relu(x) + leaky_relu(-y)",
    "leaky_relu(-x, 0.2)", "elu(-x) + elu(y, 0.5)", "softplus(x)", "swish(x) + swish(y, 2)",
    "x**2", "x**-2", "2**x", "x**y", "(-x)**2", "-x**2", "-(x + y)", "x - (y - z)", "x/(y/z)",
    "x/y/z", "(x + y)/(x*y)", "1/2*x", "1/3*x", "x*-2", "exp(-(x**2))", "sqrt(2)*x",
    "I(x > 0) + I(y >= 0)*z", "-I(x > 0)*y", "exp(x)**2", "sqrt(x)**3", "x**0.5",
    "winner(1, x, y)*x", "step(x) + y", "sign(-x)*y", "softplus(-30*x)*y", "1e300*x*1e-300",
    "3 - (-2)*x", "log(10)*x", "max(1, 2)*x", "(x + y)*(x + z)/(x - -y)",
)  # fmt: skip
"""All that a formula of a graph can be made of."""


def graph_problem(text: str) -> Problem:
    graph = Graph(
        (("f", text),),
        values=(("x", 0.7), ("y", 1.3), ("z", 0.4)),
        differentiate="f",
        with_respect_to=("x", "y", "z"),
        learning_rate=0.1,
    )
    return Problem(Path("case.yaml"), notation="plain", graph=graph)


def test_programs_of_formulas() -> None:
    written = [write(graph_problem(text), 2) for text in FORMULAS]
    for each, ran in zip(written, run_all([each.text for each in written]), strict=True):
        deviation(each, ran)


def hostile(text: str) -> Problem:
    said = Text((("en", text),))
    return problem_of("linear-regression")._replace(title=said, source=said, text=said)


HOSTILE = (
    'x\nimport os\nprint("owned")',
    "x\r\u2028\x85\x0cprint('owned')",
    "x\x1b[31m\x07\u202e y end",
    "coding: latin-1",
    '""" + print("owned") + """',
    "back\\slash {braces} # more 标题 é",
)


def test_no_text_of_a_file_is_run() -> None:
    plain = problem_of("linear-regression")
    programs = [write(problem, 2).text for problem in (plain, *map(hostile, HOSTILE))]
    expected, *others = run_all(programs)
    assert not expected.failed
    assert all(other.printed == expected.printed for other in others)
    for text, program in zip(HOSTILE, programs[1:], strict=True):
        compile(program.encode(), "<program>", "exec", dont_inherit=True)
        assert " ".join(text.split())[-6:] in program
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", program)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_is_one_comment(text: str) -> None:
    said = comment(text)
    assert [ast.unparse(each) for each in ast.parse(f"{said}\nx = 1").body] == ["x = 1"]
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("line", ["a = b + c", "f(a - b) * c", "x - (a + b) - c", "-a", "1e-05"])
def test_a_sum_parts_at_its_own_signs(line: str) -> None:
    terms = split_terms(line)
    assert " ".join(terms) == line
    assert all(ast.parse(term.removeprefix("+ ").removeprefix("- ")) for term in terms)


def test_what_is_minus_a_derivative_says_so() -> None:
    problem = problem_of("exercise")
    downhill = problem._replace(notation="superscript", conventions=Conventions(delta="descent"))
    written = write(downhill)
    (ran,) = run_all([written.text])
    deviation(written, ran)
    assert "minus_dL_dW1" in dict(ran.shown)


def test_names_that_mean_something_else_get_an_underscore() -> None:
    names = ("lambda", "np", "show", "print", "w_new", "w", "sigmoid_", "é", "é", "TINY")
    leaves = tuple((name, 0.1 * place) for place, name in enumerate(dict.fromkeys(names), 1))
    graph = Graph(
        (("f", "+".join(f"{name}**2" for name, _ in leaves)),),
        values=leaves,
        differentiate="f",
        with_respect_to=tuple(name for name, _ in leaves),
        learning_rate=0.1,
    )
    written = write(Problem(Path("case.yaml"), notation="plain", graph=graph), 2)
    (ran,) = run_all([written.text])
    deviation(written, ran)


def test_a_saturated_output_has_its_loss() -> None:
    """ln(1 - a) has no number where a is 1 to all digits: the program takes the safe form."""
    layer = Layer(1, "sigmoid", weights=((40.0,),), bias=Bias("none"))
    network = Network(
        1, (layer,), samples=((1.0,),), targets=((0.0,),), loss=Loss("binary_cross_entropy"),
        learning_rate=0.1,
    )  # fmt: skip
    written = write(Problem(Path("case.yaml"), network=network))
    (ran,) = run_all([written.text])
    deviation(written, ran)
    assert dict(ran.shown)["E"] != [0.0]


@pytest.mark.parametrize(
    "rounding",
    [
        Rounding("hand", 4),
        Rounding("hand", 3, significant=True),
        Rounding("hand", 4, truncate=True),
        Rounding("exact", by_quantity=(("Z", 2), ("dW[1]", 3))),
    ],
)
def test_programs_round_as_by_hand(rounding: Rounding) -> None:
    names = ("exercise", "cnn-backward", "momentum-adam", "batch-weight-decay", "lstm-step")
    written = [write(problem_of(name)._replace(rounding=rounding), 2) for name in names]
    for each, ran in zip(written, run_all([each.text for each in written]), strict=True):
        deviation(each, ran)


def test_updates_are_counted_as_the_course_counts() -> None:
    problem = problem_of("momentum")
    from_zero = problem._replace(conventions=Conventions(first_update=0))
    ran = run_all([write(each, 3).text for each in (problem, from_zero)])
    heads = [re.findall(r"^Update (\d)$", each.printed, re.MULTILINE) for each in ran]
    assert heads == [["1", "2", "3"], ["0", "1", "2"]]


def test_only_what_is_asked_for_is_printed() -> None:
    problem = problem_of("exercise")
    written = write(problem, view=View(only=("dZ",), layers=(3,)))
    (ran,) = run_all([written.text])
    assert [name for name, _ in ran.shown] == ["dZ3"]
    deviation(written, ran)
    assert "W1_new" not in written.text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_programs_look_like_programs(name: str, language: str) -> None:
    text = write(problem_of(name), updates_of(name), language=language).text
    lines = text.split("\n")
    assert max(map(len, lines)) <= 100
    assert not any(line != line.rstrip() for line in lines)
    assert "\n\n\n\n" not in text
    # The last line shows what came out, or hands it on.
    assert text.endswith((")\n", "_new\n"))
    assert len(text) < 12_000
    if language == "zh":
        assert "由 bp-tutor 生成" in lines[0]


FAR = [
    ("sigmoid", "binary_cross_entropy", (700.0, -700.0), (0.0, 1.0)),
    ("sigmoid", "binary_cross_entropy", (40.0, -40.0), (1.0, 0.0)),
    ("sigmoid", "binary_cross_entropy", (30.0, 0.3), (0.0, 1.0)),
    ("softmax", "cross_entropy", (-431.0, 279.0, 427.0), (1.0, 0.0, 0.0)),
    ("softmax", "cross_entropy", (-431.0, 279.0, 427.0), (0.0, 0.0, 1.0)),
]


@pytest.mark.parametrize("fused", [True, False])
def test_far_out_a_program_takes_the_form_that_has_a_value(*, fused: bool) -> None:
    written = []
    for activation, loss, weights, targets in FAR:
        layer = Layer(len(weights), activation, weights=(weights,), bias=Bias("none"))
        network = Network(1, (layer,), samples=((1.0,),), targets=(targets,),
                          loss=Loss(loss, fused=fused), learning_rate=0.1)  # fmt: skip
        written.append(write(Problem(Path("case.yaml"), network=network)))
    for each, ran in zip(written, run_all([each.text for each in written]), strict=True):
        deviation(each, ran)


def test_a_program_that_rounds_takes_the_rounded_output() -> None:
    """-ln(0.58) = 0.5447, not -ln(0.57689...)."""
    layer = Layer(1, "sigmoid", weights=((0.31,),), bias=Bias("none"))
    network = Network(1, (layer,), samples=((1.0,),), targets=((1.0,),),
                      loss=Loss("binary_cross_entropy"), learning_rate=0.1)  # fmt: skip
    rounding = Rounding("hand", 4, by_quantity=(("A", 2),))
    written = write(Problem(Path("case.yaml"), network=network, rounding=rounding))
    (ran,) = run_all([written.text])
    deviation(written, ran)
    assert ("E", [0.5447]) in ran.shown
    assert "np.log(" in written.text

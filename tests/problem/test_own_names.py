"""Names of a course's own: spelled, read back, said, and without any effect on numbers."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bp_tutor.explain import (
    View,
    derivation,
    in_notation,
    named_words,
    structure_of,
    symbols_of,
)
from bp_tutor.notations import notation_names
from bp_tutor.notations.own import LETTERS
from bp_tutor.output.json_trace import trace_json
from bp_tutor.problem import Problem, ProblemError, find_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Text
from bp_tutor.quiz import Context, NotUnderstood, contexts_of, mark, understand
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.solve import solve
from bp_tutor.words import load_words
from tests.notations.quantities import entries
from tests.presented import Line, presentation_of, presented
from tests.problem.own import OWN

NETWORK = """
notation: {notation}
network:
  inputs: {inputs}
  weight_order: from-to
  layers:
    - {{units: {hidden}, activation: sigmoid, weights: [[0.1, 0.2], [0.3, -0.4]], bias: [0.1, 0.2]}}
    - {{units: {outputs}, activation: sigmoid, weights: [[0.5], [0.6]], bias: [-0.3]}}
inputs: [[1, 0.5], [0.25, -1]]
targets: [[0.5], [1]]
learning_rate: 0.1
"""
SYMBOLS = st.one_of(
    st.text(alphabet="abdgwxyzEJKNST", min_size=1, max_size=3),
    st.sampled_from(["net", "out", "delta", "δ", "Δ", "In", "Out", "err", "φ", "ŷ", "ℒ", "E"]),
)
NAMES = st.dictionaries(st.sampled_from(LETTERS), SYMBOLS, min_size=1, max_size=6)


def text_of(notation: str, names: dict[str, str], *, units: bool = False) -> str:
    numbers = {"inputs": 2, "hidden": 2, "outputs": 1}
    named = {"inputs": "[p, q]", "hidden": "[r, s2]", "outputs": "[u]"}
    body = NETWORK.format(notation=notation, **(named if units else numbers))
    return f"names: {json.dumps(names, ensure_ascii=False)}\n{body}" if names else body


def context(problem: Problem, language: str = "en") -> Context:
    words = named_words(load_words(language), problem)
    page = presentation_of(symbols_of(problem), words, "unicode", problem.digits)
    return contexts_of(solve(problem), page)[0]


def answer(about: Context, kind: str, identifier: str, text: str) -> bool:
    question = next(one for one in KINDS[kind].make(about) if one.identifier == identifier)
    return mark(question, understand(question, text, about), StudentAnswers(about)).right


def numbers(problem: Problem) -> object:
    """The trace without the course's symbols."""
    trace = json.loads(trace_json(solve(problem), symbols_of(problem))[0])
    for step in (*trace["steps"], *trace.get("after", ())):
        for entry in step["entries"]:
            del entry["name"]
    return {**trace, "problem": None}


@settings(max_examples=40, deadline=None)
@given(notation=st.sampled_from(notation_names()), names=NAMES, units=st.booleans())
def test_what_is_not_refused_is_read_back(
    notation: str, names: dict[str, str], units: bool
) -> None:
    text = text_of(notation, names, units=units)
    try:
        problem = read_problem(text)
    except ProblemError as error:
        refused = {mistake.mark.line for mistake in error.mistakes if mistake.mark}
    else:
        refused = set()
    if refused:
        assert refused == {1}, "the names are to be changed, not the units"
        return
    symbols, structure = symbols_of(problem), structure_of(problem)
    names_by_style: dict[str, set[str]] = {"unicode": set(), "ascii": set()}
    count = 0
    for quantity, index, identifier in entries(structure):
        count += 1
        for style, seen in names_by_style.items():
            name = symbols.name(quantity, index, style)
            assert symbols.read(name) == identifier
            assert style == "unicode" or name.isascii()
            seen.add(name)
    assert {len(seen) for seen in names_by_style.values()} == {count}


@settings(max_examples=12, deadline=None)
@given(notation=st.sampled_from(notation_names()), names=NAMES)
def test_numbers_stay_and_answers_in_the_new_symbols_are_right(
    notation: str, names: dict[str, str]
) -> None:
    try:
        problem = read_problem(text_of(notation, names))
    except ProblemError:
        assume(False)
    bare = read_problem(text_of(notation, {}))
    assert numbers(problem) == numbers(bare)
    about = context(problem)
    spelled = about.page.symbols
    ids = {identifier: (q, i) for q, i, identifier in entries(structure_of(problem))}
    sample = "@1"
    said = {name: spelled.name(*ids[name], style="ascii") for name in ids}
    inputs = " + ".join(
        f"{said[f'A[1,{unit}]{sample}']}*{said[f'W[1,{unit},2]']}" for unit in (1, 2)
    )
    assert answer(about, "formula", f"Z[2,2]{sample}", f"{inputs} + {said['B[2,2]']}")
    slope = f"{said[f'A[2,1]{sample}']}*(1 - {said[f'A[2,1]{sample}']})"
    back = f"{said[f'dZ[3,1]{sample}']}*{said['W[2,1,1]']}"
    assert answer(about, "formula", f"dZ[2,1]{sample}", f"{back}*{slope}")
    with pytest.raises(NotUnderstood):
        answer(about, "formula", f"Z[2,2]{sample}", "nobody*says")


def lines(language: str, style: str, notation: str | None = None) -> str:
    problem = read_problem(OWN)
    words = named_words(load_words(language), problem)
    page = presentation_of(symbols_of(problem, notation), words, style)
    document = presented(derivation(page.settings, solve(problem), View()), page)
    found = [*document.facts]
    for section in document.sections:
        found.append(section.heading)
        for block in section.blocks:
            if isinstance(block, Line):
                parts = " ".join(f"{part.relation} {part.text}" for part in block.parts)
                found.append(f"{block.name} {parts} | {block.reason}")
    return "\n".join(found)


SAID = {
    ("en", "unicode"): [
        "symbols: net (net input), act (output), δ (error signal), E (total error), 烧 (has fever)",
        "total error: half squared error",
        "net_烧 = x₁·w₁ + x₂·w₂ + b₁ = 1·0.1 + 0.5·0.3 + 0.1 = 0.35 | net input",
        "act_烧 = σ(net_烧) = 1/(1 + e^−0.35) = 0.5866 | output",
        "Backward: error signals of the hidden layer",
        "= δ_o·w₅·act_烧·(1 − act_烧)",
        "| hidden error signal",
        "V₅ = w₅ − η·∂E/∂w₅",
    ],
    ("zh", "unicode"): [
        "符号：net（净输入）、act（输出值）、δ（误差信号）、E（总误差）、烧（发烧）",
        "net_烧 = x₁·w₁ + x₂·w₂ + b₁ = 1·0.1 + 0.5·0.3 + 0.1 = 0.35 | 净输入",
        "反向传播：隐藏层的误差信号",
        "| 隐藏层误差信号",
    ],
    ("en", "ascii"): [
        "net_fever = x1*w1 + x2*w2 + b1 = 1*0.1 + 0.5*0.3 + 0.1 = 0.35 | net input",
        "delta_fever = dE/dnet_o*dnet_o/dact_fever*dact_fever/dnet_fever",
        "V5 = w5 - eta*dE/dw5",
    ],
    ("en", "latex"): [
        r"\mathrm{net}_{\text{烧}}", r"\delta_{\text{烧}}", r"V_{5}",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "style"), SAID)
def test_a_derivation_speaks_as_the_file_does(language: str, style: str) -> None:
    told = lines(language, style)
    for line in SAID[language, style]:
        assert line in told


def test_another_notation_has_its_own_symbols() -> None:
    told = lines("en", "unicode", "layered")
    assert "Z₂₁ = A₁₁·W₁₁₁ + A₁₂·W₁₂₁ + B₂₁ = 1·0.1 + 0.5·0.3 + 0.1 = 0.35 | net input" in told
    assert not any(symbol in told for symbol in ("net_", "act_", "δ_", "V₅"))
    problem = in_notation(read_problem(OWN), "layered")
    assert problem.notation == "layered"
    assert {own.symbol for own in problem.own_names} == {""}


def test_words_without_a_symbol() -> None:
    problem = read_problem(text_of("layered", {}) + "names: {Z: {en: net input}}")
    about = context(problem)
    assert about.words.text("rule.weighted_sum.short") == "net input"
    assert about.words.text("rule.activation.long").count("net input") == 1
    # What is not said in Chinese is called there as usual.
    chinese = named_words(load_words("zh"), problem)
    assert chinese.text("rule.weighted_sum.short") == "加权求和"


@pytest.mark.parametrize("typed", ["δ_o1", "delta_o1", "δo1", "dZ[3,1]", "∂E/∂net_o1", "dE/dneto1"])
def test_it_may_be_typed_in_several_ways(typed: str) -> None:
    names = {"dZ": "delta", "Z": "net", "L": "E"}
    symbols = symbols_of(
        read_problem(text_of("net-out", names).replace(", [0.25, -1]", "").replace(", [1]]", "]"))
    )
    assert symbols.read(typed) == "dZ[3,1]"


def test_a_greek_letter_may_be_called_by_its_name() -> None:
    by_name, by_letter = (
        symbols_of(read_problem(text_of("layered", {"Z": symbol}))) for symbol in ("phi", "φ")
    )
    quantity, index, _ = next(each for each in entries(by_name.structure) if each[2] == "Z[2,1]@1")
    for symbols in (by_name, by_letter):
        assert symbols.name(quantity, index) == "φ₂₁⁽¹⁾"
        assert symbols.name(quantity, index, "ascii") == "phi21@1"
        assert symbols.read("phi_21@1") == symbols.read("φ₂₁@1") == "Z[2,1]@1"


@pytest.mark.parametrize("name", ["cnn-2x2", "rnn-bptt", "attention-tiny", "momentum-adam"])
def test_other_layers_and_optimisers_keep_their_numbers(name: str) -> None:
    text = find_problem(name).read_text(encoding="utf-8")
    names = "names: {eta: alpha}\n"
    if "graph:" not in text:
        names = "names: {Z: net, A: out, X: x, dZ: delta, L: J, W: v, eta: alpha}\n"
    ours, theirs = (read_problem(each) for each in (names + text, text))
    assert numbers(ours) == numbers(theirs)
    if ours.network is not None:
        steps = json.loads(trace_json(solve(ours), symbols_of(ours))[0])["steps"]
        found = {entry["name"] for step in steps for entry in step["entries"]}
        assert any(each.startswith("out") for each in found)
        assert not any(each.startswith(("A", "δ₁", "L")) for each in found)


def test_named_weights_keep_their_numbers_in_other_letters() -> None:
    problem = read_problem("""
notation: flat
names: {dW: g, W': V, W: k}
network:
  inputs: [i1, i2]
  layers:
    - {units: [o1], activation: sigmoid}
  edges: {w7: [i1, o1], w5: [i2, o1], b1: o1}
""")
    symbols = symbols_of(problem)
    told = {
        identifier: symbols.name(quantity, index, "ascii")
        for quantity, index, identifier in entries(symbols.structure)
    }
    assert [told[each] for each in ("W[1,1,1]", "W[1,2,1]")] == ["w7", "w5"]
    assert [told[each] for each in ("dW[1,1,1]", "W'[1,2,1]", "B'[2,1]")] == ["g7", "V5", "b1'"]
    assert {name: symbols.read(name) for name in told.values()} == {
        name: identifier for identifier, name in told.items()
    }


def test_signs_that_nobody_sees_are_left_out() -> None:
    problem = read_problem(OWN)
    loud = problem.own_names[0]._replace(words=Text((("en", "\ufdd0net\u202e\x1b[31m\ufdd2"),)))
    words = named_words(load_words("en"), problem._replace(own_names=(loud,)))
    assert words.text("rule.weighted_sum.short") == "net[31m"

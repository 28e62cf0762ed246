"""A name means one thing in every place where names are read, or is refused with a suggestion."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.authoring.published.meant import readings_of
from bp_tutor.explain import symbols_of
from bp_tutor.formula import Entry
from bp_tutor.formula.quantity import DERIVATIVE, VALUE, Quantity, Role
from bp_tutor.notations import notation_names
from bp_tutor.notations.letters import linear
from bp_tutor.notations.names import Names
from bp_tutor.notations.suggest import hint
from bp_tutor.problem import Problem, find_problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Context, Question
from bp_tutor.quiz.batch import question_of
from bp_tutor.quiz.entry_graph import EntryGraph
from bp_tutor.solve import Run, solve
from tests.cli.running import SMALL
from tests.quiz.networks import context_of_problem

OPTIMISERS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")
MOST = 12
"""Entries of one quantity whose names are tried."""

Key = tuple[Quantity, tuple[int, ...]]


def trained(optimiser: str, notation: str, more: str = "") -> Problem:
    """A small batch with weight decay, under any optimiser."""
    # In `layered` weight decay is called μ, as the share of momentum is everywhere.
    decay = 0 if notation == "layered" and optimiser in ("momentum", "nesterov") else 0.1
    return read_problem(
        f"""
title: t
notation: {notation}
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: [0.1, 0.2]}}
    - {{units: 2, activation: sigmoid, weights: [[0.5, 0.6], [0.7, 0.8]], bias: [0.3, 0.4]}}
inputs: [[1, 0.5], [0.3, 0.9]]
targets: [[1, 0], [0, 1]]
loss: {{name: half_squared_error, weight_decay: {decay}}}
learning_rate: 0.1
optimiser: {optimiser}
{more}"""
    )


def entries(run: Run) -> list[Key]:
    """Some entries of everything that has a name."""
    return [
        (quantity, index) for quantity in run.named() for index in islice(quantity.indices(), MOST)
    ]


def ends(quantity: Quantity) -> set[tuple[int, ...]]:
    """The first and the last entry of a quantity."""
    return {next(quantity.indices()), tuple(length - 1 for length in quantity.shape)}


def spellings(names: Names, key: Key) -> list[str]:
    """An entry's name canonically (as in JSON), as the page writes it, in ASCII."""
    quantity, index = key
    spelled = [names.symbols.name(quantity, index, style) for style in ("unicode", "ascii")]
    return [quantity.identifier(index), *spelled]


@cache
def context_for(problem: str) -> Context:
    return context_of_problem(load_problem(find_problem(problem)))


def places(context: Context, graph: EntryGraph, text: str) -> dict[str, Key | None]:
    """What a name stands for where a quiz, a class file and a printed figure name it."""
    read = graph.read(text)
    found: dict[str, Key | None] = {"answer": read if isinstance(read, tuple) else None}
    question = question_of([context], text)
    if isinstance(question, Question):
        found["mark"] = graph.find(question.identifier)
    (formula, *more) = readings_of(text, graph) or (None,)
    if isinstance(formula, Entry) and not more:
        found["published"] = (formula.quantity, formula.index)
    return found


@pytest.mark.parametrize("problem", SMALL)
def test_every_name_of_every_problem_means_one_entry_in_every_place(problem: str) -> None:
    context = context_for(problem)
    graph = context.graph
    names = Names(context.page.symbols, context.run.named())
    for key in entries(context.run):
        for text in spellings(names, key):
            assert (meaning := names.read(text)) is not None, text
            assert meaning.key == key, text
            for place, found in places(context, graph, text).items():
                # Of a derivative downhill, its name means minus what is reported.
                if not (place == "published" and graph.is_negated(text)):
                    assert found == key, (place, text)


@pytest.mark.parametrize("problem", SMALL)
def test_the_names_of_every_notation(problem: str) -> None:
    read = load_problem(find_problem(problem))
    run = solve(read).runs[0]
    for notation in notation_names() if read.graph is None else ():
        names = Names(symbols_of(read, notation), run.named())
        for key in entries(run):
            for text in spellings(names, key):
                assert (meaning := names.read(text)) is not None, (notation, text)
                assert meaning.key == key, (notation, text)


@pytest.mark.parametrize("problem", SMALL)
def test_a_value_behind_a_delta_or_d_is_its_derivative(problem: str) -> None:
    """In every notation and spelling, unless that is the name of something else there."""
    read = load_problem(find_problem(problem))
    run = solve(read).runs[0]
    derived = {quantity.name for quantity in run.named()}
    for notation in notation_names() if read.graph is None else [read.notation]:
        names = Names(symbols_of(read, notation), run.named())
        for quantity in run.named():
            meant = quantity.as_kind(DERIVATIVE)
            if quantity.kind or meant.name not in derived:
                continue
            for index in ends(quantity):
                latex = names.symbols.name(quantity, index, "latex")
                for text in (*spellings(names, (quantity, index)), latex):
                    for sign in ("δ", "d", "∂", "\\delta ", "\\partial "):
                        meaning = names.read(sign + text)
                        assert meaning is not None, (notation, sign + text)
                        if meaning.key != (meant, index):
                            assert meaning.key is not None, (notation, sign + text)
                            own = names.symbols.name(*meaning.key)
                            assert bare(own) == bare(f"δ{names.symbols.name(quantity, index)}")


@pytest.mark.parametrize("problem", SMALL)
def test_a_value_below_the_loss_is_its_derivative(problem: str) -> None:
    """However the value is spelled: as the page, in ASCII, canonically, or mixed with the sign."""
    read = load_problem(find_problem(problem))
    run = solve(read).runs[0]
    derived = {quantity.name for quantity in run.named()}
    for notation in notation_names() if read.graph is None else [read.notation]:
        names = Names(symbols_of(read, notation), run.named())
        for quantity in run.named():
            meant = quantity.as_kind(DERIVATIVE)
            # The loss may be the value itself; ∂L/∂L is no name.
            if quantity.kind or meant.name not in derived or quantity.role is Role.LOSS:
                continue
            for index in ends(quantity):
                for text in spellings(names, (quantity, index)):
                    for quotient in (f"∂L/∂{text}", f"dL/d{text}", f"∂L / ∂ {text}"):
                        meaning = names.read(quotient)
                        assert meaning is not None, (notation, quotient)
                        assert meaning.key == (meant, index), (notation, quotient)


@pytest.mark.parametrize(
    ("problem", "name", "identifier"),
    [
        ("rnn-bptt", "δZ22<2>", "dZ[2,2,2]"),
        ("given-upstream", "∂L/∂W11111", "dW[1,1,1,1,1]"),
        ("given-upstream", "∂L/∂A1111", "dA[1,1,1,1]"),
        ("cnn-backward", "dL/dW[1,1,1,2,2]", "dW[1,1,1,2,2]"),
        ("rnn-bptt", "∂L/∂Z22<2>", "dZ[2,2,2]"),
        ("rnn-bptt", "δZ22⟨2⟩", "dZ[2,2,2]"),
        ("rnn-bptt", "δR₂₁₁", "dR[2,1,1]"),
        ("cnn-backward", "δW₁₁₁₂₂", "dW[1,1,1,2,2]"),
        ("cnn-backward", "dZ2111", "dZ[2,1,1,1]"),
        ("softmax-cross-entropy", "\\hat{y}_1", "A[2,1]"),
        ("softmax-cross-entropy", "\\hat y_1", "A[2,1]"),
        ("exercise", "δZ31", "dZ[3,1]"),
    ],
)
def test_names_that_hands_write(problem: str, name: str, identifier: str) -> None:
    context = context_for(problem)
    meaning = Names(context.page.symbols, context.run.named()).read(name)
    assert meaning is not None
    assert meaning.identifier == identifier
    assert set(places(context, context.graph, name).values()) == {meaning.key}


@pytest.mark.parametrize("name", ["∂L/∂W777", "dL/dQ1"])
def test_the_loss_is_never_the_part_that_is_unknown(name: str) -> None:
    context = context_for("given-upstream")
    names = Names(context.page.symbols, context.run.named())
    assert names.unread(name) == re.split(r"/[d∂]", name)[1]


@pytest.mark.parametrize("problem", SMALL)
def test_what_latex_writes_is_read(problem: str) -> None:
    read = load_problem(find_problem(problem))
    run = solve(read).runs[0]
    for notation in notation_names() if read.graph is None else [read.notation]:
        names = Names(symbols_of(read, notation), run.named())
        for quantity in run.named():
            for index in ends(quantity):
                text = names.symbols.name(quantity, index, "latex")
                assert (meaning := names.read(text)) is not None, (notation, text)
                assert meaning.key == (quantity, index), (notation, text)


@pytest.mark.parametrize("notation", notation_names())
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_what_an_optimiser_keeps_and_the_parts_of_a_loss_have_names(
    optimiser: str, notation: str
) -> None:
    problem = trained(optimiser, notation)
    context = context_of_problem(problem)
    graph = context.graph
    names = Names(context.page.symbols, context.run.named())
    named = {quantity.name for quantity in context.run.named()}
    assert {"L", "W'[1]"} <= named
    assert problem.network is not None
    assert problem.network.loss is not None
    assert ({"L_data", "L_decay"} <= named) == (problem.network.loss.penalty is not None)
    texts = {text: key for key in entries(context.run) for text in spellings(names, key)}
    for text, key in texts.items():
        assert (meaning := names.read(text)) is not None, text
        assert meaning.key == key, text
        assert set(places(context, graph, text).values()) == {key}, text
    listed = "".join(f"  - {{name: {json.dumps(text)}, value: '1'}}\n" for text in texts)
    known = trained(optimiser, notation, f"published:\n{listed}")
    assert len(known.published) == len(texts)


def bare(text: str) -> str:
    """A name without the signs in which hands differ."""
    plain = linear(text).lower().translate(str.maketrans("δ∂", "dd"))
    return re.sub(r"[_^()\[\]<>⟨⟩,'+@ ]|new", "", plain).replace("step", "").replace("delta", "d")


def likely(names: Names, key: Key) -> set[str]:
    """The bare forms of an entry's names, with other ways to write a derivative."""
    quantity, index = key
    found = {bare(text) for text in spellings(names, key)}
    if quantity.kind == DERIVATIVE:
        value = (quantity.as_kind(VALUE), index)
        for text in spellings(names, value):
            found |= {bare(f"{head}{text}") for head in ("d", "dl/d", "de/d", "d/d")}
    return found


SOME = ("sigmoid-2-2-2", "sigmoid-2-2-1", "exercise", "rnn-bptt", "lstm-step", "batch-weight-decay",
        "linear-2-2-1", "graph-chain-rule", "momentum-adam")  # fmt: skip


@pytest.mark.parametrize("problem", SOME)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_near_miss_is_never_read_as_something_else(problem: str, data: st.DataObject) -> None:
    context = context_for(problem)
    names = Names(context.page.symbols, context.run.named())
    key = data.draw(st.sampled_from(entries(context.run)))
    text = data.draw(st.sampled_from(spellings(names, key)))
    at = data.draw(st.integers(0, len(text)))
    sign = data.draw(st.sampled_from(["", *"0123456789wzabhAWZ[](),_@'₁⁽⁾<>"]))
    missed = text[:at] + sign + text[at + data.draw(st.integers(0, 1)) :]
    meaning = names.read(missed)
    if meaning is not None and meaning.key is not None:
        assert bare(missed) in likely(names, meaning.key) | aliases(names, meaning.key), (
            missed,
            meaning.identifier,
        )
    else:
        told = hint(names, missed)
        assert told.near or told.names, missed
        for offered in (*told.names, *([told.near] if told.near else [])):
            again = names.read(offered)
            assert again is not None, (missed, offered)
            assert again.key is not None, (missed, offered)


def aliases(names: Names, key: Key) -> set[str]:
    """What a notation reads though it never writes it, such as `Error` for the loss."""
    quantity, index = key
    found = set()
    for key_of, by_role in names.symbols.notation.reads.items():
        if key_of == quantity.symbol:
            numbers = "".join(str(number + 1) for number in index[-1:])
            for template in by_role.values():
                word = "".join(part for part in template.base if isinstance(part, str))
                found |= {bare(word), bare(word + numbers)}
    # The only loss of a sample needs no other number: `E@2`.
    if quantity.role is Role.OUTPUT_LOSS and quantity.size == quantity.samples:
        found.add(bare(f"{quantity.symbol}{index[0] + 1}"))
    return found


@pytest.mark.parametrize(
    ("problem", "name", "offered"),
    [
        # Layer 2 of a sequence: step 1 of it, or its unit 1 at each step from the first state on.
        ("rnn-bptt", "A[2,1]", {"A[2,0,1]", "A[2,1,1]", "A[2,1,2]", "A[2,2,1]", "A[2,3,1]"}),
        ("rnn-bptt", "A21", {"A21<0>", "A21<1>", "A21<2>", "A21<3>"}),
        ("rnn-bptt", "E[1]", {"E[1,1]", "E[2,1]", "E[3,1]"}),
        ("batch-weight-decay", "Z[2,1]@9", {f"Z[2,1]@{sample}" for sample in range(1, 5)}),
        ("sigmoid-2-2-1", "w14", {"w41"}),
        ("sigmoid-2-2-1", "w_{13}", {"w_{31}"}),
    ],
)
def test_what_it_could_have_meant(problem: str, name: str, offered: set[str]) -> None:
    context = context_for(problem)
    names = Names(context.page.symbols, context.run.named())
    meaning = names.read(name)
    assert meaning is None or meaning.short
    told = hint(names, name)
    assert {*told.names, told.near} - {""} == offered


def test_the_loss_of_one_sample_is_not_the_whole_loss() -> None:
    """Outputs 1 and 2, targets 0: ½·1², ½·2², and in the mean 1.25."""
    problem = read_problem(
        (Path(__file__).parent / "loss-of-one-sample.yaml").read_text(encoding="utf-8")
    )
    context = context_of_problem(problem)
    graph = context.graph
    for name, value in (("L@1", 0.5), ("L@2", 2.0), ("L", 1.25), ("E@2", 2.0), ("L⁽²⁾", 2.0)):
        key = graph.read(name)
        assert isinstance(key, tuple), name
        assert graph.exact(key) == pytest.approx(value, rel=1e-12)
    assert graph.read("L@3") is None
    assert graph.read("dL@1") is None


def test_the_derivative_of_one_samples_loss() -> None:
    """½(w·x)²: its slope at w = 1 is x², and the mean of both samples' is that of the loss."""
    problem = read_problem(
        (Path(__file__).parent / "loss-of-one-sample.yaml").read_text(encoding="utf-8")
    )
    graph = context_of_problem(problem).graph
    slopes = [graph.derivative(f"∂L@{sample}/∂W[1,1,1]") for sample in (1, 2)]
    assert [each and each.along_all.value(graph.run.value) for each in slopes] == [1.0, 4.0]
    whole = graph.read("dW[1,1,1]")
    assert isinstance(whole, tuple)
    assert graph.exact(whole) == pytest.approx(2.5)

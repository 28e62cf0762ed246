"""A view of a page says what the derivation says that is written with these digits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bp_tutor.api.explained import Explained
from bp_tutor.api.whole_page import parts_of
from bp_tutor.explain import Line, View, derivation, symbols_of
from bp_tutor.explain.document import Relation
from bp_tutor.formula import Formula, Number, walk
from bp_tutor.output.page import pieces_of
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.words import load_words
from tests.explain.paper import page_of
from tests.presented import presentation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Document
    from bp_tutor.problem.model import Problem

FAR = """title: Far out
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: sigmoid, weights: [[41, 0.5], [-3, 900]], bias: [0.1, 0.2]}
    - {units: 2, activation: softmax, weights: [[900, 0.001], [0.2, -700]], bias: [0, 0]}
inputs: [0.95, -1.3]
targets: [0, 1]
loss: cross_entropy
learning_rate: 0.1
"""
"""Exponentials beyond what floats hold: lines in another form, parts that are lost, `≈`."""
CLOSE = """title: Close by
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: relu, weights: [[0.30004, 0.3], [0.00001, 0.00002]], bias: [0, 0]}
    - {units: 1, weights: [[0.123456789], [0.987654321]], bias: [1234567.8]}
inputs: [1.00003, 0.00004]
targets: [0.5]
learning_rate: 0.00001
"""
"""Numbers that fewer digits cannot tell apart, that become powers of ten, that nobody types."""
PAGES = (
    "exercise", "softmax-cross-entropy", "activations", "cnn-2x2", "momentum", "hinge", "word2vec",
    "graph-chain-rule", "perceptron", FAR, CLOSE,
)  # fmt: skip
DIGITS = (2, 3, 8)


def _read(page: str) -> Problem:
    return read_problem(page, "own.yaml") if "\n" in page else load_problem(find_problem(page))


def _numbers(document: Document) -> Iterator[tuple[int, str, str]]:
    """Each number of a derivation without its sign: its update, its key, and how it is written."""
    for section in document.sections:
        for block in section.blocks if section.phase != "after" else ():
            parts = [part.formula for part in block.parts] if isinstance(block, Line) else []
            cells = [cell for row in getattr(block, "rows", ()) for cell in row]
            for node in _nodes([*parts, *cells]):
                if isinstance(node, Number) and node.of is not None and node.shown is not None:
                    shown = node.shown
                    power = "" if shown.power is None else f"e{shown.power}"
                    key = node.of.identifier
                    yield max(section.update, 1), key, shown.digits.lstrip("-") + power


def _nodes(formulas: list[object]) -> Iterator[Formula]:
    for formula in formulas:
        for node in walk(formula) if isinstance(formula, Formula) else ():
            yield node
            yield from _nodes([cell for row in getattr(node, "rows", ()) for cell in row])


def _signs(document: Document, form: str) -> str:
    """The sign before the result of each step of a derivation in one form."""
    signs = ""
    for section in document.sections:
        for block in section.blocks if section.phase not in ("given", "after") else ():
            if isinstance(block, Line) and (block.index is None) == (form == "matrix"):
                last = block.parts[-1] if block.parts else None
                result = last is not None and last.kind == "result"
                near = last is not None and last.relation is Relation.NEAR
                signs += ("≈" if near else "=") if result else " "
            elif getattr(block, "entries", ()) and form == "index":
                signs += " "
    return signs


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.split("\n")[0])
def test_a_view_says_what_is_written_with_its_digits(page: str) -> None:
    problem = _read(page)
    trace = solve(problem, min(problem.updates, 2))
    columns = problem.conventions.layout == "columns"
    symbols = symbols_of(problem, None)
    reader = presentation_of(symbols, "en", "unicode", problem.digits, problem.rounding, columns)
    data = pieces_of(parts_of(reader, trace, asked=False), digits=(*DIGITS, 4)).data
    views = {view["digits"]: view for view in data["views"]}
    runs = [[key for _, _, keys in groups for key in _chain(keys)] for groups in data["runs"]]
    whole = [texts.split() for texts in views[8]["texts"]]
    ends = [numbers.split() for numbers in views[8]["right"]]
    for digits in DIGITS:
        document = derivation(reader.settings._replace(digits=digits), trace, View(form="both"))
        view = views[digits]
        texts = [_long(found, whole[run]) if digits != 8 else whole[run]
                 for run, found in enumerate(map(str.split, view["texts"]))]  # fmt: skip
        said = [
            dict(zip(keys, found, strict=True)) for keys, found in zip(runs, texts, strict=True)
        ]
        count = 0
        for update, key, text in _numbers(document):
            count += 1
            assert said[update - 1][key].lstrip("-") == text, (digits, key)
        assert count > 20
        for form in ("index", "matrix"):
            assert view["signs"][form].rstrip() == _signs(document, form).rstrip(), (digits, form)
        # What is right goes from what is shown to what it is rounded from.
        for run, keys in enumerate(map(_chain, data["results"])):
            found = ends[run] if digits == 8 else _long(view["right"][run].split(), ends[run])
            assert len(found) == 2 * len(keys)
            for key, low, high in zip(keys, found[::2], found[1::2], strict=True):
                address = trace.runs[run].find(key)
                assert address is not None
                slack = 1e-8 * max(abs(float(low)), abs(float(high)))
                for number in (float(said[run][key]), trace.runs[run].value(*address)):
                    assert float(low) - slack <= number <= float(high) + slack, (digits, key)


def _chain(text: str) -> list[str]:
    """Keys that are each told by how many signs they share with the one before."""
    keys = [""]
    for each in text.split():
        keys.append(keys[-1][: int(each[0], 36)] + each[1:])
    return keys[1:]


def _long(shortened: list[str], whole: list[str]) -> list[str]:
    """Texts that are told by how many signs they share with others."""
    return [other[: int(text[0], 36)] + text[1:]
            for text, other in zip(shortened, whole, strict=True)]  # fmt: skip


@pytest.mark.parametrize("name", ["softmax-cross-entropy", "lstm-step", "momentum"])
def test_no_right_answer_is_explained_as_a_mistake(name: str) -> None:
    problem = load_problem(find_problem(name))
    trace = solve(problem, min(problem.updates, 2))
    reader = page_of(name, "unicode")
    document = derivation(reader.settings, trace, View(form="both"))
    languages = [load_words("en"), load_words("zh")]
    found = Explained(trace, document, reader, languages).every()
    assert len(found) == len(trace.runs)
    for run, mistakes in zip(trace.runs, found, strict=True):
        assert len(mistakes) > 3
        for key, wrong in mistakes.items():
            address = run.find(key)
            assert address is not None
            value = run.value(*address)
            for low, high, *(english, chinese) in wrong:
                assert not low <= value <= high, key
                assert low < high
                assert english
                assert re.search("[\u4e00-\u9fff]", chinese)

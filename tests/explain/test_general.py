"""Formulas with letters, with numbers put in for the letters, give the calculation."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product
from math import isclose
from pathlib import Path

import pytest

from bp_tutor.explain import structure_of, symbols_of
from bp_tutor.explain.general import GeneralLine, general_lines
from bp_tutor.formula import Formula, Number, Quantity, Ref, number_of, replace
from bp_tutor.formula.indexed import At, Bound, Greatest, Indexed, Place, Total
from bp_tutor.formula.quantity import OF_OUTPUTS, ONE, SAMPLE, Role
from bp_tutor.notations.notation import notation_names
from bp_tutor.problem import Problem, Rounding
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import Run, solve
from tests.cli.running import LARGE
from tests.cli.running import run as run_program
from tests.code.drawn import dense_problems, layered_problems
from tests.explain.paper import NAMES, page_of, problem_of
from tests.presented import presentation_of


class Reader:
    """Works out formulas with letters, from the numbers of a calculation alone."""

    def __init__(self, problem: Problem, run: Run) -> None:
        self.run = run
        self.units = structure_of(problem).units
        self.arrays: dict[tuple[str, int | None, int | None], Quantity] = {}
        for array in run.values:
            where = array.place if _layered(array) else (None, *array.place)
            layer, step = (*where, None, None)[:2]
            self.arrays.setdefault((array.head, layer, step), array)
        self.samples = len(run.rows)
        # As the lines count them: inputs may have more, of which layers take a part.
        self.steps = max((line.quantity.step or 0 for line in run.program.lines), default=0)
        for array in run.values:
            if "position" in array.axes:
                self.steps = array.shape[array.axes.index("position")]

    def end(self, formula: Formula | None, letters: dict[str, int]) -> int:
        match formula:
            case Number(value):
                return int(value)
            case At(place):
                return place.at(letters)
            case Bound("N", layer):
                assert layer is not None
                return self.units[layer.at(letters) - 1]
            case Bound("m"):
                return self.samples
            case Bound("T"):
                return letters["T"]
        raise AssertionError(formula)

    def number(self, formula: Formula, letters: dict[str, int]) -> float | None:
        def put(node: Formula) -> Formula | None:
            match node:
                case Indexed():
                    return Number(self.entry(node, letters))
                case Greatest(body, spans):
                    names = [place.letter for place, *_ in spans]
                    runs = [range(first, last + 1) for _, first, last in spans]
                    found = [
                        self.number(body, {**letters, **dict(zip(names, at, strict=True))})
                        for at in product(*runs)
                    ]
                    return Number(max(value for value in found if value is not None))
                case Bound() | At():
                    return Number(self.end(node, letters))
                case Total(index, body, first, last):
                    assert isinstance(index, At)
                    span = range(self.end(first, letters), self.end(last, letters) + 1)
                    each = [
                        self.number(body, {**letters, index.of.letter: place}) for place in span
                    ]
                    return Number(sum(value for value in each if value is not None))
            return None

        return number_of(replace(formula, put), lambda _, __: 1 / 0)

    def entry(self, node: Indexed, letters: dict[str, int]) -> float:
        layer, step = (
            None if each is None else each.at(letters) for each in (node.layer, node.step)
        )
        # Each edge has a name of its own, and no index.
        named = node.like.role is Role.EDGE
        array = node.like if named else self.arrays[node.like.head, layer, step]
        places = [place.at(letters) - 1 for place in node.places]
        masked = array.role in (Role.SCORE, Role.SHARE)
        assert not masked or tuple(places) not in array.removed, "nothing is read that it hides"
        index = []
        for axis in array.axes:
            if axis == SAMPLE:
                index.append(0 if node.sample is None else node.sample.at(letters) - 1)
            else:
                index.append(0 if axis == ONE or not places else places.pop(0))
        assert not places
        if not all(0 <= at < length for at, length in zip(index, array.shape, strict=True)):
            return self.outside(array)
        return self.run.value(array, tuple(index))

    def outside(self, array: Quantity) -> float:
        """Around an image, and beside a kernel, there is nothing."""
        assert "row" in array.axes
        return 0.0


def _layered(array: Quantity) -> bool:
    return bool(array.place) and array.role not in OF_OUTPUTS


def letters_of(
    line: GeneralLine, array: Quantity, index: tuple[int, ...], reader: Reader
) -> dict[str, int]:
    """The numbers that the letters of the target have for one entry."""
    heads = max((quantity.step or 0 for quantity in reader.run.values), default=0)
    found = {"n": len(reader.units), "T": reader.steps, "H": heads}
    if _layered(array):
        found |= {line.letter: array.place[0]}
    if array.step is not None:
        found["t"] = found["h"] = array.step
    assert isinstance(line.target, Indexed)
    if any(place.more or place.times > 1 for place in line.target.places):
        return found | image_letters(line, array, index)
    spots = [
        at
        for at, axis in enumerate(array.axes)
        if axis != ONE and (axis != SAMPLE or array.samples > 1)
    ][: len(line.free)]
    return found | {
        letter: index[spot] + 1 for (letter, *_), spot in zip(line.free, spots, strict=True)
    }


def image_letters(line: GeneralLine, array: Quantity, index: tuple[int, ...]) -> dict[str, int]:
    """The letters with which the target's index is that of an entry: there is one such choice."""
    assert isinstance(line.target, Indexed)
    sample = {"s": index[0] + 1} if array.samples > 1 else {}
    spans = [(name, last) for name, _, last in line.free if name != "s"]
    runs = [range(1, int(number_of(last, lambda _, __: 1 / 0) or 0) + 1) for _, last in spans]
    found = [
        dict(zip((name for name, _ in spans), numbers, strict=True)) | sample
        for numbers in product(*runs)
    ]
    (place,) = line.target.places
    (only,) = (letters for letters in found if place.at(letters) == index[1] + 1)
    return only


def stands_for(line: GeneralLine, array: Quantity, index: tuple[int, ...]) -> bool:
    """Whether it is a line for this entry: of a line for one unit, another unit has its own."""
    assert isinstance(line.target, Indexed)
    places, _ = array.shown_index(index)
    return all(
        place.letter or place.offset == number
        for place, number in zip(line.target.places, places, strict=False)
    )


def agrees(problem: Problem) -> tuple[int, int]:
    """How many entries the lines with letters give, and how many lines have none."""
    run = solve(problem._replace(rounding=Rounding())).runs[0]
    reader, structure = Reader(problem, run), structure_of(problem)
    entries = whole = 0
    for line in general_lines(run.program.lines, structure):
        if isinstance(line.target, Ref):
            whole += 1
            continue
        for definition in line.lines:
            array = definition.quantity
            if array not in run.values or array.size > 200:
                continue
            for index in array.indices():
                if not stands_for(line, array, index):
                    continue
                letters = letters_of(line, array, index, reader)
                for _, _, last in line.free:
                    assert reader.end(last, letters) >= 1
                found = reader.number(line.formula, letters)
                expected = run.value(array, index)
                if found is None:
                    # 0·ln 0, which is worked out in another form.
                    continue
                assert isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12), (line, letters)
                entries += 1
    return entries, whole


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LARGE])
def test_the_lines_give_the_numbers_of_the_calculation(name: str) -> None:
    problem = problem_of(name)
    entries, whole = agrees(problem)
    if problem.network is not None and all(layer.wired for layer in problem.network.layers):
        assert not whole
    assert entries or not solve(problem).runs[0].values


def test_the_lines_of_random_problems() -> None:
    assert sum(agrees(problem)[0] for problem in dense_problems(25)) > 500
    assert sum(agrees(problem)[0] for problem in layered_problems(2)) > 100


WINDOWS = """
network:
  inputs: {channels: 2, height: 5, width: 4}
  weight_order: from-to
  layers:
    - {convolution: {channels: 2, kernel: [2, 3], stride: [2, 1], padding: {top: 1, left: 2}},
       weights: {seed: 1, scale: 1}, bias: [0.1, -0.2], activation: tanh}
    - pooling: {max: [2, 1], stride: 1}
    - pooling: {average: [1, 2], stride: 1}
    - {convolution: {channels: 1, kernel: [1, 2], stride: 2, transposed: true},
       weights: {seed: 2, scale: 1}, bias: none}
    - flatten
inputs: {seed: 3, scale: 1}
targets: [TARGETS, TARGETS]
gradients_of_inputs: true
"""


def test_windows_have_letters_for_their_places() -> None:
    """Strides, padding, several channels and samples; only what a row is made of has none."""
    problem = read_problem(WINDOWS.replace("TARGETS", str([0.5] * 18)))
    entries, whole = agrees(problem)
    assert entries > 300
    run = solve(problem).runs[0]
    lines = general_lines(run.program.lines, structure_of(problem))
    told = {line.rule for line in lines if isinstance(line.target, Ref)}
    assert told <= {"error_back", "hidden_delta"}
    (flat,) = (line for line in lines if line.rule == "flatten")
    assert isinstance(flat.target, Indexed)
    assert {name for name, *_ in flat.free} == {"s", "r", "q"}
    assert whole == len([line for line in lines if isinstance(line.target, Ref)])


SLICED = """
network:
  inputs: 4
  weight_order: from-to
  layers:
    - {slice: {of: units, first: 2, last: 4}}
    - {units: 2, activation: tanh, weights: {seed: 1, scale: 1}, bias: none}
    - {slice: {of: units, first: 2, last: 2}}
    - {concatenate: [3, 4]}
    - {units: 1, weights: {seed: 2, scale: 1}, bias: none}
inputs: [[0.5, -1, 2, 3], [1, 4, -2, 1]]
targets: [[1], [2]]
gradients_of_inputs: true
"""


def test_what_is_taken_of_an_array_has_its_place_there() -> None:
    """On the way forward, and from what is joined on the way back."""
    problem = read_problem(SLICED)
    agrees(problem)
    run = solve(problem).runs[0]
    lines = general_lines(run.program.lines, structure_of(problem))
    whole = {line.target.quantity.name for line in lines if isinstance(line.target, Ref)}
    assert not whole & {"A[2]", "A[4]", "dA[4]"}
    assert "A[5]" in whole


DILATED = """
network:
  inputs: {channels: 1, height: 5, width: 4}
  weight_order: from-to
  layers:
    - {convolution: {channels: 2, kernel: [2, 2], dilation: [2, 1], stride: [1, 2], padding: 1},
       weights: {seed: 1, scale: 1}, bias: [0.1, -0.2], activation: tanh}
    - flatten
inputs: {seed: 3, scale: 1}
targets: [TARGETS]
"""


def test_a_dilated_kernel_has_letters_for_its_weights() -> None:
    """Forward and for its gradient, without the zeros between them; the row lists every channel."""
    problem = read_problem(DILATED.replace("TARGETS", str([0.5] * 30)))
    entries, whole = agrees(problem)
    assert entries > 100
    assert not whole


EDGES = """
notation: flat
network:
  inputs: [x1, x2]
  weight_order: from-to
  layers:
    - {units: [h1, h2], activation: tanh}
    - {units: [k1, k2], activation: tanh, weights: [[1, 2], [3, -4]], bias: none}
    - {units: [o1, o2], activation: ACTIVATION}
  edges:
    {w1: [x1, h1], w2: [x2, h1], v: [[x2, h2], [k1, o1]], p: [k2, o1], q: [h2, o2], r: [k1, o2],
     s: [x1, o2], b1: h1, b2: h2, BIASES}
  values:
    {w1: 0.1, w2: 0.2, v: -0.5, p: 0.5, q: 0.6, r: 0.3, s: 0.7, b1: 0.25, b2: 0.35, c: 0.1, d: 1}
inputs: [[0.2, 0.8], [1, -1]]
targets: [[1, 0], [0, 1]]
learning_rate: 0.5
"""


@pytest.mark.parametrize(
    ("activation", "biases", "values"),
    [("sigmoid", "c: [o1, o2]", ""), ("softmax", "c: o1, d: o2", ", d: 1")],
)
@pytest.mark.parametrize("samples", [1, 2])
def test_edges_have_a_line_for_each_unit_that_they_lead_to(
    activation: str, biases: str, values: str, samples: int
) -> None:
    """Every entry stands in one line, by letters or by itself, and none as a whole array."""
    text = EDGES.replace("ACTIVATION", activation).replace("BIASES", biases)
    text = text.replace(", d: 1}", values + "}")
    if samples == 1:
        text = text.replace(", [1, -1]]", "]").replace(", [0, 1]]", "]")
    problem = read_problem(text)
    entries, whole = agrees(problem)
    assert not whole
    lines = solve(problem).runs[0].program.lines
    assert entries == sum(line.quantity.size for line in lines if line.is_written)


@pytest.mark.parametrize("notation", ["flat", "numbered", "layered", "superscript"])
def test_units_of_edges_have_the_names_of_the_course(notation: str) -> None:
    """What stands at the left are the names of the derivation in index form."""
    text = EDGES.replace("ACTIVATION", "sigmoid").replace("BIASES", "c: [o1, o2]")
    problem = read_problem(text.replace(", d: 1}", "}"))
    symbols = symbols_of(problem, notation)
    run = solve(problem).runs[0]
    page = presentation_of(symbols, "en", "unicode")
    found = {
        page.indexed(line.target).replace("^(s)", "")
        for line in general_lines(run.program.lines, symbols.structure, symbols)
        if isinstance(line.target, Indexed) and line.lines[0].quantity.place[:1] in ((2,), (4,))
    }
    for layer in (2, 4):
        for letter in "ZA":
            array = run.step(f"{letter}[{layer}]").quantity
            assert {symbols.name(array.of_one_sample, (0, unit)) for unit in (0, 1)} <= found


PADDED = """
network:
  inputs: {positions: 3, units: 2}
  weight_order: from-to
  layers:
    - attention: {heads: 2, keys: 4, values: 4, output: 3, MASK}
      weights:
        query: {seed: 1, scale: 1}
        key: {seed: 2, scale: 1}
        value: {seed: 3, scale: 1}
        output: {seed: 4, scale: 1}
inputs: [[1, 0], [1, 1], [0, 2]]
targets: [[2, 1, 0], [3, 2, 0], [1, 1, 1]]
learning_rate: 0.05
"""
WHOLE = {"S", "P", "H", "dS", "dP", "dV", "dK", "dQ"}
"""What has or sums up what a mask removes."""
WIDTHS = [
    ("units: 2", "output: 3", "[[1, 0], [1, 1], [0, 2]]", "[[2, 1, 0], [3, 2, 0], [1, 1, 1]]"),
    ("units: 2", "output: 2", "[[1, 0], [1, 1], [0, 2]]", "[[2, 1], [3, 2], [1, 1]]"),
    ("units: 1", "output: 4", "[[1], [3], [2]]", "[[2, 1, 0, 1], [3, 2, 0, 1], [1, 1, 1, 1]]"),
]
"""What reaches the layer, what it hands on, and numbers for both."""


@pytest.mark.parametrize("mask", ["causal: false", "causal: true"])
def test_keys_and_values_are_as_long_as_they_are_whatever_the_layer_hands_on(mask: str) -> None:
    """The formulas are the same, whether a width happens to be that of a layer or not."""
    texts = []
    for widths in WIDTHS:
        text = PADDED.replace("MASK", mask)
        for old, new in zip(WIDTHS[0], widths, strict=True):
            text = text.replace(old, new)
        problem = read_problem(text)
        assert agrees(problem)[1] == 0
        page = presentation_of(symbols_of(problem, "layered"), "en", "unicode")
        texts.append([
            (page.say(line.target), page.say(line.formula),
             [(letter, page.say(first), page.say(last)) for letter, first, last in line.free])
            for line in general_lines(solve(problem).runs[0].program.lines, structure_of(problem))
        ])  # fmt: skip
    assert texts[0] == texts[1] == texts[2]
    assert ("Σ[j=1…p](P_npj⟨h⟩·V_njk⟨h⟩)" in str(texts[0])) == ("true" in mask)


@pytest.mark.parametrize(
    ("mask", "whole"),
    [
        ("causal: true", set()),
        ("padded: [2]", WHOLE),
        ("padded: [3]", WHOLE),
        ("causal: true, padded: [3]", WHOLE),
    ],
)
def test_masked_scores_without_letters_are_told_as_arrays(mask: str, whole: set[str]) -> None:
    problem = read_problem(PADDED.replace("MASK", mask))
    entries, _ = agrees(problem)
    assert entries > 100
    lines = general_lines(solve(problem).runs[0].program.lines, structure_of(problem))
    assert {line.target.quantity.head for line in lines if isinstance(line.target, Ref)} == whole


TRANSLATED = """
title: A translation
network:
  inputs: {steps: ALL, units: 1}
  weight_order: from-to
  layers:
    - slice: {of: steps, first: 1, last: SOURCE}
    - LAYER: {units: 2, returns: last}
      ARRAYS
    - slice: {of: steps, first: BEHIND}
      from: 1
    - LAYER: {units: 2, initial_from: 3}
      ARRAYS
    - {units: 2, activation: softmax, weights: {seed: 4, scale: 1}, bias: none}
inputs: SEEN
targets: TARGETS
loss: cross_entropy
learning_rate: 0.5
"""
GATES = {"recurrent": (), "gru": ("reset", "update", "candidate")}


def translation(layer: str, source: int, target: int) -> str:
    """An encoder over so many steps, and a decoder over others."""
    seeds = iter(range(1, 99))

    def arrays() -> str:
        found = []
        for key in ("weights", "recurrent_weights", "bias"):
            drawn = [f"{{seed: {next(seeds)}, scale: 1}}" for _ in GATES[layer] or ("one",)]
            named = ", ".join(map(": ".join, zip(GATES[layer], drawn, strict=False)))
            found.append(f"{key}: {{{named}}}" if named else f"{key}: {drawn[0]}")
        return "\n      ".join(found)

    text = TRANSLATED.replace("LAYER", layer)
    while "ARRAYS" in text:
        text = text.replace("ARRAYS", arrays(), 1)
    for name, value in {
        "ALL": source + target,
        "SOURCE": source,
        "BEHIND": source + 1,
        "SEEN": [[0.5 - step] for step in range(source + target)],
        "TARGETS": [[step % 2, 1 - step % 2] for step in range(target)],
    }.items():
        text = text.replace(name, str(value))
    return text


@pytest.mark.parametrize("layer", GATES)
def test_what_holds_through_time_holds_for_every_number_of_steps(
    layer: str, tmp_path: Path
) -> None:
    """Two steps, three or four: the same lines, first and last steps told by letters."""
    printed = {}
    for source, target in ((2, 2), (3, 3), (4, 4), (3, 2)):
        text = translation(layer, source, target)
        assert agrees(read_problem(text))[1] == 0
        path = tmp_path / f"{source}-{target}.yaml"
        path.write_text(text, encoding="utf-8")
        out = run_program("solve", str(path), "--form", "general", "--width", "160").out
        printed[source, target] = out[out.index("2  Forward") :]
    assert printed[2, 2] == printed[3, 3] == printed[4, 4]
    assert "t = 2 … T" in printed[2, 2]
    assert "T" not in printed[3, 2]


WEIGHTED = """
network:
  inputs: INPUTS
  weight_order: from-to
  layers:
    - {units: 3, activation: softmax, weights: [[0.5, -0.2, 0.1], [0.3, 0.4, -0.5]], bias: none}
inputs: [[1, 2], [0.5, -1], [2, 0]]
targets: [[1, 0, 0], [0, 0, 1], [-1, -1, -1]]
loss: {name: cross_entropy, class_weights: [1, 2, 3], divide_by: weights, ignored: -1}
learning_rate: 0.1
"""


@pytest.mark.parametrize(
    ("inputs", "mark"), [("2", "^(s)"), ("{steps: 3, units: 2}", "⟨t⟩")], ids=["samples", "steps"]
)
def test_weights_of_losses_have_the_letters_of_what_they_weigh(
    tmp_path: Path, inputs: str, mark: str
) -> None:
    """One weight for a sample or step, by its letter alone, and what all add up to: 1 + 3 + 0."""
    problem = read_problem(WEIGHTED.replace("INPUTS", inputs))
    assert agrees(problem)[1] == 0
    path = tmp_path / "weighted.yaml"
    path.write_text("title: t" + WEIGHTED.replace("INPUTS", inputs), encoding="utf-8")
    printed = run_program("solve", str(path), "--form", "general", "--width", "200").out
    assert f"ω{mark}·E_j{mark}" in printed
    assert re.findall("ω[^ ·]*", printed) == [f"ω{mark}"] * printed.count("ω")
    assert ("add up to 4," in printed) == (inputs == "2")


NOTATED = [
    (name, notation)
    for name in ("sigmoid-2-2-2", "exercise", "sigmoid-2-2-1")
    for notation in notation_names()
]


@pytest.mark.parametrize(("name", "notation"), NOTATED)
def test_the_letters_stand_for_the_names_of_the_course(name: str, notation: str) -> None:
    """With numbers for its letters, a line is about each entry by the name that this one has."""
    page = page_of(name, "unicode", notation=notation)
    run = solve(problem_of(name)).runs[0]
    units = page.settings.structure.units
    expected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    heads = {quantity.head for quantity in run.values if quantity.symbol in ("Z", "A")}
    for line in general_lines(run.program.lines, page.settings.structure, page.settings.symbols):
        target = line.target
        if not isinstance(target, Indexed) or target.like.head not in heads:
            continue
        for definition in line.lines:
            array = definition.quantity
            expected.update(page.name(array, index) for index in array.indices())
            letters = {"n": len(units), "i": array.place[0]}
            spans = [
                range(_end(first, units, letters), _end(last, units, letters) + 1)
                for _, first, last in line.free
            ]
            for numbers in product(*spans):
                here = letters | {
                    letter: at for (letter, *_), at in zip(line.free, numbers, strict=True)
                }
                assert target.layer is not None
                layer = Place("", target.layer.at(here))
                places = tuple(Place("", place.at(here)) for place in target.places)
                found[page.indexed(Indexed(array, layer, None, places))] += 1
    assert expected
    assert found == expected


def _end(formula: Formula, units: tuple[int, ...], letters: dict[str, int]) -> int:
    match formula:
        case Number(value):
            return int(value)
        case Bound("N", layer) if layer is not None:
            return units[layer.at(letters) - 1]
    raise AssertionError(formula)


@pytest.mark.parametrize("notation", notation_names())
def test_an_algorithm_counts_layers_as_the_course_does(notation: str) -> None:
    done = run_program("solve", "exercise", "--notation", notation, "--code", "pseudo").out
    general = run_program("solve", "exercise", "--notation", notation, "--form", "general").out
    loops = set(re.findall(r"For (i = \S+ … \S+)", done))
    ranges = set(re.findall(r"\b(i = \S+ … [^;\s]+)", general))
    assert loops == ranges
    assert bool(loops) == (notation in ("layered", "superscript", "plain"))


@pytest.mark.parametrize(("notation", "first"), [("layered", 1), ("superscript", 0)])
def test_a_sum_over_layers_begins_with_the_first_weights(notation: str, first: int) -> None:
    general = ("solve", "batch-weight-decay", "--notation", notation, "--form", "general")
    assert f"Σ[i={first}…n−1]" in run_program(*general).out

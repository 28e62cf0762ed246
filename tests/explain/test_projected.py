"""What makes a picture one to project: strong weights seen, steps counted, numbers within reach."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from bp_tutor.output.svg import svg_of
from bp_tutor.pictures import Wire, scene_of
from bp_tutor.pictures.hits import hits_of
from tests.explain.pages import solved
from tests.explain.test_scene import scene

WIRE = re.compile(r'<polyline class="wire([^"]*)" data-key="(W\S+)')
HELD = ("exercise", "softmax-cross-entropy", "cnn-backward", "rnn-bptt", "word2vec", "lstm-step")


def test_a_wire_says_how_strong_its_weight_is() -> None:
    drawn = svg_of(scene(solved("exercise")), look="page")
    classes = {key: said.split() for said, key in WIRE.findall(drawn)}
    assert len(classes) == 24
    # The largest is 0.8; a level is a quarter of it.
    for key, expected in {
        "W[1,3,1]": ["weight-4"],  # 0.8
        "W[1,1,2]": ["weight-1"],  # 0.2
        "W[1,2,2]": ["weight-2"],  # 0.3
        "W[1,3,2]": ["weight-3", "minus"],  # -0.6
        "W[2,1,2]": ["weight-1", "minus"],  # -0.1
    }.items():
        assert classes[key] == expected, key


def test_the_width_of_a_wire_follows_its_weight_from_update_to_update() -> None:
    done = solved("xor-sigmoid")
    runs = done.trace.runs
    picture = scene_of(done.page, done.problem, runs[0], runs=runs)
    wires = [wire for wire in picture.shapes if isinstance(wire, Wire) and wire.strengths]
    most = 0.0
    for wire in wires:
        first = next(key for key in wire.keys if key.startswith("W["))
        places = [run.find(first) for run in runs]
        found = [run.value(*at) for run, at in zip(runs, places, strict=True) if at is not None]
        most = max(most, *map(abs, found))
        assert len(wire.strengths) == len(runs) + 1
        ratios = [a / b for a, b in zip(found, wire.strengths, strict=False) if b]
        # All to one scale, that of the picture.
        assert max(ratios) == pytest.approx(min(ratios))
    assert max(abs(each) for wire in wires for each in wire.strengths) == pytest.approx(1)


def test_time_steps_are_counted_over_their_columns() -> None:
    captions = [label.symbol for label in scene(solved("rnn-bptt")).labels if not label.key]
    assert [word for word in captions if word.startswith("t = ")] == [
        "t = 0", "t = 1", "t = 2", "t = 3",
    ]  # fmt: skip
    # An encoder's third column is its decoder's first step: no one number is true of it.
    steps = [label.symbol for label in scene(solved("seq2seq")).labels if not label.key]
    assert "t = 3" not in steps


@pytest.mark.parametrize("name", HELD)
def test_what_is_given_can_be_taken_hold_of(name: str) -> None:
    picture = scene(solved(name))
    held = hits_of(picture)
    given = [label for label in picture.labels if label.given and not label.aside]
    assert {key for key, _ in held} >= {label.key for label in given if "@" not in label.key}
    for (_, one), (_, other) in combinations(held, 2):
        assert not one.meets(other)
    if name in ("exercise", "softmax-cross-entropy"):
        # 24 pixels where letters of 13 are shown at 12.
        assert all(min(area.width, area.height) * 12 / 13 >= 24 for _, area in held)


def test_names_that_have_no_room_leave_first_at_gradients() -> None:
    done = solved("exercise")
    told = done.page, done.problem, done.trace.runs[0]
    named, both = scene_of(*told, "named"), scene_of(*told, "both")
    assert named.width < both.width
    texts = {label.key: label.text("named") for label in named.labels}
    assert texts["W[1,1,2]"] == "W₁₁₂ = 0.2"
    assert texts["dZ[2,1]"] == "δZ₂₁ = 9.535·10⁻⁵"
    assert texts["dW[3,1,1]"] == "−0.008039"

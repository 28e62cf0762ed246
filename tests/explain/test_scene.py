"""Pictures as data: every value has its place, and nothing covers anything."""

from __future__ import annotations

import math
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.api.whole_page import narrow_scene, page_scene
from bp_tutor.explain.steps import StepOf
from bp_tutor.pictures import VALUES, Area, Box, Label, Scene, Wire, scene_of
from bp_tutor.pictures.moment import Moment, everything, moment_of
from bp_tutor.pictures.routes import arrays_of, wires_with_routes
from bp_tutor.words import languages, load_words
from tests.explain.pages import NAMES, Solved, solved, solved_path

FOLDED = ("digits-784", "mlp-shapes")
LONG = "transformer-block"
"""Its pictures are drawn as those of its layers are elsewhere, and there are many of them."""
BOXES = ("unit", "target", "cell", "kernel", "node")


def scene(done: Solved, update: int = 1, values: str = "both") -> Scene:
    runs = done.trace.runs
    return scene_of(done.page, done.problem, runs[update - 1], values, runs)


def shown(picture: Scene, moment: Moment) -> list[Label]:
    return [
        label
        for label in picture.labels
        if not label.key or moment.shown.get(label.place) == label.key
    ]


def moments(picture: Scene, steps: tuple[StepOf, ...]) -> list[Moment]:
    """Every moment of a short derivation, and some of a long one."""
    stride = len(steps) // 40 + 1
    numbers = [0, *range(1, len(steps) + 1, stride), len(steps)]
    return [everything(picture, steps), *(moment_of(picture, steps, number) for number in numbers)]


def covers(area: Area, start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether a stretch of a wire lies under an area: what is left of it between its edges."""
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    first, last = 0.0, 1.0
    for at, way, low, size in ((x, dx, area.x, area.width), (y, dy, area.y, area.height)):
        if way:
            ends = sorted(((low - at) / way, (low + size - at) / way))
            first, last = max(first, ends[0]), min(last, ends[1])
        elif not low < at < low + size:
            return False
    return first < last


def check_labels(picture: Scene, labels: list[Label]) -> None:
    """None of some labels that can be seen at once lies over another, a wire, or a box's edge."""
    boxes = [s for s in picture.shapes if isinstance(s, Box) and s.role in (*BOXES, "loss")]
    wires = [s for s in picture.shapes if isinstance(s, Wire) and s.role in ("wire", "bias")]
    placed = sorted(((label, label.area(picture.values)) for label in labels),
                    key=lambda pair: pair[1].y)  # fmt: skip
    for place, (label, area) in enumerate(placed):
        for other, its in placed[place + 1 :]:
            if its.y >= area.y + area.height:
                break
            alike = label.key and label.place == other.place
            assert alike or not area.meets(its), (label, other)
        if label.inside:
            assert any(
                box.x <= area.x and area.x + area.width <= box.x + box.width
                and box.y <= area.y and area.y + area.height <= box.y + box.height
                for box in boxes
            ), label  # fmt: skip
            continue
        if label.role != "caption":
            assert not any(area.meets(box.area) for box in boxes), label
        # So many wires that labels stand only where they are used leave no room beside them.
        for wire in () if label.crowded else wires:
            for start, end in pairwise(wire.points):
                assert not covers(area, start, end), (label, wire)


def check_geometry(picture: Scene, steps: tuple[StepOf, ...], stride: int = 1) -> None:
    """At every step: what is not crowded is looked at all together, whenever it is shown.

    Of a long random derivation, every `stride`-th step.
    """
    whole = Area(0, 0, picture.width, picture.height)
    for shape in picture.shapes:
        if isinstance(shape, Wire):
            corners = shape.points
        else:
            area = shape.area if isinstance(shape, Box) else shape.area(picture.values)
            corners = ((area.x, area.y), (area.x + area.width, area.y + area.height))
        for x, y in corners:
            assert -0.01 <= x <= whole.width + 0.01, shape
            assert -0.01 <= y <= whole.height + 0.01, shape
    every = [shape for shape in picture.shapes if isinstance(shape, Box)]
    boxes = [box for box in every if box.role in BOXES]
    for one, another in combinations(boxes, 2):
        assert not one.area.meets(another.area), (one, another)
    check_labels(picture, [label for label in picture.labels if not label.crowded])
    if not any(label.crowded and not label.aside for label in picture.labels):
        return
    for step in steps[::stride]:
        check_labels(picture, shown(picture, moment_of(picture, steps, step.number)))


@pytest.mark.parametrize("name", NAMES)
def test_no_label_covers_another_nor_a_wire_nor_a_box(name: str) -> None:
    """At every step, and whichever way round matrices are drawn, where that makes a difference."""
    rows = solved(name)
    page = rows.page._replace(settings=rows.page.settings._replace(columns=True))
    turned = rows._replace(page=page)
    for done in (rows,) if scene(turned) == scene(rows) else (rows, turned):
        steps = done.document.steps
        every = VALUES[:1] if name == LONG else VALUES
        if scene(done).kind == "network":
            every = (*every, "named")
        for update, values in product({step.update for step in steps if step.update}, every):
            check_geometry(scene(done, update, values), steps)
        still = scene_of(done.page, done.problem, done.trace.runs[0], still=True)
        check_geometry(still, ())


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_a_picture_for_each_screen(name: str) -> None:
    """In a pane of 1280 pixels or in half of it, and on 360 pixels; nothing is lost or covered."""
    done = solved(name)
    steps = done.document.steps
    words = [load_words(language) for language in languages()]
    wide, narrow = (make(done.page, done.trace, words) for make in (page_scene, narrow_scene))
    rooms = ((1343, 500), (930, 660))
    assert any(wide.width <= across and wide.height <= down for across, down in rooms)
    assert narrow.width <= 361.05
    for picture in (wide, narrow):
        check_geometry(picture, steps, max(1, len(steps) // 25))
    every = {label.key for label in scene(done).labels}
    for picture in (wide, narrow):
        # What has no label is in a box that stands for the whole array.
        boxed = {key for shape in picture.shapes if isinstance(shape, Box) for key in shape.keys}
        left = every - {label.key for label in picture.labels}
        assert name in FOLDED or all(arrays_of([key], boxed) for key in left)


@pytest.mark.parametrize("form", ["index", "matrix"])
@pytest.mark.parametrize("name", [name for name in NAMES if name != LONG])
def test_a_slot_shows_only_what_a_line_has_worked_out(name: str, form: str) -> None:
    done = solved(name, form=form)
    steps = done.document.steps
    for update in {step.update for step in steps if step.update}:
        picture = scene(done, update)
        known = {label.key for label in picture.labels if label.given}
        kinds: dict[str, set[str]] = {}
        for label in picture.labels:
            # A value and what replaces it take turns; nothing else does.
            kinds.setdefault(label.place, set()).add(label.key.replace("'", "").partition("[")[0])
        assert all(len(found) == 1 for found in kinds.values()), kinds
        for step in (step for step in steps if step.update == update):
            known |= set(step.gives)
            moment = moment_of(picture, steps, step.number)
            numbers = {
                label.key
                for label in shown(picture, moment)
                if label.key and label.number and moment.state(label.key) != "unknown"
            }
            # Of a large layer some lines are left out, and what follows uses their values.
            assert numbers <= known | (set(step.uses) if name in FOLDED else set())


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_the_derivation_has_its_label(name: str) -> None:
    done = solved(name)
    if name in FOLDED:
        pytest.skip("its large layers are folded")
    keys = {label.key for label in scene(done).labels}
    steps = [step for step in done.document.steps if step.update == 1]
    for step in steps:
        assert set(step.gives) | set(step.uses) <= keys


def test_labels_say_what_the_page_says() -> None:
    done = solved("exercise")
    texts = {label.key: label.text("both") for label in scene(done).labels}
    assert texts["W[1,1,2]"] == "W₁₁₂ = 0.2"
    assert texts["W'[3,1,1]"] == "W₃₁₁′ = 0.3008"
    assert texts["dZ[2,1]"] == "δZ₂₁ = 9.535·10⁻⁵"
    assert texts["eta"] == "λ = 0.1"


@pytest.mark.parametrize(
    ("language", "hidden"),
    [("en", ["hidden layer 1", "hidden layer 2"]), ("zh", ["第 1 隐藏层", "第 2 隐藏层"])],
)
def test_layers_are_called_as_in_the_derivation(language: str, hidden: list[str]) -> None:
    done = solved("exercise", language)
    headings = " ".join(section.heading for section in done.document.sections)
    picture = repr(scene(done))
    for name in hidden:
        assert name in headings
        assert name in picture


def test_old_and_new_weight_and_the_samples_take_turns() -> None:
    done = solved("batch-weight-decay")
    picture = scene(done)
    places = {label.key: label.place for label in picture.labels}
    assert places["W[1,1,2]"] == places["W'[1,1,2]"] != places["dW[1,1,2]"]
    assert len({places[f"Z[2,1]@{sample}"] for sample in (1, 2, 3, 4)}) == 1
    for moment in moments(picture, done.document.steps):
        at = [label.place for label in shown(picture, moment) if label.key]
        assert len(at) == len(set(at))


def test_a_moment_knows_what_was_worked_out_by_then() -> None:
    done = solved("exercise")
    picture, steps = scene(done), done.document.steps
    before = moment_of(picture, steps, 0)
    assert before.state("W[1,1,1]") == "known"
    assert before.state("Z[2,1]") == "unknown"
    first = moment_of(picture, steps, 1)
    assert (first.state("Z[2,1]"), first.direction) == ("gives", "forward")
    active = {key for label in picture.labels if (key := label.key) and first.state(key) == "used"}
    assert active == set(steps[0].uses)
    assert "δZ₂₁" not in {label.symbol for label in shown(picture, first)}
    assert "Z₃₁" in {label.symbol for label in shown(picture, first)}
    delta = next(step.number for step in steps if step.gives == ("dZ[3,1]",))
    assert moment_of(picture, steps, delta).direction == "backward"
    last = moment_of(picture, steps, len(steps))
    assert last.shown["W[1,1,1]"] == "W'[1,1,1]"
    assert everything(picture, steps).shown["W[1,1,1]"] == "W[1,1,1]"


def test_a_moment_shows_the_sample_in_hand() -> None:
    done = solved("xor-sigmoid")
    picture, steps = scene(done), done.document.steps
    step = next(step for step in steps if step.gives == ("Z[3,1]@3",))
    shown_then = moment_of(picture, steps, step.number).shown
    assert shown_then["A[1,1]@1"] == "A[1,1]@3"
    assert shown_then["Y[1]@1"] == "Y[1]@3"


def test_of_many_wires_only_those_in_use_are_named() -> None:
    done = solved("digits-784")
    picture, steps = scene(done), done.document.steps
    weights = {label.place for label in picture.labels if label.key.startswith("W[1,")}
    first = moment_of(picture, steps, 1).shown
    assert weights & set(first) == {"W[1,1,1]", "W[1,2,1]", "W[1,3,1]"}
    assert not weights & set(moment_of(picture, steps, 0).shown)
    assert "784 units" in {label.symbol for label in picture.labels}


BLOCKS = ("cell", "kernel", "node", "loss")
Block = list[Box]


def blocks_of(picture: Scene) -> list[Block]:
    """Cells that stand together, by where they are drawn alone."""
    blocks: list[Block] = []
    for box in (s for s in picture.shapes if isinstance(s, Box) and s.role in BLOCKS):
        around = Area(box.x - 11, box.y - 11, box.width + 22, box.height + 22)
        near = [block for block in blocks if any(around.meets(each.area) for each in block)]
        blocks = [block for block in blocks if block not in near]
        blocks.append([box, *(each for block in near for each in block)])
    return blocks


def block_at(point: tuple[float, float], blocks: list[Block]) -> Block:
    """The block that a wire ends at: the nearest one."""

    def far(block: Block) -> float:
        across = max(
            min(b.x for b in block) - point[0], 0, point[0] - max(b.x + b.width for b in block)
        )
        down = max(
            min(b.y for b in block) - point[1], 0, point[1] - max(b.y + b.height for b in block)
        )
        return math.hypot(across, down)

    return min(blocks, key=far)


def holds(block: Block, keys: set[str]) -> bool:
    return any(keys & set(box.keys) for box in block)


@pytest.mark.parametrize("name", [name for name in NAMES if name != LONG])
def test_steps_run_along_the_wires_from_what_they_use(name: str) -> None:
    """Told from the drawing alone: which cells a wire joins, and which values stand there."""
    done = solved(name)
    picture, steps = scene(done), done.document.steps
    wires = [wire for wire, _ in wires_with_routes(picture)]
    blocks = blocks_of(picture)
    ends = [(block_at(w.points[0], blocks), block_at(w.points[-1], blocks)) for w in wires]
    derivatives = {f"d{quantity.name}" for quantity in done.trace.runs[0].quantities()}
    for step in steps:
        gives, uses = set(step.gives), set(step.uses)
        back = {key for key in gives | uses if array_of(key) in derivatives}
        found = moment_of(picture, steps, step.number).wires
        if step.phase in ("forward", "loss"):
            expected = {n for n, (a, b) in enumerate(ends) if holds(a, uses) and holds(b, gives)}
        elif step.phase == "update":
            expected = set()
        else:
            starts = {n for n, (a, _) in enumerate(ends) if holds(a, gives)}
            expected = {n for n in starts if holds(ends[n][1], uses)}
            own = any(holds(ends[n][0], uses & back) for n in starts)
            expected = expected or (set() if own else starts)
        assert found == expected, (step.number, step.gives, step.uses)


def array_of(key: str) -> str:
    """`dZ[2]` of `dZ[2,1]@3`, for the arrays of layers."""
    return key.partition(",")[0].partition("@")[0].rstrip("]") + "]" * ("[" in key)


@given(sizes=st.lists(st.integers(1, 12), min_size=2, max_size=4), seed=st.integers(1, 99))
@settings(max_examples=12, deadline=None)
def test_random_networks_stay_legible(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], seed: int
) -> None:
    path = Path(tmp_path_factory.mktemp("net")) / "random.yaml"
    layers = "\n".join(
        f"    - {{units: {units}, activation: sigmoid, weights: {{seed: {seed}, scale: 1}},"
        f" bias: {{seed: {seed}, scale: 1}}}}"
        for units in sizes[1:]
    )
    path.write_text(
        f"title: random\nnetwork:\n  inputs: {sizes[0]}\n  layers:\n{layers}\n"
        f"inputs: {[0.5] * sizes[0]}\ntargets: {[0.25] * sizes[-1]}\nlearning_rate: 0.5\n",
        encoding="utf-8",
    )
    done = solved_path(path)
    steps = done.document.steps
    narrow = narrow_scene(done.page, done.trace, ())
    assert narrow.width <= 361.05
    for picture in (scene(done), narrow):
        check_geometry(picture, steps, len(steps) // 40 + 1)


@pytest.mark.parametrize("name", ["sigmoid-2-2-2", "exercise"])
def test_a_bias_that_units_share_stands_at_each_of_them(name: str) -> None:
    where: dict[str, set[tuple[float, float]]] = {}
    biases: list[Label] = []
    for label in scene(solved(name)).labels:
        if label.key.startswith(("B[", "dB[", "B'[")):
            biases.append(label)
            where.setdefault(label.place, set()).add((label.x, label.y))
    assert biases
    # What takes turns stands at one point, so nothing that stands elsewhere goes away for it.
    assert all(len(points) == 1 for points in where.values())


@pytest.mark.parametrize("name", ["digits-784", "exercise", "label-smoothing"])
def test_on_a_narrow_screen_a_target_stands_below_its_own_output(name: str) -> None:
    """Also of a layer of which not all units are drawn."""
    done = solved(name)
    depth = len(done.page.settings.structure.units)
    boxes = [s for s in narrow_scene(done.page, done.trace, ()).shapes if isinstance(s, Box)]

    def units(head: str) -> dict[str, float]:
        """The middle of each box by the number of its unit."""
        found = {}
        for box in boxes:
            keys = [key.partition("@")[0] for key in box.keys if key.startswith(head)]
            if keys:
                found[keys[0].removeprefix(head).rstrip("]")] = box.x + box.width / 2
        return found

    outputs, losses = units(f"A[{depth},"), units("E[")
    assert list(outputs) == list(losses)
    assert [losses[unit] for unit in outputs] == pytest.approx(list(outputs.values()), abs=10)

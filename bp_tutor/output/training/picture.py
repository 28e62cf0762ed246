"""The pictures of a training: what is drawn, over what, and what is written beside it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from bp_tutor.explain.numbers import format_given, format_number
from bp_tutor.explain.training import falls_far
from bp_tutor.formula import Address, Quantity, Role
from bp_tutor.frozen import Frozen
from bp_tutor.solve.landscape import Plane, evenly, losses_at, span_around, trained_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain.presentation import Presentation
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run
    from bp_tutor.solve.landscape import Surface
    from bp_tutor.solve.training import Training

    Numbers = tuple[float, ...]

MOST_OUTPUTS = 4
"""Outputs whose surfaces are drawn; of more the first."""
MOST_NAMED = 12
"""Samples whose targets are written beside them."""
CURVE_STEPS = 160


class Series(Frozen):
    """A line with its name; of a `path` every point is marked, with its two ends."""

    name: str
    across: Numbers
    up: Numbers
    path: bool = False


class Lines(Frozen):
    """Lines over an axis."""

    title: str
    across: str
    up: str
    series: tuple[Series, ...]
    logarithmic: bool = False


class Spot(Frozen):
    """A sample on a plane, with its target."""

    across: float
    up: float
    name: str
    high: bool | None
    """Whether its target lies above the level of the plane's line; None where there is none."""


class Field(Frozen):
    """Heights over a plane, with what lies on it."""

    title: str
    across: str
    up: str
    columns: Numbers
    rows: Numbers
    heights: Numbers
    """Row after row."""
    span: tuple[float, float]
    """Lowest and highest, of all fields that share their colours."""
    level: float | None = None
    """The height of the line that parts the plane."""
    spots: tuple[Spot, ...] = ()
    path: Series | None = None
    bowl: bool = False
    """Whether it is a loss: then lines lie closer near the ground."""


class Strip(Frozen):
    """Panels side by side, and a sentence below them."""

    panels: tuple[Lines | Field, ...]
    caption: str = ""


class TrainingPicture(Frozen):
    """All panels of a training."""

    title: str
    summary: str
    strips: tuple[Strip, ...]
    start: str
    """What the beginning of a path is called."""
    end: str


def training_picture(
    presentation: Presentation,
    problem: Problem,
    training: Training,
    watched: tuple[Address, ...] = (),
    *,
    chosen: int = 0,
    surface: bool = False,
) -> TrainingPicture:
    """The loss, the ways of the first `chosen` of the watched entries, and what fits the problem.

    Where one or two numbers are trained in all, and watched, the loss is drawn over them.
    """
    words, points = presentation.words, training.points
    first, last = (
        presentation.figure(format_number(points[end].loss, presentation.settings.digits))
        for end in (0, -1)
    )
    counts = tuple(float(point.updates) for point in points)
    goal = training.last.program.model.loss
    assert goal is not None
    losses = [(point.updates, point.loss) for point in points]
    strips = [Strip((loss_lines(presentation, goal, losses),))]
    if chosen:
        series = tuple(
            Series(presentation.name(*watched[place]), counts, _way(training, place))
            for place in range(chosen)
        )
        title = words.text("training_picture.paths")
        strips.append(Strip((Lines(title, words.text("training_picture.updates"), "", series),)))
    trained = trained_entries(training.last)
    if len(trained) <= 2 and set(trained) <= set(watched):
        strips += _landscape(presentation, training, watched, trained)
    if surface:
        strips += _surfaces(presentation, problem, training)
    updates = points[-1].updates
    return TrainingPicture(
        title=presentation.say(problem.title),
        summary=words.text("training_picture.summary", first=first, last=last, updates=updates),
        strips=tuple(strips),
        start=words.text("training_picture.start"),
        end=words.text("training_picture.end"),
    )


def _way(training: Training, place: int) -> Numbers:
    return tuple(point.watched[place] for point in training.points)


def loss_lines(
    presentation: Presentation, goal: Quantity, points: Sequence[tuple[int, float]]
) -> Lines:
    """The loss `goal` after so many updates, in points of both; logarithmic where it falls far."""
    known = [point for point in points if isfinite(point[1])]
    losses = tuple(loss for _, loss in known)
    far = falls_far(losses)
    return Lines(
        presentation.words.text("train.plot_logarithmic" if far else "train.plot"),
        presentation.words.text("training_picture.updates"),
        presentation.name(goal, ()),
        (Series("", tuple(float(count) for count, _ in known), losses),),
        far,
    )


def _landscape(
    presentation: Presentation,
    training: Training,
    watched: tuple[Address, ...],
    trained: tuple[Address, ...],
) -> list[Strip]:
    """The loss over the one or two numbers that are trained, with the way that they went."""
    run, words = training.last, presentation.words
    goal = run.program.model.loss
    assert goal is not None
    ways = [_way(training, watched.index(entry)) for entry in trained]
    names = [presentation.name(*entry) for entry in trained]
    losses = tuple(point.loss for point in training.points)
    spans = [span_around(way, way[-1]) for way in ways]
    both = names[0]
    if len(names) == 2:
        both = words.text("training_picture.names", first=names[0], second=names[1])
    title = words.text("training_picture.landscape", names=both)
    caption = words.text("training_picture.landscape_note")
    if len(trained) == 1:
        places = evenly(*spans[0], CURVE_STEPS)
        heights = losses_at(run, ((trained[0], places),))
        curve = Series("", *_finite(places, heights))
        lines = (curve, Series("", ways[0], losses, path=True))
        return [Strip((Lines(title, names[0], presentation.name(goal, ()), lines),), caption)]
    rows, columns = evenly(*spans[1]), evenly(*spans[0])
    heights = losses_at(run, ((trained[1], rows), (trained[0], columns)))
    known = [height for height in heights if isfinite(height)]
    field = Field(
        title, names[0], names[1], columns, rows, heights, (min(known), max(known)), bowl=True,
        path=Series("", ways[0], ways[1], path=True),
    )  # fmt: skip
    return [Strip((field,), caption)]


def _finite(places: Numbers, heights: Numbers) -> tuple[Numbers, Numbers]:
    kept = [pair for pair in zip(places, heights, strict=True) if isfinite(pair[1])]
    return tuple(place for place, _ in kept), tuple(height for _, height in kept)


def _surfaces(presentation: Presentation, problem: Problem, training: Training) -> list[Strip]:
    """Every output over the plane of the two inputs, before and after."""
    run, words = training.last, presentation.words
    weights = {quantity: run.values[quantity] for quantity, _ in trained_entries(run)}
    plane = Plane(problem, run)
    befores = fields_of(presentation, run, plane.surface({}))
    afters = fields_of(presentation, run, plane.surface(weights))
    updates = training.points[-1].updates
    strips = []
    for before, after in zip(befores, afters, strict=True):
        lows, highs = zip(before.span, after.span, strict=True)
        span, name = (min(lows), max(highs)), before.title
        titles = (
            words.text("training_picture.before", name=name),
            words.text("training_picture.after", name=name, updates=updates),
        )
        fields = tuple(
            each._replace(title=title, span=span)
            for title, each in zip(titles, (before, after), strict=True)
        )
        strips.append(Strip(fields, caption_of(presentation, before)))
    return strips


def fields_of(presentation: Presentation, run: Run, surface: Surface) -> tuple[Field, ...]:
    """Every output over the plane, by its name, with the samples of `run`; of many the first."""
    given = run.program.model.given
    inputs = next(quantity for quantity in given if quantity.role is Role.INPUT)
    across, up = (presentation.name(one_sample(inputs), (0, unit)) for unit in (0, 1))
    output = one_sample(run.program.model.outputs[0])
    found = []
    for unit, heights in enumerate(surface.outputs[:MOST_OUTPUTS]):
        level, spots = _samples(presentation, run, inputs, unit)
        field = Field(
            presentation.name(output, (0, unit)), across, up, surface.first, surface.second,
            heights, (min(heights), max(heights)), level, spots,
        )  # fmt: skip
        found.append(field)
    return tuple(found)


def caption_of(presentation: Presentation, field: Field) -> str:
    """What the marks on the plane of an output are; its title is the name of the output."""
    level, digits = field.level, presentation.settings.digits
    key = "one_target" if level is None else "parting"
    shown = "" if level is None else presentation.figure(format_given(level, digits))
    return presentation.words.text(f"training_picture.{key}", name=field.title, level=shown)


def one_sample(quantity: Quantity) -> Quantity:
    """The same array for one sample, whose names say nothing of samples."""
    return Quantity(quantity.symbol, quantity.place, (1, *quantity.shape[1:]), quantity.axes)


def _samples(
    presentation: Presentation, run: Run, inputs: Quantity, unit: int
) -> tuple[float | None, tuple[Spot, ...]]:
    """The height halfway between the targets of an output, and the samples with their targets."""
    wanted = next(quantity for quantity in run.program.model.given if quantity.role is Role.TARGET)
    count = inputs.shape[0]
    targets = [run.value(wanted, (row, unit)) for row in range(count)]
    level = (min(targets) + max(targets)) / 2 if min(targets) < max(targets) else None
    spots = tuple(
        Spot(
            run.value(inputs, (row, 0)),
            run.value(inputs, (row, 1)),
            presentation.figure(format_given(target, presentation.settings.digits))
            if count <= MOST_NAMED
            else "",
            None if level is None else target > level,
        )
        for row, target in enumerate(targets)
    )
    return level, spots

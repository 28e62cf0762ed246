"""Training on a page: updates in slices, and after each slice what the page draws of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.api.refusal import RefusalError
from bp_tutor.explain.numbers import format_number
from bp_tutor.formula import Role
from bp_tutor.output.page.views import text_of
from bp_tutor.output.plot import round_scale
from bp_tutor.output.training.picture import caption_of, fields_of, loss_lines, one_sample
from bp_tutor.solve import NumberError
from bp_tutor.solve.landscape import STEPS, Plane, plane_inputs, trained_entries
from bp_tutor.solve.training import WITHOUT_ARRAYS, Course, loss_of, too_large, trainable

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Quantity
    from bp_tutor.output.training.picture import Field
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Run

    Rows = tuple[list[str], list[list[str]]]
    """The heads of a table, and its rows."""

MOST_UPDATES = 10_000
"""In one slice: the page hears nothing meanwhile."""
MOST_POINTS = 400
"""Of the curve; of more, every second one goes."""
LOOKS = 5
"""At the loss within a slice, where it has so many updates that a curve would have corners."""
SPARSE = 25
"""Updates between two looks at least."""
COARSE = STEPS // 2
"""Steps of the surface's grid while it moves."""
MOST_NUMBERS = 200
"""Numbers of an array that are told one by one."""
MOST_ROWS = 24
"""Outputs that are listed."""
MOST_INPUTS = 3
"""Inputs of a sample that stand beside its outputs."""
MOST_BESIDE = 3
"""Outputs of a sample that stand side by side."""
FIGURES = 5
"""Of heights that only a picture shows."""


class TrainedExercise:
    """An exercise in training, from its own numbers on."""

    def __init__(self, problem: Problem) -> None:
        """Begin the training.

        Raises:
            RefusalError: it cannot be trained.
            NumberError: a value is not a number.
        """
        if reason := trainable(problem):
            raise RefusalError(f"error.{reason}")
        if count := too_large(problem):
            raise RefusalError("engine.large", count=count, most=WITHOUT_ARRAYS)
        self._course = Course(problem)
        self.run = self._course.look()
        """Forward pass and loss over all samples, as they are now."""
        self._points = [(0, loss_of(self.run))]
        self._plane = Plane(problem, self.run) if plane_inputs(problem) else None
        self.trained = trained_entries(self.run)
        self._spans: dict[int, tuple[float, float]] = {}

    def go_on(self, updates: int, rates: Problem) -> None:
        """So many updates more, with the learning rates of `rates`.

        Raises:
            RefusalError: there are too many at once, or a number left the range of numbers: then
                the training stands where all were numbers for the last time that was looked.
        """
        if not 0 <= updates <= MOST_UPDATES:
            raise RefusalError("usage.whole", name="updates", value=updates, low=0,
                               high=MOST_UPDATES)  # fmt: skip
        done = self._course.done
        looks = max(1, min(LOOKS, updates // SPARSE)) if updates else 0
        for look in range(1, looks + 1):
            before = self._course.weights, self._course.done
            try:
                self._course.go_on(done + updates * look // looks - self._course.done, rates)
                self.run = self._course.look()
            except NumberError as error:
                self._course.weights, self._course.done = before
                raise RefusalError("train.diverged", name=str(error), updates=before[1]) from error
            self._points.append((self._course.done, loss_of(self.run)))
        if len(self._points) > MOST_POINTS:
            self._points = [*self._points[:-1:2], self._points[-1]]

    def shown(self, reader: Presentation, *, fine: bool) -> dict[str, Any]:
        """What a page draws: curve, numbers, outputs, and a surface where there is one."""
        found = {
            "updates": self._course.done,
            "loss": _text(reader, loss_of(self.run)),
            "curve": self._curve(reader),
            "values": self._values(reader),
            "outputs": _outputs(reader, self.run),
        }
        if self._plane is not None:
            surface = self._plane.surface(self._course.weights, STEPS if fine else COARSE)
            fields = fields_of(reader, self.run, surface)
            found["surface"] = [
                _field(reader, field._replace(span=self._span(field, unit)), self.run, unit)
                for unit, field in enumerate(fields)
            ]
        return found

    def _span(self, field: Field, unit: int) -> tuple[float, float]:
        """From where to where the colours of an output go: as far as it ever came, or a target.

        So a colour stands for the same number as long as the surface stays within it.
        """
        known = (*self._spans.get(unit, ()), *field.span, *_goals(self.run, unit))
        scale = round_scale(known)
        self._spans[unit] = scale[0], scale[-1]
        return self._spans[unit]

    def _curve(self, reader: Presentation) -> dict[str, Any]:
        goal = self.run.program.model.loss
        assert goal is not None
        lines = loss_lines(reader, goal, self._points)
        (series,) = lines.series
        heights = series.up if lines.logarithmic else (*series.up, 0.0)
        counts = round_scale((0.0, max(series.across[-1], 1.0)))
        return {
            "title": lines.title,
            "said": reader.words.text(
                "training_picture.summary",
                first=_text(reader, self._points[0][1]),
                last=_text(reader, self._points[-1][1]),
                updates=self._course.done,
            ),
            "across": lines.across,
            "up": lines.up,
            "logarithmic": lines.logarithmic,
            "points": [[count, _near(loss)] for count, loss in self._points],
            "heights": _ticks(reader, round_scale(heights, far=lines.logarithmic)),
            "counts": [[count, f"{count:g}"] for count in counts if count.is_integer()],
        }

    def _values(self, reader: Presentation) -> dict[str, str]:
        """Every number of the forward pass by its identifier, as pages have their numbers."""
        trained = {entry.quantity for entry in self.trained}
        return {
            address.identifier: text_of(
                format_number(self.run.value(*address), reader.settings.digits)
                if quantity in trained
                else reader.settings.result(self.run, *address)
            )
            for quantity in self.run.values
            if quantity.size <= MOST_NUMBERS
            for address in quantity.addresses()
        }

    def numbers(self, digits: int) -> dict[str, float]:
        """Every trained number by its identifier, rounded as the page shows it."""
        return {
            entry.identifier: format_number(self.run.value(*entry), digits).value
            for entry in self.trained
        }


def _outputs(reader: Presentation, run: Run) -> dict[str, Any]:
    """The outputs with their targets, as a table of texts."""
    model = run.program.model
    targets = [quantity for quantity in model.given if quantity.role is Role.TARGET]
    inputs = [quantity for quantity in model.given if quantity.role is Role.INPUT]
    several = (*model.outputs, *targets, *inputs)
    beside = len(model.outputs) == len(targets) == len(inputs) == 1 and all(
        quantity.axes[:1] == ("sample",) and len(quantity.shape) == 2 for quantity in several
    )
    if beside and model.outputs[0].shape[1] <= MOST_BESIDE:
        heads, rows = _by_sample(reader, run, inputs[0], model.outputs[0], targets[0])
    else:
        heads, rows = _one_by_one(reader, run, model.outputs, targets)
    return {"heads": heads, "rows": rows[:MOST_ROWS], "more": max(0, len(rows) - MOST_ROWS)}


def _by_sample(
    reader: Presentation, run: Run, inputs: Quantity, output: Quantity, target: Quantity
) -> Rows:
    """A row a sample: its inputs, where they are few, and each output beside its target."""
    columns = [(each, unit) for unit in range(output.shape[1]) for each in (output, target)]
    if inputs.shape[1] <= MOST_INPUTS:
        columns = [*((inputs, unit) for unit in range(inputs.shape[1])), *columns]
    heads = [reader.name(one_sample(each), (0, unit)) for each, unit in columns]
    rows = [
        [_cell(reader, run, each, (row, unit)) for each, unit in columns]
        for row in range(output.shape[0])
    ]
    return heads, rows


def _one_by_one(
    reader: Presentation, run: Run, outputs: tuple[Quantity, ...], targets: list[Quantity]
) -> Rows:
    """A row an output: its name, its value, and its target where it has one."""
    heads = [reader.words.text(f"table.{head}") for head in ("output", "value", "target")]
    rows = []
    for place, output in enumerate(outputs):
        for index in output.indices():
            found = [_cell(reader, run, each, index) for each in (output, *targets[place:][:1])]
            rows.append([reader.name(output, index), *found])
    return heads[: max(map(len, rows), default=0)], rows


def _cell(reader: Presentation, run: Run, quantity: Quantity, index: tuple[int, ...]) -> str:
    return reader.figure(reader.settings.result(run, quantity, index))


def _field(reader: Presentation, field: Field, run: Run, unit: int) -> dict[str, Any]:
    """The surface of an output as a page draws it, and how many samples lie on the right side."""
    (output,) = run.program.model.outputs
    heights = [_near(height) for height in field.heights]
    low, high = field.span
    levels = [] if field.level is None else [field.level]
    found = {
        "name": field.title,
        "across": field.across,
        "up": field.up,
        "columns": list(map(_near, field.columns)),
        "rows": list(map(_near, field.rows)),
        "heights": heights,
        "level": field.level,
        "span": [low, high],
        "scale": _ticks(reader, [low, *levels, high]),
        "places": [_ticks(reader, _between(along)) for along in (field.columns, field.rows)],
        "spots": [[spot.across, spot.up, spot.name, spot.high] for spot in field.spots],
        "caption": caption_of(reader, field),
        "sides": "",
    }
    if field.level is not None:
        outputs = [run.value(output, (row, unit)) for row in range(output.shape[0])]
        right = sum((number > field.level) is spot.high
                    for number, spot in zip(outputs, field.spots, strict=True))  # fmt: skip
        found["sides"] = reader.words.text(
            "training_picture.sides", right=right, count=len(outputs), name=field.title
        )
    return found


def _goals(run: Run, unit: int) -> list[float]:
    """The targets of an output, sample after sample."""
    targets = next(each for each in run.program.model.given if each.role is Role.TARGET)
    return [run.value(targets, (row, unit)) for row in range(targets.shape[0])]


def _between(along: tuple[float, ...]) -> list[float]:
    """Round numbers within an axis."""
    return [tick for tick in round_scale((along[0], along[-1])) if along[0] <= tick <= along[-1]]


def _ticks(reader: Presentation, numbers: list[float]) -> list[list[Any]]:
    return [[number, _text(reader, number, 8)] for number in numbers]


def _text(reader: Presentation, number: float, digits: int = 0) -> str:
    return reader.figure(format_number(number, digits or reader.settings.digits))


def _near(number: float) -> float:
    return float(f"{number:.{FIGURES}g}")

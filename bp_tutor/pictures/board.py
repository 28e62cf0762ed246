"""The board that a picture is drawn on: puts labels where they belong, and gathers shapes."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from bp_tutor.explain.view import View
from bp_tutor.formula.quantity import DERIVATIVE, SAMPLE, STEP, UPDATED
from bp_tutor.frozen import Frozen
from bp_tutor.pictures.measure import text_width
from bp_tutor.pictures.shapes import LINE, SIZE, Area, Box, Label, Scene, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bp_tutor.explain import Presentation, Said
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run
    from bp_tutor.words import Words

MARGIN = 12.0
NOTES_APART = 26.0
MOST_SLOTS = 8
"""Of a quantity that has no place in the picture, so many entries can be shown at once."""
MOST_NOTED = 200
"""Larger arrays are not written there."""
MOST_SAMPLES = 24
"""Labels of so many samples take turns at one place."""


class Room(Frozen):
    """The room that a picture has, and what is done to stay in it."""

    width: float = inf
    upright: bool = False
    """From the top down instead of from left to right, for a narrow screen."""
    tight: bool = False
    """All stands closer, and arrays are blocks with their size; of sequences, without words."""

    @property
    def margin(self) -> float:
        """What stays free at its edges."""
        return MARGIN / 2 if self.upright else MARGIN


WIDE = Room()
PHONE = Room(361.0, upright=True)
"""A screen of 360 pixels, in units of which 13 are shown as 12 pixels, without its margins."""
ROLES = {DERIVATIVE: "delta", UPDATED: "updated", STEP: "step"}


class Board:
    """Gathers the shapes of one picture, and knows how each value is written."""

    def __init__(
        self,
        presentation: Presentation,
        run: Run,
        values: str = "both",
        runs: Sequence[Run] = (),
        *,
        still: bool = False,
        languages: Sequence[Words] = (),
        room: Room = WIDE,
    ) -> None:
        """A `still` picture has no room for what comes back and for new values.

        Captions are written in all `languages`, where there are several.
        """
        self.presentation = presentation
        self.settings = presentation.settings
        self.readers = [presentation._replace(words=words) for words in languages]
        self.run = run
        self.others = [each for each in runs if each is not run]
        self.values = values
        self.room = room
        self.shapes: list[Shape] = []
        self.placed: set[str] = set()
        """The arrays whose entries have their places."""
        given = run.program.model.given
        # What no line of a derivation works out has no place: it would stand there unexplained.
        whole = View()
        written = {step.quantity for step in run.steps if not whole.shows(step)}
        self.have = {
            quantity.name: quantity
            for quantity in run.quantities()
            if quantity not in written and (not still or not quantity.kind or quantity in given)
        }

    def array(self, name: str) -> Quantity | None:
        """An array of this run by its canonical name, if there is one."""
        return self.have.get(name)

    def number(self, quantity: Quantity, index: tuple[int, ...]) -> str:
        """A value as it stands on the page; empty where the file leaves numbers out."""
        known = quantity in self.run.values
        return self._figure(self.run, quantity, index) if known else ""

    def _figure(self, run: Run, quantity: Quantity, index: tuple[int, ...]) -> str:
        return self.presentation.figure(self.settings.result(run, quantity, index))

    def _widest(self, quantity: Quantity, index: tuple[int, ...], number: str) -> str:
        """The widest number of an entry in the other updates, where it has a `number` at all."""
        texts = [
            self._figure(run, quantity, index) for run in self.others if quantity in run.values
        ]
        return max(texts, key=text_width) if number and texts else ""

    def by_and_by(self, quantity: Quantity, index: tuple[int, ...]) -> Iterator[float]:
        """A value before each update that the picture shows, and after the last of them."""
        place, new = quantity.row_major(index), quantity.as_kind(UPDATED)
        runs = sorted((self.run, *self.others), key=lambda run: run.update)
        for run in runs:
            if quantity in run.values:
                yield run.values[quantity][place]
        if new in runs[-1].values:
            yield runs[-1].values[new][place]

    def entries(
        self, quantity: Quantity, index: tuple[int, ...]
    ) -> Iterator[tuple[tuple[int, ...], str]]:
        """The entry at an index for every sample, with its identifier."""
        if quantity.axes[:1] == (SAMPLE,):
            for sample in range(min(quantity.shape[0], MOST_SAMPLES)):
                full = (sample, *index[1:])
                yield full, quantity.identifier(full)
        else:
            yield index, quantity.identifier(index)

    def keys(self, names: Iterable[str], index: tuple[int, ...]) -> tuple[str, ...]:
        """The identifiers of one entry of several arrays, as far as there are such arrays."""
        found: list[str] = []
        for name in names:
            quantity = self.have.get(name)
            if quantity is not None:
                found += [key for _, key in self.entries(quantity, index)]
        return tuple(found)

    def labels(
        self,
        names: Iterable[str],
        index: tuple[int, ...],
        role: str = "",
        *,
        crowded: bool = False,
        bare: bool = False,
    ) -> list[Label]:
        """The labels of one entry of several arrays that take turns at one place, at (0, 0)."""
        found: list[Label] = []
        for name in names:
            quantity = self.have.get(name)
            if quantity is None:
                continue
            self.placed.add(name)
            said = ROLES.get(quantity.kind, "value")
            said = said if quantity.kind == UPDATED else role or said
            given = quantity in self.run.program.model.given
            for full, key in self.entries(quantity, index):
                place = found[0].place if found else key
                symbol = self.presentation.name(quantity, full)
                number = self.number(quantity, full)
                found.append(
                    Label(
                        0, 0, key, symbol, number, said, place,
                        widest=self._widest(quantity, full, number),
                        crowded=crowded, bare=bare, given=given,
                    )
                )  # fmt: skip
        return found

    def width(self, labels: Iterable[Label]) -> float:
        """The width of the widest of some labels."""
        return max((label.area(self.values).width for label in labels), default=0.0)

    def put(
        self,
        labels: Iterable[Label],
        x: float,
        y: float,
        anchor: str = "middle",
        *,
        inside: bool = False,
    ) -> None:
        """Write labels that take turns at a place."""
        at = {"x": x, "y": y, "anchor": anchor, "inside": inside}
        self.shapes += [Label(**label.__dict__ | at) for label in labels]

    def caption(
        self, said: Said, x: float, y: float, anchor: str = "middle", *, role: str = "caption",
        inside: bool = False,
    ) -> None:  # fmt: skip
        """Write a word that stands for no value."""
        texts = self._versions(said)
        text = self.presentation.say(said)
        at = Label(x, y, "", text, "", role, anchor=anchor, inside=inside, versions=texts)
        self.shapes.append(at)

    def _versions(self, said: Said) -> tuple[str, ...]:
        """What is said in each language; nothing where it is the same in all of them."""
        texts = tuple(reader.say(said) for reader in self.readers)
        return texts if len(set(texts)) > 1 else ()

    def scene(self, kind: str, width: float, height: float) -> Scene:
        """The finished picture, with a row at the bottom for what has no place above."""
        width, height = self._notes(width, height)
        title = self.presentation.words.text(f"scene.{kind}")
        languages = tuple(reader.words.language for reader in self.readers)
        shapes = tuple(self.shapes)
        update = self.run.update
        return Scene(kind, width, height, shapes, title, self.values, update, languages)

    def _notes(self, width: float, height: float) -> tuple[float, float]:
        """Write what has no place in the picture below it; how wide and high it is then."""
        notes = list(self._noted())
        if not notes:
            return width, height
        width = max(width, *(wide + 2 * MARGIN for _, wide in notes))
        rows, x = [0.0], MARGIN
        places = []
        for labels, wide in notes:
            if x > MARGIN and x + wide > width - MARGIN:
                rows.append(rows[-1] + LINE)
                x = MARGIN
            places.append((labels, x, rows[-1]))
            x += wide + NOTES_APART
        right = x - NOTES_APART if len(rows) == 1 else width
        top = height - MARGIN - rows[-1] - LINE / 2
        if not (self.room.tight and self._is_free(Area(0, top - LINE, right, height - top + LINE))):
            top, height = height, height + rows[-1] + LINE + MARGIN / 2
        for labels, x, y in places:
            self.put(labels, x, top + y, "start")
        return width, height

    def _is_free(self, area: Area) -> bool:
        """Whether nothing stands there."""
        return not any(self._bounds(shape).meets(area) for shape in self.shapes)

    def _bounds(self, shape: Shape) -> Area:
        if isinstance(shape, Label):
            return shape.area(self.values)
        if isinstance(shape, Box):
            return shape.area
        xs, ys = zip(*shape.points, strict=True)
        return Area(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))

    def _noted(self) -> Iterator[tuple[list[Label], float]]:
        """Labels that take turns at one place below the picture, and how wide that is."""
        for quantity in self.have.values():
            if quantity.name in self.placed or quantity.size > MOST_NOTED:
                continue
            slots: list[list[Label]] = [[] for _ in range(min(quantity.size, MOST_SLOTS))]
            crowded = bool(quantity.shape)
            for number, index in enumerate(quantity.indices()):
                for label in self.labels([quantity.name], index, crowded=crowded):
                    place = f"{quantity.name} {number % MOST_SLOTS}"
                    slots[number % MOST_SLOTS].append(label._replace(place=place, aside=True))
            for labels in slots:
                yield labels, self.width(labels)

    def words_width(self, said: Iterable[Said]) -> float:
        """The width of the widest of some words."""
        readers = (self.presentation, *self.readers)
        every = (reader.say(each) for each in said for reader in readers)
        return max((text_width(text) * SIZE for text in every), default=0.0)

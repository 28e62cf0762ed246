"""What a picture consists of, as plain data: shapes that know which values they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.pictures.measure import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 13.0
"""The usual height of letters, in the units of the picture."""
SMALL = 11.0
LINE = 18.0
"""From one row of labels to the next."""
EQUALS = " = "


class Area(Frozen):
    """A rectangle: its left, its top, its width, its height."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Area) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.x + other.width - 0.01
            and other.x < self.x + self.width - 0.01
            and self.y < other.y + other.height - 0.01
            and other.y < self.y + self.height - 0.01
        )


class Box(Frozen):
    """A unit, a cell of a grid, a gate: `keys` are the canonical identifiers it stands for."""

    x: float
    y: float
    width: float
    height: float
    keys: tuple[str, ...]
    role: str
    """`unit`, `cell`, `node`, `loss`, `window`, `group`, ..."""
    round: float = 0.0
    """The radius of its corners; half of its height for a unit."""
    update: int = 0
    """The update that it belongs to, where a picture shows several; 0 where to all."""

    @property
    def area(self) -> Area:
        """The rectangle that it takes."""
        return Area(self.x, self.y, self.width, self.height)


class Route(Frozen):
    """The arrays at the two ends of a wire, and those of them that are worked out along it."""

    start: frozenset[str]
    goal: frozenset[str]
    made: frozenset[str]
    """Values at its goal."""
    back: frozenset[str]
    """Derivatives at its start."""


class Wire(Frozen):
    """A line from one thing to the next, in the direction of the forward pass."""

    points: tuple[tuple[float, float], ...]
    keys: tuple[str, ...]
    role: str = "wire"
    arrow: bool = True
    route: Route | None = None
    """What it leads from and to, where it stands for no value itself."""
    update: int = 0
    """The update that it belongs to, where a picture shows several; 0 where to all."""
    strengths: tuple[float, ...] = ()
    """Its weight as a part of the largest of the picture: before each update, after the last."""


class Label(Frozen):
    """The place of one value: its symbol, its number, and where they are written.

    Labels of one `place` take turns: a weight and its updated value, the values of several
    samples. `crowded` ones are only for the moment in which they are used.
    """

    x: float
    y: float
    """The middle of the row."""
    key: str
    """The canonical identifier; empty for a word that stands for no value."""
    symbol: str
    number: str = ""
    role: str = "value"
    """`value`, `weight`, `delta`, `gradient`, `updated`, `loss`, `caption`, ..."""
    place: str = ""
    anchor: str = "middle"
    small: bool = False
    inside: bool = False
    """Whether it stands in a box, where no wire passes."""
    bare: bool = False
    """Whether its place in a grid says the symbol, so that the number alone is enough."""
    aside: bool = False
    """Whether it stands apart from the picture, where its number needs its symbol."""
    widest: str = ""
    """The widest number that takes its turn there in the updates that a picture shows."""
    crowded: bool = False
    given: bool = False
    """Whether it is known before the first step."""
    versions: tuple[str, ...] = ()
    """A word in each language of the picture, where they differ."""

    @property
    def size(self) -> float:
        """The height of its letters."""
        return SMALL if self.small else SIZE

    def written(self, values: str) -> str:
        """What is written there where `values` are asked for: `symbols`, `numbers`, `both`.

        `named` is `both` but for gradients, for a picture in which not everything has room.
        """
        if values == "numbers":
            return "both" if self.aside else values
        if values == "named":
            # Colour and place tell a gradient from the weight above it, which has its name.
            return "numbers" if self.bare or self.role == "gradient" else "both"
        return "numbers" if self.bare and values == "both" else values

    def text(self, values: str) -> str:
        """What is written there: the symbol, the number, or both."""
        values = self.written(values)
        if not self.number or values == "symbols":
            return self.symbol
        return self.number if values == "numbers" else self.symbol + EQUALS + self.number

    def area(self, values: str) -> Area:
        """The room that its text takes, and that of its symbol alone."""
        texts = [self.text(values), self.symbol]
        if self.widest:
            texts.append(self._replace(number=self.widest).text(values))
        width = max(map(text_width, texts)) * self.size
        start = {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Area(self.x - start, self.y - self.size / 2, width, self.size)


Shape = Box | Wire | Label


class Scene(Frozen):
    """A picture before any format: its size, its shapes from back to front."""

    kind: str
    """`dense`, `arrays`, `graph` or `curve`."""
    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    values: str = "both"
    """What labels show, as the room was laid out: `symbols`, `numbers`, `named` or `both`."""
    update: int = 1
    """The update whose values it shows."""
    languages: tuple[str, ...] = ()
    """In which its words stand there, where it is in several."""

    @property
    def labels(self) -> Iterator[Label]:
        """The labels alone."""
        return (shape for shape in self.shapes if isinstance(shape, Label))

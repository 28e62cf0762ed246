"""The picture at the head of a paper: what is given, before the first step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import UNICODE
from bp_tutor.frozen import Frozen
from bp_tutor.output.paper.fonts import is_chinese
from bp_tutor.output.svg import svg_of
from bp_tutor.output.svg_style import chinese_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Presentation
    from bp_tutor.pictures import Label, Scene
    from bp_tutor.pictures.moment import Moment
    from bp_tutor.solve import Run, Trace

COMFORTABLE, WIDEST, PLATE = 700, 920, 1500
"""A drawing that is wider shows fewer labels; one still wider stands on a page of its own, turned
to its side; and one wider than that would be too small on paper."""


class Picture(Frozen):
    """A drawing: what it is drawn from, and how it looks."""

    scene: Scene
    moment: Moment
    look: str

    @property
    def width(self) -> float:
        """How wide it is on screens."""
        return self.scene.width

    @property
    def values(self) -> str:
        """What its labels show: `both` symbols and numbers, or less."""
        return self.scene.values

    @property
    def svg(self) -> str:
        """The whole drawing in SVG."""
        svg = svg_of(self.scene, self.moment, look=self.look)
        return chinese_first(svg) if self.look == "paper" and is_chinese(svg) else svg

    @property
    def shapes(self) -> str:
        """The drawing in SVG but for its labels, for whoever sets these by other means."""
        return svg_of(self.scene, self.moment, look=self.look, labels=False)

    @property
    def labels(self) -> Iterator[tuple[Label, str, bool]]:
        """Each label with its text, and whether its value is known."""
        for label in self.scene.labels:
            if not label.key or self.moment.shown.get(label.place) == label.key:
                known = not label.key or self.moment.state(label.key) != "unknown"
                text = label.text(self.scene.values) if known else label.symbol
                yield label, text or label.symbol, known

    @property
    def fits(self) -> bool:
        """Whether a page has room for it."""
        return self.width <= WIDEST

    @property
    def fits_sideways(self) -> bool:
        """Whether it needs a page that is turned to its side."""
        return WIDEST < self.width <= PLATE


def given_picture(
    presentation: Presentation,
    trace: Trace,
    run: Run,
    *,
    look: str = "paper",
    comfortable: float = COMFORTABLE,
    values_first: str = "both",
) -> Picture:
    """The picture before the first step of a run.

    `values_first` is what labels show where they have a `comfortable` width for it, else less.
    """
    from bp_tutor.pictures import VALUES, scene_of
    from bp_tutor.pictures.moment import moment_of

    presentation = presentation._replace(style=UNICODE)
    scenes = []
    for values in VALUES[VALUES.index(values_first) :]:
        scenes.append(scene_of(presentation, trace.problem, run, values, still=True))
        if scenes[-1].width <= comfortable:
            break
    scene = scenes[-1]
    if scene.width > WIDEST:
        scene = next((each for each in scenes if each.width <= PLATE), scene)
    return Picture(scene, moment_of(scene, ()), look)

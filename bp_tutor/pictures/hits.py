"""Where what is given can be taken hold of: round its labels, large enough for a finger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.pictures.shapes import Area

if TYPE_CHECKING:
    from bp_tutor.pictures.shapes import Label, Scene

SIDE = 26.0
"""24 pixels where letters of 13 are shown at 12: the least size that WCAG 2.2 asks for."""
HELD = ("value", "weight", "loss")
"""Roles of labels whose values can be given; targets stand with the losses."""


class _Hold:
    """The area round a label, which neighbours push back to half way between them."""

    def __init__(self, label: Label, values: str) -> None:
        area = label.area(values)
        self.key = label.key
        self.x, self.y = area.x + area.width / 2, label.y
        half = max(area.width, SIDE) / 2
        self.left, self.right = self.x - half, self.x + half
        self.top, self.bottom = self.y - SIDE / 2, self.y + SIDE / 2

    @property
    def area(self) -> Area:
        return Area(self.left, self.top, self.right - self.left, self.bottom - self.top)

    def part_from(self, lower: _Hold) -> None:
        """Share the room with a neighbour that stands lower, or in the same row at either side."""
        if not self.area.meets(lower.area):
            return
        if lower.y - self.y >= 1:
            self.bottom = lower.top = (self.y + lower.y) / 2
        elif lower.x > self.x:
            self.right = lower.left = (self.x + lower.x) / 2
        elif lower.x < self.x:
            self.left = lower.right = (self.x + lower.x) / 2


def hits_of(scene: Scene) -> list[tuple[str, Area]]:
    """The identifier of each given value with the area of its label; none of them meets another."""
    # What stands beside its wire only while it is used is no place to look for it.
    given = [
        label
        for label in scene.labels
        if label.given and label.role in HELD and not (label.crowded and label.aside)
    ]
    # Labels that take turns stand at one spot: the first of them stands for all.
    first = {label.place: label for label in reversed(given)}
    holds = sorted((_Hold(label, scene.values) for label in first.values()), key=lambda h: h.y)
    for place, hold in enumerate(holds):
        for lower in holds[place + 1 :]:
            if lower.y - hold.y > SIDE:
                break
            hold.part_from(lower)
    return [(hold.key, hold.area) for hold in holds]

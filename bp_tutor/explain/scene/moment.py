"""One moment of a derivation in its picture: what is known by then, and what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain.scene.shapes import Label, Scene
    from bp_tutor.explain.steps import StepOf

WAITING = ("value", "weight", "loss")
"""Roles of labels that stand there as symbols before their number is known."""
BACKWARD = ("backward", "gradient")


class Moment(Frozen):
    """What a picture shows at one step.

    `known` are the identifiers that have been worked out or given by then. `shown` holds, for
    each place that shows anything, the identifier whose turn it is.
    """

    known: frozenset[str]
    gives: frozenset[str]
    uses: frozenset[str]
    direction: str
    """`forward`, `backward` or `update`; empty before the first step."""
    shown: dict[str, str]

    def state(self, key: str) -> str:
        """Whether a value is `given` by this step, `used` by it, `known` or `unknown`."""
        if key in self.gives:
            return "gives"
        if key in self.uses:
            return "used"
        return "known" if key in self.known else "unknown"


def moment_of(scene: Scene, steps: Sequence[StepOf], number: int = 0) -> Moment:
    """The picture at step `number`; 0 is before the first, with nothing but what is given.

    Of several updates, the picture is that of the step's own one.
    """
    now = steps[number - 1] if number else None
    known = {label.key for label in scene.labels if label.given}
    if now is not None:
        for step in steps[:number]:
            if step.update == now.update:
                known.update(step.gives)
    gives = frozenset(now.gives if now else ())
    uses = frozenset(now.uses if now else ())
    direction = ""
    if now is not None:
        direction = "backward" if now.phase in BACKWARD else "forward"
        direction = "update" if now.phase == "update" else direction
    moment = Moment(frozenset(known), gives, uses, direction, {})
    moment.shown.update(_turns(scene, moment))
    return moment


def everything(scene: Scene, steps: Sequence[StepOf], update: int = 1) -> Moment:
    """The picture with all that an update works out, with the weights that it started from."""
    updated = {label.key for label in scene.labels if label.role == "updated"}
    known = {label.key for label in scene.labels if label.given}
    known.update(key for step in steps if step.update == update for key in step.gives)
    moment = Moment(frozenset(known - updated), frozenset(), frozenset(), "", {})
    moment.shown.update(_turns(scene, moment))
    return moment


def _turns(scene: Scene, moment: Moment) -> dict[str, str]:
    """For each place the value whose turn it is."""
    sample = _sample(moment)
    places: dict[str, list[Label]] = {}
    for label in scene.labels:
        if label.key:
            places.setdefault(label.place, []).append(label)
    # A line works out one value; a table of all would need all crowded labels at once.
    single = len(moment.gives) == 1
    shown = {}
    for place, labels in places.items():
        found = _turn(labels, moment, sample)
        if found is not None:
            active = found.key in moment.gives or found.key in moment.uses
            if not found.crowded or (active and single):
                shown[place] = found.key
    return shown


def _turn(labels: Sequence[Label], moment: Moment, sample: str) -> Label | None:
    """The label that is looked at; else the latest known one of the sample in hand."""
    for active in (moment.gives, moment.uses):
        found = [label for label in labels if label.key in active]
        if found:
            return _of_sample(found, sample)[0]
    mine = _of_sample(labels, sample)
    known = [label for label in mine if label.key in moment.known]
    if known:
        return known[-1]
    return mine[0] if mine[0].role in WAITING else None


def _sample(moment: Moment) -> str:
    """The sample that a step speaks of, `@2`; the first where it speaks of none or of several."""
    for keys in (moment.gives, moment.uses):
        found = {key[key.index("@") :] for key in keys if "@" in key}
        if len(found) == 1:
            return found.pop()
    return "@1"


def _of_sample(labels: Sequence[Label], sample: str) -> Sequence[Label]:
    return [label for label in labels if label.key.endswith(sample)] or labels

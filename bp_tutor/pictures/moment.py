"""One moment of a derivation in its picture: what is known by then, and what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.pictures.routes import Routes, arrays_of
from bp_tutor.pictures.shapes import Box

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from bp_tutor.explain.steps import StepOf
    from bp_tutor.pictures.shapes import Label, Scene

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
    wires: frozenset[int] = frozenset()
    """The numbers of the wires that the step runs along, of those that stand for no value."""

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
    whole = {key for shape in scene.shapes if isinstance(shape, Box) for key in shape.keys}
    gives = _with_arrays(now.gives if now else (), whole)
    uses = _with_arrays(now.uses if now else (), whole)
    direction = ""
    if now is not None:
        direction = "backward" if now.phase in BACKWARD else "forward"
        direction = "update" if now.phase == "update" else direction
    moment = Moment(_with_arrays(known, whole), gives, uses, direction, {}, _wires(scene, now))
    single = now is not None and len(now.gives) == 1
    moment.shown.update(_turns(scene, moment, single=single))
    return moment


def _wires(scene: Scene, step: StepOf | None) -> frozenset[int]:
    return frozenset() if step is None else Routes(scene).used(step.gives, step.uses)


def _with_arrays(keys: Iterable[str], whole: Container[str]) -> frozenset[str]:
    """Identifiers of entries, and the arrays they belong to that are drawn as a whole."""
    found = set(keys)
    return frozenset(found | arrays_of(found, whole))


def everything(scene: Scene, steps: Sequence[StepOf], update: int = 1) -> Moment:
    """The picture with all that an update works out, with the weights that it started from."""
    updated = {label.key for label in scene.labels if label.role == "updated"}
    known = {label.key for label in scene.labels if label.given}
    known.update(key for step in steps if step.update == update for key in step.gives)
    moment = Moment(frozenset(known - updated), frozenset(), frozenset(), "", {})
    moment.shown.update(_turns(scene, moment))
    return moment


def _turns(scene: Scene, moment: Moment, *, single: bool = False) -> dict[str, str]:
    """For each place the value whose turn it is; crowded ones where a `single` value is made.

    A line works out one value; a table of all would need all crowded labels at once.
    """
    sample = _sample(moment)
    places: dict[str, list[Label]] = {}
    for label in scene.labels:
        if label.key:
            places.setdefault(label.place, []).append(label)
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

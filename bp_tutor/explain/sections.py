"""The sections of one update, in the order of the calculation."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bp_tutor.explain.blocks import blocks_of, hand_in_hand, in_order, update_blocks
from bp_tutor.explain.document import Joined, Section, sentence
from bp_tutor.explain.naming import layer_name
from bp_tutor.explain.notes import unchanged
from bp_tutor.explain.tables import activation_table
from bp_tutor.explain.view import layer_of
from bp_tutor.formula import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.explain.document import Said, Sentence
    from bp_tutor.explain.settings import Settings
    from bp_tutor.explain.view import View
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run, Step


def sections_of(settings: Settings, run: Run, view: View) -> list[Section]:
    """The sections of one update."""
    shown = [step for step in run.steps if view.shows(step)]
    sections = []
    for (phase, layer), group in groupby(shown, _section_key):
        steps = list(group)
        if phase == "update" and view.everything and steps[0].value is not None:
            blocks = [*update_blocks(settings, run, steps, view), *unchanged(run)]
        else:
            blocks = blocks_of(settings, run, steps, view)
        if blocks:
            roles = {step.quantity.role for step in steps}
            gives = tuple(step.quantity for step in steps)
            head = heading(settings, phase, layer, roles)
            sections.append(Section(head, phase, tuple(blocks), gives=gives))
        last_forward = phase == "forward" and not _more_forward(shown, steps[-1])
        if last_forward and view.everything and view.form != "matrix":
            table = activation_table(settings, run)
            if table:
                sections.append(Section(sentence("section.before_after"), "forward", (table,)))
    return sections


class ReadingOrder:
    """Where each value stands on the page of an update, to sort by."""

    def __init__(self, settings: Settings, run: Run) -> None:
        self._settings = settings
        self._groups: dict[Quantity, tuple[int, int]] = {}
        self._ranks: dict[Quantity, dict[tuple[int, ...], int]] = {}
        number = 0
        for (phase, _), section in groupby(run.steps, _section_key):
            steps = list(section)
            together = [[step] for step in steps] if phase == "update" else hand_in_hand(steps)
            for group in together:
                self._groups |= {step.quantity: (number, at) for at, step in enumerate(group)}
                number += 1

    def place(self, quantity: Quantity, index: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """The place of an entry; of a whole array, before its first one; else at the end."""
        if quantity not in self._groups:
            return (len(self._groups),)
        group, within = self._groups[quantity]
        if index is None:
            return group, -1, within
        if quantity not in self._ranks:
            indices = in_order(self._settings, quantity)
            self._ranks[quantity] = {each: rank for rank, each in enumerate(indices)}
        return group, self._ranks[quantity][index], within


def _section_key(step: Step) -> tuple[str, int]:
    phase = step.line.phase
    if phase in ("update", "loss"):
        return phase, 0
    return phase, layer_of(step.quantity)


def _more_forward(steps: list[Step], last: Step) -> bool:
    return any(step.line.phase == "forward" for step in steps[steps.index(last) + 1 :])


def heading(
    settings: Settings, phase: str, layer: int, roles: Collection[Role] = (Role.WEIGHT, Role.BIAS)
) -> Sentence:
    """What a section is about, where it holds quantities of these roles."""
    units = settings.structure.units
    if settings.structure.alone:
        return sentence(f"section.{phase}_alone")
    if not layer or not units:
        return sentence(f"section.{phase}_all")
    role = "output" if layer == len(units) else "input" if layer == 1 else "hidden"
    if Role.SCALE in roles and {Role.SCALE, Role.BIAS}.issuperset(roles):
        # What stands in a layer itself, as scale and shift: it lies on no way into it.
        return sentence(f"section.{phase}_own", layer=layer_name(settings, layer))
    # Weights of edges are told among a layer's weights.
    biases, weights = Role.BIAS in roles, any(each is not Role.BIAS for each in roles)
    kind = "both" if weights and biases else "biases" if biases else "weights"
    return sentence(
        f"section.{phase}_{role}",
        layer=layer_name(settings, layer),
        before=_before(settings, layer) if layer > 1 else "",
        what=sentence(f"section.of_{kind}"),
    )


def _before(settings: Settings, layer: int) -> Said:
    """The layers from which a layer takes."""
    sources = dict.fromkeys(settings.structure.sources_of(layer))
    names = tuple(layer_name(settings, source) for source in sources)
    return Joined(names, sentence("layer.and")) if len(names) > 1 else names[0]

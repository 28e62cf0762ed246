"""From what was asked for to the plan of a new problem file, or what is wrong with it."""

from __future__ import annotations

import re
from typing import NamedTuple

from bp_tutor.authoring.plan import KINDS, Plan, activations_for, usual_activations, usual_loss
from bp_tutor.cli.choosing import known, usual
from bp_tutor.cli.refusal import RefusalError, nearest
from bp_tutor.cli.values import listed, shown
from bp_tutor.problem.names import ACTIVATIONS
from bp_tutor.problem.schema_network import MOST_LAYERS, MOST_UNITS

_BETWEEN = re.compile(r"[-x×,，、;\s]+")
_MOST_DIGITS = 6


class Wishes(NamedTuple):
    """What the options, or the answers to questions, say."""

    layers: str | None = None
    activation: str | None = None
    loss: str | None = None
    notation: str | None = None
    kind: str | None = None
    fill: str | None = None
    seed: int | None = None
    title: str | None = None


def plan_of(wishes: Wishes) -> Plan:
    """The plan, what was left open filled in as is usual."""
    kind = wishes.kind or "network"
    if kind == "graph":
        for option, value in zip(wishes._fields[:4], wishes[:4], strict=True):
            if value is not None:
                raise RefusalError("new.graph_takes", option=f"--{option}")
    units = units_of(wishes.layers, kind) if wishes.layers is not None else KINDS[kind]
    activations = activations_of(wishes.activation, units, kind, wishes.loss)
    return Plan(
        kind=kind,
        units=units,
        activations=activations,
        loss=wishes.loss or usual_loss(activations),
        notation=wishes.notation or ("plain" if kind == "graph" else "layered"),
        title=wishes.title or "",
        fill=wishes.fill or "drawn",
        seed=wishes.seed if wishes.seed is not None else 1,
    )


def units_of(text: str, kind: str) -> tuple[int, ...]:
    """The sizes: `3,3,2`, `3-3-2`."""
    parts = _BETWEEN.split(usual(text))
    plain = all(part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS for part in parts)
    units = tuple(int(part) for part in parts) if plain else ()
    if not 2 <= len(units) <= MOST_LAYERS + 1 or not all(1 <= n <= MOST_UNITS for n in units):
        raise RefusalError("new.layers", found=shown(text))
    if kind != "network" and len(units) != len(KINDS[kind]):
        example = ",".join(map(str, KINDS[kind]))
        raise RefusalError("new.layers_count", kind=kind, count=len(KINDS[kind]), example=example)
    if kind == "image" and units[1] > units[0]:
        raise RefusalError("new.kernel", kernel=units[1], side=units[0])
    return units


def activations_of(
    text: str | None, units: tuple[int, ...], kind: str, loss: str | None
) -> tuple[str, ...]:
    """The activation of each layer that has one of its own choice."""
    typed = usual_activations(loss) if text is None else listed([usual(text)])
    names = tuple(known("activation", name, ACTIVATIONS) or name for name in typed)
    for name in names:
        if name not in ACTIVATIONS:
            choices = ", ".join(ACTIVATIONS)
            raise RefusalError(
                "new.activation", nearest(name, ACTIVATIONS), found=shown(name), choices=choices
            )
    layers = units if kind == "network" else units[-2:]
    found = activations_for(layers, names) if names and layers else names
    if found is None or not names:
        raise RefusalError("new.activation_count", count=len(names), layers=len(layers) - 1)
    return found

"""What the script of a page needs to know of its steps: what each is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bp_tutor.explain.document import Line
from bp_tutor.explain.steps import steps_of
from bp_tutor.output.page.lines import FORMS, Numbering, counted_in, in_form, places_in
from bp_tutor.output.page.packing import chained
from bp_tutor.pictures.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from bp_tutor.explain import Document
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.formula import Quantity
    from bp_tutor.pictures import Scene


def numbered(
    document: Document, rules: Mapping[Quantity, str], scenes: Sequence[Scene]
) -> tuple[Numbering, dict[str, Any]]:
    """The steps of both forms: numbers for lines and sections, and the data for the script.

    `rules` says by which rule each quantity is worked out. The wires of several `scenes` are
    counted through.
    """
    routes = [Routes(scene) for scene in scenes]
    numbers: dict[str, dict[int, int]] = {}
    data: dict[str, Any] = {}
    for form in FORMS:
        steps = steps_of(in_form(document, form))
        numbers[form] = {id(step.block): step.number for step in steps}
        numbers[form] |= counted_in(document, form)
        data[form] = [_step(step, rules, routes) for step in steps]
    return Numbering(numbers["index"], numbers["matrix"], places_in(document)), data


def as_shown(steps: list[list[Any]], shown: Container[str]) -> list[list[Any]]:
    """The steps with only those values that stand somewhere on the page."""
    return [
        [*head, *(chained([key for key in keys if key in shown]) for keys in (gives, uses)), wires]
        for *head, gives, uses, wires in steps
    ]


def _step(step: StepOf, rules: Mapping[Quantity, str], routes: Sequence[Routes]) -> list[Any]:
    """Phase, update, rule, what it gives, what it uses, along which wires it runs."""
    rule = rules.get(step.block.quantity, "") if isinstance(step.block, Line) else ""
    gives, uses = list(step.gives), list(step.uses)
    wires, before = [], 0
    for each in routes:
        wires += [before + wire for wire in sorted(each.used(step.gives, step.uses))]
        before += each.count
    return [step.phase, max(step.update, 1), rule, gives, uses, wires]


def dumped(data: object) -> str:
    """JSON that can stand inside a page: no sign in it can end the element that it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")

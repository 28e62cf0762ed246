"""What the script of a page needs to know: every value in full, and what each step is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bp_tutor.explain.document import Line
from bp_tutor.explain.steps import steps_of
from bp_tutor.explain.tables import step_of
from bp_tutor.formula.addresses import Addresses
from bp_tutor.formula.quantity import STEP
from bp_tutor.output.page.lines import FORMS, Numbering, counted_in, in_form
from bp_tutor.pictures.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from bp_tutor.explain import Document, Settings
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.formula import Quantity
    from bp_tutor.pictures import Scene
    from bp_tutor.solve import Run

WHOLE = 200
"""Numbers of an array that is told as a whole; of a larger one only what the page shows."""
CALCULATED, GIVEN = 0, 1


def numbered(
    document: Document, rules: Mapping[Quantity, str], scene: Scene
) -> tuple[Numbering, dict[str, Any]]:
    """The steps of both forms: numbers for lines and sections, and the data for the script.

    `rules` says by which rule each quantity is worked out.
    """
    routes = Routes(scene)
    numbers: dict[str, dict[int, int]] = {}
    data: dict[str, Any] = {}
    for form in FORMS:
        steps = steps_of(in_form(document, form))
        numbers[form] = {id(step.block): step.number for step in steps}
        numbers[form] |= counted_in(document, form)
        data[form] = [_step(step, rules, routes) for step in steps]
    return Numbering(numbers["index"], numbers["matrix"]), data


def as_shown(steps: list[list[Any]], shown: Container[str]) -> list[list[Any]]:
    """The steps with only those values that stand somewhere on the page."""
    return [
        [*head, *([key for key in keys if key in shown] for keys in (gives, uses)), wires]
        for *head, gives, uses, wires in steps
    ]


def _step(step: StepOf, rules: Mapping[Quantity, str], routes: Routes) -> list[Any]:
    """Phase, update, rule, what it gives, what it uses, along which wires it runs."""
    rule = rules.get(step.block.quantity, "") if isinstance(step.block, Line) else ""
    gives, uses = list(step.gives), list(step.uses)
    wires = sorted(routes.used(step.gives, step.uses))
    return [step.phase, max(step.update, 1), rule, gives, uses, wires]


def values_of(run: Run, shown: Iterable[str], settings: Settings) -> dict[str, Any]:
    """Every value by array: how it is rounded, and its numbers by identifier."""
    found: dict[str, Any] = {}
    for quantity in sorted(run.quantities(), key=lambda each: each.size > WHOLE):
        if quantity in run.values:
            values = {name: run.value(quantity, at) for name, at in _entries(quantity, shown)}
            found[quantity.name] = [_way(run, quantity, settings), values]
    for old, new in run.program.next_values:
        step = old.as_kind(STEP)
        # Of a weight, not of what an optimiser keeps of it.
        if old in run.program.model.trained and new in run.values and step not in run.values:
            taken = {name: step_of(run, new, at) for name, at in _entries(step, shown)}
            found[step.name] = [_way(run, new, settings), taken]
    return found


def _entries(quantity: Quantity, shown: Iterable[str]) -> Iterable[tuple[str, tuple[int, ...]]]:
    """The entries that the page may need, by identifier and index."""
    if quantity.size <= WHOLE:
        return ((address.identifier, address.index) for address in quantity.addresses())
    addresses = Addresses((quantity,))
    found = {address for name in shown if (address := addresses.find(name)) is not None}
    return ((each.identifier, each.index) for each in sorted(found, key=lambda each: each.offset))


def _way(run: Run, quantity: Quantity, settings: Settings) -> Any:
    """How its numbers are written: as given, as calculated, or with so many digits by hand."""
    if quantity in run.program.model.given:
        return GIVEN
    rounding = settings.rounding
    digits = rounding.digits_of(quantity.name) if rounding is not None else None
    if rounding is None or digits is None:
        return CALCULATED
    return [digits, rounding.significant]


def dumped(data: object) -> str:
    """JSON that can stand inside a page: no sign in it can end the element that it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")

"""What the script of a page needs to know: every value in full, and what each step is about."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bp_tutor.explain.document import Line, Section
from bp_tutor.explain.steps import steps_of
from bp_tutor.formula.quantity import ONE, SAMPLE, STEP, VALUE
from bp_tutor.render.page.lines import Numbering

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bp_tutor.explain import Document, Page
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run

WHOLE = 200
"""Numbers of an array that is told as a whole; of a larger one only what the page shows."""
MOST_USED = 60
"""Values that one step lights up."""
_NUMBERS = re.compile(r"\d+")
CALCULATED, GIVEN = 0, 1


def in_form(document: Document, form: str) -> Document:
    """The document as it is in one of the two forms."""

    def kept(section: Section) -> Section:
        blocks = tuple(
            block
            for block in section.blocks
            if (isinstance(block, Line) and (block.index is None) == (form == "matrix"))
            or (not isinstance(block, Line) and form == "index")
        )
        return section._replace(blocks=blocks)

    return document._replace(sections=tuple(map(kept, document.sections)))


def numbered(
    document: Document, rules: Mapping[Quantity, str], *, whole: bool
) -> tuple[Numbering, dict[str, Any]]:
    """The steps of both forms: their numbers for the lines, and the data for the script.

    `rules` says by which rule each quantity is worked out.
    """
    numbers: dict[str, dict[int, int]] = {}
    data: dict[str, Any] = {}
    for form in ("index", "matrix"):
        steps = steps_of(in_form(document, form), whole=whole)
        numbers[form] = {id(step.block): step.number for step in steps}
        data[form] = [_step(step, rules) for step in steps]
    return Numbering(numbers["index"], numbers["matrix"]), data


def _step(step: StepOf, rules: Mapping[Quantity, str]) -> list[Any]:
    """Phase, update, rule, what it gives, what it uses."""
    rule = rules.get(step.block.quantity, "") if isinstance(step.block, Line) else ""
    gives, uses = list(step.gives[:MOST_USED]), list(step.uses[:MOST_USED])
    return [step.phase, max(step.update, 1), rule, gives, uses]


def values_of(run: Run, shown: Iterable[str], page: Page) -> dict[str, Any]:
    """Every value by array: how it is rounded, and its numbers by identifier."""
    found: dict[str, Any] = {}
    large: list[Quantity] = []
    for quantity in run.quantities():
        if quantity not in run.values:
            continue
        if quantity.size > WHOLE:
            large.append(quantity)
            continue
        numbers = run.values[quantity]
        names = map(quantity.identifier, quantity.indices())
        found[quantity.name] = [
            _way(run, quantity, page),
            dict(zip(names, numbers, strict=True)),
        ]
    for quantity in large:
        named = {}
        for name in shown:
            index = _index(quantity, name)
            if index is not None:
                named[name] = run.value(quantity, index)
        found[quantity.name] = [_way(run, quantity, page), named]
    for old, new in run.program.carried_on:
        step = old.as_kind(STEP)
        # Of a weight, not of what an optimiser keeps of it.
        if old.kind == VALUE and new in run.values and step not in run.values and old.size <= WHOLE:
            pairs = zip(run.values[old], run.values[new], strict=True)
            taken = (after - before for before, after in pairs)
            names = map(step.identifier, old.indices())
            found[step.name] = [_way(run, new, page), dict(zip(names, taken, strict=True))]
    return found


def _way(run: Run, quantity: Quantity, page: Page) -> Any:
    """How its numbers are written: as given, as calculated, or with so many digits by hand."""
    if quantity in run.program.model.given:
        return GIVEN
    rounding = page.rounding
    digits = rounding.digits_of(quantity.name) if rounding is not None else None
    if rounding is None or digits is None:
        return CALCULATED
    return [digits, rounding.significant]


def _index(quantity: Quantity, name: str) -> tuple[int, ...] | None:
    """The index behind an identifier of one of a quantity's entries; None of another's."""
    bare, _, sample = name.partition("@")
    head = quantity.name.partition("[")[0]
    if bare.partition("[")[0] != head or "[" not in bare:
        return None
    numbers = [int(digits) for digits in _NUMBERS.findall(bare[len(head) :])]
    places = len(quantity.place)
    if tuple(numbers[:places]) != quantity.place:
        return None
    rest = iter(numbers[places:])
    index = []
    for axis, length in zip(quantity.axes, quantity.shape, strict=True):
        if axis == SAMPLE:
            at = int(sample or 1) - 1
        elif axis == ONE:
            at = 0
        else:
            at = next(rest, 0) - 1
        if not 0 <= at < length:
            return None
        index.append(at)
    return tuple(index) if next(rest, None) is None else None


def dumped(data: object) -> str:
    """JSON that can stand inside a page: no sign in it can end the element that it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")

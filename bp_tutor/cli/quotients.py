"""Derivatives of one value by another, as somebody asks for them by name: `∂A/∂Z`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.cli import options
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown
from bp_tutor.notations import quotient
from bp_tutor.solve.partial import PartialError, with_partial

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.notations import Symbols
    from bp_tutor.problem.model import Rounding
    from bp_tutor.solve import Run
    from bp_tutor.solve.partial import Place

_SAMPLE = re.compile(r"@[0-9]+")


def with_quotients(
    runs: Iterable[Run], symbols: Symbols, texts: Iterable[str], rounding: Rounding
) -> tuple[tuple[Run, ...], list[str]]:
    """The runs with a step for each `∂A/∂Z` among some names, and the names in order.

    Each such name becomes the identifier of its step; where there are several samples and it
    names none, that of each.
    """
    found, names = list(runs), []
    for text in texts:
        sides = quotient(text)
        before = found[0]
        if sides is None or _is_known(before, symbols, text):
            names.append(text)
            continue
        for sample in _samples(before, text):
            upper, lower = _ends(before, symbols, sides, _SAMPLE.search(text), sample)
            try:
                found = [with_partial(run, upper, lower, rounding) for run in found]
            except PartialError as error:
                raise RefusalError(f"error.partial.{error}", name=shown(text)) from error
        new = [step.quantity.name for step in found[0].steps[len(before.steps) :]]
        names += dict.fromkeys(new)
    return tuple(found), names


def _is_known(run: Run, symbols: Symbols, text: str) -> bool:
    """Whether it is a derivative of the loss that the calculation gives anyhow."""
    name = symbols.read(text)
    return name is not None and bool(run.find(name) or run.find(f"{name}@1"))


def _samples(run: Run, text: str) -> range:
    """The samples that are asked for, from 1; just one where the name says which itself."""
    return range(1, 2 if _SAMPLE.search(text) else len(run.rows) + 1)


def _ends(
    run: Run, symbols: Symbols, sides: tuple[str, str], stated: re.Match[str] | None, sample: int
) -> tuple[Place, Place]:
    """What is differentiated and by what, both of one sample where they belong to any."""
    mark = stated.group() if stated else f"@{sample}"

    def end(side: str) -> Place:
        name = options.identifier(symbols, run, side)
        place = run.find(name) or run.find(f"{name}{mark}")
        if place is None:
            raise RefusalError("error.not_derived", name=shown(side))
        return place

    return end(sides[0]), end(sides[1])

"""The derivation while a number is being changed: only what is looked at, and only what is new.

A page shows one of the two forms. Mostly another number changes digits alone, which are put into
the lines as they stand. Where it changes how lines are written (its sign, which branch is taken),
that form alone is derived, without the checks that take the longer half of the time. The whole
page, checked, follows when the number stands still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import View, derivation
from bp_tutor.explain.given import given_section
from bp_tutor.output.page.lines import FORMS, Numbering, blocks_html
from bp_tutor.output.page.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Presentation
    from bp_tutor.solve import Trace

BOTH = "both"
Blocks = list[str]
"""The blocks of a derivation in one form, each as HTML, in their order."""


def blocks_in(form: str, readers: Sequence[Presentation], trace: Trace) -> Blocks:
    """The blocks of the derivation in `index` or in `matrix` form, steps numbered."""
    from bp_tutor.explain.steps import steps_of

    settings = readers[0].settings
    document = derivation(settings, trace, View(form=form), verified=False)
    # What is given stands there once for both forms.
    given = given_section(settings, trace.runs[0], BOTH)
    sections = (given if part.phase == "given" else part for part in document.sections)
    document = document._replace(sections=tuple(part for part in sections if part is not None))
    numbers = {id(step.block): step.number for step in steps_of(document)}
    index, matrix = (numbers if each == form else {} for each in FORMS)
    prose, numbering = Prose(readers), Numbering(index, matrix)
    return [
        block for section in document.sections for block in blocks_html(section, prose, numbering)
    ]


def news(before: Blocks | None, now: Blocks) -> list[tuple[int, str]]:
    """The blocks that differ, by their places; all of them where none are known."""
    return [(place, new) for place, new in enumerate(now) if before is None or before[place] != new]

"""The derivation in NumPy: as one program, or as cells that are compared with the trace."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from bp_tutor.output.code.helpers import helpers
from bp_tutor.output.code.libraries import NumPy
from bp_tutor.output.code.outline import outline_of
from bp_tutor.output.code.statements import comment, nested, written
from bp_tutor.output.code.writer import Writer

if TYPE_CHECKING:
    from bp_tutor.explain import Document, Presentation, Section, View
    from bp_tutor.formula import Quantity
    from bp_tutor.output.code.outline import Outline, Part
    from bp_tutor.solve import Run, Trace

FIGURES = 6
"""Significant figures that a cell compares."""
MOST = 60
"""Numbers of an array that is compared whole; of a larger one the first, and their sum."""
FIRST = 6


class NumPyWriter(Writer):
    """Every formula of the derivation as a line of NumPy."""

    def __init__(self, page: Presentation, trace: Trace) -> None:
        super().__init__(page, trace, NumPy())

    def head(self, lines: list[str]) -> list[str]:
        used = self.library.used
        found = helpers(self.library, self.printers(lines), self.page.words)
        settings = [f"np.set_printoptions(precision={self.precision})"]
        if "rng" in used:
            settings.append("rng = np.random.default_rng(1)")
        imports = [*found.imports, *([""] if found.imports else []), "import numpy as np"]
        return found.behind([*imports, *found.of_numpy], settings)

    def printers(self, lines: list[str]) -> list[str]:
        """The helpers that print, as far as some line calls them."""
        return [name for name in ("show", "same") if any(f"{name}(" in line for line in lines)]

    def body(self, outline: Outline, runs: list[Run]) -> list[str]:
        lines = [line for part in outline.parts for line in self.section(part, runs)]
        return [*lines, *self.end(outline)]

    def end(self, outline: Outline) -> list[str]:
        """Whatever else the next update needs, and new weights for old."""
        if not outline.goes_on:
            return []
        rest = [self.statement(line, [outline.run]).line for line in outline.rest]
        return ["", comment(self.said("carried")), *rest, *self.renewed(outline.run)]


class CellWriter(NumPyWriter):
    """NumPy for the sections of a document, each below its own text."""

    def __init__(self, page: Presentation, trace: Trace, view: View) -> None:
        super().__init__(page, trace)
        self.view = view

    def cells(self, document: Document) -> dict[int, str]:
        """The code below each section, by its place; below -1 what all of them need."""
        sections = document.sections
        outlines = [self._outline(run, sections) for run in self.trace.runs]
        found: dict[int, list[str]] = {}
        for outline in outlines:
            found |= self._update(outline, sections)
        inputs = dict.fromkeys(each for outline in outlines for each in self.inputs(outline))
        after = self.after(self.view)
        last = self.trace.after
        if after is not None and last is not None:
            lines = [*self.samples("", inputs), *self.compared(after, last)]
            found[next(at for at, each in enumerate(sections) if each.phase == "after")] = lines
        given = self.given(inputs)
        everything = [line for lines in (given, *found.values()) for line in lines]
        cells = {at: "\n".join(lines).strip("\n") for at, lines in found.items()}
        place = next((at for at, each in enumerate(sections) if each.phase == "given"), None)
        head = "\n".join(self.head(everything))
        if place is None:
            return {**cells, -1: "\n".join((head, "", "", *given))}
        # The text above says already what is given.
        told = given[1:] if given and given[0] == comment(self.said("given")) else given
        return {**cells, place: "\n".join(told), -1: head}

    def _outline(self, run: Run, sections: tuple[Section, ...]) -> Outline:
        own = [each for each in sections if each.update == run.update and each.gives]
        return outline_of(run, own, goes_on=self.goes_on(run, self.view))

    def _update(self, outline: Outline, sections: tuple[Section, ...]) -> dict[int, list[str]]:
        """The code below the sections of one update."""
        run = outline.run
        found: dict[int, list[str]] = {}
        parts = iter(outline.parts)
        lines = self.start(outline, repr(list(run.rows)), str(run.update - 1))
        place = -1
        for place, section in enumerate(sections):
            if section.update == run.update and any(q in outline.shown for q in section.gives):
                lines += self.compared(next(parts), run)
                found[place], lines = lines, []
        last = max(found, default=None)
        if last is not None:
            found[last] += self.end(outline)
        return found

    def compared(self, part: Part, run: Run) -> list[str]:
        """The lines of a section, and what the derivation says they give."""
        lines = written([self.statement(line, [run]) for line in part.lines])
        for quantity in part.shown:
            name = self.names.variable(quantity)
            if quantity not in run.values:
                lines += self.shown([(name, name)])
                continue
            # What a mask removes has no derivative here; the program works one out all the same.
            if not (quantity.removed and quantity.kind):
                lines += self._same(name, quantity, run.values[quantity])
        return lines

    def _same(self, name: str, quantity: Quantity, values: tuple[float, ...]) -> list[str]:
        plain = self.layout.values(quantity, values)
        if quantity.size <= MOST:
            shape = self.layout.quantity(quantity).shape
            return [f'same("{name}", {name}, {nested(plain, shape, figures)})']
        some, total = f"{name}.ravel()[:{FIRST}]", f"{name}.sum()"
        first = nested(plain[:FIRST], (FIRST,), figures)
        return [f'same("{some}", {some}, {first})', f'same("{total}", {total}, {fsum(values):.6g})']


def figures(value: float) -> str:
    """A number to compare with; what a mask removes is infinite."""
    return f"{value:.{FIGURES}g}".replace("inf", "np.inf")

"""The whole derivation as one NumPy program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.render.code.helpers import helpers
from bp_tutor.render.code.numpy_library import NumPy
from bp_tutor.render.code.statements import comment
from bp_tutor.render.code.writer import Writer

if TYPE_CHECKING:
    from bp_tutor.explain import Page
    from bp_tutor.render.code.outline import Outline
    from bp_tutor.solve import Run, Trace


class NumPyWriter(Writer):
    """Every formula of the derivation as a line of NumPy."""

    def __init__(self, page: Page, trace: Trace) -> None:
        super().__init__(page, trace, NumPy())

    def head(self, lines: list[str]) -> list[str]:
        used = self.library.used
        found = helpers([*sorted(used - {"rng"}), *self.printers(lines)], self.page.words, "np")
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
        return ["", comment(self.said("carried")), *rest, *self.carried(outline.run)]

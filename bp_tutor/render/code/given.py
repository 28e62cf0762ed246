"""The head of a program's calculation: the numbers that the problem gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import SAMPLE
from bp_tutor.render.code.library import PYTHON, Library
from bp_tutor.render.code.literals import nested
from bp_tutor.render.code.names import ALL, Names
from bp_tutor.render.code.outline import layout_of
from bp_tutor.render.code.statements import comment
from bp_tutor.solve import Drawn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Page
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run, Trace

LONG = 8
"""Numbers of a column that is written as a row."""
USUAL_RATE = 0.1
"""The learning rate of a program whose problem gives none."""


class Given:
    """Writes what one problem gives in the words of a library."""

    def __init__(self, page: Page, trace: Trace, library: Library) -> None:
        self.page = page
        self.trace = trace
        self.library = library
        self.names = Names(page.symbols, PYTHON)
        self.names.take(trace.runs[0].quantities())
        self.layout = layout_of(page, trace)
        self.by_parts = trace.before is not None and trace.before.rows != trace.runs[0].rows
        """Whether an update uses only some of the samples."""
        rate = trace.runs[0].program.model.rate
        self.rates_change = (
            rate is not None and len({run.values.get(rate) for run in trace.runs}) > 1
        )

    def said(self, key: str, **values: object) -> str:
        """A word for comments."""
        return self.page.words.text(f"code.{key}", **values)

    def given(self, quantities: Iterable[Quantity]) -> list[str]:
        """The numbers of the file; drawn ones are drawn again."""
        run = self.trace.runs[0]
        lines: list[str] = []
        missing = []
        for quantity in quantities:
            if quantity == run.program.model.rate:
                lines.append(self._rate(run, quantity))
                continue
            source = self.trace.before if self.is_cut(quantity) and self.trace.before else run
            held = next(q for q in source.program.model.given if q.name == quantity.name)
            values = source.program.model.given[held]
            if values is None:
                missing.append(quantity)
                continue
            cut = self.is_cut(quantity)
            variable = self.names.variable(quantity) + (ALL if cut else "")
            text = self.numbers(held, values)
            lines.append(f"{variable} = {text if cut else self.leaf(quantity, text)}")
        lines = [comment(self.said("given")), *lines] if lines else []
        if missing:
            lines += [*([""] if lines else []), comment(self.said("missing"))]
            lines += self.any_numbers(missing)
        return lines

    def is_cut(self, quantity: Quantity) -> bool:
        """Whether an update uses only some rows of an array."""
        return self.by_parts and SAMPLE in quantity.axes

    def numbers(self, quantity: Quantity, values: tuple[float, ...]) -> str:
        """An array, or a number."""
        shape = self.layout.quantity(quantity).shape
        if isinstance(values, Drawn):
            self.library.used.add("drawn")
            arguments = (repr(values.seed), repr(values.stream).replace("'", '"'),
                         repr(values.scale), *map(str, quantity.shape))  # fmt: skip
            turned = ".T" if self._is_turned(quantity) else ""
            return f"drawn({', '.join(arguments)}){turned}"
        if self._is_turned(quantity) and quantity.shape[0] == 1 and len(values) > LONG:
            # A long column is easier to read as a row that is turned.
            return self.library.array(nested([*map(float, values)], quantity.shape)) + ".T"
        plain = self.layout.values(quantity, tuple(values))
        text = nested([float(value) for value in plain], shape)
        return self.library.array(text) if shape else text

    def _is_turned(self, quantity: Quantity) -> bool:
        """Whether the course has rows for our columns."""
        return self.layout.columns and len(quantity.shape) == 2

    def any_numbers(self, quantities: Iterable[Quantity]) -> list[str]:
        """Numbers for what the file leaves out."""
        lines = []
        for quantity in quantities:
            shape = self.layout.quantity(quantity).shape
            text = self.library.anything(shape, positive=self._positive(quantity))
            lines.append(f"{self.names.variable(quantity)} = {self.leaf(quantity, text)}")
        return lines

    def leaf(self, quantity: Quantity, text: str) -> str:
        """A given value as the calculation needs it."""
        return text

    def _positive(self, quantity: Quantity) -> bool:
        """Targets, and what formulas of a graph may take the logarithm of."""
        return not quantity.shape or quantity.symbol == "Y"

    def _rate(self, run: Run, rate: Quantity) -> str:
        name = self.names.variable(rate)
        if rate not in run.values:
            return f"{name} = {USUAL_RATE}  {comment(self.said('any_rate'))}"
        if not self.rates_change:
            return f"{name} = {run.values[rate][0]!r}"
        every = [run.values[rate][0] for run in self.trace.runs]
        return f"{name}{ALL} = {nested(every, (len(every),))}"

"""Programs put together: the given numbers, then every section of the derivation as statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.sections import sections_of
from bp_tutor.formula import Role
from bp_tutor.formula.quantity import SAMPLE
from bp_tutor.output.code.libraries import PYTHON, Library
from bp_tutor.output.code.names import ALL, Names
from bp_tutor.output.code.outline import Part, has_numbers, layout_of, outline_of, safe
from bp_tutor.output.code.statements import (
    WIDTH,
    Statement,
    comment,
    indented,
    listed,
    nested,
    written,
)
from bp_tutor.solve import Drawn
from bp_tutor.solve.program import numbers_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Presentation, Section, View
    from bp_tutor.formula import Quantity
    from bp_tutor.output.code.outline import Outline
    from bp_tutor.solve import Definition, Run, Trace

LONG = 8
"""Numbers of a column that is written as a row."""
USUAL_RATE = 0.1
"""The learning rate of a program whose problem gives none."""
INDENTED = 12
"""Columns that indentation, commas and the equals sign take of a line."""
MORE_DIGITS = 3
"""Decimals printed beyond those of the derivation, which shows as many figures of 0.0001768."""


class Writer:
    """Writes the pieces of one problem's program; a library says what is different with it."""

    def __init__(self, page: Presentation, trace: Trace, library: Library) -> None:
        self.page = page
        self.trace = trace
        self.library = library
        self.names = Names(page.symbols, PYTHON)
        self.names.take(trace.runs[0].quantities())
        self.layout = layout_of(page, trace)
        self.by_parts = trace.before is not None and trace.before.rows != trace.runs[0].rows
        """Whether an update uses only some of the samples."""
        model = trace.runs[0].program.model
        self.changing = {
            quantity
            for quantity in numbers_at(trace.problem, trace.runs[0].program, 1)
            if len({run.values.get(quantity) for run in trace.runs}) > 1
        }
        """Given numbers that are not the same in every update."""
        self.rates_change = model.rate in self.changing

    def said(self, key: str, **values: object) -> str:
        """A word for comments."""
        return self.page.words.text(f"code.{key}", **values)

    def given(self, quantities: Iterable[Quantity]) -> list[str]:
        """The numbers of the file; drawn ones are drawn again."""
        run = self.trace.runs[0]
        lines: list[str] = []
        missing = []
        for quantity in quantities:
            if quantity in self.changing:
                every = [each.values[quantity][0] for each in self.trace.runs]
                name = f"{self.names.variable(quantity)}{ALL}"
                lines.append(f"{name} = {nested(every, (len(every),))}")
                continue
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
            transposed = ".T" if self._is_transposed(quantity) else ""
            return f"drawn({', '.join(arguments)}){transposed}"
        if self._is_transposed(quantity) and quantity.shape[0] == 1 and len(values) > LONG:
            # A long column is easier to read as a row that is transposed.
            return self.library.array(nested([*map(float, values)], quantity.shape)) + ".T"
        plain = self.layout.values(quantity, tuple(values))
        text = nested([float(value) for value in plain], shape)
        return self.library.array(text) if shape else text

    def _is_transposed(self, quantity: Quantity) -> bool:
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
        return not quantity.shape or quantity.role is Role.TARGET

    def _rate(self, run: Run, rate: Quantity) -> str:
        name = self.names.variable(rate)
        if rate not in run.values:
            return f"{name} = {USUAL_RATE}  {comment(self.said('any_rate'))}"
        return f"{name} = {run.values[rate][0]!r}"

    # The whole program.

    def head(self, lines: list[str]) -> list[str]:
        """Imports, settings and helpers that the lines of a program need."""
        raise NotImplementedError

    def body(self, outline: Outline, runs: list[Run]) -> list[str]:
        """One update, or what all of `runs` have in common."""
        raise NotImplementedError

    def program(self, view: View) -> str:
        """The whole program."""
        outlines = self.outlines(view)
        after = self.after(view)
        inputs = dict.fromkeys(each for outline in outlines for each in self.inputs(outline))
        given = self.given(inputs)
        if self.alike(outlines):
            lines = self._loop(outlines)
        else:
            lines = [line for each in outlines for line in self._one(each, several=outlines[1:])]
        if after is not None:
            lines += ["", comment(self.page.say(after.heading)), *self.samples("", inputs)]
            lines += self.part(after, [run for run in (self.trace.before, self.trace.after) if run])
        lines = [*given, *lines]
        return "\n".join((*self.titled(), *self.head(lines), "", "", *lines, ""))

    def inputs(self, outline: Outline) -> list[Quantity]:
        """The given quantities that an update uses."""
        return outline.inputs

    def titled(self) -> list[str]:
        """The first lines: no title stands in the first two, where it could name an encoding."""
        said = self.said("made", library=self.library.said)
        return [comment(said), "#", comment(self.page.say(self.trace.problem.title)), ""]

    @property
    def precision(self) -> int:
        """Decimals that are printed."""
        return self.page.settings.digits + MORE_DIGITS

    def outlines(self, view: View) -> list[Outline]:
        """Each update that is shown as sections of lines."""
        # The sections of all updates on the same samples are alike.
        sections: dict[tuple[int, ...], list[Section]] = {}
        for run in self.trace.runs:
            if run.rows not in sections:
                sections[run.rows] = sections_of(self.page.settings, run, view)
        return [
            outline_of(run, sections[run.rows], goes_on=self.goes_on(run, view))
            for run in self.trace.runs
        ]

    def goes_on(self, run: Run, view: View) -> bool:
        """Whether the new weights of an update are used again."""
        last = run is self.trace.runs[-1]
        return not last or self.after(view) is not None

    def _one(self, outline: Outline, *, several: object) -> list[str]:
        """One update by itself."""
        run = outline.run
        lines: list[str] = []
        if several:
            number = self._number(run.update)
            title = self.page.words.text("section.update_number", number=number)
            lines += ["", f'print("\\n{title}")']
        lines += self.start(outline, repr(list(run.rows)), str(run.update - 1))
        return [*lines, *self.body(outline, [run])]

    def _loop(self, outlines: list[Outline]) -> list[str]:
        """Updates that are all alike."""
        first, runs = outlines[0], [each.run for each in outlines]
        epoch = list(dict.fromkeys(run.rows for run in runs))
        lines, rows = [""], ""
        if self.by_parts:
            lines.append(f"batches = {[list(each) for each in epoch]}")
            rows = f"batches[update % {len(epoch)}]"
        offset = self._number(1)
        number = f"{{update + {offset}}}" if offset else "{update}"
        title = self.page.words.text("section.update_number", number=number)
        body = [f'print(f"\\n{title}")', *self.start(first, rows, "update")]
        body += self.body(first, runs)
        return [*lines, f"for update in range({len(outlines)}):", *indented(body)]

    def _number(self, update: int) -> int:
        return update - 1 + self.trace.problem.conventions.first_update

    def start(self, outline: Outline, rows: str, update: str) -> list[str]:
        """What differs from update to update: samples, learning rate, given derivatives."""
        inputs = self.inputs(outline)
        lines = self.samples(rows, inputs)
        for quantity in inputs:
            if quantity in self.changing:
                name = self.names.variable(quantity)
                lines.append(f"{name} = {name}{ALL}[{update}]")
        return lines

    def statement(self, line: Definition, runs: Iterable[Run]) -> Statement:
        """The line that defines a quantity, as an assignment."""
        formula = self.layout.formula(safe(line, runs))
        shape = self.layout.quantity(line.quantity).shape
        code = self.library.text(formula, self.names)
        if formula.shape != shape:
            code = self.library.spread(code, shape)
        rounding = self.trace.problem.rounding
        digits = rounding.digits_of(line.quantity.name)
        if digits is not None:
            self.library.used.add("by_hand")
            way = (
                ", significant=True" * rounding.significant + ", truncate=True" * rounding.truncate
            )
            code = f"by_hand({code}, {digits}{way})"
        reason = self.page.words.rule(line.rule)
        return Statement(self.names.variable(line.quantity), code, reason)

    def section(self, part: Part, runs: list[Run]) -> list[str]:
        """A section under its heading; what only leads to it stands before."""
        wanted = set(part.shown)
        lead = next((at for at, line in enumerate(part.lines) if line.quantity in wanted), 0)
        first = self.leading(part.lines[:lead], runs)
        rest = part._replace(lines=part.lines[lead:])
        return [*first, "", comment(self.page.say(part.heading)), *self.part(rest, runs)]

    def leading(self, lines: Iterable[Definition], runs: list[Run]) -> list[str]:
        """Lines that were not asked for, but are needed."""
        found = [self.statement(line, runs) for line in lines]
        return ["", comment(self.said("needed")), *written(found)] if found else []

    def part(self, part: Part, runs: list[Run]) -> list[str]:
        """A section: its assignments, then what comes out."""
        lines = written([self.statement(line, runs) for line in part.lines])
        return [*lines, *self.shown((name, name) for name in map(self.names.variable, part.shown))]

    def shown(self, pairs: Iterable[tuple[str, str]]) -> list[str]:
        """What prints values under their names."""
        return listed("show(", (f"{name}={value}" for name, value in pairs), ")")

    def renewed(self, run: Run) -> list[str]:
        """New weights take the place of the old ones."""
        lines: list[tuple[str, str]] = []
        for old, new in run.program.next_values:
            left, right = self.names.variable(old), self.names.variable(new)
            if lines and sum(map(len, lines[-1])) + len(left + right) < WIDTH - INDENTED:
                left, right = f"{lines[-1][0]}, {left}", f"{lines[-1][1]}, {right}"
                lines.pop()
            lines.append((left, right))
        return [f"{left} = {right}" for left, right in lines]

    def samples(self, rows: str, quantities: Iterable[Quantity]) -> list[str]:
        """The rows that an update uses, of every array that has some for each sample."""
        lines = []
        for quantity in quantities:
            if self.is_cut(quantity):
                place = f":, {rows}" if self.layout.columns and len(quantity.shape) == 2 else rows
                name = self.names.variable(quantity)
                lines.append(f"{name} = {name}{ALL}[{place}]" if rows else f"{name} = {name}{ALL}")
        return lines

    def after(self, view: View) -> Part | None:
        """Outputs and loss with the last weights; None where nothing was updated, or is none."""
        run = self.trace.after
        if run is None or not view.everything:
            return None
        model = run.program.model
        shown = [q for q in (*model.outputs, model.loss) if q is not None and q in run.values]
        if not shown:
            return None
        lines = outline_of(run, [], goes_on=False, also=tuple(dict.fromkeys(shown))).rest
        return Part(self.said("after"), lines, tuple(dict.fromkeys(shown)))

    def alike(self, outlines: list[Outline]) -> bool:
        """Whether every update runs through the same lines."""
        first, *others = [each.run.program for each in outlines]
        same = all(each is first or each.lines == first.lines for each in others)
        return bool(others) and same and has_numbers(outlines[0].run)

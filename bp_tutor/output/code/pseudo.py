"""The algorithm in words, as lectures write it: loops and formulas in the course's own symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.general import ends_of, what_letters_mean
from bp_tutor.formula import Add, Formula, Neg, Number, Quantity, replace, spell
from bp_tutor.formula.indexed import At, Indexed, Place
from bp_tutor.formula.quantity import UPDATED
from bp_tutor.notations.indexed import counts_from_zero
from bp_tutor.output.code.algorithm import Assign, Loop, carried, refuse_layers, stages_of, told
from bp_tutor.output.code.statements import indented
from bp_tutor.output.wrapping import wrapped

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.output.code.algorithm import Stage, Statement
    from bp_tutor.solve import Trace


class PseudoWriter:
    """Writes the algorithm of one problem for a reader."""

    def __init__(self, page: Presentation, trace: Trace) -> None:
        refuse_layers(trace.problem)
        self.page = page
        self.trace = trace
        self.run = trace.runs[0]
        settings = page.settings
        self.ends = ends_of(self.run.program.lines, settings.structure, settings.symbols)
        self.stages = stages_of(trace, self.ends)
        self.kept = {new.head for new in carried(self.run)}

    def text(self) -> str:
        """The whole algorithm."""
        lines = [self.page.say(self.trace.problem.title), ""]
        lines += [row for said in self._given() for row in _rows(said)]
        body: list[str] = []
        for number, stage in enumerate(self.stages, 1):
            body += ["", *self._stage(stage, number)]
        repeated = self._repeated()
        return "\n".join((*lines, *repeated, *(indented(body) if repeated else body), ""))

    def _said(self, key: str, **values: object) -> str:
        return self.page.words.text(f"code.pseudo.{key}", **values)

    def _spelled(self, formula: Formula) -> str:
        return spell(replace(formula, self._renewed), self.page)

    def _renewed(self, node: Formula) -> Formula | None:
        """A new value by the name of the old one, whose place it takes."""
        if not isinstance(node, Indexed) or not node.like.kind.endswith(UPDATED):
            return None
        if node.like.head in self.kept:
            return None
        old = node.like.as_kind(node.like.kind.removesuffix(UPDATED))
        return Indexed(old, node.layer, node.step, node.places, node.sample, alone=node.alone)

    def _given(self) -> list[str]:
        lines = list(map(self.page.say, what_letters_mean(self.page.settings, self.run)))
        given = self.run.program.model.given
        # Beside numbers, what has none is not given; without any, everything is by its letter.
        known = [quantity for quantity in given if quantity in self.run.values] or list(given)
        names = map(self._array, known)
        return [*lines, self._said("given", names=", ".join(dict.fromkeys(names)))]

    def _array(self, quantity: Quantity) -> str:
        """A given quantity with letters, or a plain number with its value."""
        if not quantity.shape:
            name = self.page.name(quantity, ())
            value = self.run.values.get(quantity)
            return name if value is None else f"{name} = {value[0]:g}"
        return self.page.name(quantity, None)

    def _repeated(self) -> list[str]:
        """What is said where there are several updates."""
        network = self.trace.problem.network
        assert network is not None
        if not self.run.program.next_values:
            return []
        updates = self.trace.problem.updates
        if network.batch and network.batch < network.sample_count:
            key = "online" if network.batch == 1 else "batches"
            return ["", self._said(key, count=updates, size=network.batch)]
        return ["", self._said("updates", count=updates)] if updates > 1 else []

    def _stage(self, stage: Stage, number: int) -> list[str]:
        lines = _rows(f"#{number}. {self._said(told(stage, self.trace.problem))}")
        return [*lines, *(line for each in stage.body for line in self._statement(each))]

    def _statement(self, statement: Statement) -> list[str]:
        if isinstance(statement, Loop):
            first, last = map(self._spelled, self._bounds(statement))
            index = self._spelled(At(Place(statement.letter)))
            head = self._said("loop", index=index, first=first, last=last, dots=self.page.dots)
            return [head, *indented(each for s in statement.body for each in self._statement(s))]
        return [self._assigned(statement)]

    def _bounds(self, loop: Loop) -> tuple[Formula, ...]:
        """From where to where; layers as the course counts them."""
        zero = loop.letter == "i" and counts_from_zero(self.page.settings.symbols)
        return tuple(_earlier(end) if zero else end for end in (loop.first, loop.last))

    def _assigned(self, statement: Assign) -> str:
        style = self.page.style
        target = replace(statement.target, self._renewed)
        formula = replace(statement.formula, self._renewed)
        name = self._spelled(target)
        if statement.adds:
            return f"{name} += {self._spelled(formula)}"
        match formula:
            case Add((first, Neg(second))) if first == target:
                return f"{name} {style.minus}= {self._spelled(second)}"
        return f"{name} = {self._spelled(formula)}"


def _earlier(end: Formula) -> Formula:
    """The number of a layer where the inputs are layer 0; counted from the last one it stays."""
    match end:
        case Number(value):
            return Number(value - 1)
    return end


WIDTH = 76
"""Columns of a sentence; what is repeated stands four further in."""


def _rows(text: str) -> list[str]:
    """A sentence in as many rows as it needs."""
    return ["".join(piece for piece, _ in row) for row in wrapped(text, "", 0, WIDTH)]

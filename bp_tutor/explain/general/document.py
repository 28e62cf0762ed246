"""The general form as a document: a section for each part of the calculation."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from bp_tutor.explain.board import explained
from bp_tutor.explain.columns import as_written
from bp_tutor.explain.document import (
    Document,
    Joined,
    Line,
    Note,
    Part,
    Relation,
    Section,
    rule_name,
    sentence,
)
from bp_tutor.explain.facts import facts_of
from bp_tutor.explain.general.lines import ends_of, general_lines
from bp_tutor.explain.general.windows import reaches_outside
from bp_tutor.explain.nodes import Equation, Sign, Span
from bp_tutor.explain.numbers import format_given
from bp_tutor.explain.settings import plain_number
from bp_tutor.formula import Number, Ref, Role, as_shown, replace, walk
from bp_tutor.formula.algebra import number
from bp_tutor.formula.indexed import At, Bound, Greatest, Indexed, Place, Total
from bp_tutor.frozen import Frozen
from bp_tutor.notations.indexed import HIDDEN, counts_from_zero
from bp_tutor.solve import used

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.document import Block, Said
    from bp_tutor.explain.general.lines import GeneralLine
    from bp_tutor.explain.settings import Settings
    from bp_tutor.explain.view import View
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.solve import Run, Trace

MOST_LISTED = 3
"""Layers that are listed one by one."""


class End(Frozen):
    """How far layers or steps are counted."""

    letter: str
    """The letter of the last one."""
    number: int
    """The last one, counted from 1."""
    zero: bool = False
    """Whether the course counts them from 0."""


def general_document(settings: Settings, trace: Trace, view: View) -> Document:
    """The formulas of the whole calculation on a page."""
    run = trace.runs[0]
    sections = tuple(
        section._replace(number=number)
        for number, section in enumerate(general_sections(settings, run, view), 1)
    )
    facts = facts_of(settings, trace.problem) if view.everything else ()
    return Document(trace.problem.title, facts, None, sections)


def general_sections(settings: Settings, run: Run, view: View) -> Iterator[Section]:
    """A section for each part of the calculation, and first what the letters stand for."""
    wanted = {step.quantity for step in run.steps if view.shows(step)}
    letters = what_letters_mean(settings, run) if view.everything else ()
    if letters:
        yield Section(sentence("general.letters"), "given", tuple(map(Note, letters)))
    said: list[Block] = []
    lines = (one for one in told_lines(settings, run) if not wanted.isdisjoint(one.quantities))
    for phase, group in groupby(lines, lambda one: one.general.phase):
        blocks: list[Block] = []
        for where, together in groupby(group, lambda one: one.where):
            found = list(together)
            blocks += (one.line for one in found)
            notes = [Note(where)] if where else []
            notes += (note for one in found for note in _explained(settings, one.general))
            blocks += (note for note in notes if note.text == where or note not in said)
            said += notes
        yield Section(sentence(f"general.{phase}"), phase, tuple(blocks))


class Told(Frozen):
    """A line in general form as it is told, and for which layers and steps it holds."""

    general: GeneralLine
    line: Line
    where: Said

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What it says how to calculate."""
        return tuple(line.quantity for line in self.general.lines)


def told_lines(settings: Settings, run: Run) -> Iterator[Told]:
    """Each kind of step once, in the order of the calculation."""
    layers = End("n", settings.structure.depth, counts_from_zero(settings.symbols))
    ends = ends_of(run.program.lines, settings.structure, settings.symbols)
    steps = End(ends.counter[1], ends.counted)
    for line in general_lines(run.program.lines, settings.structure, settings.symbols):
        where = _where(line, layers, steps, ends.counter[0])
        yield Told(line, _line(settings, line, layers), where)


def _explained(settings: Settings, line: GeneralLine) -> list[Note]:
    """What is said of a line for whole arrays, beside that it is one."""
    if not isinstance(line.target, Ref):
        return []
    return [Note(each) for each in explained(as_shown(line.formula), columns=settings.columns)]


def what_letters_mean(settings: Settings, run: Run) -> list[Said]:
    """What i, j, k, n and N_i stand for, with the numbers of this network."""
    units, zero = settings.structure.units, counts_from_zero(settings.symbols)
    first = 1 - zero
    index, size = At(Place("i")), Bound("N", Place("i"))
    said: list[Said] = []
    ends = ends_of(run.program.lines, settings.structure, settings.symbols)
    if settings.structure.alone:
        size = Bound("N", Place("n"))
        said.append(sentence("general.outputs", top=At(Place("n")), size=size, count=units[-1]))
        units = ()
    if units and not ends.apart:
        top, count = At(Place("n")), len(units) - zero
        said.append(sentence("general.layers", index=index, first=first, top=top, count=count))
    if units and ends.starts:
        spans = [
            Span(Number(start + 1), Number(start + count))
            for start, count in zip(ends.starts, units, strict=True)
        ]
        said.append(sentence("general.counted", counts=Joined(tuple(spans), "; ")))
    elif units:
        counts = [
            Equation(Bound("N", Place("", number)), Number(count))
            for number, count in enumerate(units, 1)
        ]
        said.append(sentence("general.units", index=index, size=size, counts=Joined(tuple(counts))))
    inputs = next((each for each in run.program.model.given if each.role is Role.INPUT), None)
    table = settings.symbols.notation.entry.get("A", {})
    named = not ends.apart and len(units) > HIDDEN and "input" in table
    if inputs is not None and named and not inputs.step:
        entry = Indexed(inputs, Place("", 1), None, (Place("j"),))
        said.append(sentence("general.inputs", first=first, inputs=entry))
    samples = max((line.quantity.samples for line in run.program.lines), default=1)
    if samples > 1:
        said.append(
            sentence("general.samples", index=At(Place("s")), size=Bound("m"), count=samples)
        )
    said += what_losses_count(settings, run)
    for counted, (letter, last), count in (
        ("heads" if ends.heads else "steps", ends.counter, ends.steps),
        ("positions", ("p", "T"), positions_of(run)),
    ):
        if count:
            which, many = At(Place(letter)), Bound(last)
            said.append(sentence(f"general.{counted}", index=which, size=many, count=count))
    return said


def what_losses_count(settings: Settings, run: Run) -> list[Said]:
    """What the weights of losses are, and their sum where the loss is divided by it."""
    found = [each for each in run.program.model.given if each.role is Role.LOSS_WEIGHT]
    if not found or any(each not in run.values for each in found):
        return []
    like = found[0]
    places = () if like.shape[-1] == 1 else (Place("j"),)
    sample = Place("s") if like.samples > 1 else None
    weight = Indexed(like, None, Place("t") if len(found) > 1 else None, places, sample)
    values = (Fraction(str(value)) for each in found for value in run.values[each])
    total = sum(values, Fraction(0))
    whole = (line.formula for line in run.program.lines if like in used(line.formula))
    divided = total and number(1 / total) in walk(next(whole))
    shown = plain_number(format_given(float(total), settings.digits))
    key = "divided" if divided else "counted"
    return [sentence(f"general.losses_{key}", weight=weight, total=shown)]


def positions_of(run: Run) -> int:
    """How many positions are seen at once; 0 where there are none."""
    first = (line.quantity for line in run.program.lines if "position" in line.quantity.axes)
    return max((quantity.shape[quantity.axes.index("position")] for quantity in first), default=0)


def _line(settings: Settings, line: GeneralLine, layers: End) -> Line:
    formula = replace(line.formula, _from_zero) if layers.zero else line.formula
    if isinstance(line.target, Ref):
        formula = as_written(settings, formula)
    part = Part("formula", Relation.EQUAL, formula)
    quantity = line.lines[0].quantity
    return Line(quantity, None, (part,), rule_name(line.rule), symbol=line.target)


def _from_zero(node: Formula) -> Formula | None:
    """A sum over layers as a course has it that calls the inputs layer 0."""
    match node:
        case Total(At(Place("i")), body, Number(first), last):
            end = Number(last.number - 1) if isinstance(last, Number) else last
            return Total(node.index, replace(body, _from_zero), Number(first - 1), end)
    return None


def _where(line: GeneralLine, layers: End, steps: End, counter: str) -> Said:
    """For which layers, steps, units and samples it holds."""
    if isinstance(line.target, Ref):
        return sentence("general.whole")
    said: list[Said] = []
    if line.layers and line.letter == "i":
        said.append(_range("i", line.layers, layers))
    if line.layers and line.letter == "n":
        said.append(sentence("general.output", top=At(Place("n"))))
    if line.steps:
        said.append(_steps(line, counter, steps))
    said += [
        Equation(At(Place(letter)), first if first == last else Span(first, last))
        for letter, first, last in line.free
    ]
    said += [
        Equation(At(place), Span(Number(first), Number(last)))
        for node in walk(line.formula)
        if isinstance(node, Greatest)
        for place, first, last in node.spans
    ]
    if reaches_outside(line.formula, line.free):
        said.append(sentence("general.outside"))
    return Joined(tuple(said), "; ") if said else ""


def _steps(line: GeneralLine, counter: str, end: End) -> Said:
    """For which steps it holds; where one of two leads to the other, as it is with more of them."""
    places = (node.step for node in walk(line.formula) if isinstance(node, Indexed))
    offsets = {place.offset for place in places if place is not None and place.letter == counter}
    last = Place(end.letter)
    if end.number == len(("first", "last")):
        if line.steps == (2,) and (line.again or -1 in offsets):
            return Equation(At(Place(counter)), Span(Number(2), At(last)))
        if line.steps == (1,) and (line.again or 1 in offsets):
            return Equation(At(Place(counter)), Span(At(last.plus(-1)), Number(1)))
    return _range(counter, line.steps, end)


def _range(letter: str, numbers: tuple[int, ...], end: End) -> Said:
    """`i = 2 … n`, `i = n−1 … 2`, or the numbers one by one."""
    first, last = numbers[0], numbers[-1]
    step = 1 if last >= first else -1
    index = At(Place(letter))
    if letter != "i" and numbers == (end.number,) and end.number > 1:
        return Equation(index, At(Place(end.letter)))
    if len(numbers) == 1 or numbers != tuple(range(first, last + step, step)):
        each = Joined(tuple(_number(number, end, near=False) for number in numbers))
        return Joined((index, Sign("equals"), each), " ")
    up = step > 0
    return Equation(index, Span(_number(first, end, near=not up), _number(last, end, near=up)))


def _number(number: int, end: End, *, near: bool) -> Formula:
    """A layer or step as the course counts it; from the last one where it is `near` to it."""
    if near and end.number - 1 <= number <= end.number:
        return At(Place(end.letter, number - end.number))
    return Number(number - end.zero)

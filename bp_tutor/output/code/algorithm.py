"""The calculation of a dense network as an algorithm: loops over layers, units and samples.

It is made from the general form: lines of layers that are alike become one loop, and each sum is
added up term by term. A program and a description in words write down the same algorithm.
"""

from __future__ import annotations

from itertools import count, groupby
from typing import TYPE_CHECKING

from bp_tutor.explain.general import GeneralLine, general_line
from bp_tutor.formula import Add, Call, Formula, Number, Quantity, Ref, replace, walk
from bp_tutor.formula.indexed import At, Indexed, Place, Total, with_places
from bp_tutor.formula.quantity import OF_OUTPUTS
from bp_tutor.formula.style import Binding
from bp_tutor.frozen import Frozen
from bp_tutor.output.code.libraries import PYTHON, CodeError
from bp_tutor.output.code.outline import safe
from bp_tutor.reader import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.explain.general import Ends
    from bp_tutor.formula import Speller
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Definition, Run, Trace

ONE_LAYER = ("forward", "backward")
"""Phases that run through the layers, where there are any."""
APART = ("gradient", "update")
"""Phases in which weights and biases are treated one after the other."""


def refuse_layers(problem: Problem) -> None:
    """Refuse, by name, what is no dense network.

    Raises:
        CodeError: says what.
    """
    network = problem.network
    if network is None:
        raise CodeError("code.loops.graph")
    for layer in network.layers:
        if layer.edges:
            raise CodeError("code.loops.edges")
        if not (layer.wired or layer.entrywise) or network.form != "vector":
            raise CodeError("code.loops.layer", layer=Key(f"layer_kind.{layer.called}"))


class Variable(Formula):
    """What a sum is added up in."""

    __slots__ = __match_args__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def shape(self) -> tuple[int, ...]:
        return ()

    def spelled(self, speller: Speller) -> tuple[str, int]:
        name = "total" if speller.style is PYTHON else "S"
        return name + (str(self.number) if self.number > 1 else ""), Binding.ATOM


class Loop(Frozen):
    """`for letter from first to last`, up or down."""

    letter: str
    first: Formula
    last: Formula
    body: tuple[Statement, ...]
    down: bool = False


class Assign(Frozen):
    """`target = formula`, or `target += formula`."""

    target: Formula
    formula: Formula
    rule: str = ""
    adds: bool = False


Statement = Loop | Assign


class Stage(Frozen):
    """One phase of the calculation."""

    phase: str
    body: tuple[Statement, ...]


def told(stage: Stage, problem: Problem) -> str:
    """The key by which a phase is headed: of a loss alone, nothing is said of layers."""
    alone = problem.network is not None and problem.network.alone
    return f"{stage.phase}_alone" if alone and stage.phase in ONE_LAYER else stage.phase


def stages_of(trace: Trace, ends: Ends) -> tuple[Stage, ...]:
    """The statements of one update.

    Raises:
        CodeError: something in the problem has no loops here; says what.
    """
    run = trace.runs[0]
    lines = [line for line in run.program.lines if line.is_written]
    lines += [line for line in run.program.lines if line.inlined and line.phase == "update"]
    found: list[Stage] = []
    for phase, group in groupby(lines, lambda line: line.phase):
        body: list[Statement] = []
        for block in _blocks(list(group), run, ends, apart=phase in APART):
            body += _statements(block, ends)
        found.append(Stage(phase, tuple(body)))
    return tuple(found)


class _Block(Frozen):
    """Lines that hold for some layers, one after the other."""

    layers: tuple[int, ...]
    """Empty for what belongs to no layer."""
    lines: tuple[GeneralLine, ...]

    def follows(self, other: _Block) -> bool:
        """Whether it is the same as another one, a layer further up or down."""
        if not self.layers or not other.layers or len(self.lines) != len(other.lines):
            return False
        step = self.layers[0] - other.layers[-1]
        steps = {step, *(b - a for a, b in zip(other.layers, other.layers[1:], strict=False))}
        return len(steps) == 1 and abs(step) == 1 and all(map(_alike, self.lines, other.lines))


def _alike(one: GeneralLine, other: GeneralLine) -> bool:
    return (one.target, one.formula, one.free) == (other.target, other.formula, other.free)


def _blocks(lines: list[Definition], run: Run, ends: Ends, *, apart: bool) -> list[_Block]:
    """The lines by layers; layers that are alike are one block."""
    if apart:
        symbols = list(dict.fromkeys(line.quantity.symbol for line in lines))
        lines = sorted(lines, key=lambda line: symbols.index(line.quantity.symbol))

    def key(line: Definition) -> tuple[str, int]:
        quantity = line.quantity
        layered = quantity.place and quantity.role not in OF_OUTPUTS
        return (quantity.symbol if apart else ""), quantity.place[0] if layered else 0

    found: list[_Block] = []
    for (_, layer), group in groupby(lines, key):
        made = tuple(_general(line, run, ends) for line in group)
        block = _Block((layer,) if layer else (), made)
        if found and block.follows(found[-1]):
            found[-1] = found[-1]._replace(layers=(*found[-1].layers, layer))
        else:
            found.append(block)
    return found


def _general(line: Definition, run: Run, ends: Ends) -> GeneralLine:
    found = general_line(line._replace(formula=safe(line, (run,))), ends)
    if isinstance(found.target, Ref):
        raise CodeError("code.no_loops", rule=Key(f"rule.{line.rule}.short"))
    return found


def _statements(block: _Block, ends: Ends) -> Iterator[Statement]:
    """The loops of a block."""
    depth = len(ends.units)
    if len(block.layers) > 1:
        first, last = block.layers[0], block.layers[-1]
        down = last < first
        low, high = Number(min(first, last)), _top(max(first, last), depth)
        start, end = (high, low) if down else (low, high)
        yield Loop("i", start, end, tuple(_nests(block.lines)), down)
        return
    yield from _nests(block.lines, block.layers[0] if block.layers else 0, depth)


def _top(number: int, depth: int) -> Formula:
    return At(Place("n", number - depth)) if number >= depth - 1 else Number(number)


def _nests(lines: Iterable[GeneralLine], layer: int = 0, depth: int = 0) -> Iterator[Statement]:
    """The loops over units and samples; lines that run over the same share them."""
    waiting: list[GeneralLine] = []
    for line in lines:
        one = _in_layer(line, layer, depth) if layer else line
        if waiting and (one.free != waiting[-1].free or _looks_aside(one, waiting)):
            yield from _nest(waiting)
            waiting = []
        waiting.append(one)
    if waiting:
        yield from _nest(waiting)


def _in_layer(line: GeneralLine, layer: int, depth: int) -> GeneralLine:
    """The line with the number of its layer; n for the output layer."""

    def put(_: str, place: Place) -> Place:
        if place.letter != "i":
            return place
        number = layer + place.offset
        return Place("n", number - depth) if number >= depth - 1 else Place("", number)

    def lettered(formula: Formula) -> Formula:
        return with_places(formula, put, ("layer",))

    free = tuple((name, lettered(first), lettered(last)) for name, first, last in line.free)
    return line._replace(target=lettered(line.target), formula=lettered(line.formula), free=free)


def _looks_aside(line: GeneralLine, before: Iterable[GeneralLine]) -> bool:
    """Whether a line needs entries of lines before it that are not there yet."""
    found = (each.target for each in before)
    targets = {each.like.head: each for each in found if isinstance(each, Indexed)}
    return any(
        isinstance(node, Indexed)
        and node.like.head in targets
        and node.layer == targets[node.like.head].layer
        and node != targets[node.like.head]
        for node in walk(line.formula)
    )


def _nest(lines: list[GeneralLine]) -> tuple[Statement, ...]:
    body: tuple[Statement, ...] = tuple(each for line in lines for each in _added_up(line))
    for letter, first, last in reversed(lines[0].free):
        body = (Loop(letter, first, last, body),)
    return body


def _added_up(line: GeneralLine) -> Iterator[Statement]:
    """One line as statements: every sum is added up term by term."""
    numbers = count(1)
    formula = replace(line.formula, _as_body)
    terms = formula.terms if isinstance(formula, Add) else (formula,)
    sums = [term for term in terms if isinstance(term, Total)]
    rest = [term for term in terms if not isinstance(term, Total)]
    if not sums:
        yield from _assigned(line.target, formula, numbers, line.rule)
        return
    start: Formula = Number(0)
    if rest:
        start = Add(tuple(rest)) if len(rest) > 1 else rest[0]
    yield from _assigned(line.target, start, numbers, line.rule)
    for each in sums:
        yield from _loops(line.target, each, numbers)


def _as_body(node: Formula) -> Formula | None:
    if isinstance(node, Call) and node.function.as_body:
        return replace(node.expanded(), _as_body)
    return None


def _loops(target: Formula, total: Total, numbers: Iterator[int]) -> Iterator[Statement]:
    """A sum added to a target."""
    assert isinstance(total.index, At)
    assert total.first is not None
    assert total.last is not None
    if isinstance(total.body, Total):
        body = tuple(_loops(target, total.body, numbers))
    else:
        body = tuple(_assigned(target, total.body, numbers, adds=True))
    yield Loop(total.index.of.letter, total.first, total.last, body)


def _assigned(
    target: Formula, formula: Formula, numbers: Iterator[int], rule: str = "", *, adds: bool = False
) -> Iterator[Statement]:
    """An assignment, the sums inside its formula added up before it."""
    before: list[Statement] = []

    def hoist(node: Formula) -> Formula | None:
        if not isinstance(node, Total):
            return None
        total = Variable(next(numbers))
        before.append(Assign(total, Number(0)))
        before.extend(_loops(total, node, numbers))
        return total

    found = replace(formula, hoist)
    yield from before
    yield Assign(target, found, rule, adds)


def carried(run: Run) -> dict[Quantity, Quantity]:
    """New values that may not simply take the place of the old ones: these are read later.

    From each such new value to the old one.
    """
    found: dict[Quantity, Quantity] = {}
    lines = list(run.program.lines)
    for old, new in run.program.next_values:
        place = next((at for at, line in enumerate(lines) if line.quantity == new), None)
        if place is None:
            continue
        later = (node for line in lines[place + 1 :] for node in walk(line.formula))
        if any(isinstance(node, Ref) and node.quantity == old for node in later):
            found[new] = old
    return found

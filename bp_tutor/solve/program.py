"""Everything that one update calculates, line after line; and on which samples it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, Formula, Quantity, Ref, walk
from bp_tutor.formula import replace as replace_nodes
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE
from bp_tutor.frozen import Frozen
from bp_tutor.solve.backward import derivatives
from bp_tutor.solve.graph_model import graph_model
from bp_tutor.solve.network_model import network_model
from bp_tutor.solve.update import corrected, update_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.catalogue import Definition, Model
    from bp_tutor.problem.model import Problem

    Lines = tuple[Definition, ...]
    Values = tuple[float, ...]


class Program(Frozen):
    """A model with its backward pass and its update, in an order that can be calculated."""

    model: Model
    lines: tuple[Definition, ...]
    next_values: tuple[tuple[Quantity, Quantity], ...]
    """Each trained quantity with the one that takes its place after the update."""
    users: dict[Quantity, tuple[Definition, ...]]
    """Which lines use each quantity, of those that lead to the loss."""
    defined: dict[Quantity, Definition]
    """The line that defines each quantity."""

    def line(self, quantity: Quantity) -> Definition | None:
        """The line that defines a quantity."""
        return self.defined.get(quantity)


def model_of(problem: Problem, rows: tuple[int, ...] = (0,)) -> Model:
    """The problem as formulas, for the samples `rows` of a network (counted from 0)."""
    return graph_model(problem) if problem.graph is not None else network_model(problem, rows)


def program_of(problem: Problem, rows: tuple[int, ...] = (0,)) -> Program:
    """The lines of one update on the samples `rows`: forward, loss, backward, update."""
    model = model_of(problem, rows)
    backward = derivatives(model)
    forward = model.definitions
    if model.stated:
        forward, backward = _beside_stated(model, backward)
    have = {line.quantity for line in backward} | model.given.keys()
    trained = tuple(quantity for quantity in model.trained if quantity.as_kind(DERIVATIVE) in have)
    lines = (*forward, *backward)
    # From a loss that is worked out, a weight without a gradient does not move it at all; from
    # what is given, nobody knows how far.
    measured = model.trained if model.stated or model.loss is None else trained
    if model.errors:
        trained = tuple(each for each in model.trained if corrected(model, each) is not None)
    trained = _changed(model, lines, trained) or trained
    next_values: tuple[tuple[Quantity, Quantity], ...] = ()
    if model.rate is not None and trained:
        update = update_of(problem, model, trained, measured)
        lines = (*_taken_at(update.ahead, lines), *update.lines)
        next_values = (*update.next_values, *_kept(model))
        worked_out = {line.quantity for line in update.lines}
        given = {**model.given, **update.given}
        model = model._replace(given={q: given[q] for q in given if q not in worked_out})
    if problem.conventions.update_order == "sequential":
        lines = _sequential(lines, set(trained))
    users: dict[Quantity, tuple[Definition, ...]] = {}
    leading = set(model.seeds)
    for line in reversed(model.definitions):
        if line.quantity in leading:
            for quantity in dict.fromkeys(used(line.formula)):
                users[quantity] = (line, *users.get(quantity, ()))
                leading.add(quantity)
    defined = {line.quantity: line for line in lines}
    return Program(model, lines, next_values, users, defined)


def _kept(model: Model) -> tuple[tuple[Quantity, Quantity], ...]:
    """What a layer keeps from update to update, each with what takes its place."""
    new = (line.quantity for line in model.definitions if line.quantity.kind == UPDATED)
    return tuple((quantity.as_kind(VALUE), quantity) for quantity in new)


def _beside_stated(model: Model, backward: Lines) -> tuple[Lines, Lines]:
    """Forward and backward lines where values are given that a formula defines.

    What is given is not calculated, nor is what led to it alone; and what needs a number that the
    file leaves out is not asked.
    """
    known = {quantity for quantity, numbers in model.given.items() if numbers is not None}
    kept = []
    for line in (*model.definitions, *backward):
        if line.quantity not in known and known.issuperset(used(line.formula)):
            known.add(line.quantity)
            kept.append(line)
    goals = {line.quantity for line in kept if line.phase != "forward"} | set(model.outputs)
    needed = []
    for line in reversed(kept):
        if line.quantity in goals:
            needed.append(line)
            goals.update(used(line.formula))
    found = needed[::-1]
    back = tuple(line for line in found if line.quantity.kind)
    return tuple(line for line in found if not line.quantity.kind), back


def _changed(model: Model, lines: Lines, trained: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """The quantities whose new value is a number, where the file leaves numbers out."""
    if all(numbers is not None for q, numbers in model.given.items() if q != model.rate):
        return trained
    known = {quantity for quantity, numbers in model.given.items() if numbers is not None}
    known.update(line.quantity for line in lines if known.issuperset(used(line.formula)))
    return tuple(q for q in trained if q in known and q.as_kind(DERIVATIVE) in known)


def batches(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """The batches of one epoch, in turn: sample numbers counted from 0."""
    network = problem.network
    if network is None:
        return ((0,),)
    count = network.sample_count
    size = network.batch or count
    return tuple(tuple(range(start, min(start + size, count))) for start in range(0, count, size))


def rate_at(problem: Problem, update: int) -> float | None:
    """The learning rate of an update (counted from 1); the last of a list stays."""
    rate = _rate(problem)
    return _at(rate, update) if isinstance(rate, tuple) else rate


def numbers_at(problem: Problem, program: Program, update: int) -> dict[Quantity, Values]:
    """What is given for an update (counted from 1) and may be another number for the next."""
    found: dict[Quantity, Values] = {}
    rate = rate_at(problem, update)
    if program.model.rate in program.model.given and rate is not None:
        assert program.model.rate is not None
        found[program.model.rate] = (rate,)
    for name, numbers in problem.graph.changing if problem.graph is not None else ():
        found[Quantity(name).as_kind(DERIVATIVE)] = (_at(numbers, update),)
    return found


def numbers_stay(problem: Problem, first: int, last: int) -> int:
    """The latest update up to `last` until which such numbers of update `first` stay."""
    rate = _rate(problem)
    lists = [rate] if isinstance(rate, tuple) else []
    lists += [each for _, each in problem.graph.changing] if problem.graph is not None else []
    for update in range(first, min(last, max(map(len, lists), default=0))):
        if any(_at(each, update + 1) != _at(each, first) for each in lists):
            return update
    return last


def _at(numbers: tuple[float, ...], update: int) -> float:
    return numbers[min(update, len(numbers)) - 1]


def _rate(problem: Problem) -> float | tuple[float, ...] | None:
    part = problem.graph or problem.network
    assert part is not None
    return part.learning_rate


def names_in(problem: Problem) -> tuple[Quantity, ...]:
    """Everything in the first update that has a name, as in its `Run`."""
    program = program_of(problem, batches(problem)[0])
    lines = (*program.lines, *program.model.asides)
    return tuple(dict.fromkeys((*program.model.given, *(line.quantity for line in lines))))


def _taken_at(points: tuple[Definition, ...], lines: tuple[Definition, ...]) -> Lines:
    """The lines with each weight replaced by the point ahead of it, in a fitting order."""
    if not points:
        return lines
    of = {point.quantity.as_kind(VALUE): Ref(point.quantity) for point in points}

    def there(node: Formula) -> Formula | None:
        return of.get(node.quantity) if isinstance(node, Ref) else None

    moved = (line._replace(formula=replace_nodes(line.formula, there)) for line in lines)
    return in_order([*moved, *points])


def _sequential(lines: tuple[Definition, ...], trained: set[Quantity]) -> tuple[Definition, ...]:
    """Deltas of earlier layers with weights that are already updated, in a fitting order."""

    def newer(node: Formula) -> Formula | None:
        if isinstance(node, Ref) and node.quantity in trained:
            return Ref(node.quantity.as_kind(UPDATED))
        return None

    return in_order(
        line._replace(formula=replace_nodes(line.formula, newer))
        if line.phase == "backward"
        else line
        for line in lines
    )


def in_order(lines: Iterable[Definition]) -> tuple[Definition, ...]:
    """The lines so that each stands behind those it uses, else in the order given."""
    given = list(lines)
    by_quantity = {line.quantity: line for line in given}
    placed: dict[Quantity, Definition] = {}

    def place(line: Definition) -> None:
        if line.quantity in placed:
            return
        for quantity in used(line.formula):
            if quantity in by_quantity:
                place(by_quantity[quantity])
        placed[line.quantity] = line

    for line in given:
        place(line)
    return tuple(placed.values())


def used(formula: Formula) -> list[Quantity]:
    """The quantities in a formula, in the order in which they stand there."""
    return [node.quantity for node in walk(formula) if isinstance(node, Ref | Entry)]

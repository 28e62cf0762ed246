"""What each printed figure is about: its name read as a formula over the calculation's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.identities import NamedNumber
from bp_tutor.formula import (
    Address,
    Entry,
    FormulaError,
    Neg,
    Number,
    Quantity,
    Role,
    parse,
    replace,
)
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE
from bp_tutor.formula.tokens import tokens_of
from bp_tutor.frozen import Frozen
from bp_tutor.notations import quotient
from bp_tutor.notations.suggest import Hint, hint
from bp_tutor.problem.printed import ROWS, size_in
from bp_tutor.quiz.figure import Printed, printed
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.solve.partial import PartialError
from bp_tutor.solve.program import batches, rate_at

if TYPE_CHECKING:
    from bp_tutor.authoring.published.calculation import Calculation, Moment
    from bp_tutor.formula import Formula
    from bp_tutor.formula.tokens import Token
    from bp_tutor.notations.names import Names
    from bp_tutor.problem import Problem
    from bp_tutor.problem.model import Published
    from bp_tutor.quiz.entry_graph import EntryGraph


class Meant(Frozen):
    """A figure with what it is about."""

    figure: Published
    place: int
    """Which of the file's figures it is, from 0."""
    printed: Printed
    moment: Moment
    formula: Formula | None = None
    """Over single entries; None where the calculation has no such number."""
    missing: str = ""
    """The key of what keeps it from having one."""
    choices: str = ""
    """The names of what it could be, where it can be several numbers."""
    named: NamedNumber | None = None
    """The number that it is, or is minus: an entry of the calculation, or one of its own."""
    sign: int = 1

    @property
    def address(self) -> Address | None:
        """The entry that it is, or is minus; for a number of its own, what stands for it."""
        return self.named.address if self.named is not None else None

    @property
    def identifier(self) -> str | None:
        """The canonical name of the entry that it is; None where it is none, or minus one."""
        if self.address is None or self.own or self.sign < 0:
            return None
        return self.address.identifier

    def value_in(self, calculation: Calculation, shift: int = 0) -> float | None:
        """The number that the figure ought to be, some updates later than it says."""
        update, over_all = self.moment
        return calculation.value(self.formula, (update + shift, over_all))

    @property
    def number(self) -> float:
        """What is printed, as the number of its address."""
        return self.sign * float(self.printed.number)

    @property
    def own(self) -> bool:
        """Whether it is no entry of the calculation."""
        return self.named is None or self.named.formula is not None


def moment_of(problem: Problem, figure: Published) -> Moment:
    """When a figure is met."""
    if figure.after is not None:
        return figure.after + 1, len(batches(problem)) > 1
    if figure.update is None:
        return 1, False
    return figure.update + 1 - problem.conventions.first_update, False


def all_meant(calculation: Calculation) -> tuple[Meant, ...]:
    """Every figure of the file with what it is about."""
    problem, found = calculation.problem, []
    own: dict[Moment, list[NamedNumber]] = {}
    for place, figure in enumerate(problem.published):
        moment = moment_of(problem, figure)
        context = calculation.context(moment)
        no_rate = rate_at(problem, 1) is None
        missing = "rate" if no_rate and moment[0] > 1 else "update"
        meant = Meant(figure, place, printed(figure.value), moment, None, missing)
        if context is not None:
            meant = _read(meant, calculation, context.graph)
            if no_rate and _needs_rate(meant, context.graph):
                meant = meant._replace(formula=None, missing="rate")
            if meant.formula is not None:
                meant = _identified(meant, calculation, own.setdefault(moment, []))
        found.append(meant)
    return tuple(found)


def _needs_rate(meant: Meant, graph: EntryGraph) -> bool:
    """Whether a figure is made in an update, or has the learning rate in it."""
    if meant.formula is None:
        read = graph.page.symbols.read(meant.figure.name) or meant.figure.name
        return read.startswith(STEP) or read.endswith(UPDATED) or read in ("eta", "η")
    rate = graph.run.program.model.rate
    return any(
        entry.quantity == rate
        or rate in graph.ancestors(entry.quantity)
        or entry.quantity.kind in (UPDATED, STEP)
        for entry in entries_of(meant.formula)
    )


def _identified(meant: Meant, calculation: Calculation, own: list[NamedNumber]) -> Meant:
    """The figure with the number that it is, whatever it is called.

    `own` are the numbers of figures at the same moment that are no entries of the calculation.
    """
    formula = meant.formula
    assert formula is not None
    bare = formula.arg if isinstance(formula, Neg) else formula
    if isinstance(bare, Entry):
        named = NamedNumber(Address(bare.quantity, bare.index), ())
        return meant._replace(named=named, sign=1 if bare is formula else -1)
    if calculation.large:
        return meant
    same = calculation.identities(meant.moment)
    found = same.named(formula, same.entries())
    if found is not None:
        one, sign = found
        entry = Entry(*one.address)
        formula = entry if sign > 0 else neg(entry)
        return meant._replace(formula=formula, named=one, sign=sign)
    if quotient(meant.figure.name) is not None:
        # As in the backward pass: from the error on, over the derivatives calculated there.
        formula = same.through(formula, same.entries(DERIVATIVE))
    found = same.named(formula, own)
    if found is None:
        numbers = same.at(formula)
        if numbers is None:
            return meant._replace(formula=formula)
        address = Address(Quantity("figure", (meant.place,)))
        found = NamedNumber(address, numbers, formula), 1
        own.append(found[0])
    return meant._replace(formula=formula, named=found[0], sign=found[1])


def _read(meant: Meant, calculation: Calculation, graph: EntryGraph) -> Meant:
    """The figure with its formula; of two that its name can mean, the one that it agrees with."""
    size = size_in(meant.figure.name)
    network = calculation.problem.network
    own = network.own_function if network is not None else ""
    try:
        readings = readings_of(meant.figure.name, graph, own) if size is None else ()
    except PartialError as error:
        return meant._replace(missing=str(error))
    if size is not None:
        in_columns = calculation.problem.conventions.layout == "columns"
        readings = _length(size, graph, columns=in_columns)
    if meant.figure.after is not None:
        readings = tuple(map(_without_marks, readings))
    found = [meant._replace(formula=formula, missing="") for formula in readings]
    for one in found:
        if one.printed.stands_for(one.value_in(calculation)):
            return one
    if found:
        return found[-1]
    if (graph.page.symbols.read(meant.figure.name) or "").startswith(STEP):
        return meant._replace(missing="step")
    choices = several(graph.names, meant.figure.name)
    return meant._replace(missing="samples" if choices else "name", choices=choices)


def several(names: Names, text: str) -> str:
    """The names of all that a name can mean; nothing where it means nothing at all."""
    for part in dict.fromkeys((text, *(token.text for token in _names_in(text)))):
        if len(pairs := names.quotient(part)) > 1:
            ratios = ("/".join(f"d{q.identifier(i)}" for q, i in pair) for pair in pairs)
            return Hint("which_entry", "", tuple(ratios)).listed
        if names.read(part) is not None:
            found = hint(names, part)
            if len(found.names) > 1:
                return found.listed
    return ""


def _names_in(text: str) -> list[Token]:
    try:
        return [token for token in tokens_of(text) if token.kind == "name"]
    except FormulaError:
        return []


def readings_of(name: str, graph: EntryGraph, own_function: str = "") -> tuple[Formula, ...]:
    """What a figure's name can stand for, over single entries; nothing where there is none.

    Raises:
        PartialError: it is a derivative that does not exist.
    """

    def read(which: int) -> Formula | None:
        def resolve(part: str) -> Formula | None:
            found = graph.read(part)
            if found is None:
                derivative = graph.derivative(part)
                return derivative.readings[which] if derivative is not None else None
            if isinstance(found, Quantity):
                if found.size > 1:
                    # Who writes E of several outputs means the whole error.
                    return (
                        resolve("L") if found.role is Role.OUTPUT_LOSS and not found.kind else None
                    )
                found = Address(found, (0,) * len(found.shape))
            return neg(Entry(*found)) if graph.is_negated(part) else Entry(*found)

        try:
            return resolve(name) or parse(name, resolve, implicit=True, own_function=own_function)
        except FormulaError:
            return None

    formulas = dict.fromkeys((read(0), read(-1)))
    return tuple(formula for formula in formulas if formula is not None)


def _length(size: tuple[str, str], graph: EntryGraph, *, columns: bool) -> tuple[Formula, ...]:
    """How many rows or columns an array has; nothing where the name is none of an array."""
    counted, name = size
    array = graph.read(name)
    if not isinstance(array, Quantity) or len(array.shape) < 2:
        return ()
    if counted[:-1] in array.axes:  # an image or a kernel, where rows are rows
        return (Number(array.shape[array.axes.index(counted[:-1])]),)
    return (Number(array.shape[-2 if (counted == ROWS) != columns else -1]),)


def _without_marks(formula: Formula) -> Formula:
    """After an update its new weights are the weights that hold."""

    def current(node: Formula) -> Formula | None:
        if isinstance(node, Entry) and node.quantity.kind == UPDATED:
            return Entry(node.quantity.as_kind(VALUE), node.index)
        return None

    return replace(formula, current)

"""What each figure is about, and its value in a calculation of any kind."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.figure import Printed, printed
from bp_tutor.formula import Entry, FormulaError, Number, Quantity, parse, replace
from bp_tutor.formula.build import neg
from bp_tutor.formula.quantity import STEP, UPDATED, VALUE
from bp_tutor.formula.tokens import tokens_of
from bp_tutor.frozen import Frozen
from bp_tutor.notations.suggest import Hint, hint
from bp_tutor.problem.sizes import ROWS, size_in
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.model import Context
from bp_tutor.quiz.moving import value_of
from bp_tutor.solve import NumberError, Trace
from bp_tutor.solve.batches import batches
from bp_tutor.solve.evaluate import SMALL, work
from bp_tutor.solve.moments import runs_at
from bp_tutor.solve.partial import PartialError
from bp_tutor.solve.solver import forward

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Page
    from bp_tutor.formula import Formula
    from bp_tutor.formula.tokens import Token
    from bp_tutor.notations.names import Names
    from bp_tutor.problem import Problem
    from bp_tutor.problem.model import Published
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.solve import Run

    Moment = tuple[int, bool]
    """The number of an update, from 1, and whether it is looked at over all samples."""


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

    @property
    def key(self) -> Key | None:
        """The entry that it is, unless it is a formula over some."""
        entry = self.formula
        return (entry.quantity, entry.index) if isinstance(entry, Entry) else None


class Calculation:
    """The runs of a problem at some updates, each done when it is first asked for."""

    def __init__(self, problem: Problem, moments: Iterable[Moment]) -> None:
        self.problem = problem
        self._moments = set(moments)
        self._runs: dict[int, Run | None] | None = None
        self._whole: dict[Moment, Run] = {}

    def run(self, moment: Moment) -> Run | None:
        """The run at a moment; None where the calculation does not reach it."""
        update, over_all = moment
        if self._runs is None or update not in self._runs:
            self._moments.add(moment)
            self._runs = self._calculated()
        run = self._runs.get(update)
        if run is None or not over_all:
            return run
        if moment not in self._whole:
            weights = {old: run.values[old] for old, _ in run.program.carried_on}
            self._whole[moment] = forward(self.problem, update - 1, weights)
        return self._whole[moment]

    @cached_property
    def large(self) -> bool:
        """Whether nobody would do it by hand."""
        moment = min(self._moments, default=(1, False))
        run = self.run(moment) if moment[0] > 0 else None
        return run is not None and sum(work(line.formula) for line in run.program.lines) > SMALL

    def _calculated(self) -> dict[int, Run | None]:
        found: dict[int, Run] = {}
        wanted = sorted({update for update, _ in self._moments if update > 0})
        try:
            found = runs_at(self.problem, wanted)
        except NumberError:
            # What comes before the one that cannot be reached still can.
            for update in wanted[:-1]:
                try:
                    found |= runs_at(self.problem, (update,))
                except NumberError:
                    break
        return {update: found.get(update) for update in wanted}

    def value(self, meant: Meant, shift: int = 0) -> float | None:
        """The number that a figure ought to be, some updates later than it says."""
        update, over_all = meant.moment
        run = self.run((update + shift, over_all)) if update + shift > 0 else None
        if run is None or meant.formula is None:
            return None
        try:
            return value_of(meant.formula, lambda key: run.value(*key))
        except (KeyError, IndexError):
            return None


def moment_of(problem: Problem, figure: Published) -> Moment:
    """When a figure is met."""
    if figure.after is not None:
        return figure.after + 1, len(batches(problem)) > 1
    if figure.update is None:
        return 1, False
    return figure.update + 1 - problem.conventions.first_update, False


def all_meant(problem: Problem, calculation: Calculation, page: Page) -> tuple[Meant, ...]:
    """Every figure of the file with what it is about."""
    found = []
    for place, figure in enumerate(problem.published):
        moment = moment_of(problem, figure)
        run = calculation.run(moment) if moment[0] > 0 else None
        meant = Meant(figure, place, printed(figure.value), moment, None, "update")
        if run is not None:
            meant = _read(meant, calculation, book_of(context_at(problem, run, page)))
        found.append(meant)
    return tuple(found)


def _read(meant: Meant, calculation: Calculation, book: Book) -> Meant:
    """The figure with its formula; of two that its name can mean, the one that it agrees with."""
    size = size_in(meant.figure.name)
    network = calculation.problem.network
    own = network.own_function if network is not None else ""
    try:
        readings = readings_of(meant.figure.name, book, own) if size is None else ()
    except PartialError as error:
        return meant._replace(missing=str(error))
    if size is not None:
        in_columns = calculation.problem.conventions.layout == "columns"
        readings = _length(size, book, columns=in_columns)
    if meant.figure.after is not None:
        readings = tuple(map(_without_marks, readings))
    found = [meant._replace(formula=formula, missing="") for formula in readings]
    for one in found:
        if one.printed.stands_for(calculation.value(one)):
            return one
    if found:
        return found[-1]
    if (book.page.symbols.read(meant.figure.name) or "").startswith(STEP):
        return meant._replace(missing="step")
    choices = several(book.names, meant.figure.name)
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


def context_at(problem: Problem, run: Run, page: Page) -> Context:
    """What marking needs around one run."""
    return Context(problem, Trace(problem, ()), run, page.symbols, page, page.words)


def readings_of(name: str, book: Book, own_function: str = "") -> tuple[Formula, ...]:
    """What a figure's name can stand for, over single entries; nothing where there is none.

    Raises:
        PartialError: it is a derivative that does not exist.
    """

    def read(which: int) -> Formula | None:
        def resolve(part: str) -> Formula | None:
            found = book.read(part)
            if found is None:
                derivative = book.derivative(part)
                return derivative.readings[which] if derivative is not None else None
            if isinstance(found, Quantity):
                if found.size > 1:
                    # Who writes E of several outputs means the whole error.
                    return resolve("L") if found.symbol == "E" and not found.kind else None
                found = found, (0,) * len(found.shape)
            return neg(Entry(*found)) if book.turned(part) else Entry(*found)

        try:
            return resolve(name) or parse(name, resolve, implicit=True, own_function=own_function)
        except FormulaError:
            return None

    formulas = dict.fromkeys((read(0), read(-1)))
    return tuple(formula for formula in formulas if formula is not None)


def _length(size: tuple[str, str], book: Book, *, columns: bool) -> tuple[Formula, ...]:
    """How many rows or columns an array has; nothing where the name is none of an array."""
    counted, name = size
    array = book.read(name)
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

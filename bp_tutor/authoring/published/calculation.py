"""What each figure is about, and its value in a calculation of any kind."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.figure import Printed, printed
from bp_tutor.authoring.published.same import Known, same_in
from bp_tutor.formula import Entry, FormulaError, Neg, Number, Quantity, parse, replace
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE
from bp_tutor.formula.tokens import tokens_of
from bp_tutor.frozen import Frozen
from bp_tutor.notations import quotient
from bp_tutor.notations.suggest import Hint, hint
from bp_tutor.problem.printed import ROWS, size_in
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.model import Context
from bp_tutor.quiz.moving import leaves_of, value_of
from bp_tutor.solve import NumberError, Trace
from bp_tutor.solve.evaluate import SMALL, work
from bp_tutor.solve.partial import PartialError
from bp_tutor.solve.program import batches, rate_at
from bp_tutor.solve.rounding import rounder
from bp_tutor.solve.selected_updates import runs_at
from bp_tutor.solve.solver import forward, run_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Formula
    from bp_tutor.formula.tokens import Token
    from bp_tutor.notations.names import Names
    from bp_tutor.problem import Problem
    from bp_tutor.problem.model import Published
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.solve import Run
    from bp_tutor.solve.program import Program
    from bp_tutor.solve.trace import Values

    Programs = dict[tuple[int, ...], Program]
    Moment = tuple[int, bool]
    """The number of an update, from 1, and whether it is looked at over all samples."""


MANY = 20
"""Beyond so many updates it pays to look first whether another calculation has made them."""


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
    named: Known | None = None
    """The number that it is, or is minus: an entry of the calculation, or one of its own."""
    sign: int = 1

    @property
    def key(self) -> Key | None:
        """The entry that it is, or is minus; for a number of its own, what stands for it."""
        return self.named.key if self.named is not None else None

    @property
    def identifier(self) -> str | None:
        """The canonical name of the entry that it is; None where it is none, or minus one."""
        if self.key is None or self.own or self.sign < 0:
            return None
        return self.key[0].identifier(self.key[1])

    @property
    def number(self) -> float:
        """What is printed, as the number of its key."""
        return self.sign * float(self.printed.number)

    @property
    def own(self) -> bool:
        """Whether it is no entry of the calculation."""
        return self.named is None or self.named.formula is not None


class Calculation:
    """The runs of a problem at some updates, each done when it is first asked for.

    `programs` are those of its batches, which calculations share that differ in rounding alone.
    Where `like` is given and the first updates make the same weights, so do the later ones, and
    they are taken from there.
    """

    def __init__(
        self,
        problem: Problem,
        moments: Iterable[Moment],
        programs: Programs | None = None,
        like: Calculation | None = None,
    ) -> None:
        self.problem, self.like = problem, like
        self.programs: Programs = {} if programs is None else programs
        self._moments = set(moments)
        self._runs: dict[int, Run | None] = {}
        self._whole: dict[Moment, Run] = {}

    def run(self, moment: Moment) -> Run | None:
        """The run at a moment; None where the calculation does not reach it."""
        update, over_all = moment
        if update not in self._runs:
            self._moments.add(moment)
            wanted = {update for update, _ in self._moments if update > 0}
            self._runs |= self._calculated(sorted(wanted - self._runs.keys()))
        run = self._runs.get(update)
        if run is None or not over_all:
            return run
        if moment not in self._whole:
            self._whole[moment] = forward(self.problem, update - 1, _weights(run))
        return self._whole[moment]

    @cached_property
    def large(self) -> bool:
        """Whether nobody would do it by hand."""
        moment = min(self._moments, default=(1, False))
        run = self.run(moment) if moment[0] > 0 else None
        return run is not None and sum(work(line.formula) for line in run.program.lines) > SMALL

    def _calculated(self, wanted: list[int]) -> dict[int, Run | None]:
        if self.like is not None and wanted and wanted[-1] > MANY and self._moves_like(self.like):
            return {update: self._from(self.like, update) for update in wanted}
        found: dict[int, Run] = {}
        try:
            found = runs_at(self.problem, wanted, self.programs)
        except NumberError:
            # What comes before the one that cannot be reached still can.
            for update in wanted[:-1]:
                try:
                    found |= runs_at(self.problem, (update,), self.programs)
                except NumberError:
                    break
        return {update: found.get(update) for update in wanted}

    def _moves_like(self, other: Calculation) -> bool:
        """Whether the first updates make the same weights, so that all do."""
        if batches(self.problem) != batches(other.problem):
            return False
        first = tuple(range(1, 2 + len(batches(self.problem))))
        try:
            runs = runs_at(self.problem, first, self.programs)
        except NumberError:
            return False
        there = [other.run((update, False)) for update in first]
        return len(runs) == len(first) and all(
            run is not None and _weights(run) == _weights(runs[update])
            for update, run in zip(first, there, strict=True)
        )

    def _from(self, other: Calculation, update: int) -> Run | None:
        """A run from the weights that another calculation has there."""
        run = other.run((update, False))
        if run is None:
            return None
        program, by_hand = self.programs[run.rows], rounder(self.problem.rounding)
        try:
            return run_of(program, self.problem, update, run.rows, _weights(run), by_hand)
        except NumberError:
            return None

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


def _weights(run: Run) -> dict[Quantity, Values]:
    """What a run started from, of all that updates change."""
    return {old: run.values[old] for old, _ in run.program.carried_on}


def moment_of(problem: Problem, figure: Published) -> Moment:
    """When a figure is met."""
    if figure.after is not None:
        return figure.after + 1, len(batches(problem)) > 1
    if figure.update is None:
        return 1, False
    return figure.update + 1 - problem.conventions.first_update, False


def all_meant(problem: Problem, calculation: Calculation, page: Presentation) -> tuple[Meant, ...]:
    """Every figure of the file with what it is about."""
    found = []
    own: dict[Moment, list[Known]] = {}
    for place, figure in enumerate(problem.published):
        moment = moment_of(problem, figure)
        run = calculation.run(moment) if moment[0] > 0 else None
        no_rate = rate_at(problem, 1) is None
        missing = "rate" if no_rate and moment[0] > 1 else "update"
        meant = Meant(figure, place, printed(figure.value), moment, None, missing)
        if run is not None:
            book = book_of(context_at(problem, run, page))
            meant = _read(meant, calculation, book)
            if no_rate and _needs_rate(meant, book):
                meant = meant._replace(formula=None, missing="rate")
            if meant.formula is not None:
                meant = _identified(meant, calculation, book, own.setdefault(moment, []))
        found.append(meant)
    return tuple(found)


def _needs_rate(meant: Meant, book: Book) -> bool:
    """Whether a figure is made in an update, or has the learning rate in it."""
    if meant.formula is None:
        read = book.page.symbols.read(meant.figure.name) or meant.figure.name
        return read.startswith(STEP) or read.endswith(UPDATED) or read in ("eta", "η")
    rate = book.run.program.model.rate
    return any(
        key[0] == rate or rate in book.above(key[0]) or key[0].kind in (UPDATED, STEP)
        for key in leaves_of(meant.formula)
    )


def _identified(meant: Meant, calculation: Calculation, book: Book, own: list[Known]) -> Meant:
    """The figure with the number that it is, whatever it is called.

    `own` are the numbers of figures at the same moment that are no entries of the calculation.
    """
    formula = meant.formula
    assert formula is not None
    bare = formula.arg if isinstance(formula, Neg) else formula
    if isinstance(bare, Entry):
        key = (bare.quantity, bare.index)
        return meant._replace(named=Known(key, ()), sign=1 if bare is formula else -1)
    if calculation.large:
        return meant
    same = same_in(book)
    found = same.named(formula, same.entries())
    if found is not None:
        one, sign = found
        entry = Entry(*one.key)
        formula = entry if sign > 0 else neg(entry)
        return meant._replace(formula=formula, named=one, sign=sign)
    if quotient(meant.figure.name) is not None:
        # As the way back goes: from the error on, over the derivatives that are worked out there.
        formula = same.through(formula, same.entries(DERIVATIVE))
    found = same.named(formula, own)
    if found is None:
        numbers = same.at(formula)
        if numbers is None:
            return meant._replace(formula=formula)
        found = Known((Quantity("figure", (meant.place,)), ()), numbers, formula), 1
        own.append(found[0])
    return meant._replace(formula=formula, named=found[0], sign=found[1])


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


def context_at(problem: Problem, run: Run, page: Presentation) -> Context:
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

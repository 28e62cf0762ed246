"""The symbolic record: every quantity as a SymPy expression.

First in terms of the quantities before it, as the derivation goes; then, where that stays
readable, with everything put in down to inputs, weights and targets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bp_tutor.explain.blocks import FIRST_LINES, MOST_LINES
from bp_tutor.explain.sections import heading
from bp_tutor.explain.view import layer_of
from bp_tutor.formula import Entry, Ref, as_shown, spell, walk
from bp_tutor.formula.breaking import GAP, PRODUCT, SUM, rows_of
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.parted import DEEPER, Parted
from bp_tutor.formula.symbolic import SymbolicError, expression, symbol, written
from bp_tutor.output.wrapping import wrapped
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.explain import Presentation, View
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.formula.symbolic import Expression
    from bp_tutor.output.wrapping import Row
    from bp_tutor.solve import Run, Step

    Index = tuple[int, ...]
    Line = tuple[Quantity, Index, Formula]

LONGEST = 2000
"""Characters up to which one expression is written out."""
MOST_TRAINED = 12
"""Weights and biases up to which everything is expanded without being asked for."""
SAID_AGAIN = ("forward", "loss", "gradient")
"""Phases that are expanded where nothing special is asked for."""
MARGIN = 4


def symbolic_rows(page: Presentation, run: Run, view: View, width: int = 80) -> Iterator[Row]:
    """The rows of `bp-tutor solve PROBLEM --symbolic`."""
    shown = [step for step in run.steps if view.shows(step) and _indices(step, view)]
    if not shown:
        return
    yield ((page.words.text("section.symbolic"), "title"),)
    section = None
    for step in shown:
        key = _section(step)
        if key != section:
            yield ()
            yield from wrapped(page.say(heading(page.settings, *key)), "heading", 2, width)
            section = key
        yield from _step_rows(page, step, view, width)
    yield ()
    yield ((page.words.text("section.expanded"), "title"),)
    yield from _expanded_rows(page, run, view, shown, width)


def _section(step: Step) -> tuple[str, int]:
    phase = step.line.phase
    return phase, 0 if phase in ("update", "loss") else layer_of(step.quantity)


def _step_rows(page: Presentation, step: Step, view: View, width: int) -> Iterator[Row]:
    quantity = step.quantity
    indices = _indices(step, view)
    few = page.settings.whole or view.entries or len(indices) <= MOST_LINES
    kept = indices if few else indices[:FIRST_LINES]
    for index in kept:
        formula = step.entry(index)
        yield from _line_rows(page, quantity, index, _text(page, formula), width)
    if len(kept) < len(indices):
        count = len(indices) - len(kept)
        text = page.words.text("elided.entries", count=count, option="--all")
        yield from wrapped(text, "note", MARGIN, width)


def _indices(step: Step, view: View) -> list[Index]:
    return [index for index in step.quantity.indices() if view.wants(step.quantity, index)]


def _text(page: Presentation, formula: Formula) -> str | None:
    """What stands behind the equals sign; None where it has no expression."""
    if isinstance(formula, Entry):
        return page.name(formula.quantity, formula.index)
    try:
        return written(expression(formula, lambda q, index: symbol(_name(page, q, index))))
    except SymbolicError:
        return None


def _name(page: Presentation, quantity: Quantity, index: Index) -> str:
    """A name that holds together inside a product: `(∂L/∂w₅)`."""
    name = page.name(quantity, index)
    return f"({name})" if "/" in name or " " in name else name


def _line_rows(
    page: Presentation, quantity: Quantity, index: Index, text: str | None, width: int
) -> Iterator[Row]:
    name = page.name(quantity, index)
    if text is None:
        yield from wrapped(page.words.text("symbolic.none", name=name), "note", MARGIN, width)
        return
    if len(text) > LONGEST and not page.settings.whole:
        said = page.words.text("symbolic.long", name=name, count=len(text), option="--all")
        yield from wrapped(said, "note", MARGIN, width)
        return
    start = MARGIN + cells(name) + 3
    for position, piece in enumerate(rows_of(_parted(text), width - start, cells)):
        head = f"{name} = " if position == 0 else " " * (start - MARGIN)
        yield ((" " * MARGIN, ""), (head, "name"), (piece, "formula"))


def _parted(text: str) -> Parted:
    """An expression of SymPy with the places at which it may be parted over rows."""
    breaks = []
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if text.startswith((" + ", " - "), place):
            breaks.append((place, SUM + depth * DEEPER))
        elif sign == "*" and place > 1 and "**" not in text[place - 1 : place + 2]:
            breaks.append((place + 1, PRODUCT + depth * DEEPER))
        elif sign == " " and text[place - 2 : place] not in (" +", " -"):
            breaks.append((place, GAP + depth * DEEPER))
    return Parted(text, breaks)


def _expanded_rows(
    page: Presentation, run: Run, view: View, shown: list[Step], width: int
) -> Iterator[Row]:
    expansion = _Expansion(page, {step.quantity: step.formula for step in run.steps})
    trained = sum(quantity.size for quantity in run.program.model.trained)
    if trained > MOST_TRAINED and not (page.settings.whole or view.entries):
        firsts = ((step.quantity, (0,) * len(step.quantity.shape)) for step in shown)
        longest = max((expansion.length(*first) for first in firsts), default=0)
        text = page.words.text(
            "symbolic.not_expanded", trained=trained, longest=longest, option="--entry"
        )
        yield from wrapped(text, "note", MARGIN, width)
        return
    steps = [step for step in shown if not view.everything or step.line.phase in SAID_AGAIN]
    found = False
    for quantity, index, formula in _lines(steps, view):
        if not expansion.says_more(formula):
            continue
        found = True
        length = expansion.length(quantity, index)
        if length > 2 * LONGEST:
            name = page.name(quantity, index)
            said = page.words.text("symbolic.too_long", name=name, count=length)
            yield from wrapped(said, "note", MARGIN, width)
            continue
        yield from _line_rows(page, quantity, index, expansion.text(quantity, index), width)
    if not found:
        yield from wrapped(page.words.text("symbolic.nothing_more"), "note", MARGIN, width)


def _lines(steps: Iterable[Step], view: View) -> Iterator[Line]:
    for step in steps:
        for index in _indices(step, view):
            yield step.quantity, index, step.entry(index)


@dataclass(slots=True)
class _Expansion:
    """Entries with everything put in that is itself calculated; each is worked out once."""

    page: Presentation
    formulas: dict[Quantity, Formula]
    lengths: dict[tuple[Quantity, Index], int] = field(default_factory=dict)
    found: dict[tuple[Quantity, Index], Expression] = field(default_factory=dict)

    def says_more(self, formula: Formula) -> bool:
        """Whether there is anything to put in."""
        return any(quantity in self.formulas for quantity, _ in _leaves(formula))

    def length(self, quantity: Quantity, index: Index) -> int:
        """About how many characters the expanded expression takes."""
        key = quantity, index
        if key not in self.lengths:
            name = len(self.page.name(quantity, index))
            if quantity not in self.formulas:
                self.lengths[key] = name
            else:
                formula = entry_of(self.formulas[quantity], index)
                self.lengths[key] = len(spell(formula, self.page)) + sum(
                    self.length(*leaf) - len(self.page.name(*leaf)) + 2
                    for leaf in _leaves(formula)
                    if leaf[0] in self.formulas
                )
        return self.lengths[key]

    def text(self, quantity: Quantity, index: Index) -> str | None:
        """The expanded expression as text; None where there is none."""
        try:
            return written(self._expression(quantity, index))
        except SymbolicError:
            return None

    def _expression(self, quantity: Quantity, index: Index) -> Expression:
        if quantity not in self.formulas:
            return symbol(_name(self.page, quantity, index))
        key = quantity, index
        if key not in self.found:
            formula = entry_of(self.formulas[quantity], index)
            self.found[key] = expression(formula, self._expression)
        return self.found[key]


def _leaves(formula: Formula) -> list[tuple[Quantity, Index]]:
    return [
        (node.quantity, node.index if isinstance(node, Entry) else ())
        for node in walk(as_shown(formula))
        if isinstance(node, Entry | Ref)
    ]

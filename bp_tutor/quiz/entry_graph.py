"""One update entry by entry: the formula of each, and what it is calculated from.

The entries of a run are the nodes of a graph, and their formulas say which others each is
calculated from. Marking, diagnosis and the checks of printed figures all ask this graph, and
what it has worked out is kept for every student.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.formula import (
    Call,
    Entry,
    FormulaError,
    PartialDerivative,
    Ref,
    as_shown,
    walk,
    worked_out,
)
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.pieces import has_kink, replaced
from bp_tutor.formula.quantity import UPDATED, VALUE, Address, Role
from bp_tutor.formula.tokens import tokens_of
from bp_tutor.notations import quotient
from bp_tutor.notations.customary import customary
from bp_tutor.notations.names import Names
from bp_tutor.quiz.entry_line import EntryLine
from bp_tutor.quiz.equal_forms import by_chain_rule
from bp_tutor.quiz.kept import Remembered, once_each
from bp_tutor.quiz.points import Points, are_close
from bp_tutor.quiz.roles import Roles
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.quiz.typed import normalised
from bp_tutor.solve import Definition, Step, used
from bp_tutor.solve.partial import partial, with_partial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.quiz.points import Point
    from bp_tutor.solve import Run
    from bp_tutor.solve.partial import Partial

MOST_PRINTED = 10_000
"""So many numbers of students are kept as the page prints them."""
KEPT_BIAS = "kept"
"""The rule by which a bias that is never updated has its new value."""
SAME = 1e-6
"""Two forms of a line give one number, up to what floats lose between them."""
SAME_ON_PAPER = 0.05
"""Or up to the rounding of every number."""


class EntryGraph:
    """What a run says about each entry; `before` is the graph of the update before."""

    def __init__(self, run: Run, page: Presentation, before: EntryGraph | None = None) -> None:
        self.run, self.page, self.before = run.with_asides(), page, before
        self.steps = {step.quantity: step for step in self.run.steps}
        self.inherited = dict(run.program.next_values) if run.update > 1 else {}
        """What is given here, with the quantity of the update before that it was there."""
        self._printed = Remembered[tuple[Address, float], float](MOST_PRINTED)
        self._told_apart: set[Address] = set()
        self._order: dict[Quantity, int] = {}
        self.ratios: dict[str, Step] = {}
        """Derivatives of one value by another that somebody asked for, by their names."""

    @cached_property
    def seen_as(self) -> Roles:
        """A quantity with the role that it plays, also where a file does not say it."""
        return Roles(self.run.program)

    @cached_property
    def names(self) -> Names:
        """The names that can be read and spelled here."""
        return Names(self.page.symbols, self.run.quantities())

    @property
    def order(self) -> dict[Quantity, int]:
        """The place of each quantity in the calculation; last what was asked for by name."""
        if not self._order:
            self._order = {one: place for place, one in enumerate(self.run.quantities())}
        return self._order

    @cached_property
    def _random(self) -> Points:
        return Points(self.run)

    @property
    def points(self) -> tuple[Point, ...]:
        """Every quantity's values at the random points where formulas are compared."""
        return self._random.first

    def points_for(self, address: Address, other: Formula) -> tuple[Point, ...]:
        """The points at which another formula for an entry is compared with its own.

        They lie on every side of the kinks in both, and of those in the lines of what the
        entry is worked out from.
        """
        if self._random.kinked:
            if address not in self._told_apart:
                self._random.telling_apart(self._kinked_forms(address))
                self._told_apart.add(address)
            return self._random.telling_apart((other,))
        return self._random.telling_apart((other,)) if has_kink(other) else self.points

    def points_with(
        self, pinned: dict[Address, float], address: Address, other: Formula
    ) -> tuple[Point, ...]:
        """The same with some given entries that have these numbers everywhere."""
        points = self.points_for(address, other)
        return self._random.with_given(pinned) if pinned else points

    def _kinked_forms(self, address: Address) -> Iterator[Formula]:
        """The formula of an entry; and with the line of what stands in it, where that has kinks."""
        formula = self.formula(address)
        yield formula
        for leaf in self.leaves(address):
            line = self.formula(leaf) if leaf.quantity in self.steps else None
            if line is not None and has_kink(line):
                yield replaced(formula, Entry(*leaf), line)

    # What is meant by a name

    def find(self, identifier: str) -> Address | None:
        """The entry behind a canonical identifier; of an array of one number, that number."""
        if identifier in self.ratios:
            return Address(self.ratios[identifier].quantity)
        return self._found(identifier)

    @once_each
    def _found(self, identifier: str) -> Address | None:
        return self.names.addresses.find(identifier)

    def array(self, name: str) -> Quantity | None:
        """The quantity with a canonical name such as `dW[2]`."""
        return self.names.addresses.array(name)

    def quantity(self, identifier: str) -> Quantity | None:
        """The quantity that a question's identifier belongs to, of an entry or a whole array."""
        address = self.find(identifier)
        return address.quantity if address is not None else self.array(identifier)

    def entries(self, identifier: str) -> list[Address]:
        """The entry behind a question's identifier, or all entries of the array."""
        if (address := self.find(identifier)) is not None:
            return [address]
        array = self.array(identifier)
        return list(array.addresses()) if array is not None else []

    def read(
        self, text: str, sample: str = "", *, arrays: bool = False
    ) -> Address | Quantity | None:
        """The entry or array that a name stands for: canonical, or as the page spells it.

        `sample` is the one that is meant where the name says none; nothing where it then may
        be several numbers.
        """
        plain = normalised(text.strip())
        meaning = self.names.read(plain) or customary(self.names, plain)
        if meaning is not None and len(meaning.indices) > 1 and sample:
            meaning = self.names.read(f"{plain}@{sample}") or meaning
        if meaning is None or (meaning.short and meaning.quantity.size == 1 and not arrays):
            return None
        return meaning.key or meaning.array

    def derivative(self, text: str, sample: str = "") -> Partial | None:
        """What `∂A/∂Z` stands for, one value by another; None where it is no such name.

        Raises:
            PartialError: it is such a name, and there is no such derivative.
        """
        pairs = self.names.quotient(normalised(text.strip()), sample)
        if len(pairs) != 1:
            return None
        return self._partial(pairs[0])

    @once_each
    def _partial(self, pair: tuple[Address, Address]) -> Partial:
        return partial(self.run.program, *pair)

    def ratio(self, text: str) -> Address | None:
        """`∂A/∂Z` as a value that is asked for: a step of its own from now on.

        None where it is no such name, or where samples are left open.

        Raises:
            PartialError: there is no such derivative, or what is meant is open.
        """
        pairs = self.names.quotient(normalised(text.strip()))
        if len(pairs) != 1:
            return None
        found = with_partial(self.run, *pairs[0], self.page.settings.rounding)
        if found is not self.run:
            self.run, step = found, found.steps[-1]
            self.steps[step.quantity] = self.ratios[step.quantity.name] = step
            self._order = {}
            vars(self).pop("results", None)
        return Address(PartialDerivative(*pairs[0]))

    def is_negated(self, text: str) -> bool:
        """Whether `∂L/∂w` is minus what is reported, where that counts downhill."""
        return self.run.program.model.factor < 0 and quotient(text) is not None

    @cached_property
    def spelled(self) -> frozenset[str]:
        """The names as the page spells them, and as one types them."""
        return frozenset(map(normalised, self.names.spelled))

    @cached_property
    def compound_names(self) -> re.Pattern[str] | None:
        """A pattern of the names that a parser would take apart, such as `step w5`."""
        pieces = sorted((name for name in self.spelled if not is_one_token(name)), key=len)
        whole = "|".join(map(_whole, reversed(pieces)))
        return re.compile(f"{_START}(?:{whole})") if pieces else None

    # What it is calculated from

    def step(self, address: Address) -> Step | None:
        """The step that gives an entry; None of what is given."""
        return self.steps.get(address.quantity)

    @once_each
    def formula(self, address: Address) -> Formula:
        """The line that a student works out for one entry."""
        return self.steps[address.quantity].entry(address.index)

    @once_each
    def line(self, address: Address) -> EntryLine:
        """The same, to be worked out with the numbers of many students."""
        return EntryLine(self.formula(address))

    @once_each
    def leaves(self, address: Address) -> tuple[Address, ...]:
        """The entries in the line of an entry, as it is shown, each once; none of what is given."""
        if address.quantity not in self.steps:
            return ()
        formula = self.formula(address)
        shown = worked_out(formula, self.run.lookup) if self.known(address) else formula
        return entries_of(as_shown(shown))

    @once_each
    def inputs(self, address: Address) -> tuple[Address, ...]:
        """The same with the entries of a stable form, which are looked at beside them."""
        return self.line(address).entries if address.quantity in self.steps else ()

    @once_each
    def entries_before(self, address: Address) -> frozenset[Address]:
        """Every entry that this one is calculated from."""
        found: dict[Address, None] = {}
        waiting = [address]
        while waiting:
            new = [leaf for leaf in self.leaves(waiting.pop()) if leaf not in found]
            found |= dict.fromkeys(new)
            waiting += new
        return frozenset(found)

    @once_each
    def ancestors(self, quantity: Quantity) -> frozenset[Quantity]:
        """Every quantity that this one is calculated from."""
        found: set[Quantity] = set()
        step = self.steps.get(quantity)
        for other in dict.fromkeys(used(step.formula)) if step is not None else ():
            found |= {other} | self.ancestors(other)
        return frozenset(found)

    @once_each
    def chain_leaves(self, address: Address) -> tuple[Address, ...]:
        """The entries in its line by the chain rule, each once; none where there is none."""
        chain = self.chain(address)
        return () if chain is None else chain.entries

    @once_each
    def in_chain_alone(self, address: Address) -> tuple[Address, ...]:
        """Those of them that its own line has not."""
        own = self.leaves(address) if self.chain(address) is not None else ()
        return tuple(leaf for leaf in self.chain_leaves(address) if leaf not in own)

    @once_each
    def chain(self, address: Address) -> EntryLine | None:
        """The line of a derivative by the chain rule, where its own rests on other numbers."""
        chained = self._chained_array(address.quantity)
        if chained is None:
            return None
        found = EntryLine(as_shown(entry_of(chained, address.index)))
        if set(found.entries) <= set(self.leaves(address)):
            return None
        # An output of 0 may keep one form from having the value of the other.
        number = found.value(self.exact) if self.known(address) else None
        same = SAME_ON_PAPER if self.by_hand else SAME
        return found if are_close(number, self.exact(address), same) else None

    @once_each
    def _chained_array(self, quantity: Quantity) -> Formula | None:
        step = self.steps.get(quantity)
        # Deltas by weights that are updated already are no derivatives.
        if step is None or any(one.kind == UPDATED for one in used(step.formula)):
            return None
        return by_chain_rule(self.run.program, quantity, self.steps)

    @once_each
    def sources(self, quantity: Quantity) -> frozenset[Quantity]:
        """Its ancestors, and those of its other lines: all that a right answer may rest on."""
        found: set[Quantity] = set()
        waiting = [quantity]
        while waiting:
            last = waiting.pop()
            step, chained = self.steps.get(last), self._chained_array(last)
            lines = [] if step is None else [step.formula]
            lines += [] if chained is None else [chained]
            below = {one for formula in lines for one in used(formula)}
            waiting += below - found
            found |= below
        return frozenset(found)

    @once_each
    def results(self, quantity: Quantity) -> frozenset[Quantity]:
        """Every quantity that has this one among its sources."""
        return frozenset(one for one in self.steps if quantity in self.sources(one))

    # Its activations

    @cached_property
    def _activated(self) -> list[tuple[Quantity, Quantity, Formula]]:
        """What stands in front of each activation, what behind it, and its formula."""
        return [
            (before, line.quantity, line.formula)
            for line in self.run.program.model.definitions
            if (before := line.activates) is not None
        ]

    @cached_property
    def _after_activation(self) -> dict[Quantity, tuple[Quantity, Formula]]:
        return {before: (after, formula) for before, after, formula in self._activated}

    @cached_property
    def _before_activation(self) -> dict[Quantity, Quantity]:
        return {after: before for before, after, _ in self._activated}

    def activated(self, before: Quantity) -> tuple[Quantity, Formula] | None:
        """The values behind an activation and its formula, by the values in front of it."""
        return self._after_activation.get(before)

    def before_activation(self, after: Quantity) -> Quantity | None:
        """The values in front of the activation that gives `after`."""
        return self._before_activation.get(after)

    @cached_property
    def activations(self) -> tuple[str, ...]:
        """The names of the activations in the layers or formulas of the exercise."""
        nodes = (node for line in self.run.program.model.definitions for node in walk(line.formula))
        calls = (node.function for node in nodes if isinstance(node, Call))
        return tuple(dict.fromkeys(row.name for row in calls if row.activation))

    # Its number

    @cached_property
    def by_hand(self) -> bool:
        """Whether the page rounds numbers before they are used again."""
        rounding = self.page.settings.rounding
        return rounding is not None and rounding.by_hand

    @once_each
    def exact(self, address: Address) -> float:
        """The value in the trace; not a number where it has none."""
        return self.run.lookup(*address)

    def printed(self, address: Address, value: float) -> float:
        """A value of an entry as it stands on the page; what is given stands there in full."""
        if not self.is_calculated(address):
            return value
        known = self._printed.get((address, value))
        if known is None:
            known = self.page.settings.shown_value(self.run, address.quantity, value)
            self._printed[address, value] = known
        return known

    @cached_property
    def sizes(self) -> tuple[float, ...]:
        """How large the calculated values are, whatever their sign, in order."""
        quantities = (*self.steps, *self.inherited)
        known = (self.run.values[one] for one in quantities if one in self.run.values)
        return tuple(sorted({abs(value) for values in known for value in values}))

    def known(self, address: Address) -> bool:
        """Whether it has a number."""
        return address.quantity in self.run.values

    @once_each
    def is_certain(self, quantity: Quantity) -> bool:
        """Whether nothing that it is calculated from was calculated itself."""
        ancestors = self.ancestors(quantity)
        return ancestors.isdisjoint(self.steps) and ancestors.isdisjoint(self.inherited)

    @once_each
    def is_calculated(self, address: Address) -> bool:
        """Whether it is calculated here or in an update before."""
        return address.quantity in self.steps or address.quantity in self.inherited


def is_one_token(name: str) -> bool:
    """Whether the reader of formulas takes a name in one piece."""
    try:
        return len(tokens_of(name)) == 1
    except FormulaError:
        return False


# In dZ[1]/dR of two such names, each has a d in front, and a derivative may have a δ. It stands
# in front of all names: what each of thousands begins with is then seen by its first letter.
_START = r"(?:(?<!\w)|(?<=\b[dδ∂]))"


def _whole(name: str) -> str:
    """A name that is no part of a longer one; a power may stand behind a bracket."""
    return re.escape(name) + (r"(?!\w)" if name[-1].isalnum() else "")


# Biases that an exercise never updates


def frozen_biases(run: Run) -> list[Quantity]:
    """The biases with numbers that stay as they are, though weights are updated."""
    if not run.program.next_values or run.program.next_values[0][1] not in run.values:
        return []
    return [
        quantity
        for quantity in run.program.model.given
        if quantity.role is Role.BIAS
        and quantity.kind == VALUE
        and quantity in run.values
        and run.program.line(quantity.as_kind(UPDATED)) is None
    ]


def with_frozen_biases(run: Run) -> Run:
    """The run with the new value of each frozen bias, which is the old one, to be asked for."""
    frozen = frozen_biases(run)
    new = {quantity.as_kind(UPDATED): quantity for quantity in frozen}
    steps = tuple(
        Step(Definition(bias, Ref(old), "update", KEPT_BIAS), run.update, run.values[old])
        for bias, old in new.items()
    )
    values = {**run.values, **{bias: run.values[old] for bias, old in new.items()}}
    return run._replace(steps=(*run.steps, *steps), values=values) if frozen else run

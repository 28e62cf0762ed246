"""One update opened for marking: the formula of every entry, what it hangs on, its rounding."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from bp_tutor.formula import as_shown, worked_out
from bp_tutor.formula.compiling import entry_of
from bp_tutor.notations import quotient
from bp_tutor.notations.names import Names
from bp_tutor.quiz.moving import leaves_of, moved
from bp_tutor.quiz.reading import LEAST_FIGURES, normalised
from bp_tutor.solve import used
from bp_tutor.solve.partial import partial

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.solve import Run, Step
    from bp_tutor.solve.partial import Partial

    Key = tuple[Quantity, tuple[int, ...]]
    """One entry: its quantity and its index from 0."""

NEARLY = 1e-9
"""Two ways to the same number differ by less, relatively."""


class Book:
    """What a run says about each entry, worked out once and kept."""

    def __init__(self, run: Run, page: Presentation) -> None:
        self.opened = run
        """The run as it was calculated; here it has a step for what stands aside as well."""
        self.run, self.page = run.with_asides(), page
        run = self.run
        self.names = Names(page.symbols, run.quantities())
        self.steps = {step.quantity: step for step in run.steps}
        self.order = {quantity: place for place, quantity in enumerate(run.quantities())}
        self._found: dict[str, Key | None] = {}
        self._formulas: dict[Key, Formula] = {}
        self._leaves: dict[Key, tuple[Key, ...]] = {}
        self._inputs: dict[Key, tuple[Key, ...]] = {}
        self._above: dict[Quantity, frozenset[Quantity]] = {}
        self._partials: dict[tuple[Key, Key], Partial] = {}
        self._radii: dict[tuple[Key, int], float] = {}
        self._carried: dict[tuple[Key, int], float] = {}
        self.before: Book | None = None
        """The book of the update before."""
        self.inherited = dict(run.program.carried_on) if run.update > 1 else {}
        """What is given here, with the quantity of the update before that it was there."""
        self.kept: dict[object, object] = {}
        """What else is worked out once for an entry, by whoever needs it."""

    def find(self, identifier: str) -> Key | None:
        """The entry behind a canonical identifier; of an array of one number, that number."""
        if identifier not in self._found:
            self._found[identifier] = self.names.addresses.find(identifier)
        return self._found[identifier]

    def array(self, name: str) -> Quantity | None:
        """The quantity with a canonical name such as `dW[2]`."""
        return self.names.addresses.array(name)

    def read(self, text: str, sample: str = "", *, arrays: bool = False) -> Key | Quantity | None:
        """The entry or array that a name stands for: canonical, or as the page spells it.

        `sample` is the one that is meant where the name says none; nothing where it then may
        be several numbers.
        """
        plain = normalised(text.strip())
        meaning = self.names.read(plain)
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
        places = self.names.quotient(normalised(text.strip()), sample)
        if len(places) != 1:
            return None
        place = places[0]
        if place not in self._partials:
            self._partials[place] = partial(self.run.program, *place)
        return self._partials[place]

    def turned(self, text: str) -> bool:
        """Whether `∂L/∂w` is minus what is reported, where that counts downhill."""
        return self.run.program.model.factor < 0 and quotient(text) is not None

    def step(self, key: Key) -> Step | None:
        """The step that gives an entry; None of what is given."""
        return self.steps.get(key[0])

    def formula(self, key: Key) -> Formula:
        """The line that a student works out for one entry."""
        if key not in self._formulas:
            self._formulas[key] = entry_of(self.steps[key[0]].formula, key[1])
        return self._formulas[key]

    def leaves(self, key: Key) -> tuple[Key, ...]:
        """The entries in the line of an entry, as it is shown, each once; none of what is given."""
        if key[0] not in self.steps:
            return ()
        if key not in self._leaves:
            formula = self.formula(key)
            calculated = worked_out(formula, self.run.lookup) if self.known(key) else formula
            self._leaves[key] = leaves_of(as_shown(calculated))
        return self._leaves[key]

    def inputs(self, key: Key) -> tuple[Key, ...]:
        """The same with the entries of a stable form, which are looked at beside them."""
        if key not in self._inputs:
            self._inputs[key] = leaves_of(self.formula(key)) if key[0] in self.steps else ()
        return self._inputs[key]

    def above(self, quantity: Quantity) -> frozenset[Quantity]:
        """Every quantity that this one is calculated from."""
        if quantity not in self._above:
            found: set[Quantity] = set()
            step = self.steps.get(quantity)
            for other in dict.fromkeys(used(step.formula)) if step is not None else ():
                found |= {other} | self.above(other)
            self._above[quantity] = frozenset(found)
        return self._above[quantity]

    def exact(self, key: Key) -> float:
        """The value in the trace; not a number where it has none."""
        return self.run.lookup(*key)

    def known(self, key: Key) -> bool:
        """Whether it has a number."""
        return key[0] in self.run.values

    def radius(self, key: Key, figures: int) -> float:
        """How far an entry may be off that was rounded on paper, as all before it."""
        if key[0] not in self.steps:
            new = self.inherited.get(key[0]) if self.before is not None else None
            return self.before.radius((new, key[1]), figures) if self.before and new else 0.0
        # From the first one on, by a list: through time it is a long way.
        waiting = [key]
        while waiting:
            last = waiting[-1]
            if (last, figures) not in self._radii:
                leaves = () if self._certain(last[0]) else self.leaves(last)
                missing = [
                    leaf
                    for leaf in leaves
                    if leaf[0] in self.steps and (leaf, figures) not in self._radii
                ]
                if missing:
                    waiting += missing
                    continue
                found = self.rounding(last, figures) + self.carried_radius(last, figures)
                self._radii[last, figures] = found
            waiting.pop()
        return self._radii[key, figures]

    def carried_radius(self, key: Key, figures: int) -> float:
        """What the rounding of the values in its formula can do to an entry."""
        if self._certain(key[0]):
            return 0.0
        found = self._carried.get((key, figures))
        if found is None:
            radii = {leaf: self.radius(leaf, figures) for leaf in self.leaves(key)}
            found = self._carried[key, figures] = moved(self.formula(key), self.exact, radii)
        return found

    def _certain(self, quantity: Quantity) -> bool:
        """Whether nothing that it is calculated from was calculated itself."""
        above = self.above(quantity)
        return above.isdisjoint(self.steps) and above.isdisjoint(self.inherited)

    def rounding(self, key: Key, figures: int) -> float:
        """Half a unit of the last digit that the page shows, or that the answers have."""
        value = self.exact(key)
        shown = self.page.settings.result(self.run, *key)
        if shown.last is None or abs(shown.value - value) <= NEARLY * abs(value):
            return 0.0
        radius = 0.5 * 10.0**shown.last
        if value and figures < self.page.settings.digits:
            least = max(figures, LEAST_FIGURES)
            radius = max(radius, 0.5 * 10.0 ** (floor(log10(abs(value))) + 1 - least))
        return radius

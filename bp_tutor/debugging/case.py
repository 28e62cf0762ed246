"""The arrays of one update in one convention: which agree, which follow, which are wrong."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bp_tutor.debugging.outcome import AGREES, FOLLOWS, UNCHECKED, WRONG
from bp_tutor.debugging.slips import Worked, leaves, tried
from bp_tutor.formula.quantity import UPDATED, Quantity, Role
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.convention import Convention
    from bp_tutor.debugging.lines import Lines

    Array = NDArray[np.float64]

CLOSE, CLOSE_IN_SINGLE = 1e-7, 2e-4
"""How far an array may be off, relative to its largest entry: in double, in single precision."""
MOST_PRINTED, ROUNDED, ROUNDEST = 8, 4.0, 0.05
"""Decimals up to which numbers look printed, how many units what is worked out from them may be
off, and how far that may carry over to others."""


def _unit(value: Array) -> float | None:
    """The last place of numbers that may be copied from a print, 0 of whole ones; else None."""
    import numpy as np

    if np.array_equal(np.round(value), value):
        return 0.0
    places = range(1, MOST_PRINTED + 1)
    found = (place for place in places if np.array_equal(np.round(value, place), value))
    decimals = next(found, None)
    return None if decimals is None else 10.0**-decimals


class LabelError(Exception):
    """A label, in an array by its name, that is no number of a class."""

    def __init__(self, name: str, label: float, classes: int) -> None:
        super().__init__(name)
        self.name, self.label, self.classes = name, label, classes


class MisfitError(Exception):
    """An array, by its name, of another shape than a network of these sizes has."""

    def __init__(
        self, name: str, wanted: tuple[int, ...], inputs: int, samples: int, wrong: int
    ) -> None:
        super().__init__(name)
        self.name, self.wanted, self.inputs, self.samples = name, wanted, inputs, samples
        self.wrong = wrong
        """How many arrays have another shape."""


class Running(Frozen):
    """What updates before this one have left, where it is one of several."""

    carried: Mapping[Quantity, Array] = MappingProxyType({})
    """Weights, and what an optimiser keeps: for what is not handed in."""
    before: Mapping[Quantity, Array] | None = None
    """Every array of the update before."""
    conventions: frozenset[Convention] | None = None
    """Those that were right so far, without their decay; None: any."""

    def allows(self, convention: Convention) -> bool:
        """Whether a convention was right so far."""
        return self.conventions is None or convention._replace(decay=0.0) in self.conventions


class Case:
    """The arrays in one convention."""

    def __init__(
        self,
        lines: Lines,
        convention: Convention,
        samples: int,
        handed: Mapping[str, Array],
        named: Mapping[str, str],
        rate: float | None,
        run: Running,
    ) -> None:
        self.lines, self.convention, self.samples = lines, convention, samples
        self.handed, self.named = handed, named
        self.misfits: list[str] = []
        # What the problem gives; of what is handed in as well, that is taken.
        self.given: dict[Quantity, Array] = {
            quantity: self._as_array(numbers).reshape(quantity.shape)
            for quantity, numbers in lines.known.items()
        }
        self.before = run.before
        self.given.update(
            (one, value) for one, value in run.carried.items() if one not in lines.defined
        )
        self.misfit: dict[Quantity, Array] = {}
        self.names: dict[Quantity, str] = {}
        self.rate = None if rate is None or lines.rate is None else self._as_array(rate)
        self._precision: dict[Quantity, float] = {}
        self._units: dict[Quantity, float] = {}
        """The last place of those whose numbers look printed."""
        self.doubled: dict[str, str] = {}
        for name, canonical in named.items():
            quantity = lines.by_name.get(canonical)
            if quantity is not None and quantity in self.names:
                self.doubled[name] = self.names[quantity]
            elif quantity is not None:
                self._take(name, quantity, handed[name])
        if self.rate is not None and lines.rate is not None:
            self.given[lines.rate] = self.rate
        # What was taken for the weights is the new value as it was handed in.
        self.unscaled = {one: value for one, value in self.given.items() if one.kind == UPDATED}
        self._in_scale()
        self.own = self._worked_out(dict(self.given))
        start = {one: value for one, value in self.given.items() if one not in lines.defined}
        self.true = self._worked_out(start)
        self._of_other_shape = self._worked_out_of_misfits()
        self.status = {one: self._judged(one) for one in self.in_order()}
        self.wrong = [one for one, status in self.status.items() if status == WRONG]

    @staticmethod
    def _as_array(value: Any) -> Array:
        import numpy as np

        return np.asarray(value, dtype=float)

    def _take(self, name: str, quantity: Quantity, array: Array) -> None:
        """Turn an array as the lines have it; what has another shape is kept beside."""
        import numpy as np

        self.names[quantity] = name
        single = array.dtype in (np.dtype("float32"), np.dtype("float16"))
        self._precision[quantity] = CLOSE_IN_SINGLE if single else CLOSE
        value = self._as_array(array)
        unit = _unit(value) if quantity in self.lines.defined and not single else None
        if unit is not None:
            self._units[quantity] = unit
        want = quantity.shape
        if quantity.role is Role.BIAS and not quantity.kind and not value.ndim and not value:
            # Who has no biases says 0.
            value = np.zeros(want)
        if quantity.role is Role.TARGET and value.size == want[0] and want[1] > 1:
            # Labels are the numbers of the classes.
            labels = value.ravel()
            if not np.isin(labels, range(want[1])).all():
                raise LabelError(name, float(labels.max()), want[1])
            value = np.eye(want[1])[labels.astype(int)]
            value = value.T if self.convention.columns else value
        if value.ndim == 2 and self.convention.turns(quantity):
            value = value.T
        if (
            value.shape != want
            and value.size == np.prod(want)
            and (value.ndim < 2 or quantity.role is Role.BIAS)
        ):
            value = value.reshape(want)
        if value.shape == want:
            self.given[quantity] = value
        else:
            self.misfit[quantity] = value
            if quantity not in self.lines.defined:
                self.misfits.append(name)

    def misfit_error(self) -> MisfitError:
        """The first array whose shape does not fit, with the one that would."""
        name = self.misfits[0]
        shape = self.lines.by_name[self.named[name]].shape
        turned = self.convention.turns(self.lines.by_name[self.named[name]])
        network = self.lines.problem.network
        return MisfitError(
            name,
            shape[::-1] if turned else shape,
            0 if network is None else network.inputs,
            self.samples,
            len(self.misfits),
        )

    @property
    def possible(self) -> bool:
        """Whether inputs, targets, weights and biases all have their shapes."""
        return not self.misfits

    def _in_scale(self) -> None:
        """Bring derivatives and new values to the scale of the lines."""
        rate = self.given.get(self.lines.rate) if self.lines.rate is not None else None
        for store in (self.given, self.misfit):
            for quantity, value in store.items():
                old = old_of(quantity, value, self.given)
                store[quantity] = self.convention.to_lines(
                    quantity, value, old, rate, self.lines.whole
                )

    def _worked_out(self, values: dict[Quantity, Array]) -> dict[Quantity, Array]:
        """Everything that follows from some arrays, where all that it needs is known."""
        for quantity, line in self.lines.defined.items():
            if quantity in values:
                continue
            if all(each.quantity in values for each in leaves(line.formula)):
                values[quantity] = Worked(values)(line.formula).reshape(quantity.shape)
        return values

    def _worked_out_of_misfits(self) -> dict[Quantity, Array]:
        """What comes out of arrays of another shape, as NumPy broadcasts it: derived ones alone."""
        found = {one: value for one, value in self.misfit.items() if one in self.lines.defined}
        for quantity, line in self.lines.defined.items() if found else ():
            inside = {each.quantity for each in leaves(line.formula)}
            if quantity in self.names or not inside & found.keys():
                continue
            value = self._out_of_misfits(quantity, found)
            if value is not None:
                found[quantity] = value
        return found

    def _out_of_misfits(
        self, quantity: Quantity, misfits: Mapping[Quantity, Array]
    ) -> Array | None:
        """What a line gives with arrays of another shape in it; None where none is in it."""
        formula = self.lines.defined[quantity].formula
        values = {**self.own, **misfits}
        inside = {each.quantity for each in leaves(formula)}
        if not inside & misfits.keys() or not inside <= values.keys():
            return None
        return tried(lambda: Worked(values)(formula))

    def in_order(self) -> list[Quantity]:
        return [one for one in self.lines.defined if one in self.names]

    def expected(self, quantity: Quantity) -> Array | None:
        """What follows from the own arrays before it."""
        formula = self.lines.defined[quantity].formula
        if all(each.quantity in self.own for each in leaves(formula)):
            return Worked(self.own)(formula).reshape(quantity.shape)
        return None

    def _is(self, quantity: Quantity, value: Array | None) -> bool:
        import numpy as np

        mine = self.given.get(quantity)
        if mine is None or value is None:
            return False
        most = max(float(np.abs(value).max()), float(np.abs(mine).max()), 1e-12)
        return bool(np.abs(mine - value).max() <= self.tolerance(quantity) * most)

    def tolerance(self, quantity: Quantity) -> float:
        """How far an array may be off, relative to its largest entry."""
        rough = self._rough(quantity) if self._is_printed else 0.0
        return max(self._precision[quantity], self._worst, rough)

    @cached_property
    def _is_printed(self) -> bool:
        """Whether all numbers look copied from a print: of some, 0.75 may be exact."""
        worked = [one for one in self.names if one in self.lines.defined]
        return len(self._units) == len(worked) and any(self._units.values())

    def _rough(self, quantity: Quantity) -> float:
        import numpy as np

        value = self.given.get(quantity, self.misfit.get(quantity))
        largest = 0.0 if value is None else float(np.abs(value).max(initial=0.0))
        return ROUNDED * self._units.get(quantity, 0.0) / largest if largest else 0.0

    @cached_property
    def _worst(self) -> float:
        """How exact the least exact array is: what follows from it is no better."""
        rough = [self._rough(one) for one in self._units] if self._is_printed else []
        # Of numbers with one or two digits nobody tells anything about others.
        return max(CLOSE, *self._precision.values(), *(one for one in rough if one < ROUNDEST))

    def _judged(self, quantity: Quantity) -> str:
        if self._is(quantity, self.true.get(quantity)):
            return AGREES
        own = self.expected(quantity)
        if self._is(quantity, own):
            return FOLLOWS if quantity in self.true else AGREES
        if self._follows_from_misfit(quantity):
            return FOLLOWS
        known = own is not None or quantity in self.true
        return WRONG if known or quantity in self.misfit else UNCHECKED

    def _follows_from_misfit(self, quantity: Quantity) -> bool:
        """Whether it is what comes out of own arrays that have another shape than they should."""
        import numpy as np

        mine = self.given.get(quantity, self.misfit.get(quantity))
        value = self._out_of_misfits(quantity, self._of_other_shape)
        if mine is None or value is None or np.squeeze(value).shape != np.squeeze(mine).shape:
            return False
        value, mine = np.squeeze(value), np.squeeze(mine)
        most = max(float(np.abs(value).max()), float(np.abs(mine).max()), 1e-12)
        return bool(np.abs(mine - value).max() <= self.tolerance(quantity) * most)

    def score(self) -> tuple[int, int, int, int]:
        """How well they fit here: the larger, the better.

        How many arrays agree, how many have another shape, counted below 0, how many are not
        wrong, how late the first wrong one is.
        """
        order = self.in_order()
        late = order.index(self.wrong[0]) if self.wrong else len(order)
        agree = sum(status == AGREES for status in self.status.values())
        return agree, -len(self.misfit), len(order) - len(self.wrong), late

    def rests_on_wrong(self, quantity: Quantity) -> bool:
        waiting, seen = [quantity], set()
        while waiting:
            line = self.lines.defined.get(waiting.pop())
            for leaf in leaves(line.formula) if line is not None else ():
                if leaf.quantity in seen:
                    continue
                seen.add(leaf.quantity)
                if self.status.get(leaf.quantity) == WRONG:
                    return True
                waiting.append(leaf.quantity)
        return False

    def missing(self, quantity: Quantity) -> tuple[Quantity, ...]:
        """What is given in an exercise, leads to an array and was not handed in."""
        waiting, seen = [quantity], {quantity}
        found: dict[Quantity, None] = {}
        while waiting:
            line = self.lines.defined.get(waiting.pop())
            for leaf in leaves(line.formula) if line is not None else ():
                if leaf.quantity in seen or leaf.quantity in self.own:
                    continue
                seen.add(leaf.quantity)
                waiting.append(leaf.quantity)
                if leaf.quantity not in self.lines.defined:
                    found[leaf.quantity] = None
        return tuple(found)


def old_of(quantity: Quantity, value: Array, values: Mapping[Quantity, Array]) -> Array | None:
    """The weights of a gradient or of a new value; None of anything else."""
    old = values.get(quantity.as_kind("")) if quantity.kind else None
    return old if old is not None and old.shape == value.shape else None

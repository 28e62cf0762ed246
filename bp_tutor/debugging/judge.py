"""Which arrays agree, which follow from own wrong values, which are wrong, and what explains it."""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from bp_tutor.debugging.lines import Lines, Shape, lines_of, lines_of_problem
from bp_tutor.debugging.named import UNSURE, canonical_names, is_state, meaning_of
from bp_tutor.debugging.output import of_delta, of_error, of_value
from bp_tutor.debugging.shapes import inputs_at, sizes_of
from bp_tutor.debugging.slips import Slips, Worked, leaves, on_the_whole
from bp_tutor.formula import Ref, replace
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, Quantity, Role
from bp_tutor.frozen import Frozen
from bp_tutor.solve.program import batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.formula import Formula
    from bp_tutor.problem.model import Problem

    Array = NDArray[np.float64]

AGREES, FOLLOWS, WRONG, UNCHECKED = "agrees", "follows", "wrong", "unchecked"
CLOSE, CLOSE_IN_SINGLE = 1e-7, 2e-4
"""How far an array may be off, relative to its largest entry: in double, in single precision."""
MOST_PRINTED, ROUNDED, ROUNDEST = 8, 4.0, 0.05
"""Decimals up to which numbers look printed, how many units what is worked out from them may be
off, and how far that may carry over to others."""
MOST_CAUSES = 4
MOST_TRIED = 12
"""Conventions that fit equally well, in which an explanation is sought."""
FREQUENT = (
    "sign", "slope_left_out", "mean_left_out", "mean_twice", "transposed", "star_for_matmul",
    "not_summed", "sum_over_units", "already_updated", "bias_left_out", "activation_left_out",
    "z_for_a", "a_for_z", "slope_at_other", "other_slope", "other_layer", "slope_of_other_layer",
)  # fmt: skip
"""What is named first where several slips give the same array."""


COVERS = {
    "slope_at_other": ("z_for_a", "a_for_z", "other_layer"),
    "slope_of_other_layer": ("other_layer",),
    "slope_left_out": (
        "slope_twice",
        "slope_unfinished",
        "term_left_out",
        "other_slope",
        "slope_of_other_layer",
        "is_other",
    ),
    "divided_by_other": ("factor_two", "factor_half", "factor_left_out"),
}
"""Of slips that are the same one the one that says more."""


class Convention(Frozen):
    """How a program that is right may differ from the lines here."""

    columns: bool = False
    """Samples stand in columns."""
    to_from: bool = False
    """Weights stand as (to unit, from unit)."""
    deltas: bool = False
    """Deltas are those of the sum over the samples, not of the mean ..."""
    gradients: bool = False
    """... gradients as well ..."""
    steps: bool = False
    """... and so are the steps: the loss is a sum."""
    downhill: bool = False
    """Derivatives have their sign turned round: target minus output, and steps are added."""
    slope_at_zero: int = 0
    decay: float = 0.0
    """Gradients of weights hold this share of the weights as well ..."""
    decay_in_step: bool = False
    """... or only the steps do."""

    @property
    def scaled(self) -> bool:
        """Whether derivatives differ from those of the lines by a factor or their sign."""
        return self.deltas or self.downhill


SCALES = ((False, False, False), (True, False, False), (True, True, False), (True, True, True))


def conventions(*, kinks: bool, decays: tuple[float, ...]) -> Iterator[Convention]:
    """Every way in which a right program may be written, the usual ones first."""
    slopes = (0, 1) if kinks else (0,)
    ways = [(share, late) for share in decays for late in ((False, True) if share else (False,))]
    for downhill, scale, decay in product((False, True), SCALES, ways):
        for slope, to_from, columns in product(slopes, (False, True), (False, True)):
            yield Convention(columns, to_from, *scale, downhill, slope, *decay)


class Judged(Frozen):
    """One array with what is found of it."""

    name: str
    """As it was handed in."""
    quantity: Quantity
    status: str
    difference: float = 0.0
    """The largest difference from what it should be, relative to the largest entry."""
    off: tuple[tuple[int, ...], ...] = ()
    """Where it differs, counted from 0; empty where its shape does."""
    causes: tuple[str, ...] = ()
    """Slips each of which gives every entry, the likeliest first."""
    missing: tuple[Quantity, ...] = ()
    """What would have to be handed in to check it."""
    shape: tuple[int, ...] = ()
    """The shape that it has, where that is not the one it should have."""


class Outcome(Frozen):
    """What was found of all arrays together."""

    lines: Lines
    convention: Convention
    judged: tuple[Judged, ...]
    """In the order of the calculation."""
    first: tuple[Judged, ...]
    """Those wrong ones that rest on no other wrong one."""
    unread: tuple[str, ...]
    """Names that mean nothing here."""
    own: Mapping[Quantity, Array]
    """What was handed in, as the lines have it, and what follows from it."""
    given: Mapping[str, str]
    """Canonical names by those that were handed in."""
    doubled: Mapping[str, str]
    """Names that mean what another one means as well, which was compared: by that one."""

    @property
    def explained(self) -> bool:
        """Whether every array that is wrong first has a cause."""
        return all(one.causes for one in self.first)


class Subject(Frozen):
    """The network whose arrays are compared."""

    units: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    problem: Problem | None = None
    """Where it is one that is known: its numbers stand for what is not handed in."""

    def sizes(
        self, arrays: Mapping[str, Array], named: Mapping[str, str]
    ) -> tuple[int, int] | None:
        """How many inputs and samples there are; None where nothing shows it."""
        if self.problem is None or self.problem.network is None:
            return sizes_of(self.units, arrays, named)
        return self.problem.network.inputs, len(batches(self.problem)[0])

    def lines(self, sizes: tuple[int, int], *, apart: bool, slope_at_zero: int) -> Lines:
        """What leads from one array to the next."""
        if self.problem is not None:
            return lines_of_problem(self.problem, apart=apart, slope_at_zero=slope_at_zero)
        inputs, samples = sizes
        shape = Shape(inputs, self.units, self.activations, self.loss, samples, apart)
        return lines_of(shape, slope_at_zero)


def judge(
    subject: Subject,
    arrays: Mapping[str, Array],
    rate: float | None,
    decay: float | None = None,
) -> Outcome | None:
    """The arrays of one update, in the convention in which most of them are right.

    None where nothing shows how many samples there are.

    Raises:
        MisfitError: inputs, targets, weights or biases do not fit together.
    """
    best: list[_Case] = []
    highest = (-1, 0, 0)
    misfits: list[MisfitError] = []
    units = subject.units
    counted = inputs_at(units, arrays)
    unsure = any(one is not None and one.letter == UNSURE for one in map(meaning_of, arrays))
    for errors in (False, True) if unsure else (False,):
        named = canonical_names(arrays, len(units), inputs_at=counted, errors=errors)
        if any(map(is_state, arrays.keys() - named.keys())):
            # What else goes into a step is not known.
            named = {name: one for name, one in named.items() if "'" not in one}
        sizes = subject.sizes(arrays, named)
        if sizes is None:
            return None
        apart = f"dA[{len(units) + 1}]" in named.values()
        kinks = "relu" in subject.activations
        lines = {
            slope: subject.lines(sizes, apart=apart, slope_at_zero=slope)
            for slope in ((0, 1) if kinks else (0,))
        }
        shares: tuple[float, ...] = (0.0,)
        if decay:
            shares = (0.0, decay, decay / sizes[1], 2 * decay)
        for convention in conventions(kinks=kinks, decays=shares):
            here = lines[convention.slope_at_zero]
            case = _Case(here, convention, sizes[1], arrays, named, rate)
            if not case.possible:
                misfits.append(MisfitError(case.misfits[0], *sizes))
                continue
            score = case.score()
            best = [case] if score > highest else [*best, case] if score == highest else best
            highest = max(score, highest)
            if not case.wrong:
                return case.outcome()
    if not best:
        raise misfits[0]
    # Of conventions that fit equally well, one in which the first wrong array is explained.
    outcomes = (case.outcome() for case in best[:MOST_TRIED])
    first = next(outcomes)
    return next((one for one in (first, *outcomes) if one.explained), first)


class LabelError(Exception):
    """A label, in an array by its name, that is no number of a class."""

    def __init__(self, name: str, label: float, classes: int) -> None:
        super().__init__(name)
        self.name, self.label, self.classes = name, label, classes


def _unit(value: Array) -> float | None:
    """The last place of numbers that may be copied from a print, 0 of whole ones; else None."""
    import numpy as np

    if np.array_equal(np.round(value), value):
        return 0.0
    places = range(1, MOST_PRINTED + 1)
    found = (place for place in places if np.array_equal(np.round(value, place), value))
    decimals = next(found, None)
    return None if decimals is None else 10.0**-decimals


class MisfitError(Exception):
    """An array, by its name, that fits a network of so many inputs and samples in no way."""

    def __init__(self, name: str, inputs: int, samples: int) -> None:
        super().__init__(name)
        self.name, self.inputs, self.samples = name, inputs, samples


class _Case:
    """The arrays in one convention."""

    def __init__(
        self,
        lines: Lines,
        convention: Convention,
        samples: int,
        handed: Mapping[str, Array],
        named: Mapping[str, str],
        rate: float | None,
    ) -> None:
        self._lines, self._convention, self._samples = lines, convention, samples
        self._handed, self._named = handed, named
        self.misfits: list[str] = []
        # What the problem gives; of what is handed in as well, that is taken.
        self._given: dict[Quantity, Array] = {
            quantity: self._as_array(numbers).reshape(quantity.shape)
            for quantity, numbers in lines.known.items()
        }
        self._misfit: dict[Quantity, Array] = {}
        self._names: dict[Quantity, str] = {}
        self._precision: dict[Quantity, float] = {}
        self._units: dict[Quantity, float] = {}
        """The last place of those whose numbers look printed."""
        self._doubled: dict[str, str] = {}
        for name, canonical in named.items():
            quantity = lines.by_name.get(canonical)
            if quantity is not None and quantity in self._names:
                self._doubled[name] = self._names[quantity]
            elif quantity is not None:
                self._take(name, quantity, handed[name])
        if rate is not None and lines.rate is not None:
            self._given[lines.rate] = self._as_array(rate)
        # What was taken for the weights is the new value as it was handed in.
        self._unscaled = {one: value for one, value in self._given.items() if one.kind == UPDATED}
        self._in_scale()
        self._own = self._worked_out(dict(self._given))
        start = {one: value for one, value in self._given.items() if one not in lines.defined}
        self._true = self._worked_out(start)
        self._status = {one: self._judged(one) for one in self._in_order()}
        self.wrong = [one for one, status in self._status.items() if status == WRONG]

    @staticmethod
    def _as_array(value: Any) -> Array:
        import numpy as np

        return np.asarray(value, dtype=float)

    def _take(self, name: str, quantity: Quantity, array: Array) -> None:
        """Turn an array as the lines have it; what has another shape is kept beside."""
        import numpy as np

        self._names[quantity] = name
        single = array.dtype in (np.dtype("float32"), np.dtype("float16"))
        self._precision[quantity] = CLOSE_IN_SINGLE if single else CLOSE
        value = self._as_array(array)
        unit = _unit(value) if quantity in self._lines.defined and not single else None
        if unit is not None:
            self._units[quantity] = unit
        want = quantity.shape
        if quantity.role is Role.TARGET and value.size == want[0] and want[1] > 1:
            # Labels are the numbers of the classes.
            labels = value.ravel()
            if not np.isin(labels, range(want[1])).all():
                raise LabelError(name, float(labels.max()), want[1])
            value = np.eye(want[1])[labels.astype(int)]
            value = value.T if self._convention.columns else value
        turned = self._convention.to_from if quantity.role is Role.WEIGHT else (
            self._convention.columns and quantity.role is not Role.BIAS
        )  # fmt: skip
        if value.ndim == 2 and turned:
            value = value.T
        if (
            value.shape != want
            and value.size == np.prod(want)
            and (value.ndim < 2 or quantity.role is Role.BIAS)
        ):
            value = value.reshape(want)
        if value.shape == want:
            self._given[quantity] = value
        else:
            self._misfit[quantity] = value
            if quantity not in self._lines.defined:
                self.misfits.append(name)

    @property
    def possible(self) -> bool:
        """Whether inputs, targets, weights and biases all have their shapes."""
        return not self.misfits

    def _factor(self, quantity: Quantity) -> float:
        """By what an array of this convention is larger than that of the lines."""
        one = self._convention
        if quantity.kind != DERIVATIVE:
            return 1.0
        whole = one.gradients if quantity.role in (Role.WEIGHT, Role.BIAS) else one.deltas
        return (self._lines.whole if whole else 1.0) * (-1.0 if one.downhill else 1.0)

    def _in_scale(self) -> None:
        """Bring derivatives and new values to the scale of the lines."""
        for store in (self._given, self._misfit):
            for quantity, value in store.items():
                found = self._undecayed(quantity, value) / self._factor(quantity)
                old = self._old(quantity, value)
                if old is not None and quantity.kind == UPDATED and self._convention.steps:
                    found = old + (found - old) / self._lines.whole
                store[quantity] = found

    def _old(self, quantity: Quantity, value: Array) -> Array | None:
        """The weights of a derivative or of a new value."""
        old = self._given.get(quantity.as_kind(""))
        return old if old is not None and quantity.kind and old.shape == value.shape else None

    def _undecayed(self, quantity: Quantity, value: Array) -> Array:
        """An array without what weight decay has added to it."""
        share, old = self._convention.decay, self._old(quantity, value)
        if not share or old is None or quantity.role is not Role.WEIGHT:
            return value
        if quantity.kind == DERIVATIVE:
            return value if self._convention.decay_in_step else value - share * old
        rate = self._given.get(self._lines.rate) if self._lines.rate is not None else None
        return value if rate is None else value + rate * share * old

    def _worked_out(self, values: dict[Quantity, Array]) -> dict[Quantity, Array]:
        """Everything that follows from some arrays, where all that it needs is known."""
        for quantity, line in self._lines.defined.items():
            if quantity in values:
                continue
            if all(each.quantity in values for each in leaves(line.formula)):
                values[quantity] = Worked(values)(line.formula).reshape(quantity.shape)
        return values

    def _in_order(self) -> list[Quantity]:
        return [one for one in self._lines.defined if one in self._names]

    def _expected(self, quantity: Quantity) -> Array | None:
        """What follows from the own arrays before it."""
        formula = self._lines.defined[quantity].formula
        if all(each.quantity in self._own for each in leaves(formula)):
            return Worked(self._own)(formula).reshape(quantity.shape)
        return None

    def _is(self, quantity: Quantity, value: Array | None) -> bool:
        import numpy as np

        mine = self._given.get(quantity)
        if mine is None or value is None:
            return False
        most = max(float(np.abs(value).max()), float(np.abs(mine).max()), 1e-12)
        return bool(np.abs(mine - value).max() <= self._tolerance(quantity) * most)

    def _tolerance(self, quantity: Quantity) -> float:
        """How far an array may be off, relative to its largest entry."""
        rough = self._rough(quantity) if self._is_printed else 0.0
        return max(self._precision[quantity], self._worst, rough)

    @cached_property
    def _is_printed(self) -> bool:
        """Whether all numbers look copied from a print: of some, 0.75 may be exact."""
        worked = [one for one in self._names if one in self._lines.defined]
        return len(self._units) == len(worked) and any(self._units.values())

    def _rough(self, quantity: Quantity) -> float:
        import numpy as np

        value = self._given.get(quantity, self._misfit.get(quantity))
        largest = 0.0 if value is None else float(np.abs(value).max(initial=0.0))
        return ROUNDED * self._units.get(quantity, 0.0) / largest if largest else 0.0

    @cached_property
    def _worst(self) -> float:
        """How exact the least exact array is: what follows from it is no better."""
        rough = [self._rough(one) for one in self._units] if self._is_printed else []
        # Of numbers with one or two digits nobody tells anything about others.
        return max(CLOSE, *self._precision.values(), *(one for one in rough if one < ROUNDEST))

    def _judged(self, quantity: Quantity) -> str:
        if self._is(quantity, self._true.get(quantity)):
            return AGREES
        own = self._expected(quantity)
        if self._is(quantity, own):
            return FOLLOWS if quantity in self._true else AGREES
        known = own is not None or quantity in self._true
        return WRONG if known or quantity in self._misfit else UNCHECKED

    def score(self) -> tuple[int, int, int]:
        """How many arrays agree here, how many are not wrong, how late the first wrong one is."""
        order = self._in_order()
        late = order.index(self.wrong[0]) if self.wrong else len(order)
        agree = sum(status == AGREES for status in self._status.values())
        return agree, len(order) - len(self.wrong), late

    def outcome(self) -> Outcome:
        """All that was found, the first wrong arrays explained."""
        first = [one for one in self.wrong if not self._rests_on_wrong(one)]
        judged = {one: self._told(one, explain=one in first) for one in self._in_order()}
        return Outcome(
            self._lines,
            self._convention,
            tuple(judged.values()),
            tuple(judged[one] for one in first),
            tuple(name for name in self._handed if name not in self._named),
            self._own,
            dict(self._named),
            self._doubled,
        )

    def _rests_on_wrong(self, quantity: Quantity) -> bool:
        waiting, seen = [quantity], set()
        while waiting:
            line = self._lines.defined.get(waiting.pop())
            for leaf in leaves(line.formula) if line is not None else ():
                if leaf.quantity in seen:
                    continue
                seen.add(leaf.quantity)
                if self._status.get(leaf.quantity) == WRONG:
                    return True
                waiting.append(leaf.quantity)
        return False

    def _told(self, quantity: Quantity, *, explain: bool) -> Judged:
        import numpy as np

        status, name = self._status[quantity], self._names[quantity]
        wanted = self._expected(quantity)
        if wanted is None:
            wanted = self._true.get(quantity)
        mine = self._given.get(quantity)
        if status == UNCHECKED:
            return Judged(name, quantity, status, missing=self._missing(quantity))
        if status == AGREES or wanted is None:
            return Judged(name, quantity, status)
        causes = self._causes(quantity, wanted) if explain else ()
        if mine is None:
            return Judged(name, quantity, status, causes=causes, shape=self._handed[name].shape)
        apart = np.abs(mine - wanted)
        most = max(float(np.abs(wanted).max()), 1e-12)
        off = tuple(map(tuple, np.argwhere(apart > self._tolerance(quantity) * most).tolist()))
        return Judged(name, quantity, status, float(apart.max() / most), off, causes)

    def _missing(self, quantity: Quantity) -> tuple[Quantity, ...]:
        """What is given in an exercise, leads to an array and was not handed in."""
        waiting, seen = [quantity], {quantity}
        found: dict[Quantity, None] = {}
        while waiting:
            line = self._lines.defined.get(waiting.pop())
            for leaf in leaves(line.formula) if line is not None else ():
                if leaf.quantity in seen or leaf.quantity in self._own:
                    continue
                seen.add(leaf.quantity)
                waiting.append(leaf.quantity)
                if leaf.quantity not in self._lines.defined:
                    found[leaf.quantity] = None
        return tuple(found)

    # What explains an array

    def _causes(self, quantity: Quantity, right: Array) -> tuple[str, ...]:
        """Slips that give every entry of it."""
        found: dict[str, None] = {}
        for key, value in self._slips(quantity, right):
            if key not in found and self._comes_to(quantity, value, right):
                found[key] = None
        for key, less in COVERS.items():
            if key in found:
                found = {other: None for other in found if other.partition(":")[0] not in less}
        rank = {key: place for place, key in enumerate(FREQUENT)}
        return tuple(sorted(found, key=lambda key: rank.get(key, len(rank))))[:MOST_CAUSES]

    def _comes_to(self, quantity: Quantity, value: Array, right: Array) -> bool:
        """Whether a slip gives the array that was handed in, and not the right one."""
        import numpy as np

        mine = self._given.get(quantity, self._misfit.get(quantity))
        assert mine is not None
        if value.size != mine.size or np.squeeze(value).shape != np.squeeze(mine).shape:
            return False
        value, mine = np.squeeze(value), np.squeeze(mine)
        largest = (float(np.abs(one).max()) for one in (mine, value, right))
        near = self._tolerance(quantity) * max(*largest, 1e-12)
        if np.abs(value - mine).max() > near:
            return False
        same_size = value.size == right.size and value.shape == np.squeeze(right).shape
        return not (same_size and np.abs(value - np.squeeze(right)).max() <= near)

    def _slips(self, quantity: Quantity, right: Array) -> Iterator[tuple[str, Array]]:
        import numpy as np

        line = self._lines.defined[quantity]
        others = {**self._true, **self._own, **self._unscaled}
        for other, value in others.items():
            if other != quantity and other.shape == quantity.shape and other.kind != UPDATED:
                yield f"is_other:{other.name}", value
                if other.kind == DERIVATIVE and not quantity.kind:
                    yield f"is_other:{other.name}", value * self._samples
        yield from self._whole(right)
        yield from self._at_output(quantity, right)
        put_in: dict[int, Quantity] = {}
        formula = self._written_out(line.formula, quantity, put_in)

        def besides(node: Formula, value: Array) -> Iterator[tuple[str, Array]]:
            if id(node) in put_in:
                yield from self._whole(value)
                yield from self._at_output(put_in[id(node)], value)
            elif isinstance(node, Ref):
                yield from self._at_output(node.quantity, value)

        scale = self._factor(quantity)
        yield from Slips(self._own, others, self._samples, scale, besides).of(formula)
        mine = self._given.get(quantity)
        before = self._own.get(quantity.as_kind(""))
        weights = quantity.role in (Role.WEIGHT, Role.BIAS)
        if weights and mine is not None and before is not None:
            with np.errstate(all="ignore"):
                share = (mine - right) / before
            middle = float(np.median(share))
            if np.isfinite(middle) and abs(middle) < 1:
                yield "weight_decay", right + middle * before

    def _whole(self, value: Array) -> Iterator[tuple[str, Array]]:
        widths = {one.shape[-1] for one in self._lines.defined if one.shape}
        widths |= {one.shape[0] for one in self._own if one.role is Role.WEIGHT}
        return on_the_whole(value, self._samples, widths)

    def _written_out(
        self, formula: Formula, quantity: Quantity, where: dict[int, Quantity]
    ) -> Formula:
        """A line with the lines put in of what was not handed in, as far back as that goes.

        `where` is told which node is which of these.
        """
        forward = quantity.kind == ""

        def put_in(node: Formula) -> Formula | None:
            if not isinstance(node, Ref) or node.quantity in self._names:
                return None
            line = self._lines.defined.get(node.quantity)
            if line is None or (not forward and node.quantity.kind == ""):
                return None
            found = replace(line.formula, put_in)
            where[id(found)] = node.quantity
            return found

        return replace(formula, put_in)

    def _at_output(self, quantity: Quantity, right: Array) -> Iterator[tuple[str, Array]]:
        """What is done wrong at this quantity alone, whatever its line is."""
        import numpy as np

        with np.errstate(all="ignore"):
            if quantity.kind == DERIVATIVE:
                if quantity.role is Role.WEIGHTED_SUM:
                    yield from of_delta(quantity, right, self._lines, self._own)
                elif quantity.as_kind("") == self._lines.output:
                    yield from of_error(self._lines, self._own)
            elif not quantity.kind:
                yield from of_value(quantity, right)

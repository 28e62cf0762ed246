"""What explains an array that is wrong: the slips that give every entry of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.debugging.convention import TRAINED
from bp_tutor.debugging.outcome import CONSTANT_FACTOR, OTHER_RATE
from bp_tutor.debugging.output import of_delta, of_error, of_target, of_value
from bp_tutor.debugging.slips import Slips, Worked, leaves, on_the_whole
from bp_tutor.debugging.step_before import StepBefore
from bp_tutor.formula import Div, Ref, replace
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, Quantity, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.case import Case
    from bp_tutor.formula import Formula

    Array = NDArray[np.float64]

LEAST_DECAY = 1e-9
"""A smaller share of the weights is none."""
OF_LAYER = ("slope_of_other_layer", "other_layer")
"""Slips that are of a layer, whichever of its arrays is named."""
SAME_FACTOR = 1e-4
"""So far numbers may be apart, relative to each other, that are one factor."""
FREQUENT = (
    "sign", "slope_left_out", "mean_left_out", "mean_twice", "transposed", "star_for_matmul",
    "not_summed", "sum_over_units", "sum_over_all", "already_updated", "bias_left_out",
    "activation_left_out", "z_for_a", "a_for_z", "slope_at_other", "other_slope", "other_layer",
    "slope_of_other_layer", "backward_twice",
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
    "decay_left_out": ("term_left_out",),
    "decay_sign": ("sign_of_term", "weight_decay"),
    "decay_twice": ("factor_twice", "weight_decay"),
    "divided_by_other": ("factor_two", "factor_half", "factor_left_out"),
}
"""Of slips that are the same one the one that says more."""


class Causes:
    """Slips that explain the wrong arrays of one case."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def of(self, quantity: Quantity, right: Array) -> tuple[str, ...]:
        """Slips that give every entry of it."""
        found: dict[str, None] = {}
        plain = self._plain(quantity, right)
        if plain:
            return plain
        for key, value in self._slips(quantity, right):
            if key not in found and self._comes_to(quantity, value, right):
                found[key] = None
        if not found and quantity in self._case.given:
            found = dict.fromkeys(self._of_step_before(quantity, right))
        if quantity in self._case.given:
            found |= dict.fromkeys(self._of_factor(quantity, right))
        heads = {key.partition(":")[0] for key in found}
        less = {each for key in heads & COVERS.keys() for each in COVERS[key]}
        rank = {key: place for place, key in enumerate(FREQUENT)}
        kept = [key for key in self._once(found) if key.partition(":")[0] not in less]
        return tuple(sorted(kept, key=lambda key: rank.get(key.partition(":")[0], len(rank))))

    def _once(self, keys: Iterable[str]) -> Iterator[str]:
        """Slips without those that are the same with the other array of a layer: `Z` for `A`."""
        seen = set()
        for key in keys:
            head, _, other = key.partition(":")
            array = self._case.lines.by_name.get(other)
            mark = (head, array.layer) if array is not None and head in OF_LAYER else key
            if mark not in seen:
                yield key
            seen.add(mark)

    def _plain(self, quantity: Quantity, right: Array) -> tuple[str, ...]:
        """What an array shows by itself, whatever its line is."""
        import numpy as np

        case, mine = self._case, self._case.given.get(quantity)
        if mine is None or not right.any():
            return ()
        if quantity.kind == UPDATED:
            before = case.own.get(quantity.as_kind(""))
            same = before is not None and np.array_equal(case.unscaled[quantity], before)
            return ("step_not_made",) if same else ()
        if mine.any():
            return ()
        whole = case.handed[case.names[quantity]].dtype.kind in "iu"
        cut = whole and self._comes_to(quantity, np.trunc(right), right)
        return ("zeros", "whole_numbers") if cut else ("zeros",)

    def _of_factor(self, quantity: Quantity, right: Array) -> Iterator[str]:
        """A number by which all entries are off: of a step it is in the learning rate."""
        share = self._share(quantity, right)
        if share is None:
            return
        # A single number is some multiple of any other one.
        alone = quantity.size == 1 and not any(
            (other := self._share(one, value)) is not None and abs(other / share - 1) < SAME_FACTOR
            for one, value in self._likewise(quantity)
        )
        if alone:
            return
        if quantity.kind != UPDATED:
            yield f"{CONSTANT_FACTOR}:{share:.4g}"
        elif self._case.rate is not None and share > 0:
            yield f"{OTHER_RATE}:{share * float(self._case.rate):.4g}"

    def _likewise(self, quantity: Quantity) -> Iterator[tuple[Quantity, Array]]:
        """The larger arrays of its kind that are wrong as well, with what they should be."""
        for one in self._case.wrong:
            value = self._case.expected(one)
            if one.kind == quantity.kind and one.size > 1 and value is not None:
                yield one, value

    def _share(self, quantity: Quantity, right: Array) -> float | None:
        """What all entries, or all steps, are multiplied by; None where it is no one number."""
        import numpy as np

        mine = self._case.given.get(quantity)
        before = self._case.own.get(quantity.as_kind("")) if quantity.kind == UPDATED else 0.0
        if mine is None or before is None:
            return None
        own, wanted = mine - before, right - before
        whole = float((wanted * wanted).sum())
        share = float((own * wanted).sum()) / whole if whole else 0.0
        near = self._case.tolerance(quantity) * float(np.abs(mine).max(initial=0.0))
        fits = np.abs(own - share * wanted).max(initial=0.0) <= near
        return share if share and fits else None

    def _of_step_before(self, quantity: Quantity, right: Array) -> Iterator[str]:
        """What comes from the step before: gradients that were not reset, or a stale array."""
        weights = quantity.role in (Role.WEIGHT, Role.BIAS) and quantity.kind == DERIVATIVE
        if weights and self._case.before is None and self._before.added_up():
            yield "not_reset"
            return
        before = self._values_before
        if before is None or quantity not in before:
            return
        if weights and self._comes_to(quantity, right + before[quantity], right):
            yield "not_reset"
        if self._comes_to(quantity, before[quantity], right):
            yield f"stale:{quantity.name}"
            return
        formula = self._written_out(self._case.lines.defined[quantity].formula, quantity, {})
        for leaf in dict.fromkeys(each.quantity for each in leaves(formula)):
            if leaf in before and leaf in self._case.own:
                value = Worked({**self._case.own, leaf: before[leaf]})(formula)
                if self._comes_to(quantity, value.reshape(quantity.shape), right):
                    yield f"stale:{leaf.name}"

    @cached_property
    def _all_gradients_wrong(self) -> bool:
        """Whether nothing that is trained has its right gradient: one cause may be behind all."""
        return all(
            one in self._case.wrong
            for one in self._case.names
            if one.kind == DERIVATIVE and one.role in TRAINED
        )

    @cached_property
    def _before(self) -> StepBefore:
        return StepBefore(self._case)

    @cached_property
    def _values_before(self) -> Mapping[Quantity, Array] | None:
        return self._before.values() if self._case.before is None else self._case.before

    def _comes_to(self, quantity: Quantity, value: Array, right: Array) -> bool:
        """Whether a slip gives the array that was handed in, and not the right one."""
        import numpy as np

        mine = self._case.given.get(quantity, self._case.misfit.get(quantity))
        assert mine is not None
        if value.size != mine.size or np.squeeze(value).shape != np.squeeze(mine).shape:
            return False
        value, mine = np.squeeze(value), np.squeeze(mine)
        largest = (float(np.abs(one).max()) for one in (mine, value, right))
        near = self._case.tolerance(quantity) * max(*largest, 1e-12)
        if np.abs(value - mine).max() > near:
            return False
        same_size = value.size == right.size and value.shape == np.squeeze(right).shape
        return not (same_size and np.abs(value - np.squeeze(right)).max() <= near)

    def _slips(self, quantity: Quantity, right: Array) -> Iterator[tuple[str, Array]]:
        line = self._case.lines.defined[quantity]
        others = {**self._case.true, **self._case.own, **self._case.unscaled}
        for other, value in others.items():
            if other != quantity and other.shape == quantity.shape and other.kind != UPDATED:
                yield f"is_other:{other.name}", value
                if other.kind == DERIVATIVE and not quantity.kind:
                    yield f"is_other:{other.name}", value * self._case.samples
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

        scale = self._case.convention.factor(quantity, self._case.lines.whole)
        yield from Slips(self._case.own, others, self._case.samples, scale, besides).of(formula)
        if quantity.kind == UPDATED:
            yield from self._not_corrected(quantity)
        if quantity.role in (Role.WEIGHT, Role.BIAS) and quantity in self._case.given:
            yield from self._decays(quantity, right)
            if quantity.kind == DERIVATIVE and self._all_gradients_wrong:
                yield "backward_twice", right * 2

    def _not_corrected(self, quantity: Quantity) -> Iterator[tuple[str, Array]]:
        """A step with running means as they are, not divided by what makes up for their start."""
        own, defined = self._case.own, self._case.lines.defined
        formula, bare = defined[quantity].formula, {}
        for leaf in dict.fromkeys(each.quantity for each in leaves(formula)):
            match defined[leaf].formula if leaf in defined else None:
                case Div(Ref(mean), correction) if mean in own and not correction.shape:
                    bare[leaf] = own[mean]
        if bare and all(each.quantity in own for each in leaves(formula)):
            value = Worked({**own, **bare})(formula)
            yield "not_corrected", value.reshape(quantity.shape)

    def _decays(self, quantity: Quantity, right: Array) -> Iterator[tuple[str, Array]]:
        """A share of the weights that is added and should not be, or the other way round."""
        import numpy as np

        case, before = self._case, self._case.own.get(quantity.as_kind(""))
        if before is None or before.shape != right.shape or right.size == 1:
            # Some share of one number gives any other one.
            return
        with np.errstate(all="ignore"):
            share = float(np.median((case.given[quantity] - right) / before))
        if not np.isfinite(share) or abs(share) >= 1:
            return
        wanted = self._decay_wanted(quantity, right, before)
        own = wanted + share * case.convention.factor(quantity, case.lines.whole)
        yield _decay_key(quantity, own, wanted), right + share * before

    def _decay_wanted(self, quantity: Quantity, right: Array, before: Array) -> float:
        """The share of the weights that belongs in an array, as the program counts it."""
        import numpy as np

        case, convention = self._case, self._case.convention
        without = {**case.own, quantity.as_kind(""): np.zeros_like(before)}
        bare = Worked(without)(case.lines.defined[quantity].formula).reshape(right.shape)
        with np.errstate(all="ignore"):
            share = float(np.median((right - bare) / before)) if before.any() else 0.0
        decay = convention.decay if quantity.role is Role.WEIGHT else 0.0
        if quantity.kind == UPDATED:
            return share - 1 - decay * (0.0 if case.rate is None else float(case.rate))
        factor = convention.factor(quantity, case.lines.whole)
        return share * factor + (0.0 if convention.decay_in_step else decay)

    def _whole(self, value: Array) -> Iterator[tuple[str, Array]]:
        widths = {one.shape[-1] for one in self._case.lines.defined if one.shape}
        widths |= {one.shape[0] for one in self._case.own if one.role is Role.WEIGHT}
        return on_the_whole(value, self._case.samples, widths)

    def _written_out(
        self, formula: Formula, quantity: Quantity, where: dict[int, Quantity]
    ) -> Formula:
        """A line with the lines put in of what was not handed in, as far back as that goes.

        `where` is told which node is which of these.
        """
        forward = quantity.kind == ""

        def put_in(node: Formula) -> Formula | None:
            if not isinstance(node, Ref) or node.quantity in self._case.names:
                return None
            line = self._case.lines.defined.get(node.quantity)
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
                    yield from of_delta(quantity, right, self._case.lines, self._case.own)
                elif quantity.as_kind("") == self._case.lines.output:
                    yield from of_error(self._case.lines, self._case.own)
            elif quantity.role is Role.TARGET:
                yield from of_target(right)
            elif quantity.role in (Role.WEIGHTED_SUM, Role.ACTIVATION, Role.OUTPUT):
                yield from of_value(quantity, right)


def _decay_key(quantity: Quantity, own: float, wanted: float) -> str:
    """What is wrong with weight decay, where another share of the weights is in an array."""
    if abs(wanted) < LEAST_DECAY:
        if quantity.role is Role.BIAS:
            return "decay_on_bias"
        adds = own > 0 if quantity.kind == DERIVATIVE else own < 0
        return "weight_decay" if adds else "decay_sign"
    for key, times in (("decay_left_out", 0.0), ("decay_sign", -1.0), ("decay_twice", 2.0)):
        if abs(own / wanted - times) < 1e-3:
            return key
    return "decay_other"

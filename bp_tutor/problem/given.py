"""What a file gives of a network beside inputs and weights.

Values of its arrays, derivatives by them, and what an optimiser starts from. A value is taken as
it stands instead of being calculated. A derivative is the whole derivative of the loss by an
array, and the backward pass begins there; of all steps of a state at once it is what comes from
outside at each step, and what comes back through time is added. Names are those of the
calculation, canonical or in the course's notation.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.forward import forward_of
from bp_tutor.catalogue.layer import Signal
from bp_tutor.catalogue.optimisers import COUNT, form_of
from bp_tutor.fields.forms import BAD, Whole, number_of
from bp_tutor.fields.numbers import Nested
from bp_tutor.formula import Quantity, Ref, Role, walk
from bp_tutor.formula.addresses import taken_apart
from bp_tutor.formula.quantity import DERIVATIVE, OUTSIDE, SAMPLE, STARTS, VALUE, Address
from bp_tutor.frozen import Frozen
from bp_tutor.problem.concepts import learnt_by
from bp_tutor.problem.layers import fitted_array
from bp_tutor.problem.model import MOST_UPDATES
from bp_tutor.problem.samples import fitted, listed_in
from bp_tutor.problem.schema import Samples
from bp_tutor.problem.weights import trained_arrays
from bp_tutor.reader import Scalar, first_number, scalar_value, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.catalogue.definition import Definition
    from bp_tutor.catalogue.forward import Forward
    from bp_tutor.catalogue.layer import Array
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix
    from bp_tutor.fields.records import Section
    from bp_tutor.notations.names import Names
    from bp_tutor.problem.draft import Draft, LayerDraft
    from bp_tutor.problem.symbols import Reader
    from bp_tutor.reader import Node

    Entries = dict[Address, tuple[float, "Scalar"]]

_QUOTIENT = re.compile(r"[d∂]\w+/[d∂](.+)")
MOST_MISSING = 8


class Known(Frozen):
    """What is given of one quantity: a row a sample; None where it is a symbol only."""

    quantity: Quantity
    rows: Matrix | None
    key: Scalar

    @property
    def is_state(self) -> bool:
        """Whether it is something that the optimiser keeps; such has one row."""
        return self.quantity.kind not in (VALUE, *STARTS) or self.quantity.name == COUNT


def read_given(
    problem: Section, draft: Draft, samples: int | None, symbols: Reader, context: Context
) -> tuple[Known, ...]:
    """What stands under `given:`; `samples` is None where nothing else says how many there are."""
    layers = (layer.layer._replace(bias=layer.bias) for layer in draft.layers)
    forward = forward_of(layers, draft.signal, 1)
    values = dict.fromkeys(line.quantity for line in forward.lines)
    trained = trained_arrays(draft)
    optimiser = learnt_by(problem)
    form = form_of(optimiser)
    names = symbols.names_of(
        [
            *(each for q in values for each in (q, q.as_kind(DERIVATIVE))),
            *(q.as_kind(state) for q in trained for state in form.states),
            *([Quantity(COUNT, role=Role.SETTING)] if optimiser.counts else ()),
        ]
    )
    reader = _Reader(names, symbols, problem, trained, forward, context)
    for key, node in problem["given"].items:
        reader.read(key, node)
    found = reader.found()
    _check_samples([known for known in found if not known.is_state], samples, context)
    _check_ways(found, forward.lines, context)
    return tuple(found)


class _Reader:
    """Takes in what is given, array by array or number by number."""

    def __init__(
        self,
        names: Names,
        symbols: Reader,
        problem: Section,
        trained: dict[Quantity, tuple[LayerDraft, Array]],
        forward: Forward,
        context: Context,
    ) -> None:
        self.names, self.symbols, self.problem = names, symbols, problem
        self.forward, self.context = forward, context
        self.network, self.trained = problem["network"], trained
        self.form = form_of(learnt_by(problem))
        conventions = problem["conventions"]
        self.descent = bool(conventions) and conventions["delta"] == "descent"
        self.known: dict[Quantity, Known] = {}
        self.entries: Entries = {}

    def read(self, key: Scalar, node: Node) -> None:
        """Take in one line under `given:`."""
        meant, sign = self._meant(key)
        if not meant:
            return
        if not isinstance(node, Scalar):
            self._array(meant, key, node, sign)
        elif scalar_value(node) is None and meant[0].quantity.kind == DERIVATIVE:
            for each in self._started(meant):
                self._put(Known(each, None, key))
        elif len(meant) > 1:
            self.context.wrong(node, "expected.data")
        elif meant[0].quantity.name == COUNT:
            first = Whole(1, MOST_UPDATES).read(node, self.context)
            if first is not BAD:
                self._put(Known(meant[0].quantity, ((float(first),),), key))
        elif (number := number_of(node, self.context)) is not BAD:
            if number < 0 and meant[0].quantity.kind in self.form.never_negative:
                self._below_zero(node)
            if meant[0] in self.entries:
                self.context.mistake(key, "problem.name_twice", name=shown(key.text))
            self.entries[meant[0]] = sign * number, key

    def found(self) -> list[Known]:
        """All that is given; what is given number by number is put together."""
        for quantity in dict.fromkeys(address.quantity for address in self.entries):
            addresses = tuple(quantity.addresses())
            missing = [each for each in addresses if each not in self.entries]
            key = next(key for each, (_, key) in self.entries.items() if each.quantity == quantity)
            if missing:
                names = ", ".join(
                    self.names.typed(each, key.text) for each in missing[:MOST_MISSING]
                )
                names += f" ... ({len(missing)})" * (len(missing) > MOST_MISSING)
                self.context.mistake(key, "problem.given_missing", names=names)
            else:
                row = tuple(self.entries[each][0] for each in addresses)
                self._put(Known(quantity, (row,), key))
        return list(self.known.values())

    def _meant(self, key: Scalar) -> tuple[list[Address], int]:
        """The numbers that a name means, and the sign with which they are given."""
        quotient = _QUOTIENT.fullmatch(key.text)
        text = quotient[1] if quotient else key.text
        found = self._quantities(text)
        if quotient and all(each.quantity.kind == VALUE for each in found):
            found = [each._replace(quantity=each.quantity.as_kind(DERIVATIVE)) for each in found]
        if not found and not self._told_elsewhere(key, text):
            choices = [each.name for each in self.names.quantities]
            self.context.unknown(key, "problem.no_such_array", key.text, choices)
        return found, -1 if quotient and self.descent else 1

    def _told_elsewhere(self, key: Scalar, text: str) -> bool:
        """Tell where it belongs, of what a file says at another place or not at all."""
        if text == COUNT:
            optimiser = learnt_by(self.problem).name
            self.context.mistake(key, "problem.no_count", optimiser=optimiser)
            return True
        own = (*self.forward.inputs, *self.trained)
        names = self.symbols.names_of([*own, *(each.as_kind(DERIVATIVE) for each in own)])
        meaning = names.read(text)
        if meaning is None:
            return False
        found = meaning.quantity
        if found.as_kind(VALUE) not in self.trained:
            if found.kind or key.text != text:
                return False
            self.context.mistake(key, "problem.given_input", name=shown(key.text))
            return True
        derived = found.kind == DERIVATIVE or key.text != text
        ending = "gradient" if derived else "weight"
        first = self.forward.lines[0].quantity.as_kind(DERIVATIVE).name
        self.context.mistake(key, f"problem.given_{ending}", name=shown(key.text), example=first)
        return True

    def _quantities(self, text: str) -> list[Address]:
        meaning = self.names.read(text)
        if meaning is not None:
            return list(meaning.keys)
        # All time steps of a layer at once.
        apart = taken_apart(text)
        if apart is None or apart.sample or not apart.numbers:
            return []
        return [
            address
            for quantity in self.names.quantities
            if quantity.head == apart.head and quantity.place[:-1] == apart.numbers
            for address in quantity.addresses()
        ]

    def _array(self, meant: list[Address], key: Scalar, node: Node, sign: int) -> None:
        quantities = self._started(meant)
        if len(meant) < sum(quantity.size for quantity in quantities):
            self.context.wrong(node, "expected.number")
            return
        rows: Any = Samples().read(node, self.context)
        if rows is BAD:
            return
        if quantities[0].kind not in (VALUE, *STARTS):
            self._state(quantities[0], rows, key, node)
            return
        listed = listed_in(self.problem, shown(key.text), node, of_array=True)
        matrix = fitted(rows, listed, _signal(quantities), self.context)
        for step, quantity in enumerate(quantities if matrix is not None else ()):
            assert matrix is not None
            size = quantity.size
            parts = (row[step * size : (step + 1) * size] for row in matrix)
            signed = tuple(tuple(sign * number for number in part) for part in parts)
            self._put(Known(quantity, signed, key))

    def _started(self, meant: list[Address]) -> tuple[Quantity, ...]:
        """The arrays that are meant; of a derivative at several steps, where the pass starts.

        That is the step that is handed on, if only one is. Else, where one step leads to another,
        it is the part that comes from outside at each of them.
        """
        found = tuple(dict.fromkeys(address.quantity for address in meant))
        if found[0].kind != DERIVATIVE or len(found) == 1:
            return found
        values = [each.as_kind(VALUE) for each in found]
        handed_on = {each for placed in self.forward.layers for each in placed.formulas.outputs}
        ends = handed_on.intersection(values)
        if len(ends) == 1:
            return (ends.pop().as_kind(DERIVATIVE),)
        summed = found[0].role in (Role.WEIGHTED_SUM, Role.GATE)
        if summed or values[-1] not in _led_to(values[0], self.forward.lines):
            return found
        return tuple(each.as_kind(OUTSIDE) for each in found)

    def _state(self, state: Quantity, rows: Matrix | Nested, key: Scalar, node: Node) -> None:
        """What the optimiser keeps of an array, written as the array itself is."""
        layer, array = self.trained[state.as_kind(VALUE)]
        array = array._replace(cut=None)
        given: Any = rows
        if array.axes == ("from", "to"):
            if self.network.lacks("weight_order"):
                self.context.mistake(
                    self.network.node, "problem.no_weight_order", child="weight_order",
                    layer=layer.number,
                )  # fmt: skip
                return
        elif len(array.shape) > 2 and not isinstance(rows, Nested):
            given = Nested((len(rows), len(rows[0])), tuple(chain(*rows)))
        elif len(array.shape) == 2:
            given = rows[0] if not isinstance(rows, Nested) and len(rows) == 1 else ()
        numbers: Any = fitted_array(layer, array, given, node, self.network, self.context)
        if isinstance(numbers, tuple):
            if state.kind in self.form.never_negative and min(numbers) < 0:
                self._below_zero(node)
            self._put(Known(state, (numbers,), key))

    def _below_zero(self, node: Node) -> None:
        """Tell where the first negative number stands of what cannot be negative."""
        first = first_number(node, lambda number: number < 0)
        self.context.wrong(first or node, "expected.mean_of_squares")

    def _put(self, known: Known) -> None:
        if known.quantity in self.known:
            self.context.mistake(known.key, "problem.name_twice", name=shown(known.key.text))
        self.known[known.quantity] = known


def _signal(quantities: tuple[Quantity, ...]) -> Signal:
    """What one sample of an array is."""
    first = quantities[0]
    if first.axes[0] != SAMPLE:
        return Signal("positions", first.shape)
    if len(quantities) > 1:
        return Signal("sequence", first.shape[1:], len(quantities))
    return Signal("image" if "channel" in first.axes else "vector", first.shape[1:])


def _check_samples(found: list[Known], samples: int | None, context: Context) -> None:
    """Everything is given of the same samples."""
    wanted = samples
    for known in found:
        if known.rows is None:
            continue
        wanted = wanted or len(known.rows)
        if len(known.rows) != wanted:
            context.mistake(
                known.key, "problem.given_samples", name=shown(known.key.text),
                count=len(known.rows), wanted=wanted,
            )  # fmt: skip


def _check_ways(found: list[Known], lines: Iterable[Definition], context: Context) -> None:
    """A given derivative is the whole of it, so none may follow from another."""
    by_value = {
        known.quantity.as_kind(VALUE): known for known in found if known.quantity.kind in STARTS
    }
    for value, known in by_value.items():
        below = _led_to(value, lines)
        later = next(
            (
                other
                for other, also in by_value.items()
                if other in below and not _in_time(known.quantity, also.quantity)
            ),
            None,
        )
        if later is None:
            continue
        texts = [known.key.text, by_value[later].key.text]
        if texts[0] == texts[1]:
            last = [each for each in by_value if each.head == value.head][-1]
            context.mistake(
                known.key, "problem.given_through_time", name=shown(texts[0]),
                layer=value.place[0], last=last.as_kind(DERIVATIVE).name,
            )  # fmt: skip
            return
        context.mistake(
            known.key, "problem.given_follows", found=texts[0], other=texts[1],
            name=value.name, later=later.name,
        )  # fmt: skip
        return


def _in_time(one: Quantity, other: Quantity) -> bool:
    """Whether both are what comes from outside a layer through time, beside each other."""
    return one.kind == other.kind == OUTSIDE and one.place[0] == other.place[0]


def _led_to(start: Quantity, lines: Iterable[Definition]) -> set[Quantity]:
    """All that is worked out from a quantity."""
    reached = {start}
    for line in lines:
        nodes = walk(line.formula)
        if any(isinstance(node, Ref) and node.quantity in reached for node in nodes):
            reached.add(line.quantity)
    return reached - {start}


def differentiated(found: Iterable[Known]) -> int:
    """The last layer whose activation the derivatives pass through, the input being layer 1."""
    starts = [known.quantity for known in found if known.quantity.kind in STARTS]
    layers = (each.place[0] - (each.role is Role.WEIGHTED_SUM) for each in starts)
    return max(layers, default=0)

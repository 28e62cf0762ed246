"""What keeps numbers from teaching: dead units, numbers that look alike, mistakes nobody notices.

Each function looks at the numbers of a subject (`subject`) and gives the weaknesses that it
finds. Inputs of 0 and 1 are commonplace, and so are biases that are 0, frozen, or shared by a
layer: nothing is said of them.
"""

from __future__ import annotations

from decimal import Decimal
from math import floor, log10
from typing import TYPE_CHECKING

from bp_tutor.fields.numbers import Generated
from bp_tutor.formula import Address, Role
from bp_tutor.formula.quantity import DERIVATIVE, ONE, SAMPLE, VALUE
from bp_tutor.frozen import Frozen
from bp_tutor.quiz.points import number_at, number_of
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.reader import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.subject import Numbers, Subject
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.mistakes.candidates import Candidate

    Table = list[tuple[float, ...]]

MOST_NAMED = 4
"""So many entries are named; of the others, how many there are."""
OF_THE_RATE = ("misconception.step_for_gradient.name", "misconception.gradient_for_step.name")
"""Mistakes whose numbers hang on the learning rate, so that another one tells them apart."""
NOT_JUDGED = "not_judged"
"""Said of a network that is too large to be looked at; it is no weakness of its numbers."""
FLAT = 0.01
"""A slope that lets less of the error through than this is as good as none."""
ZERO = 1e-12
"""What floats leave of a 0."""
BINARY = ({0.0, 1.0}, {-1.0, 1.0})
DECIMALS, FIGURES = 3, 4
"""A number that is given with more of them takes more typing than it teaches."""
LARGE = 1e6


class Weakness(Frozen):
    """One thing that keeps numbers from teaching: a key of the words, and where it is."""

    key: str
    """Its sentence stands in the words as `teaching.<key>`."""
    entries: tuple[Address, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    """What else stands in the sentence; a `reader.Key` is a word itself."""
    grave: bool = False
    """Whether something cannot be learnt at all: a unit is dead, a gradient 0, a slope unsure.
    Others only leave a mistake unnoticed, or make more work than is needed."""
    update: int = 1

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The entries by their canonical names."""
        return tuple(entry.identifier for entry in self.entries)


def sentence(weakness: Weakness, page: Presentation) -> str:
    """A weakness in the language and the symbols of a page."""
    words = page.words
    values = {
        name: words.text(value) if isinstance(value, Key) else value
        for name, value in weakness.values
    }
    names = [page.name(*entry) for entry in weakness.entries[:MOST_NAMED]]
    listed = words.text("teaching.comma").join(names)
    more = len(weakness.entries) - len(names)
    if more > 0:
        listed = words.text("teaching.and_more", names=listed, count=more)
    told = words.text(f"teaching.{weakness.key}", entries=listed, **values)
    if any(value in OF_THE_RATE for _, value in weakness.values):
        told = words.text("teaching.other_rate", told=told)
    if weakness.update == 1:
        return told
    return words.text("teaching.in_update", update=weakness.update, told=told)


def _listed(
    lists: dict[str, list[Address]],
    values: tuple[tuple[str, str], ...] = (),
    *,
    grave: bool = False,
) -> tuple[Weakness, ...]:
    """A weakness for each key under which there are entries."""
    return tuple(
        Weakness(key, tuple(entries), values, grave) for key, entries in lists.items() if entries
    )


# Units, gradients and inputs


def unit_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Dead and saturated units, values at a kink, inputs and gradients that are 0."""
    units = _slopes(subject, numbers)
    zeros = _zero_inputs(subject, numbers)
    flat = [] if subject.problem.network is None else _zero_gradients(subject, numbers, zeros)
    grave = _listed({**units, "zero_gradient": flat}, grave=True)
    return (*grave, *_listed({"zero_input": zeros}))


def _slopes(subject: Subject, numbers: Numbers) -> dict[str, list[Address]]:
    """Units whose slope is 0 for all samples, those where it nearly is, and kinks."""
    steepest: dict[Address, tuple[float, bool]] = {}
    kinks: list[Address] = []
    for unit, before, slope, bends in subject.units:
        if before is not None and bends:
            value = number_at(numbers, before)
            if any(abs(value - bend) <= ZERO for bend in bends):
                kinks.append(before)
        if slope is not None:
            size = abs(number_of(slope, numbers) or 0.0)
            known, _ = steepest.get(unit, (0.0, False))
            steepest[unit] = max(known, size), bool(bends)
    dead = [unit for unit, (size, bent) in steepest.items() if size <= ZERO and bent]
    flat = [unit for unit, (size, bent) in steepest.items() if size < FLAT and unit not in dead]
    return {"dead_unit": dead, "saturated_unit": flat, "at_kink": kinks}


def _zero_inputs(subject: Subject, numbers: Numbers) -> list[Address]:
    """Inputs that are 0 in all samples: nothing is learnt from them."""
    network = subject.problem.network
    if network is None or network.form != "vector" or subject.large:
        return []
    found: list[Address] = []
    for quantity in subject.program.model.given:
        if quantity.role is Role.INPUT and quantity in numbers:
            columns = _columns(numbers, quantity)
            found += _at_units(quantity, [at for at, one in enumerate(columns) if not any(one)])
    return found


def _zero_gradients(subject: Subject, numbers: Numbers, zeros: list[Address]) -> list[Address]:
    """Gradients that are 0, save those of weights that start at an input that is 0."""
    silent = {zero.index[1] for zero in zeros}
    found: list[Address] = []
    for quantity in subject.program.model.wanted:
        derivative = quantity.as_kind(DERIVATIVE)
        if derivative not in numbers or subject.large:
            continue
        for entry in derivative.addresses():
            first = quantity.role is Role.WEIGHT and quantity.place == (1,)
            explained = first and entry.index[0] in silent
            if not explained and abs(number_at(numbers, entry)) <= ZERO:
                found.append(entry)
    return found


def _columns(numbers: Numbers, quantity: Quantity) -> Table:
    """The values of each unit, over all samples."""
    width, values = quantity.shape[-1], numbers[quantity]
    return [tuple(values[unit::width]) for unit in range(width)]


def _at_units(quantity: Quantity, units: list[int]) -> list[Address]:
    return [Address(quantity, (0, unit)) for unit in units]


# Numbers that look alike: nobody notices who takes the wrong one


def twin_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Equal inputs, and equal biases of a layer."""
    network = subject.problem.network
    if network is None or subject.large:
        return ()
    inputs: list[Address] = []
    biases: list[Address] = []
    trained = set(subject.program.model.wanted)
    for quantity in subject.program.model.given:
        if quantity not in numbers or len(quantity.shape) != 2:
            continue
        if quantity.axes[0] not in (SAMPLE, ONE) or quantity.shape[1] < 2:
            continue
        columns = _columns(numbers, quantity)
        # Zeros have a sentence of their own.
        twins = [at for at, one in enumerate(columns) if any(one) and columns.count(one) > 1]
        if quantity.role is Role.INPUT:
            drawn = isinstance(network.samples, Generated) or network.form != "vector"
            values = {value for column in columns for value in column}
            if not drawn and not any(values <= binary for binary in BINARY):
                inputs += _at_units(quantity, twins)
        elif quantity.role is Role.BIAS and quantity in trained:
            biases += _at_units(quantity, twins)
    return _listed({"equal_inputs": inputs, "equal_biases": biases})


def weight_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Symmetric matrices, units that are alike, weights of 0."""
    symmetric: list[Address] = []
    alike: list[Address] = []
    zeros: list[Address] = []
    for quantity in subject.program.model.given:
        # Not the state of an optimiser, which is 0 at first by nature.
        if quantity.kind != VALUE or quantity.axes != ("from", "to"):
            continue
        if quantity not in numbers or subject.large:
            continue
        columns = _columns(numbers, quantity)
        rows = list(zip(*columns, strict=True))
        zeros += [entry for entry in quantity.addresses() if not number_at(numbers, entry)]
        if len(rows) > 1 and rows == columns:
            symmetric.append(Address(quantity, (0, 1)))
        alike += _at_units(quantity, _repeated(columns))
        alike += [Address(quantity, (row, 0)) for row in _repeated(rows)]
    return _listed({"symmetric_weights": symmetric, "equal_weights": alike, "zero_weight": zeros})


def _repeated(rows: Table) -> list[int]:
    """The rows that stood there before."""
    return [place for place, row in enumerate(rows) if row in rows[:place]]


# Digits


def digit_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Given numbers with many digits, and results that so few decimals do not show."""
    if subject.large:
        return ()
    many = [
        entry
        for quantity in subject.program.model.given
        if quantity in numbers and not _is_generated(subject, quantity)
        for entry in quantity.addresses()
        if _is_long(number_at(numbers, entry))
    ]
    results = [(entry, abs(number_at(numbers, entry))) for entry in subject.entries]
    least = 0.5 * 10.0**-subject.digits
    lists = {
        "many_digits": many,
        "small_result": [entry for entry, size in results if ZERO < size < least],
        "large_result": [entry for entry, size in results if size >= LARGE],
    }
    return _listed(lists, (("digits", str(subject.digits)),))


def _is_long(value: float) -> bool:
    number = Decimal(repr(value)).normalize().as_tuple()
    return -int(number.exponent) > DECIMALS or len(number.digits) > FIGURES


def _is_generated(subject: Subject, quantity: Quantity) -> bool:
    """Whether its numbers come from a generator, or from nobody who typed them."""
    network = subject.problem.network
    if network is None or not quantity.place:
        return quantity.role in (Role.SETTING, Role.DECAY)
    if quantity.role is Role.INPUT:
        return isinstance(network.samples, Generated)
    own = network.layers[max(quantity.place[0] - 2, 0)]
    own_next = network.layers[min(quantity.place[0] - 1, len(network.layers) - 1)]
    given = (own.weights, own.bias.values, own_next.weights, own_next.bias.values)
    return any(isinstance(values, Generated) for values in given)


def radius(value: float, digits: int) -> float:
    """Half a unit of the last digit that the page shows of a value."""
    size = abs(value)
    if size >= 0.1 or size == 0:
        return 0.5 * 10.0**-digits
    return float(0.5 * 10.0 ** (floor(log10(size)) - max(digits, 1) + 1))


def step_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """New values that look like the old ones, though their gradients (or steps) are not 0."""
    unseen: list[Address] = []
    for new in subject.updated if not subject.large else ():
        if new in numbers:
            small = _looks_unchanged(subject, numbers, new)
            unseen += [entry for entry, one in zip(new.addresses(), small, strict=True) if one]
    return _listed({"small_step": unseen}, (("digits", str(subject.digits)),))


def _looks_unchanged(subject: Subject, numbers: Numbers, new: Quantity) -> Iterator[bool]:
    old, gradient = subject.updated[new]
    after, before = numbers[new], numbers[old]
    # A rule without a gradient goes nowhere where its step is 0.
    steps = (value - was for value, was in zip(after, before, strict=True))
    slopes = numbers.get(gradient) or tuple(steps)
    for value, was, slope in zip(after, before, slopes, strict=True):
        yield abs(slope) > ZERO and abs(value - was) < radius(value, subject.digits)


def _shows_nothing(subject: Subject, numbers: Numbers, entry: Address) -> bool:
    """Whether it is a new weight that is the old one, or looks like it."""
    if entry.quantity not in subject.updated:
        return False
    old, gradient = subject.updated[entry.quantity]
    slope = Address(gradient, entry.index)
    if gradient in numbers and abs(number_at(numbers, slope)) <= ZERO:
        return True
    new = number_at(numbers, entry)
    before = number_at(numbers, Address(old, entry.index))
    return abs(new - before) < radius(new, subject.digits)


# Mistakes that numbers hide: those that give the right number, and those that look alike


def mistake_weaknesses(subject: Subject, numbers: Numbers) -> tuple[Weakness, ...]:
    """Mistakes that give the right number, and pairs that give the same wrong one."""
    found: dict[tuple[str, ...], list[Address]] = {}
    for names, entry in unnoticed(subject, numbers):
        found.setdefault(names, []).append(entry)
    listed = sorted(found.items(), key=lambda pair: len(pair[0]))
    return tuple(
        Weakness(
            "hidden_mistake" if len(names) == 1 else "alike_mistakes",
            tuple(dict.fromkeys(entries)),
            tuple(
                (place, Key(f"misconception.{name}.name"))
                for place, name in zip(("mistake", "other"), names, strict=False)
            ),
        )
        for names, entries in listed
    )


def unnoticed(subject: Subject, numbers: Numbers) -> Iterator[tuple[tuple[str, ...], Address]]:
    """The mistake that gives the right number, or the two that give the same wrong one, and where.

    Left to sentences of their own are entries that are 0, steps that nobody sees, and mistakes
    that leave out a term that is 0. Two formulas that agree for any numbers cannot be told
    apart by any.
    """
    for entry in subject.entries:
        right = number_at(numbers, entry)
        if abs(right) <= ZERO or _shows_nothing(subject, numbers, entry):
            continue
        reach = radius(right, subject.digits)
        candidates = subject.candidates(entry)
        wrong: list[tuple[float, int]] = []
        values = candidates.values(lambda leaf: number_at(numbers, leaf))
        for place, value in enumerate(values):
            if value is None:
                continue
            candidate = candidates.found[place]
            if abs(value - right) > reach:
                wrong.append((value, place))
            elif not (_loses_nothing(candidate, numbers) or subject.same(entry, -1, place)):
                yield (candidate.name,), entry
        for pair in _alike(subject, entry, wrong):
            yield pair, entry


def _loses_nothing(candidate: Candidate, numbers: Numbers) -> bool:
    """Whether a path is left out that is 0 anyway."""
    part = candidate.part
    if candidate.keys != ("path_left_out",) or part is None or not entries_of(part):
        return False
    return number_of(part, numbers) == 0


def _alike(
    subject: Subject, entry: Address, wrong: list[tuple[float, int]]
) -> dict[tuple[str, str], None]:
    """The names of mistakes that give one and the same wrong number."""
    found: dict[tuple[str, str], None] = {}
    candidates = subject.candidates(entry).found
    wrong.sort()
    for at, (value, first) in enumerate(wrong):
        if at + 1 == len(wrong) or wrong[at + 1][0] - value > 1:
            continue
        reach = radius(value, subject.digits)
        for other, second in wrong[at + 1 :]:
            if other - value > reach:
                break
            names = sorted((candidates[first].name, candidates[second].name))
            if names[0] != names[1] and not subject.same(entry, *sorted((first, second))):
                found[names[0], names[1]] = None
    return found

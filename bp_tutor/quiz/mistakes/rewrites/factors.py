"""Factors of a product: left out, there twice, or one of them given alone."""

from __future__ import annotations

from enum import Enum
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import (
    Add,
    Div,
    Entry,
    Formula,
    Indicator,
    IsLargest,
    Mul,
    Neg,
    Number,
    Pow,
    walk,
)
from bp_tutor.formula.algebra import HALF, constant, mul
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE, WEIGHTS, Role
from bp_tutor.quiz.mistakes.case import (
    MOST_PLACES,
    entries_in,
    has_derivative,
    is_derivative,
    is_error,
    product,
    products_of,
    quotient,
)
from bp_tutor.quiz.mistakes.rewrites.slopes import (
    products_with,
    slope_at,
    slope_behind,
    slopes_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from bp_tutor.formula import Address
    from bp_tutor.quiz.mistakes.case import Case, Product, Rewrite, Rewritten
    from bp_tutor.quiz.mistakes.rewrites.slopes import Slope


class Factor(Enum):
    """What a factor of a product is, by the roles of what stands in it."""

    SLOPE = "slope"
    WEIGHT = "weight"
    SIGNAL = "signal"
    ERROR = "error"
    RATE = "rate"
    SHARE = "share"
    """1/n, or a division by n."""
    TWO = "two"
    """½ or 2."""
    MASK = "mask"
    """Which value is the largest of a window."""
    OTHER = "other"


SIGNAL_ROLES = (
    Role.INPUT,
    Role.ACTIVATION,
    Role.OUTPUT,
    Role.WEIGHTED_SUM,
    Role.INITIAL_STATE,
    Role.INITIAL_CELL_STATE,
    Role.CELL_STATE,
    Role.GATE,
    Role.SCORE,
    Role.SHARE,
    Role.INNER,
)


class Group(NamedTuple):
    """Factors that belong together: a slope may be two, anything else is one."""

    kind: Factor
    product: Product
    factors: tuple[Formula, ...]
    below: bool = False
    """Whether it is divided by."""

    @property
    def formula(self) -> Formula:
        return Div(Number(1), product(self.factors)) if self.below else product(self.factors)

    def left_out(self) -> Formula | None:
        """The product without it."""
        if self.below:
            return self.product.without_divisor(self.factors[0])
        return self.product.without(self.factors)


def groups_of(case: Case) -> tuple[Group, ...]:
    """The factors of all products, those of slopes together."""
    return case.once(_groups)


def _groups(case: Case) -> tuple[Group, ...]:
    return tuple(_found(case))


def _found(case: Case) -> Iterator[Group]:
    slopes = slopes_of(case)
    for one in case.products:
        rest = list(one.top)
        for slope in slopes:
            if one.without(slope.factors) is not None:
                yield Group(Factor.SLOPE, one, slope.factors)
                for factor in slope.factors:
                    if factor in rest:
                        rest.remove(factor)
        for factor in rest:
            yield Group(_kind(case, factor), one, (factor,))
        # A number over another, as the 0.1/3 of a smoothed target, is no mean of anything.
        varies = any(entry for factor in one.top for entry in entries_in(factor))
        for factor in one.bottom:
            kind = Factor.SHARE if varies and constant(factor) is not None else Factor.OTHER
            yield Group(kind, one, (factor,), below=True)


def _kind(case: Case, factor: Formula) -> Factor:
    inner = factor.arg if isinstance(factor, Neg) else factor
    match inner:
        case Entry():
            return _kind_of_entry(case, inner)
        case Indicator():
            return Factor.SLOPE
        case IsLargest():
            return Factor.MASK
    known = constant(inner)
    if known is not None:
        return _kind_of_number(known)
    if is_error(inner) or (isinstance(inner, Add) and has_derivative(inner)):
        return Factor.ERROR
    return Factor.OTHER


def _kind_of_number(known: Fraction) -> Factor:
    if known in (2, constant(HALF)):
        return Factor.TWO
    # Any other number is a coefficient of the exercise.
    return Factor.SHARE if known and (1 / known).denominator == 1 else Factor.OTHER


def _kind_of_entry(case: Case, entry: Entry) -> Factor:
    quantity = entry.quantity
    if quantity.kind == DERIVATIVE:
        return Factor.ERROR
    if quantity.role is Role.RATE:
        return Factor.RATE
    if quantity.kind in (VALUE, UPDATED) and quantity.role in (*WEIGHTS, Role.SCALE):
        return Factor.WEIGHT
    if quantity.kind == VALUE and quantity.role in SIGNAL_ROLES:
        # Of a product of two values, one is the other factor, and no input of a weight.
        is_input = case.quantity.is_weight or not case.is_derivative
        return Factor.SIGNAL if is_input else Factor.OTHER
    return Factor.OTHER


def on_the_way_back(*kinds: Factor) -> Rewrite:
    """Products of derivatives without a factor of these kinds: all of them, and each alone."""
    return partial(_on_the_way_back, kinds=kinds)


def _on_the_way_back(case: Case, kinds: tuple[Factor, ...]) -> Iterator[Rewritten]:
    if case.is_derivative:
        yield from _left_out(case, kinds)


def factor_left_out(case: Case) -> Iterator[Rewritten]:
    """Any product without one of its factors, where that is no mistake of its own."""
    forward = () if case.is_derivative else (Factor.WEIGHT, Factor.SIGNAL)
    # In an update a derivative is no error that comes back.
    own = (Factor.OTHER, Factor.ERROR) if case.is_update else (Factor.OTHER,)
    for kind in own:
        yield from _left_out(case, (kind,))
    for kind in forward:
        yield from _left_out(case, (kind,))
    yield from _common_left_out(case)
    yield from _errors_alone(case)


def error_left_out(case: Case) -> Iterator[Rewritten]:
    """A product without the error that comes back."""
    if not case.is_update:
        yield from _left_out(case, (Factor.ERROR,))


def _left_out(case: Case, kinds: tuple[Factor, ...]) -> Iterator[Rewritten]:
    found = [group for group in groups_of(case) if group.kind in kinds]
    for together in _of_one_sum(case, found):
        if len({id(group.product.node) for group in together}) == len(together):
            changes = [(one.product.node, new) for one in together if (new := one.left_out())]
            yield from case.at_each(changes)
            continue
        yield from _in_all(case, together)
        if Factor.WEIGHT in kinds:
            yield from islice(case.at_each(_without_all(together)), 1)
        changes = [(one.product.node, new) for one in together if (new := one.left_out())]
        for old, new in changes if len(changes) <= MOST_PLACES else ():
            yield case.exchanged(old, new)


def _of_one_sum(case: Case, found: list[Group]) -> list[list[Group]]:
    """The groups apart by the sums whose terms they stand in."""
    every = [node for node in case.nodes if isinstance(node, Add)]
    sums = {id(term): id(node) for node in every for term in node.terms}
    negated = {id(node.arg): id(node) for node in case.nodes if isinstance(node, Neg)}
    inside: dict[int, list[Group]] = {}
    for group in found:
        node = group.product.node
        own = sums.get(id(node), sums.get(negated.get(id(node), 0), 0))
        inside.setdefault(own, []).append(group)
    return list(inside.values())


def _in_all(case: Case, found: list[Group]) -> Iterator[Rewritten]:
    """All products of a sum without their first such factor, or without their second one."""
    by_product: dict[int, list[Group]] = {}
    for group in found:
        by_product.setdefault(id(group.product.node), []).append(group)
    alike = len({len(groups) for groups in by_product.values()}) == 1
    if len(by_product) > 1 and alike:
        for groups in zip(*by_product.values(), strict=True):
            changes = [(one.product.node, new) for one in groups if (new := one.left_out())]
            yield from islice(case.at_each(changes), 1)
    elif len(by_product) == 1 and len(found) < len(found[0].product.top):
        gone = tuple(factor for group in found for factor in group.factors)
        new = found[0].product.without(gone)
        if new is not None and not any(group.below for group in found):
            yield case.exchanged(found[0].product.node, new)


def _common_left_out(case: Case) -> Iterator[Rewritten]:
    """All terms of a sum without a factor that they have in common."""
    for node in case.sums:
        inside = {id(child) for term in node.terms for child in (term, *term.children)}
        products = [one for one in case.products if id(one.node) in inside]
        if len(products) < 2 or len(products) < len(node.terms):
            continue
        for factor in dict.fromkeys(products[0].top):
            if isinstance(factor, Entry) and not has_derivative(factor):
                without = [(one.node, one.without((factor,))) for one in products]
                changes = [(old, new) for old, new in without if new is not None]
                if len(changes) == len(products):
                    yield from islice(case.at_each(changes), 1)


def _errors_alone(case: Case) -> Iterator[Rewritten]:
    """A sum of products of which the errors alone are added, whatever they come through."""
    for node in case.sums if case.is_derivative else ():
        changes = []
        for one in case.products:
            errors = tuple(factor for factor in one.top if is_derivative(factor))
            if errors and len(errors) < len(one.top) and any(one.node is t for t in node.terms):
                changes.append((one.node, product(errors)))
        if len(changes) > 1:
            yield from islice(case.at_each(changes), 1)


def _without_all(groups: list[Group]) -> Iterator[tuple[Formula, Formula]]:
    """Each product without all of its factors that are in these groups."""
    by_product: dict[int, list[Group]] = {}
    for group in groups:
        if not group.below:
            by_product.setdefault(id(group.product.node), []).append(group)
    for together in by_product.values():
        gone = tuple(factor for group in together for factor in group.factors)
        one = together[0].product
        if (rest := one.without(gone)) is not None:
            yield one.node, rest


def slope_left_out(case: Case) -> Iterator[Rewritten]:
    """The derivative without the slope of an activation."""
    yield from _with_slope(case, lambda _: ())


def slope_twice(case: Case) -> Iterator[Rewritten]:
    """The slope once more."""
    yield from _with_slope(case, lambda factors: (*factors, *factors))


def _with_slope(
    case: Case, new: Callable[[tuple[Formula, ...]], tuple[Formula, ...]]
) -> Iterator[Rewritten]:
    for slope in slopes_of(case):
        if slope.formula == case.written:
            yield case.as_a_whole(product(new(slope.factors)))
            continue
        for found in products_with(case, slope):
            other = found.with_other(slope.factors, new(slope.factors))
            if other is not None:
                made = case.exchanged(found.node, other)
                yield made._replace(part=slope.formula, instead=product(new(slope.factors)))


def slope_on_top(case: Case) -> Iterator[Rewritten]:
    """The gradient of a weight or a bias with a slope, of the unit or of what came in."""
    if case.quantity.kind != DERIVATIVE or case.quantity.role not in (*WEIGHTS, Role.BIAS):
        return

    def of_the_unit(address: Address) -> Formula | None:
        derivative = address.quantity.kind == DERIVATIVE
        return _with_one(
            slope_behind(case, address.as_kind(VALUE)) if derivative else None, address
        )

    def of_the_input(address: Address) -> Formula | None:
        return _with_one(slope_at(case, address) if not address.quantity.kind else None, address)

    yield from case.with_entries(of_the_unit)
    yield from case.with_entries(of_the_input)


def _with_one(slope: Slope | None, address: Address) -> Formula | None:
    return None if slope is None else Mul((Entry(*address), *slope.factors))


def twice(case: Case) -> Iterator[Rewritten]:
    """One factor, other than a slope, once more, in all products in which there is such a one."""
    by_kind: dict[Factor, list[Group]] = {}
    for group in groups_of(case):
        if group.kind is not Factor.SLOPE:
            by_kind.setdefault(group.kind, []).append(group)
    # Nobody squares all inputs of a weighted sum; the way back has more factors to count.
    back = (Factor.WEIGHT, Factor.SIGNAL, Factor.ERROR) if case.is_derivative else ()
    for kind in (Factor.SHARE, Factor.RATE, *back):
        groups = by_kind.get(kind, [])
        changes = [(group.product.node, _once_more(group)) for group in groups]
        if len({id(old) for old, _ in changes}) == len(changes):
            yield from islice(case.at_each(changes), 1)


def _once_more(group: Group) -> Formula:
    if group.below:
        return Div(group.product.node, group.factors[0])
    factors = group.product.top
    place = factors.index(group.factors[0])
    more = (*factors[:place], *group.factors, *factors[place:])
    return quotient(more, group.product.bottom)


def alone(case: Case) -> Iterator[Rewritten]:
    """Only one of three or more factors given: the slope alone, the error alone."""
    inner = case.written.arg if isinstance(case.written, Neg) else case.written
    groups = [group for group in groups_of(case) if group.product.node is inner]
    for group in groups if len(groups) > 2 else ():
        if group.kind not in (Factor.SHARE, Factor.TWO):
            yield case.as_a_whole(group.formula)


# Numbers: ½ and 2 of a square, 1/n of a mean


def doubled(case: Case) -> Iterator[Rewritten]:
    """The factor ½ of a square lost, or its 2 put in twice."""
    yield from _by_two(case, 2)


def halved(case: Case) -> Iterator[Rewritten]:
    """The factor 2 of a square lost, or a ½ put in where none belongs."""
    yield from _by_two(case, 0.5)


def _by_two(case: Case, by: float) -> Iterator[Rewritten]:
    if not case.once(_has_square):
        return
    factor = HALF if by < 1 else Number(2)
    yield case.as_a_whole(mul(factor, case.written))
    for group in groups_of(case):
        if group.kind is Factor.TWO and group.product.node is not case.written:
            yield case.exchanged(group.product.node, mul(factor, group.product.node))


def _has_square(case: Case) -> bool:
    """Whether a square, or the derivative of one, is in the formula."""
    if any(_is_square(node) or is_error(node) for node in case.nodes):
        return True
    if any(group.kind is Factor.TWO for group in groups_of(case)):
        return True
    users = case.graph.run.program.users.get(case.quantity.as_kind(VALUE), ())
    return case.quantity.kind == DERIVATIVE and any(
        _is_square(node) for line in users for node in walk(line.formula)
    )


def _is_square(node: Formula) -> bool:
    return isinstance(node, Pow) and node.exponent == Number(2)


def mean_lost(case: Case) -> Iterator[Rewritten]:
    """The division by the number of samples or outputs left out, or by one of the two."""
    averaged = _averaged(case)
    changes = [
        (group.product.node, new)
        for group in groups_of(case)
        if _divides(case, group, averaged) and (new := group.left_out())
    ]
    if len({id(old) for old, _ in changes}) == len(changes):
        yield from case.at_each(changes)
    counts = _counts(case) if averaged else []
    parts = {count for count in counts for number in averaged if number % count == 0}
    if case.quantity.kind == DERIVATIVE and not changes:
        # It went into a value before, from where it may be thought to be missing.
        parts |= set(averaged)
    elif changes:
        parts -= set(averaged)
    else:
        parts = set()
    for count in sorted(parts):
        yield case.as_a_whole(mul(Number(count), case.written))


def _divides(case: Case, group: Group, averaged: list[int]) -> bool:
    if group.kind is Factor.TWO:
        square = any(map(_is_square, case.nodes))
        return not square and 2 in averaged and group.factors[0] == HALF
    return group.kind is Factor.SHARE


def mean_put_in(case: Case) -> Iterator[Rewritten]:
    """A division by the number of samples, outputs or terms where none belongs."""
    averaged = _averaged(case)
    for count in _counts(case):
        if count not in averaged:
            yield case.as_a_whole(Div(case.written, Number(count)))


def _counts(case: Case) -> list[int]:
    """The numbers by which somebody may divide: of samples, outputs, steps and terms."""
    model = case.graph.run.program.model
    counts: set[int] = set()
    is_loss = case.quantity.role in (Role.OUTPUT_LOSS, Role.LOSS, Role.LOSS_PART)
    starts = any(is_error(node) for node in case.nodes)
    if model.outputs and (is_loss or starts or case.quantity.kind == DERIVATIVE):
        samples, width = model.outputs[0].samples, model.outputs[0].shape[-1]
        counts |= (
            {samples, width, samples * width, len(model.outputs)}
            if is_loss or starts
            else {samples}
        )
    if isinstance(case.written, Add) and (is_loss or case.quantity.kind == DERIVATIVE):
        counts.add(sum(any(entries_in(term)) for term in case.written.terms))
    if is_loss and case.quantity.role is Role.OUTPUT_LOSS:
        # That would be the ½ of a square.
        counts.discard(2)
    return sorted(counts - {0, 1})


def _averaged(case: Case) -> list[int]:
    """The numbers by which the loss of this exercise is divided."""
    return case.once(_divisors)


def _divisors(case: Case) -> list[int]:
    program = case.graph.run.program
    line = program.line(program.model.loss) if program.model.loss is not None else None
    if line is None or line.quantity.shape:
        return []
    found = set()
    for one in products_of(line.entry(())):
        known = [constant(factor) for factor in one.top if constant(factor) is not None]
        below = [constant(factor) for factor in one.bottom if constant(factor) is not None]
        for number in (*(1 / each for each in known if each), *(each for each in below if each)):
            # The ½ of a square, or of a penalty, is no mean.
            of_square = number == 2 and any(map(_is_square, walk(one.node)))
            if number.denominator == 1 and number > 1 and not of_square:
                found.add(int(number))
    return sorted(found)

"""What only some layers do: scores that are scaled, values that are dropped or normalised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Call, Div, Entry, Formula, Mul, Number, Pow
from bp_tutor.formula.quantity import Role
from bp_tutor.quiz.mistakes.case import entries_in, product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.mistakes.case import Case, Product, Rewritten


# Attention


def scale_left_out(case: Case) -> Iterator[Rewritten]:
    """Scores that are not divided by the root of the length of the keys."""
    yield from case.at_each((one.node, one.without_divisor(root)) for one, root in _scales(case))


def scaled_by_length(case: Case) -> Iterator[Rewritten]:
    """Scores that are divided by the length of the keys itself, and not by its root."""
    yield from case.at_each((root, root.args[0]) for _, root in _scales(case))


def _scales(case: Case) -> Iterator[tuple[Product, Call]]:
    """The products that are divided by the root of a number, where scores play a part."""
    if case.quantity.role is Role.SCORE or any(one.role is Role.SCORE for one in case.addresses):
        for one in case.products:
            for below in one.bottom:
                if isinstance(below, Call) and not any(entries_in(below)):
                    yield one, below


# Dropout


def dropout_unscaled(case: Case) -> Iterator[Rewritten]:
    """A value that stays, not divided by the share of those that do."""
    yield from case.at_each(
        (one.node, one.without_divisor(one.bottom[0]))
        for one, mask in _dropped(case)
        if case.graph.exact(mask.address)
    )


def dropped_kept(case: Case) -> Iterator[Rewritten]:
    """A value that the mask drops, taken for one that stays."""
    for one, mask in _dropped(case):
        kept = None if case.graph.exact(mask.address) else one.without((mask,))
        if kept is not None:
            yield case.exchanged(one.node, kept)


def dropout_left_out(case: Case) -> Iterator[Rewritten]:
    """A value that the mask drops, handed on as it came."""
    for one, mask in _dropped(case):
        if not case.graph.exact(mask.address):
            rest = tuple(factor for factor in one.top if factor != mask)
            yield case.exchanged(one.node, product(rest))


def _dropped(case: Case) -> Iterator[tuple[Product, Entry]]:
    """The products with a number of a mask that are divided by the share of what stays."""
    for one in case.products:
        masks = [each for each in one.top if isinstance(each, Entry) and _is_mask(each)]
        if len(masks) == 1 and len(one.bottom) == 1 and not any(entries_in(one.bottom[0])):
            yield one, masks[0]


def _is_mask(entry: Entry) -> bool:
    return entry.quantity.role is Role.FIXED and not entry.quantity.kind


# Normalisation


def variance_by_one_less(case: Case) -> Iterator[Rewritten]:
    """A variance divided by n - 1, which estimates that of more than these values."""
    for node in case.nodes:
        match node:
            case Div(Add(terms) as squares, Number() as count) if (
                # Of two, who divides by 1 has left the division out.
                count == Number(len(terms)) and len(terms) > 2 and all(map(_is_square, terms))
            ):
                yield case.exchanged(node, Div(squares, Number(len(terms) - 1)))


def _is_square(term: Formula) -> bool:
    match term:
        case Pow(Entry(quantity), Number() as exponent):
            return exponent == Number(2) and quantity.role is Role.INNER
    return False


def estimate_left_out(case: Case) -> Iterator[Rewritten]:
    """A running variance that takes up the batch's variance without n/(n - 1)."""
    if case.quantity.role is not Role.RUNNING:
        return
    for node in case.nodes:
        if isinstance(node, Mul):
            rest = tuple(one for one in node.factors if not isinstance(one, Div))
            if 1 < len(rest) < len(node.factors):
                yield case.exchanged(node, product(rest))

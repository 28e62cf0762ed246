"""Mistakes with sums, indices and matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Div, Entry, Formula, Mul, Neg, Number, replace, walk
from bp_tutor.quiz.mistakes.case import inside, moved_entries, total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.mistakes.case import Case, Rewritten

MOST_TERMS = 8
"""Leaving one term out of a longer sum could explain almost any number."""


def bias_left_out(case: Case) -> Iterator[Rewritten]:
    """The weighted sum without its bias."""
    for node in _sums(case.formula):
        kept = tuple(term for term in node.terms if not _is_bias(term))
        if len(kept) < len(node.terms):
            gone = next(term for term in node.terms if _is_bias(term))
            yield _put(case.formula, node, total(kept)), gone


def _is_bias(term: Formula) -> bool:
    return any(
        isinstance(node, Entry) and node.quantity.symbol[0] == "B" and not node.quantity.kind
        for node in walk(term)
    )


def path_left_out(case: Case) -> Iterator[Rewritten]:
    """One term of a sum forgotten: a path, a sample, a window."""
    for node in _sums(case.formula):
        parts = [term for term in node.terms if _is_path(term)]
        if not 2 <= len(parts) <= MOST_TERMS:
            continue
        for term in parts:
            kept = tuple(other for other in node.terms if other is not term)
            yield _put(case.formula, node, total(kept)), term


def _is_path(term: Formula) -> bool:
    """Whether a term is one of several alike, no bias and no penalty."""
    if _is_bias(term):
        return False
    quantities = [node.quantity for node in walk(term) if isinstance(node, Entry)]
    return bool(quantities) and all(one.symbol not in ("lambda", "eta", "Y") for one in quantities)


def wrong_index(case: Case) -> Iterator[Rewritten]:
    """A sum in which one factor's index stands still, at the first place or at the entry's own."""
    for node in _sums(case.formula):
        terms = [term for term in node.terms if isinstance(term, Mul) and len(term.factors) == 2]
        pairs = [term.factors for term in terms if all(isinstance(f, Entry) for f in term.factors)]
        if len(pairs) < 2:
            continue
        for side in (0, 1):
            if pairs[0][side] == pairs[1][side]:
                continue
            for place in dict.fromkeys((case.at[-1] if case.at else 0, 0)):
                if place >= len(pairs):
                    continue
                still = pairs[place][side]
                moved = {
                    pair: Mul((still, pair[1]) if side == 0 else (pair[0], still)) for pair in pairs
                }
                new = total(
                    tuple(
                        moved.get(term.factors, term) if isinstance(term, Mul) else term
                        for term in node.terms
                    )
                )
                yield _put(case.formula, node, new), node


def weights_transposed(case: Case) -> Iterator[Rewritten]:
    """The weight of the way back where the weight of the way there belongs."""
    yield from _exchanged(case, lambda quantity: quantity.symbol[0] in "WR" and not quantity.kind)


def _exchanged(case: Case, chosen: object) -> Iterator[Rewritten]:
    first: list[Formula] = []
    lost: list[Formula] = []

    def turn(quantity: Quantity, index: tuple[int, ...]) -> Formula | None:
        if len(index) != 2 or not chosen(quantity):  # type: ignore[operator]
            return None
        turned = index[::-1]
        if not inside(quantity, turned):
            lost.append(Entry(quantity, index))
            return None
        if turned != index:
            first.append(Entry(quantity, index))
        return Entry(quantity, turned)

    found = moved_entries(case.formula, turn)
    if first and not lost:
        yield found, first[0]


def rows_and_columns(case: Case) -> Iterator[Rewritten]:
    """The entry in the other corner of the matrix."""
    turned = case.at[::-1]
    plain = case.quantity.symbol[0] in "WR" and len(case.at) == 2
    if plain and turned != case.at and inside(case.quantity, turned):
        yield Entry(case.quantity, turned), case.formula


def wrong_layer(case: Case) -> Iterator[Rewritten]:
    """The values of the layer before or behind where this layer's belong."""
    layers = {
        q for q in case.book.run.values if q.symbol == "A" and not q.kind and len(q.place) == 1
    }
    for by in (1, -1):
        first: list[Formula] = []

        def shift(
            quantity: Quantity, index: tuple[int, ...], by: int = by, first: list[Formula] = first
        ) -> Formula | None:
            if quantity not in layers:
                return None
            place = (quantity.place[0] + by,)
            other = next((q for q in layers if q.place == place and inside(q, index)), None)
            if other is None:
                return None
            first.append(Entry(quantity, index))
            return Entry(other, index)

        found = moved_entries(case.formula, shift)
        wanted = [n for n in walk(case.formula) if isinstance(n, Entry) and n.quantity in layers]
        if first and len(first) == len(wanted):
            yield found, first[0]


def decay_left_out(case: Case) -> Iterator[Rewritten]:
    """The gradient or the loss without weight decay."""
    for node in _sums(case.formula):
        gone = [term for term in node.terms if _has(term, "lambda")]
        if gone:
            kept = tuple(term for term in node.terms if term not in gone)
            yield _put(case.formula, node, total(kept)), gone[0]


def factor_two(case: Case) -> Iterator[Rewritten]:
    """The factor ½ or 2 of a square lost, or put in twice."""
    yield Mul((Number(2), case.formula)), case.formula
    yield Div(case.formula, Number(2)), case.formula


def mean_lost(case: Case) -> Iterator[Rewritten]:
    """The division by the number of samples or outputs lost, or made where it does not belong."""
    outputs = case.book.run.program.model.outputs
    if not outputs:
        return
    counts = {outputs[0].samples, outputs[0].shape[-1], outputs[0].samples * outputs[0].shape[-1]}
    for count in sorted(counts - {1}):
        if count == 2 and case.rule in TWOS:
            continue
        yield Mul((Number(count), case.formula)), case.formula
        yield Div(case.formula, Number(count)), case.formula


TWOS = ("output_loss",)
"""Rules at which a factor 2 is the square's own."""


def _has(formula: Formula, symbol: str) -> bool:
    return any(isinstance(node, Entry) and node.quantity.symbol == symbol for node in walk(formula))


def _sums(formula: Formula) -> list[Add]:
    """Sums that stand in the formula by themselves or as a factor, never inside a function."""
    match formula:
        case Add():
            return [formula]
        case Neg(arg):
            return _sums(arg)
        case Mul(factors):
            return [found for factor in factors for found in _sums(factor)]
        case Div(top, _):
            return _sums(top)
    return []


def _put(formula: Formula, old: Formula, new: Formula) -> Formula:
    return replace(formula, lambda node: new if node is old else None)

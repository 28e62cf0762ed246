"""Terms of a sum: left out, alone, all that come by one way, over the wrong index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Entry, Formula, Mul
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE, Role
from bp_tutor.quiz.mistakes.case import MOST_PLACES, entries_in, has_role, total

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.mistakes.case import Case, Rewritten


def bias_left_out(case: Case) -> Iterator[Rewritten]:
    """The weighted sum without its bias."""
    for node in case.sums if not case.is_update else ():
        gone = [term for term in node.terms if is_bias(term)]
        if gone and len(gone) < len(node.terms):
            yield _without(case, node, gone)


def is_bias(term: Formula) -> bool:
    """Whether a term is a bias."""
    return has_role(term, Role.BIAS)


def decay_left_out(case: Case) -> Iterator[Rewritten]:
    """The gradient or the loss without weight decay."""
    for node in case.sums:
        gone = [term for term in node.terms if has_role(term, Role.DECAY)]
        if gone and len(gone) < len(node.terms):
            yield _without(case, node, gone)


def path_left_out(case: Case) -> Iterator[Rewritten]:
    """One term of a sum forgotten: a path, a sample, a window."""
    for node in case.sums:
        terms = paths_of(case, node)
        through_time = _through_time(case, terms)
        if 2 <= len(terms) <= MOST_PLACES:
            for term in terms:
                # The only one that comes through time is a mistake of its own.
                if through_time != [term]:
                    yield _without(case, node, [term])


def only_one_term(case: Case) -> Iterator[Rewritten]:
    """All terms of a sum forgotten but one: the own sample, the last step, the first path."""
    for node in case.sums:
        terms = paths_of(case, node)
        if 3 <= len(terms) <= MOST_PLACES:
            for term in terms:
                yield _without(case, node, [other for other in terms if other is not term])
        biases = [term for term in node.terms if is_bias(term)]
        if biases and 2 <= len(terms) <= MOST_PLACES:
            for term in terms:
                yield _without(case, node, [other for other in node.terms if other is not term])


def through_time_left_out(case: Case) -> Iterator[Rewritten]:
    """All terms forgotten that come from another time step."""
    for node in case.sums:
        terms = paths_of(case, node)
        gone = _through_time(case, terms)
        if gone and len(gone) < len(node.terms):
            yield _without(case, node, gone)


def paths_left_out(case: Case) -> Iterator[Rewritten]:
    """All terms forgotten that come by the same layer, gate or step."""
    for node in case.sums:
        terms = paths_of(case, node)
        through_time = _through_time(case, terms)
        by_way: dict[Hashable, list[Formula]] = {}
        for term in terms:
            by_way.setdefault(_way(term), []).append(term)
        if len(by_way) > 1:
            for gone in by_way.values():
                if len(gone) > 1 and gone != through_time:
                    yield _without(case, node, gone)
        biases = [term for term in node.terms if is_bias(term)]
        if biases and len(through_time) > 1:
            # The values of this step, and the bias that came with them.
            here = [t for t in node.terms if all(t is not other for other in through_time)]
            yield _without(case, node, here)


def _without(case: Case, node: Add, gone: list[Formula]) -> Rewritten:
    kept = tuple(term for term in node.terms if all(term is not one for one in gone))
    made = case.exchanged(node, total(kept))
    return made._replace(part=total(tuple(gone)), instead=total(()))


def paths_of(case: Case, node: Add) -> list[Formula]:
    """The terms of a sum that are alike: no bias, no penalty, no old value of an update."""
    if case.is_update and any(isinstance(term, Entry) for term in node.terms):
        return []
    if case.is_update and case.quantity.kind not in (UPDATED, STEP):
        # What an optimiser keeps is made of an old part and a new one.
        return [term for term in node.terms if has_role_of_state(term)]
    return [term for term in node.terms if _is_path(term)]


def has_role_of_state(term: Formula) -> bool:
    """Whether a gradient, or what an optimiser keeps of it, is in a term."""
    return any(entry.quantity.kind != VALUE for entry in entries_in(term))


def _is_path(term: Formula) -> bool:
    if is_bias(term):
        return False
    roles = {entry.quantity.role for entry in entries_in(term)}
    return bool(roles) and roles.isdisjoint((Role.DECAY, Role.RATE, Role.TARGET))


def _way(term: Formula) -> Hashable:
    """What a term comes by: the value whose derivative it has in it, or else its first value."""
    entries = list(entries_in(term))
    derivatives = [entry.quantity for entry in entries if entry.quantity.kind == DERIVATIVE]
    return (derivatives or [entry.quantity for entry in entries])[0]


def _through_time(case: Case, terms: list[Formula]) -> list[Formula]:
    """The terms that come from a later step, or from the state of the step before."""
    step = case.quantity.step
    if step is None:
        return []
    found = []
    for term in terms:
        quantities = [entry.quantity for entry in entries_in(term)]
        if case.quantity.kind == DERIVATIVE:
            quantities = [one for one in quantities if one.kind == DERIVATIVE]
        steps = {one.step for one in quantities if one.step is not None}
        if steps and step not in steps:
            found.append(term)
    return found


def wrong_index(case: Case) -> Iterator[Rewritten]:
    """A sum in which one factor's index stands still, at the first place or at the entry's own."""
    for node in case.sums:
        for pairs in _running_together(node):
            for side in (0, 1):
                if pairs[0][side] == pairs[1][side]:
                    continue
                for place in dict.fromkeys((case.index[-1] if case.index else 0, 0)):
                    if place < len(pairs):
                        yield case.exchanged(node, _standing_still(node, pairs, side, place))


def _running_together(node: Add) -> list[list[tuple[Formula, ...]]]:
    """The products of two entries in a sum whose indices run together, of the same letters."""
    found: dict[Hashable, list[tuple[Formula, ...]]] = {}
    for term in node.terms:
        if isinstance(term, Mul) and len(term.factors) == 2:
            letters = [_letter(one.quantity) for one in term.factors if isinstance(one, Entry)]
            if len(letters) == 2:
                found.setdefault(tuple(letters), []).append(term.factors)
    return [pairs for pairs in found.values() if len(pairs) > 1]


def _letter(quantity: Quantity) -> Hashable:
    """What is the same of all values among which an index tells; of a graph's numbers, the role."""
    placed = quantity.place or quantity.shape
    return (quantity.symbol if placed else quantity.role), quantity.kind


def _standing_still(node: Add, pairs: list[tuple[Formula, ...]], side: int, place: int) -> Formula:
    still = pairs[place][side]
    changed = {pair: Mul((still, pair[1]) if side == 0 else (pair[0], still)) for pair in pairs}
    return total(
        tuple(
            changed.get(term.factors, term) if isinstance(term, Mul) else term
            for term in node.terms
        )
    )

"""Signs: of a whole, a term, an error, an exponent; and a minus that got lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Call, Div, Formula, Neg, Number, SoftmaxEntry, call
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.quantity import Role
from bp_tutor.quiz.mistakes.case import MOST_PLACES, is_difference, is_error
from bp_tutor.quiz.mistakes.rewrites.sums import is_bias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.mistakes.case import Case, Rewritten


def error_turned(case: Case) -> Iterator[Rewritten]:
    """y - a where a - y belongs."""
    if case.is_update:
        return
    errors = [node for node in case.nodes if is_error(node)]
    differences = [node for node in case.nodes if is_difference(node)]
    for node in errors[:1] or differences:
        yield case.exchanged(node, neg(node))


def sign_of_delta(case: Case) -> Iterator[Rewritten]:
    """The sign of a derivative lost."""
    if case.is_derivative and not case.has_role(Role.TARGET):
        yield case.as_a_whole(Neg(case.written))


def sign_of_term(case: Case) -> Iterator[Rewritten]:
    """The sign of one term of a sum."""
    for node in case.sums:
        if case.is_update or is_difference(node) or len(node.terms) > MOST_PLACES:
            continue
        for term in node.terms:
            if not isinstance(term, Number) and not is_bias(term) and not _is_lost_below(term):
                yield _turned(case, node, term)


def bias_subtracted(case: Case) -> Iterator[Rewritten]:
    """The bias taken off where it is added."""
    for node in case.sums:
        for term in node.terms if not case.is_update else ():
            if is_bias(term):
                yield _turned(case, node, term)


def _is_lost_below(term: Formula) -> bool:
    """Whether it has a minus of its own, which `minus_lost` takes away."""
    return isinstance(term, Neg)


def _turned(case: Case, node: Add, term: Formula) -> Rewritten:
    terms = tuple(neg(one) if one is term else one for one in node.terms)
    made = case.exchanged(node, Add(terms))
    return made._replace(part=term, instead=neg(term))


def minus_lost(case: Case) -> Iterator[Rewritten]:
    """A minus of the formula lost, but that of a step and of an error turned round."""
    found = [node for node in case.nodes if isinstance(node, Neg)]
    if case.is_update or len(found) > MOST_PLACES:
        return
    for node in found:
        made = case.exchanged(node, node.arg)
        around = next((one for one in case.nodes if any(node is c for c in one.children)), None)
        if isinstance(around, Add):
            terms = tuple(node.arg if term is node else term for term in around.terms)
            made = made._replace(part=around, instead=Add(terms))
        yield made


def exponent_sign(case: Case) -> Iterator[Rewritten]:
    """The sign in an exponent turned: 1/(1 + e^z)."""
    for node in case.nodes:
        match node:
            case Call(function, (inside, *_)) if function.name == "sigmoid":
                power = call("exp", inside)
                yield case.exchanged(node, Div(Number(1), Add((Number(1), power))))
            case Call(function, (inside,)) if function.name == "exp":
                yield case.exchanged(node, call("exp", neg(inside)))
            case SoftmaxEntry(logits, place):
                yield case.exchanged(node, SoftmaxEntry(tuple(map(neg, logits)), place))


def exponential_alone(case: Case) -> Iterator[Rewritten]:
    """Of 1/(1 + e^-z) only e^-z, or only what is below the line."""
    for node in case.nodes:
        if isinstance(node, Call) and node.function.name == "sigmoid":
            power = call("exp", neg(node.args[0]))
            yield case.exchanged(node, power)
            yield case.exchanged(node, Add((Number(1), power)))

"""Proofs about softmax: its slopes, and its delta together with a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import sentence
from bp_tutor.explain.proofs.record import Chain, Comparison, Proof, Slope, Step, letter
from bp_tutor.explain.slopes import MARK
from bp_tutor.formula import Add, Div, Formula, Mul, Neg, Number, Pow, call
from bp_tutor.formula import softmax as array
from bp_tutor.formula.algebra import filled, mul, slope_of, template, tidy
from bp_tutor.formula.indexed import Total

if TYPE_CHECKING:
    from bp_tutor.catalogue.losses import Fused
    from bp_tutor.explain.document import Said
    from bp_tutor.formula import Function

SOFTMAX, LOG_SOFTMAX = array.SOFTMAX.name, array.LOG_SOFTMAX.name
INDICES = ("j", "k", "m")
J, K, M = map(letter, INDICES)
Z_J, Z_K, Z_M, A_J, A_K, Y_J, Y_K = map(letter, ("z_j", "z_k", "z_m", "a_j", "a_k", "y_j", "y_k"))
NAMES = tuple(f"{base}_{index}" for base in "zay" for index in INDICES)
"""Letters with an index, as the proofs write them."""
L = letter("L")
_POWERS = Total(M, call("exp", Z_M))
_ONE = Number(1)


def _own_slope() -> tuple[Step, ...]:
    """The slope of an output by its own logit."""
    power = call("exp", Z_J)
    share = Div(power, _POWERS)
    top = Add((Mul((power, _POWERS)), Neg(Mul((power, power)))))
    return (
        Step(Div(top, Pow(_POWERS, Number(2))), ("quotient_rule",)),
        Step(Mul((share, Div(Add((_POWERS, Neg(power))), _POWERS))), ("split_fraction",)),
        Step(Mul((share, Add((_ONE, Neg(share))))), ("split_fraction",)),
        Step(Mul((A_J, Add((_ONE, Neg(A_J))))), ("value_put_in",)),
    )


def _other_slope() -> tuple[Step, ...]:
    """The slope of an output by the logit of another one."""
    power, own = call("exp", Z_K), call("exp", Z_J)
    top = Add((Mul((Number(0), _POWERS)), Neg(Mul((power, own)))))
    shares = Mul((Div(power, _POWERS), Div(own, _POWERS)))
    return (
        Step(Div(top, Pow(_POWERS, Number(2))), ("quotient_rule",)),
        Step(Neg(shares), ("split_fraction",)),
        Step(Neg(Mul((A_K, A_J))), ("value_put_in",)),
    )


def of_softmax(title: Said) -> Proof:
    """Each output by each logit: the two kinds of entries of the Jacobian."""
    same, other = Comparison(K, "=", J), Comparison(K, "!=", J)
    chains = (
        Chain(A_K, (Step(Div(call("exp", Z_K), _POWERS), ("definition",)),)),
        Chain(Slope(A_J, Z_J), _own_slope(), (same,), sentence("proof.own_logit", where=same)),
        Chain(
            Slope(A_K, Z_J), _other_slope(), (other,), sentence("proof.other_logit", where=other)
        ),
    )
    return Proof(SOFTMAX + MARK, title, chains)


def of_log_softmax(title: Said) -> Proof:
    """The logarithms of a softmax by each logit."""
    same, other = Comparison(K, "=", J), Comparison(K, "!=", J)
    share = Div(call("exp", Z_J), _POWERS)
    by_log = (Step(share, ("logarithm_rule",)), Step(call("exp", A_J), ("value_put_in",)))
    chains = (
        Chain(A_K, (Step(Add((Z_K, Neg(call("log", _POWERS)))), ("definition",)),)),
        Chain(
            Slope(A_J, Z_J),
            tuple(step._replace(formula=Add((_ONE, Neg(step.formula)))) for step in by_log),
            (same,),
            sentence("proof.own_logit", where=same),
        ),
        Chain(
            Slope(A_K, Z_J),
            tuple(step._replace(formula=Neg(step.formula)) for step in by_log),
            (other,),
            sentence("proof.other_logit", where=other),
        ),
    )
    return Proof(LOG_SOFTMAX + MARK, title, chains)


def of_pair(loss: Function, fused: Fused | None, title: Said, activation: str = SOFTMAX) -> Proof:
    """The derivative of a loss over all outputs by one logit."""
    share = A_J if activation == SOFTMAX else call("exp", A_J)
    settings = {name: letter(name) for name in loss.parameters}

    def at(formula: Formula, a: Formula, y: Formula) -> Formula:
        return filled(formula, {**settings, "a": a, "y": y})

    body, slope = template(loss.body or ""), slope_of(loss, 0)
    assert slope is not None
    own: Formula = Add((_ONE, Neg(share)))
    rest: Formula = Neg(share)
    if activation == SOFTMAX:
        own, rest = Mul((A_J, own)), Neg(Mul((A_K, A_J)))
    by_own, by_other = (tidy(at(slope, a, y)) for a, y in ((A_J, Y_J), (A_K, Y_K)))
    steps = [
        Step(Total(K, Mul((Slope(L, A_K), Slope(A_K, Z_J)))), ("chain_rule",)),
        Step(
            Add((
                Mul((Slope(L, A_J), Slope(A_J, Z_J))),
                Total(K, Mul((Slope(L, A_K), Slope(A_K, Z_J))), but=J),
            )),
            ("own_apart",),
        ),
        Step(
            Add((mul(by_own, own), Total(K, Mul((by_other, rest)), but=J))),
            ("slopes_put_in",),
        ),
    ]  # fmt: skip
    usual: tuple[Formula, ...] = (Neg(Y_J), Neg(Y_K))
    if activation == SOFTMAX:
        usual = (Neg(Div(Y_J, A_J)), Neg(Div(Y_K, A_K)))
    if (by_own, by_other) == usual:
        steps += _shares_add_up(share)
    if fused is not None:
        delta = at(template(fused.delta), A_J, Y_J)
        steps.append(Step(delta, ("targets_add_up",)))
    chains = (
        Chain(L, (Step(Total(K, at(body, A_K, Y_K)), ("definition",)),)),
        Chain(Slope(L, Z_J), tuple(steps)),
    )
    return Proof(f"{activation}+{loss.name}", title, chains, (loss.name + MARK, activation + MARK))


def _shares_add_up(share: Formula) -> tuple[Step, ...]:
    """What a teacher makes of it where the slope of the loss is -y over the share, or its ln."""
    return (
        Step(
            Add((Neg(Mul((Y_J, Add((_ONE, Neg(share)))))), Total(K, Mul((Y_K, share)), but=J))),
            ("cancelled",),
        ),
        Step(
            Add((Neg(Y_J), Mul((share, Add((Y_J, Total(K, Y_K, but=J))))))),
            ("factor_out",),
        ),
        Step(Add((Mul((share, Total(K, Y_K))), Neg(Y_J))), ("sum_complete",)),
    )

"""Proofs about functions of single numbers: activations, losses of an output, both together."""

from __future__ import annotations

from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, sentence
from bp_tutor.explain.proofs.by_hand import BY_HAND
from bp_tutor.explain.proofs.cases import pieces_of
from bp_tutor.explain.proofs.record import Chain, Proof, Slope, Step, letter
from bp_tutor.explain.proofs.rules import differentiated
from bp_tutor.explain.slopes import MARK
from bp_tutor.formula import Call, Entry, Formula, Function, number_of, replace, walk
from bp_tutor.formula.algebra import filled, mul, slope_of, template, tidy
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.catalogue.losses import Fused
    from bp_tutor.explain.document import Said
    from bp_tutor.explain.proofs.cases import Piece

LOSS = letter("E")
"""The loss of one output."""
VARIABLES = ("z", "a", "y")
"""Letters that may have any sign; the others are settings."""


class _Wanted(Frozen):
    """One slope that is to be derived."""

    key: str
    result: Formula
    """The letter of the function's value."""
    over: Formula
    body: Formula
    usual: Formula
    """The slope in the form in which courses state it."""
    holes: dict[str, Formula]
    """What the names in formulas of the catalogue stand for."""
    known: bool = False
    """Whether its slope is looked up: there is no formula that it is defined by."""


def result_of(row: Function) -> Formula:
    """The letter of a function's value."""
    return LOSS if row.as_body else letter(row.result)


def usual_slope(row: Function, place: int = 0) -> Formula | None:
    """A slope in the form in which courses state it, over the letters of the row."""
    found = slope_of(row, place)
    return None if found is None else tidy(filled(found, _holes(row)))


def _holes(row: Function) -> dict[str, Formula]:
    return {name: letter(name) for name in row.parameters} | {row.result: result_of(row)}


def of_function(row: Function, title: Said) -> Proof:
    """The slopes of a function, each derived from its definition."""
    itself = Call(row, tuple(map(letter, row.parameters)))
    body = itself.expanded()
    meaning = [Step(body, ("definition",))]
    if body != itself and not row.as_body:
        meaning = [Step(itself), *meaning]
    result, key = result_of(row), row.name + MARK
    chains = [Chain(result, tuple(meaning))]
    for place, name in enumerate(row.parameters[: len(row.slopes)]):
        usual = usual_slope(row, place)
        if usual is not None:
            known = row.body is None
            wanted = _Wanted(key, result, letter(name), body, usual, _holes(row), known)
            chains += _chains(wanted)
    flat = () if len(chains) > 1 else (sentence("proof.flat"),)
    bends = any(chain.conditions for chain in chains)
    notes = (*flat, *([sentence("proof.bend")] if bends else []))
    return Proof(key, title, tuple(chains), _used_in(chains, row), notes)


def of_pair(loss: Function, activation: Function, fused: Fused | None, title: Said) -> Proof:
    """The derivative of a loss by what stands before the activation, entry by entry."""
    z, a = letter("z"), letter("a")
    of_loss, of_activation = usual_slope(loss), usual_slope(activation)
    assert of_loss is not None
    assert of_activation is not None
    steps = [
        Step(mul(Slope(LOSS, a), Slope(a, z)), ("chain_rule",)),
        Step(mul(of_loss, of_activation), ("slopes_put_in",)),
    ]
    if fused is not None:
        steps.append(Step(filled(template(fused.delta), _holes(loss)), ("cancelled",)))
    key = f"{activation.name}+{loss.name}"
    chain = Chain(Slope(LOSS, z), tuple(steps))
    return Proof(key, title, (chain,), (loss.name + MARK, activation.name + MARK))


def _used_in(chains: list[Chain], own: Function) -> tuple[str, ...]:
    """The activations whose slopes were put in."""
    found: dict[str, None] = {}
    for chain in chains:
        for before, step in pairwise(chain.steps):
            if "slope_put_in" not in step.rules:
                continue
            for node in walk(before.formula):
                if isinstance(node, Call) and node.function.activation and node.function != own:
                    found[node.function.name + MARK] = None
    return tuple(found)


def _chains(wanted: _Wanted) -> list[Chain]:
    """A slope in one chain; or in one for each piece, and one for all of them together."""
    name = Slope(wanted.result, wanted.over)
    pieces = pieces_of((wanted.body, wanted.usual), VARIABLES)
    if len(pieces) == 1:
        steps = [Step(wanted.usual, ("known_slope",))] if wanted.known else _lines(wanted)
        return [Chain(name, tuple(steps))]
    return [
        *(_of_piece(wanted, piece) for piece in pieces),
        Chain(name, (Step(wanted.usual, ("pieces_together",)),), heading=sentence("proof.all")),
    ]


def _of_piece(wanted: _Wanted, piece: Piece) -> Chain:
    body, usual = piece.formulas
    lines = _lines(wanted._replace(key="", body=body, usual=usual))
    heading = sentence("proof.where", where=Joined(piece.conditions), name=wanted.result, body=body)
    return Chain(Slope(wanted.result, wanted.over), tuple(lines), piece.conditions, heading)


def _lines(wanted: _Wanted) -> list[Step]:
    """From the derivative of the body to the usual form, in which the value is a letter."""
    result, usual = wanted.result, wanted.usual
    steps = differentiated(wanted.body, wanted.over)
    first = wanted.over in (wanted.holes.get("z"), wanted.holes.get("a"))
    by_hand = BY_HAND.get(wanted.key, ()) if first else ()
    for text, rule in by_hand:
        steps.append(Step(filled(template(text), wanted.holes), (rule,)))
    if _says(steps, usual):
        return steps
    written = replace(usual, lambda node: wanted.body if node == result else None)
    if written != usual and result not in walk(steps[-1].formula):
        if not _says(steps, written):
            steps.append(Step(written, ("rearranged",)))
        steps.append(Step(usual, ("value_put_in",)))
    else:
        steps.append(Step(usual, ("rearranged",)))
    return steps


def _says(steps: list[Step], formula: Formula) -> bool:
    """Whether a formula is the last line already, or the same plain number."""
    last = tidy(steps[-1].formula)
    numbers = [_number(each) for each in (last, formula)]
    return last == tidy(formula) or (None not in numbers and numbers[0] == numbers[1])


def _number(formula: Formula) -> float | None:
    """The value of a formula without letters."""
    if any(isinstance(node, Entry) for node in walk(formula)):
        return None
    return number_of(formula, lambda _, __: nan)

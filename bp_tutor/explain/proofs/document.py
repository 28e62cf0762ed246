"""A proof as a section of a document: lines with a reason for each of their steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import (
    Document,
    Joined,
    Line,
    Note,
    Part,
    Relation,
    Section,
    Sentence,
    sentence,
)
from bp_tutor.explain.proofs.softmax import NAMES
from bp_tutor.explain.slopes import MARK
from bp_tutor.formula import Quantity
from bp_tutor.notations import Structure, Symbols, load_notation

if TYPE_CHECKING:
    from bp_tutor.explain.document import Block, Said
    from bp_tutor.explain.proofs.record import Chain, Proof

PHASE = "proof"
_NOTHING = Quantity("")


def proof_symbols() -> Symbols:
    """How proofs write their letters where there is no problem with a notation of its own."""
    return Symbols(load_notation("plain"), Structure(names=("z", "a", "y", "L", "E", *NAMES)))


def proof_document(proof: Proof) -> Document:
    """The proof by itself."""
    section = proof_section(proof)
    return Document(section.heading, (), None, (section._replace(heading=""),))


def proof_section(proof: Proof) -> Section:
    """The proof, its chains one below the other."""
    blocks: list[Block] = []
    for chain in proof.chains:
        if chain.heading:
            blocks.append(Note(chain.heading))
        blocks.append(_line(chain))
    blocks += map(Note, proof.notes)
    if proof.uses:
        names = ", ".join(f"why {name.removesuffix(MARK)}" for name in proof.uses)
        blocks.append(Note(sentence("proof.uses", names=names)))
    return Section(proof.title, PHASE, tuple(blocks))


def _line(chain: Chain) -> Line:
    parts = tuple(
        Part("formula", Relation.EQUAL, step.formula, _reason(step.rules)) for step in chain.steps
    )
    return Line(_NOTHING, (), parts, symbol=chain.name)


def _reason(rules: tuple[str, ...]) -> Said:
    return Joined(tuple(Sentence(f"proof.rule.{rule}") for rule in rules)) if rules else ""

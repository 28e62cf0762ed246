"""Proofs: from the definition of a function to its slope in the form that courses state.

A proof is a record: chains of formulas, each equal to the one before it, with the rule that
leads from one to the next. Rules of differentiation and cases of piecewise functions are found
from the catalogue's formulas; only where a teacher would take a step of algebra by hand, it
stands in a table.
"""

from bp_tutor.explain.proofs.document import proof_document, proof_section, proof_symbols
from bp_tutor.explain.proofs.record import Chain, Proof, Step
from bp_tutor.explain.proofs.table import nearest_names, proof_named, provable

__all__ = [
    "Chain",
    "Proof",
    "Step",
    "nearest_names",
    "proof_document",
    "proof_named",
    "proof_section",
    "proof_symbols",
    "provable",
]

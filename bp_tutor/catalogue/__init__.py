"""Layers, activations, losses and optimisers, each written in the language of formulas.

What is to be known of one of them stands in one place: a module a kind of layer (`layers/`), a
row a function. Each says how a file names it, what can be set, and its formulas; it knows no
problem and no network, but the layers before it.
"""

from bp_tutor.catalogue.definition import PHASES, Definition, Model, Remark
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.catalogue.measures import MEASURES
from bp_tutor.catalogue.optimisers import OPTIMISERS

__all__ = [
    "LOSSES",
    "MEASURES",
    "OPTIMISERS",
    "PHASES",
    "Definition",
    "Model",
    "Remark",
]

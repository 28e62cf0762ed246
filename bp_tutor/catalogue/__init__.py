"""Layers, activations, losses and optimisers, each written in the language of formulas."""

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

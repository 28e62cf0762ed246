"""Layers, activations and losses, each written in the language of formulas."""

from bp_tutor.catalog.build import model_of
from bp_tutor.catalog.definition import PHASES, Definition, Model, Remark
from bp_tutor.catalog.generate import Drawn
from bp_tutor.catalog.losses import LOSSES
from bp_tutor.catalog.measures import MEASURES
from bp_tutor.catalog.optimisers import OPTIMISERS, optimiser_row

__all__ = [
    "LOSSES",
    "MEASURES",
    "OPTIMISERS",
    "PHASES",
    "Definition",
    "Drawn",
    "Model",
    "Remark",
    "model_of",
    "optimiser_row",
]

"""Layers, activations and losses, each written in the language of formulas."""

from bp_tutor.catalog.build import model_of
from bp_tutor.catalog.definition import PHASES, Definition, Model
from bp_tutor.catalog.losses import LOSSES
from bp_tutor.catalog.measures import MEASURES

__all__ = ["LOSSES", "MEASURES", "PHASES", "Definition", "Model", "model_of"]

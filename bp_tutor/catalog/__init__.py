"""Layers, activations and losses, each written in the language of formulas."""

from bp_tutor.catalog.build import model_of
from bp_tutor.catalog.definition import PHASES, Definition, Model
from bp_tutor.catalog.losses import LOSSES

__all__ = ["LOSSES", "PHASES", "Definition", "Model", "model_of"]

"""The pictures of a training, drawn by matplotlib: as SVG, and on a web page."""

from bp_tutor.output.training.figure import figure_svg
from bp_tutor.output.training.html import training_page

__all__ = ["figure_svg", "training_page"]

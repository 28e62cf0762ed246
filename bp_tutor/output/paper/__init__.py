"""Derivations written for paper and screens: Markdown, LaTeX, Typst, PDF, notebooks, programs."""

from bp_tutor.output.paper.formats import FORMATS, Format
from bp_tutor.output.paper.paper import Paper, PaperError

__all__ = ["FORMATS", "Format", "Paper", "PaperError"]

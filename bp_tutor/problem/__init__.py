"""What a teacher writes: problem files, read, checked, and every mistake shown with its line."""

from bp_tutor.problem.context import ProblemError
from bp_tutor.problem.find import find_problem, list_problems
from bp_tutor.problem.load import load_problem
from bp_tutor.problem.model import (
    Bias,
    Conventions,
    Generated,
    Graph,
    Layer,
    Loss,
    Matrix,
    Names,
    Network,
    Problem,
    Published,
    Rounding,
    Row,
    Text,
)
from bp_tutor.reader import Mark, Mistake

__all__ = [
    "load_problem",
    "find_problem",
    "list_problems",
    "ProblemError",
    "Mistake",
    "Problem",
    "Network",
    "Graph",
    "Layer",
    "Bias",
    "Loss",
    "Conventions",
    "Rounding",
    "Published",
    "Names",
    "Generated",
    "Text",
    "Mark",
    "Row",
    "Matrix",
]

"""What a teacher writes: problem files, read, checked, and every mistake shown with its line."""

from bp_tutor.fields.context import ProblemError
from bp_tutor.problem.find import find_problem, list_problems
from bp_tutor.problem.load import load_problem
from bp_tutor.problem.model import (
    Conventions,
    Graph,
    Names,
    Network,
    Problem,
    Published,
    Rounding,
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
    "Conventions",
    "Rounding",
    "Published",
    "Names",
    "Text",
    "Mark",
]

"""What a teacher writes: problem files, read, checked, and every mistake shown with its line.

`schema.py` is the table of all keys; what stands under a key is read by its form. A second pass
puts layers, numbers and names in their places (`layers.py`, `weights.py`, `graph.py`), a third
looks whether they go together (`checks.py`, `clashes.py`). What comes out is a `Problem`: plain
data in canonical order.
"""

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

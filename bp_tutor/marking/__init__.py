"""The papers of a class, marked one by one: rows of a table come in, marks go out.

What marks one paper knows nothing of files, and what it hands on is plain: so papers can be
marked anywhere, in any order, by several processes or by a cluster.
"""

from bp_tutor.marking.paper import ATTEMPTS, Exercise, Mark, Outcome, mark_paper
from bp_tutor.marking.sharing import Crew, Task, cluster, processes

__all__ = [
    "Exercise", "Mark", "Outcome", "mark_paper", "ATTEMPTS", "Crew", "Task", "cluster", "processes",
]  # fmt: skip

"""The papers of a class, marked one by one: rows of a table come in, marks go out.

What marks one paper knows nothing of files, and what it hands on is plain: so papers can be
marked anywhere, in any order.
"""

from bp_tutor.marking.paper import ATTEMPTS, Exercise, Mark, Outcome, mark_paper

__all__ = ["Exercise", "Mark", "Outcome", "mark_paper", "ATTEMPTS"]

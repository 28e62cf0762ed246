"""From a problem to its formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.solve.graph_model import graph_model
from bp_tutor.solve.network_model import network_model

if TYPE_CHECKING:
    from bp_tutor.catalogue.definition import Model
    from bp_tutor.problem.model import Problem


def model_of(problem: Problem, rows: tuple[int, ...] = (0,)) -> Model:
    """The problem as formulas, for the samples `rows` of a network (counted from 0)."""
    return graph_model(problem) if problem.graph is not None else network_model(problem, rows)

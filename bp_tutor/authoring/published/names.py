"""Whether each printed figure names something that the calculation has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import symbols_of
from bp_tutor.explain.structure import is_plain
from bp_tutor.notations.names import Names
from bp_tutor.problem import ProblemError
from bp_tutor.problem.published import wrong_name
from bp_tutor.reader import Mistake
from bp_tutor.solve import names_in

if TYPE_CHECKING:
    from bp_tutor.problem import Problem


def check_names(problem: Problem) -> None:
    """Refuse figures whose names mean nothing, in a network of which not all layers are dense.

    What such a network has shows only when it is written as formulas; the names of any other
    problem are checked when its file is read.

    Raises:
        ProblemError: with a mistake for each such name.
    """
    network = problem.network
    if not problem.published or network is None or is_plain(network):
        return
    names = Names(symbols_of(problem), names_in(problem))
    mistakes = []
    for place, figure in enumerate(problem.published):
        wrong = wrong_name(figure.name, names)
        if wrong is not None:
            mistakes.append(
                Mistake(
                    wrong.key, figure.mark, wrong.values, wrong.expected, wrong.nearest,
                    f"published[{place}].name", str(problem.path),
                )
            )  # fmt: skip
    if mistakes:
        raise ProblemError(mistakes)

"""The verdicts on the lectures' figures, against those of plain loops that know no tutor."""

from __future__ import annotations

from functools import cache

import pytest

from bp_tutor.authoring.published.judge import judge
from bp_tutor.authoring.published.judged import Judged
from bp_tutor.problem import find_problem, load_problem
from tests.authoring.pages import page_of
from tests.lectures.test_lectures import AGREES, CARRIED, CARRIED_CUT, CUT, NOT_PLAIN, WRONG, met_in
from tests.lectures.test_lectures import figures as printed_figures

WORDS = {
    AGREES: "agrees",
    CUT: "truncated",
    CARRIED: "follows_by_hand_rounding",
    CARRIED_CUT: "follows_by_hand_rounding",
    WRONG: "does_not_follow",
}
"""What the loops found, in the words of problem files."""

EXPLAINED = {
    "linear-2-2-1": {
        "published.how.file_rounded": """2:A[2,1]=0.93 2:A[3,1]=0.2571 2:dZ[3,1]=-0.7429
            2:-eta*dZ[3,1]=0.037145 2:W'[2,1,1]=0.2089""",
        "published.how.from_rounded": """2:stepW[2,1,1]=0.034545 2:W'[1,2,2]=0.1167
            3:A[2,1]=0.998 3:A[2,2]=0.63 3:A[2,1]*W[2,1,1]=0.2085 3:A[2,2]*W[2,2,1]=0.1198
            3:A[3,1]=0.3283""",
        # The products of the first update still stand in the second.
        "published.convention.one_update_fewer": """2:A[1,1]*W[2,1,1]=0.28
            2:A[1,1]*W[2,2,1]=0.30 2:A[1,2]*W[2,1,1]=0.42 2:A[1,2]*W[2,2,1]=0.45""",
        "published.how.carried": """2:stepW[1,1,1]=0.0104 2:stepW[1,1,2]=0.0111
            2:stepW[1,2,1]=0.0156 2:stepW[1,2,2]=0.0167""",
    },
    "sigmoid-2-2-1": {
        "published.how.from_rounded": "1:C=0.01805",
        "published.how.from_cut": "1:dW[2,1,1]=0.02763",
        "published.slip.point": "2:C=0.165",
    },
    "sigmoid-2-2-2": {"published.how.from_rounded": "1:E_total=0.27741"},
}
"""How each figure comes about that is not simply right or cut off, worked out by hand."""
PROBLEMS = sorted({name for name, _ in printed_figures()})


@cache
def verdicts(name: str) -> tuple[Judged, ...]:
    problem = load_problem(find_problem(name))
    return judge(problem, page_of(problem))


def label(judged: Judged) -> str:
    figure = judged.meant.figure
    update = figure.after + 1 if figure.after is not None else figure.update or 1
    return f"{update}:{figure.name.replace(' ', '')}={figure.value}"


@pytest.mark.parametrize("name", PROBLEMS)
def test_each_figure_gets_the_verdict_of_the_loops(name: str) -> None:
    expected = {
        place: WORDS[verdict]
        for verdict, text in NOT_PLAIN.get(name, {}).items()
        for place in text.split()
    }
    ours = [
        f"{met_in(figure)}:{figure['name'].replace(' ', '')}={figure['value']}"
        for problem, figure in printed_figures()
        if problem == name
    ]
    found = [(label(judged), judged.verdict) for judged in verdicts(name)]
    assert found == [(place, expected.get(place, "agrees")) for place in ours]


@pytest.mark.parametrize("name", PROBLEMS)
def test_how_each_figure_comes_about(name: str) -> None:
    expected = {
        place: key for key, text in EXPLAINED.get(name, {}).items() for place in text.split()
    }
    found = {label(judged): reason.key for judged in verdicts(name) for reason in judged.reasons}
    assert found == expected


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_files_accept_what_is_known(name: str) -> None:
    for judged in verdicts(name):
        assert judged.sound, label(judged)
        assert judged.accepted == (judged.verdict == "does_not_follow"), label(judged)

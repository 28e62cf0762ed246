"""Whatever a message about `values` or `published` offers is accepted there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.explain import symbols_of
from bp_tutor.notations import notation_names
from bp_tutor.notations.names import Names
from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.reader import Mistake
from bp_tutor.solve import names_in


def text(notation: str, values: list[str], figure: str = "L") -> str:
    numbers = "".join(f"    {json.dumps(name)}: 0.{at}\n" for at, name in enumerate(values, 1))
    return f"""
title: t
notation: {notation}
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: sigmoid, bias: none}}
    - {{units: 1, activation: sigmoid, bias: none}}
  values:
{numbers}inputs: [[1, 0.5], [0.3, 0.9]]
targets: [[1], [0]]
learning_rate: 0.1
published: [{{name: {json.dumps(figure)}, value: "1"}}]
"""


CANONICAL = ["W[1,1,1]", "W[1,1,2]", "W[1,2,1]", "W[1,2,2]", "W[2,1,1]", "W[2,2,1]"]


def names_for(notation: str) -> Names:
    problem = read_problem(text(notation, CANONICAL))
    return Names(symbols_of(problem), names_in(problem))


def mistakes(content: str) -> tuple[Mistake, ...]:
    try:
        read_problem(content)
    except ProblemError as error:
        return error.mistakes
    return ()


def offered(mistake: Mistake) -> list[str]:
    listed = str(mistake.values.get("choices") or mistake.values.get("names") or "")
    choices = listed.removesuffix(", ...").split(", ") if listed else []
    return [mistake.nearest, *choices] if mistake.nearest else choices


SIGNS = "0123456789wzabhWZ_,@'"
slips = st.tuples(st.integers(0, 12), st.integers(0, 1), st.sampled_from(["", *SIGNS]))


def slipped(name: str, slip: tuple[int, int, str]) -> str:
    at, gone, sign = slip
    return name[:at] + sign + name[at + gone :]


@pytest.mark.parametrize("notation", notation_names())
@settings(max_examples=15, deadline=None)
@given(which=st.integers(0, 5), slip=slips)
def test_a_name_that_is_offered_for_a_weight_is_taken(
    notation: str, which: int, slip: tuple[int, int, str]
) -> None:
    names = names_for(notation)
    keys = [meaning.key for one in CANONICAL if (meaning := names.read(one)) and meaning.key]
    good = [names.typed(key) for key in keys]
    wrong = slipped(good[which], slip)
    if wrong in good or not wrong:
        return
    told = mistakes(text(notation, [*good[:which], wrong, *good[which + 1 :]]))
    unknown = [
        one
        for one in told
        if one.key in ("problem.unknown_symbol", "naming.turned_to", "naming.turned_from")
    ]
    for one in unknown:
        assert offered(one)
        for name in offered(one):
            after = mistakes(text(notation, [*good[:which], name, *good[which + 1 :]]))
            assert not {each.key for each in after} - {
                "problem.value_twice",
                "problem.values_missing",
            }, name


@pytest.mark.parametrize("notation", notation_names())
@settings(max_examples=15, deadline=None)
@given(which=st.integers(0, 60), slip=slips)
def test_a_name_that_is_offered_for_a_figure_is_taken(
    notation: str, which: int, slip: tuple[int, int, str]
) -> None:
    names = names_for(notation)
    keys = [address for quantity in names.quantities for address in quantity.addresses()]
    wrong = slipped(names.typed(keys[which % len(keys)]), slip)
    told = mistakes(text(notation, CANONICAL, wrong)) if wrong.strip() else ()
    for one in told:
        for name in offered(one)[:4]:
            assert not mistakes(text(notation, CANONICAL, name)), name

"""The same answers earn the same marks in a network and in the graph of the same network."""

from __future__ import annotations

import pytest

from tests.mistakes.bank import Bank
from tests.mistakes.marked import Mark, Opened
from tests.mistakes.twins import twins

SEEDS = 6


def verdicts(opened: Opened, answers: dict[str, str], names: dict[str, str]) -> dict[str, Mark]:
    marks = opened.marks({names[name]: text for name, text in answers.items()})
    return {name: marks[names[name]] for name in answers}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_graph_is_marked_as_its_network(seed: int) -> None:
    graph, network, names = twins(seed)
    bank, one, other = Bank(graph, 2), Opened(graph), Opened(network)
    own = {name: name for name in names}
    chains = [dict(chain.answers) for chain in (*bank.right_chains(), *bank.wrong_chains(6))]
    chains += [{**case.before, case.name: case.text} for case in bank.singles()]
    chains = [
        {name: text for name, text in chain.items() if name in names} for chain in chains
    ]  # a network shows the loss of its output beside the sum
    assert len(chains) > 60
    for answers in chains:
        here, there = verdicts(one, answers, own), verdicts(other, answers, names)
        for name, mark in here.items():
            first = there[name].first_wrong
            assert mark.verdict == there[name].verdict, (name, answers)
            assert names.get(mark.first_wrong, "") == first, (name, answers)

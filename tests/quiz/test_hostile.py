"""Ten thousand signs of anything are answered; nothing of them is run."""

from __future__ import annotations

import pytest

from tests.benchmarks.product import hostile


def test_hostile_answers_come_to_an_end() -> None:
    """`make bench` holds how soon that is."""
    works = hostile()
    assert len(works) > 150
    for work in works:
        work()


@pytest.mark.parametrize("text", ["(" * 10_000, "9**" * 3_333 + "9", "__import__('os')" * 600])
def test_they_cost_nothing(text: str) -> None:
    from tests.quiz.talking import session_of, talk

    session, events = session_of()
    heard = talk(session, text, "quit").text
    assert "Not counted (this costs nothing)" in heard
    assert events == []

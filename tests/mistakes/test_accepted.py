"""The bank's labels speak of mistakes that the program has."""

from __future__ import annotations

from bp_tutor.quiz import MISCONCEPTIONS
from tests.mistakes.accepted import ACCEPTED

OF_THE_PEN = "pen_"


def test_every_label_means_mistakes_of_the_program() -> None:
    keys = {key for keys in ACCEPTED.values() for key in keys if not key.startswith(OF_THE_PEN)}
    assert keys <= set(MISCONCEPTIONS)

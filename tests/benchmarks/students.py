"""Writes answers of many students, some with mistakes.

Arguments: how many, a file, and how many of their papers differ, else all.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from random import Random

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import StudentAnswers
from bp_tutor.quiz.kinds.kind import asked_steps
from tests.quiz.networks import context_of_problem

ANSWERS = 40
MISTAKES, SLIPS = 0.15, 0.10
"""So many of the answers show a known mistake, and so many are wrong by chance."""


def write(count: int, path: Path, different: int | None = None) -> None:
    context = context_of_problem(load_problem(find_problem("exercise")))
    graph, own = context.graph, StudentAnswers(context)
    keys = [one for step in asked_steps(context) for one in step.quantity.addresses()]
    wrong = {
        key: [value for value in context.candidates.singles(key).values(own.value) if value]
        for key in keys
    }
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("student", "id", "value"))
        for student in range(count):
            draw = Random(student % (different or count))  # noqa: S311
            for place in sorted(draw.sample(range(len(keys)), ANSWERS)):
                key = keys[place]
                value, chance = graph.exact(key), draw.random()
                if chance < MISTAKES and wrong[key]:
                    value = draw.choice(wrong[key])
                elif chance < MISTAKES + SLIPS:
                    value = value * 1.1 + draw.uniform(-0.1, 0.1)
                rows.writerow((f"student{student}", key.identifier, f"{value:#.4g}"))


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))

"""What a question in PrairieLearn does: draw numbers by the seed of the variant, and mark.

`bp-tutor export --format prairielearn` writes the folder of such a question. PrairieLearn hands
over `data`, a dictionary that both functions change.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.api.exporting import Asking, Wanted
from bp_tutor.api.marking import mark, reasons_of
from bp_tutor.api.problem import load

if TYPE_CHECKING:
    from bp_tutor.api.problem import Problem
    from bp_tutor.exchange import Exercise
    from bp_tutor.quiz.record import Record

Data = dict[str, Any]


def generate(data: Data) -> None:
    """Put the exercise with the numbers of the seed, and what is asked, into `data["params"]`."""
    from bp_tutor.exchange.markup import TEX, Markup

    exercise = _exercise(data)
    (variant,) = exercise.variants
    markup = Markup(exercise.page, TEX)
    picture = base64.b64encode(variant.picture.encode()).decode()
    address = f"data:image/svg+xml;base64,{picture}"
    data["params"] |= {
        "statement": str(markup.exercise(exercise, variant, address)),
        "derivation": "".join(markup.line(item.line) for item in variant.items if item.line),
        "questions": [
            {"name": f"q{place}", "asked": item.record.name, "weight": item.record.points,
             "prompt": str(markup.question(item))}
            for place, item in enumerate(variant.items, 1)
        ],
    }  # fmt: skip
    data["correct_answers"] |= {
        f"q{place}": _right(item.record) for place, item in enumerate(variant.items, 1)
    }


def _right(record: Record) -> str:
    from bp_tutor.quiz.record import NumberRecord

    if isinstance(record, NumberRecord):
        return f"{record.value:.{record.figures + 2}g}"
    return next(option.text for option in record.options if option.right)


def grade(data: Data) -> None:
    """Mark all answers together: what follows rightly from a wrong one of them is right."""
    problem = _problem(data)
    questions, given = data["params"]["questions"], data["submitted_answers"]
    answers = {
        each["asked"]: str(given[each["name"]])
        for each in questions
        if str(given.get(each["name"]) or "").strip()
    }
    marks = {one.name: one for one in mark(problem, answers, updates=_wanted(data).updates)}
    said, score, weights = [], 0.0, 0.0
    for each in questions:
        name, asked, weight = each["name"], each["asked"], each["weight"]
        found = marks.get(asked)
        credit = found.credit if found is not None else 0.0
        data["partial_scores"][name] = {"score": credit, "weight": weight}
        score, weights = score + credit * weight, weights + weight
        if found is not None and credit < 1:
            said += [f"{asked}: {text}" for text in reasons_of(found)]
    data["feedback"]["said"] = said
    data["score"] = score / weights if weights else 0.0


def _folder(data: Data) -> Path:
    return Path(data["options"]["question_path"])


def _settings(data: Data) -> Data:
    from bp_tutor.exchange.prairielearn import SETTINGS

    found: Data = json.loads((_folder(data) / SETTINGS).read_text(encoding="utf-8"))
    return found


def _wanted(data: Data) -> Wanted:
    settings = _settings(data)
    ask, layers = (tuple(settings.get(key, ())) for key in ("ask", "layers"))
    points = settings.get("points")
    worth = None if points is None else str(points)
    return Wanted(ask, layers, updates=settings.get("updates", 1), points=worth)


def _problem(data: Data) -> Problem:
    """The problem with the numbers of the seed; with its own where nothing in it varies."""
    from bp_tutor.authoring.variant import Variants
    from bp_tutor.exchange.prairielearn import PROBLEM

    settings = _settings(data)
    reader = {key: settings.get(key) for key in ("notation", "lang")}
    problem = load(_folder(data) / PROBLEM, **reader)
    drawn = Variants(problem.text, problem._record)
    if not drawn.varies:
        return problem
    return load(drawn.filled(int(data["variant_seed"]) % MOST_SEEDS), **reader)


MOST_SEEDS = 1_000_000
"""Seeds of PrairieLearn are larger; so many variants are enough for any class."""


def _exercise(data: Data) -> Exercise:
    from bp_tutor.exchange import Exercise

    problem = _problem(data)
    page = problem._contexts(1)[0].page
    variant = Asking(page, _wanted(data)).variant(problem._record)
    return Exercise("question", problem._record.title, page, (variant,), problem.text)

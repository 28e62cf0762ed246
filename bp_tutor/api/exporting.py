"""From a problem and its variants to what a learning platform is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.api.reading import updates_of, view_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.worth import worth_of_questions
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.exchange import Variant
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Context, Question

LEVELS = ("numbers", "shapes", "mixed")
MOST_QUESTIONS = 400
"""More questions are not for one exercise."""


class Wanted(Frozen):
    """Which questions are to be written, and what they are worth."""

    ask: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    level: str = "numbers"
    updates: int = 1
    points: str | None = None
    """As somebody types it: all together `10`, or each of a kind `Z=1,dW=2`; None: 1 each."""


class Asking:
    """Asks the same of a problem whatever its numbers are."""

    def __init__(self, page: Presentation, wanted: Wanted) -> None:
        self._page, self._wanted = page, wanted

    def variant(self, problem: Problem, seed: int | None = None, student: str = "") -> Variant:
        """The questions about one variant.

        Raises:
            RefusalError: nothing of the kind can be asked, or too much for one exercise.
        """
        from bp_tutor.exchange import variant_of
        from bp_tutor.quiz import Choice, contexts_of, make_questions
        from bp_tutor.solve import solve

        wanted = self._wanted
        contexts = contexts_of(solve(problem, wanted.updates), self._page)
        ask, layers = self._chosen(contexts[0])
        choice = Choice(ask, layers, level=wanted.level)
        count = len(make_questions(contexts, choice))
        if not count:
            raise RefusalError("session.none")
        if count > MOST_QUESTIONS:
            raise RefusalError("export.too_many", count=count, most=MOST_QUESTIONS)

        def worth(questions: Sequence[Question]) -> Sequence[float]:
            return self._worth(contexts, questions)

        found = variant_of(contexts, choice, worth=worth)
        if not found.items:
            # Formulas can be asked for by a quiz alone.
            raise RefusalError("session.none")
        return found._replace(seed=seed, student=student)

    def _worth(self, contexts: Sequence[Context], questions: Sequence[Question]) -> Sequence[float]:
        """What each question is worth, as `mark` counts it."""
        from bp_tutor.explain.worth import worth_of
        from bp_tutor.marking.points import kind_of

        found = worth_of_questions(self._wanted.points, contexts, questions)
        kinds = [kind_of(question, contexts) for question in questions]
        return worth_of(kinds, found.total, found.of_kind)

    def _chosen(self, context: Context) -> tuple[tuple[str, ...], tuple[int, ...]]:
        wanted, symbols = self._wanted, self._page.symbols
        view = view_of(context.run, symbols, wanted.ask, wanted.layers, (), "full", "index")
        return view.only, view.layers


def exported(
    problem: Problem,
    text: str,
    page: Presentation,
    form: str,
    ask: tuple[str, ...],
    level: str,
    points: str | None,
) -> bytes | dict[str, bytes]:
    """The questions of a problem in one of the formats.

    Raises:
        RefusalError: there is no such format or level, or nothing of the kind can be asked.
    """
    from bp_tutor.exchange import FORMATS, Exercise

    for name, known, value in (("form", FORMATS, form), ("level", LEVELS, level)):
        if value not in known:
            near, choices = nearest(value, known), ", ".join(known)
            raise RefusalError("usage.choice", near, name=name, value=shown(value), choices=choices)
    if FORMATS[form].draws and level != "numbers":
        raise RefusalError("export.draws", reader=FORMATS[form].reader)
    wanted = Wanted(ask, (), level, updates_of(problem, None), points)
    variant = Asking(page, wanted).variant(problem)
    settings = {"ask": ask, "updates": wanted.updates, "points": wanted.points,
                "lang": page.words.language}  # fmt: skip
    title = page.say(problem.title)
    exercise = Exercise(problem.name or title, problem.title, page, (variant,), text, settings)
    return FORMATS[form].write(exercise)

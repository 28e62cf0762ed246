"""What can be asked for in a quiz: its options, and the questions that come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.api.reading import LARGEST_SEED, MOST_ASKED, listed, view_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bp_tutor.quiz import Choice, Context, Question
    from bp_tutor.quiz.practice import Due


LEVELS = ("numbers", "formulas", "shapes", "mixed")
FORMS = ("index", "matrix", "general")
GIVEN = ("all", "needed", "none")
LARGEST = 1_000_000


class Asked(NamedTuple):
    """What the options ask for."""

    ask: tuple[str, ...] = ()
    layer: tuple[str, ...] = ()
    most: int | None = None
    level: str = "numbers"
    form: str = "index"
    shuffle: bool = False
    seed: int | None = None
    hints: bool = True
    given: str = "all"
    """Which values stand with a question."""
    due: tuple[Due, ...] = ()
    """Only questions that practise this; empty for all."""
    rules: tuple[str, ...] = ()
    """The same by rules alone, of a quiz that was begun with an older version."""
    updates: int | None = None
    """How many updates are asked about; None for as many as the file says."""
    file: str = ""
    """The text of the variant that is asked about; empty for the problem's own numbers."""


def asked_of(options: Mapping[str, Any]) -> Asked:
    """What was asked for, of options that were kept or sent.

    Raises:
        RefusalError: it is nothing that can be asked for.
    """
    known = {name: value for name, value in options.items() if name in Asked._fields}
    lists = [known.get(name) or [] for name in ("ask", "layer", "rules")]
    limits = {"most": LARGEST, "seed": LARGEST_SEED, "updates": MOST_ASKED}
    numbers = [(known.get(name), limit) for name, limit in limits.items()]
    sound = [
        *(isinstance(one, list) for one in lists),
        all(isinstance(one, list) and len(one) == 2 for one in known.get("due") or ()),
        *(
            number is None or (isinstance(number, int) and 0 <= number <= limit)
            for number, limit in numbers
        ),
        known.get("level", "numbers") in LEVELS,
        known.get("form", "index") in FORMS,
        known.get("given", "all") in GIVEN,
        isinstance(known.get("file", ""), str),
    ]
    if not all(sound):
        raise RefusalError("session.unreadable")
    ask, layer, rules = map(tuple, lists)
    due = tuple((str(kind), str(key)) for kind, key in known.get("due") or ())
    return Asked(**known | {"ask": ask, "layer": layer, "rules": rules, "due": due})


def choice_of(contexts: tuple[Context, ...], asked: Asked, seed: int) -> Choice:
    """Which questions are asked for, each name checked against the problem.

    Raises:
        RefusalError: a kind or a layer is named that there is not.
    """
    from bp_tutor.quiz import Choice

    ratios, only = _ratios(contexts, listed(asked.ask))
    layers = list(asked.layer)
    run, symbols = contexts[0].run, contexts[0].page.symbols
    view = view_of(run, symbols, listed(only), listed(layers), (), "full", "index")
    # Fewer are taken after those that are not wanted are left out.
    count = None if asked.rules or asked.due else asked.most
    ask = (*view.only, *ratios)
    return Choice(ask, view.layers, count, asked.level, asked.form, seed, asked.shuffle)


def _ratios(
    contexts: tuple[Context, ...], texts: tuple[str, ...]
) -> tuple[tuple[str, ...], list[str]]:
    """The names of one value's derivatives by another, and the other texts."""
    from bp_tutor.solve.partial import PartialError

    ratios: dict[str, None] = {}
    others = []
    for text in texts:
        try:
            found = [context.graph.ratio(text) for context in contexts]
        except PartialError as error:
            raise RefusalError(f"error.partial.{error}", name=shown(text)) from error
        ratios |= dict.fromkeys(one.identifier for one in found if one is not None)
        others += [] if any(found) else [text]
    return tuple(ratios), others


def questions_of(
    contexts: tuple[Context, ...], choice: Choice, asked: Asked
) -> tuple[Question, ...]:
    """The questions that are asked for."""
    from bp_tutor.quiz import make_questions

    found = make_questions(contexts, choice)
    if asked.due:
        from bp_tutor.quiz.practice import practising

        most = asked.most or len(found)
        return practising(contexts, found, asked.due, most) or found[:most]
    if asked.rules:
        found = tuple(one for one in found if one.rule in asked.rules)[: asked.most]
    return found

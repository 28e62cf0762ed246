"""What all questions are worth together, or each of a kind, as somebody types it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bp_tutor.notations import Kinds
    from bp_tutor.quiz import Context, Question

MOST_POINTS = 1_000_000.0


class Worth(Frozen):
    """What was typed; neither where nothing was."""

    total: float | None = None
    of_kind: Mapping[str, float] | None = None


def worth_asked(text: str | None, kinds: Kinds, there: Collection[str]) -> Worth:
    """What a text says of the questions, which are of the kinds that are `there`.

    `33` is a total, `Z=1,dW=2` so many points for each question of a kind.

    Raises:
        RefusalError: it says no points, or names a kind that is not asked for.
    """
    if text is None:
        return Worth()
    try:
        total = _number(text.replace(",", "."))
    except ValueError:
        return Worth(of_kind=_of_kinds(text, kinds, there))
    if not total:
        raise RefusalError("results.points_option", value=shown(text))
    return Worth(total=total)


def worth_of_questions(
    text: str | None, contexts: Sequence[Context], questions: Sequence[Question]
) -> Worth:
    """What a text says of some questions about a problem that is worked out.

    Raises:
        RefusalError: as `worth_asked` does.
    """
    from bp_tutor.marking.points import kind_of
    from bp_tutor.notations import Kinds

    steps = (step.quantity for step in contexts[0].run.steps)
    kinds = Kinds(contexts[0].page.symbols, steps)
    return worth_asked(text, kinds, {kind_of(question, contexts) for question in questions})


def _of_kinds(text: str, kinds: Kinds, there: Collection[str]) -> Mapping[str, float]:
    """`Z=1,dW=2`: so many points for each question of a kind."""
    found: dict[str, float] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, sign, worth = part.partition("=")
        kind = kinds.read(name.strip())
        try:
            if not sign:
                raise ValueError
            points = _number(worth)
        except ValueError:
            raise RefusalError("results.points_option", value=shown(text)) from None
        if kind is None or kind not in there:
            names = [kinds.typed(one) for one in there]
            near = nearest(name, names)
            values = {"name": shown(name.strip()), "names": ", ".join(sorted(names))}
            raise RefusalError("error.unknown_kind", near, **values)
        found[kind] = points
    if not found:
        raise RefusalError("results.points_option", value=shown(text))
    return found


def _number(text: str) -> float:
    """Points that somebody typed.

    Raises:
        ValueError: they are no number from 0 on that any gradebook takes.
    """
    number = float(text.strip())
    if not 0 <= number <= MOST_POINTS:
        raise ValueError
    return number

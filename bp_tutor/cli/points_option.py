"""`--points`: what all questions are worth together, or each of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bp_tutor.notations import Kinds

MOST_POINTS = 1_000_000.0


class Worth(Frozen):
    """What the option says; neither where it is not given."""

    total: float | None = None
    of_kind: Mapping[str, float] | None = None


def worth_asked(text: str | None, kinds: Kinds, there: Collection[str]) -> Worth:
    """What the option says of the questions, which are of the kinds that are `there`.

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

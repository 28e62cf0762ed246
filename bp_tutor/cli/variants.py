"""The variants of a problem, and who gets which: for one or for a whole class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.api.reading import LARGEST_SEED
from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.authoring.roster import Share
    from bp_tutor.authoring.variant import Variants
    from bp_tutor.cli.output import Output
    from bp_tutor.problem import Problem
    from bp_tutor.tables import Student


def variants_of(problem: Problem) -> Variants:
    """The variants of a problem that was read from a file."""
    from bp_tutor.authoring.variant import Variants

    try:
        with problem.path.open(encoding="utf-8-sig", newline="") as stream:
            text = stream.read()
    except (OSError, ValueError) as error:
        reason = reason_of(error)
        where = shown(str(problem.path))
        raise RefusalError("variant.unreadable", path=where, reason=reason) from None
    return Variants(text, problem)


def with_numbers_of(problem: Problem, seed: int) -> tuple[Problem, str]:
    """The variant of a seed and its text; the problem itself where nothing in it varies."""
    variants = variants_of(problem)
    if not variants.varies:
        return problem, ""
    made = variants.make(seed)
    return variants.problem_of(made), made.text


def tell_alike(shares: Iterable[Share], output: Output) -> None:
    """Say who stands on the list more than once."""
    from bp_tutor.authoring.roster import alike

    for who in alike(share for share in shares if share.student):
        output.line(output.words.text("variant.alike", name=shown(who)), "note")


def shares_of(
    problem: Problem, seed: int | None, count: int | None, students: Sequence[Student] | None
) -> tuple[Share, ...]:
    """Who gets which numbers: a seed for each name, or seeds in a row."""
    from bp_tutor.authoring.roster import named, numbered

    if students is not None:
        return named(problem.name, students, seed or 0)
    first, number = 1 if seed is None else seed, count or 1
    if first + number - 1 > LARGEST_SEED:
        raise RefusalError("usage.whole", name="--seed", value=first, low=0,
                           high=LARGEST_SEED + 1 - number)  # fmt: skip
    return numbered(problem.name, first, number)

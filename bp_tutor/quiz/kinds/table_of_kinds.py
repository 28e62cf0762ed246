"""The table of the kinds of question."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.kinds import array, choice, formula, formula_samples, number, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.quiz.kinds.entries import Samples
    from bp_tutor.quiz.model import Context, Question, Understood, Verdict
    from bp_tutor.quiz.sheet import Sheet


class Kind(NamedTuple):
    """What a kind of question can do."""

    make: Callable[[Context], Iterator[Question]]
    """All its questions, in the order of the calculation."""
    understand: Callable[[Question, str, Context], Understood]
    mark: Callable[[Question, Understood, Sheet, Context], Verdict]
    samples: Callable[[Question, Context], Samples]
    level: str = "numbers"
    """`numbers`, `formulas` or `shapes`."""
    form: str = "index"


KINDS: dict[str, Kind] = {
    "number": Kind(number.make, number.understand, number.mark, number.samples),
    "array": Kind(array.make, array.understand, array.mark, array.samples, form="matrix"),
    "update": Kind(number.make_updates, number.understand, number.mark, number.samples),
    "formula": Kind(
        formula.make, formula.understand, formula.mark, formula_samples.samples, level="formulas"
    ),
    "matrix_formula": Kind(
        formula.make_matrices,
        formula.understand,
        formula.mark,
        formula_samples.samples,
        level="formulas",
        form="matrix",
    ),
    "choice": Kind(choice.make, choice.understand, choice.mark, choice.samples, level="shapes"),
    "table": Kind(table.make, table.understand, table.mark, table.samples, form="matrix"),
}

"""A question as data: all that somebody needs who asks it elsewhere, and marks it there.

Whatever shows or writes questions (the page, a learning platform, cards) uses these records, made
by the code that marks: `record` of `questions` for a question of a quiz, `number_record` for any
number that is calculated, `number_records` for many.

A record of a number takes about 10 ms in small networks, most of it for finding the mistakes
once; what is said of a mistake is spelled when it is asked for. The records of one update share
what they need, and what a quiz has worked out already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import as_shown
from bp_tutor.frozen import Frozen
from bp_tutor.quiz.mistakes.foreseen import right_intervals, wrong_values
from bp_tutor.quiz.model import full_name
from bp_tutor.quiz.student import StudentAnswers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain.document import Said
    from bp_tutor.formula import Address, Formula
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.intervals import Interval
    from bp_tutor.quiz.mistakes.foreseen import WrongValue
    from bp_tutor.quiz.model import Diagnosis

FIGURES = 4
"""Significant figures that answers are asked to have, where nothing else is said."""


class Recorded(Frozen):
    """How questions are recorded."""

    figures: int = FIGURES
    """The significant figures that answers are asked to have."""
    points: float = 1.0
    """What a question is worth."""
    unsaid: frozenset[Address] = frozenset()
    """What is asked for as well: no sentence tells its number."""
    most: int | None = None
    """So many wrong values at most, of those that are made often first."""


PLAINLY = Recorded()


class Operand(Frozen):
    """A number that the line of an answer starts from."""

    address: Address
    value: float
    calculated: bool
    """Whether it is calculated itself, here or in an update before; else it is given."""


class NumberRecord(Frozen):
    """A number that is asked for: what is right, and what known mistakes make of it."""

    name: str
    """Its canonical name, `Z[2,1]`, with the update behind it where that is not the first."""
    address: Address
    update: int
    rule: str
    prompt: Said
    """The question; empty of a number that no question asks for."""
    formula: Formula
    """The line that gives it, in symbols."""
    operands: tuple[Operand, ...]
    """What the line starts from, in order."""
    value: float
    figures: int
    """The significant figures that answers have, for which the intervals hold."""
    right: tuple[Interval, ...]
    """The answers that are right: around the value first, then what rounding on the way makes."""
    wrong: tuple[WrongValue, ...]
    """What known mistakes make of it; none meets what is right, or another one."""
    points: float = 1.0

    @property
    def depends(self) -> tuple[str, ...]:
        """The names of the values that its line starts from and that are calculated themselves."""
        update = self.update
        return tuple(
            full_name(one.address.identifier, update) for one in self.operands if one.calculated
        )


class Option(Frozen):
    """One of several answers to choose from."""

    text: str
    right: bool
    diagnoses: tuple[Diagnosis, ...] = ()
    """The mistakes that choosing it shows."""


class ChoiceRecord(Frozen):
    """A question with answers to choose from: a shape, a rule, the paths to the loss."""

    name: str
    update: int
    rule: str
    prompt: Said
    options: tuple[Option, ...]
    points: float = 1.0


Record = NumberRecord | ChoiceRecord


def number_record(
    context: Context, address: Address, *, prompt: Said = "", recorded: Recorded = PLAINLY
) -> NumberRecord:
    """What is known of one number, whether or not a question asks for it.

    Raises:
        KeyError: nothing calculates it.
    """
    graph, update = context.graph, context.run.update
    step = graph.steps[address.quantity]
    student = StudentAnswers(context)
    student.unsaid = recorded.unsaid
    right = right_intervals(student, address, recorded.figures)
    return NumberRecord(
        full_name(address.identifier, update),
        address,
        update,
        step.line.rule,
        prompt,
        as_shown(graph.formula(address)),
        tuple(
            Operand(leaf, graph.exact(leaf), graph.is_calculated(leaf))
            for leaf in graph.leaves(address)
        ),
        graph.exact(address),
        recorded.figures,
        right,
        wrong_values(student, address, recorded.figures, right, most=recorded.most),
        recorded.points,
    )


def number_records(
    context: Context, addresses: Iterable[Address], recorded: Recorded = PLAINLY
) -> tuple[NumberRecord, ...]:
    """The same of many numbers of one update, such as all that stand on a page.

    Those that have no number are left out, and those that nothing calculates.
    """
    graph = context.graph
    return tuple(
        number_record(context, address, recorded=recorded)
        for address in addresses
        if address.quantity in graph.steps and graph.known(address)
    )

"""Where what is due can be practised: questions with its rule, or in which its mistake is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.points import are_close
from bp_tutor.quiz.reviews import RULE
from bp_tutor.quiz.tolerance import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.formula import Address
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.mistakes.candidates import Candidate
    from bp_tutor.quiz.model import Question
    from bp_tutor.quiz.reviews import Known

SAME = 1e-6
"""Numbers that differ by less, relatively, are one number to anybody."""
Due = tuple[str, str]
"""What is to be practised: a rule or a mistake (see `Known.kind`), and its key."""


def due_of(known: Iterable[Known]) -> tuple[Due, ...]:
    """What is due, by kind and key."""
    return tuple((one.kind, one.key) for one in known)


def practises(context: Context, question: Question, due: Due) -> bool:
    """Whether a question needs a rule, or a mistake can be made in its answer."""
    kind, key = due
    if kind == RULE:
        return question.rule == key
    address = context.graph.find(question.identifier)
    return address is not None and made_at(context, address, key) is not None


def made_at(context: Context, address: Address, mistake: str) -> Candidate | None:
    """What a mistake makes of an entry; None where it cannot be made, or changes no number."""
    graph = context.graph
    if graph.step(address) is None:
        return None
    for candidate in context.candidates.singles(address).found:
        if candidate.name != mistake:
            continue
        # A lost term of 0 is nothing that anybody could learn from.
        if changes_number(context, address, candidate):
            return candidate
    return None


def changes_number(context: Context, address: Address, candidate: Candidate) -> bool:
    """Whether a mistake makes another number of an entry, as far as that has one."""
    graph = context.graph
    if not graph.known(address):
        return True
    right, wrong = graph.exact(address), value_of(candidate.formula, graph.exact)
    return wrong is not None and not are_close(wrong, right, SAME)


def practising(
    contexts: Sequence[Context], questions: Sequence[Question], due: Sequence[Due], most: int
) -> tuple[Question, ...]:
    """So many questions, of what is due in turn, in the order in which they were made."""
    left = dict.fromkeys(range(len(questions)))
    chosen: set[int] = set()
    waiting = list(due)
    while waiting and len(chosen) < most:
        for one in list(waiting):
            place = next(
                (
                    place
                    for place in left
                    if practises(contexts[questions[place].update - 1], questions[place], one)
                ),
                None,
            )
            if place is None:
                waiting.remove(one)
            elif len(chosen) < most:
                del left[place]
                chosen.add(place)
    return tuple(questions[place] for place in sorted(chosen))


def can_be_practised(
    contexts: Sequence[Context], questions: Sequence[Question], due: Sequence[Due]
) -> int:
    """How much of what is due these questions practise."""
    return sum(
        any(practises(contexts[one.update - 1], one, each) for one in questions) for each in due
    )

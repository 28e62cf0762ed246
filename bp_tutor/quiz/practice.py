"""Where what is due can be practised: questions with its rule, or in which its mistake is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.reviews import RULE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.model import Question
    from bp_tutor.quiz.reviews import Known

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
    if address is None or context.graph.step(address) is None:
        return False
    found = context.candidates.singles(address).found
    return any(key in candidate.keys for candidate in found)


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

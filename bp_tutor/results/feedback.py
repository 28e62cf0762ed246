"""A page for each student: own answers, what they earned, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import sentence
from bp_tutor.explain.worth import amount
from bp_tutor.marking.points import any_of
from bp_tutor.output.worksheet.pen import Leaf
from bp_tutor.quiz.feedback import joined_names, percent, whys
from bp_tutor.reader.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Said
    from bp_tutor.marking import Mark, Outcome
    from bp_tutor.marking.called import Called
    from bp_tutor.marking.points import Points, Result
    from bp_tutor.output.worksheet.pen import SheetPen
    from bp_tutor.quiz import Context
    from bp_tutor.words import Words

HEADS = ("question", "answer", "mark", "earned", "right_value", "why")
LONGEST = 60


def page_of_student(
    pen: SheetPen,
    title: Said,
    outcome: Outcome,
    result: Result,
    points: Points,
    contexts: Sequence[Context],
    called: Called,
) -> str:
    """The page, in whichever format the pen writes; `contexts` are of the student's own numbers."""
    words = pen.reader.words
    score = words.text("results.score", points=amount(result.points),
                       possible=amount(result.possible), share=percent(result.share))  # fmt: skip
    who = " ".join(dict.fromkeys(filter(None, (outcome.student.number, outcome.student.called))))
    blocks = [
        pen.fields([(words.text("worksheet.name"), printable(who)),
                    (words.text("results.points_label"), score)]),
        pen.heading(title, 1),
    ]  # fmt: skip
    if result.first_wrong:
        blocks.append(pen.paragraph(sentence("results.began", name=result.first_wrong)))
    heads = [words.text(f"results.{name}") for name in HEADS]
    rows = [_row(mark, points, contexts, called, words) for mark in outcome.marks]
    blocks.append(pen.answered(heads, rows))
    if result.counts.get("carried"):
        blocks.append(pen.paragraph(sentence("results.carried_note"), quiet=True))
    return pen.pile(title, [Leaf(tuple(blocks), printable(who))])


def _row(
    mark: Mark, points: Points, contexts: Sequence[Context], called: Called, words: Words
) -> tuple[str, ...]:
    worth = points.of(mark.question)
    earned = words.text("results.of", points=amount(mark.credit * worth), possible=amount(worth))
    return (
        called[mark.question.full_name],
        printable(mark.answer.value[:LONGEST]),
        words.text(f"marking.{mark.result}"),
        earned,
        right_value(mark, contexts),
        why(mark, called, words),
    )


def right_value(mark: Mark, contexts: Sequence[Context]) -> str:
    """What the right answer would have been, as it stands on the page; empty for arrays."""
    context = contexts[mark.question.update - 1]
    address = context.graph.find(mark.question.identifier)
    if address is None or address.quantity not in context.run.values:
        return ""
    page = context.page
    return page.figure(page.settings.result(context.run, *address))


def why(mark: Mark, called: Called, words: Words) -> str:
    """What is said of an answer: the mistake and its reason, or where it follows from."""
    verdict = mark.verdict
    if verdict is None:
        return mark.reason
    if verdict.carried and verdict.first_wrong:
        return words.text("results.follows", name=called[verdict.first_wrong])
    names = [joined_names(each.keys, words) for each in verdict.diagnoses]
    if len(names) == 1:
        reason = words.text("marking.reasons").join(whys(verdict.diagnoses[0], words))
        return words.text("marking.explained", names=names[0], reason=reason)
    if names:
        return words.text("marking.one_of", names=any_of(names, words))
    return mark.reason

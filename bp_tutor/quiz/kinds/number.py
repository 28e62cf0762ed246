"""One number: the value of one entry. The other kinds that ask for numbers mark theirs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Entry
from bp_tutor.formula.quantity import UPDATED, VALUE, Address
from bp_tutor.quiz.feedback import name_of_position
from bp_tutor.quiz.kinds.kind import (
    MALFORMED,
    Kind,
    Samples,
    asked_entry,
    asked_steps,
    prompt_said,
    prompt_values,
)
from bp_tutor.quiz.mistakes import OFTEN
from bp_tutor.quiz.mistakes.diagnosis import NOTHING, explain
from bp_tutor.quiz.model import NotUnderstood, Question, Understood, Verdict, full_name
from bp_tutor.quiz.record import number_record
from bp_tutor.quiz.student import CARRIED, RIGHT, TRIVIAL, WRONG, Judged, StudentAnswers
from bp_tutor.quiz.tolerance import EXACT, LEAST_FIGURES, NEARLY, Answer, cut_off
from bp_tutor.quiz.typed import Typed, read_number
from bp_tutor.solve.rounding import PAPER_FIGURES, round_quickly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.model import Diagnosis
    from bp_tutor.quiz.record import Record, Recorded

MOST_ENTRIES = 60
"""So many entries of one array are asked for; a larger array only at its first ones."""
WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．−")


def make(context: Context) -> Iterator[Question]:
    """A question for each entry of each step but for updates."""
    return _questions(context, "number")


def make_updates(context: Context) -> Iterator[Question]:
    """A question for each new weight."""
    return _questions(context, "update")


def _questions(context: Context, kind: str) -> Iterator[Question]:
    for step in asked_steps(context):
        if (step.line.phase == "update") != (kind == "update"):
            continue
        for place, address in enumerate(step.quantity.addresses()):
            if place >= MOST_ENTRIES:
                break
            values = prompt_values(context, address)
            prompt = f"quiz.prompt.{kind}"
            yield Question(kind, address.identifier, step.line.rule, step.update, prompt, values)


def understand(_: Question, text: str, __: Context) -> Understood:
    """The number that was typed, and its echo: the number itself, or what an expression gives."""
    typed = read_number(text)
    plain = typed.text.replace(" ", "")
    same = typed.figures < EXACT and not plain.endswith("%")
    return Understood(plain if same else f"{plain[:60]} = {_echo(typed.value)}", typed)


def _echo(value: float) -> str:
    """The result of an expression, as it is shown to whoever typed it."""
    return f"{value:.6g}"


def mark(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    """Right, carried forward, or wrong with what explains it."""
    assert isinstance(understood.value, Typed)
    address, typed = asked_entry(question, student.context), understood.value
    right = _right_for_anybody(student, address, understood)
    if right is None:
        return mark_entry(student, address, typed)._replace(understood=understood.text)
    student.forget(address)
    student.doubt(address, typed.answer)
    student.enter(address, typed.answer, Judged(RIGHT))
    return right


def _right_for_anybody(
    student: StudentAnswers, address: Address, understood: Understood
) -> Verdict | None:
    """The verdict on the right value as it is rounded, which hangs on no other answer.

    None where it may hang on one, or is not right; `mark_entry` marks it the same then.
    """
    known, typed = student.context.right_for_anybody, understood.value
    key = address, understood.text
    verdict = known.get(key)
    if verdict is None:
        assert isinstance(typed, Typed)
        counts = LEAST_FIGURES <= typed.figures < EXACT and typed.value and not typed.roundings
        if not (counts and _is_rounding(typed.answer, student.graph.exact(address))):
            return None
        verdict = _verdict(student, address, typed, typed.answer, Judged(RIGHT), ())
        verdict = known[key] = verdict._replace(understood=understood.text)
    if address.quantity.kind == UPDATED:
        assert isinstance(typed, Typed)
        return None if _are_same(typed.value, _old_weight(student, address)) else verdict
    return verdict


def mark_entry(student: StudentAnswers, address: Address, typed: Typed) -> Verdict:
    """One number marked, and noted among the student's answers.

    Raises:
        NotUnderstood: it may be right, and has too few digits to tell; more are asked for.
    """
    answer = student.answer_of(typed)
    # What came of an earlier answer to the same question has no say in this one.
    student.forget(address)
    undecided = False
    if typed.figures < LEAST_FIGURES and not _is_exactly(student, address, typed.value):
        if _is_exactly_wrong(student, address, answer):
            # More digits of what somebody worked out would be zeros.
            answer = Answer(typed.value)
        else:
            undecided = _is_undecided(student, address, typed)
    judged = student.judge(address, answer)
    if judged.status == WRONG and typed.figures >= EXACT:
        answer, judged = _as_echoed(student, address, typed, answer, judged)
    if judged.status == RIGHT and typed.figures < LEAST_FIGURES:
        answer, judged = _as_it_follows(student, address, typed, answer, judged)
    digits = _figures_of_step(student, address, typed, judged)
    if undecided or digits:
        # Whether or not more come, the student goes on with these.
        student.enter(address, answer)
        raise NotUnderstood(
            "quiz.answer.more_digits", typed.start, len(typed.text) or 1,
            digits=max(LEAST_FIGURES, digits), name=student.context.page.name(*address),
        )  # fmt: skip
    if judged.status == RIGHT:
        student.doubt(address, answer)
    explained = explain(student, address, answer) if judged.status == WRONG else NOTHING
    if explained.shown_before:
        # The slip has cost its marks already, and this answer follows from it.
        student.assume(explained.slip, explained.diagnoses)
        judged = student.judge(address, answer)
    found = _verdict(student, address, typed, answer, judged, explained.diagnoses)
    student.enter(address, answer, judged)
    student.assume(explained.slip, explained.diagnoses)
    return found


def _as_echoed(
    student: StudentAnswers, address: Address, typed: Typed, answer: Answer, judged: Judged
) -> tuple[Answer, Judged]:
    """An expression as the number that it is echoed with: that one would be marked the same."""
    echoed = read_number(_echo(typed.value))
    if echoed.figures >= LEAST_FIGURES:
        again = student.judge(address, echoed.answer)
        if again.status in (RIGHT, CARRIED):
            return echoed.answer, again
    return answer, judged


def _as_it_follows(
    student: StudentAnswers, address: Address, typed: Typed, answer: Answer, judged: Judged
) -> tuple[Answer, Judged]:
    """A short number as just what follows from own answers, where it is near the value as well.

    Whose gradient is 0 has no more digits of the new weight, which is the old one.
    """
    exactly = Answer(typed.value)
    again = student.judge(address, exactly)
    return (exactly, again) if again.status in (CARRIED, TRIVIAL) else (answer, judged)


def _figures_of_step(
    student: StudentAnswers, address: Address, typed: Typed, judged: Judged
) -> int:
    """How many digits of a new weight tell it from the old one, where the latter was typed.

    0 where something else was typed, where it is not what the new weight is rounded or cut off
    to, and where the page does not tell them apart either.
    """
    if address.quantity.kind != UPDATED or typed.figures == EXACT or not typed.value:
        return 0
    old = _old_weight(student, address)
    if judged.status not in (RIGHT, CARRIED) or not _are_same(typed.value, old):
        return 0
    carried = judged.status == CARRIED
    value = student.follows(address) if carried else student.graph.exact(address)
    if value is None:
        return 0
    if _are_same(student.graph.printed(address, value), old):
        return 0
    for figures in range(typed.figures + 1, PAPER_FIGURES):
        kept = (
            round_quickly(value, figures, significant=True, truncate=cut) for cut in (False, True)
        )
        if not any(_are_same(one, old) for one in kept):
            return figures
    return 0


def _old_weight(student: StudentAnswers, address: Address) -> float:
    """What a new weight was before the update."""
    return student.value(address.as_kind(VALUE))


def explained_since(student: StudentAnswers, address: Address, verdict: Verdict) -> Verdict:
    """A verdict with the slip that answers after it have shown."""
    judged = student.judge(address, student.answers[address])
    first = judged.first_wrong
    if judged.status != CARRIED or first is None or first.address not in student.assumed:
        return verdict
    origin = full_name(first.address.identifier, first.update)
    return verdict._replace(diagnoses=student.assumed[first.address], first_wrong=origin)


def _verdict(
    student: StudentAnswers,
    address: Address,
    typed: Typed,
    answer: Answer,
    judged: Judged,
    diagnoses: tuple[Diagnosis, ...],
) -> Verdict:
    context, name = student.context, student.context.page.name(*address)
    first = judged.first_wrong
    values = (("name", name), ("first", name_of_position(context, first)))
    origin = None if first is None else full_name(first.address.identifier, first.update)
    if origin is None and len(diagnoses) == 1:
        origin = diagnoses[0].at or None
    if judged.status in (RIGHT, CARRIED):
        return Verdict(
            right=True,
            credit=1.0,
            carried=judged.status == CARRIED,
            first_wrong=origin,
            understood=typed.text,
            diagnoses=diagnoses,
            key=f"quiz.verdict.{judged.status}",
            values=values,
            cut=(name,) if _is_cut_off(student, address, answer) else (),
        )
    key = "trivial" if judged.status == TRIVIAL else "zero" if answer.value == 0 else "wrong"
    if judged.status != TRIVIAL:
        # It follows from nothing before it, so it is itself the first, or a slip that it shows.
        slips = {one.at for one in diagnoses}
        origin = slips.pop() if len(slips) == 1 else None
    return Verdict(
        right=False,
        credit=0.0,
        first_wrong=origin or full_name(address.identifier, context.run.update),
        understood=typed.text,
        diagnoses=diagnoses,
        key=f"quiz.verdict.{key}",
        values=values,
    )


def _is_cut_off(student: StudentAnswers, address: Address, answer: Answer) -> bool:
    """Whether a right answer has its digits cut off, and is no rounding of what it may be."""
    cut = False
    for each in student.possible(address):
        if _is_rounding(answer, each):
            return False
        cut = cut or cut_off(answer, each)
    return cut


def _is_rounding(answer: Answer, value: float) -> bool:
    """Whether an answer is a value as it is rounded, not cut off."""
    return abs(value - answer.value) <= answer.radius * (1 + NEARLY)


def _is_exactly(student: StudentAnswers, address: Address, value: float) -> bool:
    """Whether a short number is the value itself, so that it needs no more digits."""
    # A number with more digits than stand on the page is exact by those.
    return any(
        _are_same(value, each) or _are_same(value, student.graph.printed(address, each))
        for each in student.possible(address)
    )


def _is_undecided(student: StudentAnswers, address: Address, typed: Typed) -> bool:
    """Whether the right value may begin like this short number; else more digits are no help."""
    if typed.value == 0:
        # A small value rounded or cut off to nothing; a whole 0 is meant as one.
        return typed.decimals and student.may_be_nothing(address, typed.unit)
    short = Answer(typed.value, typed.unit / 2, typed.figures)
    return student.judge(address, short).status != WRONG


def _is_exactly_wrong(student: StudentAnswers, address: Address, answer: Answer) -> bool:
    """Whether a short number is just what a mistake gives, and no rounding of the right value."""
    if answer.value == 0 or student.graph.step(address) is None:
        return False
    if student.judge(address, answer).status != WRONG:
        return False
    candidates = student.context.candidates.singles(address)
    # What few make of it would make an answer of every short number.
    return any(
        value is not None and candidate.often == OFTEN and _are_same(answer.value, value)
        for candidate, value in zip(candidates.found, candidates.values(student.value), strict=True)
    )


def _are_same(value: float, other: float) -> bool:
    return abs(value - other) <= NEARLY * max(abs(other), NEARLY)


def samples(question: Question, context: Context) -> Samples:
    """The value in several ways of typing, and what mistakes make of it."""
    address = asked_entry(question, context)
    exact = context.graph.exact(address)
    # Plain decimals, wide enough that every way of typing keeps enough digits.
    plain = f"{exact:#.8g}"
    right = [plain, plain.translate(WIDE), f"({plain})", f"{exact:#.5g}", f"{exact * 100!r}%"]
    if "e" not in plain and len(plain.partition(".")[2]) > 3:
        right.append(plain.replace(".", ","))
    student = StudentAnswers(context)
    candidates = context.candidates.singles(address)
    wrong = []
    for candidate, value in zip(candidates.found, candidates.values(student.value), strict=True):
        if value is None or value == 0 or abs(value) > 1e9:
            continue
        typed = read_number(f"{value:#.9g}")
        if typed.figures >= 5 and student.judge(address, typed.answer).status == WRONG:
            wrong.append((typed.text, candidate.name))
    if exact:
        wrong.append(("0", ""))
    return Samples(tuple(right), tuple(wrong), MALFORMED)


def record(question: Question, context: Context, recorded: Recorded) -> Record:
    """The number with what is right, and what known mistakes make of it."""
    address = asked_entry(question, context)
    prompt = prompt_said(question, context, Entry(*address))
    return number_record(context, address, prompt=prompt, recorded=recorded)


def _same(one: Understood, other: Understood, _: Context) -> bool:
    """Whether two answers are the same number, with whichever signs it was typed."""
    first, second = one.value, other.value
    assert isinstance(first, Typed)
    assert isinstance(second, Typed)
    return first.value == second.value


NUMBER = Kind(make, understand, mark, samples, same=_same, record=record)
UPDATE = NUMBER._replace(make=make_updates)
